"""Open questions, ranked by how many score points hang on each.

The width of the overall interval is shared out over the findings that open it, in proportion to their weights; each
finding shares its part equally over the facts that could still decide it. The parts add up to the width: answer all of
them and nothing is open.
"""

from __future__ import annotations

from riskcheck.model.assessment import Question
from riskcheck.records import maker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from riskcheck.assess.score import Weighed
    from riskcheck.evaluator.sources import Place
    from riskcheck.model.assessment import Interval
    from riskcheck.model.finding import Finding
    from riskcheck.model.vocabulary import Vocabulary


_question = maker(Question)


def rank_questions(weighed: Iterable[Weighed], score: Interval, scoring: Mapping[str, Any], vocabulary: Vocabulary) -> tuple[Question, ...]:
    """Return the open questions, the heaviest first; width in score points."""
    weights = scoring["weights"]
    opening: list[tuple[Finding, float]] = []
    for finding, sure, possible in weighed:
        if finding.open_facts:
            opening.append((finding, float(weights[finding.severity_most]) if possible and not sure else 0.0))
    known: dict[Place, list[Any]] = {}  # by place: its share of the weights, and the rules that hang on it
    for finding, weight in opening:
        part, rule = weight / len(finding.open_facts), finding.rule
        for place in finding.open_facts:
            entry = known.get(place)
            if entry is None:
                known[place] = [part, {rule: None}]
            else:
                entry[0] += part
                entry[1][rule] = None
    total = sum([weight for _, weight in opening])
    points = score.width / total if total else 0.0
    ranked = sorted([(-round(share * points, 2), -len(rules), fact, path, tuple(rules)) for (path, fact), (share, rules) in known.items()])
    return tuple([_question((fact, path, -width, rules, _answered_by(fact, vocabulary))) for width, _, fact, path, rules in ranked])


def _answered_by(fact: str, vocabulary: Vocabulary) -> str:
    declared = vocabulary.facts.get(fact)
    return declared.answered_by if declared else "management"
