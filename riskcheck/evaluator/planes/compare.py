"""Comparisons of columns with a value, or of two columns row by row. Where floating point could be wrong, exact arithmetic decides."""

from __future__ import annotations

import math
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from riskcheck.evaluator.closures import add_months
from riskcheck.evaluator.planes.bits import Rails, pack, zeros
from riskcheck.evaluator.planes.columns import Codes, Days, Numbers
from riskcheck.evaluator.planes.measures import currency_of, rates
from riskcheck.model import values
from riskcheck.model.condition import FactRef
from riskcheck.model.values import Money, Range

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from riskcheck.evaluator.planes.bits import Array, Plane
    from riskcheck.evaluator.planes.frames import Frame
    from riskcheck.evaluator.planes.session import Session
    from riskcheck.model.condition import Compare

_EPOCH = date(1970, 1, 1)
_NEAR = 1e-9
"""Figures closer than this (relatively) are compared in exact arithmetic."""


def compare(node: Compare, frame: Frame, session: Session) -> Rails:
    """Return where a comparison holds, and where it does not, on the rows of a frame."""
    column = session.at(node.fact, frame)
    if isinstance(node.operand, FactRef):
        return _against(node.op, column, session.at(node.operand.fact, frame), session)
    operand = session.program.value(node.operand)
    if operand is None:
        return Rails(zeros(frame.rows), zeros(frame.rows))
    if isinstance(column, Rails):
        return column if operand else column.negated()
    if isinstance(column, Codes):
        plane = column.plane(operand)
        return Rails(zeros(frame.rows), column.valid) if plane is None else Rails(plane, column.valid ^ plane)
    if isinstance(column, Days):
        return _dated(node.op, column, operand, session.program.as_of)
    if column.written and not isinstance(operand, Money):
        plane = _reached(node.op, column, operand) & column.valid
        return Rails(plane, column.valid ^ plane)
    return _measured(node, column, operand, session)


# --- a column and a value -------------------------------------------------------------------------------------------


def _reached(op: str, column: Numbers, operand: Any) -> Plane:
    """Return where written figures compare so with a number. A tie is a tie of the very figure, not of a rounded one."""
    figures = column.least
    if figures.dtype.kind == "f":
        limit = float(operand)
        if op == "equals":
            return pack(figures == limit) if limit == operand else zeros(len(figures))
        return pack(figures >= limit if compared(op)(limit, operand) else figures > limit)
    if op == "equals":
        whole = int(operand)
        return pack(figures == whole) if whole == operand and _holds(figures, whole) else zeros(len(figures))
    first = math.floor(operand) + 1 if op == "more_than" else math.ceil(operand)
    if _holds(figures, first):
        return pack(figures >= first)
    return pack(np.full(len(figures), first <= 0))


def _holds(figures: Array, number: int) -> bool:
    """Return whether an array of whole numbers could hold a number."""
    kind = np.iinfo(figures.dtype)
    return bool(kind.min <= number <= kind.max)


def _measured(node: Compare, column: Numbers, operand: Any, session: Session) -> Rails:
    op = node.op
    rounded: Any = True
    above = np.greater if op == "more_than" else np.greater_equal
    if isinstance(operand, Money):
        if op == "equals":
            return _settled((column.least == float(operand.amount)) & (currency_of(column) == session.currency(operand.currency)), column.known)
        factor = rates(session, operand.currency)[currency_of(column)]
        least, most, limit = column.least * factor, column.most * factor, float(operand.amount)
        known = column.known & ~np.isnan(factor)
        rounded = factor != 1.0
    else:
        least, most, limit, known = column.least, column.most, float(operand), column.known
    true = above(least, limit)
    false = ~above(most, limit)
    # Zero is exact in both arithmetics.
    near = (
        np.zeros(len(known), bool)
        if limit == 0.0
        else (np.abs(least - limit) <= _NEAR * abs(limit)) | (np.isfinite(most) & (np.abs(most - limit) <= _NEAR * abs(limit)))
    )
    if column.written and isinstance(operand, Money):
        near &= rounded  # an amount as written, in the currency of the limit, is compared as it stands
    if column.doubtful is not None:
        near |= column.doubtful
    true, false = true & known, false & known
    rows = np.nonzero(near & known)[0]
    if len(rows):
        true, false = true.copy(), false.copy()
        for row in rows:
            truth = _exactly(node, column, int(row), operand, session)
            true[row], false[row] = truth is True, truth is False
    return Rails(pack(true), pack(false))


