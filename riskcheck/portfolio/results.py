"""The parts of a run to its results: one Parquet file, CSV, what was set aside, and how it compares with the last run."""

from __future__ import annotations

import heapq
import json

from riskcheck.portfolio.items import ASIDE, Aside
from riskcheck.portfolio.layout import ASSUMPTIONS, abandon
from riskcheck.records import NamedTuple
from riskcheck.report.inert import steerless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from riskcheck.portfolio.run import Store

RESULTS, TABLE = "results.parquet", "results.csv"
TENTHS = 1_001
"""Scores have one decimal: so many different ones there are between 0 and 100."""
RANKED = 500
"""Companies that the overview ranks."""


_STEERS = r"[\x00-\x1f\x7f-\x{9f}\x{61c}\x{200b}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2060}-\x{206f}\x{feff}]"
_FORMULA = r"^(\s*[=+\-@\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}])"


class Ranked(NamedTuple):
    """A company among the worst: its row of results, and where it was read."""

    row: dict[str, Any]
    item: int

    @property
    def key(self) -> tuple[float, float, str]:
        """The order: the surest score first, then the possible one, then the id."""
        return (-self.row["score_least"], -self.row["score_most"], self.row["id"])


class Summary:
    """What an overview tells of all companies together, gathered part by part."""

    def __init__(self, packs: tuple[str, ...]) -> None:
        self.packs = packs
        self.companies = 0
        self.aside: list[Aside] = []
        self.least = [0] * TENTHS
        self.most = [0] * TENTHS
        """How many companies have each score, in tenths of a point, by either end."""
        self.grades_least: dict[str, int] = {}
        self.grades_most: dict[str, int] = {}
        """How many companies have each severity as their worst, by either end; "" where nothing adverse counts."""
        self.coverage = 0.0
        """The sum of all companies' coverage."""
        self.assumed = 0
        """How many companies state assumptions of their own."""
        self.frequent: dict[str, int] = {}
        """How many companies have a rule among their heaviest findings."""
        self.counts: dict[str, int] = {}
        self.worst: list[Ranked] = []
        self.hit: dict[str, int] = {}
        """How many companies have at least one adverse finding, by pack."""

    def add(self, table: Any, item: int) -> None:
        """Take in the results of one item."""
        import numpy as np
        import pyarrow.compute as pc

        self.companies += table.num_rows
        for name, bars in (("score_least", self.least), ("score_most", self.most)):
            found = np.bincount(np.rint(table[name].to_numpy() * 10).astype(np.int64), minlength=TENTHS)
            for place in np.nonzero(found)[0].tolist():
                bars[place] += int(found[place])
        for name, grades in (("worst_least", self.grades_least), ("worst_most", self.grades_most)):
            for entry in pc.value_counts(table[name]).to_pylist():
                grade = entry["values"] or ""
                grades[grade] = grades.get(grade, 0) + entry["counts"]
        self.coverage += float(pc.sum(table["coverage"]).as_py() or 0)
        self.assumed += int(pc.sum(pc.greater(table[ASSUMPTIONS], 0)).as_py() or 0)
        for rule, count in frequent(table["top"]):
            self.frequent[rule] = self.frequent.get(rule, 0) + count
        for verdict in ("breached", "exposed", "unknown", "met", "clear", "exempt", "out_of_scope", "upcoming"):
            self.counts[verdict] = self.counts.get(verdict, 0) + (pc.sum(table[verdict]).as_py() or 0)
        for pack in self.packs:
            adverse = pc.greater(pc.add(table[f"{pack}.breached"], table[f"{pack}.exposed"]), 0)
            self.hit[pack] = self.hit.get(pack, 0) + (pc.sum(adverse).as_py() or 0)
        order = pc.sort_indices(table, sort_keys=[("score_least", "descending"), ("score_most", "descending"), ("id", "ascending")])
        worst = [Ranked(row, item) for row in table.take(order.slice(0, RANKED)).to_pylist()]
        self.worst = heapq.nsmallest(RANKED, self.worst + worst, key=lambda ranked: ranked.key)


