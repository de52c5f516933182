"""Rules and definitions as the engine runs them. Their texts are kept apart, by language (see `model.texts`)."""

from __future__ import annotations

from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date
    from typing import Any, Literal, TypeAlias

    from riskcheck.model.condition import Condition, ParameterRef

Severity: TypeAlias = "Literal['critical', 'high', 'medium', 'low', 'info']"
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low", "info")
Status: TypeAlias = "Literal['in_force', 'adopted', 'proposed', 'soft_law', 'case_law', 'market_practice']"
Confidence: TypeAlias = "Literal['verified_text', 'verified_secondary', 'guidance', 'general', 'uncertain', 'assumption']"
Test: TypeAlias = "Literal['requires', 'forbids', 'exposed_when']"
Owner: TypeAlias = "Literal['counsel', 'engineering', 'product', 'dpo', 'finance', 'management']"
Effort: TypeAlias = "Literal['S', 'M', 'L']"

Day: TypeAlias = "date | ParameterRef | None"
"""A date as written, or the parameter that holds it; None where there is none."""


class Citation(NamedTuple):
    """A pinpoint in an instrument: ``eu-ai-act``, ``Art. 5(1)(f)``. ``at`` is empty for a whole document or case."""

    act: str
    at: str = ""


class Exemption(NamedTuple):
    """An `unless`: a condition that takes a case out of a rule, with its own citation."""

    when: Condition
    cite: tuple[Citation, ...]


class Transition(NamedTuple):
    """Cases that are bound only from ``until`` on."""

    when: Condition
    until: Day
    cite: tuple[Citation, ...]


class SeverityStep(NamedTuple):
    """A severity that replaces the rule's own while ``when`` holds."""

    level: Severity
    when: Condition
    cite: tuple[Citation, ...]


class Rule(NamedTuple):
    """One deontic or exposure sentence about one kind of subject.

    ``test`` says how to read ``condition``: a duty ``requires`` or ``forbids`` it, an exposure exists when it holds.
    """

    id: str
    pack: str
    about: str
    per_customer: bool
    test: Test
    applies: Condition
    condition: Condition
    unless: tuple[Exemption, ...]
    severity: Severity
    severity_when: tuple[SeverityStep, ...]
    status: Status
    confidence: Confidence
    last_verified: date
    jurisdiction: tuple[str, ...]
    cite: tuple[Citation, ...]
    begins: Day
    ends: Day
    enacted: date | None
    transitions: tuple[Transition, ...]
    owner: Owner
    effort: Effort
    penalty: str = ""
    damages: str = ""
    consequences: tuple[str, ...] = ()
    conduct: tuple[str, ...] = ()
    conflict: tuple[Citation, Citation] | None = None
    catalogue: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    formerly: tuple[str, ...] = ()

    @property
    def exposure(self) -> bool:
        """Whether the adverse verdict is `exposed` rather than `breached`."""
        return self.test == "exposed_when"


class Definition(NamedTuple):
    """How a derived fact is found: by a condition, as a union of set facts, or as a measure (a number)."""

    fact: str
    about: str
    pack: str
    cite: tuple[Citation, ...]
    holds: Condition | None = None
    unless: tuple[Exemption, ...] = ()
    union_of: tuple[str, ...] = ()
    measure: Any = None
    confidence: Confidence = "general"
    catalogue: tuple[str, ...] = ()
    id: str = ""


class PackInfo(NamedTuple):
    """The head of a pack: id, version, the law it states and the derived facts shown as classification."""

    id: str
    version: str
    last_verified: date
    law: tuple[dict[str, str], ...]
    classification: dict[str, tuple[str, ...]]
