"""Whole-process times of the command line, as ratios to `python -c pass` in the same run.

    .venv/bin/python bench/start.py [--runs 15]

Commands are interleaved inside each repetition, so that a drift of the machine hits all of them. Quote the ratios.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROFILE = str(ROOT / "profiles" / "minimax.yaml")
DAY = "2026-11-23"


def commands(folder: str) -> dict[str, tuple[list[str], float]]:
    """The commands and the ratio that each may reach."""
    tool = [sys.executable, "-m", "riskcheck"]
    score = [*tool, "score", PROFILE, "--as-of", DAY]
    return {
        "python -c pass": ([sys.executable, "-c", "pass"], 1.0),
        "riskcheck --version": ([*tool, "--version"], 4.0),
        "riskcheck score (terminal)": (score, 8.0),
        "riskcheck score -f html": ([*score, "-f", f"html={folder}/r.html"], 12.0),
        "riskcheck score -f markdown": ([*score, "-f", f"markdown={folder}/r.md"], 12.0),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        found = commands(folder)
        times: dict[str, list[float]] = {name: [] for name in found}
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}  # users have compiled modules
        for turn in range(runs + 2):
            for name, (command, _) in found.items():
                start = time.perf_counter()
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT, env=environment)
                if turn >= 2:  # the first two turns warm the file cache and the compiled packs
                    times[name].append(time.perf_counter() - start)
    floor = statistics.median(times["python -c pass"])
    print(f"{'command':<32}{'median ms':>10}{'min':>8}{'max':>8}{'x floor':>9}{'limit':>7}")
    for name, (_, limit) in found.items():
        middle = statistics.median(times[name])
        print(f"{name:<32}{middle * 1000:>10.1f}{min(times[name]) * 1000:>8.1f}{max(times[name]) * 1000:>8.1f}{middle / floor:>9.1f}{limit:>7.1f}")


if __name__ == "__main__":
    main()
