"""Columns of facts: Arrow arrays as bit planes, codes and numbers, one entry a row; rows beyond the written ones are unknown."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise

import numpy as np
import pyarrow as pa

from riskcheck.evaluator.planes.bits import Array, Plane, Rails, all_but, ones, pack, take, unpack, zeros

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from typing import Any

    Refuse = Callable[[Array, str], None]
    """Called with row numbers of the table and the reason why they can't be read."""


class Codes:
    """A choice or a place by row: 0 is unknown, ``code`` k stands for ``names[k - 1]``."""

    def __init__(self, codes: Array, names: list[str]) -> None:
        self.codes = codes
        self.names = names
        self._planes: dict[str, Plane] = {}

    @cached_property
    def valid(self) -> Plane:
        """Where the value is known."""
        return pack(self.codes != 0)

    def plane(self, name: str) -> Plane | None:
        """Return where the value is ``name``; None if that is nowhere."""
        found = self._planes.get(name)
        if found is None and name in self.names:
            found = self._planes[name] = pack(self.codes == self.names.index(name) + 1)
        return found

    def planes(self) -> dict[str, Plane]:
        """Return the plane of every name that occurs."""
        return {name: plane for name in self.names if (plane := self.plane(name)) is not None}

    def at(self, index: Array | None) -> Codes:
        """Return the column read at row numbers."""
        return self if index is None else Codes(self.codes.take(index), self.names)


class Sets:
    """Sets of slugs or places by row: planes of members and of non-members, and where nothing else is in (closed)."""

    def __init__(self, yes: dict[str, Plane], no: dict[str, Plane], closed: Plane, valid: Plane, rows: int) -> None:
        self.yes = yes
        self.no = no
        self.closed = closed
        self.valid = valid
        self.rows = rows
        self.touched: dict[tuple[str, bool], Rails] = {}
        """Filled by `places`: where a place is touched, by place and by whether unions count."""
        self.parts: dict[str, list[Plane]] = {}
        """The planes of parts of countries (US-CA) by country."""
        for name, plane in yes.items():
            parent, dash, _ = name.partition("-")
            if dash:
                self.parts.setdefault(parent, []).append(plane)

    def at(self, index: Array | None) -> Sets:
        """Return the column read at row numbers."""
        if index is None:
            return self
        return Sets(
            {name: take(plane, self.rows, index) for name, plane in self.yes.items()},
            {name: take(plane, self.rows, index) for name, plane in self.no.items()},
            take(self.closed, self.rows, index), take(self.valid, self.rows, index), len(index),
        )  # fmt: skip

    def without(self, rows: Array) -> Sets:
        """Return the column with some rows unknown."""
        seen = all_but(rows, self.rows)
        yes, no = ({name: plane & seen for name, plane in planes.items()} for planes in (self.yes, self.no))
        return Sets(yes, no, self.closed & seen, self.valid & seen, self.rows)


