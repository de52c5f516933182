"""Figures as numbers: heat map, ranked bars, flow map, exceedance curve. Templates draw them; each has its table."""

from __future__ import annotations

from riskcheck.model.rule import SEVERITIES
from riskcheck.model.values import SetValue
from riskcheck.report.parts.findings import basis_word, standings_text
from riskcheck.report.parts.geometry import Arrow, Node, layout
from riskcheck.report.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from riskcheck.model.finding import Finding
    from riskcheck.model.profile import Subject
    from riskcheck.report.parts.context import Context

LIKELIHOODS = ("plain", "alleged", "inferred", "unknown")
"""How sure a finding is, the surest first."""
_IMPACTS = SEVERITIES[:4]


class HeatCell(Record):
    """Findings of one impact and likelihood. ``heat`` runs from 0 to 4."""

    likelihood: str
    amount: int
    heat: int


class HeatMap(Record):
    """Impact by likelihood. Upcoming duties are not in it."""

    columns: list[tuple[str, str]]
    rows: list[tuple[str, str, list[HeatCell]]]


class Bar(Record):
    """One rule's weight in the score: what is sure and what is possible, in percent of the longest bar."""

    anchor: str
    title: str
    severity: str
    severity_word: str
    standing_word: str
    sure: float
    possible: float
    sure_width: float
    possible_width: float


class Flow(Record):
    """One flow of data in the table beside the map."""

    name: str
    origins: str
    goals: str
    verdict: str
    verdict_word: str


class FlowMap(Record):
    """Countries as nodes, flows as arrows, and the same as a table."""

    nodes: list[Node]
    arrows: list[Arrow]
    width: int
    height: int
    flows: list[Flow]


def heat_map(ctx: Context) -> HeatMap:
    """Return counts of today's findings by severity (impact) and standing (likelihood)."""
    counts: dict[tuple[str, str], int] = {}
    for finding in ctx.assessment.findings:
        if finding.timing == "upcoming" or not ctx.shown(finding):
            continue
        likelihood = likelihood_of(finding, ctx) if finding.adverse else "unknown" if finding.verdict == "unknown" else ""
        if likelihood:
            place = (finding.severity_most, likelihood)
            counts[place] = counts.get(place, 0) + 1
    rows: list[tuple[str, str, list[HeatCell]]] = [
        (severity, ctx.word(f"severity_{severity}"), [_cell(counts.get((severity, name), 0), row, at, name) for at, name in enumerate(LIKELIHOODS)])
        for row, severity in enumerate(_IMPACTS)
    ]  # fmt: skip
    return HeatMap(columns=[(name, ctx.word(f"likelihood_{name}")) for name in LIKELIHOODS], rows=rows)


def likelihood_of(finding: Finding, ctx: Context) -> str:
    """Return how sure an adverse finding is at its worst severity."""
    basis = basis_word(finding, ctx)
    return "alleged" if basis == "mixed" else basis


def _cell(amount: int, row: int, column: int, likelihood: str) -> HeatCell:
    return HeatCell(likelihood=likelihood, amount=amount, heat=max(0, 4 - row - (column + 1) // 2) if amount else 0)


_TOP = 10


def ranked_bars(ctx: Context) -> list[Bar]:
    """Return the ten rules that weigh most today, those with adverse findings only."""
    weights = ctx.run.program.scoring["weights"]
    sure = {line.finding: line.weight for line in ctx.assessment.least.lines}
    possible = {line.finding: line.weight for line in ctx.assessment.most.lines}
    groups: dict[str, list[Finding]] = {}
    for finding in ctx.adverse:
        if finding.timing != "upcoming" and weights[finding.severity_most]:
            groups.setdefault(finding.rule, []).append(finding)
    sums = {
        rule: (sum(sure.get(f.identity, 0.0) for f in found), sum(possible.get(f.identity, 0.0) for f in found)) for rule, found in groups.items()
    }  # fmt: skip
    top = sorted(groups, key=lambda rule: (-sums[rule][1], -sums[rule][0], rule))[:_TOP]
    longest = max((sums[rule][1] for rule in top), default=1.0) or 1.0
    found: list[Bar] = []
    for rule in top:
        worst = groups[rule][0]
        low, high = sums[rule]
        found.append(Bar(
            anchor=ctx.anchor(worst), title=ctx.title(rule), severity=worst.severity_most, severity_word=ctx.word(f"severity_{worst.severity_most}"),
            standing_word=standings_text(groups[rule], ctx),
            sure=low, possible=high, sure_width=round(low / longest * 100, 1), possible_width=round(high / longest * 100, 1),
        ))  # fmt: skip
    return found


# --- flows --------------------------------------------------------------------------------------------------------

_ORIGINS = ("origin_country", "first_storage_country", "exporter_country", "data_subject_countries")
_GOALS = ("storage_countries", "backup_countries", "processing_countries", "remote_access_countries", "recipient_country")
_ORDER = ("breached", "exposed", "unknown", "met", "clear", "exempt", "out_of_scope")


def flow_map(ctx: Context) -> FlowMap | None:
    """Return where data come from and where they go, by described flow; None where no flow names a place."""
    described = ctx.profile.subjects.get("flow") or {}
    pairs: dict[tuple[str, str], tuple[str, str]] = {}
    flows: list[Flow] = []
    for subject in described.values():
        origins, goals = _places(subject, _ORIGINS, first=True), _places(subject, _GOALS)
        verdict = _worst(subject.path, ctx)
        if not origins and not goals:
            continue
        flows.append(Flow(
            name=ctx.name(subject.path), origins=ctx.word.listed([_place(code, ctx) for code in origins]) or ctx.word("not_known"),
            goals=ctx.word.listed([_place(code, ctx) for code in goals]) or ctx.word("not_known"), verdict=verdict,
            verdict_word=ctx.word(f"verdict_{verdict}"),
        ))  # fmt: skip
        for origin in origins or ["?"]:
            for goal in goals or ["?"]:
                before = pairs.get((origin, goal))
                if before is None or _ORDER.index(verdict) < _ORDER.index(before[0]):
                    pairs[origin, goal] = (verdict, ctx.name(subject.path))
    if not flows:
        return None
    nodes, arrows, width, height = layout(pairs, lambda code: _place(code, ctx))
    return FlowMap(nodes=nodes, arrows=arrows, width=width, height=height, flows=flows)


def _place(code: str, ctx: Context) -> str:
    return ctx.word("place_not_known") if code == "?" else ctx.word.place(code, ctx.told)


def _places(subject: Subject, facts: tuple[str, ...], *, first: bool = False) -> list[str]:
    """Return the countries that a flow names under some facts (under the first that names any)."""
    found: dict[str, None] = {}
    for fact in facts:
        value: Any = subject.facts.get(fact)
        codes = sorted(value.yes) if isinstance(value, SetValue) else [value] if isinstance(value, str) else []
        found |= dict.fromkeys(codes)
        if first and found:
            break
    return list(found)


def _worst(path: str, ctx: Context) -> str:
    verdicts = {f.verdict for f in ctx.assessment.findings if path in f.subject.split("+") and f.timing != "upcoming"}
    return next((verdict for verdict in _ORDER if verdict in verdicts), "unknown")

