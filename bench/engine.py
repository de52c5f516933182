"""Latency of one profile against 300 rules, riskcheck's closures beside its peers, in one interleaved run.

    .venv/bin/python bench/engine.py [--runs 9] [--profiles 60]

The workload, the peers' forms of it and the reference are those of ../shared/bench (RISKCHECK_BENCH). The peers live in
build/bench-venv, made from bench/requirements.txt when missing. Before anything is timed, every engine's answers are
compared with the reference: Kleene's for riskcheck and CEL, closed-world for those that know no unknown. Quote the ratios.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SHARED = Path(os.environ.get("RISKCHECK_BENCH", ROOT.parent / "shared" / "bench"))
VENV = ROOT / "build" / "bench-venv"
FAST, TRACED = "zen-engine, static loader", "zen-engine, trace"


def in_own_venv() -> bool:
    return Path(sys.prefix).resolve() == VENV.resolve()


def make_venv() -> Path:
    python = VENV / "bin" / "python"
    if not python.is_file():
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", str(HERE / "requirements.txt")], check=True)
    return python


def calls(rules: list[Any]) -> dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any], str]]:
    """Return, by name, what is timed, what gives comparable answers, and the logic (3v, 2v). A peer that is missing is said to be."""
    import engines
    from workload_program import Riskcheck

    ours = Riskcheck(rules)
    found: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any], str]] = {
        "riskcheck closures": (ours.eval1, ours.eval1, "3v"),
        "riskcheck full trace": (ours.trace, lambda row: [steps[0].truth for steps in ours.trace(row)], "3v"),
    }
    for name, kind in (
        (FAST, engines.ZenBatch), ("zen-engine, create_decision", engines.Zen), ("datalogic-py", engines.DataLogic),
        ("cel-expr-python (C++)", engines.CelCpp), ("celine-regorus RVM", engines.RegorusRvm),
        ("prototype closures", engines.Closures),
    ):  # fmt: skip
        try:
            engine = kind().load(kind.emit(rules))
        except Exception as error:
            print(f"{name}: left out ({type(error).__name__}: {str(error)[:80]})")
            continue
        found[name] = (engine.eval1, engine.check, kind.MODE)
        if kind is engines.Zen:
            found[TRACED] = (engine.trace, engine.check, kind.MODE)
        if kind is engines.ZenBatch:
            found["zen-engine, static, trace"] = (lambda row, one=engine.e: one.evaluate("rc", row, {"trace": True}), engine.check, kind.MODE)
    return found


def mismatches(check: Callable[[Any], Any], rows: list[Any], expected: list[list[bool | None]]) -> int:
    return sum(got is not want for row, wanted in zip(rows, expected, strict=True) for got, want in zip(check(row), wanted, strict=True))


def measure(runs: int, count: int) -> int:
    sys.path[:0] = [str(SHARED), str(ROOT), str(HERE)]
    import workload

    rules, _ = workload.make_rules()
    rows = workload.to_dicts(workload.make_columns(1000), 1000)[:count]
    expected = {"3v": [workload.ref_eval(rules, row) for row in rows], "2v": [workload.ref_eval_2v(rules, row) for row in rows]}
    found = calls(rules)
    wrong = {name: mismatches(check, rows, expected[logic]) for name, (_, check, logic) in found.items()}
    times: dict[str, list[float]] = {name: [] for name in found}
    for turn in range(runs + 1):
        for name, (call, _, _) in found.items():
            start = time.perf_counter()
            for row in rows:
                call(row)
            if turn:  # the first turn warms
                times[name].append((time.perf_counter() - start) / len(rows) * 1e6)
    middle = {name: statistics.median(values) for name, values in times.items()}
    traces = [middle[name] for name in (TRACED, "zen-engine, static, trace") if name in middle]
    print(f"{len(rules)} rules, {len(rows)} profiles, {runs} runs; Python {sys.version.split()[0]}")
    print(f"{'engine':<32}{'logic':>6}{'wrong':>7}{'median us':>11}{'min':>9}{'max':>9}{'x zen fast':>12}")
    for name, (_, _, logic) in found.items():
        ratio = f"{middle[name] / middle[FAST]:.2f}" if FAST in middle else "-"
        print(f"{name:<32}{logic:>6}{wrong[name]:>7}{middle[name]:>11.0f}{min(times[name]):>9.0f}{max(times[name]):>9.0f}{ratio:>12}")
    if FAST in middle and traces:
        print(f"closures / zen fast path  {middle['riskcheck closures'] / middle[FAST]:.2f} (limit 0.80)")
        print(f"full trace / zen trace    {middle['riskcheck full trace'] / min(traces):.2f} (limit 0.70, against the faster of zen's two)")
    return 1 if any(wrong.values()) else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--profiles", type=int, default=60)
    options = parser.parse_args()
    if not (SHARED / "workload.py").is_file():
        print(f"the shared workload is missing: {SHARED} (set RISKCHECK_BENCH)")
        return 2
    if in_own_venv():
        return measure(options.runs, options.profiles)
    return subprocess.run([str(make_venv()), __file__, *sys.argv[1:]], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