class Numbers:
    """Numbers or amounts between bounds: ``most`` is infinite where none is known; ``currency`` 0 is none at all.

    Where something is known is given as booleans or as their plane; each is worked out of the other when it is asked for.
    Written whole numbers keep the type in which they were stored (``least`` and ``most`` are then one array), all others are
    in floating point. Where nothing is known, the figures mean nothing.
    """

    def __init__(
        self, least: Array, most: Array, known: Array | None = None, currency: Array | None = None, doubtful: Array | None = None,
        valid: Plane | None = None,
    ) -> None:  # fmt: skip
        self.least = least
        self.most = most
        self.currency = currency
        self.doubtful = doubtful
        """Rows whose figure only exact arithmetic can tell."""
        if known is not None:
            self.known = known
        if valid is not None:
            self.valid = valid

    @cached_property
    def known(self) -> Array:
        """Where something is known, as booleans."""
        return unpack(self.valid, len(self.least))

    @cached_property
    def valid(self) -> Plane:
        """Where something is known."""
        return pack(self.known)

    @property
    def written(self) -> bool:
        """Whether the figures are those that somebody wrote, and not worked out."""
        return self.least is self.most

    def at(self, index: Array | None) -> Numbers:
        """Return the column read at row numbers."""
        if index is None:
            return self
        least = self.least.take(index)
        return Numbers(
            least, least if self.written else self.most.take(index), self.known.take(index),
            None if self.currency is None else self.currency.take(index), None if self.doubtful is None else self.doubtful.take(index),
        )  # fmt: skip

    def without(self, rows: Array) -> Numbers:
        """Return the column with some rows unknown."""
        known = self.known.copy()
        known[rows] = False
        return Numbers(self.least, self.most, known, self.currency, self.doubtful)

    def floating(self) -> Numbers:
        """Return the column in floating point, 0 where nothing is known, for arithmetic."""
        if self.least.dtype == np.float64:
            return self
        least = np.where(self.known, self.least, 0).astype(np.float64)
        return Numbers(least, least, self.known, self.currency, self.doubtful)


class Days:
    """Dates as days since 1970."""

    def __init__(self, days: Array, known: Array) -> None:
        self.days = days
        self.known = known

    @cached_property
    def valid(self) -> Plane:
        """Where the date is known."""
        return pack(self.known)

    def at(self, index: Array | None) -> Days:
        """Return the column read at row numbers."""
        return self if index is None else Days(self.days.take(index), self.known.take(index))


# --- from Arrow -----------------------------------------------------------------------------------------------------


def whole(column: Any) -> Any:
    """Return a column as one array."""
    if isinstance(column, pa.ChunkedArray):
        return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    return column


def flags(array: Any) -> Array:
    """Return a boolean Arrow array as numpy booleans; null is False."""
    count = len(array)
    return unpack(bools(array, count).true, count) if count else np.zeros(0, bool)


def known(array: Any) -> Array:
    """Return where an Arrow array has a value, as numpy booleans."""
    count = len(array)
    return np.ones(count, bool) if not array.null_count else unpack(valid_plane(array, count), count)


def raw(array: Any, kind: Any) -> Array:
    """Return the values of an Arrow array of fixed width as they lie in memory; where it is null they mean nothing."""
    if not len(array):
        return np.zeros(0, kind)
    return np.frombuffer(array.buffers()[1], kind)[array.offset : array.offset + len(array)]


def lengths(array: Any) -> Array:
    """Return the lengths of the lists of an Arrow array; null has none."""
    kind = np.int64 if pa.types.is_large_list(array.type) else np.int32
    offsets = np.frombuffer(array.buffers()[1], kind)[array.offset : array.offset + len(array) + 1]
    found = np.diff(offsets)
    return found * known(array) if array.null_count else found


