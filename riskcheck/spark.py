"""Portfolios on Apache Spark (extra ``riskcheck[spark]``): the work items go out, every task reads and writes its own part.

```text
spark-submit --master yarn riskcheck/spark.py /data/portfolio -o /data/results --as-of 2026-11-23
```

No row of a portfolio passes through Spark: only work items, counts and what was set aside do. Paths, of the output too, must
mean the same on the driver and on every executor (a shared file system), and every executor needs the same riskcheck. A task
that is run twice (a retry, a speculative copy) writes the same bytes, and moves them into place when they are whole.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date
    from typing import Any

    from riskcheck.portfolio.run import Order, Worker

_FOUND = "item long, companies long, source string, id string, reason string"
"""What a task tells: one row with the number of companies of its item, and one for each record that was set aside."""
_workers: dict[Order, Worker] = {}
"""The worker of this Python process by order, made when its first item comes."""


def screen(
    spark: Any, paths: Sequence[str], out: str, *, as_of: date, rules: Path | None = None, include_proposed: bool = False,
    packs: tuple[str, ...] = (),
) -> tuple[int, int]:  # fmt: skip
    """Screen portfolios (or files of profiles) into ``out/results`` (Parquet) and ``out/aside`` (JSON).

    Returns how many companies were judged and how many records were set aside. An existing result is replaced as a whole.
    """
    from pyspark.sql import functions as f

    from riskcheck.installed import load_installed
    from riskcheck.portfolio.items import items_of
    from riskcheck.portfolio.run import Order

    installed = load_installed(rules)
    order = Order(str(rules or ""), installed.program.digest, as_of.isoformat(), include_proposed, packs)
    folder = Path(out).absolute()
    stage, results = folder / ".stage", folder / "results"
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True)
    items = [(number, *item) for number, item in enumerate(items_of(paths))]
    frame = spark.createDataFrame(items, "item long, kind string, path string, start long, companies long, files array<string>, line long")
    found = frame.repartition(max(1, len(items)), "item").mapInArrow(_task(order, str(stage)), _FOUND).persist()
    total, left_aside = found.agg(f.coalesce(f.sum("companies"), f.lit(0)), f.count("reason")).first()
    if not total:
        _place(stage, 0, _nothing(order, installed.program))
    rows = spark.read.parquet(stage.as_uri())
    aside = found.where("reason is not null").select("source", "id", "reason")
    # Numbers of eight bytes are told apart faster than texts; two texts of one number are told apart below.
    again = rows.select(f.xxhash64("id").alias("id")).distinct().count() < total
    if again:
        judged, others = _first(rows)
        aside = aside.unionByName(others)
        judged.write.mode("overwrite").parquet(results.as_uri())
        total = spark.read.parquet(results.as_uri()).count()
        left_aside = aside.count()
    shutil.rmtree(folder / "aside", ignore_errors=True)
    if left_aside:
        aside.write.json((folder / "aside").as_uri())
    else:
        (folder / "aside").mkdir()
    found.unpersist()
    if not again:
        for leftover in stage.glob(".*"):
            leftover.unlink()
        shutil.rmtree(results, ignore_errors=True)
        stage.replace(results)
    shutil.rmtree(stage, ignore_errors=True)
    return total, left_aside


def _first(rows: Any) -> tuple[Any, Any]:
    """Return the first company of each id, by item, and the others as set aside."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    item = f.regexp_extract(f.input_file_name(), r"part-(\d+)\.parquet", 1).cast("long")
    turn = rows.withColumn("item", item).withColumn("turn", f.row_number().over(Window.partitionBy("id").orderBy("item")))
    again = turn.where("turn > 1").select(
        f.concat(f.lit("item "), f.col("item").cast("string")).alias("source"), "id",
        f.lit("the id occurs twice; the first company of that id was judged").alias("reason"),
    )  # fmt: skip
    return turn.where("turn = 1").drop("turn", "item"), again


def _nothing(order: Order, program: Any) -> Any:
    """Return the results of no companies."""
    from riskcheck.evaluator.planes.records import Encoder
    from riskcheck.portfolio.run import Worker

    return Worker(order, program).screen.run(Encoder(program.vocabulary).tables()).results


def _place(stage: Path, item: int, results: Any) -> None:
    from uuid import uuid4

    import pyarrow.parquet as pq

    place = stage / f"part-{item:08d}.parquet"
    temporary = stage / f".{place.name}.{uuid4().hex}"
    try:
        pq.write_table(results, temporary, compression="zstd", compression_level=1)
        temporary.replace(place)
    finally:
        temporary.unlink(missing_ok=True)


def _task(order: Order, stage: str) -> Callable[[Iterator[Any]], Iterator[Any]]:
    def task(batches: Iterator[Any]) -> Iterator[Any]:
        from riskcheck.spark import judged

        for batch in batches:
            for row in batch.to_pylist():
                yield judged(order, row, stage)

    return task


def judged(order: Order, row: dict[str, Any], stage: str) -> Any:
    """Judge one work item, write its results into the folder ``stage``, and return what is told of it as a record batch."""
    import pyarrow as pa

    from riskcheck.portfolio.items import Item
    from riskcheck.portfolio.run import Worker

    if order not in _workers:
        _workers.clear()
        _workers[order] = Worker(order)
    results, aside = _workers[order].judge(Item(row["kind"], row["path"], row["start"], row["companies"], tuple(row["files"] or ()), row["line"]))
    companies = 0 if results is None else results.num_rows
    if companies:
        _place(Path(stage), row["item"], results)
    told: list[dict[str, Any]] = [{"companies": companies}, *({"companies": 0, **entry._asdict()} for entry in aside)]
    texts = [pa.field(name, pa.string()) for name in ("source", "id", "reason")]
    schema = pa.schema([pa.field("item", pa.int64()), pa.field("companies", pa.int64()), *texts])
    return pa.RecordBatch.from_pylist([{"item": row["item"], **entry} for entry in told], schema=schema)


def main(arguments: list[str]) -> int:
    """Run as a Spark application; returns 3 where records were set aside."""
    from datetime import date

    from pyspark.sql import SparkSession

    parser = argparse.ArgumentParser(description="Screen portfolios on Spark.")
    parser.add_argument("paths", nargs="+")
    parser.add_argument("-o", "--output", required=True)
    parser.add_argument("--as-of", required=True, type=date.fromisoformat)
    parser.add_argument("--rules", type=Path)
    parser.add_argument("--include-proposed", action="store_true")
    given = parser.parse_args(arguments)
    spark = SparkSession.builder.appName("riskcheck").getOrCreate()
    done, aside = screen(spark, given.paths, given.output, as_of=given.as_of, rules=given.rules, include_proposed=given.include_proposed)
    sys.stderr.write(f"{done} companies judged, {aside} set aside; results in {given.output}\n")
    spark.stop()
    return 3 if aside else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
