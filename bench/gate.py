"""What the gate costs beside a score: the same profile, whole processes, medians of alternating runs. Unchanged answers: at most 1.5 x.

    python bench/gate.py [PROFILE] [RUNS]
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 1.5


def clock(args, folder):
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "riskcheck", *args], cwd=folder, check=False, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    return (time.perf_counter() - start) * 1000


def main():
    profile = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "profiles/minimax.yaml")
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 15
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        git = ["git", "-c", "user.name=b", "-c", "user.email=b@example.org", "-C", name]
        text = profile.read_text(encoding="utf-8")
        (folder / "profile.yaml").write_text(text, encoding="utf-8")
        subprocess.run([*git, "init", "-q"], check=True)
        subprocess.run([*git, "add", "-A"], check=True)
        subprocess.run([*git, "commit", "-q", "-m", "x"], check=True)
        for copy in ("commented.yaml", "changed.yaml"):
            (folder / copy).write_text(text, encoding="utf-8")
        subprocess.run([*git, "add", "-A"], check=True)
        subprocess.run([*git, "commit", "-q", "-m", "x"], check=True)
        (folder / "commented.yaml").write_text("# a comment\n" + text, encoding="utf-8")
        (folder / "changed.yaml").write_text(text.replace("\nsystems:\n", "\nsystems:\n  one-more: {ai_system: true}\n"), encoding="utf-8")
        cases = {
            "score": ["score", "profile.yaml", "-f", "sarif=o"],
            "gate, not a byte changed": ["gate", "profile.yaml", "--base", "HEAD", "-f", "sarif=o"],
            "gate, a comment changed": ["gate", "commented.yaml", "--base", "HEAD", "-f", "sarif=o"],
            "gate, a system added (both sides judged, causes)": ["gate", "changed.yaml", "--base", "HEAD", "-f", "sarif=o"],
        }
        times = {case: [] for case in cases}
        for _ in range(runs + 1):
            for case, args in cases.items():
                times[case].append(clock(args, folder))
    score = statistics.median(times["score"][1:])
    print(f"{profile.name}, {runs} alternating runs, medians of whole processes")
    for case, found in times.items():
        middle = statistics.median(found[1:])
        print(f"  {case:<50} {middle:7.0f} ms   {middle / score:4.2f} x score")
    worst = statistics.median(times["gate, a comment changed"][1:]) / score
    print(f"  limit {LIMIT} x: {'kept' if worst <= LIMIT else 'BROKEN'}")
    return 0 if worst <= LIMIT else 1


if __name__ == "__main__":
    raise SystemExit(main())
