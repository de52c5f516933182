"""Markdown: the same order and anchors as the page, tables that hold, nothing that a forge would turn into something else."""

from __future__ import annotations

import re

import pytest

from riskcheck.report.formats import html, markdown
from riskcheck.report.inert import inert
from riskcheck.report.parts.context import anchor_of


@pytest.fixture(scope="module")
def text(make_run) -> str:
    return markdown.render(make_run())


def test_same_sections_in_the_same_order(text, make_run):
    wanted = [name for name, *_ in html.SECTIONS]
    found = [name for name in re.findall(r'<a id="([a-z-]+)"></a>', text) if name in wanted]
    assert found == [name for name in wanted if name in found]
    assert set(wanted) - set(found) <= {"flows", "classification", "ranked", "waivers", "changes"}


def test_every_finding_has_its_anchor(text, make_run):
    ids = re.findall(r'<a id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert {anchor_of(f) for f in make_run().assessment.findings} <= set(ids)
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= set(ids)


def test_tables_hold(text):
    block: list[int] = []
    for line in [*text.split("\n"), ""]:
        if line.startswith("|"):
            block.append(len(re.findall(r"(?<!\\)\|", line)))
        else:
            assert len(set(block)) <= 1, line
            block = []


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("a|b", "a\\|b"), ("<b>", "&lt;b&gt;"), ("*x* _y_", "\\*x\\* \\_y\\_"), ("`c`", "\\`c\\`"), ("# head", "\\# head"), ("- item", "\\- item"),
        ("@team", "@\u2060team"), ("#12", "\\#\u206012"), ("!7", "\\!\u20607"), ("https://a.example", "https:\u2060//a.example"), ("a & b", "a &amp; b"),
        ("1. one", "1\u2060. one"), ("two\nlines", "two lines"), ("plain text, 3 % (yes)", "plain text, 3 % (yes)"),
    ],
)  # fmt: skip
def test_text_stays_text(given, shown):
    assert inert(given) == shown
