"""The HTML report printed by an installed Chromium. Nothing is downloaded; without a browser there is a plain message."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from riskcheck.report.formats import html

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date

    from riskcheck.report.run import Run

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_SECONDS = 180
_DATES = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}[^)]*\)")


_NONE = (
    "no Chromium or Chrome found for -f pdf. Install one (Debian: apt install chromium), name it in RISKCHECK_CHROMIUM, "
    "or write -f html and print that"
)


class NoBrowserError(ValueError):
    """No Chromium is installed, or it did not print. The message says what to do."""


def render(run: Run, templates: Path | None = None) -> bytes:
    """Return the report as PDF (A4). Raises NoBrowserError where no Chromium can print it."""
    return printed(html.render(run, templates), run.assessment.as_of)


def browser() -> str:
    """Return the path of a Chromium: RISKCHECK_CHROMIUM if set, else the first on the path. Raises NoBrowserError."""
    chosen = os.environ.get("RISKCHECK_CHROMIUM")
    for name in (chosen,) if chosen else _BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    raise NoBrowserError(_NONE)


def printed(page: str, as_of: date) -> bytes:
    """Return a page printed to PDF. Its dates are those of the assessment, so that the same input gives the same file."""
    program = browser()
    with tempfile.TemporaryDirectory(prefix="riskcheck-pdf-") as folder:
        source, target = Path(folder) / "report.html", Path(folder) / "report.pdf"
        source.write_text(page, encoding="utf-8")
        command = [
            program, "--headless=new", "--disable-gpu", "--no-first-run", "--disable-extensions", "--disable-background-networking",
            "--disable-dev-shm-usage", "--no-pdf-header-footer", f"--user-data-dir={folder}/profile", f"--print-to-pdf={target}", source.as_uri(),
        ]  # fmt: skip
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.insert(1, "--no-sandbox")  # Chromium refuses its sandbox to root; the page is our own and asks for nothing
        try:
            done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as fault:
            raise NoBrowserError(f"{program} did not print: {fault}") from fault
        if not target.is_file():
            last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no message"]
            raise NoBrowserError(f"{program} did not print (exit {done.returncode}): {last[0]}")
        stamp = f"D:{as_of:%Y%m%d}000000+00'00'".encode()
        return _DATES.sub(lambda match: b"/" + match[1] + b" (" + stamp + b")", target.read_bytes())
