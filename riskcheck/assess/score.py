"""Scores. Worst-of with a saturating sum; an interval, since open and alleged facts leave more than one outcome possible.

``least`` counts what is sure today: adverse on the facts as they stand, in force. ``most`` also counts what is alleged,
unknown or unsettled, at the worst severity possible. Adding an adverse finding never lowers either end; answering a
question never widens the interval (property tests hold both).
"""

from __future__ import annotations

from riskcheck.model.assessment import Calculation, Interval, PackScore, ScoreLine
from riskcheck.model.finding import ADVERSE, VERDICTS
from riskcheck.model.rule import SEVERITIES
from riskcheck.records import NamedTuple, maker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from typing import Any

    from riskcheck.model.finding import Finding
    from riskcheck.model.rule import Severity


class Counted(NamedTuple):
    """A finding as it counts in one end of a score."""

    finding: str
    severity: Severity
    why: str


class Weighed(NamedTuple):
    """A finding, and how it counts in ``least`` and in ``most``; None where it does not."""

    finding: Finding
    sure: Counted | None
    possible: Counted | None


_counted, _weighed, _line = maker(Counted), maker(Weighed), maker(ScoreLine)


def sure(finding: Finding, on: date) -> Counted | None:
    """Return how a finding counts in ``least`` on a day: adverse on plain facts, and binding by then."""
    if finding.plain not in ADVERSE or finding.timing == "unsettled" or not _binds(finding, on):
        return None
    return _counted((finding.identity, finding.severity, "sure"))


def possible(finding: Finding, on: date) -> Counted | None:
    """Return how a finding counts in ``most`` on a day: adverse or unknown in either reading, and binding by then."""
    if not _binds(finding, on):
        return None
    if finding.plain in ADVERSE:
        return _counted((finding.identity, finding.severity_most, "sure"))
    if finding.verdict in ADVERSE:
        return _counted((finding.identity, finding.severity_most, finding.standing))
    if finding.verdict == "unknown" or finding.plain == "unknown":
        return _counted((finding.identity, finding.severity_most, "unknown"))
    return None


def _binds(finding: Finding, on: date) -> bool:
    return finding.timing == "unsettled" or finding.applies_from is None or finding.applies_from <= on


def weigh(findings: Iterable[Finding], on: date) -> list[Weighed]:
    """Return how each finding counts in both ends of a score on a day."""
    return [_weighed((finding, sure(finding, on), possible(finding, on))) for finding in findings]


def calculate(counted: Iterable[Counted], scoring: Mapping[str, Any]) -> Calculation:
    """Return one end of a score with its lines, heaviest first."""
    weights = {severity: (rank, float(scoring["weights"][severity])) for rank, severity in enumerate(SEVERITIES)}
    found = [(*weights[item.severity], item) for item in counted]
    lines = sorted([(rank, item.finding, weight, item) for rank, weight, item in found if weight > 0])
    return _placed(tuple([_line((item.finding, item.severity, weight, item.why)) for _, _, weight, item in lines]), scoring)


def shared_out(calculation: Calculation, pack_of: Mapping[str, str], scoring: Mapping[str, Any]) -> dict[str, Calculation]:
    """Return one end of the score of each pack that has a line in it: the same lines, each with its own pack."""
    lines: dict[str, list[ScoreLine]] = {}
    for line in calculation.lines:
        lines.setdefault(pack_of[line.finding], []).append(line)
    return {pack: _placed(tuple(own), scoring) for pack, own in lines.items()}


def without(calculation: Calculation, gone: frozenset[str], scoring: Mapping[str, Any]) -> Calculation:
    """Return one end of a score as it would be if some findings (by identity) were met."""
    return _placed(tuple([line for line in calculation.lines if line.finding not in gone]), scoring)


def _placed(lines: tuple[ScoreLine, ...], scoring: Mapping[str, Any]) -> Calculation:
    """Return the calculation of lines that are in order of weight."""
    if not lines:
        return NOTHING
    worst = lines[0].severity
    low, high = scoring["bands"][worst]
    rest = float(sum([line.weight for line in lines[1:]]))
    return Calculation(worst, (float(low), float(high)), rest, placed(worst, rest, scoring), lines)


def placed(worst: Severity, rest: float, scoring: Mapping[str, Any]) -> float:
    """Return the score where the worst finding gives the band, and the summed weight of the others the place in it."""
    low, high = scoring["bands"][worst]
    place = 1.0 - 2.0 ** (-rest / float(scoring["half"]))
    return float(round(low + (high - low) * place, 1))


def coverage(findings: Iterable[Finding]) -> float:
    """Return the share of judged pairs that the facts as they stand decide, 0 to 1; 0 where nothing was judged."""
    decided = total = 0
    for finding in findings:
        total += 1
        decided += finding.plain != "unknown"
    return round(decided / total, 4) if total else 0.0


def pack_score(pack: str, findings: list[Finding], least: Calculation, most: Calculation) -> PackScore:
    """Return score, coverage and counts of one pack from both ends of its score."""
    counts: dict[str, int] = dict.fromkeys(VERDICTS, 0)
    upcoming = alleged = inferred = 0
    for finding in findings:
        verdict = finding.verdict
        counts[verdict] += 1
        if verdict in ADVERSE:
            upcoming += finding.timing == "upcoming"
            alleged += finding.standing == "alleged"
            inferred += finding.standing == "inferred"
    counts |= {"upcoming": upcoming, "alleged": alleged, "inferred": inferred}
    return PackScore(
        pack=pack, score=Interval(least.score, most.score), coverage=coverage(findings), counts=counts, least=least, most=most,
    )  # fmt: skip


NOTHING = Calculation(None, (0.0, 0.0), 0.0, 0.0, ())
"""The end of a score in which nothing counts."""
