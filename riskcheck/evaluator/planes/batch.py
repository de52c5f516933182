"""A chunk of companies as row sets: one table a kind of subject, joined to its company by counts, and links as edges.

Beside the written rows stand those that the evaluator needs where nothing is written: the *anonymous* subject of a mapping
of which nothing is known (and the unknown system of a flow), and its *blank* twin, of which not even derived facts are
known: definitions of flows see that one, as in ``evaluator.world``.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from riskcheck.evaluator.planes import columns
from riskcheck.evaluator.planes.bits import Array, pack
from riskcheck.model.vocabulary import COMPANY, PLURAL_OF, SET_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from riskcheck.evaluator.planes.bits import Plane
    from riskcheck.model.vocabulary import Fact, Link, Vocabulary


class BrokenBatch(Exception):
    """Tables that don't fit each other: no row of them can be trusted."""


class Table:
    """The rows of one kind: the written ones in the order of their companies, then anonymous, then blank ones."""

    def __init__(self, kind: str, data: Any, written: int, company: Array) -> None:
        self.kind = kind
        self.data = data
        self.names = frozenset(data.column_names) if data is not None else frozenset()
        self.bits: dict[str, tuple[Plane, Plane]] = {}
        """The rails of bool facts that are stored as bits, by short name."""
        self.members: dict[str, dict[str, tuple[Plane, Plane]]] = {}
        """Sets that are stored as bits: by short name and member where it is in, and out; under no name where it is closed, and open."""
        self.written = written
        self.company = company
        self.anonymous = np.zeros(0, np.int64)
        self.blank = np.zeros(0, np.int64)

    @property
    def rows(self) -> int:
        """How many rows there are, with those that nobody has written."""
        return len(self.company)

    def append(self, anonymous: Array, blank: Array) -> None:
        """Add the anonymous and the blank rows of some companies."""
        self.anonymous = np.arange(len(anonymous)) + self.written
        self.blank = np.arange(len(blank)) + self.written + len(anonymous)
        self.company = np.concatenate([self.company, anonymous, blank]).astype(np.int32)


class Edges:
    """The pairs of a link, by row: ``rows[i]`` is linked to ``items[i]``; ``whole`` where the list of a row is complete."""

    def __init__(self, rows: Array, items: Array, whole: Array) -> None:
        self.rows = rows
        self.items = items
        self.whole = whole
        self.degree = np.bincount(rows, minlength=len(whole)).astype(np.int64)
        self.starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(self.degree)])


