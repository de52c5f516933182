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
