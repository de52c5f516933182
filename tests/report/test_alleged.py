"""No tool, however little of a finding it shows, shows an allegation as a fact."""

from __future__ import annotations

import json
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from riskcheck.assess.assess import assess
from riskcheck.loader.profiles import load_profile
from riskcheck.report.formats.registry import render
from riskcheck.report.run import Run

PLEADED = "Own advertising or channels for Hailuo AI showed protected characters or film scenes."
LEAD = {"en": "Alleged, not found by a court: ", "zh": "据指控，法院尚未认定："}


@pytest.fixture(scope="module")
def told(installed, root):
    program = installed.program
    profile, document = load_profile(root / "profiles" / "minimax.yaml", program, name="minimax.yaml")
    assessment = assess(program, profile, date(2026, 11, 23))

    def write(name, language="en"):
        run = Run(
            assessment=assessment, profile=profile, document=document, program=program, installed=installed, languages=(language,),
            audience="counsel", version="0", min_severity="info", customer="",
        )  # fmt: skip
        return str(render(name, run))

    return write


@pytest.mark.parametrize("name", ["terminal", "markdown", "html", "sarif", "github", "github-summary", "pr-comment", "gitlab", "junit"])
def test_the_sentence_itself_begins_with_who_says_so(told, name):
    text = " ".join(told(name).replace("\u2060", "").replace("**", "").replace("<strong>", "").replace("</strong>", "").split())
    places = [at for at in range(len(text)) if text.startswith(PLEADED, at)]
    assert places
    for at in places:
        assert LEAD["en"].strip() in text[at - 60 : at], text[at - 120 : at + 40]


def test_one_sentence_formats_say_it_in_their_one_sentence(told):
    described = [item["description"] for item in json.loads(told("gitlab")) if PLEADED in item["description"]]
    assert described
    assert all(LEAD["en"] + PLEADED in text for text in described)
    failures = [node.get("message") for node in ET.fromstring(told("junit")).iter("failure")]  # noqa: S314 (our own file)
    assert LEAD["en"] + PLEADED in failures
    first = [result["message"]["text"] for result in json.loads(told("sarif"))["runs"][0]["results"] if PLEADED in result["message"]["text"]]
    assert all(text.startswith(f"Hailuo AI: {LEAD['en']}{PLEADED}") for text in first)
    assert LEAD["zh"] in told("gitlab", "zh")


def test_what_is_classified_or_met_on_inferred_facts_says_so(told):
    """That MiniMax provides a general-purpose model in the EU is reasoned out, and so is that no listed use was found."""
    page = told("markdown")
    section = page[page.index("## How the company") : page.index("## By rule set")]
    for title in ("General-purpose AI model", "Provider of a general-purpose AI model on the EU market", "Annex III point 6: Law enforcement"):
        lines = [line for line in section.splitlines() if line.strip().startswith(f"- {title}: ")]
        assert lines
        assert all(line.endswith(", on inferred or alleged facts**") for line in lines), lines
    assert any(line.strip() == "- Open-source exemption for general-purpose AI models: **no**" for line in section.splitlines()), "the licence is a written fact"
    met = next(line for line in page.splitlines() if "Provider by own name or trade mark" in line and "provider-by-rebranding-hailuo" in line)
    assert "Hailuo AI (inferred)" in met
    assert "（依推断或指控的事实）" in told("markdown", "zh")
    rows = {(row["subject"], row["fact"]): row["sure"] for row in json.loads(told("json"))["classification"]}
    assert rows["models/m2-7", "model.gpai_provider"] is False
    assert rows["models/m2-7", "model.free_open_source_exempt"] is True


def test_what_is_only_exposed_or_alleged_is_never_called_overdue(told):
    """An exposure has no deadline that could be missed, and from a statute of 1978 nobody counts 17,858 days."""
    for language, overdue in (("en", "Past due"), ("zh", "已逾期")):
        page = told("markdown", language)
        assert overdue not in page
        assert "17,8" not in page
    assert "**1 January 1978** (48 years ago)" in told("markdown")
    assert "**26 May 2026** (181 days ago)" in told("markdown")
