"""Measures on columns, in floating point. Where a rounding could decide, or works are named twice, the row is marked doubtful.

``doubtful`` rows are asked of the exact arithmetic of ``evaluator.measures`` by whoever compares them.
"""

from __future__ import annotations

import numpy as np

from riskcheck.evaluator.planes.bits import Array, unpack
from riskcheck.evaluator.planes.columns import Codes, Numbers
from riskcheck.model.measure import By, Dated, Divide, FirstOf, Number, Percent, Read, Times
from riskcheck.model.values import Money

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from riskcheck.evaluator.planes.frames import Frame
    from riskcheck.evaluator.planes.session import Session
    from riskcheck.model.measure import Expression, Sum


def rates(session: Session, target: str | None = None) -> Array:
    """Return the table of factors between the batch's currencies (0 is none; NaN: no rate), or the row towards one."""
    names = session.batch.currencies
    ends = names if target is None else [target]
    table = np.ones((len(names) + 1, len(ends) + 1))
    for i, source in enumerate(names):
        for j, end in enumerate(ends):
            factor = session.rate(source, end)
            table[i + 1, j + 1] = np.nan if factor is None else float(factor)
    return table if target is None else table[:, 1]


def measure(expression: Expression, frame: Frame, session: Session) -> Numbers:
    """Return a measure on all rows of a frame."""
    if isinstance(expression, Number):
        return _constant(expression.value, frame, session)
    if isinstance(expression, Read):
        return _read(expression.fact, frame, session)
    if isinstance(expression, Dated):
        return _constant(session.program.book.value(expression.parameter), frame, session)
    if isinstance(expression, Percent):
        return _percent(measure(expression.part, frame, session))
    if isinstance(expression, Times):
        result = measure(expression.parts[0], frame, session)
        for part in expression.parts[1:]:
            result = _times(result, measure(part, frame, session))
        return result
    if isinstance(expression, Divide):
        return _divide(measure(expression.part, frame, session), measure(expression.by, frame, session), session)
    if isinstance(expression, By):
        return _by(expression, frame, session)
    if isinstance(expression, FirstOf):
        found = [measure(part, frame, session) for part in expression.parts]
        result = found[-1]
        for earlier in reversed(found[:-1]):
            result = _where(earlier.known, earlier, result)
        return result
    return _sum(expression, frame, session)


def currency_of(numbers: Numbers) -> Array:
    """Return the currency codes of a column; 0 throughout where it has none."""
    return np.zeros(len(numbers.known), np.uint8) if numbers.currency is None else numbers.currency


def doubt_of(numbers: Numbers) -> Array:
    """Return which rows only exact arithmetic can tell."""
    return np.zeros(len(numbers.known), bool) if numbers.doubtful is None else numbers.doubtful


def _constant(value: Any, frame: Frame, session: Session) -> Numbers:
    rows = frame.rows
    if value is None:
        return Numbers(np.zeros(rows), np.zeros(rows), np.zeros(rows, bool))
    currency = None
    if isinstance(value, Money):
        currency = np.full(rows, session.currency(value.currency), np.uint8)
        value = value.amount
    figures = np.full(rows, float(value))
    return Numbers(figures, figures, np.ones(rows, bool), currency)


def _read(fact: str, frame: Frame, session: Session) -> Numbers:
    found: Numbers = session.column(fact).at(frame.index(fact.partition(".")[0]))
    return found.floating()


def _percent(part: Numbers) -> Numbers:
    least = np.where(part.known, part.least * 0.01, 0.0)
    most = np.where(part.known, part.most * 0.01, 1.0)
    return Numbers(least, most, np.ones(len(least), bool), part.currency, part.doubtful)


def _times(left: Numbers, right: Numbers) -> Numbers:
    unbounded = np.isinf(left.most) | np.isinf(right.most)
    with np.errstate(invalid="ignore"):
        most = np.where(unbounded, np.inf, left.most * right.most)
    here, there = currency_of(left), currency_of(right)
    return Numbers(left.least * right.least, most, left.known & right.known, np.where(here != 0, here, there), doubt_of(left) | doubt_of(right))


