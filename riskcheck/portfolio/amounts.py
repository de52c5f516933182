"""The largest amount of each kind that is at stake for a company. Kinds are never added up; rates only find the largest."""

from __future__ import annotations

from decimal import Decimal

from riskcheck.model.money import rate
from riskcheck.records import NamedTuple
from riskcheck.report.parts.money import KINDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from riskcheck.model.parameters import ParameterBook
    from riskcheck.report.words import Words

_COMMON = "EUR"


class StakeView(NamedTuple):
    """An amount and its kind, in words."""

    kind: str
    amount: str


def stakes_of(exposures: Sequence[Mapping[str, Any]], word: Words, book: ParameterBook) -> list[StakeView]:
    """Return the largest exposure of each kind, in its own currency; kinds without a figure are left out."""
    found = []
    for kind in KINDS:
        known = [entry for entry in exposures if entry["basis"] == kind and entry["least"] is not None]
        if known:
            largest = max(known, key=lambda entry: (_size(entry, book), entry["family"], entry["subject"]))
            found.append(StakeView(word(f"pf_kind_{kind}"), amount_text(largest, word)))
    return found


def _size(entry: Mapping[str, Any], book: ParameterBook) -> float:
    factor = rate(entry["currency"], _COMMON, book)
    return float(factor or 0) * float(entry["least"] if entry["most"] is None else entry["most"])


def amount_text(entry: Mapping[str, Any], word: Words) -> str:
    """Return an amount with its bounds; null bounds are those of `stakes.TYPE`."""
    least = word.money(Decimal(str(entry["least"])), entry["currency"])
    if entry["most"] is None:
        return word("pf_or_more", amount=least)
    most = word.money(Decimal(str(entry["most"])), entry["currency"])
    if entry["basis"] != "claimed" and entry["least"] in (0, entry["most"]):
        return word("amount_up_to", amount=most)
    return most if entry["least"] == entry["most"] else word("amount_between", least=least, most=most)
