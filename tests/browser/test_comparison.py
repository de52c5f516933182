"""The comparison and the served report in a real browser."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from riskcheck.cli.main import main
from riskcheck.cli.serve import server

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COMPANIES = ("minimax", "zhipu", "openai", "stepfun")
OPTIONS = {"as_of": None, "packs": (), "languages": ("en",), "include_proposed": False, "audience": "board", "templates": None, "rules_folder": None}


@pytest.fixture(scope="module")
def index(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("companies")
    paths = [str(ROOT / "profiles" / f"{name}.yaml") for name in COMPANIES]
    assert main(["compare", *paths, "-o", str(folder), "--lang", "en,zh", "--as-of", "2026-11-24"]) == 0
    return folder


@pytest.mark.parametrize(("language", "width", "scheme"), [("en", 1440, "light"), ("zh", 1440, "dark"), ("en", 320, "dark"), ("zh", 320, "light"), ("en", 768, "light")])
def test_comparison_has_no_fault_of_access(visit, index, axe, language, width, scheme):
    page, requests, messages = visit(index / f"index.{language}.html", width=width, scheme=scheme)
    page.evaluate(axe)
    found = page.evaluate("(tags) => axe.run(document, { runOnly: tags })", TAGS)["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"][:160]) for fault in found] == []
    assert len(requests) == 1
    assert messages == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1440, 390])
def test_rows_are_ordered_without_script_by_keyboard(visit, index, width):
    page, _, _ = visit(index / "index.en.html", script=False, width=width)

    def shown(table: str) -> list[str]:
        places = page.locator(f"{table} tbody tr").evaluate_all("(rows) => rows.map((row) => [row.getBoundingClientRect().top, row.cells[0].textContent])")
        return [name for _, name in sorted(places)]

    first = shown(".bands")
    page.locator("#by-lower").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert page.locator("#by-name").is_checked()
    for table in (".bands", ".matrix"):
        assert shown(table) == ["MiniMax", "OpenAI", "StepFun", "Zhipu (Z.ai)"]
    assert first != shown(".bands")
    page.locator("#by-lower").check()
    assert shown(".bands") == first


def test_the_page_in_front_of_an_editor_comes_anew_by_itself(browser, tmp_path):
    file = tmp_path / "profile.yaml"
    file.write_text("profile: 1\ncompany:\n  name: Before\n", encoding="utf-8")
    found = server(str(file), 0, OPTIONS)
    thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    context = browser.new_context()
    try:
        page = context.new_page()
        messages: list[str] = []
        page.on("console", lambda message: messages.append(message.text))
        page.goto(f"http://127.0.0.1:{found.server_port}/")
        assert page.locator("h1").first.text_content() == "Before"
        assert not [text for text in messages if "Content Security Policy" in text]
        file.write_text("profile: 1\ncompany:\n  name: After the change\n", encoding="utf-8")
        page.get_by_role("heading", name="After the change", exact=True).wait_for(timeout=15_000)
        file.write_text("profile: 1\ncompany:\n  nam: broken\n", encoding="utf-8")
        page.get_by_text("unknown").first.wait_for(timeout=15_000)
        file.write_text("profile: 1\ncompany:\n  name: Mended\n", encoding="utf-8")
        page.get_by_role("heading", name="Mended", exact=True).wait_for(timeout=15_000)
    finally:
        context.close()
        found.shutdown()
        found.server_close()
        thread.join()
