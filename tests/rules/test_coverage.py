"""What the AI Act pack covers of the Act: nothing forgotten in the list, at least 95 % covered, and the page in docs up to date."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from riskcheck.cli.rules import command
from riskcheck.coverage import FILE, Coverage, _covered, article_of, as_markdown, coverage

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "law" / "eu-ai-act-coverage.md"
ARTICLES = {f"Art. {number}" for number in (4, 5, 6, *range(8, 28), 43, 44, 47, 48, 49, 50, 52, 53, 54, 55, 56, 60, 61, 71, 72, 73, 86, 111)} | {"Art. 4a", "Art. 60a"}
ANNEXES = {"Annex I", "Annex III", "Annex IV", "Annex VIII", "Annex XI", "Annex XII", "Annex XIII", "Annex XIV"}


@pytest.fixture(scope="module")
def found(source) -> Coverage:
    library, program, _ = source
    return coverage(library, program, "eu-ai-act")


@pytest.fixture(scope="module")
def listed(source) -> dict:
    return source[0].ledgers["eu-ai-act"][FILE]


def test_at_least_95_percent_of_the_duty_bearing_provisions_are_covered(found):
    how = Counter(item.how for article in found.articles for item in article.provisions)
    print(f"{found.covered} of {found.counted} ({found.share:.1%}): {dict(how)}")  # noqa: T201 (counts that a reader of the run asks for)
    assert found.counted > 200
    assert found.share >= 0.95


def test_most_are_cited_outright(found):
    how = Counter(item.how for article in found.articles for item in article.provisions)
    assert how["cited"] / found.counted >= 0.9


def test_no_provision_of_the_articles_is_forgotten(source, listed):
    """Every paragraph of the articles in question stands in one of the two lists, itself or by its points."""
    index = source[0].provisions["eu-ai-act"]
    told = {*listed["duty_bearing"], *listed["not_encodable"]}
    forgotten = [
        at for at, node in index.items()
        if node["amended"] and article_of(at) in ARTICLES and re.fullmatch(r"Art\. \d+[a-z]?\(\w+\)", at)
        and at not in told and not any(other.startswith(f"{at}(") for other in told)
    ]  # fmt: skip
    assert forgotten == []
    assert {article_of(at) for at in told} >= ARTICLES | ANNEXES


def test_points_of_a_paragraph_are_listed_one_and_all(source, listed):
    """Where the list goes down to points, no point of that paragraph is missing."""
    index = source[0].provisions["eu-ai-act"]
    told = {*listed["duty_bearing"], *listed["not_encodable"]}
    paragraphs = {at.rpartition("(")[0] for at in told if at.startswith("Art.") and at.count("(") == 2}
    missing = [
        at for at, node in index.items()
        if node["amended"] and at.count("(") == 2 and at.rpartition("(")[0] in paragraphs and at not in told and at.rpartition("(")[0] not in told
    ]  # fmt: skip
    assert missing == []
    third = [at for at, node in index.items() if node["amended"] and re.fullmatch(r"Annex III point \d\([a-e]\)", at) and at not in told]
    assert third == []


def test_the_lists_name_existing_provisions_once_and_give_reasons(source, listed):
    index = source[0].provisions["eu-ai-act"]
    duties, others = listed["duty_bearing"], listed["not_encodable"]
    assert [at for at in (*duties, *others) if at not in index] == []
    assert len(duties) == len(set(duties))
    assert not set(duties) & set(others)
    assert [at for at, reason in others.items() if len(reason) < 30] == []


def test_part_and_paragraph_count_and_a_whole_article_does_not():
    cited = {"Art. 9(2)(a)": ["r1"], "Art. 53(1)": ["r2"], "Art. 26": ["r3"], "Art. 50(1)": ["r4"], "Annex III point 4": ["r5"]}
    assert _covered("Art. 9(2)", cited)[1:] == ("in part", ("r1",))
    assert _covered("Art. 53(1)(c)", cited)[1:] == ("by its paragraph", ("r2",))
    assert _covered("Annex III point 4(a)", cited)[1:] == ("by its paragraph", ("r5",))
    assert _covered("Art. 26(5)", cited)[1:] == ("not covered", ())
    assert _covered("Art. 5(1)(a)", cited)[1:] == ("not covered", ())


def test_a_pack_without_its_rule_loses_the_provision(source):
    library, program, _ = source
    fewer = program._replace(rules=tuple(rule for rule in program.rules if rule.id != "eu-ai-act/deployer/workers-informed"))
    gone = [item.at for article in coverage(library, fewer, "eu-ai-act").articles for item in article.provisions if not item.covered]
    assert gone == ["Art. 26(7)"]


def test_the_page_in_docs_is_what_the_rules_give(found, request):
    text = as_markdown(found)
    if request.config.getoption("--accept"):
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text, "run `riskcheck rules coverage eu-ai-act -f md > docs/law/eu-ai-act-coverage.md`"


def test_the_command_prints_text_markdown_and_json(found):
    runner = CliRunner()
    text = runner.invoke(command, ["coverage", "eu-ai-act"])
    assert text.exit_code == 0
    assert f"{found.covered} of {found.counted} duty-bearing provisions covered" in text.output
    assert runner.invoke(command, ["coverage", "eu-ai-act", "-f", "md"]).output == as_markdown(found)
    data = json.loads(runner.invoke(command, ["coverage", "eu-ai-act", "-f", "json"]).output)
    assert (data["covered"], data["counted"]) == (found.covered, found.counted)


def test_a_pack_without_a_list_is_a_usage_error_with_a_hint():
    result = CliRunner().invoke(command, ["coverage", "eu-aiact"])
    assert result.exit_code == 2
    assert "did you mean `eu-ai-act`" in result.output