def _dated(op: str, column: Days, operand: Any, as_of: date) -> Rails:
    if op in ("older_than_days", "older_than_months"):
        limit = _oldest(op, int(operand), as_of)
        return _settled(column.days <= limit, column.known)
    day = (operand - _EPOCH).days
    if op == "equals":
        return _settled(column.days == day, column.known)
    return _settled(column.days < day if op == "before" else column.days >= day, column.known)


def _exactly(node: Compare, column: Numbers, row: int, operand: Any, session: Session) -> bool | None:
    kind, _, short = node.fact.partition(".")
    if session.program.vocabulary.facts[node.fact].kind == "derived":
        value = session.exact(kind, short, row)
    else:
        value = Money(Decimal(repr(float(column.least[row]))), session.batch.currencies[int(currency_of(column)[row]) - 1])
    if value is None or (isinstance(value, Range) and value.currency and not isinstance(operand, Money)):
        return None
    if isinstance(value, Money):
        factor = session.rate(value.currency, operand.currency)
        return None if factor is None else compared(node.op)(value.amount * factor, operand.amount)
    if isinstance(value, Range) and value.currency:
        factor = session.rate(operand.currency, value.currency)
        return None if factor is None else compared(node.op)(value, operand.amount * factor)
    return compared(node.op)(value, operand.amount if isinstance(operand, Money) else operand)


# --- two columns ----------------------------------------------------------------------------------------------------


def _against(op: str, column: Any, other: Any, session: Session) -> Rails:
    if isinstance(column, Rails):
        same = (column.true & other.true) | (column.false & other.false)
        return Rails(same, (column.true & other.false) | (column.false & other.true))
    if isinstance(column, Codes):
        names = {name: code + 1 for code, name in enumerate(column.names)}
        lookup = np.array([0, *(names.get(name, 65_535) for name in other.names)], np.uint16)
        return _settled(lookup[other.codes] == column.codes, (column.codes != 0) & (other.codes != 0))
    if isinstance(column, Days):
        found = {"equals": np.equal, "before": np.less, "since": np.greater_equal}[op](column.days, other.days)
        return _settled(found, column.known & other.known)
    if column.currency is None:
        found = {"equals": np.equal, "more_than": np.greater, "at_least": np.greater_equal}[op](column.least, other.least)
        return _settled(found, column.known & other.known)
    return _money_against(op, column, other, session)


def _money_against(op: str, column: Numbers, other: Numbers, session: Session) -> Rails:
    known = column.known & other.known
    true, false = np.zeros(len(known), bool), np.zeros(len(known), bool)
    names = session.batch.currencies
    here, there = currency_of(column), currency_of(other)
    for row in np.nonzero(known)[0]:
        left = Money(Decimal(repr(float(column.least[row]))), names[int(here[row]) - 1])
        right = Money(Decimal(repr(float(other.least[row]))), names[int(there[row]) - 1])
        truth = session.program.evaluator.closures.compared(op, left, right)
        true[row], false[row] = truth is True, truth is False
    return Rails(pack(true), pack(false))


def compared(op: str) -> Callable[[Any, Any], bool | None]:
    """Return the exact comparison of an operator."""
    return values.more_than if op == "more_than" else values.at_least


def _settled(true: Array, known: Array) -> Rails:
    plane = pack(true & known)
    return Rails(plane, pack(known) & ~plane)


def _oldest(op: str, count: int, as_of: date) -> int:
    """Return the last day (since 1970) that lies more than so many days or months before ``as_of``."""
    if op == "older_than_days":
        return (as_of - timedelta(days=count) - _EPOCH).days - 1
    low, high = 1, as_of.toordinal() + 1  # ordinals; add_months never falls as the day rises
    while low < high:
        middle = (low + high) // 2
        if add_months(date.fromordinal(middle), count) < as_of:
            low = middle + 1
        else:
            high = middle
    return low - 1 - _EPOCH.toordinal()
