"""Packed bit planes: one bit a row, eight rows a byte, the bits after the last row always zero."""

from __future__ import annotations

import numpy as np

from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

Plane: TypeAlias = "Any"
"""A uint8 array of packed bits, lowest bit first."""
Array: TypeAlias = "Any"
"""Any other numpy array."""


class Rails(NamedTuple):
    """A Kleene truth for every row: where it is definitely true, and where it is definitely false."""

    true: Plane
    false: Plane

    def negated(self) -> Rails:
        """Return Kleene's negation."""
        return Rails(self.false, self.true)


def pack(flags: Array) -> Plane:
    """Return the plane of a boolean array."""
    return np.packbits(flags, bitorder="little")


def unpack(plane: Plane, rows: int) -> Array:
    """Return the boolean array of a plane."""
    return np.unpackbits(plane, count=rows, bitorder="little").view(bool)


def rows_of(plane: Plane) -> Array:
    """Return the numbers of the rows that are set, in order. Bytes without any are passed over, so few rows take little time."""
    some = np.flatnonzero(plane)
    inside = np.flatnonzero(np.unpackbits(plane.take(some), bitorder="little").view(bool))
    return (some.take(inside >> 3) << 3) | (inside & 7)


def ones(rows: int) -> Plane:
    """Return the plane that is set on every row."""
    plane = np.full((rows + 7) // 8, 255, np.uint8)
    if rows % 8:
        plane[-1] = (1 << rows % 8) - 1
    return plane


def zeros(rows: int) -> Plane:
    """Return the empty plane."""
    return np.zeros((rows + 7) // 8, np.uint8)


def all_but(index: Array, rows: int) -> Plane:
    """Return the plane that is set on every row but some."""
    flags = np.ones(rows, bool)
    flags[index] = False
    return pack(flags)


def take(plane: Plane, rows: int, index: Array | None) -> Plane:
    """Return a plane read at row numbers; None reads every row in its place."""
    if index is None:
        return plane
    return pack(unpack(plane, rows).take(index))


def take_rails(rails: Rails, rows: int, index: Array | None) -> Rails:
    """Return both rails read at row numbers, in one pass over the index."""
    if index is None:
        return rails
    found = flagged(rails.true, rails.false, rows).take(index)
    return Rails(pack(found & 1), pack(found & 2))


def flagged(low: Plane, high: Plane, rows: int) -> Array:
    """Return two planes as one byte a row: bit 0 of the first, bit 1 of the second."""
    both = np.unpackbits(high, count=rows, bitorder="little")
    both <<= 1
    both |= np.unpackbits(low, count=rows, bitorder="little")
    return both


def tiled(rails: Rails, times: int) -> Rails:
    """Return both rails repeated so many times, each time from a whole byte on."""
    return Rails(np.tile(rails.true, times), np.tile(rails.false, times))


def count(plane: Plane) -> int:
    """Return how many rows are set."""
    return int(np.bitwise_count(plane).sum())


class Counter:
    """Counts, for every row, in how many planes it is set: a carry-save adder over planes."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self._waiting: list[list[Plane]] = []

    def add(self, plane: Plane) -> None:
        """Count one more plane."""
        level = 0
        carry = plane
        while True:
            if level == len(self._waiting):
                self._waiting.append([])
            waiting = self._waiting[level]
            if len(waiting) < 2:  # noqa: PLR2004 (a full adder takes three)
                waiting.append(carry)
                return
            digit, carry = _added(waiting[0], waiting[1], carry)
            waiting[:] = [digit]
            level += 1

    def _digits(self) -> list[Plane]:
        """Return the counts as binary numbers: the planes of their digits, lowest first."""
        found: list[Plane] = []
        carry = zeros(self.rows)
        for waiting in self._waiting:
            digit, carry = _added(waiting[0], waiting[1], carry) if len(waiting) > 1 else (waiting[0] ^ carry, waiting[0] & carry)
            found.append(digit)
        return [*found, carry] if carry.any() else found

    def totals(self) -> Array:
        """Return the counts by row."""
        digits = self._digits()
        kind = np.uint8 if len(digits) <= 8 else np.uint32  # noqa: PLR2004 (what a byte holds)
        found = np.zeros(self.rows, kind)
        for level, digit in enumerate(digits):
            bits = np.unpackbits(digit, count=self.rows, bitorder="little").astype(kind, copy=False)
            bits <<= kind(level)
            found |= bits
        return found


def _added(first: Plane, second: Plane, third: Plane) -> tuple[Plane, Plane]:
    """Return the digit and the carry of three bits a row."""
    either = first ^ second
    return either ^ third, (first & second) | (either & third)
