"""A real Chromium and axe-core, or one line that says what is missing.

Chromium is found on the path (or RISKCHECK_CHROMIUM); axe-core in ``node_modules`` of the project (``npm install --no-save axe-core``)
or at AXE_CORE. With CI=true and RISKCHECK_BROWSER_TESTS=1 a missing part is a failure, elsewhere a skip.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from riskcheck.cli.main import main

ROOT = Path(__file__).resolve().parents[2]


def _missing(what: str) -> None:
    if os.environ.get("CI") == "true" and os.environ.get("RISKCHECK_BROWSER_TESTS") == "1":
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def chromium() -> str:
    names = [os.environ.get("RISKCHECK_CHROMIUM"), "chromium", "chromium-browser", "google-chrome"]
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if not found:
        _missing("no Chromium: apt-get install -y chromium fonts-noto-cjk")
    return found


@pytest.fixture(scope="session")
def axe() -> str:
    places = [os.environ.get("AXE_CORE", ""), *(str(folder / "node_modules/axe-core/axe.min.js") for folder in (ROOT, Path.home(), Path("/")))]
    found = next((place for place in places if place and Path(place).is_file()), None)
    if not found:
        _missing("no axe-core: npm install --no-save axe-core (or name axe.min.js in AXE_CORE)")
    return Path(found).read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def browser(chromium):
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("no playwright: pip install playwright")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def pages(tmp_path_factory) -> dict[str, Path]:
    """The reports under test, made by the command line itself."""
    folder = tmp_path_factory.mktemp("pages")
    made: dict[str, Path] = {}
    july = folder / "july.json"
    assert main(["score", str(ROOT / "profiles" / "minimax.yaml"), "--as-of", "2026-07-20", "-f", f"json={july}"]) == 0
    for name, profile, options in (
        ("en", "minimax", []), ("zh", "minimax", ["--lang", "zh"]), ("both", "minimax", ["--lang", "en,zh"]),
        ("board", "minimax", ["--audience", "board"]), ("minimal", "minimal", []),
        ("since", "minimax", ["--lang", "en,zh", "--since", str(july)]),
    ):
        made[name] = folder / f"{name}.html"
        code = main(["score", str(ROOT / "profiles" / f"{profile}.yaml"), "--as-of", "2026-11-24", "-f", f"html={made[name]}", *options])
        assert code == 0
    return made


@pytest.fixture
def visit(browser):
    """Open a page and watch it: returns (page, requests, messages)."""
    contexts = []

    def open_page(path: Path, *, width: int = 1440, scheme: str = "light", script: bool = True, fragment: str = "", **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script, **options)
        contexts.append(context)
        page = context.new_page()
        requests: list[str] = []
        messages: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: messages.append(message.text))
        page.on("pageerror", lambda error: messages.append(str(error)))
        page.goto(path.as_uri() + fragment)
        return page, requests, messages

    yield open_page
    for context in contexts:
        context.close()
