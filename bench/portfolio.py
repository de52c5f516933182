"""Portfolios against their peers in one run: medians and ratios. Quote the ratios; absolute figures belong to the machine.

    .venv/bin/python bench/portfolio.py [memory] [parquet] [packs] [command] [yaml] [spark] [--runs 5]
        [--peers PYTHON] [--openfisca PYTHON] [--spark PYTHON] [--sizes 100000,1000000]

memory:  the workload of ../shared/bench (300 rules, Kleene) on columns in memory to all 300 results: riskcheck's planes,
         OpenFisca and zen (closed world), Polars on encoded columns with two threads.
parquet: the same rules from Parquet to the counts of every company: riskcheck with one thread from strings and lists and from
         what `riskcheck encode` writes; Polars streaming from strings, lists and structs with two threads.
packs:   the real packs, Parquet to parts: one process and two.
command: the whole `riskcheck portfolio` with its overview, one worker and two, at each of the sizes.
yaml:    the whole command on folders of 10, 100 and 1,000 YAML profiles.
spark:   Spark in local mode with two cores against two workers of our own, at the largest of the sizes.

PYTHON has the peers (pip install polars pyarrow numpy zen-engine), OpenFisca its own numpy (pip install openfisca-core), Spark
pyspark, pandas and riskcheck. Measurements are interleaved inside each repetition, each in its own process.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("RISKCHECK_BENCH", ROOT.parent / "shared" / "bench"))
CHUNKS = (131_072, 65_536, 32_768)
"""Companies in one batch of columns in memory; the last is a row group on disk."""
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


def run_planes(count, chunk):
    """Columns in memory to the two rails of all 300 results; the making of the columns does not count, as with the peers."""
    import workload as w

    from riskcheck.evaluator.planes.batch import Batch
    from riskcheck.evaluator.planes.bits import count as set_in
    from riskcheck.evaluator.planes.compile import PlaneProgram
    from riskcheck.evaluator.planes.session import Session

    program = PlaneProgram(workload_program(), DAY)
    columns = w.make_columns(count)
    chunks = [as_bits(workload_tables(columns, start, min(start + chunk, count)), program.vocabulary) for start in range(0, count, chunk)]
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
    from riskcheck.portfolio.layout import GROUP, PortfolioWriter

    program = load_installed().program
    generator = Generator(program, 7)
    with PortfolioWriter(Path(folder), program.vocabulary) as writer:
        for start in range(0, count, GROUP):
            writer.write(generator.tables(min(GROUP, count - start)))
    return {"rules": len(program.rules), "bytes": sum(path.stat().st_size for path in Path(folder).glob("*.parquet")) / count}


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
        wall = time.perf_counter() - begin
        for child in multiprocessing.active_children():
            child.join()
        workers_used = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = time.process_time() - cpu + workers_used.ru_utime + workers_used.ru_stime
        total = sum(item.companies for item in items)
        peak = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
        return {"rows_s": total / wall, "cpu_rows_s": total / cpu, "cores": cpu / wall, "peak_mb": max(peak, workers_used.ru_maxrss / 1024)}


def run_command(folder, workers):
    """The whole command with its overview; processor seconds and the peak of the largest process are those of all its processes."""
    out = tempfile.mkdtemp()
    begin = time.perf_counter()
    command = [sys.executable, "-m", "riskcheck", "portfolio", folder, "-o", out, "--workers", str(workers), "--as-of", DAY.isoformat(), "-q"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    wall, used = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    shutil.rmtree(out)
    if found.returncode not in (0, 3):
        raise SystemExit(found.stderr)
    return {"wall": wall, "cpu": used.ru_utime + used.ru_stime, "peak_mb": used.ru_maxrss / 1024}


def make_yaml(folder, count):
    """A folder of YAML profiles: the project's own, again and again under other names."""
    files = sorted((ROOT / "profiles").glob("*.yaml"))
    for number in range(count):
        shutil.copy(files[number % len(files)], Path(folder) / f"company-{number:05d}.yaml")


