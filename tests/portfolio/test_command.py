"""`riskcheck portfolio` and `encode`: what goes in, what comes out, and what happens when something breaks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

pytest.importorskip("numpy")
pa = pytest.importorskip("pyarrow")

import pyarrow.parquet as pq

from riskcheck.cli.main import main
from riskcheck.evaluator.planes.records import profile_of
from riskcheck.portfolio import run as runs
from riskcheck.portfolio.generate import Generator
from riskcheck.portfolio.items import items_of
from riskcheck.portfolio.layout import BITS, FILES, PortfolioWriter, describe
from riskcheck.portfolio.results import merge
from riskcheck.portfolio.run import Order, Store, screen_items

DAY = "2026-11-23"
PROFILE = "profile: 1\ncompany:\n  name: {name}\n  headcount: {headcount}\nsystems:\n  app:\n    markets: [DE, US]\n    ai_system: true\n"


def go(*arguments) -> int:
    return main([*map(str, arguments), "--as-of", DAY] if arguments[0] == "portfolio" else [*map(str, arguments)])


def rows(out: Path) -> list[dict]:
    return pq.read_table(out / "results.parquet").to_pylist()


@pytest.fixture
def folder(tmp_path):
    """Three profiles in a folder, one of them a level down."""
    found = tmp_path / "profiles"
    (found / "more").mkdir(parents=True)
    for name, place in (("ada", found), ("bob", found), ("cyd", found / "more")):
        (place / f"{name}.yaml").write_text(PROFILE.format(name=name.upper(), headcount=len(name)), encoding="utf-8")
    return found


@pytest.fixture
def stored(tmp_path, program):
    """A portfolio of three row groups of 50 companies."""
    found = tmp_path / "stored"
    generator = Generator(program, 11)
    with PortfolioWriter(found, program.vocabulary) as writer:
        for _ in range(3):
            writer.write(generator.tables(50))
    return found


# --- in and out -----------------------------------------------------------------------------------------------------


def test_folder_json_lines_and_portfolio_give_the_same_results(folder, tmp_path, capsys):
    lines = tmp_path / "all.jsonl"
    records = [("ada", 3), ("bob", 3), ("more/cyd", 3)]
    lines.write_text("".join(
        json.dumps({"id": identity, "profile": 1, "company": {"name": identity[-3:].upper(), "headcount": count}, "systems": {"app": {"markets": ["DE", "US"], "ai_system": True}}}) + "\n"
        for identity, count in records
    ), encoding="utf-8")  # fmt: skip
    assert go("encode", folder, "-o", tmp_path / "encoded") == 0
    found = []
    for number, source in enumerate((folder, lines, tmp_path / "encoded")):
        assert go("portfolio", source, "-o", tmp_path / str(number), "--quiet") == 0
        found.append(rows(tmp_path / str(number)))
    assert found[0] == found[1] == found[2]
    assert [row["id"] for row in found[0]] == ["ada", "bob", "more/cyd"]
    assert capsys.readouterr().out == ""


def test_overview_ranks_filters_and_drills_down_and_names_are_inert(tmp_path, capsys):
    source = tmp_path / "in"
    source.mkdir()
    (source / "evil.yaml").write_text(PROFILE.format(name='"<script>alert(1)</script>=cmd()"', headcount=5), encoding="utf-8")
    assert go("portfolio", source, "-o", tmp_path / "out", "-f", "html", "-f", "csv") == 0
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert 'href="companies/001.html"' in page
    assert "<script>alert" not in (tmp_path / "out" / "companies" / "001.html").read_text("utf-8")
    assert (tmp_path / "out" / "results.csv").read_text("utf-8").startswith('"id","name","score_least"')
    assert not (tmp_path / "out" / ".parts").exists()
    assert "1 company judged in" in capsys.readouterr().err


def test_a_cell_that_would_begin_a_formula_is_quoted(tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    (source / "a.yaml").write_text(PROFILE.format(name='"=HYPERLINK(1)"', headcount=5), encoding="utf-8")
    assert go("portfolio", source, "-o", tmp_path / "out", "-f", "csv") == 0
    assert "\"'=HYPERLINK(1)\"" in (tmp_path / "out" / "results.csv").read_text("utf-8")


def test_since_tells_what_changed(folder, tmp_path):
    assert go("portfolio", folder, "-o", tmp_path / "one") == 0
    (folder / "ada.yaml").unlink()
    (folder / "new.yaml").write_text(PROFILE.format(name="NEW", headcount=9), encoding="utf-8")
    assert go("portfolio", folder, "-o", tmp_path / "two", "--since", tmp_path / "one") == 0
    assert "1 entered, 1 left" in (tmp_path / "two" / "index.html").read_text("utf-8")


def test_the_layout_is_described_with_every_column(program):
    text = describe(program)
    assert all(file in text for file in FILES.values())
    assert all(f"  {name.partition('.')[2]}" in text for name, fact in program.vocabulary.facts.items() if fact.kind != "derived")


# --- faults ---------------------------------------------------------------------------------------------------------


def test_a_bad_record_is_set_aside_with_its_reason_and_never_stops_the_run(folder, tmp_path, capsys):
    (folder / "bad.yaml").write_text("profile: 1\ncompany: {nmae: X}\n", encoding="utf-8")
    (folder / "torn.json").write_text('{"profile": 1, ', encoding="utf-8")
    assert go("portfolio", folder, "-o", tmp_path / "out") == 3
    assert len(rows(tmp_path / "out")) == 3
    aside = {entry["id"]: entry["reason"] for entry in map(json.loads, (tmp_path / "out" / "aside.jsonl").read_text("utf-8").splitlines())}
    assert "nmae" in aside["bad"]
    assert "torn" in aside
    assert "2 set aside in all" in capsys.readouterr().err


def test_bad_lines_and_double_ids_are_set_aside(tmp_path):
    lines = tmp_path / "x.jsonl"
    lines.write_text('{"id": "a", "profile": 1, "company": {"headcount": 1}}\nno json\n[1]\n\n{"id": "a", "profile": 1, "company": {"headcount": 2}}\n{"id": "b", "profile": 1, "company": {"headcount": 12345678901234567890}}\n', encoding="utf-8")
    assert go("portfolio", lines, "-o", tmp_path / "out") == 3
    assert [row["id"] for row in rows(tmp_path / "out")] == ["a"]
    reasons = [json.loads(line)["reason"] for line in (tmp_path / "out" / "aside.jsonl").read_text("utf-8").splitlines()]
    assert sorted(reason.split(" ")[0] for reason in reasons) == ["a", "company.headcount:", "no", "the"]


def test_ids_that_occur_in_two_row_groups_are_judged_once(tmp_path, program):
    tables = Generator(program, 1).tables(20)
    with PortfolioWriter(tmp_path / "twice", program.vocabulary) as writer:
        writer.write(tables)
        writer.write(tables)
    assert go("portfolio", tmp_path / "twice", "-o", tmp_path / "out") == 3
    assert len(rows(tmp_path / "out")) == 20
    assert len((tmp_path / "out" / "aside.jsonl").read_text("utf-8").splitlines()) == 20


def test_words_outside_the_vocabulary_set_their_company_aside(tmp_path, program):
    tables = Generator(program, 2).tables(30)
    column = tables["company"].column_names.index("headquarters")
    values = tables["company"]["headquarters"].to_pylist()
    values[7] = "Atlantis"
    tables["company"] = tables["company"].set_column(column, "headquarters", pa.array(values))
    with PortfolioWriter(tmp_path / "in", program.vocabulary) as writer:
        writer.write(tables)
    assert go("portfolio", tmp_path / "in", "-o", tmp_path / "out") == 3
    assert "C000000007" not in {row["id"] for row in rows(tmp_path / "out")}
    (aside,) = map(json.loads, (tmp_path / "out" / "aside.jsonl").read_text("utf-8").splitlines())
    assert aside["id"] == "C000000007"
    assert "Atlantis" in aside["reason"]


def test_a_corrupt_row_group_is_set_aside_whole(stored, tmp_path):
    path = stored / BITS["system"]
    place = pq.ParquetFile(path).metadata.row_group(1).column(1).data_page_offset
    damaged = bytearray(path.read_bytes())
    damaged[place + 20 : place + 60] = bytes(40)
    path.write_bytes(damaged)
    assert go("portfolio", stored, "-o", tmp_path / "out") == 3
    assert len(rows(tmp_path / "out")) == 100
    (aside,) = map(json.loads, (tmp_path / "out" / "aside.jsonl").read_text("utf-8").splitlines())
    assert "row group 1" in aside["source"]
    assert "50 companies" in aside["reason"]


def test_wrong_types_and_counts_that_do_not_fit_are_named(stored, tmp_path, program):
    path = stored / FILES["company"]
    table = pq.read_table(path)
    broken = table.set_column(table.column_names.index("headcount"), "headcount", pa.array([["x"]] * table.num_rows))
    pq.write_table(broken, path, row_group_size=50)
    assert go("portfolio", stored, "-o", tmp_path / "out") == 3
    assert "headcount" in (tmp_path / "out" / "aside.jsonl").read_text("utf-8")
    counts = pa.array([9] * table.num_rows, pa.int32())
    pq.write_table(table.set_column(table.column_names.index("systems"), "systems", counts), path, row_group_size=50)
    assert go("portfolio", stored, "-o", tmp_path / "again") == 3
    assert "`systems` counts 450 rows" in (tmp_path / "again" / "aside.jsonl").read_text("utf-8")


def test_paths_without_companies_are_usage_errors(tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    for path in ("empty", "notes.txt", "missing"):
        assert go("portfolio", tmp_path / path, "-o", tmp_path / "out") == 2
    assert "no profiles" in capsys.readouterr().err


def test_a_full_disk_is_told_and_what_is_done_is_kept(stored, tmp_path, monkeypatch, capsys):
    real = runs.Store.write

    def full(self, number, results, aside):
        if number == 2:
            raise OSError(28, "No space left on device", str(self.folder))
        return real(self, number, results, aside)

    monkeypatch.setattr(runs.Store, "write", full)
    assert go("portfolio", stored, "-o", tmp_path / "out") == 3
    told = capsys.readouterr().err
    assert "No space left on device" in told
    assert "2 of 3 parts are kept" in told
    assert not (tmp_path / "out" / "results.parquet").exists()
    monkeypatch.undo()
    done = []
    monkeypatch.setattr(runs.Store, "write", lambda self, number, *rest: done.append(number) or real(self, number, *rest))
    assert go("portfolio", stored, "-o", tmp_path / "out") == 0
    assert done == [2]
    assert len(rows(tmp_path / "out")) == 150


def test_an_interrupted_run_goes_on_and_ends_in_the_same_bytes(stored, tmp_path, monkeypatch, capsys):
    assert go("portfolio", stored, "-o", tmp_path / "whole") == 0
    real = runs.Store.write

    def stop(self, number, results, aside):
        if number == 1:
            raise KeyboardInterrupt
        return real(self, number, results, aside)

    monkeypatch.setattr(runs.Store, "write", stop)
    assert go("portfolio", stored, "-o", tmp_path / "out") == 130
    assert "interrupted\n1 of 3 parts are kept" in capsys.readouterr().err
    monkeypatch.undo()
    assert go("portfolio", stored, "-o", tmp_path / "out") == 0
    for name in ("results.parquet", "index.html"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_parts_of_another_day_are_not_taken_over(stored, tmp_path, program):
    items = items_of([str(stored)])
    first = Store(tmp_path / "parts", items, Order("", program.digest, "2026-01-01"))
    first.open()
    first.write(0, None, [])
    assert Store(tmp_path / "parts", items, Order("", program.digest, "2026-01-01")).open() == {0}
    assert Store(tmp_path / "parts", items, Order("", program.digest, "2026-01-02")).open() == set()


# --- processes ------------------------------------------------------------------------------------------------------


def test_two_processes_give_the_bytes_of_one(stored, tmp_path):
    assert go("portfolio", stored, "-o", tmp_path / "one") == 0
    assert go("portfolio", stored, "-o", tmp_path / "two", "--workers", "2") == 0
    assert (tmp_path / "one" / "results.parquet").read_bytes() == (tmp_path / "two" / "results.parquet").read_bytes()


def test_a_killed_worker_changes_nothing_in_the_result(stored, tmp_path, installed):
    items = items_of([str(stored)])
    order = Order(str(installed.root), installed.program.digest, DAY)
    packs = tuple(installed.program.packs)
    screen_items(order, Store(tmp_path / "a", items, order), installed.program, workers=1, told=lambda _: None)
    merge(Store(tmp_path / "a", items, order), _made(tmp_path / "calm"), packs, frozenset())
    killed = []

    def kill(part) -> None:
        if not killed:
            for child in Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text(encoding="utf-8").split():
                if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                    os.kill(int(child), signal.SIGKILL)
                    killed.append(child)
                    return

    if not Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").is_file():
        pytest.skip("needs Linux's list of child processes")
    screen_items(order, Store(tmp_path / "b", items, order), installed.program, workers=2, told=kill)
    merge(Store(tmp_path / "b", items, order), _made(tmp_path / "killed"), packs, frozenset())
    assert killed
    assert (tmp_path / "calm" / "results.parquet").read_bytes() == (tmp_path / "killed" / "results.parquet").read_bytes()


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_ctrl_c_leaves_nothing_half_written(stored, tmp_path, root):
    command = [sys.executable, "-m", "riskcheck", "portfolio", str(stored), "-o", str(tmp_path / "out"), "--workers", "2", "--as-of", DAY]
    process = subprocess.Popen(command, cwd=root, stderr=subprocess.PIPE, text=True)
    parts = tmp_path / "out" / ".parts"
    for _ in range(600):
        if list(parts.glob("*.json")) or process.poll() is not None:
            break
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=60)[1]
    assert process.returncode in (130, 0), told  # it may have been done before it heard
    if process.returncode == 130:
        assert "interrupted" in told
        assert "give the same command again" in told
        assert not (tmp_path / "out" / "results.parquet").exists()
    assert go("portfolio", stored, "-o", tmp_path / "out") == 0
    assert len(rows(tmp_path / "out")) == 150


def test_the_generator_is_seeded(program):
    one, two = (Generator(program, 3).tables(40) for _ in range(2))
    assert all(one[kind].equals(two[kind]) for kind in one)
    assert not one["company"].equals(Generator(program, 4).tables(40)["company"])
    assert date.fromisoformat(DAY)
    assert profile_of


@pytest.mark.spark
def test_spark_gives_the_same_rows(stored, tmp_path, root):
    pytest.importorskip("pyspark")
    script = (
        "import sys\nfrom datetime import date\nfrom pyspark.sql import SparkSession\nfrom riskcheck.spark import screen\n"
        "spark = SparkSession.builder.master('local[2]').config('spark.ui.enabled', 'false').config('spark.driver.host', '127.0.0.1')"
        ".config('spark.sql.shuffle.partitions', '2').getOrCreate()\n"
        "print(screen(spark, [sys.argv[1]], sys.argv[2], as_of=date.fromisoformat(sys.argv[3])))\n"
    )
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable, "PYTHONPATH": str(root), "PYTHONWARNINGS": "ignore"}
    found = subprocess.run([sys.executable, "-c", script, str(stored), str(tmp_path / "spark"), DAY], cwd=root, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False)
    assert found.returncode == 0, found.stderr[-2000:]
    assert "(150, 0)" in found.stdout
    assert go("portfolio", stored, "-o", tmp_path / "out") == 0
    ours = pq.read_table(tmp_path / "out" / "results.parquet").sort_by("id")
    theirs = pq.read_table(tmp_path / "spark" / "results").sort_by("id")
    assert theirs.to_pylist() == ours.to_pylist()
