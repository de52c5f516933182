"""Evaluates measures. An unknown operand makes the number unknown, or an open range where a lower bound is sure."""

from __future__ import annotations

from decimal import Decimal

from riskcheck.model.measure import By, Dated, Divide, Expression, FirstOf, Number, Percent, Read, Sum, Times
from riskcheck.model.money import rate
from riskcheck.model.values import Money, Range

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from riskcheck.evaluator.closures import Closures
    from riskcheck.evaluator.world import Env


def measure(expression: Expression, env: Env, closures: Closures) -> Any:
    """Return the value of a measure: a Decimal, Money or Range; None while nothing is known of it."""
    found = _range(expression, env, closures)
    if found is None:
        return None
    if found.most == found.least:
        return Money(found.least, found.currency) if found.currency else found.least
    return found


def chooses(expression: object) -> bool:
    """Whether a measure takes the first of several that is known: the one kind whose value may change as more is known."""
    if isinstance(expression, FirstOf):
        return True
    return any(chooses(part) for part in expression) if isinstance(expression, tuple) else False


def _range(expression: Expression, env: Env, closures: Closures) -> Range | None:
    if isinstance(expression, Number):
        return _point(expression.value)
    if isinstance(expression, Read):
        kind, _, short = expression.fact.partition(".")
        return _point(env[kind].get(short))
    if isinstance(expression, Dated):
        return _point(closures.book.value(expression.parameter))
    if isinstance(expression, Percent):
        part = _range(expression.part, env, closures)
        # A share that nobody has told lies between nothing and all.
        return Range(Decimal(0), Decimal(1)) if part is None else _scaled(part, Range(Decimal("0.01"), Decimal("0.01")))
    if isinstance(expression, Times):
        return _times(expression, env, closures)
    if isinstance(expression, Divide):
        return _divide(_range(expression.part, env, closures), _range(expression.by, env, closures), closures)
    if isinstance(expression, By):
        kind, _, short = expression.fact.partition(".")
        value, choices = str(env[kind].get(short)), dict(expression.of)
        chosen = choices.get(value) or choices.get(value.partition("-")[0])  # a part of a country follows its country
        return None if chosen is None else _range(chosen, env, closures)
    if isinstance(expression, FirstOf):
        found = (_range(part, env, closures) for part in expression.parts)
        return next((value for value in found if value is not None), None)
    return _sum(expression, env, closures)


def _point(value: Any) -> Range | None:
    if value is None:
        return None
    if isinstance(value, Range):
        return value
    if isinstance(value, Money):
        return Range(value.amount, value.amount, value.currency)
    number = Decimal(str(value))
    return Range(number, number)


def _times(expression: Times, env: Env, closures: Closures) -> Range | None:
    result = Range(Decimal(1), Decimal(1))
    for part in expression.parts:
        factor = _range(part, env, closures)
        if factor is None:
            return None
        result = _scaled(result, factor)
    return result


def _scaled(left: Range, right: Range) -> Range:
    most = None if left.most is None or right.most is None else left.most * right.most
    return Range(left.least * right.least, most, left.currency or right.currency)


def _divide(part: Range | None, by: Range | None, closures: Closures) -> Range | None:
    if part is None or by is None or by.most == 0:
        return None
    factor = Decimal(1)
    if part.currency and by.currency:
        exchange = rate(part.currency, by.currency, closures.book)
        if exchange is None:
            return None
        factor = exchange
    least = Decimal(0) if by.most is None else part.least * factor / by.most
    most = part.most * factor / by.least if part.most is not None and by.least else None
    return Range(least, most, part.currency if not by.currency else None)


def _sum(expression: Sum, env: Env, closures: Closures) -> Range | None:
    kind = expression.link.partition(".")[0]
    target = closures.vocabulary.links[expression.link].target
    items, whole = env[kind].world.linked(env[kind], expression.link)
    where = closures.test(expression.where)
    least, most, currency = Decimal(0), Decimal(0) if whole else None, None
    known = False
    counted_once: dict[str, Range] = {}
    for item in items:
        inner = {**env, target: item}
        counted = where(inner)
        if counted is False:
            continue
        part = _range(expression.part, inner, closures)
        if part is None or counted is None:
            most = None
            if part is None or counted is None:
                continue
        if expression.once:
            key = str(item.get(expression.once.partition(".")[2]) or item.path)
            before = counted_once.get(key)
            if before is not None and (before.most is None or part.most is None or part.most <= before.most):
                continue  # the same works in another suit: the larger figure stands
            if before is not None and most is not None and before.most is not None:
                least, most = least - before.least, most - before.most
            counted_once[key] = part
        factor = Decimal(1)
        if part.currency and currency and part.currency != currency:
            exchange = rate(part.currency, currency, closures.book)
            if exchange is None:
                most = None
                continue
            factor = exchange
        currency = currency or part.currency
        known = True
        least += part.least * factor
        most = None if most is None or part.most is None else most + part.most * factor
    if not known and most is None:
        return None
    return Range(least, most, currency)
