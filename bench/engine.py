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
CHUNK = 10
KEPT, OPENED = "riskcheck, traces kept", "riskcheck, traces opened"
STATIC_TRACED = "zen-engine, static, trace"
FAST, TRACED, EMULATED = "zen-engine, static loader", "zen-engine, trace", "zen-engine, unknown emulated"


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
        KEPT: (ours.kept, lambda row: [opened().truth for _, opened in ours.kept(row)], "3v"),
        OPENED: (ours.opened, lambda row: [step.truth for step in ours.opened(row)], "3v"),
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
            found[STATIC_TRACED] = (lambda row, one=engine.e: one.evaluate("rc", row, {"trace": True}), engine.check, kind.MODE)
    if FAST in found:
        found[EMULATED] = zen_with_unknown(rules)
    return found


def zen_with_unknown(rules: list[Any]) -> Any:
    """Return zen made to answer as riskcheck does: two expressions a rule, definitely true and definitely false (after extras.py)."""
    import json

    import engines
    import zen

    def dual(tree: Any, want: bool, prefix: str = "") -> str:
        head = tree[0]
        if head == "not":
            return dual(tree[1], not want, prefix)
        if head in ("and", "or"):
            return "(" + (" and " if (head == "and") == want else " or ").join(dual(part, want, prefix) for part in tree[1]) + ")"
        if head == "rule":
            return f"$.{'R' if want else 'N'}{tree[1]:03d}"
        fact = prefix + (tree[2] if head == "cmp" else tree[1])
        if head == "bool":
            return f"({fact} == {'true' if want else 'false'})"
        if head == "any":
            joined = (" and " if want else " or ").join(dual(part, want, "#.") for part in tree[2])
            return f"({fact} != null and {'some' if want else 'all'}({fact}, {joined}))"
        positive = engines.Zen.expr(tree, prefix)
        return positive if want else f"({fact} != null and not{positive})"

    graph = json.loads(engines.Zen.emit(rules))
    expressions = [{"id": f"{rail}{k}", "key": f"{rail}{k:03d}", "value": dual(tree, rail == "R")} for k, tree in enumerate(rules) for rail in "RN"]
    graph["nodes"][1]["content"]["expressions"] = expressions
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"rc": graph}}})

    def evaluate(row: Any) -> dict[str, bool]:
        return engine.evaluate("rc", row)["result"]

    def answers(row: Any) -> list[bool | None]:
        result = evaluate(row)
        return [True if result[f"R{k:03d}"] else False if result[f"N{k:03d}"] else None for k in range(len(rules))]

    return evaluate, answers, "3v"


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
        for first in range(0, len(rows), CHUNK):  # a few milliseconds each, so that a busy moment of the machine hits all alike
            chunk = rows[first : first + CHUNK]
            for name, (call, _, _) in found.items():
                start = time.perf_counter()
                for row in chunk:
                    call(row)
                if turn:  # the first turn warms
                    times[name].append((time.perf_counter() - start) / len(chunk) * 1e6)

    def ratio(one: str, other: str) -> float:
        """The median over all chunks of one's time to the other's, beside each other."""
        return statistics.median(a / b for a, b in zip(times[one], times[other], strict=True))

    middle = {name: statistics.median(values) for name, values in times.items()}
    print(f"{len(rules)} rules, {len(rows)} profiles, {runs} runs; Python {sys.version.split()[0]}")
    print(f"{'engine':<32}{'logic':>6}{'wrong':>7}{'median us':>11}{'min':>9}{'max':>9}{'x zen fast':>12}")
    for name, (_, _, logic) in found.items():
        beside = f"{ratio(name, FAST):.2f}" if FAST in times else "-"
        print(f"{name:<32}{logic:>6}{wrong[name]:>7}{middle[name]:>11.0f}{min(times[name]):>9.0f}{max(times[name]):>9.0f}{beside:>12}")
    if FAST in times:
        print(f"closures / zen fast path  {ratio('riskcheck closures', FAST):.2f} (limit 0.80)")
        print(f"closures / zen, unknown   {ratio('riskcheck closures', EMULATED):.2f} (limit 0.35: the only one of zen's forms that answers the same)")
        for name, what in ((KEPT, "traces kept"), (OPENED, "all opened")):
            print(f"{what} / zen trace   {ratio(name, TRACED):.2f} (create_decision), {ratio(name, STATIC_TRACED):.2f} (static loader); limit 0.70")
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
