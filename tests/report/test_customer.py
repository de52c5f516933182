"""The customer answer sheet: each demand answered from this customer's findings only, worded in both languages, inert in every format."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from lxml import html as lxml_html
from markdown_it import MarkdownIt

from riskcheck.assess.assess import assess
from riskcheck.loader.profiles import read_profile
from riskcheck.report.customer import STATUSES, UnknownCustomerError, answers, answers_value
from riskcheck.report.formats import html, json_, markdown, terminal
from riskcheck.report.run import Run

CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
FORMATS = {"terminal": terminal, "markdown": markdown, "html": html}

HOSTILE = r"""
profile: 1
company: {name: "<script>alert(1)</script> ::error:: \u202Egnp", headquarters: CN, certificates: [], planned_subprocessor_countries: []}
systems: {s: {markets: [DE]}}
flows:
  f:
    name: "<img src=//evil.example/x onerror=alert(2)> ![b](https://evil.example/b.png) @team"
    system: s
    storage_countries: [US]
    key_custody: customer_hyok
customers:
  c:
    name: "</style><b>bold</b> [click](javascript:alert(4)) \u001b[31mred"
    systems: [s]
    country: DE
    residency_demand: eu
    residency_scope: [storage]
    key_demand: customer_only
evidence:
- {for: flows/f/key_custody, standing: reported, source: "<b>bold</b> @everyone https://evil.example \u2066x", url: "javascript:alert(5)"}
"""


@pytest.fixture(scope="module")
def sheet_of(installed):
    """A run for one customer of a profile."""

    def make(text: str, customer: str, **options) -> Run:
        profile, document = read_profile(text.encode(), "profile.yaml", installed.program)
        assessment = assess(installed.program, profile, date(2026, 11, 23), traces="all", simulated=False)
        return Run(
            assessment=assessment, profile=profile, document=document, program=installed.program, installed=installed, version="0.0.0", customer=customer, **options
        )

    return make


@pytest.fixture(scope="module")
def example(root):
    return (root / "profiles" / "examples" / "german-hospital-customer.yaml").read_text(encoding="utf-8")


def statuses(run: Run) -> dict[str, str]:
    return {point.id.partition("/")[2]: point.status for point in answers(run).points}


SHARED = {
    "storage": "met", "processing": "met", "backup": "met", "support-access": "not_met", "future-sub-processors": "met", "certificates": "not_met",
    "no-training": "met", "switching": "met", "transfers": "not_met", "processor-terms": "met", "foreign-authorities": "risk", "residency-claim": "risk",
    "german-health-data": "not_met", "german-social-data": "not_met", "german-books": "nothing", "german-guidance": "met", "supplier-check": "risk",
}  # fmt: skip


def test_each_customer_is_answered_on_its_own_demands(sheet_of, example):
    clinic, insurer = statuses(sheet_of(example, "klinik-nord")), statuses(sheet_of(example, "kasse-west"))
    assert clinic == SHARED | {
        "key-custody": "met", "confidentiality": "nothing", "german-hospital": "met", "professional-secrecy": "not_met", "audit-right": "met",
    }  # fmt: skip
    assert insurer == SHARED | {
        "key-custody": "not_met", "keys-location": "not_judged", "no-american-control": "not_met", "c5-framework": "not_met", "german-public-buyer": "not_met",
    }  # fmt: skip


def test_a_fix_turns_its_answer(sheet_of, example):
    cut = example.replace("    remote_access_countries: [DE, CN]", "    remote_access_countries: [DE]").replace("    recipient_country: CN", "    recipient_country: DE")
    found = statuses(sheet_of(cut, "klinik-nord"))
    assert (found["support-access"], found["german-social-data"], found["transfers"]) == ("met", "not_met", "risk")
    assert found["residency-claim"] == "met"


def test_an_untold_fact_leaves_an_answer_open_and_is_asked(sheet_of, example):
    text = example.replace("    backup_countries: [DE]\n", "")
    run = sheet_of(text, "klinik-nord")
    point = next(point for point in answers(run).points if point.id.endswith("/backup"))
    assert point.status == "unknown"
    assert point.open == (("flows/letters", "flow.backup_countries"),)


def test_a_demand_that_nobody_told_is_asked_of_the_customer_and_not_answered(sheet_of, example):
    found = answers(sheet_of(example, "kasse-west"))
    assert [(point.id, point.unsure) for point in found.to_ask] == [("data-residency/professional-secrecy", ("customer.professional_secrecy",))]


def test_the_evidence_of_the_facts_behind_a_met_point_is_attached(sheet_of, example):
    source = "evidence:\n- {for: flows/letters/storage_countries, standing: audited, source: Data centre audit, dated: 2026-05-04, url: 'https://example.org/audit'}\n"
    run = sheet_of(example + source, "klinik-nord")
    storage = next(point for point in answers(run).points if point.id.endswith("/storage"))
    assert [(item.fact, [piece.source for piece in item.evidence]) for item in storage.relied] == [("flow.storage_countries", ["Data centre audit"])]
    page = html.render(run)
    assert next(link.text for link in lxml_html.fromstring(page).xpath("//a[@href='https://example.org/audit']")).startswith("Data centre audit")


def test_what_the_customer_itself_asks_needs_no_evidence(sheet_of, example):
    facts = {item.fact for point in answers(sheet_of(example, "klinik-nord")).points for item in point.relied}
    assert not {fact for fact in facts if fact.startswith("customer.residency") or fact == "customer.key_demand"}
    assert "flow.storage_countries" in facts


def test_findings_of_other_customers_do_not_count(sheet_of, example):
    for customer in ("klinik-nord", "kasse-west"):
        other = {"klinik-nord": "kasse-west", "kasse-west": "klinik-nord"}[customer]
        subjects = {finding.subject for point in answers(sheet_of(example, customer)).points for finding in point.findings}
        assert not [subject for subject in subjects if other in subject]
        assert f"flows/letters+customers/{customer}" in subjects


def test_a_part_of_a_country_makes_the_demand_of_the_country(sheet_of):
    text = "profile: 1\ncompany: {name: X, headquarters: CN, ultimate_parent_country: CN}\nsystems: {s: {markets: [US]}}\nflows: {}\n"
    text += "customers: {texas: {systems: [s], country: US-TX, sector: regional_government}}\n"
    assert statuses(sheet_of(text, "texas"))["american-public-buyer"] == "risk"


def test_no_described_flow_is_no_clean_answer_where_flows_are_incomplete(sheet_of, example):
    demand = example.replace("residency_scope: [storage,", "residency_scope: [telemetry, storage,")
    assert statuses(sheet_of(demand, "klinik-nord"))["telemetry"] == "nothing"
    assert statuses(sheet_of(demand + "incomplete: [flows]\n", "klinik-nord"))["telemetry"] == "unknown"


@pytest.mark.parametrize(("key", "told"), [("klinik-nrod", "did you mean `klinik-nord`?"), ("xyz", "the customers are klinik-nord, kasse-west")])
def test_an_unknown_customer_is_named_with_a_suggestion(sheet_of, example, key, told):
    with pytest.raises(UnknownCustomerError, match=re.escape(told)):
        answers(sheet_of(example, key))


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_gives_the_sheet_alone_and_the_same_bytes_again(sheet_of, example, name):
    first = FORMATS[name].render(sheet_of(example, "klinik-nord"))
    assert first == FORMATS[name].render(sheet_of(example, "klinik-nord"))
    assert "Support and administration from the agreed place only" in first
    assert "0–100" not in first and "Red flags" not in first


@pytest.mark.parametrize("name", FORMATS)
def test_both_languages_are_whole(sheet_of, example, name):
    chinese = FORMATS[name].render(sheet_of(example, "klinik-nord", languages=("zh",)))
    assert "只从约定地点提供支持和管理" in chinese
    assert "Support and administration" not in chinese and "not met" not in chinese
    assert 'lang="en"' not in chinese
    both = FORMATS[name].render(sheet_of(example, "klinik-nord", languages=("en", "zh")))
    assert "只从约定地点提供支持和管理" in both and "Support and administration" in both


def test_every_status_has_its_words():
    from riskcheck.report.part_words import part_words

    for language in ("en", "zh"):
        word = part_words("customer", language)
        assert all(word(f"answer_{status}") and word(f"answer_{status}_text", day="1") for status in STATUSES)


def test_the_page_is_sound(sheet_of, example):
    tree = lxml_html.fromstring(html.render(sheet_of(example, "kasse-west", languages=("en", "zh"))))
    identities = tree.xpath("//@id")
    assert len(identities) == len(set(identities))
    assert {link[1:] for link in tree.xpath("//a/@href") if link.startswith("#")} <= set(identities)
    assert tree.xpath("//script") == []


def test_json_carries_the_answers_only_when_asked(sheet_of, example):
    from jsonschema import Draft7Validator

    from riskcheck.schema import result_schema

    run = sheet_of(example, "klinik-nord")
    found = json.loads(json_.render(run))
    Draft7Validator(result_schema()).validate(found)
    told = found["customer_answers"]
    assert told == json.loads(json.dumps(answers_value(run)))
    assert sum(told["counts"].values()) == len(told["answers"])
    access = next(answer for answer in told["answers"] if answer["id"].endswith("support-access"))
    assert (access["status"], [fix["rule"] for fix in access["fixes"]]) == ("not_met", ["data-residency/contract/support-access-location"])
    assert "customer_answers" not in json_.document(sheet_of(example, ""))


@pytest.mark.parametrize("languages", [("en",), ("zh",)])
def test_a_hostile_profile_stays_text(sheet_of, languages):
    run = sheet_of(HOSTILE, "c", languages=languages)
    page = html.render(run)
    tree = lxml_html.fromstring(page)
    assert tree.xpath("//script | //img | //b[text()='bold'] | //*[@onerror] | //a[starts-with(@href, 'javascript')]") == []
    assert not CONTROLS.search(page)
    assert "</" not in re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    text = markdown.render(run)
    shown = lxml_html.fromstring("<div>" + MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text) + "</div>")
    assert shown.xpath("//script | //img | //*[@onerror]") == []
    assert not [link for link in shown.xpath("//a/@href") if "evil" in link or link.startswith("javascript")]
    assert not re.search(r"(?<![\w\u2060])@(team|everyone)", text)
    assert not CONTROLS.search(text)
    lines = terminal.render(run, width=80)
    assert not CONTROLS.search(lines)
    assert not [line for line in lines.split("\n") if line.startswith("::")]
