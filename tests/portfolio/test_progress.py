"""The progress bar: on a terminal share, rate and time left; nowhere else a single character."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("numpy")
pytest.importorskip("pyarrow")

from riskcheck.cli.progress import Progress, _span

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    """Three pieces of work."""
    folder = tmp_path_factory.mktemp("progress")
    (folder / "a.jsonl").write_text("".join(f'{{"id": "{number}", "profile": 1, "company": {{}}}}\n' for number in range(600)), encoding="utf-8")
    return folder


def command(source: Path, out: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "riskcheck", "portfolio", str(source), "-o", str(out), "--as-of", "2026-11-24", *options]


@pytest.mark.parametrize(("options", "shown"), [((), True), (("--quiet",), False)])
def test_a_terminal_sees_share_rate_and_time_left(source, tmp_path, options, shown):
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(command(source, tmp_path / "out", *options), cwd=ROOT, stdout=subprocess.PIPE, stderr=theirs, env={**os.environ, "COLUMNS": "100"})
    os.close(theirs)
    told = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        told += part
    os.close(ours)
    assert process.stdout is not None
    assert process.stdout.read() == b""
    process.stdout.close()
    assert process.wait() == 0
    text = told.decode()
    if not shown:
        assert text == ""
        return
    assert re.search(r"\[#+\.*\] 100 %  600 of 600 companies  [\d,]+/s  0 s left", text)
    assert "\x1b" not in text
    assert all(len(line) < 100 for line in re.split(r"[\r\n]+", text) if "%" in line)
    assert "600 companies judged" in text.splitlines()[-1]


def test_nobody_else_sees_a_bar(source, tmp_path):
    done = subprocess.run(command(source, tmp_path / "out"), cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert re.fullmatch(r"600 companies judged in [\d.]+ s; results in \S+\n", done.stderr)


def test_what_an_earlier_run_did_counts_for_the_share_and_not_for_the_rate():
    progress = Progress(100)
    progress.started -= 10
    progress.add(50, fresh=False)
    assert "/s" not in progress.line(100)
    progress.add(10)
    line = progress.line(100)
    assert line.startswith("[##############..........]  60 %  60 of 100 companies  1/s")
    assert line.endswith("40 s left")


def test_a_narrow_terminal_gets_the_words_without_the_bar():
    progress = Progress(10)
    progress.add(5)
    assert progress.line(60).startswith(" 50 %")
    assert len(progress.line(20)) == 20
    assert progress.line(0) == ""
    assert Progress(0).line(80).startswith("[########################] 100 %")


def test_time_as_people_say_it():
    assert [_span(seconds) for seconds in (0.4, 59, 61, 3599, 3600, 8000)] == ["0 s", "59 s", "1 min", "60 min", "1 h 0 min", "2 h 13 min"]
