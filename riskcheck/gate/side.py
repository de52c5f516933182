"""One side of a comparison: a profile judged now, or what an earlier run wrote down."""

from __future__ import annotations

from types import MappingProxyType

from riskcheck.assess.score import calculate, coverage, possible, sure
from riskcheck.model.assessment import Interval
from riskcheck.model.change import State
from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from riskcheck.evaluator.evaluate import Evaluator
    from riskcheck.model.assessment import Assessment
    from riskcheck.model.finding import Finding
    from riskcheck.model.profile import Profile
    from riskcheck.model.program import Program


class Side(NamedTuple):
    """The states of all findings by identity, and what they rest on.

    ``profile`` and ``program`` are None where only a record is at hand; then ``facts`` and ``evidence`` are the digests that the record holds
    (empty: unknown), as is ``law``. ``partial`` says that the record leaves out findings that are neither adverse nor unknown. ``begins`` holds the
    first day on which a rule binds a subject, where it is known.
    """

    label: str
    as_of: date
    states: Mapping[str, State]
    score: Interval | None = None
    coverage: float | None = None
    profile: Profile | None = None
    program: Program | None = None
    include_proposed: bool = False
    facts: str = ""
    evidence: str = ""
    law: str = ""
    partial: bool = False
    waived: frozenset[str] = frozenset()
    begins: Mapping[str, date] = MappingProxyType({})


def states(findings: Iterable[Finding]) -> dict[str, State]:
    """Return the states of findings by identity."""
    return {finding.identity: state(finding) for finding in findings}


def begins(findings: Iterable[Finding]) -> dict[str, date]:
    """Return the first day on which rules that bind, or may bind, begin to do so, by identity."""
    return {f.identity: f.applies_from for f in findings if f.applies_from is not None and f.verdict not in ("out_of_scope", "exempt")}


def state(finding: Finding) -> State:
    """Return the state of one finding."""
    return State(finding.verdict, finding.severity_most, finding.standing, finding.timing)


def live_side(
    label: str, assessment: Assessment, profile: Profile, program: Program, *, include_proposed: bool = False, waived: frozenset[str] = frozenset(),
) -> Side:  # fmt: skip
    """Return the side of a profile that has just been judged."""
    return Side(
        label=label, as_of=assessment.as_of, states=states(assessment.findings), score=assessment.score, coverage=assessment.coverage,
        profile=profile, program=program, include_proposed=include_proposed, law=program.digest, waived=waived, begins=begins(assessment.findings),
    )  # fmt: skip


def older_side(label: str, runner: Evaluator, profile: Profile, *, include_proposed: bool = False) -> Side:
    """Return the side of a profile of which only findings, score and coverage are asked, judged by a runner of its own law and day."""
    findings = runner.evaluate(profile)
    scoring, day = runner.program.scoring, runner.as_of
    least = calculate((counted for finding in findings if (counted := sure(finding, day))), scoring)
    most = calculate((counted for finding in findings if (counted := possible(finding, day))), scoring)
    return Side(
        label=label, as_of=day, states=states(findings), score=Interval(least.score, most.score), coverage=coverage(findings), profile=profile,
        program=runner.program, include_proposed=include_proposed, law=runner.program.digest, begins=begins(findings),
    )  # fmt: skip


def nothing(label: str, after: Side) -> Side:
    """Return the side of a profile that did not exist before."""
    return Side(label=label, as_of=after.as_of, states={}, law=after.law)
