"""The report in a real browser: one request, no fault of access, everything without script, links and filters that work, a whole print."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date

import pytest

from riskcheck.assess.assess import assess
from riskcheck.loader.profiles import load_profile
from riskcheck.report.parts.context import anchor_of

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="session")
def findings(installed, root):
    profile, _ = load_profile(root / "profiles" / "minimax.yaml", installed.program, name="profiles/minimax.yaml")
    return assess(installed.program, profile, date(2026, 11, 24)).findings


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [
        ("en", 1440, "light"), ("en", 1440, "dark"), ("en", 320, "light"), ("zh", 768, "light"), ("zh", 390, "dark"),
        ("both", 1440, "light"), ("both", 320, "dark"), ("board", 768, "light"), ("minimal", 1440, "dark"),
        ("since", 320, "light"), ("since", 1440, "dark"),
    ],
)  # fmt: skip
def test_no_fault_of_access(visit, pages, axe, name, width, scheme):
    page, requests, messages = visit(pages[name], width=width, scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
    page.evaluate(axe)
    found = page.evaluate("(tags) => axe.run(document, { runOnly: tags })", TAGS)["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"][:160]) for fault in found] == []
    assert len(requests) == 1
    assert messages == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_forced_colours_and_calm_motion(visit, pages, axe):
    page, _, _ = visit(pages["en"], forced_colors="active", reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    page.evaluate(axe)
    assert page.evaluate("(tags) => axe.run(document, { runOnly: tags })", TAGS)["violations"] == []


def test_without_script_everything_is_there(visit, pages, findings):
    page, requests, _ = visit(pages["en"], script=False)
    text = page.locator("body").text_content()
    anchors = set(re.findall(r"\sid=\"?(finding-[^\s\">]+)", page.content()))
    assert {anchor_of(finding) for finding in findings} <= anchors
    assert all(finding.identity in text for finding in findings if finding.adverse)
    assert page.locator(".tools").first.is_hidden()
    assert len(requests) == 1


def test_languages_switch_without_script(visit, pages):
    page, _, _ = visit(pages["both"], script=False)
    assert page.locator("#report-en").is_visible()
    assert page.locator("#report-zh").is_hidden()
    page.locator("label[for=show-zh]").click()
    assert page.locator("#report-zh").is_visible()
    assert page.locator("#report-en").is_hidden()


def test_a_deep_link_opens_its_finding(visit, pages, findings):
    folded = next(f for f in findings if f.adverse and f.severity_most == "medium")
    page, _, _ = visit(pages["en"], fragment=f"#{anchor_of(folded)}")
    assert page.locator(f"[id='{anchor_of(folded)}']").is_visible()
    hidden = next(f for f in findings if f.verdict == "unknown")
    other, _, _ = visit(pages["both"], fragment=f"#zh-{anchor_of(hidden)}")
    assert other.locator("#report-zh").is_visible()
    assert other.evaluate("(id) => document.getElementById(id).closest('details').open", f"zh-{anchor_of(hidden)}")


def test_filter_search_and_state_in_the_address(visit, pages):
    page, _, _ = visit(pages["en"])
    cards = page.locator(".card:visible")
    before = cards.count()
    page.locator("select[name=s]").select_option("critical")
    page.locator("select[name=b]").select_option("alleged")
    assert 0 < page.locator(".card:visible").count() < before
    assert page.evaluate("location.hash") == "#?s=critical&b=alleged"
    again, _, _ = visit(pages["en"], fragment="#?s=critical&b=alleged")
    assert again.locator("select[name=s]").input_value() == "critical"
    assert again.locator(".card:visible").count() == page.locator(".card:visible").count()
    again.locator("button[type=reset]").click()
    again.wait_for_function("location.hash === ''")
    assert again.locator(".card:visible").count() >= before
    again.locator("input[type=search]").fill("no such words anywhere")
    assert again.locator(".card:visible").count() == 0
    assert again.locator(".shown-count").text_content() == "0"


def test_a_cell_of_the_heat_map_filters(visit, pages):
    page, _, _ = visit(pages["en"])
    cell = page.locator(".heat a[data-filter*='b=alleged']").first
    cell.click()
    assert "b=alleged" in page.evaluate("location.hash")
    assert all(kind == "alleged" for kind in page.locator(".card:visible").evaluate_all("(cards) => cards.map((card) => card.dataset.b)"))


def test_links_that_the_script_adds_lead_somewhere(visit, pages, findings):
    page, _, messages = visit(pages["both"])
    for part in ("report-en", "report-zh"):
        targets = page.locator(f"#{part} .pack .group li > i a").evaluate_all("(links) => links.map((link) => link.hash.slice(1))")
        assert len(targets) > 400
        assert page.evaluate("(ids) => ids.filter((id) => !document.getElementById(id))", targets) == []
        own = page.locator(f"#{part} .here").evaluate_all("(links) => links.map((link) => [link.hash.slice(1), link.ariaLabel])")
        assert len(own) > 40
        assert all(label and len(label) > 5 for _, label in own)
    undecided = [anchor_of(f) for f in findings if f.verdict == "unknown"]
    assert page.evaluate("(ids) => ids.filter((id) => !document.getElementById('zh-' + id))", undecided) == []
    same = "(id) => document.getElementById(id).closest('section.group').querySelectorAll('li').length"
    assert page.evaluate(same, undecided[0]) == page.evaluate(same, f"zh-{undecided[0]}")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((el) => el.id)")
    assert len(ids) == len(set(ids))
    assert messages == []


def test_questions_sort(visit, pages):
    page, _, _ = visit(pages["en"])
    numbers = "(rows) => rows.map((row) => Number(row.cells[0].textContent))"
    rows = page.locator(".questions tbody tr")
    assert rows.evaluate_all(numbers)[:3] == [1, 2, 3]
    button = page.locator(".questions th button").first
    button.click()
    button.click()
    found = rows.evaluate_all(numbers)
    assert found == sorted(found, reverse=True)
    assert page.locator(".questions th").first.get_attribute("aria-sort") == "descending"


def test_the_keyboard_reaches_every_control(visit, pages):
    page, _, _ = visit(pages["both"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    seen = {"skip"}
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.name || document.activeElement.type || document.activeElement.tagName"))
    assert {"language", "q", "s", "b", "reset", "A"} <= seen


def test_targets_are_large_enough(visit, pages):
    page, _, _ = visit(pages["en"], width=390)
    small = page.locator("button:visible, select:visible, input:visible, summary:visible").evaluate_all(
        "(found) => found.map((el) => [el.textContent.slice(0, 30), el.getBoundingClientRect()]).filter(([, box]) => box.height < 24 || box.width < 24).map(([t]) => t)"
    )
    assert small == []


@pytest.mark.parametrize(("name", "paper"), [("both", "A4"), ("zh", "Letter")])
def test_the_print_is_whole(visit, pages, findings, tmp_path, name, paper):
    if not shutil.which("pdftotext"):
        pytest.skip("no pdftotext: apt-get install -y poppler-utils")
    page, _, _ = visit(pages[name])
    page.pdf(path=str(tmp_path / "r.pdf"), format=paper)
    text = subprocess.run(["pdftotext", "-layout", str(tmp_path / "r.pdf"), "-"], capture_output=True, check=True).stdout.decode()
    joined = re.sub(r"\s+", "", text)
    assert [f.identity for f in findings if f.adverse and f.identity not in joined] == []
    assert "人工智能法律风险报告" in joined
    assert "星野" in joined
    assert ("riskcheck·Indicatesrisk;nolegaladvice" if name == "both" else "riskcheck·仅提示风险") in joined
    assert re.search(r"\b2 / \d+", text)
    fonts = subprocess.run(["pdffonts", str(tmp_path / "r.pdf")], capture_output=True, check=True).stdout.decode().splitlines()[2:]
    assert fonts
    assert [line for line in fonts if line.split()[-5] != "yes"] == []
