"""Every rule has a page that renders in both languages, with what a reader needs to check it."""

from __future__ import annotations

import re
from functools import cache

import pytest

from riskcheck.installed import load_installed, load_source
from riskcheck.report.formats.rule_page import render_page
from riskcheck.report.page import examples_of, rule_page

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@cache
def _loaded():
    return load_installed(), load_source()[0], {rule.id: rule for rule in load_installed().program.rules}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("identity", sorted(_loaded()[2]))
def test_the_page_of_a_rule_renders(identity, language):
    installed, library, rules = _loaded()
    rule = rules[identity]
    page = rule_page(rule, installed, language, examples_of(rule, library))
    texts = installed.texts(language)
    for markdown in (True, False):
        text = render_page(page, [], language, markdown=markdown)
        assert identity in text
        for name in ("title", "summary", "remedy", "severity_reason", "note", "confidence_note"):
            told = texts.get("rules", identity, name)
            assert not told or str(told).strip() in text, name
        for why in (*texts.get("rules", identity, "unless", []), *texts.get("rules", identity, "transition", []), *texts.get("rules", identity, "severity_when", [])):
            assert why in text
        for cite in rule.cite:
            assert cite.at in text
            assert texts.get("acts", cite.act, "title") in text
        for source in rule.sources:
            assert source in text
        assert "None" not in text.replace("None of", "").replace("None is", "") or "None" in str(page)
        assert not re.search(r"\bpage_[a-z]+\b|\bverdict_[a-z]+\b", text), "a word without a text"
    if language == "zh":
        assert CHINESE.search(page["title"])
        assert page["title"] != rule_page(rule, installed, "en", examples_of(rule, library))["title"]


def test_doubt_is_shown(program):
    """What is secondary, guidance or uncertain says so on its page, in both languages."""
    installed, library, _ = _loaded()
    for confidence in ("verified_text", "verified_secondary", "guidance", "general", "uncertain"):
        rule = next((rule for rule in program.rules if rule.confidence == confidence), None)
        assert rule is not None, confidence
        for language in ("en", "zh"):
            page = rule_page(rule, installed, language, examples_of(rule, library))
            assert page["confidence"] in render_page(page, [], language, markdown=True)
    shown = {language: {rule_page(rule, installed, language, [])["confidence"] for rule in program.rules} for language in ("en", "zh")}
    assert len(shown["en"]) == len(shown["zh"]) == len({rule.confidence for rule in program.rules})
