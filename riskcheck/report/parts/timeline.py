"""The calendar: what is past due, what comes in ninety days, what later; proposed law apart."""

from __future__ import annotations

from riskcheck.model.finding import ADVERSE
from riskcheck.report.parts.findings import basis_word
from riskcheck.report.prose import status_on
from riskcheck.report.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date

    from riskcheck.model.assessment import Deadline
    from riskcheck.model.finding import Finding
    from riskcheck.report.parts.context import Context

SOON = 90
"""Days that count as soon."""


class DateRow:
    """One rule on one day, with the subjects that it binds from then on; put into words by who shows it."""

    def __init__(self, rule: str, verdict: str, group: list[Deadline], ctx: Context) -> None:
        self.verdict = verdict
        self._rule = ctx.run.rules[rule]
        self._group = group
        self._first = ctx.by_place[rule, group[0].subject]
        self._ctx = ctx

    @property
    def anchor(self) -> str:
        """The anchor of the first finding."""
        return self._ctx.anchor(self._first)

    @property
    def title(self) -> str:
        """The title of the rule."""
        return self._ctx.title(self._rule.id)

    @property
    def subjects(self) -> str:
        """The names of the subjects."""
        return self._ctx.names([item.subject for item in self._group])

    @property
    def cite(self) -> str:
        """The first citation of the rule."""
        return self._cited[0]

    @property
    def url(self) -> str:
        """The official address of that citation."""
        return self._cited[1]

    @property
    def _cited(self) -> tuple[str, str]:
        cites = self._rule.cite
        return self._ctx.cite(cites[0]) if cites else ("", "")

    @property
    def status(self) -> str:
        """The status of the rule on that day."""
        return status_on(self._rule.status, upcoming=self._group[0].day > self._ctx.as_of)

    @property
    def status_word(self) -> str:
        """The status as a word."""
        return self._ctx.word(f"status_{self.status}")

    @property
    def verdict_word(self) -> str:
        """The verdict as a word, with its standing."""
        return verdict_text(self._first, self._ctx)


class DayView(Record):
    """One day: rules that would be broken as things stand, and rules whose answer is open."""

    day: str
    iso: str
    days: int
    away: str
    adverse: list[DateRow]
    open: list[DateRow]


class TimelineView(Record):
    """The calendar in four groups."""

    past: list[DayView]
    soon: list[DayView]
    later: list[DayView]
    proposed: list[DayView]


def timeline_view(ctx: Context) -> TimelineView:
    """Return the calendar of a run. Past due is what is broken now; days to come list what would be broken, and what is open."""
    past: dict[date, list[Deadline]] = {}
    coming: dict[date, list[Deadline]] = {}
    proposed: dict[date, list[Deadline]] = {}
    for item in ctx.assessment.calendar:
        finding = ctx.by_place[item.rule, item.subject]
        if not ctx.shown(finding):
            continue
        if item.status == "proposed":
            proposed.setdefault(item.day, []).append(item)
        elif item.day > ctx.as_of:
            coming.setdefault(item.day, []).append(item)
        elif item.verdict in ADVERSE and finding.timing != "upcoming":
            past.setdefault(item.day, []).append(item)
    days = [day for date_, items in sorted(coming.items()) if (day := _day(date_, items, ctx)).adverse or day.open]
    return TimelineView(
        past=[_day(day, items, ctx) for day, items in sorted(past.items(), reverse=True)],
        soon=[day for day in days if day.days <= SOON], later=[day for day in days if day.days > SOON],
        proposed=[_day(day, items, ctx) for day, items in sorted(proposed.items())],
    )  # fmt: skip


def _day(day: date, items: list[Deadline], ctx: Context) -> DayView:
    groups: dict[tuple[str, str, str], list[Deadline]] = {}
    for item in items:
        finding = ctx.by_place[item.rule, item.subject]
        told = verdict_text(finding, ctx) if finding.adverse else ""
        groups.setdefault((item.rule, item.verdict, told), []).append(item)
    rows = [DateRow(rule, verdict, group, ctx) for (rule, verdict, _), group in groups.items()]
    days = (day - ctx.as_of).days
    away = ctx.word("in_days", days=days) if days > 0 else _ago(-days, ctx) if days < 0 else ctx.word("today")
    return DayView(
        day=ctx.word.day(day), iso=day.isoformat(), days=days, away=away,
        adverse=[row for row in rows if row.verdict in ADVERSE], open=[row for row in rows if row.verdict == "unknown"],
    )  # fmt: skip


_LONG_AGO = 730


def _ago(days: int, ctx: Context) -> str:
    """Return how long ago a day was; of a law of 1978 nobody counts the days."""
    return ctx.word("days_ago", days=days) if days <= _LONG_AGO else ctx.word("years_ago", years=days * 400 // 146_097)


def verdict_text(finding: Finding, ctx: Context) -> str:
    """Return the verdict as a word, with its standing where it is no plain fact."""
    word, basis = ctx.word, basis_word(finding, ctx) if finding.adverse else "plain"
    verdict = word(f"verdict_{finding.verdict}")
    return verdict if basis == "plain" else word.listed([verdict, word(f"standing_{basis}")])


class Dot(Record):
    """A day on the drawn axis: place, size by the number of rules, and a label where there is room."""

    x: float
    y: int
    r: float
    day: str
    label: str
    anchor: str
    hot: bool


_LEFT, _RIGHT, _ROOM = 20.0, 700.0, 112.0


def timeline_dots(timeline: TimelineView) -> list[Dot]:
    """Return the days to come on an axis of 720 units, by the square root of their distance, so that near days have room."""
    days = [*timeline.soon, *timeline.later]
    if not days:
        return []
    span = max(day.days for day in days) ** 0.5
    places = [round(_LEFT + (_RIGHT - _LEFT) * day.days**0.5 / span, 1) for day in days]
    sizes = [len(day.adverse) + len(day.open) for day in days]
    sides = ["end" if x > _RIGHT - _ROOM / 2 else "start" if x < _LEFT + _ROOM / 2 else "middle" for x in places]
    levels = _levels([x - _ROOM * _SHIFT[side] for x, side in zip(places, sides, strict=True)], sizes)
    found: list[Dot] = []
    for day, x, size, level, side in zip(days, places, sizes, levels, sides, strict=True):
        label = day.day if level else ""
        found.append(Dot(x=x, y=level, r=round(min(4 + size**0.5, 14), 1), day=day.day, label=label, anchor=side, hot=bool(day.adverse)))
    return found


_SHIFT = {"start": 0.0, "middle": 0.5, "end": 1.0}
"""How far left of its day a label begins, in parts of the room that it takes."""


def _levels(starts: list[float], sizes: list[int]) -> list[int]:
    """Return the height of each label (0: none), given to the days with most rules first while there is room from where it begins."""
    levels = [0] * len(starts)
    taken: dict[int, list[float]] = {38: [], 20: []}
    for index in sorted(range(len(starts)), key=lambda at: (-sizes[at], at)):
        for level, others in taken.items():
            if all(abs(starts[index] - other) >= _ROOM for other in others):
                levels[index] = level
                others.append(starts[index])
                break
    return levels
