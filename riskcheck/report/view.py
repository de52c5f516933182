"""The one view model of a report: everything in words, in the order in which it is read. Formats only lay it out."""

from __future__ import annotations

from riskcheck.report.parts.answer import answer_view, changes_view, red_flags
from riskcheck.report.parts.context import Context
from riskcheck.report.parts.evidence import acts_by_kind, acts_view, by_standing, evidence_view, remarks_view
from riskcheck.report.parts.figures import flow_map, heat_map, ranked_bars
from riskcheck.report.parts.findings import finding_view
from riskcheck.report.parts.glossary import glossary_view
from riskcheck.report.parts.method import calculation_views, file_name, provenance_view
from riskcheck.report.parts.money import money_view
from riskcheck.report.parts.plan import plan_view
from riskcheck.report.parts.questions import by_weight, questions_view
from riskcheck.report.parts.rulesets import classification_view, coverage_text, pack_views
from riskcheck.report.parts.simulation import simulation_view
from riskcheck.report.parts.timeline import timeline_dots, timeline_view
from riskcheck.report.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from riskcheck.model.finding import Finding
    from riskcheck.report.parts.answer import AnswerView
    from riskcheck.report.parts.evidence import ActView, SourceView
    from riskcheck.report.parts.figures import Bar, FlowMap, HeatMap
    from riskcheck.report.parts.findings import FindingView
    from riskcheck.report.parts.glossary import Glossary
    from riskcheck.report.parts.method import CalculationView, Provenance
    from riskcheck.report.parts.money import MoneyView
    from riskcheck.report.parts.plan import PlanStep
    from riskcheck.report.parts.questions import AskedGroup, QuestionView
    from riskcheck.report.parts.rulesets import Classes, PackView
    from riskcheck.report.parts.simulation import SimulationView
    from riskcheck.report.parts.since import SinceView, WaiverView
    from riskcheck.report.parts.timeline import Dot, TimelineView
    from riskcheck.report.run import Run
    from riskcheck.report.words import Words


class ConflictView(Record):
    """Two laws that can't both be obeyed."""

    anchor: str
    title: str
    subject: str
    forbidden: tuple[str, str]
    compelled: tuple[str, str]


class View(Record):
    """A report in one language. ``flags``, ``high`` and ``rest`` part the adverse findings; each finding is in one of them."""

    word: Words
    language: str
    prefix: str
    audience: str
    company: str
    cover: list[tuple[str, str]]
    answer: AnswerView
    flags: list[FindingView]
    short_flags: list[list[FindingView]]
    high: list[FindingView]
    rest: list[FindingView]
    hidden: str
    heat: HeatMap
    bars: list[Bar]
    timeline: TimelineView
    dots: list[Dot]
    classification: list[Classes]
    packs: list[PackView]
    questions: list[QuestionView]
    weighty: list[QuestionView]
    minor: list[AskedGroup]
    money: MoneyView
    simulation: SimulationView | None
    flow_map: FlowMap | None
    remarks: list[tuple[str, str]]
    evidence: list[SourceView]
    evidence_by_standing: list[tuple[str, list[SourceView]]]
    acts: list[ActView]
    acts_by_kind: list[tuple[str, list[ActView]]]
    glossary: Glossary | None
    plan: list[PlanStep]
    conflicts: list[ConflictView]
    waivers: list[WaiverView]
    since: SinceView | None
    calculation: list[CalculationView]
    provenance: Provenance
    missing: tuple[tuple[str, str, str], ...]


