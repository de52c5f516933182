"""The same profile, rules and date give the same bytes in another process, folder, time zone, locale and hash order."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

FORMATS = ("html", "markdown", "csv", "terminal")


def _render(folder, root, seed: str, **environment: str) -> dict[str, bytes]:
    folder.mkdir()
    (folder / "profiles").mkdir()
    shutil.copy(root / "profiles" / "minimax.yaml", folder / "profiles")
    outputs = [part for name in FORMATS for part in ("-f", f"{name}=out.{name}")]
    subprocess.run(
        [sys.executable, "-m", "riskcheck", "score", "profiles/minimax.yaml", "--as-of", "2026-11-24", "--lang", "en,zh", *outputs],
        cwd=folder, check=True, env={**os.environ, "PYTHONHASHSEED": seed, "COLUMNS": "90", **environment},
    )
    return {name: (folder / f"out.{name}").read_bytes() for name in FORMATS}


def test_two_processes(tmp_path, root):
    first = _render(tmp_path / "a", root, "1", TZ="UTC", LC_ALL="C.UTF-8")
    second = _render(tmp_path / "other folder", root, "4711", TZ="Asia/Shanghai", LC_ALL="C")
    assert {name: first[name] == second[name] for name in FORMATS} == dict.fromkeys(FORMATS, True)
    assert str(tmp_path).encode() not in b"".join(first.values())
