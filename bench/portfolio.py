"""Portfolios against their peers in one run: medians and ratios. Quote the ratios; absolute figures belong to the machine.

    .venv/bin/python bench/portfolio.py [--runs 5] [--companies 100000] [--peers PYTHON]

Part one is the workload of ../shared/bench (300 rules, Kleene) on columns in memory: riskcheck's planes, OpenFisca and zen
(closed world), Polars on encoded columns with two threads. Part two is the real packs, end to end from Parquet. PYTHON has
the peers (pip install polars pyarrow numpy zen-engine openfisca-core); without it, part one shows riskcheck alone.
Measurements are interleaved inside each repetition, each in its own process.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("RISKCHECK_BENCH", ROOT.parent / "shared" / "bench"))
CHUNK = 131_072
"""Companies in one batch of columns in memory."""
DAY = date(2026, 11, 23)
sys.path[:0] = [str(ROOT), str(SHARED), str(ROOT / "bench")]


# --- the shared workload on planes ----------------------------------------------------------------------------------


def workload_program():
    import workload
    from workload_program import Translator, result, vocabulary

    from riskcheck.model.program import Program
    from riskcheck.model.rule import Definition

    rules, _ = workload.make_rules()
    translator = Translator()
    words = vocabulary(len(rules))
    facts = {name: fact._replace(choices=tuple(workload.SYS[name[7:]])) if name.startswith("system.") and fact.type == "choice" else fact for name, fact in words.facts.items()}
    definitions = tuple(Definition(fact=f"company.{result(i)}", about="company", pack="bench", cite=(), holds=translator.node(tree)) for i, tree in enumerate(rules))
    return Program(words._replace(facts=facts), {}, definitions, (), {}, {}, {}, {})


def workload_tables(columns, start, end):
    """One chunk of the workload's columns as the tables of a portfolio: words by dictionary, sets as lists."""
    import numpy as np
    import pyarrow as pa
    import workload as w

    def plain(values, known):
        return pa.array(values, mask=~known)

    def words(values, known, names):
        return pa.DictionaryArray.from_arrays(pa.array(values, mask=~known), pa.array(names))

    cut = slice(start, end)
    company = {"id": pa.array(np.char.mod("C%d", np.arange(start, end)))}
    company |= {name: plain(columns[name][0][cut], columns[name][1][cut]) for name in (*w.BOOLS, *w.NUMS)}
    company |= {name: words(columns[name][0][cut], columns[name][1][cut], names) for name, names in w.ENUMS.items()}
    for name, names in w.LISTS.items():
        mask, known = columns[name][0][cut], columns[name][1][cut]
        bits = ((np.where(known, mask, 0)[:, None] >> np.arange(len(names), dtype=np.uint32)) & 1).astype(bool)
        offsets = np.concatenate([[0], np.cumsum(bits.sum(1))]).astype(np.int32)
        company[name] = pa.ListArray.from_arrays(pa.array(offsets), pa.array(np.array(names)[np.nonzero(bits)[1]]), mask=pa.array(~known))
    offsets, known, items = columns["systems"]
    company["systems"] = pa.array(np.diff(offsets)[cut].astype(np.int32), mask=~known[cut])
    inside = slice(int(offsets[start]), int(offsets[end]))
    system = {"key": pa.array(np.char.mod("%d", np.arange(inside.stop - inside.start)))}
    for name, domain in w.SYS.items():
        values, told = items[name][0][inside], items[name][1][inside]
        system[name] = words(values, told, domain) if isinstance(domain, list) else plain(values, told)
    return {"company": pa.table(company), "system": pa.table(system)}


def as_bits(tables, vocabulary):
    """The same tables with bools and sets as bits, as `riskcheck encode` stores them."""
    from riskcheck.evaluator.planes.records import bits_of

    found = {}
    for kind, table in tables.items():
        found[kind], found[f"{kind}.bits"] = bits_of(kind, table, vocabulary)
    return found


def run_planes(count):
    """Columns in memory to the two rails of all 300 results; the making of the columns does not count, as with the peers."""
    import workload as w

    from riskcheck.evaluator.planes.batch import Batch
    from riskcheck.evaluator.planes.bits import count as set_in
    from riskcheck.evaluator.planes.compile import PlaneProgram
    from riskcheck.evaluator.planes.session import Session

    program = PlaneProgram(workload_program(), DAY)
    columns = w.make_columns(count)
    chunks = [as_bits(workload_tables(columns, start, min(start + CHUNK, count)), program.vocabulary) for start in range(0, count, CHUNK)]
    names = [definition.fact for definition in program.program.definitions]
    times = []
    for _ in range(3):
        begin = time.perf_counter()
        results = []
        for tables in chunks:
            session = Session(program, Batch(tables, program.vocabulary, frozenset()))
            results.append([session.column(name) for name in names])
            session.close()
        times.append(time.perf_counter() - begin)
    true = [sum(set_in(chunk[k].true) for chunk in results) for k in range(0, 300, 37)]
    false = [sum(set_in(chunk[k].false) for chunk in results) for k in range(0, 300, 37)]
    return {"rows_s": count / statistics.median(times), "check": true + [count - t - f for t, f in zip(true, false, strict=True)]}