def _bitmap(buffer: Any, offset: int, count: int, rows: int) -> Plane:
    plane = zeros(rows)
    size = (count + 7) // 8
    if offset % 8:
        plane[:size] = pack(np.unpackbits(np.frombuffer(buffer, np.uint8), bitorder="little")[offset : offset + count])
    else:
        plane[:size] = np.frombuffer(buffer, np.uint8, size, offset // 8)
    if count % 8:
        plane[size - 1] &= (1 << count % 8) - 1
    return plane


def valid_plane(array: Any, rows: int) -> Plane:
    """Return where an Arrow array has a value; rows beyond its end have none."""
    buffer = array.buffers()[0]
    count = len(array)
    if buffer is None:
        plane = zeros(rows)
        plane[: (count + 7) // 8] = ones(count)
        return plane
    return _bitmap(buffer, array.offset, count, rows)


def bools(array: Any, rows: int) -> Rails:
    """Return a boolean Arrow array as rails: its own bitmaps are the planes."""
    if not len(array):
        return Rails(zeros(rows), zeros(rows))
    valid = valid_plane(array, rows)
    true = _bitmap(array.buffers()[1], array.offset, len(array), rows) & valid
    return Rails(true, true ^ valid)


def binaries(column: Any) -> list[Plane]:
    """Return the entries of a binary Arrow column as arrays of bytes, as they lie in memory; null is empty."""
    array = whole(column)
    if not len(array):
        return []
    kind = np.int64 if pa.types.is_large_binary(array.type) else np.int32
    _, offsets, data = array.buffers()
    ends = np.frombuffer(offsets, kind)[array.offset : array.offset + len(array) + 1].tolist()
    content = np.frombuffer(data, np.uint8) if data is not None else zeros(0)
    return [content[start:end] for start, end in pairwise(ends)]


def stored(true: Plane, false: Plane, rows: int) -> Rails:
    """Return rails from stored bits; a row that is both true and false is unknown."""
    size = (rows + 7) // 8
    both = true & false
    if both.any():
        true, false = true & ~both, false & ~both
    if len(true) == size:
        return Rails(true, false)
    planes = Rails(zeros(rows), zeros(rows))
    planes.true[: len(true)], planes.false[: len(false)] = true, false
    return planes


def stored_sets(members: dict[str, tuple[Plane, Plane]], rows: int, allowed: Callable[[str], bool], refuse: Refuse) -> Sets:
    """Return a set fact from stored bits; where it is closed and open stands under the empty name."""
    nothing = zeros(rows)
    closed, opened = stored(*members.get("", (nothing, nothing)), rows)
    some_open = bool(opened.any())
    valid = closed | opened if some_open else closed
    found: tuple[dict[str, Plane], dict[str, Plane]] = {}, {}
    for name, (true, false) in members.items():
        if not name:
            continue
        rails = stored(true, false, rows)
        planes = rails.true & valid, rails.false & opened if some_open else nothing
        if not allowed(name):
            refuse(np.nonzero(unpack(planes[0] | planes[1], rows))[0], f"`{name[:60]}` is no member of it")
            continue
        for kept, plane in zip(found, planes, strict=True):
            if plane is not nothing and plane.any():
                kept[name] = plane
    return Sets(*found, closed, valid, rows)


def codes(array: Any, rows: int, allowed: Callable[[str], bool], refuse: Refuse) -> Codes:
    """Return a text array as codes. Rows with a word that is not allowed are refused and unknown."""
    found, names = _coded(array)
    bad = [code + 1 for code, name in enumerate(names) if not allowed(name)]
    if len(found) < rows or bad:
        column = np.zeros(rows, found.dtype)
        column[: len(found)] = found
    else:
        column = found
    if bad:
        wrong = np.isin(column, bad)
        refuse(np.nonzero(wrong)[0], f"`{names[int(column[wrong][0]) - 1][:60]}` is no value of it" if wrong.any() else "")
        column[wrong] = 0
    return Codes(column, names)


def _coded(array: Any) -> tuple[Array, list[str]]:
    """Return the codes of a text array, from 1 (0: null), in the narrowest type that holds them, and the names in their order."""
    if not len(array):
        return np.zeros(0, np.uint8), []
    coded = array if pa.types.is_dictionary(array.type) else array.cast(pa.string()).dictionary_encode()
    names = [str(name) for name in coded.dictionary.to_pylist()]
    if len(names) >= 65_535:  # noqa: PLR2004 (what 16 bits hold)
        message = "too many different values"
        raise pa.ArrowInvalid(message)
    narrow = np.uint8 if len(names) < 255 else np.uint16  # noqa: PLR2004 (what 8 bits hold)
    indices = coded.indices
    found = raw(indices, np.dtype(indices.type.to_pandas_dtype())).astype(narrow)
    found += 1
    if indices.null_count:
        found *= known(indices)
    return found, names


def numbers(array: Any, rows: int, refuse: Refuse) -> Numbers:
    """Return an Arrow array of numbers: whole numbers as they are stored, others as doubles. Infinities and NaN are refused."""
    count = len(array)
    if not pa.types.is_integer(array.type):
        return doubles(array, rows, refuse)
    values = raw(array, np.dtype(array.type.to_pandas_dtype()))
    if count < rows:
        values = np.concatenate([values, np.zeros(rows - count, values.dtype)])
    return Numbers(values, values, valid=valid_plane(array, rows))


def doubles(array: Any, rows: int, refuse: Refuse) -> Numbers:
    """Return an Arrow array of numbers as doubles, 0 where it is null. Infinities and NaN are refused."""
    count = len(array)
    values = np.zeros(rows, np.float64)
    told = np.zeros(rows, bool)
    if count:
        told[:count] = known(array)
        given = raw(array if array.type == pa.float64() else array.cast(pa.float64(), safe=False), np.float64)
        values[:count] = np.where(told[:count], given, 0.0) if array.null_count else given
        wrong = ~np.isfinite(values)
        if wrong.any():
            refuse(np.nonzero(wrong)[0], "a number that is not finite")
            told &= ~wrong
            values[wrong] = 0.0
    return Numbers(values, values, told)


def money(array: Any, currency: Any, rows: int, currencies: list[str], refuse: Refuse) -> Numbers:
    """Return amounts with their currency, coded by a list shared by the whole batch (and lengthened here)."""
    found = doubles(array, rows, refuse)
    column = np.zeros(rows, np.uint8)
    given, names = _coded(currency)
    lookup = np.zeros(len(names) + 1, np.uint8)
    for code, name in enumerate(names):
        if name not in currencies:
            currencies.append(name)
        lookup[code + 1] = currencies.index(name) + 1
    column[: len(given)] = lookup[given]
    lacking = found.known & (column == 0)
    if lacking.any():
        refuse(np.nonzero(lacking)[0], "an amount without a currency")
    return Numbers(found.least, found.most, found.known & (column != 0), column)


def days(array: Any, rows: int) -> Days:
    """Return an Arrow array of dates."""
    count = len(array)
    values = np.zeros(rows, np.int32)
    told = np.zeros(rows, bool)
    if count:
        told[:count] = known(array)
        values[:count] = raw(array.cast(pa.date32()), np.int32)
        values[~told] = 0
    return Days(values, told)


def sets(yes: Any, no: Any, opened: Any, rows: int, allowed: Callable[[str], bool], refuse: Refuse) -> Sets:
    """Return a set fact from its lists of members and non-members and its open mark (the last two may be None)."""
    count = len(yes)
    valid = valid_plane(yes, rows)
    closed = valid
    if opened is not None and count:
        closed = valid & ~(bools(opened, rows).true)
    members = _members(yes, rows, allowed, refuse)
    outside = _members(no, rows, allowed, refuse) if no is not None else {}
    for name, plane in outside.items():
        if name in members:
            outside[name] = plane & ~members[name]
    return Sets(members, outside, closed, valid, rows)


def _members(array: Any, rows: int, allowed: Callable[[str], bool], refuse: Refuse) -> dict[str, Plane]:
    if not len(array) or array.null_count == len(array):
        return {}
    found, names = _coded(array.flatten())
    where = np.repeat(np.arange(len(array)), lengths(array))
    bad = [code + 1 for code, name in enumerate(names) if not allowed(name)]
    if bad:
        wrong = np.isin(found, bad)
        if wrong.any():
            refuse(np.unique(where[wrong]), f"`{names[int(found[wrong][0]) - 1][:60]}` is no member of it")
    matrix = np.zeros((len(names) + 1, rows), np.uint8)
    matrix[found, where] = 1
    planes = np.packbits(matrix, axis=1, bitorder="little")
    return {name: planes[code + 1] for code, name in enumerate(names) if code + 1 not in bad}


def members_of(names: Collection[str]) -> Callable[[str], bool]:
    """Return the test of a closed vocabulary."""
    return frozenset(names).__contains__