def run_spark(folder):
    """Spark in local mode with two cores; its start does not count."""
    from pyspark.sql import SparkSession

    from riskcheck.spark import screen

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    settings = {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1", "spark.sql.shuffle.partitions": "2", "spark.driver.memory": "4g"}
    builder = SparkSession.builder.master("local[2]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    with tempfile.TemporaryDirectory() as out:
        begin = time.perf_counter()
        done, aside = screen(spark, [folder], out, as_of=DAY)
        wall = time.perf_counter() - begin
    return {"rows_s": done / wall, "aside": aside}


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

ONE = {
    "planes": lambda n, chunk: run_planes(int(n), int(chunk)), "zen": lambda n: run_zen(int(n)), "parquet": run_parquet, "packs": lambda folder, workers: run_packs(folder, int(workers)),
    "command": run_command, "spark": run_spark, "bandwidth": bandwidth,
}  # fmt: skip
MINE = [sys.executable, __file__, "--one"]


def measured(command, **environment):
    found = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT), **environment}, capture_output=True, text=True, timeout=600, check=False)
    if found.returncode:
        return {"error": (found.stderr.strip().splitlines() or ["failed"])[-1][:200]}
    return json.loads(found.stdout.strip().splitlines()[-1])


def interleaved(jobs, runs):
    rows = {name: [] for name in jobs}
    for _ in range(runs):
        for name, (command, environment) in jobs.items():
            rows[name].append(measured(command, **environment))
    return rows


def table(rows, what="rows_s"):
    """Print medians and ranges of companies a second, the first against each of the others; return the medians."""
    print(f"{'companies a second':<46}{'median':>12}{'least':>12}{'most':>12}  the first is")
    middles = {}
    for name, found in rows.items():
        good = [row[what] for row in found if row.get(what)]
        if not good:
            print(f"{name:<46}{found[-1].get('error', '?')}")
            continue
        middles[name] = statistics.median(good)
        first = next(iter(middles.values()))
        print(f"{name:<46}{middles[name]:>12,.0f}{min(good):>12,.0f}{max(good):>12,.0f}" + (f"{first / middles[name]:>9.1f}x" if len(middles) > 1 else ""))
    return middles


def agree(rows, *keys):
    """Say whether all that gave fingerprints gave the same."""
    checks = {name: tuple(str(found[-1][key]) for key in keys) for name, found in rows.items() if keys[0] in found[-1]}
    print("fingerprints agree:" if len(set(checks.values())) == 1 else "fingerprints DIFFER:", ", ".join(checks))


def in_memory(given, folder):
    print(f"\n# 300 rules, {given.companies:,} companies, columns in memory to 300 results")
    jobs = {f"riskcheck, 1 thread, {chunk:,} a batch": ([*MINE, "planes", str(given.companies), str(chunk)], {}) for chunk in CHUNKS}
    if given.openfisca:
        jobs["OpenFisca (closed world), 1 thread"] = ([given.openfisca, str(SHARED / "openfisca_bench.py"), "warm", str(given.companies)], {})
    if given.peers:
        threads = {"POLARS_MAX_THREADS": "2", "RC_BENCH_DATA": folder}
        jobs["Polars, encoded columns, 2 threads"] = ([given.peers, str(SHARED / "columnar.py"), "run", "polars_codes", str(given.companies)], threads)
        jobs["zen evaluate_batch (closed world)"] = ([given.peers, __file__, "--one", "zen", "2000"], {})
    rows = interleaved(jobs, given.runs)
    table(rows)
    agree(rows, "check")


def from_parquet(given, folder):
    print(f"\n# 300 rules, {given.companies:,} companies, Parquet to two counts a company")
    make_workload(folder, given.companies)
    jobs = {f"riskcheck, {name}, 1 thread": ([*MINE, "parquet", f"{folder}/{place}"], {}) for name, place in (("strings and lists", "natural"), ("as encode writes it", "encoded"))}
    if given.peers:
        threads = {"POLARS_MAX_THREADS": "2", "RC_BENCH_DATA": folder}
        measured([given.peers, str(SHARED / "columnar.py"), "make", str(given.companies)], **threads)
        jobs["Polars streaming, lists and structs, 2 threads"] = ([given.peers, str(SHARED / "columnar.py"), "run", "polars_scan_agg", str(given.companies)], threads)
    rows = interleaved(jobs, given.runs)
    table(rows)
    agree(rows, "check_hits", "check_unknown")