def make_workload(folder, count):
    """Write the workload as a portfolio, natural (strings, lists) and as `riskcheck encode` does (bools and sets as bits)."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    import workload as w

    from riskcheck.portfolio.layout import FILES, GROUP, PortfolioWriter

    words = workload_program().vocabulary
    columns = w.make_columns(count)
    natural = Path(folder) / "natural"
    natural.mkdir()
    writers = {}
    with PortfolioWriter(Path(folder) / "encoded", words) as encoded:
        for start in range(0, count, GROUP):
            tables = workload_tables(columns, start, min(start + GROUP, count))
            for kind, table in tables.items():
                plain = pa.table({name: column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column for name, column in zip(table.column_names, table.columns, strict=True)})
                tables[kind] = plain
                if kind not in writers:
                    writers[kind] = pq.ParquetWriter(natural / FILES[kind], plain.schema, compression="zstd")
                writers[kind].write_table(plain, row_group_size=max(1, plain.num_rows))
            encoded.write(tables)
    for writer in writers.values():
        writer.close()


def run_parquet(folder):
    """Parquet to the number of rules that hold, and that are unknown, of every company: one process, one thread, row group by row group."""
    import numpy as np

    from riskcheck.evaluator.planes.batch import Batch
    from riskcheck.evaluator.planes.bits import Counter
    from riskcheck.evaluator.planes.compile import PlaneProgram
    from riskcheck.evaluator.planes.session import Session
    from riskcheck.portfolio.layout import PortfolioReader, wanted_columns

    program = PlaneProgram(workload_program(), DAY)
    names = [definition.fact for definition in program.program.definitions]
    begin = time.perf_counter()
    reader = PortfolioReader(Path(folder), wanted_columns(program.program, program.facts, program.links))
    hits, unknown = [], []
    for group in range(reader.groups):
        batch = Batch(reader.read(group), program.vocabulary, frozenset())
        session = Session(program, batch)
        true, known = Counter(batch.size), Counter(batch.size)
        for name in names:
            rails = session.column(name)
            true.add(rails.true)
            known.add(rails.true | rails.false)
        hits.append(true.totals())
        unknown.append(len(names) - known.totals())
        session.close()
    hits, unknown = np.concatenate(hits), np.concatenate(unknown)
    took = time.perf_counter() - begin
    return {"rows_s": len(hits) / took, "check_hits": int(hits.sum()), "check_unknown": int(unknown.sum())}


def run_zen(count):
    import engines
    import workload as w

    rules, _ = w.make_rules()
    engine = engines.ZenBatch().load(engines.ZenBatch.emit(rules))
    profiles = w.to_dicts(w.make_columns(count), count)
    batch = getattr(engine, "batch", None) or engine.eval_batch
    best = 1e9
    for _ in range(2):
        begin = time.perf_counter()
        batch(profiles)
        best = min(best, time.perf_counter() - begin)
    return {"rows_s": count / best}


# --- the real packs -------------------------------------------------------------------------------------------------


def make_portfolio(folder, count):
    from riskcheck.installed import load_installed
    from riskcheck.portfolio.generate import Generator
    from riskcheck.portfolio.layout import PortfolioWriter

    program = load_installed().program
    generator = Generator(program, 7)
    with PortfolioWriter(Path(folder), program.vocabulary) as writer:
        for start in range(0, count, CHUNK):
            writer.write(generator.tables(min(CHUNK, count - start)))
    return len(program.rules)


def run_packs(folder, workers):
    """Screen a portfolio from Parquet to parts, without the overview; the start of processes counts."""
    from riskcheck.installed import load_installed
    from riskcheck.portfolio.items import items_of
    from riskcheck.portfolio.run import Order, Store, screen_items

    installed = load_installed()
    items = items_of([folder])
    order = Order(str(installed.root), installed.program.digest, DAY.isoformat())
    with tempfile.TemporaryDirectory() as out:
        begin, cpu = time.perf_counter(), time.process_time()
        screen_items(order, Store(Path(out), items, order), installed.program, workers=workers, told=lambda _: None)
        total = sum(item.companies for item in items)
        peak = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
        own = time.process_time() - cpu
        return {"rows_s": total / (time.perf_counter() - begin), "cpu_rows_s": total / own if workers == 1 else None, "peak_mb": peak}


def bandwidth():
    import numpy as np

    data = np.random.default_rng(0).integers(0, 255, 200_000_000, dtype=np.uint8).view(np.uint64)
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        data.sum()
        times.append(time.perf_counter() - begin)
    return {"gb_s": data.nbytes / statistics.median(times) / 1e9}


# --- the whole ------------------------------------------------------------------------------------------------------


def measured(command, **environment):
    found = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT), **environment}, capture_output=True, text=True, timeout=600, check=False)
    if found.returncode:
        return {"error": (found.stderr.strip().splitlines() or ["failed"])[-1][:200]}
    return json.loads(found.stdout.strip().splitlines()[-1])


def line(name, rows, base=None):
    good = [row["rows_s"] for row in rows if "rows_s" in row]
    if not good:
        print(f"{name:<44}{rows[-1].get('error', '?') if rows else '-'}")
        return None
    middle = statistics.median(good)
    ratio = f"{base / middle:>9.1f}x" if base else ""
    print(f"{name:<44}{middle:>14,.0f}{min(good):>14,.0f}{max(good):>14,.0f}{ratio}")
    return middle


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--companies", type=int, default=100_000)
    parser.add_argument("--packs", type=int, default=4 * CHUNK, help="companies for the real packs")
    parser.add_argument("--peers", help="a Python with the peers")
    parser.add_argument("--one", nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        name, *rest = given.one
        found = {"planes": lambda n: run_planes(int(n)), "zen": lambda n: run_zen(int(n)), "parquet": run_parquet, "packs": lambda f, w: run_packs(f, int(w)), "bandwidth": bandwidth}[name](*rest)
        print(json.dumps(found))
        return
    mine, count = [sys.executable, __file__, "--one"], given.companies
    with tempfile.TemporaryDirectory() as folder:
        rules = make_portfolio(folder, given.packs)
        jobs = {"riskcheck planes": ([*mine, "planes", str(count)], {})}
        if given.peers:
            jobs |= {
                "OpenFisca (closed world)": ([given.peers, str(SHARED / "openfisca_bench.py"), "warm", str(count)], {}),
                "Polars, encoded columns, 2 threads": ([given.peers, str(SHARED / "columnar.py"), "run", "polars_codes", str(count)], {"POLARS_MAX_THREADS": "2", "RC_BENCH_DATA": folder}),
                "zen evaluate_batch (closed world)": ([given.peers, __file__, "--one", "zen", "2000"], {}),
            }
        jobs |= {f"packs, {workers} process{'es' if workers > 1 else ''}": ([*mine, "packs", folder, str(workers)], {}) for workers in (1, 2)}
        rows = {name: [] for name in jobs}
        for _ in range(given.runs):
            for name, (command, environment) in jobs.items():
                rows[name].append(measured(command, **environment))
        band = measured([*mine, "bandwidth"])
        size = sum(path.stat().st_size for path in Path(folder).glob("*.parquet"))
    print(f"{'companies a second':<44}{'median':>14}{'min':>14}{'max':>14}   riskcheck is")
    base = line("riskcheck planes", rows["riskcheck planes"])
    for name in list(jobs)[1:-2]:
        line(name, rows[name], base)
    checks = {name: found[-1]["check"] for name, found in rows.items() if found and "check" in found[-1]}
    if len(checks) > 1:
        print("fingerprints of riskcheck and Polars", "agree" if len({tuple(check) for check in checks.values()}) == 1 else f"DIFFER: {checks}")
    print(f"\n{rules} rules of the packs, {given.packs:,} companies, {size / given.packs:.0f} bytes a company on disk")
    one = line("packs, 1 process", rows["packs, 1 process"])
    two = line("packs, 2 processes", rows["packs, 2 processes"])
    if one and two:
        print(f"two processes are {two / one:.2f}x of one; peak of one process {max(row['peak_mb'] for row in rows['packs, 1 process']):.0f} MB")
        cpu = statistics.median(row["cpu_rows_s"] for row in rows["packs, 1 process"])
        print(f"{cpu:,.0f} companies a second of processor time; reading memory at {band.get('gb_s', 0):.1f} GB/s would allow {band.get('gb_s', 0) * 1e9 / (size / given.packs):,.0f}")


if __name__ == "__main__":
    main()
