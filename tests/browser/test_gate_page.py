"""The page of what changed, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from riskcheck.cli.main import main

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def changes(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("changes")
    text = (ROOT / "profiles/minimax.yaml").read_text(encoding="utf-8")
    (folder / "new.yaml").write_text(text.replace("markets: {US: true, CN: true}", "markets: {US: true, CN: true, DE: true}", 1), encoding="utf-8")
    for language in ("en", "zh"):
        assert main(["diff", str(ROOT / "profiles/minimax.yaml"), str(folder / "new.yaml"), "--as-of", "2026-12-10", "--lang", language, "-f", f"html={folder}/{language}.html"]) == 0
    return folder


@pytest.mark.parametrize(("language", "width", "scheme"), [("en", 1440, "light"), ("zh", 1440, "dark"), ("en", 320, "dark"), ("zh", 320, "light")])
def test_no_fault_of_access_no_request_no_overflow(visit, changes, axe, language, width, scheme):
    page, requests, messages = visit(changes / f"{language}.html", width=width, scheme=scheme)
    page.evaluate(axe)
    found = page.evaluate("(tags) => axe.run(document, { runOnly: tags })", TAGS)["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"][:160]) for fault in found] == []
    assert len(requests) == 1
    assert messages == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("tr[id^=finding-]").count() >= 1
