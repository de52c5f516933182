"""What a suit may cost: a scenario for each set of works, and a seeded simulation of their sum.

A scenario is low, likely and high with a stated basis: the statutory minimum for each work, a benchmark from a precedent,
the statutory maximum (of wilful infringement where that is pleaded), the sum claimed. Amounts are drawn from the triangular
distribution between them: three numbers are all that anybody states, and the triangle adds no others. All figures suppose
that the company loses; riskcheck states no probability of that.

The draws come from Python's Mersenne Twister and a square root, which IEEE 754 rounds exactly: same seed, same figures on
any machine. No numpy, so that the base install can do it and a report starts at once (docs/decisions/0004).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal
from math import sqrt

from riskcheck.model.money import convert
from riskcheck.model.values import Money
from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random
    from typing import Any

    from riskcheck.model.assessment import Exposure
    from riskcheck.model.parameters import ParameterBook
else:
    try:
        from _random import Random  # the generator alone: what `random` adds to it is not needed, and takes half a millisecond to import
    except ImportError:
        from random import Random

SEED = 20261124
DRAWS = 10_000
_POINTS = 40
_SMALL = 100_000


class Scenario(NamedTuple):
    """What one set of works, or one claim, may cost if the company loses. ``basis`` names what each figure rests on."""

    subject: str
    family: str
    low: Decimal
    likely: Decimal
    high: Decimal
    currency: str
    basis: tuple[str, str, str]
    standing: str


class Simulation(NamedTuple):
    """The simulated sum of all scenarios in one currency: percentiles and the curve of (amount, share of draws above it).

    ``missing`` lists (subject, fact) without which a scenario can't be made. ``compared`` holds P50 and P90 as shares of the
    company's turnover, cash and last loss, as far as they are known.
    """

    currency: str
    draws: int
    seed: int
    p10: Decimal
    p50: Decimal
    p90: Decimal
    curve: tuple[tuple[Decimal, float], ...]
    scenarios: tuple[Scenario, ...]
    missing: tuple[tuple[str, str], ...]
    compared: tuple[tuple[str, Money, float, float], ...]


def scenarios(exposures: tuple[Exposure, ...], money: Mapping[str, Any], book: ParameterBook) -> tuple[Scenario, ...]:
    """Return a scenario for each set of works whose number is known; a higher sum claimed widens the largest one of its suit."""
    claimed = {item.subject: item for item in exposures if item.basis == "claimed" and item.amount is not None}
    known = [item for item in exposures if item.basis == "statutory" and item.amount is not None and item.amount.most is not None]
    largest = {item.subject: item for item in sorted(known, key=_most)}
    found: list[Scenario] = []
    for item in known:
        if item.amount is None or item.amount.most is None:
            continue
        entry = money.get("damages", {}).get(item.family, {})
        operands = dict(item.operands)
        low, high, high_basis = item.amount.least, item.amount.most, "statutory_most"
        claim = claimed.get(item.subject) if largest[item.subject] is item else None  # one claim, widened once
        if claim is not None and claim.amount is not None and claim.amount.currency == item.amount.currency and claim.amount.least > high:
            high, high_basis = claim.amount.least, "claimed"
        likely, likely_basis = _likely(entry, operands, low, high, book)
        basis = ("statutory_least", likely_basis, high_basis)
        found.append(Scenario(item.subject, item.family, low, likely, high, item.amount.currency, basis, item.standing))
    return tuple(found)


def _most(item: Exposure) -> Decimal:
    return item.amount.most if item.amount is not None and item.amount.most is not None else Decimal(0)


def _likely(entry: Mapping[str, Any], operands: dict[str, Any], low: Decimal, high: Decimal, book: ParameterBook) -> tuple[Decimal, str]:
    """Return the benchmark for each work times the works, kept between the bounds; the lower bound where there is none."""
    name = str(entry.get("likely") or "")
    benchmark = book.value(name) if name and name in book else None
    count = operands.get("count")
    if not isinstance(benchmark, Money) or count is None:
        return low, "statutory_least"
    share = Decimal(str(operands.get("registered_percent", 100))) / 100
    return min(max(benchmark.amount * count * share, low), high), name


def simulate(
    found: tuple[Scenario, ...], exposures: tuple[Exposure, ...], company: Mapping[str, Any], book: ParameterBook, *, seed: int = SEED,
    draws: int = DRAWS,
) -> Simulation | None:  # fmt: skip
    """Return the simulated sum of all scenarios, or None where there is none to add up."""
    if not found:
        return None
    currency = found[0].currency
    parts = [part for scenario in found if (part := _triangle(scenario, currency, book)) is not None]
    generator = Random(seed)  # noqa: S311 (a simulation, no secret)
    uniform = [generator.random() for _ in range(draws * len(parts))]  # draw by draw, each suit in its turn
    totals: Sequence[float] = (
        _Ordered(parts[0], sorted(uniform)) if len(parts) == 1
        else sorted(map(sum, zip(*[_drawn(part, uniform[index :: len(parts)]) for index, part in enumerate(parts)], strict=True)))
    )  # fmt: skip
    least, most = sum((Decimal(repr(part[0])) for part in parts), Decimal(0)), sum((Decimal(repr(part[2])) for part in parts), Decimal(0))
    p10, p50, p90 = (min(max(_rounded(totals[min(draws - 1, int(draws * share))]), least), most) for share in (0.10, 0.50, 0.90))
    top = totals[-1]
    curve = tuple(
        (_rounded(level), round((draws - bisect_right(totals, level)) / draws, 4))
        for level in (top * (step / _POINTS) for step in range(_POINTS + 1))  # the last is the top itself, to the bit
    )  # fmt: skip
    missing = tuple((item.subject, fact) for item in exposures if item.basis == "statutory" for fact in item.missing if item.amount is None)
    return Simulation(
        currency=currency, draws=draws, seed=seed, p10=p10, p50=p50, p90=p90, curve=curve, scenarios=found, missing=missing,
        compared=_compared(company, Money(p50, currency), Money(p90, currency), book),
    )  # fmt: skip


def _triangle(scenario: Scenario, currency: str, book: ParameterBook) -> tuple[float, float, float] | None:
    amounts = [convert(Money(value, scenario.currency), currency, book) for value in (scenario.low, scenario.likely, scenario.high)]
    if any(amount is None for amount in amounts):
        return None
    low, likely, high = (float(amount.amount) for amount in amounts if amount is not None)
    return low, likely, high


def _drawn(part: tuple[float, float, float], uniform: list[float]) -> list[float]:
    """Return a draw for each uniform number, by the inverse of the triangular distribution function."""
    low, mode, high = part
    if high <= low:
        return [low] * len(uniform)
    turn = (mode - low) / (high - low)
    below, above = (high - low) * (mode - low), (high - low) * (high - mode)
    return [low + sqrt(u * below) if u < turn else high - sqrt((1.0 - u) * above) for u in uniform]


class _Ordered(Sequence["float"]):
    """The draws of one suit in order. The larger number draws the larger amount, so only the amounts that are looked at are reckoned."""

    def __init__(self, part: tuple[float, float, float], uniform: list[float]) -> None:
        self._part = part
        self._uniform = uniform

    def __getitem__(self, index: Any) -> Any:
        return _drawn(self._part, [self._uniform[index]])[0]

    def __len__(self) -> int:
        return len(self._uniform)


def _rounded(amount: float) -> Decimal:
    """Return an amount to thousands, a small one to three figures: more would pretend to precision."""
    step = 1000 if amount >= _SMALL else 10 ** max(0, len(str(int(amount))) - 3)
    return Decimal(round(amount / step) * step)


def _compared(company: Mapping[str, Any], middle: Money, high: Money, book: ParameterBook) -> tuple[tuple[str, Money, float, float], ...]:
    found: list[tuple[str, Money, float, float]] = []
    for fact in ("worldwide_turnover", "cash", "adjusted_net_loss"):
        value = company.get(fact)
        if not isinstance(value, Money) or not value.amount:
            continue
        base = convert(value, middle.currency, book)
        if base is not None and base.amount:
            found.append((fact, value, round(float(middle.amount / base.amount), 4), round(float(high.amount / base.amount), 4)))
    return tuple(found)
