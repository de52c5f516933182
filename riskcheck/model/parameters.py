"""Dated, cited values: country groups, thresholds, dates, amounts."""

from __future__ import annotations

from datetime import date

from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal
    from typing import Any


class DatedValue(NamedTuple):
    """A value, the days on which it counts, and where it stands."""

    value: Any
    begins: date | None
    ends: date | None
    source: str = ""
    confidence: str = ""


class Parameter(NamedTuple):
    """The history of one parameter. For set types the rows in force add up, for the others the latest counts."""

    name: str
    type: str
    rows: tuple[DatedValue, ...]
    unit: str = ""


class ParameterBook:
    """All parameters, read at a date; ``assumptions`` of a profile replace values for that profile."""

    def __init__(self, parameters: Mapping[str, Parameter], as_of: date) -> None:
        self.parameters = parameters
        self.as_of = as_of
        self._values: dict[str, Any] = {}
        self.rates: dict[tuple[str, str], Decimal | None] = {}
        """Exchange rates once found (see `model.money.rate`)."""

    def __contains__(self, name: str) -> bool:
        return name in self.parameters

    def names(self) -> list[str]:
        """Return the names of all parameters, those that only a profile assumes included."""
        return [*self.parameters, *(name for name in self._values if name not in self.parameters)]

    def value(self, name: str) -> Any:
        """Return the value at ``as_of``: a frozenset for set types, else the value or None where none is in force.

        Raises KeyError for a name that is no parameter.
        """
        if name not in self._values:
            self._values[name] = self._resolve(name, frozenset())
        return self._values[name]

    def row(self, name: str) -> DatedValue | None:
        """Return the row that counts at ``as_of`` (of a set: the latest), or None."""
        if name not in self.parameters:
            return None
        rows = [row for row in self.parameters[name].rows if self._in_force(row)]
        return max(rows, key=lambda row: row.begins or date.min) if rows else None

    def override(self, values: Mapping[str, Any]) -> ParameterBook:
        """Return a book in which some values are replaced (a profile's own assumptions)."""
        book = ParameterBook(self.parameters, self.as_of)
        book._values = {**self._values, **values}
        return book

    def _in_force(self, row: DatedValue) -> bool:
        return (row.begins is None or row.begins <= self.as_of) and (row.ends is None or self.as_of <= row.ends)

    def _resolve(self, name: str, seen: frozenset[str]) -> Any:
        parameter = self.parameters[name]
        if parameter.type not in ("countries", "choices"):
            row = self.row(name)
            return None if row is None else row.value
        members: set[str] = set()
        for row in parameter.rows:
            if self._in_force(row):
                for member in row.value:
                    if member.startswith("@"):
                        if member[1:] not in seen:
                            members |= self._resolve(member[1:], seen | {name})
                    else:
                        members.add(member)
        return frozenset(members)
