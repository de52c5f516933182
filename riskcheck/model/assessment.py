"""The measure of a company: scores as intervals, coverage, open questions, money, calendar."""

from __future__ import annotations

from types import MappingProxyType

from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal
    from typing import Any

    from riskcheck.model.finding import Finding, FindingStanding
    from riskcheck.model.rule import Severity

_EMPTY: Mapping[str, Any] = MappingProxyType({})


class Interval(NamedTuple):
    """A score between 0 and 100: ``least`` if everything open turns out well, ``most`` if it turns out badly."""

    least: float
    most: float

    @property
    def width(self) -> float:
        """How much is open."""
        return self.most - self.least


class ScoreLine(NamedTuple):
    """One line of the calculation of a score: what a finding adds to which end."""

    finding: str
    severity: Severity
    weight: float
    counts_in: str


class Calculation(NamedTuple):
    """How one end of a score came out: the worst severity gives the band, the others the place in it."""

    worst: Severity | None
    band: tuple[float, float]
    weight: float
    score: float
    lines: tuple[ScoreLine, ...]


class PackScore(NamedTuple):
    """Score, coverage and counts of one pack. ``coverage`` is the share of judged (rule, subject) pairs decided."""

    pack: str
    score: Interval
    coverage: float
    counts: Mapping[str, int]
    least: Calculation
    most: Calculation


class Question(NamedTuple):
    """An unanswered fact. ``width`` is the number of score points that hang on it; ``rules`` the rules that wait for it."""

    fact: str
    subject: str
    width: float
    rules: tuple[str, ...]
    answered_by: str


class Amount(NamedTuple):
    """Money between bounds; ``most`` None means that no upper bound is known."""

    least: Decimal
    most: Decimal | None
    currency: str


class Exposure(NamedTuple):
    """Money at stake in one matter, with the formula as data: operands, bounds, what is missing.

    ``basis`` is ``ceiling`` (statutory fine), ``statutory`` (damages per work), ``claimed`` or ``scenario``. ``findings`` are the
    identities of the findings behind it; several rules on one conduct give one exposure.
    """

    family: str
    basis: str
    subject: str
    findings: tuple[str, ...]
    amount: Amount | None
    operands: tuple[tuple[str, Any], ...] = ()
    missing: tuple[str, ...] = ()
    standing: FindingStanding = "plain"
    timing: str = "in_force"


class Deadline(NamedTuple):
    """A date of the calendar: when a rule begins to bind subjects, and what the verdict would be."""

    day: date
    rule: str
    subject: str
    verdict: str
    status: str


class Classified(NamedTuple):
    """A derived fact shown as classification: its truth or set, and the open facts that would decide.

    ``sure`` says that it follows from the facts as written; else it takes alleged or inferred ones.
    """

    subject: str
    fact: str
    value: Any
    open_facts: tuple[tuple[str, str], ...]
    sure: bool = True


class Assessment(NamedTuple):
    """Everything that reports and gates read. Pure data: the same inputs give the same assessment.

    ``simulation`` is an `assess.simulate.Simulation`, or None where no suit can be put into figures.
    """

    as_of: date
    company: str
    score: Interval
    least: Calculation
    most: Calculation
    coverage: float
    packs: tuple[PackScore, ...]
    findings: tuple[Finding, ...]
    questions: tuple[Question, ...]
    exposures: tuple[Exposure, ...]
    simulation: Any
    calendar: tuple[Deadline, ...]
    classification: tuple[Classified, ...]
    provenance: Mapping[str, Any] = _EMPTY
