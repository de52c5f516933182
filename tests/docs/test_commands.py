"""Every command in README and docs runs. `make` targets and placeholders are checked otherwise."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"```(?:console|bash|sh)\n(.*?)```", re.DOTALL)


def commands() -> list[tuple[str, str]]:
    found = []
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "rules" / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for block in _BLOCK.findall(path.read_text(encoding="utf-8")):
            for line in block.replace("\\\n", " ").splitlines():
                command = line.split("#")[0].strip().removeprefix("$ ").removeprefix(".venv/bin/")
                if command:
                    found.append((path.relative_to(ROOT).as_posix(), command))
    return list(dict.fromkeys(found))


COMMANDS = commands()


@pytest.fixture(scope="session")
def checkout(tmp_path_factory) -> Path:
    """A copy of what commands read, so that what they write stays outside the checkout."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("profiles", "rules", "docs"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "build").mkdir()
    return folder


@pytest.mark.parametrize(("file", "command"), [pair for pair in COMMANDS if pair[1].startswith("riskcheck ")])
def test_documented_command_runs(file, command, checkout):
    arguments = shlex.split(command)[1:]
    if ">" in arguments:
        arguments = arguments[: arguments.index(">")]
    done = subprocess.run(
        [sys.executable, "-m", "riskcheck", *arguments], cwd=checkout, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1795478400"},
    )  # fmt: skip
    assert done.returncode in (0, 1), (file, command, done.stderr[-2000:])
    assert "Traceback" not in done.stderr


def test_make_targets_exist():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for file, command in COMMANDS:
        if command.startswith("make "):
            assert command.split()[1] in targets, (file, command)


def test_every_kind_of_command_is_known():
    known = ("riskcheck ", "make ", "git ", "pip ", "pipx ", "uvx ", "spark-submit ", "python bench/", "python -m riskcheck", "docker ", "pre-commit ", "cd ")
    strange = [pair for pair in COMMANDS if not pair[1].startswith(known)]
    assert not strange, strange
