"""The overview of many companies in a real browser: access, one request, everything without script, filter and order in the address."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

pytest.importorskip("numpy")
pytest.importorskip("pyarrow")
sync_api = pytest.importorskip("playwright.sync_api")

from riskcheck.cli.main import main
from riskcheck.portfolio.generate import Generator
from riskcheck.portfolio.layout import PortfolioWriter

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NAMES = (
    "Lumen Analytics", "上海浦东新区长三角一体化生成式人工智能应用与服务创新发展有限责任公司", "Société Générale d'Intelligence Artificielle Appliquée",
    "深度星辰（北京）人工智能科技股份有限公司", "A" * 90, "<b onmouseover=alert(1)>bold</b>", "\u202egnp.exe\x1b[31m", "::error::no",
)  # fmt: skip


@pytest.fixture(scope="module")
def portfolio(tmp_path_factory, program) -> dict[str, Path]:
    """The overview of 60 companies with names of all kinds, in each language and both, with what changed since a smaller run."""
    import pyarrow as pa

    folder = tmp_path_factory.mktemp("portfolio")
    tables = Generator(program, 7).tables(60)
    company = tables["company"]
    tables["company"] = company.set_column(1, "name", pa.array([f"{NAMES[row % len(NAMES)]} {row}" for row in range(60)]))
    for name, drop in (("now", 0), ("before", 6)):
        with PortfolioWriter(folder / name, program.vocabulary) as writer:
            writer.write(Generator(program, 8).tables(54) if drop else tables)
    assert main(["portfolio", str(folder / "before"), "-o", str(folder / "old"), "-f", "parquet", "--as-of", "2026-11-20", "--quiet"]) == 0
    made = {}
    for name, language in (("en", "en"), ("zh", "zh"), ("both", "en,zh")):
        made[name] = folder / name / "index.html"
        assert main(["portfolio", str(folder / "now"), "-o", str(folder / name), "--lang", language, "--since", str(folder / "old"),
            "--as-of", "2026-11-24", "-f", "html", "-f", "csv", "--worst", "5", "--quiet"]) == 0  # fmt: skip
    empty = folder / "one.jsonl"
    empty.write_text(json.dumps({"id": "x", "profile": 1, "company": {"name": "Nobody knows"}}) + "\n", encoding="utf-8")
    made["bare"] = folder / "bare" / "index.html"
    assert main(["portfolio", str(empty), "-o", str(folder / "bare"), "--as-of", "2026-11-24", "--worst", "0", "--quiet"]) == 0
    return made


PAGES = [
    (name, page, width, scheme)
    for name, width, scheme in (
        ("en", 1440, "light"), ("en", 1440, "dark"), ("en", 320, "light"), ("en", 768, "light"), ("zh", 1440, "light"), ("zh", 390, "dark"),
        ("both", 1440, "light"), ("both", 320, "dark"), ("bare", 320, "light"),
    )
    for page in (("index",) if name == "bare" else ("index", "single"))
]  # fmt: skip


def path_of(index: Path, page: str) -> Path:
    return index if page == "index" else index.parent / "companies" / "001.html"


@pytest.mark.parametrize(("name", "page", "width", "scheme"), PAGES)
def test_no_fault_of_access_no_second_request_no_overflow(visit, portfolio, axe, name, page, width, scheme):
    opened, requests, messages = visit(path_of(portfolio[name], page), width=width, scheme=scheme)
    for language in ("en", "zh") if name == "both" else ("",):
        if language:
            opened.locator(f"#show-{language}").check(force=True)
        opened.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
        opened.evaluate(axe)
        found = opened.evaluate("(tags) => axe.run(document, { runOnly: tags })", TAGS)["violations"]
        assert [(fault["id"], fault["nodes"][0]["html"][:160]) for fault in found] == []
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
    assert len(requests) == 1
    assert messages == []


@pytest.mark.parametrize("width", [360, 600, 1000, 1130, 1250, 1280, 1900])
def test_no_width_makes_the_page_scroll_sideways(visit, portfolio, width):
    page, _, _ = visit(portfolio["both"], width=width)
    for language in ("en", "zh"):
        page.locator(f"#show-{language}").check(force=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_forced_colours(visit, portfolio, axe):
    page, _, _ = visit(portfolio["en"], forced_colors="active", reduced_motion="reduce")
    page.evaluate(axe)
    assert page.evaluate("(tags) => axe.run(document, { runOnly: tags })", TAGS)["violations"] == []


def test_without_script_everything_is_there(visit, portfolio):
    page, requests, messages = visit(portfolio["both"], script=False)
    assert page.locator("#report-en .ranking tbody tr:visible").count() == 60
    assert page.locator("#report-en .map tbody tr").count() == 60
    assert page.locator(".tools:visible").count() == 0
    assert page.locator("#report-zh").is_hidden()
    page.locator("label[for=show-zh]").click()
    assert page.locator("#report-zh").is_visible()
    assert len(requests) == 1
    assert messages == []
    text = page.locator("body").inner_text()
    assert "alert(1)" in text
    page.locator("#report-zh .ranking tbody tr a").first.click()
    assert page.url.endswith("companies/001.html#report-zh")
    assert page.locator(".card").count() > 0


def ranks(page) -> list[int]:
    return [int(text) for text in page.locator(".ranking tbody tr:visible .rank").all_text_contents()]


def test_filters_and_order_stand_in_the_address(visit, portfolio):
    page, _, _ = visit(portfolio["en"])
    assert ranks(page) == list(range(1, 61))
    page.locator("select[name=g]").select_option("critical")
    few = ranks(page)
    assert 0 < len(few) < 60
    page.locator("select[name=o]").select_option("unknown")
    turned = ranks(page)
    assert sorted(turned) == few
    assert turned != few
    opened = [int(text.replace(",", "")) for text in page.locator(".ranking tbody tr:visible td:nth-of-type(7)").all_text_contents()]
    assert opened == sorted(opened, reverse=True)
    assert page.evaluate("location.hash") == "#?g=critical&o=unknown"
    assert page.locator("th[aria-sort=descending] button").text_content() == "Open"
    heat = page.locator(".map tbody tr:visible th").all_text_contents()
    assert heat == [text.strip() for text in page.locator(".ranking tbody tr:visible th").all_text_contents()]
    again, _, _ = visit(portfolio["en"], fragment="#?g=critical&o=unknown")
    assert ranks(again) == turned
    assert again.locator("select[name=g]").input_value() == "critical"
    again.locator("button[type=reset]").click()
    # (not wait_for_function: the page's own policy forbids the eval with which it polls)
    sync_api.expect(again.locator(".shown-count")).to_have_text("60")
    assert again.evaluate("location.hash") == ""
    assert ranks(again) == list(range(1, 61))
    again.locator("input[type=search]").fill("no such words anywhere")
    assert ranks(again) == []
    assert again.locator(".shown-count").text_content() == "0"


@pytest.mark.parametrize("fragment", ["#?g=nonsense&o=evil&p=p99&lang=xx", "#?q=%E4%B8%8A%E6", "#%E4%B8", "#?lang=zh&o=p3"])
def test_an_odd_address_breaks_nothing(visit, portfolio, fragment):
    page, _, messages = visit(portfolio["both"], fragment=fragment)
    assert messages == []
    assert page.locator(".ranking tbody tr").count() == 120
    if "lang=zh" in fragment:
        assert page.locator("#report-zh").is_visible()


def test_a_rule_set_filters_and_sorts_by_its_heading(visit, portfolio):
    page, _, _ = visit(portfolio["zh"])
    page.locator("select[name=p]").select_option("p1")
    count = int(page.locator(".map .hits td").nth(1).text_content())
    assert len(ranks(page)) == count
    page.locator(".map thead [data-sort=p1]").click()
    cells = page.locator(".map tbody tr:visible td:nth-of-type(2) b").all_text_contents()
    least = [int(text.partition("–")[0]) for text in cells]
    assert least == sorted(least, reverse=True)


def test_the_language_of_an_address_is_kept(visit, portfolio):
    page, _, _ = visit(portfolio["both"])
    page.locator("#show-zh").check(force=True)
    assert page.evaluate("location.hash") == "#?lang=zh"
    page.locator("#report-zh .ranking tbody th a").first.click()
    assert page.locator("#report-zh").is_visible()
    page.locator("#report-zh .around a").first.click()
    page.wait_for_url("**/index.html#report-zh")
    assert page.locator("#report-zh").is_visible()


def test_a_finding_of_the_ranking_leads_to_its_place(visit, portfolio):
    page, _, _ = visit(portfolio["en"])
    page.locator(".ranking tbody tr .heavy a").first.click()
    anchor = page.evaluate("decodeURIComponent(location.hash.slice(1))")
    assert page.locator(f"[id='{anchor}']").is_visible()


def test_the_keyboard_reaches_what_can_be_done_and_targets_are_large(visit, portfolio):
    page, _, _ = visit(portfolio["both"], width=390)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    seen = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.name || document.activeElement.type || document.activeElement.tagName"))
    assert {"language", "q", "g", "p", "o", "reset", "A"} <= seen
    small = page.locator("button:visible, select:visible, input:visible:not(.switch), summary:visible").evaluate_all(
        "(found) => found.map((el) => [el.textContent.slice(0, 30), el.getBoundingClientRect()]).filter(([, box]) => box.height < 24 || box.width < 24).map(([t]) => t)"
    )
    assert small == []


def test_the_print_is_whole(visit, portfolio, tmp_path):
    if not shutil.which("pdftotext"):
        pytest.skip("no pdftotext: apt-get install -y poppler-utils")
    page, _, _ = visit(portfolio["en"])
    page.locator("select[name=g]").select_option("critical")
    page.pdf(path=str(tmp_path / "p.pdf"), format="A4")
    text = subprocess.run(["pdftotext", "-layout", str(tmp_path / "p.pdf"), "-"], capture_output=True, check=True).stdout.decode()
    ids = {f"C{number:09d}" for number in range(60)}
    assert ids <= set(re.findall(r"C\d{9}", text)), "a filter of the screen hides nothing on paper"
    assert "95 to 100" in text
    pages = text.split("\f")
    ranked = [one for one in pages if "more among the" in " ".join(one.split())]
    assert len(ranked) > 2
    assert all("Breached" in one and "Company" in one for one in ranked), "the heading stands on every page of the table"
    assert "riskcheck · Indicates risk; no legal advice" in text