def _divide(part: Numbers, by: Numbers, session: Session) -> Numbers:
    here, there = currency_of(part), currency_of(by)
    factor = np.where((here != 0) & (there != 0), rates(session)[here, there], 1.0)
    known = part.known & by.known & (by.most != 0) & ~np.isnan(factor)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        least = np.where(np.isinf(by.most), 0.0, part.least * factor / by.most)
        most = np.where(np.isfinite(part.most) & (by.least != 0), part.most * factor / by.least, np.inf)
    return Numbers(
        np.where(known, least, 0.0), np.where(known, most, 0.0), known, np.where(there == 0, here, 0).astype(np.uint8), doubt_of(part) | doubt_of(by)
    )


def _where(chosen: Array, first: Numbers, second: Numbers) -> Numbers:
    def pick(left: Array, right: Array) -> Array:
        return np.where(chosen, left, right)

    return Numbers(
        pick(first.least, second.least), pick(first.most, second.most), pick(first.known, second.known),
        pick(currency_of(first), currency_of(second)), pick(doubt_of(first), doubt_of(second)),
    )  # fmt: skip


def _by(expression: By, frame: Frame, session: Session) -> Numbers:
    column: Codes = session.column(expression.fact).at(frame.index(expression.fact.partition(".")[0]))
    choices = dict(expression.of)
    result = _constant(None, frame, session)
    for key, part in choices.items():
        taken = [code + 1 for code, name in enumerate(column.names) if key == (name if name in choices else name.partition("-")[0])]
        if taken:
            result = _where(np.isin(column.codes, taken), measure(part, frame, session), result)
    return result


def _sum(expression: Sum, frame: Frame, session: Session) -> Numbers:
    target = session.program.vocabulary.links[expression.link].target
    expanded = frame.expand(expression.link, target, session.frames)
    pairs, rows = expanded.frame, expanded.rows
    part = measure(expression.part, pairs, session)
    where = session.rails(expression.where, pairs)
    counted, discounted = unpack(where.true, pairs.rows), unpack(where.false, pairs.rows)
    used = counted & part.known
    lacking = ~discounted & ~used
    doubtful = np.zeros(frame.rows, bool)
    doubtful[rows[used & doubt_of(part)]] = True
    if expression.once:
        doubtful[_named_twice(expression.once, pairs, rows, used, session)] = True
    unit = currency_of(part)
    currency = np.zeros(frame.rows, np.uint8)
    with_unit = np.nonzero(used & (unit != 0))[0][::-1]
    currency[rows[with_unit]] = unit[with_unit]  # written backwards: the first one stays
    base = currency[rows]
    factor = np.where((unit != 0) & (base != 0), rates(session)[unit, base], 1.0)
    lacking |= used & np.isnan(factor)
    used &= ~np.isnan(factor)
    weights = np.where(used, factor, 0.0)
    least = np.bincount(rows, weights=np.where(used, part.least, 0.0) * weights, minlength=frame.rows)
    bounded = np.where(used & np.isfinite(part.most), part.most, 0.0)
    most = np.bincount(rows, weights=bounded * weights, minlength=frame.rows)
    open_above = ~unpack(expanded.whole, frame.rows)
    open_above[rows[lacking | (used & np.isinf(part.most))]] = True
    some = np.zeros(frame.rows, bool)
    some[rows[used]] = True
    return Numbers(least, np.where(open_above, np.inf, most), some | ~open_above, currency, doubtful)


def _named_twice(fact: str, pairs: Frame, rows: Array, used: Array, session: Session) -> Array:
    """Return the rows in whose list two counted subjects share the value of a fact."""
    kind = fact.partition(".")[0]
    column = session.column(fact)
    words = np.zeros(session.batch.tables[kind].rows, np.int64)
    if len(column):
        coded = column if hasattr(column, "indices") else column.dictionary_encode()
        given = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64) + 1
        blank = [code + 1 for code, name in enumerate(coded.dictionary.to_pylist()) if not name]
        words[: len(given)] = np.where(np.isin(given, blank), 0, given)
    index = pairs.index(kind)
    named = words if index is None else words[index]
    at = np.nonzero(used & (named != 0))[0]
    keys = rows[at] * (int(words.max(initial=0)) + 1) + named[at]
    order = np.argsort(keys, kind="stable")
    again = keys[order][1:] == keys[order][:-1]
    return rows[at[order[1:][again]]]
