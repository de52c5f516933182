"""Spark gives what one process gives, to the byte, whatever dies on the way."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest

pytest.importorskip("pyspark")
pa = pytest.importorskip("pyarrow")

import pyarrow.parquet as pq

from riskcheck.portfolio.generate import Generator
from riskcheck.portfolio.items import items_of
from riskcheck.portfolio.layout import PortfolioWriter
from riskcheck.portfolio.results import merge
from riskcheck.portfolio.run import Order, Store, screen_items

pytestmark = pytest.mark.spark
DAY = "2026-11-23"
_SCRIPT = """
import os, signal, sys
from datetime import date
from pathlib import Path

from pyspark.sql import SparkSession

from riskcheck import spark

out, day, marker, *portfolios = sys.argv[1:]
calm = spark._task


def dying(*given):
    inner = calm(*given)

    def task(batches):
        for found in inner(batches):
            yield found
            try:
                Path(marker).touch(exist_ok=False)
            except FileExistsError:
                continue
            os.kill(os.getpid(), signal.SIGKILL)

    return task


if marker:
    spark._task = dying
settings = {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1", "spark.sql.shuffle.partitions": "2"}
builder = SparkSession.builder.master("local[2,3]")
for name, value in settings.items():
    builder = builder.config(name, value)
print(spark.screen(builder.getOrCreate(), portfolios, out, as_of=date.fromisoformat(day)))
"""


@pytest.fixture(scope="module")
def portfolio(tmp_path_factory, program) -> Path:
    folder = tmp_path_factory.mktemp("spark") / "portfolio"
    generator = Generator(program, 9)
    with PortfolioWriter(folder, program.vocabulary) as writer:
        for _ in range(4):
            writer.write(generator.tables(60))
    return folder


@pytest.fixture(scope="module")
def ours(portfolio, tmp_path_factory, installed) -> pa.Table:
    out = tmp_path_factory.mktemp("ours")
    items = items_of([str(portfolio)])
    order = Order(str(installed.root), installed.program.digest, DAY)
    store = Store(out / ".parts", items, order)
    screen_items(order, store, installed.program, workers=1, told=lambda _: None)
    merge(store, out, tuple(installed.program.packs), frozenset())
    return pq.read_table(out / "results.parquet").sort_by("id")


def by_spark(portfolios: list[Path], out: Path, root: Path, *, marker: str = "", told: str = "(240, 0)") -> pa.Table:
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable, "PYTHONPATH": str(root), "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-c", _SCRIPT, str(out), DAY, marker, *map(str, portfolios)]
    found = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False)
    assert found.returncode == 0, found.stderr[-2000:]
    assert told in found.stdout
    return pq.read_table(out / "results").sort_by("id")


def stored_bytes(table: pa.Table, schema: pa.Schema) -> bytes:
    sink = BytesIO()
    pq.write_table(table.cast(schema).combine_chunks(), sink)
    return sink.getvalue()


def test_spark_gives_the_same_bytes(portfolio, ours, tmp_path, root):
    theirs = by_spark([portfolio], tmp_path / "out", root)
    assert stored_bytes(theirs, ours.schema) == stored_bytes(ours, ours.schema)


def test_companies_of_one_id_and_broken_row_groups_are_set_aside(portfolio, ours, tmp_path, root):
    broken = tmp_path / "broken"
    shutil.copytree(portfolio, broken)
    (broken / "systems.parquet").write_bytes((broken / "systems.parquet").read_bytes()[:-4] + b"\0\0\0\0")
    theirs = by_spark([portfolio, portfolio], tmp_path / "twice", root, told="(240, 240)")
    assert stored_bytes(theirs, ours.schema) == stored_bytes(ours, ours.schema)
    assert by_spark([broken], tmp_path / "none", root, told="(0, 4)").num_rows == 0


def test_a_killed_worker_changes_nothing(portfolio, ours, tmp_path, root):
    marker = tmp_path / "killed"
    theirs = by_spark([portfolio], tmp_path / "out", root, marker=str(marker))
    assert marker.exists()
    assert stored_bytes(theirs, ours.schema) == stored_bytes(ours, ours.schema)