class Batch:
    """The companies of one chunk. ``tables`` maps each kind to its Arrow table (see the layout of portfolios).

    ``faults`` collects companies (by row) that can't be judged, with the reason; their rows stay, as unknown.
    """

    def __init__(self, tables: Mapping[str, Any], vocabulary: Vocabulary, places: frozenset[str]) -> None:
        self.vocabulary = vocabulary
        self.places = places
        self.currencies: list[str] = []
        self.faults: dict[int, str] = {}
        self.size = tables[COMPANY].num_rows
        self.tables: dict[str, Table] = {COMPANY: Table(COMPANY, tables[COMPANY], self.size, np.arange(self.size, dtype=np.int32))}
        self.counts: dict[str, Array] = {}
        self.starts: dict[str, Array] = {}
        self.complete: dict[str, Array] = {COMPANY: np.ones(self.size, bool)}
        for kind in PLURAL_OF:
            self._subjects(kind, tables.get(kind))
        for kind, table in self.tables.items():
            self._bits(table, tables.get(f"{kind}.bits"))
        self._edges: dict[str, Edges] = {}
        self._columns: dict[str, Any] = {}
        self._unwritten()

    # --- rows ------------------------------------------------------------------------------------------------------

    def _subjects(self, kind: str, data: Any) -> None:
        plural = PLURAL_OF[kind]
        company = self.tables[COMPANY].data
        names = company.column_names
        described = np.zeros(self.size, bool)
        counts = np.zeros(self.size, np.int64)
        if plural in names:
            array = columns.whole(company[plural])
            described = columns.known(array)
            counts = np.where(described, columns.raw(array.cast(pa.int32()), np.int32), 0).astype(np.int64)
        written = int(counts.sum())
        if (counts < 0).any() or written != (data.num_rows if data is not None else 0):
            message = f"`{plural}` counts {written} rows, the table of {plural} has {data.num_rows if data is not None else 0}"
            raise BrokenBatch(message)
        incomplete = columns.flags(columns.whole(company[f"{plural}.incomplete"])) if f"{plural}.incomplete" in names else np.zeros(self.size, bool)
        self.counts[kind] = counts
        self.starts[kind] = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
        self.complete[kind] = described & ~incomplete
        rows = np.repeat(np.arange(self.size, dtype=np.int32), counts)
        self.tables[kind] = Table(kind, data, written, rows)

    @staticmethod
    def _bits(table: Table, data: Any) -> None:
        if data is None:
            return
        size = (table.written + 7) // 8
        rails = (columns.binaries(data[name]) for name in ("true", "false"))
        for fact, true, false in zip(data["fact"].to_pylist(), *rails, strict=True):
            if len(true) != size or len(false) != size:
                message = f"the bits of `{fact}` are for {len(true) * 8} rows, the table of {table.kind} has {table.written}"
                raise BrokenBatch(message)
            short, slash, member = fact.partition("/")
            if slash:
                table.members.setdefault(short, {})[member] = true, false
            else:
                table.bits[fact] = true, false

    def nothing_written(self, kind: str) -> Array:
        """Return the companies (as booleans) of whose subjects of a kind nothing is known."""
        return (self.counts[kind] == 0) & ~self.complete[kind]

    def _unwritten(self) -> None:
        none = np.zeros(0, np.int64)
        for kind in PLURAL_OF:
            if kind != "system":
                self.tables[kind].append(np.nonzero(self.nothing_written(kind))[0], none)
        flows = self.tables["flow"]
        self.flow_system, _ = (
            self._single("flow.system") if "flow.system" in self.vocabulary.written_links else (np.full(flows.rows, -1, np.int64), none)
        )
        orphaned = np.zeros(self.size, bool)
        orphaned[flows.company[self.flow_system < 0]] = True
        needed = np.nonzero(orphaned | self.nothing_written("system"))[0]
        systems = self.tables["system"]
        systems.append(needed, np.nonzero(orphaned)[0])
        anonymous, blank = np.full(self.size, -1, np.int64), np.full(self.size, -1, np.int64)
        anonymous[needed] = systems.anonymous
        blank[np.nonzero(orphaned)[0]] = systems.blank
        lacking = self.flow_system < 0
        self.flow_system_blank = np.where(lacking, blank[flows.company], self.flow_system)
        self.flow_system_seen = np.where(lacking, anonymous[flows.company], self.flow_system)

    def judged(self, kind: str) -> Array:
        """Return which rows of a kind are judged: the written ones, and the anonymous one where nothing is written."""
        table = self.tables[kind]
        found = np.zeros(table.rows, bool)
        found[: table.written] = True
        if kind != COMPANY:
            found[table.anonymous] = self.nothing_written(kind)[table.company[table.anonymous]]
        return found

    def fault(self, kind: str, rows: Array, reason: str) -> None:
        """Set companies aside because of rows of one of their tables."""
        company = self.tables[kind].company
        for row in rows:
            self.faults.setdefault(int(company[row]), reason)

    # --- facts -----------------------------------------------------------------------------------------------------

    def column(self, fact: Fact) -> Any:
        """Return the column of a written fact; one that the table lacks is unknown throughout."""
        found = self._columns.get(fact.name)
        if found is None:
            found = self._columns[fact.name] = self._read(fact)
        return found

    def _read(self, fact: Fact) -> Any:
        kind, _, short = fact.name.partition(".")
        table = self.tables[kind]
        rows = table.rows
        array = self._array(kind, short)

        def refuse(wrong: Array, reason: str) -> None:
            self.fault(kind, wrong, f"{fact.name}: {reason}")

        try:
            if fact.type == "bool" and short in table.bits:
                return columns.stored(*table.bits[short], rows)
            if fact.type == "bool":
                return columns.bools(_typed(array, pa.bool_()), rows)
            if fact.type in ("choice", "country"):
                return columns.codes(_words(array), rows, self.allowed(fact), refuse)
            if short in table.members:
                return columns.stored_sets(table.members[short], rows, self.allowed(fact), refuse)
            if fact.type in SET_TYPES:
                no, opened = self._array(kind, f"{short}.no", required=False), self._array(kind, f"{short}.open", required=False)
                return columns.sets(_lists(array), None if no is None else _lists(no), opened, rows, self.allowed(fact), refuse)
            if fact.type in ("integer", "number"):
                return columns.numbers(array, rows, refuse)
            if fact.type == "money":
                return columns.money(array, _words(self._array(kind, f"{short}.currency")), rows, self.currencies, refuse)
            if fact.type == "date":
                return columns.days(array, rows)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError) as error:
            message = f"column `{short}` of {kind} is not of type {fact.type} ({array.type})"
            raise BrokenBatch(message) from error
        return _words(array)

    def _array(self, kind: str, name: str, *, required: bool = True) -> Any:
        table = self.tables[kind]
        if name not in table.names:
            return pa.nulls(0, pa.string()) if required else None
        return columns.whole(table.data[name])

    def allowed(self, fact: Fact) -> Callable[[str], bool]:
        """Return the test of the words that may stand for a fact."""
        return columns.members_of(fact.choices) if fact.type in ("choice", "choices") else self._place

    def _place(self, code: str) -> bool:
        return code in self.places or (code[:2] in self.places and code[2:3] == "-" and code[3:].isalnum() and code.isupper())

    # --- links -----------------------------------------------------------------------------------------------------

    def edges(self, link: str) -> Edges:
        """Return the pairs of a link in either direction (`World.linked` for all rows at once)."""
        found = self._edges.get(link)
        if found is None:
            declared = self.vocabulary.links.get(link) or self.vocabulary.written_links[link]
            found = self._edges[link] = self._follow(link, declared)
        return found

    def _follow(self, link: str, declared: Link) -> Edges:
        kind = link.partition(".")[0]
        if kind == COMPANY:
            target = self.tables[declared.target]
            return Edges(target.company[: target.written], np.arange(target.written), self.complete[declared.target])
        if declared.reverse:
            return self._back(kind, declared)
        if not declared.many:
            items, known = self._single(link)
            rows = np.nonzero(items >= 0)[0]
            return Edges(rows, items[rows], known)
        rows, items, known = self._many(link)
        if declared.via:
            rows, items, known = self._through(declared, rows, items, known)
        return Edges(rows, items, known)

    def _through(self, declared: Link, rows: Array, items: Array, known: Array) -> tuple[Array, Array, Array]:
        through = self.edges(f"{declared.via}.{PLURAL_OF[declared.target]}")
        system, linked = self.flow_system_seen, self._single(f"flow.{declared.via}")[1]
        asking = np.nonzero(~known & linked)[0]
        ends = system[asking]
        known = known.copy()
        known[asking] = through.whole[ends]
        more_rows, more = spread(asking, ends, through)
        rows, items = np.concatenate([rows, more_rows]), np.concatenate([items, more])
        order = np.argsort(rows, kind="stable")
        return rows[order], items[order], known

    def _back(self, kind: str, declared: Link) -> Edges:
        table, others = self.tables[kind], self.tables[declared.target]
        written = self.edges(declared.reverse)
        real = written.rows < others.written
        rows, items = written.items[real].astype(np.int64), written.rows[real].astype(np.int64)
        size = max(1, others.rows)
        pairs = np.sort(rows * size + items)
        pairs = pairs[np.diff(pairs, prepend=-1) != 0]  # a subject named twice is linked once
        rows, items = pairs // size, pairs % size
        unsure = ~written.whole[: others.written]
        silent = np.bincount(others.company[: others.written][unsure], minlength=self.size)[table.company]
        silent = silent - np.bincount(rows[unsure[items]], minlength=table.rows)
        whole = self.complete[declared.target][table.company] & (silent == 0)
        whole[table.written :] = False
        return Edges(rows, items, whole)

    def _single(self, link: str) -> tuple[Array, Array]:
        """Return the row at the other end of a link to one (-1: none), and where the link is written."""
        kind, _, short = link.partition(".")
        table = self.tables[kind]
        target = self.vocabulary.written_links[link].target
        array = self._array(kind, short)
        found, known = np.full(table.rows, -1, np.int64), np.zeros(table.rows, bool)
        if len(array):
            known[: len(array)] = columns.known(array)
            rows = np.nonzero(known)[0]
            found[rows] = self._ends(kind, target, rows, array.drop_null())
        return found, known

    def _many(self, link: str) -> tuple[Array, Array, Array]:
        kind, _, short = link.partition(".")
        table = self.tables[kind]
        array = self._array(kind, short)
        known = np.zeros(table.rows, bool)
        if not len(array):
            return np.zeros(0, np.int64), np.zeros(0, np.int64), known
        known[: len(array)] = columns.known(array)
        rows = np.repeat(np.arange(len(array)), columns.lengths(array))
        items = self._ends(kind, self.vocabulary.written_links[link].target, rows, array.flatten())
        return rows[items >= 0], items[items >= 0], known

    def _ends(self, kind: str, target: str, rows: Array, ends: Any) -> Array:
        """Return the rows of the target table that links name, by place within the company or by key."""
        company = self.tables[kind].company[rows]
        if pa.types.is_integer(ends.type):
            places = ends.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
            wrong = (places < 0) | (places >= self.counts[target][company])
            found = np.where(wrong, -1, self.starts[target][company] + places)
        else:
            keys = columns.whole(self.tables[target].data["key"]) if self.tables[target].data is not None else pa.nulls(0, pa.string())
            coded = keys.cast(pa.string()).dictionary_encode()
            size = len(coded.dictionary) + 1
            own = self.tables[target].company[: len(keys)].astype(np.int64) * size + coded.indices.to_numpy(zero_copy_only=False)
            order = np.argsort(own, kind="stable")
            wanted = pc.index_in(ends.cast(pa.string()), coded.dictionary).fill_null(size - 1).to_numpy(zero_copy_only=False)
            sought = company.astype(np.int64) * size + wanted
            place = np.minimum(np.searchsorted(own[order], sought), max(0, len(own) - 1))
            wrong = np.ones(len(sought), bool) if not len(own) else own[order][place] != sought
            found = np.where(wrong, -1, order[place] if len(own) else -1)
        if wrong.any():
            self.fault(kind, rows[wrong], f"a link of a {kind} names no {target} of its company")
        return found

    def pairs(self) -> tuple[Array, Array]:
        """Return the rows of flows and customers that are judged in pairs (`World.pairs`)."""
        edges = self.edges("flow.customers")
        flows, customers = self.tables["flow"], self.tables["customer"]
        anonymous = np.full(self.size, -1, np.int64)
        anonymous[customers.company[customers.anonymous]] = customers.anonymous
        alone = np.nonzero((edges.degree == 0) & ~edges.whole & self.nothing_written("customer")[flows.company])[0]
        rows = np.concatenate([edges.rows, alone])
        items = np.concatenate([edges.items, anonymous[flows.company[alone]]])
        order = np.argsort(rows, kind="stable")
        return rows[order], items[order]


def spread(rows: Array, ends: Array, edges: Edges) -> tuple[Array, Array]:
    """Return, for rows that stand for other rows (``ends``), every pair of row and linked item."""
    degree = edges.degree[ends]
    first = edges.starts[:-1][ends]
    places = np.arange(int(degree.sum())) - np.repeat(np.cumsum(degree) - degree, degree) + np.repeat(first, degree)
    return np.repeat(rows, degree), edges.items[places]


def _typed(array: Any, kind: Any) -> Any:
    return array if array.type == kind else array.cast(kind) if len(array) else pa.nulls(0, kind)


def _words(array: Any) -> Any:
    return array if pa.types.is_dictionary(array.type) or pa.types.is_string(array.type) else array.cast(pa.string())


def _lists(array: Any) -> Any:
    if not len(array):
        return pa.nulls(0, pa.list_(pa.string()))
    if not (pa.types.is_list(array.type) or pa.types.is_large_list(array.type)):
        message = "not a list"
        raise pa.ArrowTypeError(message)
    return array


__all__ = ["Batch", "BrokenBatch", "Edges", "Table", "pack", "spread"]
