"""What changed between two states of a company, why, and what a gate makes of it."""

from __future__ import annotations

from types import MappingProxyType

from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from typing import Any, Literal, TypeAlias

    from riskcheck.model.assessment import Interval
    from riskcheck.model.finding import FindingStanding, Timing, Verdict
    from riskcheck.model.rule import Severity

Kind: TypeAlias = "Literal['new', 'worse', 'newly_unknown', 'newly_waived', 'better', 'fixed']"
KINDS: tuple[Kind, ...] = ("new", "worse", "newly_unknown", "newly_waived", "better", "fixed")
"""Kinds of change, what matters most first. Findings without a change are only counted."""

CauseKind: TypeAlias = "Literal['fact', 'evidence', 'law', 'calendar', 'waiver', 'unsettled']"
EditKind: TypeAlias = "Literal['fact', 'link', 'subject', 'mapping', 'incomplete', 'evidence', 'assumption']"


class State(NamedTuple):
    """What a rule says of a subject on one side. ``severity`` is the worst that open facts leave possible."""

    verdict: Verdict
    severity: Severity
    standing: FindingStanding = "plain"
    timing: Timing = "in_force"


class Edit(NamedTuple):
    """One difference between two profiles: it can be located, told in words, and undone.

    ``path`` is the subject's (``flows/eu-chat``), or the mapping or parameter concerned; ``fact`` the short name of a fact or link
    (for evidence with ``/member``). ``before`` and ``after`` are typed values; None where nothing stood.
    """

    kind: EditKind
    path: str
    fact: str
    before: Any
    after: Any


class Cause(NamedTuple):
    """Why a finding changed. ``edits`` are the decisive differences; ``detail`` names a version, a day or a waiver."""

    kind: CauseKind
    edits: tuple[Edit, ...] = ()
    detail: str = ""


class Change(NamedTuple):
    """A finding that is not what it was. ``before`` or ``after`` is None where the pair of rule and subject does not exist."""

    kind: Kind
    rule: str
    subject: str
    before: State | None
    after: State | None
    causes: tuple[Cause, ...] = ()
    waived: bool = False

    @property
    def identity(self) -> str:
        """The key of the finding: ``rule@subject``."""
        return f"{self.rule}@{self.subject}"

    @property
    def severity(self) -> Severity:
        """The severity that counts: that of the state after, else that of the state before."""
        state = self.after or self.before
        return state.severity if state else "info"


class Moved(NamedTuple):
    """A rule that begins to bind a subject on another day than before."""

    rule: str
    subject: str
    before: date
    after: date

    @property
    def identity(self) -> str:
        """The key of the finding: ``rule@subject``."""
        return f"{self.rule}@{self.subject}"


class Comparison(NamedTuple):
    """Two sides compared. ``before`` and ``after`` name them for readers; ``new_side_only`` says that there is nothing to compare with."""

    before: str
    after: str
    changes: tuple[Change, ...]
    unchanged: int
    edits: tuple[Edit, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    score_before: Interval | None = None
    score_after: Interval | None = None
    coverage_before: float | None = None
    coverage_after: float | None = None
    nothing_before: bool = False
    moved: tuple[Moved, ...] = ()

    def of(self, kind: Kind) -> tuple[Change, ...]:
        """Return the changes of one kind."""
        return tuple(change for change in self.changes if change.kind == kind)


WaiverStatus: TypeAlias = "Literal['active', 'expiring', 'expired', 'malformed', 'too_long', 'proposed', 'unused']"


class Waiver(NamedTuple):
    """A dated, owned, reasoned acceptance of one finding. ``expires`` is the last day on which it counts; None is malformed."""

    rule: str
    subject: str
    reason: str
    owner: str
    expires: date | None
    expires_text: str = ""
    id: str = ""
    approved_by: str = ""
    approved_on: date | None = None
    ticket: str = ""
    file: str = ""
    line: int = 0

    @property
    def identity(self) -> str:
        """The key of the finding that it accepts: ``rule@subject``."""
        return f"{self.rule}@{self.subject}"


class WaiverState(NamedTuple):
    """A waiver as it stands on a day. ``days`` are left until it ends (negative: since then); ``finding`` tells whether it has one."""

    waiver: Waiver
    status: WaiverStatus
    days: int | None = None
    finding: bool = False

    @property
    def counts(self) -> bool:
        """Whether the finding is accepted."""
        return self.status in ("active", "expiring") and self.finding


class Reason(NamedTuple):
    """One ground of a decision. ``setting`` is the policy's key, ``limit`` its value, ``source`` where that value stands."""

    setting: str
    limit: str
    source: str
    found: str = ""
    findings: tuple[str, ...] = ()


Outcome: TypeAlias = "Literal['passed', 'refused', 'undecided']"


class Decision(NamedTuple):
    """The outcome of a gate: refusals, what could not be decided, and what deserves a warning."""

    outcome: Outcome
    refused: tuple[Reason, ...] = ()
    undecided: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()
    waivers: tuple[WaiverState, ...] = ()
    policy: Mapping[str, Any] = MappingProxyType({})
