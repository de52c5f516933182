"""The HTML report: one file that asks for nothing, says everything without script, and keeps its anchors."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from lxml import html as lxml_html

from riskcheck.report.formats import html
from riskcheck.report.parts.context import anchor_of


@pytest.fixture(scope="module")
def page(make_run) -> str:
    return html.render(make_run())


@pytest.fixture(scope="module")
def both(make_run) -> str:
    return html.render(make_run(languages=("en", "zh")))


def test_asks_for_nothing_outside(page):
    tree = lxml_html.fromstring(page)
    loading = tree.xpath("//link | //img | //iframe | //object | //embed | //audio | //video | //source | //script[@src] | //base | //*[@srcset] | //use")
    assert loading == []
    assert "@import" not in page and "url(http" not in page
    assert not re.search(r"\son\w+=", re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL))


def test_policy_names_the_very_script(page):
    script = re.search(r"<script>(.*?)</script>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page
    assert "default-src 'none'" in page


def test_script_is_short(root):
    assert len((root / "reports/templates/report.js").read_text(encoding="utf-8").splitlines()) < 200


def test_weight(page, both):
    assert len(page.encode()) < 500_000
    assert len(both.encode()) < 900_000


def test_every_finding_has_its_anchor_once(page, make_run):
    ids = re.findall(r"\sid=\"?([^\s\">]+)", page)
    assert len(ids) == len(set(ids))
    assert {anchor_of(f) for f in make_run().assessment.findings} <= set(ids)


def test_every_inner_link_leads_somewhere(both):
    ids = set(re.findall(r"\sid=\"?([^\s\">]+)", both))
    targets = set(re.findall(r"\shref=\"?#([^\s\">]+)", both))
    assert targets - ids == set()


def test_adverse_findings_are_told_whole(page, make_run):
    text = lxml_html.fromstring(page).text_content()
    run = make_run()
    for finding in run.assessment.findings:
        if finding.adverse:
            assert finding.identity in text
            assert run.texts().get("rules", finding.rule, "remedy") in text


def test_language_is_marked(both):
    tree = lxml_html.fromstring(both)
    assert tree.get("lang") == "en"
    assert [article.get("lang") for article in tree.xpath("//article")] == ["en", "zh-Hans"]
    assert [box.get("checked") is not None for box in tree.xpath("//input[@class='switch']")] == [True, False]


def test_order_of_sections(page):
    order = [item[0] for item in html.SECTIONS]
    places = [page.find(f'<h2 id="{name}"') for name in order]
    found = [place for place in places if place >= 0]
    assert found == sorted(found)
    assert {name for name, place in zip(order, places, strict=True) if place < 0} <= {"flows", "classification", "waivers", "changes"}


def test_tables_have_captions_and_scopes(page):
    tree = lxml_html.fromstring(page)
    for table in tree.xpath("//table"):
        assert table.xpath("./caption"), "a table without caption"
        assert all(head.get("scope") for head in table.xpath(".//thead//th"))


def test_board_reads_less_of_the_same(make_run, page):
    board = html.render(make_run(audience="board"))
    assert len(board) < len(page) / 2
    for name in ("answer", "red-flags", "money", "calendar", "questions"):
        assert f'<h2 id="{name}"' in board
    assert '<h2 id="evidence"' not in board


def test_engineer_sees_paths(make_run):
    assert "systems/hailuo system.reproduces_characters" in html.render(make_run(audience="engineer"))


def test_empty_profile_gives_no_comfort(make_run):
    page = html.render(make_run("profile: 1\ncompany: {name: Nobody}\n"))
    text = lxml_html.fromstring(page).text_content()
    assert "0–100" in text
    assert "minimal risk" not in text.lower()
    assert "Nothing adverse follows from what is known; that is no clean bill" in text


def test_hidden_findings_are_counted(make_run):
    run = make_run(min_severity="critical")
    page = html.render(run)
    hidden = sum(1 for f in run.assessment.findings if (f.adverse or f.verdict == "unknown") and f.severity_most != "critical")
    assert hidden > 0
    assert f"{hidden:,} findings below severity “critical” are hidden" in page


@pytest.mark.parametrize(("language", "sentence"), [("en", "no exchange rate for HKD"), ("zh", "没有HKD的汇率")])
def test_figures_without_a_rate_are_said_to_be_compared_with_nothing(program, installed, root, language, sentence):
    """HKD is the currency of the listing: its reader must not take silence for nothing at stake."""
    from datetime import date

    from riskcheck.assess.assess import assess
    from riskcheck.loader.profiles import read_profile
    from riskcheck.report.formats import markdown
    from riskcheck.report.run import Run

    text = (root / "profiles" / "minimax.yaml").read_text("utf-8")
    for written, said in ((text, False), (text.replace("79_040_000 USD", "620_000_000 HKD"), True)):
        profile, document = read_profile(written.encode(), "minimax.yaml", program)
        run = Run(
            assessment=assess(program, profile, date(2026, 11, 26)), profile=profile, document=document, program=program, installed=installed,
            languages=(language,),
        )  # fmt: skip
        assert (sentence in html.render(run)) is said
        assert (sentence in markdown.render(run)) is said
