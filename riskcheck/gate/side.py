"""One side of a comparison: a profile judged now, or what an earlier run wrote down."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from riskcheck.gate.edits import evidence_digest, facts_digest
from riskcheck.model.change import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from riskcheck.model.assessment import Assessment, Interval
    from riskcheck.model.finding import Finding
    from riskcheck.model.profile import Profile
    from riskcheck.model.program import Program


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The states of all findings by identity, and what they rest on.

    ``profile`` and ``program`` are None where only a record is at hand; then ``facts``, ``evidence`` and ``law`` are the digests that the
    record holds (empty: unknown). ``partial`` says that the record leaves out findings that are neither adverse nor unknown.
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
    waived: frozenset[str] = field(default_factory=frozenset)


def states(findings: Iterable[Finding]) -> dict[str, State]:
    """Return the states of findings by identity."""
    return {finding.identity: state(finding) for finding in findings}


def state(finding: Finding) -> State:
    """Return the state of one finding."""
    return State(finding.verdict, finding.severity_most, finding.standing, finding.timing)


def live_side(
    label: str, assessment: Assessment, profile: Profile, program: Program, *, include_proposed: bool = False, waived: frozenset[str] = frozenset(),
) -> Side:  # fmt: skip
    """Return the side of a profile that has just been judged."""
    return Side(
        label=label, as_of=assessment.as_of, states=states(assessment.findings), score=assessment.score, coverage=assessment.coverage,
        profile=profile, program=program, include_proposed=include_proposed, facts=facts_digest(profile), evidence=evidence_digest(profile),
        law=program.digest, waived=waived,
    )  # fmt: skip


def nothing(label: str, after: Side) -> Side:
    """Return the side of a profile that did not exist before."""
    return Side(label=label, as_of=after.as_of, states={}, law=after.law)
