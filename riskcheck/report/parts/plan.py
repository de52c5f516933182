"""What to do, in which order, and what the score would be after each step."""

from __future__ import annotations

from riskcheck.report.parts.findings import deadline_text, interval_text, standings_text
from riskcheck.report.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from riskcheck.model.finding import Finding
    from riskcheck.report.parts.context import Context


class PlanStep(Record):
    """One action: it meets one rule for all subjects that fail it. ``after`` is the score once this and all earlier steps are done."""

    number: int
    action: str
    title: str
    anchor: str
    subjects: str
    severity: str
    severity_word: str
    standing_word: str
    owner_word: str
    effort_word: str
    deadline: str
    alone: str
    after: str


def plan_view(ctx: Context) -> list[PlanStep]:
    """Return one step for each rule with adverse findings, in the order of gravity."""
    groups: dict[str, list[Finding]] = {}
    for finding in ctx.adverse:
        groups.setdefault(finding.rule, []).append(finding)
    done: frozenset[str] = frozenset()
    found: list[PlanStep] = []
    for number, (rule, findings) in enumerate(groups.items(), 1):
        gone = frozenset(f.identity for f in findings)
        done |= gone
        told = ctx.run.rules[rule]
        found.append(PlanStep(
            number=number, action=ctx.told.passage("rules", rule, "remedy"), title=ctx.title(rule), anchor=ctx.anchor(findings[0]),
            subjects=ctx.names(f.subject for f in findings),
            severity=findings[0].severity_most, severity_word=ctx.word(f"severity_{findings[0].severity_most}"),
            standing_word=standings_text(findings, ctx),
            owner_word=ctx.word(f"owner_{told.owner}"), effort_word=ctx.word(f"effort_{told.effort}"),
            deadline=deadline_text(findings[0], ctx), alone=interval_text(*ctx.remedied(gone), ctx), after=interval_text(*ctx.remedied(done), ctx),
        ))  # fmt: skip
    return found
