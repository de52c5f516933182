"""Seeded fuzzing: whatever stands in a profile, it is judged or refused in words; a traceback is a fault of ours.

Two streams: real profiles with lines dropped, doubled, cut and swapped for hostile text; and profiles made from the vocabulary
with every extreme value that its types admit. A longer run: ``RISKCHECK_FUZZ=5000 pytest tests/unit/test_fuzz.py``.
"""

from __future__ import annotations

import json
import os
import random
from datetime import date

import pytest

from riskcheck.assess.assess import assess
from riskcheck.diagnostics import Diagnostics, InvalidInput
from riskcheck.loader.advice import advise
from riskcheck.loader.profiles import read_profile
from riskcheck.model.vocabulary import PLURAL_OF
from riskcheck.report.formats.registry import FORMATS, render
from riskcheck.report.run import Run

CASES = int(os.environ.get("RISKCHECK_FUZZ", "400"))
JUDGED = max(1, CASES // 25)
DAY = date(2026, 11, 26)
PLACELESS = {"P001", "P003", "P004", "P010"}
"""Faults of a whole file: unreadable, wrong encoding, empty, too large."""

SCALARS = [
    "NO", "yes", "1.10", "22:22", "010", "0o17", "~", "null", "unknown", "Unknown", "true", "[]", "{}", "[[]]", "{a: {b: c}}", "-1", "-0", "1e400", "-1e400",
    ".nan", "9" * 400, "9" * 5000, "0x" + "f" * 5000, "1e25", "12.5", "99999999999999999999 USD", "-5 USD", "5 XXX", "5 usd", "2026-13-45", "0001-01-01",
    "9999-12-31", "2026-11-23T10:00:00", "ZZ", "US-", "UK", "[ZZ]", "{US: maybe}", "[US, US]", "[null]", '"\\u202e evil"', '"\\u0000"', '"::add-mask::x"',
    '"<script>alert(1)</script>"', '"=HYPERLINK(1)"', '"{{ 7*7 }}"', '"%s {0}"', "x" * 100_000, "|\n      block", "&a x", "*a", "!!python/object:os.system x",
    '"', "'", "[", "{", "%YAML 1.1", "---", "...", "? x", "- - - x", "<<: *a", "：", "a：b", "\u00a0", "\u3000", "\u2028", "\x85x", "\t", "@a", "`x`",
]  # fmt: skip
LINES = [
    "company:", "systems:", "profile: 2", "systems: unknown", "flows: {}", 'systems: {"": {}}', "systems: {a/b: {}}", "systems: {1: {}}", "systems: {null: {}}",
    "systems: {? [a] : b}", "incomplete: [[a]]", "incomplete: {a: 1}", "assumptions: [1]", "assumptions: {fx-usd-per-hkd: 1e400}", "assumptions: {1: 2}",
    "evidence: {}", "evidence: [1]", "evidence: [{}]", "evidence: [{for: {a: b}, standing: reported}]", "evidence: [{for: [[a]], standing: [a]}]",
    "evidence: [{for: company/name, standing: alleged, says: 3}]", "systems: {a: {models: {x: y}}}", "systems: {a: {models: [[x], a, a]}}", "flows: {a: {system: [x]}}",
]  # fmt: skip


@pytest.fixture(scope="module")
def texts(root):
    return [path.read_text(encoding="utf-8") for path in sorted((root / "profiles").glob("**/*.yaml"))]


def mutated(dice: random.Random, text: str) -> bytes:
    """Return a profile with a few of its lines spoilt."""
    lines = text.split("\n")
    for _ in range(dice.choice([1, 1, 2, 3, 8])):
        at = dice.randrange(len(lines))
        line = lines[at]
        key, colon, _ = line.partition(":")
        cut = dice.randrange(len(line) + 1)
        match dice.randrange(9):
            case 0:
                lines[at : at + 1] = []
            case 1:
                lines.insert(at, line)
            case 2 | 3:
                lines[at] = f"{key}: {dice.choice(SCALARS)}" if colon else line
            case 4:
                lines[at] = line[:cut]
            case 5:
                lines.append(dice.choice(LINES))
            case 6:
                lines[at] = " " * dice.randrange(6) + line.strip()
            case 7:
                lines[at] = line[:cut] + dice.choice(["\t", "\r", "\x07", "\x00", '"', "[", "}", "&x ", "#", "\u202e", "\u2028", "\ufeff", "|", "%", "：", "𝟙"]) + line[cut:]
            case _:
                other = dice.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
        lines = lines or [""]
    raw = "\n".join(lines).encode()
    match dice.randrange(30):
        case 0:
            return b"\xef\xbb\xbf" + raw
        case 1:
            return raw.decode().encode("gb18030")
        case 2:
            return raw.replace(b"\n", b"\r\n")
        case 3:
            return raw[: dice.randrange(len(raw) + 1)]
        case 4:
            at = dice.randrange(len(raw) + 1)
            return raw[:at] + bytes([dice.randrange(256)]) + raw[at:]
        case _:
            return raw


VALUES = {
    "bool": ["true", "false"],
    "country": ['"US"', '"NO"', "CN", "EU", "US-CA", "HK"],
    "countries": ["[]", "[US, CN, DE]", "{US: true, US-IL: false}", "{EU: true}", "[US-CA]"],
    "date": ["1900-01-01", "2100-12-31", "2026-11-26", "2025-08-02", "2026-12-02"],
    "integer": ["0", "1", "-0", "1e30", "9" * 30],
    "number": ["0", "12.5", "100", "5e-324", "1e25", "1e30"],
    "money": ["0 USD", "1 CNY", "3 HKD", "4 ZZZ", "0.000001 USD", "1_000_000_000_000_000_000 EUR", "7 JPY"],
    "text": ['"x"', '"\\u202e<b>{company}{{1}}</b>|`*_[a](javascript:x)"', '"' + "长" * 3000 + '"'],
}


def made(dice: random.Random, vocabulary) -> bytes:
    """Return a profile of the vocabulary's own facts, each with a value at the edge of what its type admits."""
    keys = {kind: [f"{kind[0]}{n}" for n in range(dice.choice([0, 1, 2]))] for kind in PLURAL_OF}
    density = dice.choice([0.05, 0.3, 1])
    evidence: list[str] = []

    def value(fact) -> str:
        if fact.unit == "percent":
            return dice.choice(["0", "0.5", "100"])
        if fact.type in VALUES:
            return dice.choice(VALUES[fact.type])
        some = [choice for choice in fact.choices if dice.random() < 0.4]
        if fact.type == "choice":
            return dice.choice(list(fact.choices))
        return f"[{', '.join(some)}]" if dice.random() < 0.5 else "{" + ", ".join(f"{choice}: {dice.choice(['true', 'false', 'unknown'])}" for choice in some) + "}"

    def facts(kind: str, path: str, indent: str) -> list[str]:
        lines = []
        for name, fact in vocabulary.facts_of(kind).items():
            if fact.kind == "derived" or dice.random() > density:
                continue
            written = value(fact)
            if dice.random() < 0.2:
                evidence.append(f"  - {{for: {path}/{name}, says: {written}, standing: {dice.choice(['alleged', 'inferred'])}, source: S, url: 'javascript:x'}}")
            else:
                lines.append(f"{indent}{name}: {written}")
        for dotted, link in vocabulary.written_links.items():
            owner, _, name = dotted.partition(".")
            if owner == kind and keys[link.target]:
                lines.append(f"{indent}{name}: " + (f"[{', '.join(keys[link.target])}]" if link.many else keys[link.target][0]))
        return lines

    text = ["profile: 1", "company:", "  name: X", *facts("company", "company", "  ")]
    for kind, plural in PLURAL_OF.items():
        text.append(f"{plural}:" if keys[kind] else f"{plural}: {{}}")
        for key in keys[kind]:
            inside = facts(kind, f"{plural}/{key}", "    ")
            text += [f"  {key}:" if inside else f"  {key}: {{}}", *inside]
    if evidence:
        text += ["evidence:", *evidence]
    return "\n".join([*text, "incomplete: [systems, disputes]", ""]).encode()


def read(raw: bytes, program):
    """Return the profile and its document, or None after looking at what was said of the faults."""
    sink = Diagnostics()
    try:
        profile, document = read_profile(raw, "p.yaml", program, sink)
    except InvalidInput as refused:
        errors = [item for item in refused.diagnostics if item.level == "error"]
        assert errors
        for item in errors:
            shown = item.render()
            assert all(c == "\n" or c.isprintable() or c in "\u00a0\u3000" for c in shown), ascii(shown)
            assert item.message
            assert item.help or item.label, shown
            assert item.span or item.code in PLACELESS, shown
            assert len(shown) < 4000, shown[:400]
        return None
    advise(profile, document, program.vocabulary, sink)
    return profile, document


def judged(found, installed, dice: random.Random) -> None:
    profile, document = found
    assessment = assess(installed.program, profile, DAY, traces="all", simulated=True, include_proposed=dice.random() < 0.5)
    assert 0 <= assessment.score.least <= assessment.score.most <= 100
    run = Run(
        assessment=assessment, profile=profile, document=document, program=installed.program, installed=installed, languages=("en", "zh"),
        audience="counsel", version="0", min_severity="info", customer="",
    )  # fmt: skip
    name = dice.choice(sorted(set(FORMATS) - {"pdf"}))
    written = render(name, run)
    if name == "json":
        json.loads(written, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


def test_spoilt_profiles_are_refused_in_words_or_judged(installed, texts):
    outcomes = {"refused": 0, "read": 0}
    for number in range(CASES):
        dice = random.Random(number)
        raw = mutated(dice, dice.choice(texts))
        try:
            found = read(raw, installed.program)
            if found and outcomes["read"] < JUDGED // 2:
                judged(found, installed, dice)
        except Exception as fault:  # noqa: BLE001 (any fault at all is what this test is after)
            pytest.fail(f"case {number}: {fault!r}", pytrace=True)
        outcomes["read" if found else "refused"] += 1
    assert min(outcomes.values()) > CASES // 20, outcomes


def test_extreme_profiles_are_judged_and_rendered(installed):
    accepted = 0
    for number in range(JUDGED):
        dice = random.Random(number)
        raw = made(dice, installed.program.vocabulary)
        try:
            found = read(raw, installed.program)
            if found:
                accepted += 1
                judged(found, installed, dice)
        except Exception as fault:  # noqa: BLE001 (any fault at all is what this test is after)
            pytest.fail(f"case {number}: {fault!r}", pytrace=True)
    assert accepted > JUDGED // 2
