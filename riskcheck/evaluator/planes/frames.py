"""Frames: the row sets on which conditions are evaluated, and how rows of one stand for rows of another.

A frame has, for each kind that may be read in it, the row of that kind's table. A condition that reads less than a frame
offers is evaluated on the smaller row set that it needs, and its rails are read from there.
"""

from __future__ import annotations

import numpy as np

from riskcheck.evaluator.planes.batch import spread
from riskcheck.evaluator.planes.bits import Array, Plane, Rails, flagged, ones, pack, take_rails, tiled
from riskcheck.model.vocabulary import COMPANY
from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from riskcheck.evaluator.planes.batch import Batch


class Below(NamedTuple):
    """A smaller frame that answers conditions which read no more than ``kinds``, and how its rails are read from here.

    ``dear`` says that reading costs more than working out a plain condition again: see ``PlaneProgram.plain``.
    """

    kinds: frozenset[str]
    frame: Frame
    read: Callable[[Rails], Rails]
    dear: bool = False


def _below(kinds: frozenset[str], frame: Frame, at: Callable[[], Array | None], *, dear: bool = False) -> Below:
    """Return a smaller frame that is read at row numbers; None means row for row."""
    return Below(kinds, frame, lambda rails: take_rails(rails, frame.rows, at()), dear)


class Frame:
    """One row set. ``index(kind)`` gives the rows of a kind's table, None where they are the rows themselves."""

    def __init__(self, rows: int, indices: dict[str, Callable[[], Array | None]], below: tuple[Below, ...]) -> None:
        self.rows = rows
        self.ones = ones(rows)
        self.kinds = frozenset(indices)
        self.below = below
        self._indices = indices
        self._found: dict[str, Array | None] = {}
        self._expanded: dict[str, Expanded] = {}

    def index(self, kind: str) -> Array | None:
        """Return the rows of a kind's table that this frame's rows read."""
        if kind not in self._found:
            self._found[kind] = self._indices[kind]()
        return self._found[kind]

    def close(self) -> None:
        """Let go of everything. Frames refer to each other in circles; closed, they go at once and not when the collector comes."""
        for expanded in self._expanded.values():
            expanded.frame.close()
            if expanded.square is not None:
                expanded.square.frame.close()
        self._expanded.clear()
        self._found.clear()
        self._indices.clear()
        self.below = ()

    def expand(self, link: str, target: str, frames: Frames) -> Expanded:
        """Return the frame of all pairs of a row and a subject that it links to."""
        found = self._expanded.get(link)
        if found is None:
            found = self._expanded[link] = self._expand(link, target, frames)
        return found

    def _expand(self, link: str, target: str, frames: Frames) -> Expanded:
        edges = frames.batch.edges(link)
        index = self.index(link.partition(".")[0])
        if index is None:
            rows, items, whole = edges.rows, edges.items, edges.whole
        else:
            rows, items = spread(np.arange(self.rows), index, edges)
            whole = edges.whole[index]
        others = self.kinds - {target}

        def through(kind: str) -> Callable[[], Array | None]:
            def index_of() -> Array | None:
                own = self.index(kind)
                return rows if own is None else own[rows]

            return index_of

        base = frames.base(target)
        frame = Frame(
            len(rows), {**{kind: through(kind) for kind in others}, target: lambda: items},
            (_below(base.kinds & {target, COMPANY}, base, lambda: items), _below(others, self, lambda: rows)),
        )  # fmt: skip
        degree = np.bincount(rows, minlength=self.rows)
        longest = int(degree.max(initial=0))
        square = self._square(degree, longest, items, target, base) if 0 < longest * self.rows <= _MOST_EMPTY * len(rows) else None
        return Expanded(frame, rows, pack(whole), items, Slots(degree) if longest <= _MOST_SLOTS else None, square)

    def _square(self, degree: Array, longest: int, items: Array, target: str, base: Frame) -> Square:
        # Pairs as a square: first items of all rows, second items of all rows, each list filled up to the longest one.
        width = (self.rows + 7) // 8 * 8
        first = np.zeros(width, np.int64)
        first[: self.rows] = np.cumsum(degree) - degree
        lengths = np.zeros(width, degree.dtype)
        lengths[: self.rows] = degree
        places = np.arange(longest)[:, None]
        present = (lengths > places).ravel()
        at = items.take(np.where(present, (first + places).ravel(), 0))

        def through(kind: str) -> Callable[[], Array | None]:
            def index_of() -> Array | None:
                own = self.index(kind)
                own = np.arange(self.rows) if own is None else own
                return np.tile(np.concatenate([own, np.zeros(width - self.rows, np.int64)]), longest)

            return index_of

        others = self.kinds - {target}
        frame = Frame(
            width * longest, {**{kind: through(kind) for kind in others}, target: lambda: at},
            (Below(others, self, lambda rails: tiled(rails, longest)), _below(base.kinds & {target, COMPANY}, base, lambda: at, dear=True)),
        )  # fmt: skip
        return Square(frame, longest, pack(present))


_MOST_SLOTS = 64
"""Longer lists than this are folded by row numbers: a loop over their places would be longer than what it saves."""
_MOST_EMPTY = 3
"""Lists are filled up to one length if that makes no more than so many times as many pairs."""


