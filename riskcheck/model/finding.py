"""What a rule says about a subject, and why."""

from __future__ import annotations

from functools import cached_property

from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from typing import Any, Literal, TypeAlias

    from riskcheck.model.condition import Condition
    from riskcheck.model.rule import Rule, Severity
    from riskcheck.model.values import Truth

Verdict: TypeAlias = "Literal['breached', 'exposed', 'met', 'clear', 'exempt', 'out_of_scope', 'unknown']"
VERDICTS: tuple[Verdict, ...] = ("breached", "exposed", "unknown", "met", "clear", "exempt", "out_of_scope")
ADVERSE: frozenset[Verdict] = frozenset({"breached", "exposed"})

FindingStanding: TypeAlias = "Literal['plain', 'alleged', 'inferred']"
Timing: TypeAlias = "Literal['in_force', 'upcoming', 'unsettled']"


class Step(NamedTuple):
    """One node of an explanation: what was asked, what was seen, what came out.

    ``label`` is ``all``, ``any``, ``not``, ``some``, ``every`` or ``fact``. A ``fact`` has its dotted name, the path of the subject
    read, the value seen (None: not known) and the ``test`` as (operator, operand); if it is derived, its definition's steps
    are its children. Of ``some`` and ``every``, ``fact`` is the link and ``value`` whether the list is known to be whole.
    """

    label: str
    truth: Truth
    fact: str = ""
    subject: str = ""
    value: Any = None
    test: tuple[str, Any] | None = None
    children: tuple[Step, ...] = ()


class Trace:
    """The whole explanation of a finding: why it applies, what was tested, which exceptions were tried.

    Its parts are made when first read, from the rule and the facts as they were judged; of the many findings of a company few
    are ever opened.
    """

    def __init__(self, rule: Rule, explain: Callable[[Condition], Step]) -> None:
        self._rule = rule
        self._explain = explain

    @cached_property
    def applies(self) -> Step:
        """Why the rule concerns the subject, or does not."""
        return self._explain(self._rule.applies)

    @cached_property
    def test(self) -> Step:
        """What the rule demands, bans or looks for."""
        return self._explain(self._rule.condition)

    @cached_property
    def unless(self) -> tuple[Step, ...]:
        """The exceptions, in the order of the rule."""
        return tuple([self._explain(item.when) for item in self._rule.unless])

    @cached_property
    def transitions(self) -> tuple[Step, ...]:
        """The cases bound only from a later day on."""
        return tuple([self._explain(item.when) for item in self._rule.transitions])

    @cached_property
    def severity(self) -> tuple[Step, ...]:
        """The conditions of other severities."""
        return tuple([self._explain(step.when) for step in self._rule.severity_when])


class Finding(NamedTuple):
    """The verdict of one rule on one subject. Identity is (rule, subject).

    ``verdict`` is that of the full reading (allegations and inferences fill unknowns), ``plain`` that of the facts as they
    stand; ``standing`` says what the difference rests on. ``severity`` is the mildest and ``severity_most`` the worst that open
    facts leave possible (the same where they settle it). ``applies_from`` is the first day on which the rule binds this subject; ``timing`` is
    ``unsettled`` where an open fact decides between today and a later day.
    """

    rule: str
    pack: str
    subject: str
    verdict: Verdict
    plain: Verdict
    severity: Severity
    severity_most: Severity
    standing: FindingStanding = "plain"
    contested: bool = False
    timing: Timing = "in_force"
    applies_from: date | None = None
    exemption: int | None = None
    trace: Trace | None = None
    open_facts: tuple[tuple[str, str], ...] = ()

    @property
    def identity(self) -> str:
        """The key by which findings are matched across runs: ``rule@subject``."""
        return f"{self.rule}@{self.subject}"

    @property
    def adverse(self) -> bool:
        """Whether the verdict is breached or exposed."""
        return self.verdict in ADVERSE
