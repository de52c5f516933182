"""The company's calendar of duties: what binds already, what comes, and what is only proposed."""

from __future__ import annotations

from riskcheck.model.finding import ADVERSE
from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date

    from riskcheck.model.assessment import Assessment

SOON_DAYS = 90
"""What counts as near: about a quarter, the rhythm of boards."""


class Entry(NamedTuple):
    """One day of the calendar for one rule and one verdict: the subjects concerned, and how far away it is.

    Subjects with other verdicts stand in entries of their own, so that what is adverse for one is never read of another.
    """

    day: date
    rule: str
    subjects: tuple[str, ...]
    verdict: str
    status: str
    due: str


def calendar(assessment: Assessment, *, binding: bool = False) -> tuple[Entry, ...]:
    """Return the calendar in order of days; duties that are met only with ``binding``.

    ``due`` is ``past`` (binding and adverse), ``open`` (binding, and nobody has answered), ``met`` (binding and met), ``soon``
    (within 90 days), ``later`` or ``proposed``.
    """
    grouped: dict[tuple[date, str, str, str], list[str]] = {}
    for item in assessment.calendar:
        if item.day <= assessment.as_of and item.verdict in ("met", "clear") and not binding:
            continue
        grouped.setdefault((item.day, item.rule, item.status, item.verdict), []).append(item.subject)
    found = []
    for (day, rule, status, verdict), subjects in sorted(grouped.items()):
        away = (day - assessment.as_of).days
        due = "proposed" if status == "proposed" else _binding(verdict) if away <= 0 else "soon" if away <= SOON_DAYS else "later"
        found.append(Entry(day, rule, tuple(subjects), verdict, status, due))
    return tuple(found)


def _binding(verdict: str) -> str:
    return "past" if verdict in ADVERSE else "open" if verdict == "unknown" else "met"
