"""Values of facts, and Kleene comparison of them.

Every comparison returns True, False or None; None says that what is known does not decide. A set may be open: members
known to be in, members known to be out, and silence about the rest.
"""

from __future__ import annotations

from decimal import Decimal

from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from typing import Any, TypeAlias

Truth: TypeAlias = bool | None
"""Kleene's three values; None is unknown."""


class Money(NamedTuple):
    """An amount in a currency (ISO 4217)."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{plain_number(self.amount)} {self.currency}"


class SetValue(NamedTuple):
    """A set of slugs or country codes: ``yes`` are members, ``no`` are not, ``closed`` means that nothing else is."""

    yes: frozenset[str]
    no: frozenset[str] = frozenset()
    closed: bool = True

    def union(self, other: SetValue) -> SetValue:
        """Return the union; a union with an open set is open, and a member is out only if it is out of both."""
        yes = self.yes | other.yes
        out_here = self.no | ((other.no | other.yes) - self.yes if self.closed else frozenset())
        out_there = other.no | ((self.no | self.yes) - other.yes if other.closed else frozenset())
        return SetValue(yes, (out_here & out_there) - yes, self.closed and other.closed)


class Range(NamedTuple):
    """A number of which only bounds are known; ``most`` None means no upper bound. Money ranges carry a currency."""

    least: Decimal
    most: Decimal | None
    currency: str | None = None


Value: TypeAlias = "bool | int | float | str | date | Money | SetValue | Range"

OPEN = SetValue(frozenset(), frozenset(), closed=False)
"""The set of which nothing is known."""


def plain_number(number: Decimal | float) -> str:
    """Return a number without exponent or trailing zeros, with underscores between thousands: ``79_040_000``."""
    decimal = number if isinstance(number, Decimal) else Decimal(repr(number))
    text = f"{decimal.normalize():f}"
    whole, dot, rest = text.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    grouped = "_".join(digits[max(0, i - 3) : i] for i in range(len(digits), 0, -3)[::-1])
    return f"{sign}{grouped}{dot}{rest}"


# --- sets ---------------------------------------------------------------------------------------------------------


def includes(value: SetValue, member: str) -> Truth:
    """Tell whether one slug is a member."""
    if member in value.yes:
        return True
    return False if value.closed or member in value.no else None


def overlaps(value: SetValue, others: frozenset[str]) -> Truth:
    """Tell whether the sets share a member."""
    if not value.yes.isdisjoint(others):
        return True
    return False if value.closed or others <= value.no else None


def within(value: SetValue, others: frozenset[str]) -> Truth:
    """Tell whether every member is in ``others``."""
    if not value.yes <= others:
        return False
    return True if value.closed else None


# --- countries ----------------------------------------------------------------------------------------------------


class Region(NamedTuple):
    """A set of country codes to compare with, and the members of each union code such as ``EU``."""

    codes: frozenset[str]
    unions: Mapping[str, frozenset[str]]


def country_in(code: str, region: Region) -> Truth:
    """Tell whether a place lies in a region. ``US-CA`` lies in ``US``, not the reverse; ``EU`` is one unnamed member."""
    codes = region.codes
    if code in codes:
        return True
    members = region.unions.get(code)
    if members is not None:
        if members <= codes:
            return True
        return None if not members.isdisjoint(codes) else False
    parent = code.partition("-")[0]
    if parent in codes:
        return True
    return any(union in codes and parent in inside for union, inside in region.unions.items())


def countries_within(value: SetValue, region: Region) -> Truth:
    """Tell whether every place lies in the region."""
    unsure = not value.closed
    for code in value.yes:
        inside = country_in(code, region)
        if inside is False:
            return False
        unsure = unsure or inside is None
    return None if unsure else True


def countries_overlap(value: SetValue, region: Region) -> Truth:
    """Tell whether the set touches the region; a country covers its parts, and the more specific entry wins."""
    result: Truth = False
    for code in region.codes:
        touched = _touches(code, value, region.unions)
        if touched:
            return True
        if touched is None:
            result = None
    if result is None and any(country_in(code, region) for code in value.yes if code in region.unions):
        return True
    return result


def _touches(code: str, value: SetValue, unions: Mapping[str, frozenset[str]]) -> Truth:
    if code in value.yes:
        return True
    members = unions.get(code)
    if members is not None:
        states = [_touches(member, value, {}) for member in members]
        return True if True in states else (False if code in value.no or (None not in states) else None)
    if code in value.no:
        return False
    prefix = code + "-"
    if any(part.startswith(prefix) for part in value.yes):
        return True
    parent, dash, _ = code.partition("-")
    if dash:
        if parent in value.yes:
            return True
        if parent in value.no:
            return False
    for union, inside in unions.items():
        if parent in inside:
            if union in value.yes:
                return None
            if union in value.no:
                return False
    return False if value.closed else None


# --- numbers ------------------------------------------------------------------------------------------------------


def more_than(value: Any, limit: Any) -> Truth:
    """Tell whether a number or range is strictly above a limit."""
    if isinstance(value, Range):
        if value.least > limit:
            return True
        return False if value.most is not None and value.most <= limit else None
    return bool(exact(value) > exact(limit))


def at_least(value: Any, limit: Any) -> Truth:
    """Tell whether a number or range reaches a limit."""
    if isinstance(value, Range):
        if value.least >= limit:
            return True
        return False if value.most is not None and value.most < limit else None
    return bool(exact(value) >= exact(limit))


def exact(number: Any) -> Any:
    """Return a number for exact comparison: a float as the decimal that was written."""
    # Decimal and float compare exactly in Python, except that a float such as 33.3 is its binary neighbour.
    return Decimal(repr(number)) if isinstance(number, float) else number
