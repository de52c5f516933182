"""The answer first: what it comes to, the red flags, and what would change it."""

from __future__ import annotations

from riskcheck.report.parts.findings import basis_word, interval_text, severity_text
from riskcheck.report.parts.rulesets import coverage_text
from riskcheck.report.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from riskcheck.model.finding import Finding
    from riskcheck.report.parts.context import Context
    from riskcheck.report.parts.questions import QuestionView
    from riskcheck.report.parts.timeline import TimelineView

_FLAGS = 5


class AnswerView(Record):
    """One screen: interval, its words, three sentences, and what would change the answer."""

    least: float
    most: float
    interval: str
    words: str
    sentences: list[str]
    changes: list[str]


def red_flags(ctx: Context) -> list[list[Finding]]:
    """Return the gravest rules that are broken or exposed today (critical, then high), at most five, each with its findings."""
    groups: dict[str, list[Finding]] = {}
    for finding in ctx.adverse:
        if finding.timing != "upcoming" and finding.severity_most in ("critical", "high"):
            groups.setdefault(finding.rule, []).append(finding)
    return list(groups.values())[:_FLAGS]


def answer_view(ctx: Context, timeline: TimelineView, changes: Sequence[str] = ()) -> AnswerView:
    """Return the answer in three sentences, with what would move it where that is given (see `changes_view`)."""
    score = ctx.assessment.score
    return AnswerView(
        least=score.least, most=score.most, interval=interval_text(score.least, score.most, ctx), words=band_words(ctx),
        sentences=[_first(ctx), _second(ctx, timeline), _third(ctx)], changes=list(changes),
    )  # fmt: skip


def band_words(ctx: Context) -> str:
    """Return the worst severity that is sure and the worst that is possible, as words."""
    word, least, most = ctx.word, ctx.assessment.least.worst, ctx.assessment.most.worst
    if not most:
        return word("none_found")
    high = word(f"severity_{most}")
    if not least:
        return word("none_to", most=high)
    return high if least == most else word("from_to", least=word(f"severity_{least}"), most=high)


def _first(ctx: Context) -> str:
    word, company = ctx.word, ctx.name("company")
    now = [f for f in ctx.assessment.findings if f.adverse and f.timing != "upcoming"]
    if not now:
        return word("answer_none", company=company, day=word.day(ctx.as_of), interval=interval_text(*ctx.assessment.score, ctx))
    plain = sum(f.standing == "plain" for f in now)
    alleged = sum(f.standing == "alleged" for f in now)
    return word(
        "answer_some", company=company, day=word.day(ctx.as_of), interval=interval_text(*ctx.assessment.score, ctx), count=len(now), plain=plain,
        alleged=alleged, inferred=len(now) - plain - alleged,
    )  # fmt: skip


def _second(ctx: Context, timeline: TimelineView) -> str:
    flags = red_flags(ctx)
    coming = [day for day in (*timeline.soon, *timeline.later) if day.adverse or day.open]
    nearest = ""
    if coming:
        first = coming[0]
        key = "answer_next" if first.adverse else "answer_next_open"
        nearest = ctx.word(key, day=first.day, days=first.days, count=len(first.adverse) + len(first.open))
    if not flags:
        return ctx.word("answer_no_flag") + nearest
    worst = flags[0][0]
    basis = basis_word(worst, ctx)
    key = "answer_worst" if basis == "plain" else f"answer_worst_{basis}"
    return ctx.word(key, title=ctx.title(worst.rule), severity=severity_text(worst, ctx)) + nearest


def _third(ctx: Context) -> str:
    asked = {question.fact for question in ctx.assessment.questions}
    return ctx.word("answer_coverage", coverage=coverage_text(ctx.assessment.coverage, ctx), count=len(asked))


def changes_view(ctx: Context, questions: list[QuestionView], timeline: TimelineView) -> list[str]:
    """Return what would move the answer: the best remedy, all of them, the weightiest question, the next day with a breach."""
    word = ctx.word
    found: list[str] = []
    now = interval_text(*ctx.assessment.score, ctx)
    groups: dict[str, list[Finding]] = {}
    for finding in ctx.adverse:
        groups.setdefault(finding.rule, []).append(finding)
    if groups:
        ends = {rule: ctx.remedied(frozenset(f.identity for f in group)) for rule, group in groups.items()}
        best = min(ends, key=lambda rule: sum(ends[rule]))
        if interval_text(*ends[best], ctx) != now:
            found.append(word("change_remedy", title=ctx.title(best), after=interval_text(*ends[best], ctx)))
        every = ctx.remedied(frozenset(f.identity for f in ctx.adverse))
        if interval_text(*every, ctx) != now:
            found.append(word("change_all", after=interval_text(*every, ctx)))
    if questions and questions[0].width:
        found.append(word("change_question", number=questions[0].number, question=questions[0].text, points=questions[0].points))
    adverse = [day for day in (*timeline.soon, *timeline.later) if day.adverse]
    if adverse:
        found.append(word("change_date", day=adverse[0].day, count=len(adverse[0].adverse)))
    return found
