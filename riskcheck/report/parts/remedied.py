"""The score as it would be with some findings met, asked for some hundred times in one report."""

from __future__ import annotations

from riskcheck.assess.score import placed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from riskcheck.model.assessment import Assessment, Calculation


class Remedied:
    """Both ends of a score without some findings; a property test holds them to `assess.score.without`."""

    def __init__(self, assessment: Assessment, scoring: Mapping[str, Any]) -> None:
        self._scoring = scoring
        self._ends = [(end, {line.finding: line.weight for line in end.lines}) for end in (assessment.least, assessment.most)]
        self._found: dict[frozenset[str], tuple[float, float]] = {}

    def __call__(self, gone: frozenset[str]) -> tuple[float, float]:
        """Return both ends with these findings (by identity) met."""
        found = self._found.get(gone)
        if found is None:
            least, most = (self._end(calculation, weights, gone) for calculation, weights in self._ends)
            found = self._found[gone] = (least, most)
        return found

    def _end(self, calculation: Calculation, weights: Mapping[str, float], gone: frozenset[str]) -> float:
        first = next((line for line in calculation.lines if line.finding not in gone), None)
        if first is None:
            return 0.0
        whole = calculation.lines[0].weight + calculation.weight
        rest = whole - first.weight - sum([weights.get(identity, 0.0) for identity in gone])
        # Weights may be fractions: what is left of taking them off again must not become a score.
        return placed(first.severity, max(round(rest, 9), 0.0), self._scoring)
