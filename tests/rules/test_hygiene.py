"""House rules of the packs: severities, uncertainty, citations, links, Chinese texts."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from riskcheck.compiler import texts
from riskcheck.lint import lint_library
from riskcheck.model.rule import SEVERITIES

BIG = 60
"""Rules from which on the share of critical ones is held to about a tenth."""
DOUBTFUL = ("uncertain", "assumption")
ASCII_PUNCTUATION = re.compile(r"[\u4e00-\u9fff][,;:][\u4e00-\u9fff]")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def languages(source):
    library, _, _ = source
    return texts.english(library), texts.translated(library, "zh")


def strings(value, path=()):
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from strings(part, (*path, key))
    elif isinstance(value, (list, tuple)):
        for index, part in enumerate(value):
            yield from strings(part, (*path, index))


def test_lint_is_clean(source):
    library, program, sink = source
    found = type(sink)()
    lint_library(library, program, found)
    assert [fault.render() for fault in (*sink.items, *found.items)] == []


def test_about_a_tenth_of_a_big_pack_is_critical(program):
    sizes = Counter(rule.pack for rule in program.rules)
    critical = Counter(rule.pack for rule in program.rules if rule.severity == "critical")
    print(", ".join(f"{pack}: {critical[pack]} of {size}" for pack, size in sizes.items()))  # noqa: T201 (counts that a reader of the run asks for)
    for pack, size in sizes.items():
        assert critical[pack] <= (size / 9 if size >= BIG else 1), (pack, critical[pack], size)


def test_what_is_uncertain_is_an_exposure_of_at_most_high(program):
    for rule in program.rules:
        if rule.confidence in DOUBTFUL:
            assert rule.exposure, rule.id
            assert "critical" not in (rule.severity, *(step.level for step in rule.severity_when)), rule.id


def test_proposed_law_is_at_most_medium(program):
    for rule in program.rules:
        if rule.status == "proposed":
            for level in (rule.severity, *(step.level for step in rule.severity_when)):
                assert SEVERITIES.index(level) >= SEVERITIES.index("medium"), rule.id


def test_every_citation_resolves(source, program):
    library, _, _ = source
    for rule in program.rules:
        parts = (*rule.unless, *rule.transitions, *rule.severity_when)
        for cite in (*rule.cite, *(cite for part in parts for cite in part.cite), *(rule.conflict or ())):
            assert cite.act in library.acts, (rule.id, cite)
            index = library.provisions.get(cite.act)
            act = library.acts[cite.act][1]
            if index is not None:
                assert cite.at in index, (rule.id, cite)
            elif cite.at or (act.provisions and act.kind in ("regulation", "directive", "statute")):
                assert cite.at in act.provisions, (rule.id, cite)


def test_links_of_acts_are_https(source):
    library, _, _ = source
    for act, (_, file) in library.acts.items():
        assert file.url is None or file.url.startswith("https://"), act


def test_every_text_exists_in_chinese(languages):
    english, chinese = languages
    missing = []
    for section in texts.SECTIONS:
        for key, entry in english[section].items():
            own = chinese[section].get(key)
            if not own:
                missing.append((section, key))
                continue
            if isinstance(entry, dict) and isinstance(own, dict) and section in ("rules", "facts"):
                for name, text in entry.items():
                    wanted = set(text) if isinstance(text, dict) else ()
                    if text and (not own.get(name) or not set(wanted) <= set(own[name])):
                        missing.append((section, key, name))
    assert missing == []


def test_chinese_texts_are_chinese(languages):
    _, chinese = languages
    for section in ("rules", "definitions", "facts", "parameters", "packs", "consequences"):
        for key, entry in chinese[section].items():
            title = entry if isinstance(entry, str) else entry.get("title") or entry.get("ask")
            assert title and CHINESE.search(title), (section, key)


def test_chinese_texts_have_chinese_punctuation(languages):
    _, chinese = languages
    wrong = [f"{'/'.join(map(str, path))}: {text}" for path, text in strings(chinese) if ASCII_PUNCTUATION.search(text)]
    assert wrong == []


def test_dockets_and_cases_are_written_in_chinese_as_they_can_be_looked_up(root):
    """A docket with a full-width colon finds nothing; a case is `甲诉乙案` in a Chinese text, never `A v. B`."""
    wrong = []
    for path in sorted((root / "rules").glob("**/locale/zh*.yaml")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(r"\d：\d\d-cv", line) or ("acts" in path.parts and re.match(r"\s+short: .* v\. ", line)):
                wrong.append(f"{path.relative_to(root)}:{number}: {line.strip()}")
    assert not wrong, wrong


def test_every_question_can_be_answered_by_somebody_who_reads_it_alone(languages, source):
    """Questions are listed by what hangs on them, so that none may lean on the one that stands before it in the file."""
    _, program, _ = source
    leaning = re.compile(r"^(Is|Does|Do|Are|Was|Were|Has|Did|Can) (that|this|these|those|they|such)\b|\bDo those\b|\bunder that law\b|^(If so|Then|And)\b")
    english, chinese = languages
    wrong = [
        f"{name}: {english['facts'][name]['ask']}" for name, fact in program.vocabulary.facts.items()
        if fact.kind != "derived" and leaning.search(english["facts"][name]["ask"])
    ]  # fmt: skip
    wrong += [f"{name}: {entry['ask']}" for name, entry in chinese["facts"].items() if re.match(r"(由此|该评[估定]|这些决定|该证书|此类输出|该赔偿|该真实)", entry.get("ask") or "")]
    assert not wrong, wrong
