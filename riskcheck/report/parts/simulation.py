"""What suits may cost: scenarios with the basis of each figure, percentiles, and the curve as points of a drawing and of a table."""

from __future__ import annotations

from riskcheck.model.values import Money
from riskcheck.report.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from riskcheck.assess.simulate import Simulation
    from riskcheck.report.parts.context import Context

_COMPARED = {"worldwide_turnover": "revenue", "cash": "cash", "adjusted_net_loss": "loss"}
_ROWS = 8


class ScenarioView(Record):
    """One scenario: low, likely and high, each with what it rests on."""

    subject: str
    title: str
    standing_word: str
    figures: list[tuple[str, str, str]]


class SimulationView(Record):
    """The simulated sum. ``curve`` holds x and y in percent of the drawing, ``points`` (loss, share of draws) for the table."""

    scenarios: list[ScenarioView]
    percentiles: list[tuple[str, str]]
    compared: list[str]
    missing: list[tuple[str, str]]
    note: str
    curve: list[tuple[float, float]]
    ticks: list[str]
    points: list[tuple[str, str]]


def simulation_view(ctx: Context) -> SimulationView | None:
    """Return the simulation of the run in words, or None where no suit can be put into figures."""
    found: Simulation | None = ctx.assessment.simulation
    if found is None:
        return None
    word = ctx.word
    top = max((float(amount) for amount, _ in found.curve), default=0.0) or 1.0
    step = max(1, (len(found.curve) - 1) // _ROWS)
    return SimulationView(
        scenarios=[
            ScenarioView(
                subject=ctx.name(item.subject), title=ctx.told.passage("money", item.family, "title", item.family),
                standing_word=word(f"standing_{item.standing}"),
                figures=[
                    (word(f"scenario_{name}"), word.money(amount, item.currency), basis_text(basis, ctx))
                    for name, amount, basis in zip(("low", "likely", "high"), (item.low, item.likely, item.high), item.basis, strict=True)
                ],
            )
            for item in found.scenarios
        ],
        percentiles=[(word(f"percentile_{name}"), word.money(getattr(found, name), found.currency)) for name in ("p10", "p50", "p90")],
        compared=[
            word("simulated_against", middle=word.share(middle), high=word.share(high), name=word(f"money_{_COMPARED[fact]}"))
            for fact, _, middle, high in found.compared if fact in _COMPARED
        ],
        missing=[(ctx.name(path), ctx.question(fact)) for path, fact in found.missing],
        note=word("simulation_note", draws=found.draws, seed=str(found.seed)),
        curve=[(round(float(amount) / top * 100, 2), round(100 - share * 100, 2)) for amount, share in found.curve],
        ticks=[word.money(amount, found.currency) for amount, _ in (found.curve[len(found.curve) // 2], found.curve[-1])] if found.curve else [],
        points=[(word.money(amount, found.currency), word.share(share)) for amount, share in found.curve[::step]],
    )  # fmt: skip


def basis_text(basis: str, ctx: Context) -> str:
    """Return what a figure of a scenario rests on: a bound of the statute, the sum claimed, or a benchmark with its own words."""
    if ctx.word.has(f"basis_{basis}"):
        return ctx.word(f"basis_{basis}")
    text = ctx.told.passage("parameters", basis, "title", basis)
    value = ctx.book.value(basis) if basis in ctx.book else None
    if not isinstance(value, Money):
        return text
    return f"{text}{ctx.word('colon')}{ctx.word.money(value.amount, value.currency)}"
