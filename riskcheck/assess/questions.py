"""Open questions, ranked by how many score points hang on each.

The width of the overall interval is shared out over the findings that open it, in proportion to their weights; each
finding shares its part equally over the facts that could still decide it. The parts add up to the width: answer all of
them and nothing is open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskcheck.assess.score import possible, sure
from riskcheck.model.assessment import Interval, Question

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from riskcheck.model.finding import Finding
    from riskcheck.model.vocabulary import Vocabulary


def rank_questions(
    findings: Iterable[Finding], score: Interval, on: date, scoring: Mapping[str, Any], vocabulary: Vocabulary,
) -> tuple[Question, ...]:  # fmt: skip
    """Return the open questions, the heaviest first; width in score points."""
    weights = scoring["weights"]
    shares: dict[tuple[str, str], float] = {}
    rules: dict[tuple[str, str], dict[str, None]] = {}
    opening: list[tuple[Finding, float]] = []
    for finding in findings:
        if not finding.open_facts:
            continue
        counted = possible(finding, on)
        weight = float(weights[finding.severity_most]) if counted and not sure(finding, on) else 0.0
        opening.append((finding, weight))
    total = sum(weight for _, weight in opening)
    for finding, weight in opening:
        part, rule = weight / len(finding.open_facts), finding.rule
        for place in finding.open_facts:
            if place in shares:
                shares[place] += part
                rules[place][rule] = None
            else:
                shares[place] = part
                rules[place] = {rule: None}
    points = score.width / total if total else 0.0
    found = [
        Question(fact, subject, round(share * points, 2), tuple(rules[subject, fact]), _answered_by(fact, vocabulary))
        for (subject, fact), share in shares.items()
    ]
    return tuple(sorted(found, key=lambda q: (-q.width, -len(q.rules), q.fact, q.subject)))


def _answered_by(fact: str, vocabulary: Vocabulary) -> str:
    declared = vocabulary.facts.get(fact)
    return declared.answered_by if declared else "management"