def packs(given, folder):
    made = make_portfolio(folder, given.packs)
    print(f"\n# {made['rules']} rules of the packs, {given.packs:,} companies, {made['bytes']:.0f} bytes a company, Parquet to parts")
    rows = interleaved({f"{workers} process{'es' * (workers > 1)}": ([*MINE, "packs", folder, str(workers)], {}) for workers in (1, 2)}, given.runs)
    middles = table(rows)
    for name, found in rows.items():
        cpu, cores = (statistics.median(row[key] for row in found) for key in ("cpu_rows_s", "cores"))
        print(f"{name}: {cpu:,.0f} companies a second of processor time, {cores:.2f} cores used, peak of a process {max(row['peak_mb'] for row in found):.0f} MB")
    cpu = statistics.median(row["cpu_rows_s"] for row in rows["1 process"])
    band = measured([*MINE, "bandwidth"])["gb_s"]
    limit = band * 1e9 / made["bytes"]
    print(f"two processes are {middles['2 processes'] / middles['1 process']:.2f}x of one")
    print(f"memory read at {band:.1f} GB/s would allow {limit:,.0f}: {limit / cpu:.0f}x")


def command(given, folder):
    print("\n# the whole command with its overview")
    for size in given.sizes:
        shutil.rmtree(folder)
        make_portfolio(folder, size)
        rows = interleaved({f"{workers} worker{'s' * (workers > 1)}": ([*MINE, "command", folder, str(workers)], {}) for workers in (1, 2)}, given.runs)
        for name, found in rows.items():
            wall, cpu = (statistics.median(row[key] for row in found) for key in ("wall", "cpu"))
            print(f"{size:>10,} companies, {name}: {wall:6.1f} s, {cpu:6.1f} s of processor time ({size / cpu:,.0f} a second), peak {max(row['peak_mb'] for row in found):.0f} MB")


def yaml(given, folder):
    print("\n# YAML profiles to the overview, one worker")
    for count in (10, 100, 1000):
        make_yaml(folder, count)
        rows = interleaved({"yaml": ([*MINE, "command", folder, "1"], {})}, given.runs)["yaml"]
        print(f"{count:>6} profiles: {statistics.median(row['wall'] for row in rows):5.1f} s, {statistics.median(row['cpu'] for row in rows):5.1f} s of processor time")


def on_spark(given, folder):
    size = max(given.sizes)
    print(f"\n# Spark in local mode, 2 cores, {size:,} companies")
    make_portfolio(folder, size)
    jobs = {
        "two workers, parts only": ([*MINE, "packs", folder, "2"], {}), "two workers, whole command": ([*MINE, "command", folder, "2"], {}),
        "Spark, after its start": ([given.spark, __file__, "--one", "spark", folder], {}),
    }  # fmt: skip
    rows = interleaved(jobs, given.runs)
    for row in rows["two workers, whole command"]:
        row["rows_s"] = size / row["wall"]
    table(rows)


PARTS = {"memory": in_memory, "parquet": from_parquet, "packs": packs, "command": command, "yaml": yaml, "spark": on_spark}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", default=["memory", "parquet", "packs", "yaml"], metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--companies", type=int, default=100_000, help="companies of the shared workload")
    parser.add_argument("--packs", type=int, default=524_288, help="companies for the real packs")
    parser.add_argument("--sizes", type=lambda text: [int(size) for size in text.split(",")], default=[100_000, 1_000_000], help="companies for the whole command")
    parser.add_argument("--peers", help="a Python with Polars and zen")
    parser.add_argument("--openfisca", default=os.environ.get("RC_OPENFISCA_PY"), help="a Python with OpenFisca")
    parser.add_argument("--spark", default=sys.executable, help="a Python with pyspark and riskcheck")
    parser.add_argument("--one", nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        name, *rest = given.one
        print(json.dumps(ONE[name](*rest)))
        return
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no part {', '.join(sorted(unknown))}")
    for part in given.parts:
        with tempfile.TemporaryDirectory() as folder:
            PARTS[part](given, folder)


if __name__ == "__main__":
    main()