def frequent(top: Any) -> list[tuple[str, int]]:
    """Return (rule, companies that have it among their heaviest findings) of a column of such findings."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    top = top.combine_chunks() if isinstance(top, pa.ChunkedArray) else top
    company = pc.list_parent_indices(top).to_numpy()
    coded = pc.list_flatten(top).dictionary_encode()
    names = [identity.partition("@")[0] for identity in coded.dictionary.to_pylist()]
    rules = sorted(set(names))
    place = {rule: number for number, rule in enumerate(rules)}
    rule_of = np.array([place[name] for name in names], np.int64)[coded.indices.to_numpy()] if names else np.zeros(0, np.int64)
    pairs = np.unique(company * len(rules) + rule_of)  # a company counts once for a rule, however many subjects it hits
    counts = np.bincount(pairs % len(rules), minlength=len(rules)) if rules else []
    return list(zip(rules, (int(count) for count in counts), strict=True))


def merge(store: Store, out: Path, packs: tuple[str, ...], formats: frozenset[str]) -> Summary:
    """Write the results of all parts in the order of items, and return their summary. Files appear only when whole."""
    from concurrent.futures import ThreadPoolExecutor

    import pyarrow.csv as pc_csv
    import pyarrow.parquet as pq

    summary = Summary(packs)
    seen = _Seen()
    parquet: Any = None
    csv: Any = None
    paths = {"parquet": out / f".{RESULTS}.part", "csv": out / f".{TABLE}.part"}
    try:
        with ThreadPoolExecutor(1) as beside:  # one part is encoded while the next is read and summed up
            written: Any = None
            for number, found in _parts(store, summary):
                table = seen.first(found, store.items[number].label, summary.aside)
                if parquet is None:
                    parquet = pq.ParquetWriter(paths["parquet"], table.schema.with_metadata(_marks(store)), compression="zstd", compression_level=1)
                if written is not None:
                    written.result()
                written = beside.submit(parquet.write_table, table)
                summary.add(table, number)
                if "csv" in formats:
                    flat = _flat(table)
                    csv = csv or pc_csv.CSVWriter(paths["csv"], flat.schema)
                    csv.write_table(flat)
            if written is not None:
                written.result()
        for writer in (parquet, csv):
            if writer is not None:
                writer.close()
        if parquet is not None:
            paths["parquet"].replace(out / RESULTS)
        if csv is not None:
            paths["csv"].replace(out / TABLE)
    finally:
        if parquet is not None:
            abandon(parquet)
        for path in paths.values():
            path.unlink(missing_ok=True)
    write_aside(out / ASIDE, summary.aside)
    return summary


def _marks(store: Store) -> dict[str, str]:
    """Return what results say of their run, so that a later one can tell a change of facts from a change of law."""
    from riskcheck import __version__

    return {"riskcheck.as_of": store.order.as_of, "riskcheck.rules": store.order.digest, "riskcheck.version": __version__}


def _parts(store: Store, summary: Summary) -> Iterator[tuple[int, Any]]:
    for number in range(len(store.items)):
        summary.aside += store.aside(number)
        found = store.results(number)
        if found is not None:
            yield number, found


class _Seen:
    """Finds ids that occur in more than one item: eight bytes a company are kept."""

    def __init__(self) -> None:
        self._known: list[Any] = []

    def first(self, table: Any, label: str, aside: list[Aside]) -> Any:
        """Return the rows whose id no earlier item had."""
        import numpy as np
        import pyarrow as pa

        marks = marks_of(table["id"])
        again = np.zeros(len(marks), bool)
        for known in self._known:
            place = np.minimum(np.searchsorted(known, marks), len(known) - 1)
            again |= known[place] == marks
        self._known.append(np.sort(marks[~again]))
        while len(self._known) > 1 and len(self._known[-2]) <= 2 * len(self._known[-1]):
            self._known[-2:] = [np.sort(np.concatenate(self._known[-2:]))]
        if not again.any():
            return table
        for identity in table["id"].filter(pa.array(again)).to_pylist():
            aside.append(Aside(label, str(identity), "the id occurs twice; the first company of that id was judged"))
        return table.filter(pa.array(~again))


def marks_of(ids: Any) -> Any:
    """Return 64 bits for each id (FNV-1a; two of 10^8 ids share them with a chance of 1 in 4,000)."""
    import numpy as np

    words = np.array([identity.encode("utf-8", "replace") for identity in ids.to_pylist()], bytes)
    letters = words.view(np.uint8).reshape(len(words), -1) if words.dtype.itemsize else np.zeros((len(words), 1), np.uint8)
    found = np.full(len(words), 0xCBF29CE484222325, np.uint64)
    for place in range(letters.shape[1]):
        found = (found ^ letters[:, place]) * np.uint64(0x100000001B3)
    return found ^ (found >> np.uint64(29))


def _flat(table: Any) -> Any:
    """Return results as a spreadsheet can hold them: lists joined, texts that would begin a formula quoted, nothing that steers a display."""
    import pyarrow as pa
    import pyarrow.compute as pc

    columns: dict[str, Any] = {}
    for name in table.column_names:
        column = table[name]
        if name == "exposures":
            column = pa.chunked_array([pa.array([_told(entry) for entry in column.to_pylist()], pa.string())])
        elif pa.types.is_list(column.type):
            column = pc.binary_join(column, " ")
        if pa.types.is_string(column.type):
            column = pc.replace_substring_regex(pc.replace_substring_regex(column.combine_chunks(), _STEERS, "\ufffd"), _FORMULA, r"'\1")
        columns[name] = column
    return pa.table(columns)


def _told(entries: list[dict[str, Any]]) -> str:
    """Return exposures in one cell: family, subject, least..most and currency."""

    def figure(value: float | None) -> str:
        return "" if value is None else f"{value:.0f}"

    return "; ".join(
        f"{entry['family']} {entry['subject']} {figure(entry['least'])}..{figure(entry['most'])} {entry['currency']}" for entry in entries
    )


def write_aside(path: Path, aside: list[Aside]) -> None:
    """Write what was set aside, one JSON object a line; no file where there is nothing."""
    if not aside:
        path.unlink(missing_ok=True)
        return
    temporary = path.with_name(f".{path.name}.part")
    try:
        with temporary.open("w", encoding="utf-8", errors="backslashreplace") as file:
            file.writelines(steerless(json.dumps(entry._asdict(), ensure_ascii=False)) + "\n" for entry in aside)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
