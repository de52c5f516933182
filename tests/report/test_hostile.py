"""Whatever a profile says stays text: in a browser, on a forge, in a terminal, in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re

import pytest
from lxml import html as lxml_html
from markdown_it import MarkdownIt

from riskcheck.report.formats import csv_, html, markdown, terminal

CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize("languages", [("en",), ("zh",), ("en", "zh")])
def test_html(hostile, languages):
    page = html.render(hostile(languages=languages))
    tree = lxml_html.fromstring(page)
    assert len(tree.xpath("//script")) == 1
    assert tree.xpath("//img | //svg[@onload] | //*[starts-with(@href, 'javascript:')] | //b[text()='bold']") == []
    assert not [name for element in tree.iter() if isinstance(element.tag, str) for name in element.attrib if name.startswith("on")]
    assert "{{ 7*7 }}" in tree.text_content()
    assert not CONTROLS.search(page)
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    assert "</" not in style and style.count("@page{@top-left") == 1


@pytest.mark.parametrize("languages", [("en",), ("zh",)])
def test_markdown(hostile, languages):
    text = markdown.render(hostile(languages=languages))
    shown = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text)
    tree = lxml_html.fromstring(f"<div>{shown}</div>")
    assert tree.xpath("//script | //img | //svg | //*[@onload] | //*[@onerror]") == []
    links = tree.xpath("//a/@href")
    assert links and not [link for link in links if "evil.example" in link or link.lower().startswith("javascript")]
    assert not re.search(r"(?<![\w\u2060])@(team|everyone)", text)
    assert not re.search(r"(?<!\()https?://evil", text)
    assert not [line for line in text.split("\n") if line.startswith("::")]
    assert not CONTROLS.search(text)
    rows = [line for line in text.split("\n") if line.startswith("| ")]
    assert rows and all(line.endswith("|") for line in rows)


@pytest.mark.parametrize("colour", [False, True])
def test_terminal(hostile, colour):
    text = terminal.render(hostile(), colour=colour, width=80)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert ("\x1b" in text) is colour
    assert not CONTROLS.search(plain)
    assert not [line for line in plain.split("\n") if line.startswith("::")]


def test_csv(hostile):
    rows = list(csv.reader(io.StringIO(csv_.render(hostile()).lstrip("\ufeff"))))
    assert len(rows) > 10
    assert len({len(row) for row in rows}) == 1
    assert not [cell for row in rows for cell in row if cell.lstrip()[:1] in set("=+-@\t\r＝＋－＠")]
    assert any(cell.startswith("'-- =cmd") for row in rows for cell in row)


def test_a_name_of_a_megabyte(make_run):
    text = 'profile: 1\ncompany: {name: Nobody, sells_to_united_states: true}\nsystems:\n  a:\n    name: "' + "A" * 1_000_000 + '"\n    markets: {US: true}\n'
    run = make_run(text)
    for shown in (html.render(run), markdown.render(run), terminal.render(run), csv_.render(run)):
        assert len(shown) < 1_500_000
        assert "A" * 500 not in shown