class Expanded(NamedTuple):
    """Pairs of a link: their frame, the row of the outer frame for each, and where the outer row's list is whole."""

    frame: Frame
    rows: Array
    whole: Plane
    items: Array
    slots: Slots | None
    square: Square | None

    def some(self, rails: Rails, outer: int, *, index: Array | None, inner: int) -> Rails:
        """Return, for each of ``outer`` rows, whether some pair of it is true; pair i reads the ``inner`` rails at ``index[i]``."""
        folded = self._any(flagged(rails.true, rails.false ^ ones(inner), inner), index, outer)
        return Rails(pack(folded & 1), self.whole & ~pack(folded & 2))

    def _any(self, flags: Array, index: Array | None, rows: int) -> Array:
        """Return, for each outer row, the bits (uint8) that some pair of it has; pair i has ``flags[index[i]]``."""
        if self.slots is None:
            found = np.zeros(rows, np.uint8)
            np.bitwise_or.at(found, self.rows, flags if index is None else flags.take(index))
            return found
        return self.slots.any(flags, index, rows)


class Square(NamedTuple):
    """Pairs as a square: item j of every outer row is row ``j * width + row`` of ``frame``, the width in whole bytes.

    ``present`` tells where there is such an item; elsewhere the frame reads some other row, for nothing.
    """

    frame: Frame
    longest: int
    present: Plane

    def some(self, rails: Rails, whole: Plane) -> Rails:
        """Return, for each outer row, whether some item of it is true, given the frame's rails and where a list is whole."""
        true = (rails.true & self.present).reshape(self.longest, -1)
        open_ = (self.present & ~rails.false).reshape(self.longest, -1)
        return Rails(np.bitwise_or.reduce(true, axis=0), whole & ~np.bitwise_or.reduce(open_, axis=0))


class Slots:
    """Pairs in the order of their place in the list: all first ones, all second ones; rows with the longest lists in front."""

    def __init__(self, degree: Array) -> None:
        outer = len(degree)
        longest = int(degree.max(initial=0))
        order = np.argsort((longest - degree).astype(np.uint8), kind="stable")  # a byte is sorted in linear time
        starts = (np.cumsum(degree) - degree)[order]
        self.sizes = [int(size) for size in np.cumsum(np.bincount(degree, minlength=longest + 1)[::-1])[::-1][1:]]
        self.pairs = np.concatenate([starts[:size] + place for place, size in enumerate(self.sizes)]) if self.sizes else np.zeros(0, np.int64)
        self.back = np.empty(outer, np.int64)
        self.back[order] = np.arange(outer)
        self._taken: tuple[Array, Array] | None = None

    def any(self, flags: Array, index: Array | None, rows: int) -> Array:
        """Return the bits that some pair of each row has."""
        if index is not None and (self._taken is None or self._taken[0] is not index):
            self._taken = index, index.take(self.pairs)
        found = flags.take(self.pairs if index is None or self._taken is None else self._taken[1])
        folded = np.zeros(rows, np.uint8)
        begin = 0
        for size in self.sizes:
            folded[:size] |= found[begin : begin + size]
            begin += size
        return folded.take(self.back)


class Frames:
    """The frames of one batch."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self._base: dict[str, Frame] = {}
        self._flow_definitions: Frame | None = None
        self._pairs: Frame | None = None

    def base(self, kind: str) -> Frame:
        """Return the frame of a kind's own table, as rules about it read it."""
        found = self._base.get(kind)
        if found is None:
            found = self._base[kind] = self._make(kind)
        return found

    def _make(self, kind: str) -> Frame:
        table = self.batch.tables[kind]
        if kind == COMPANY:
            return Frame(table.rows, {COMPANY: lambda: None}, ())
        company = _below(frozenset({COMPANY}), self.base(COMPANY), lambda: table.company)
        indices: dict[str, Callable[[], Array | None]] = {kind: lambda: None, COMPANY: lambda: table.company}
        if kind != "flow":
            return Frame(table.rows, indices, (company,))
        systems = self.base("system")
        seen = self.batch.flow_system_seen
        return Frame(table.rows, {**indices, "system": lambda: seen}, (company, _below(systems.kinds, systems, lambda: seen)))

    def close(self) -> None:
        """Let go of all frames."""
        for frame in (*self._base.values(), self._flow_definitions, self._pairs):
            if frame is not None:
                frame.close()
        self._base.clear()

    def definitions(self, kind: str) -> Frame:
        """Return the frame on which definitions about a kind are evaluated (flows see blank systems)."""
        if kind != "flow":
            return self.base(kind)
        if self._flow_definitions is None:
            flows, systems = self.base("flow"), self.base("system")
            company = self.batch.tables["flow"].company
            blank = self.batch.flow_system_blank
            self._flow_definitions = Frame(
                flows.rows, {"flow": lambda: None, COMPANY: lambda: company, "system": lambda: blank},
                (_below(frozenset({"flow", COMPANY}), flows, lambda: None), _below(systems.kinds, systems, lambda: blank)),
            )  # fmt: skip
        return self._flow_definitions

    def pairs(self) -> Frame:
        """Return the frame of the pairs of flow and customer."""
        if self._pairs is None:
            flow_rows, customer_rows = self.batch.pairs()
            flows, customers = self.base("flow"), self.base("customer")

            def through(kind: str) -> Callable[[], Array | None]:
                def index_of() -> Array | None:
                    own = flows.index(kind)
                    return flow_rows if own is None else own[flow_rows]

                return index_of

            self._pairs = Frame(
                len(flow_rows), {**{kind: through(kind) for kind in flows.kinds}, "customer": lambda: customer_rows},
                (_below(customers.kinds, customers, lambda: customer_rows), _below(flows.kinds, flows, lambda: flow_rows)),
            )  # fmt: skip
        return self._pairs
