"""Portfolios on Apache Spark (extra ``riskcheck[spark]``): the work items go out, every task reads its own row group.

```text
spark-submit --master yarn riskcheck/spark.py /data/portfolio -o /data/results --as-of 2026-11-23
```

Paths must mean the same on the driver and on every executor (a shared file system), and every executor needs the same
riskcheck. A task that is run twice (a retry, a speculative copy) gives the same rows; Spark's commit keeps one of them.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from riskcheck.portfolio.run import Order, Worker

_workers: dict[Order, Worker] = {}
"""The worker of this Python process by order, made when its first item comes."""


def screen(
    spark: Any, paths: Sequence[str], out: str, *, as_of: date, rules: Path | None = None, include_proposed: bool = False,
    packs: tuple[str, ...] = (),
) -> tuple[int, int]:  # fmt: skip
    """Screen portfolios (or files of profiles) into ``out/results`` (Parquet) and ``out/aside`` (JSON).

    Returns how many companies were judged and how many records were set aside. An existing result is replaced as a whole.
    """
    from riskcheck.installed import load_installed
    from riskcheck.portfolio.items import items_of
    from riskcheck.portfolio.run import Order

    installed = load_installed(rules)
    order = Order(str(rules or ""), installed.program.digest, as_of.isoformat(), include_proposed, packs)
    items = [(number, *item) for number, item in enumerate(items_of(paths))]
    frame = spark.createDataFrame(items, "item long, kind string, path string, start long, companies long, files array<string>, line long")
    found = frame.repartition(max(1, len(items)), "item").mapInArrow(_task(order), _schema(order, installed.program))
    # Written once, then told apart: a task is dear, reading its rows again is cheap.
    staged = f"{out}/.stage"
    found.write.mode("overwrite").parquet(staged)
    rows = spark.read.parquet(staged)
    aside = rows.where("reason is not null").select("source", "id", "reason")
    judged = rows.where("reason is null").drop("source", "reason")
    total = judged.count()
    if judged.select("id").distinct().count() < total:
        judged, again = _first(judged)
        aside = aside.unionByName(again)
        total = judged.count()
    judged.drop("item").write.mode("overwrite").parquet(f"{out}/results")
    aside.write.mode("overwrite").json(f"{out}/aside")
    return total, aside.count()


def _first(judged: Any) -> tuple[Any, Any]:
    """Return the first company of each id, by item, and the others as set aside."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    turn = judged.withColumn("turn", f.row_number().over(Window.partitionBy("id").orderBy("item")))
    again = turn.where("turn > 1").select(
        f.concat(f.lit("item "), f.col("item").cast("string")).alias("source"), "id",
        f.lit("the id occurs twice; the first company of that id was judged").alias("reason"),
    )  # fmt: skip
    return turn.where("turn = 1").drop("turn"), again


def _empty(order: Order, program: Any) -> Any:
    """Return the Arrow schema of what a task gives: results, the item, and source and reason of what was set aside."""
    import pyarrow as pa

    from riskcheck.evaluator.planes.records import Encoder
    from riskcheck.portfolio.run import Worker

    worker = Worker(order, program)
    results = worker.screen.run(Encoder(program.vocabulary).tables()).results
    return pa.schema([*results.schema, pa.field("item", pa.int64()), pa.field("source", pa.string()), pa.field("reason", pa.string())])


def _schema(order: Order, program: Any) -> Any:
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(_empty(order, program))


def _task(order: Order) -> Callable[[Iterator[Any]], Iterator[Any]]:
    def task(batches: Iterator[Any]) -> Iterator[Any]:
        from riskcheck.spark import judged

        for batch in batches:
            for row in batch.to_pylist():
                yield from judged(order, row)

    return task


def judged(order: Order, row: dict[str, Any]) -> Iterator[Any]:
    """Yield the record batches of one work item, results first."""
    import pyarrow as pa

    from riskcheck.portfolio.items import Item
    from riskcheck.portfolio.run import Worker

    if order not in _workers:
        _workers.clear()
        _workers[order] = Worker(order)
    results, aside = _workers[order].judge(Item(row["kind"], row["path"], row["start"], row["companies"], tuple(row["files"] or ()), row["line"]))
    schema = _empty(order, _workers[order].screen.planes.program) if results is None else None
    if results is not None:
        nothing = pa.nulls(results.num_rows, pa.string())
        results = results.append_column("item", pa.array([row["item"]] * results.num_rows, pa.int64()))
        results = results.append_column("source", nothing).append_column("reason", nothing)
        schema = results.schema
        yield from results.combine_chunks().to_batches()
    if aside:
        told = {"id": [entry.id for entry in aside], "source": [entry.source for entry in aside], "reason": [entry.reason for entry in aside]}
        told["item"] = [row["item"]] * len(aside)
        assert schema is not None  # noqa: S101 (one of the two branches above has set it)
        columns = [pa.array(told[field.name], field.type) if field.name in told else pa.nulls(len(aside), field.type) for field in schema]
        yield pa.RecordBatch.from_arrays(columns, schema=schema)


def main(arguments: list[str]) -> int:
    """Run as a Spark application; returns 3 where records were set aside."""
    from datetime import date
    from pathlib import Path

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
