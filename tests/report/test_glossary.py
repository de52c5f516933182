"""The terms that a report uses, with the law that uses them."""

from __future__ import annotations

import pytest

from riskcheck.report.formats import html, markdown
from riskcheck.report.parts.glossary import _source, _used, _used_chinese
from riskcheck.report.view import view


@pytest.mark.parametrize("language", ["en", "zh"])
def test_used_terms_are_shown_with_their_source(make_run, language):
    run = make_run(languages=(language,))
    glossary = view(run).glossary
    assert glossary.official and glossary.house
    assert all(term.source for term in glossary.official)
    page, text = html.render(run), markdown.render(run)
    for term in glossary.official:
        assert term.text in page and term.other in page
        assert term.source in page
    assert 'id="glossary"' in page and '<a id="glossary"></a>' in text
    told = {term.text for term in (*glossary.official, *glossary.house)}
    assert {"en": "provider", "zh": "提供者"}[language] in told


def test_unused_terms_are_not_shown(make_run):
    told = view(make_run("profile: 1\ncompany: {name: Nobody}\n"), "en").glossary
    whole = view(make_run(), "en").glossary
    known = len(make_run().texts().ids("glossary"))
    assert len(whole.official) + len(whole.house) < known
    assert told is None or len(told.official) + len(told.house) < known


def test_a_term_is_a_word_of_its_own():
    assert _used("provider", "two providers of models")
    assert not _used("provider", "internetproviderless")
    assert _used_chinese("AI系统（人工智能系统）", "某人工智能系统的提供者")
    assert not _used_chinese("提供者", "部署者")


def test_chinese_law_is_named_in_chinese():
    assert _source("PIPL (《个人信息保护法》) Art. 38") == "《个人信息保护法》第38条"
    assert _source("CAC Provisions of 22 March 2024 (《促进和规范数据跨境流动规定》) Art. 7, 8") == "《促进和规范数据跨境流动规定》第7条、第8条"
