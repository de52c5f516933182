"""Amounts as people write them, and conversion at dated rates."""

from __future__ import annotations

from decimal import Decimal

from riskcheck.model.values import Money

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from riskcheck.model.parameters import ParameterBook

_PAIR = 2
_CURRENCY = 3
"""Letters of an ISO 4217 code."""


def parse_money(written: Any) -> Money | None:
    """Return the money of ``79_040_000 USD``, or None where the text is no amount with an ISO 4217 code."""
    if not isinstance(written, str):
        return None
    parts = written.split()
    if len(parts) != _PAIR:
        return None
    amount, currency = parts
    if len(currency) != _CURRENCY or not (currency.isascii() and currency.isalpha() and currency.isupper()):
        return None
    whole, point, part = amount.removeprefix("-").partition(".")
    digits = whole.replace("_", "").replace(",", "")
    if not (digits.isdecimal() and whole[0].isdecimal() and (part.isdecimal() or not point) and amount.isascii()):
        return None
    return Money(Decimal(amount.replace("_", "").replace(",", "")), currency)


def rate(source: str, target: str, book: ParameterBook) -> Decimal | None:
    """Return how many units of ``target`` one unit of ``source`` is worth, by the fx parameters; None without a path."""
    if source == target:
        return Decimal(1)
    if (source, target) not in book.rates:
        book.rates[source, target] = _reach(source, target, book)
    return book.rates[source, target]


def _reach(source: str, target: str, book: ParameterBook) -> Decimal | None:
    edges: dict[str, dict[str, Decimal]] = {}
    for name in book.names():
        if name.startswith("fx-"):
            value = book.value(name)
            quote, _, base = name[3:].upper().partition("-PER-")
            if value:
                number = Decimal(str(value))
                edges.setdefault(base, {})[quote] = number
                edges.setdefault(quote, {})[base] = 1 / number
    reached = {source: Decimal(1)}
    queue = [source]
    while queue:
        here = queue.pop(0)
        for there, factor in sorted(edges.get(here, {}).items()):
            if there not in reached:
                reached[there] = reached[here] * factor
                queue.append(there)
    return reached.get(target)


def convert(money: Money, currency: str, book: ParameterBook) -> Money | None:
    """Return the money in another currency, or None where no rate is known."""
    factor = rate(money.currency, currency, book)
    return None if factor is None else Money(money.amount * factor, currency)