def view(run: Run, language: str = "", prefix: str = "") -> View:
    """Return the report in one language (the leading one by default). Pure; no clock, no files but the cached texts."""
    ctx = Context(run, language or run.languages[0], prefix)
    questions, numbers = questions_view(ctx)
    timeline = timeline_view(ctx)
    groups = red_flags(ctx)
    flagged = [finding for group in groups for finding in group]
    names = {finding.identity for finding in flagged}
    others = [finding for finding in ctx.adverse if finding.identity not in names]
    high = [f for f in others if f.severity_most in ("critical", "high") and f.timing != "upcoming"]
    rest = [f for f in others if f not in high]
    tell = {f.identity: finding_view(f, ctx, numbers) for f in ctx.adverse}
    board = run.audience == "board"
    acts = [] if board else acts_view(ctx)
    evidence = [] if board else evidence_view(ctx)
    weighty, minor = by_weight(questions, ctx)
    parts = View(
        word=ctx.word, language=ctx.language, prefix=prefix, audience=run.audience, company=ctx.name("company"), cover=_cover(ctx),
        answer=answer_view(ctx, timeline, changes_view(ctx, questions, timeline)),
        flags=[tell[f.identity] for f in flagged], short_flags=[[tell[f.identity] for f in group] for group in groups],
        high=[tell[f.identity] for f in high],
        rest=[tell[f.identity] for f in rest],
        hidden=ctx.word("hidden", count=ctx.hidden, severity=ctx.word(f"severity_{run.min_severity}")) if ctx.hidden else "",
        heat=heat_map(ctx), bars=ranked_bars(ctx), timeline=timeline, dots=timeline_dots(timeline),
        classification=[] if board else classification_view(ctx, numbers),
        packs=pack_views(ctx, numbers), questions=questions, weighty=weighty, minor=minor,
        money=money_view(ctx), simulation=simulation_view(ctx), flow_map=flow_map(ctx),
        remarks=[] if board else remarks_view(ctx), evidence=evidence, evidence_by_standing=by_standing(evidence),
        acts=acts, acts_by_kind=acts_by_kind(acts), plan=plan_view(ctx),
        conflicts=_conflicts(ctx.adverse, ctx), waivers=_waivers(ctx), since=_since(ctx),
        calculation=calculation_views(ctx), provenance=provenance_view(ctx), missing=(), glossary=None,
    )  # fmt: skip
    parts.glossary = None if board else glossary_view(parts, ctx)
    parts.missing = tuple(sorted(ctx.told.missing))
    return parts


def views(run: Run) -> list[View]:
    """Return the report in each of its languages; anchors of the second carry its name as prefix. Made once for all formats of a run."""
    shown = (run.languages, run.audience, run.min_severity, run.gate, run.since, run.waivers)
    if run.told is None or run.told[0] != shown:
        run.told = (shown, [view(run, language, f"{language}-" if number else "") for number, language in enumerate(run.languages)])
    told: list[View] = run.told[1]
    return told


def untranslated(parts: View) -> int:
    """Return how many texts of rules, facts and acts fell back to English. The interface itself never does."""
    return len(parts.missing)


def _cover(ctx: Context) -> list[tuple[str, str]]:
    run, word = ctx.run, ctx.word
    packs = ctx.assessment.provenance.get("packs", {})
    shown = [f"{ctx.told.passage('packs', pack, 'title', pack)} {info['version']}" for pack, info in packs.items()]
    rows = [
        (word("as_of"), word.day(ctx.as_of)),
        (word("profile"), f"{file_name(ctx)} · {ctx.profile.digest[:12]}" + (f" · {run.revision}" if run.revision else "")),
        (word("coverage"), coverage_text(ctx.assessment.coverage, ctx)), (word("tool"), f"riskcheck {run.version}"),
    ]  # fmt: skip
    gate = getattr(run, "gate", "")
    if gate:
        rows.append((word("gate"), str(gate)))
    return [*rows, (word("law_state"), word("list_joiner").join(shown))]


def _waivers(ctx: Context) -> list[WaiverView]:
    if not ctx.run.waivers:
        return []
    from riskcheck.report.parts.since import waivers_view

    return waivers_view(ctx)


def _since(ctx: Context) -> SinceView | None:
    if ctx.run.since is None:
        return None
    from riskcheck.report.parts.since import since_view

    return since_view(ctx, ctx.run.since)


def _conflicts(findings: list[Finding], ctx: Context) -> list[ConflictView]:
    found: list[ConflictView] = []
    for finding in findings:
        conflict = ctx.run.rules[finding.rule].conflict
        if conflict:
            forbidden, compelled = ctx.cite(conflict[0]), ctx.cite(conflict[1])
            anchor, title, subject = ctx.anchor(finding), ctx.title(finding.rule), ctx.name(finding.subject)
            found.append(ConflictView(anchor=anchor, title=title, subject=subject, forbidden=forbidden, compelled=compelled))
    return found
