"""What changed since an earlier run: who came and went, whose score moved, who has more adverse findings, and which of them are new."""

from __future__ import annotations

from riskcheck.portfolio.results import RESULTS
from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

CHANGES = "changes.parquet"
"""Every company whose score or number of adverse findings changed, that came or that went."""
LISTED = 50
"""Companies that each list of the overview names."""
_COLUMNS = ("id", "name", "score_least", "score_most", "breached", "exposed")
_KEPT = "before.parquet"


class State(NamedTuple):
    """A company as one run saw it: both ends of its score, its adverse findings, the heaviest of them."""

    least: float
    most: float
    adverse: int
    top: tuple[str, ...] = ()


class Moved(NamedTuple):
    """One company before and now; None where it was not, or is no longer, among the companies."""

    id: str
    name: str
    before: State | None
    after: State | None

    @property
    def fresh(self) -> list[str]:
        """The findings among the heaviest now that were not among the heaviest before."""
        known = self.before.top if self.before else ()
        return [identity for identity in (self.after.top if self.after else ()) if identity not in known]

    @property
    def certain(self) -> bool:
        """Whether ``fresh`` findings are surely new: before, all adverse findings stood among the heaviest."""
        return self.before is not None and self.before.adverse <= len(self.before.top)


class Since(NamedTuple):
    """The change: counts of all companies, and the ones most worth looking at."""

    up: int
    down: int
    same: int
    entered: int
    left: int
    worse: int
    """Companies with more adverse findings than before."""
    shifted: int
    """Companies whose score moved at either end."""
    more: tuple[Moved, ...]
    moved: tuple[Moved, ...]
    entries: tuple[Moved, ...]
    exits: tuple[Moved, ...]
    run: Mapping[str, str]
    """What the earlier run says of itself: day, digest of its rules, version."""


def kept(before: Path, out: Path, parts: Path) -> Path:
    """Return the results to compare with; those in the folder of this run's own results are kept aside before they are replaced."""
    aside = parts / _KEPT
    if aside.is_file():
        return aside  # an interrupted run had come so far
    own = out / RESULTS
    if not (own.is_file() and before.resolve() == own.resolve()):
        return before
    temporary = parts / f".{_KEPT}"
    temporary.write_bytes(before.read_bytes())
    temporary.replace(aside)
    return aside


def since(now: Path, before: Path, folder: Path) -> Since:
    """Return the change between the results of two runs, and write it whole into a folder (CHANGES)."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    def read(path: Path) -> Any:
        table = pq.read_table(path, columns=list(_COLUMNS))
        return table.drop_columns(["breached", "exposed"]).append_column("adverse", pc.add(table["breached"], table["exposed"]))

    joined = read(now).join(read(before), "id", join_type="full outer", left_suffix="", right_suffix="_before")
    joined = joined.set_column(joined.column_names.index("name"), "name", pc.coalesce(joined["name"], joined["name_before"]))
    change = pc.subtract(joined["score_least"], joined["score_least_before"])
    wider = pc.subtract(joined["score_most"], joined["score_most_before"])
    more = pc.subtract(joined["adverse"], joined["adverse_before"])
    entered, left = pc.is_null(joined["score_least_before"]), pc.is_null(joined["score_least"])
    kind = pc.if_else(entered, "entered", pc.if_else(left, "left", "changed"))
    size = pc.add(pc.abs(pc.fill_null(change, 0.0)), pc.multiply(pc.abs(pc.fill_null(wider, 0.0)), 0.001))
    joined = joined.drop_columns(["name_before"]).append_column("change", kind).append_column("_size", size)
    joined = joined.append_column("_more", pc.fill_null(more, 0)).sort_by("id")
    differs = pc.or_(pc.not_equal(joined["change"], "changed"), pc.or_(pc.greater(joined["_size"], 0.0), pc.not_equal(joined["_more"], 0)))
    changed = joined.filter(differs)
    _write(changed.drop_columns(["_size", "_more"]), folder / CHANGES)

    def picked(flags: Any, order: str) -> Any:
        return changed.filter(flags).sort_by([(order, "descending"), ("id", "ascending")]).slice(0, LISTED)

    both = pc.equal(changed["change"], "changed")
    lists = (
        picked(pc.and_(both, pc.greater(changed["_more"], 0)), "_more"), picked(pc.and_(both, pc.greater(changed["_size"], 0.0)), "_size"),
        picked(pc.equal(changed["change"], "entered"), "score_least"), picked(pc.equal(changed["change"], "left"), "score_least_before"),
    )  # fmt: skip
    wanted = pa.array(sorted({identity for table in lists for identity in table["id"].to_pylist()}), pa.string())
    heaviest = (_tops(before, wanted), _tops(now, wanted))

    def many(flags: Any) -> int:
        return int(pc.sum(pc.fill_null(flags, fill_value=False)).as_py() or 0)

    up, down, new, gone = many(pc.greater(change, 0)), many(pc.less(change, 0)), many(entered), many(left)
    added, moved, entries, exits = [tuple([_moved(row, *heaviest) for row in table.to_pylist()]) for table in lists]
    metadata = pq.read_schema(before).metadata or {}
    run = {key.decode().removeprefix("riskcheck."): value.decode() for key, value in metadata.items() if key.startswith(b"riskcheck.")}
    return Since(
        up=up, down=down, same=joined.num_rows - up - down - new - gone, entered=new, left=gone, worse=many(pc.greater(more, 0)),
        shifted=many(pc.greater(size, 0.0)), more=added, moved=moved, entries=entries, exits=exits, run=run,
    )  # fmt: skip


def _moved(row: dict[str, Any], before: Mapping[str, tuple[str, ...]], now: Mapping[str, tuple[str, ...]]) -> Moved:
    def state(end: str, heaviest: Mapping[str, tuple[str, ...]]) -> State | None:
        if row[f"score_least{end}"] is None:
            return None
        return State(row[f"score_least{end}"], row[f"score_most{end}"], row[f"adverse{end}"], heaviest.get(row["id"], ()))

    return Moved(row["id"], row["name"] or "", state("_before", before), state("", now))


def _tops(path: Path, wanted: Any) -> dict[str, tuple[str, ...]]:
    """Return the heaviest findings of some companies, read row group by row group: most companies' are never in memory."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    found: dict[str, tuple[str, ...]] = {}
    with pq.ParquetFile(path) as file:
        for group in range(file.metadata.num_row_groups if len(wanted) else 0):
            table = file.read_row_group(group, columns=["id", "top"])
            for row in table.filter(pc.is_in(table["id"], wanted)).to_pylist():
                found[row["id"]] = tuple(row["top"] or ())
    return found


def _write(table: Any, path: Path) -> None:
    import pyarrow.parquet as pq

    temporary = path.with_name(f".{path.name}.part")
    try:
        pq.write_table(table, temporary, compression="zstd", compression_level=1)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
