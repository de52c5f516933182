"""The calendar: what is past due, what comes in ninety days, what later; proposed law apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from riskcheck.model.finding import ADVERSE

if TYPE_CHECKING:
    from datetime import date

    from riskcheck.model.assessment import Deadline
    from riskcheck.report.parts.context import Context

SOON = 90
"""Days that count as soon."""


class DateRow(NamedTuple):
    """One rule on one day, with the subjects that it binds from then on."""

    anchor: str
    title: str
    subjects: str
    cite: str
    url: str
    status: str
    status_word: str
    verdict: str
    verdict_word: str


class DayView(NamedTuple):
    """One day: rules that would be broken as things stand, and rules whose answer is open."""

    day: str
    iso: str
    days: int
    away: str
    adverse: list[DateRow]
    open: list[DateRow]


class TimelineView(NamedTuple):
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
        [_day(day, items, ctx) for day, items in sorted(past.items(), reverse=True)],
        [day for day in days if day.days <= SOON], [day for day in days if day.days > SOON],
        [_day(day, items, ctx) for day, items in sorted(proposed.items())],
    )  # fmt: skip


def _day(day: date, items: list[Deadline], ctx: Context) -> DayView:
    groups: dict[tuple[str, str], list[Deadline]] = {}
    for item in items:
        groups.setdefault((item.rule, item.verdict), []).append(item)
    rows = [(verdict, _row(rule, verdict, group, ctx)) for (rule, verdict), group in groups.items()]
    days = (day - ctx.as_of).days
    away = ctx.word("in_days", days=days) if days > 0 else ctx.word("days_ago", days=-days) if days < 0 else ctx.word("today")
    return DayView(
        ctx.word.day(day), day.isoformat(), days, away,
        [row for verdict, row in rows if verdict in ADVERSE], [row for verdict, row in rows if verdict == "unknown"],
    )  # fmt: skip


def _row(rule: str, verdict: str, group: list[Deadline], ctx: Context) -> DateRow:
    found = ctx.run.rules[rule]
    text, url = ctx.cite(found.cite[0]) if found.cite else ("", "")
    first = ctx.by_place[rule, group[0].subject]
    return DateRow(
        ctx.anchor(first), ctx.title(rule), ctx.names(item.subject for item in group), text, url,
        found.status, ctx.word(f"status_{found.status}"), verdict, ctx.word(f"verdict_{verdict}"),
    )  # fmt: skip


class Dot(NamedTuple):
    """A day on the drawn axis: place, size by the number of rules, and a label where there is room."""

    x: float
    y: int
    r: float
    day: str
    label: str
    anchor: str
    hot: bool


_LEFT, _RIGHT, _ROOM = 20.0, 700.0, 118.0


def timeline_dots(timeline: TimelineView) -> list[Dot]:
    """Return the days to come on an axis of 720 units, by the square root of their distance, so that near days have room."""
    days = [*timeline.soon, *timeline.later]
    if not days:
        return []
    span = max(day.days for day in days) ** 0.5
    found: list[Dot] = []
    last = {38: -_ROOM, 20: -_ROOM}
    for day in days:
        x = round(_LEFT + (_RIGHT - _LEFT) * day.days**0.5 / span, 1)
        y = next((level for level in (38, 20) if x - last[level] >= _ROOM), 0)
        if y:
            last[y] = x
        count = len(day.adverse) + len(day.open)
        anchor = "end" if x > _RIGHT - _ROOM / 2 else "start" if x < _LEFT + _ROOM / 2 else "middle"
        found.append(Dot(x, y, round(min(4 + count**0.5, 14), 1), day.day, day.day if y else "", anchor, bool(day.adverse)))
    return found
