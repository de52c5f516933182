"""A handful of companies beside each other: score intervals, red flags, what is unknown. One page in one language."""

from __future__ import annotations

from riskcheck.model.rule import SEVERITIES
from riskcheck.records import NamedTuple
from riskcheck.report.part_words import part_words
from riskcheck.report.parts.answer import red_flags
from riskcheck.report.parts.context import Context
from riskcheck.report.parts.evidence import STANDINGS
from riskcheck.report.parts.findings import basis_word, interval_text, severity_text, standings_text
from riskcheck.report.parts.questions import points_text, questions_view
from riskcheck.report.parts.rulesets import coverage_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from riskcheck.model.finding import Finding
    from riskcheck.report.parts.questions import QuestionView
    from riskcheck.report.run import Run
    from riskcheck.report.words import Words

ORDERS = ("lower", "upper", "width", "coverage", "name")
"""What rows can be ordered by; the first is the order of the page."""
_ASKED = 3
_SHARED_QUESTIONS = 10


class Band(NamedTuple):
    """A score interval as figures and as text."""

    least: float
    most: float
    text: str


class Flag(NamedTuple):
    """A red flag of one company, leading to its place in the report."""

    title: str
    subject: str
    severity: str
    severity_word: str
    basis: str
    law: str
    href: str


class Asked(NamedTuple):
    """An open question of one company."""

    text: str
    answered_by: str
    points: str
    href: str


class Row(NamedTuple):
    """One company. ``ranks`` are its places under each order."""

    key: str
    name: str
    href: str
    band: Band
    decided: str
    plain: int
    alleged: int
    open: int
    width: str
    packs: list[Band]
    flags: list[Flag]
    asked: list[Asked]
    sources: list[int]
    newest: str
    ranks: dict[str, int]


class Shared(NamedTuple):
    """A rule on which several companies have a grave finding: (company, basis, address) for each."""

    title: str
    severity: str
    severity_word: str
    companies: list[tuple[str, str, str]]


class Comparison(NamedTuple):
    """The whole page in words."""

    word: Words
    language: str
    title: str
    cover: list[tuple[str, str]]
    pairs: str
    rows: list[Row]
    packs: list[str]
    standings: list[str]
    shared: list[Shared]
    open_everywhere: list[tuple[str, str, int, str]]
    orders: list[tuple[str, str]]
    missing: int


def comparison(runs: Mapping[str, Run], language: str) -> Comparison:
    """Return the comparison of runs, by the name of their report (``minimax``). All are of one day and one set of rules."""
    word = part_words("comparison", language)
    contexts = {key: Context(run, language) for key, run in runs.items()}
    asked = {key: questions_view(ctx)[0] for key, ctx in contexts.items()}
    rows = _ranked([_row(key, ctx, asked[key]) for key, ctx in contexts.items()], contexts)
    first = next(iter(contexts.values()))
    scores = [ctx.assessment.score for ctx in contexts.values()]
    pairs = [(a, b) for place, a in enumerate(scores) for b in scores[place + 1 :]]
    apart = sum(a.most < b.least or b.most < a.least for a, b in pairs)
    packs = {score.pack: first.told.passage("packs", score.pack, "title", score.pack) for score in first.assessment.packs}
    versions = [f"{title} {first.run.program.packs[pack].version}" for pack, title in packs.items()]
    shared = _shared(contexts, rows)
    everywhere = _everywhere(contexts, asked)
    return Comparison(
        word=word, language=language, title=word("compare_title", count=len(rows)),
        cover=[(word("as_of"), word.day(first.as_of)), (word("tool"), f"riskcheck {first.run.version}"),
            (word("law_state"), word("list_joiner").join(versions))],
        pairs=_pairs(len(pairs), apart, word), rows=rows, packs=list(packs.values()),
        standings=[word(f"evidence_{standing}") for standing in STANDINGS], shared=shared, open_everywhere=everywhere,
        orders=[(order, word(f"order_{order}")) for order in ORDERS], missing=len(set().union(*(ctx.told.missing for ctx in contexts.values()))),
    )  # fmt: skip


def _pairs(pairs: int, apart: int, word: Words) -> str:
    """Return how many pairs of companies the intervals tell apart, as a sentence."""
    if not pairs:
        return word("compare_one")
    return word("compare_pairs", pairs=pairs, apart=apart) if apart else word("compare_none", pairs=pairs)


def render(runs: Mapping[str, Run], language: str, languages: Sequence[str] = ("en",)) -> str:
    """Return the page as HTML. ``languages`` are those in which the page exists, each under ``index.<language>.html``."""
    from riskcheck.report.safe import Marked
    from riskcheck.report.templates import environment, rendered, source, tongue

    env = environment()
    others = [(other, tongue(other), part_words("comparison", other)(f"language_{other}")) for other in languages if other != language]
    css = Marked(source(env, "report.css") + source(env, "comparison.css"))
    return rendered(env, "comparison.html.j2", {"c": comparison(runs, language), "css": css, "others": others})


def _row(key: str, ctx: Context, questions: list[QuestionView]) -> Row:
    score, href = ctx.assessment.score, f"{key}.{ctx.language}.html"
    grave = _grave(ctx)
    plain = sum(basis_word(finding, ctx) == "plain" for finding in grave)
    counts = [sum(evidence.standing == standing for evidence in ctx.profile.evidence) for standing in STANDINGS]
    return Row(
        key=key, name=ctx.name("company"), href=href, band=_band(score.least, score.most, ctx), decided=coverage_text(ctx.assessment.coverage, ctx),
        plain=plain, alleged=len(grave) - plain, open=len(questions), width=points_text(score.width),
        packs=[_band(pack.score.least, pack.score.most, ctx) for pack in ctx.assessment.packs],
        flags=[_flag(group, ctx, href) for group in red_flags(ctx)],
        asked=[Asked(question.text, question.answered_by, question.points, f"{href}#{question.anchor}") for question in questions[:_ASKED]],
        sources=counts, newest=ctx.word.day(max((evidence.dated for evidence in ctx.profile.evidence if evidence.dated), default=None)), ranks={},
    )  # fmt: skip


def _band(least: float, most: float, ctx: Context) -> Band:
    return Band(least, most, interval_text(least, most, ctx))


def _grave(ctx: Context) -> list[Finding]:
    """Return today's adverse findings that are high or critical."""
    return [finding for finding in ctx.adverse if finding.timing != "upcoming" and finding.severity_most in ("critical", "high")]


def _flag(group: list[Finding], ctx: Context, href: str) -> Flag:
    worst = group[0]
    cites = ctx.run.rules[worst.rule].cite
    return Flag(
        ctx.title(worst.rule), ctx.names(finding.subject for finding in group), worst.severity_most, severity_text(worst, ctx),
        standings_text(group, ctx), ctx.cited(cites[0]) if cites else "", f"{href}#{ctx.anchor(worst)}",
    )  # fmt: skip


def _ranked(rows: list[Row], contexts: Mapping[str, Context]) -> list[Row]:
    """Return rows in the order of what is sure, each with its place under every order."""
    for order in ORDERS:
        for place, row in enumerate(sorted(rows, key=lambda row: (_weight(order, contexts[row.key]), row.name.casefold(), row.key)),
            1):
            row.ranks[order] = place
    return sorted(rows, key=lambda row: row.ranks["lower"])


def _weight(order: str, ctx: Context) -> tuple[float, float]:
    """Return what puts a company before others under an order; by name alone nothing does."""
    score = ctx.assessment.score
    return {
        "lower": (-score.least, -score.most), "upper": (-score.most, -score.least), "width": (-score.width, 0.0),
        "coverage": (-ctx.assessment.coverage, 0.0),
    }.get(order, (0.0, 0.0))  # fmt: skip


def _shared(contexts: Mapping[str, Context], rows: Sequence[Row]) -> list[Shared]:
    """Return rules with a grave finding in more than one company, those of most companies first."""
    found: dict[str, dict[str, Finding]] = {}
    for row in rows:
        for finding in _grave(contexts[row.key]):
            found.setdefault(finding.rule, {}).setdefault(row.key, finding)
    told: list[tuple[tuple[int, int, str], Shared]] = []
    for rule, group in found.items():
        if len(group) > 1:
            worst = min((finding.severity_most for finding in group.values()), key=SEVERITIES.index)
            ctx = contexts[next(iter(group))]
            companies = [_place(key, finding, contexts[key]) for key, finding in group.items()]
            told.append(((-len(group), SEVERITIES.index(worst), rule), Shared(ctx.title(rule), worst, ctx.word(f"severity_{worst}"), companies)))
    return [item for _, item in sorted(told, key=lambda pair: pair[0])]


def _place(key: str, finding: Finding, ctx: Context) -> tuple[str, str, str]:
    return ctx.name("company"), ctx.word(f"standing_{basis_word(finding, ctx)}"), f"{key}.{ctx.language}.html#{ctx.anchor(finding)}"


def _everywhere(contexts: Mapping[str, Context], asked: Mapping[str, list[QuestionView]]) -> list[tuple[str, str, int, str]]:
    """Return questions that are open for more than one company: (question, who can answer, companies, points in all)."""
    groups: dict[str, list[QuestionView]] = {}
    for key in contexts:
        for question in asked[key]:
            groups.setdefault(question.fact, []).append(question)
    wide = [(fact, group, sum(question.width for question in group)) for fact, group in groups.items() if len(group) > 1]
    ranked = sorted(wide, key=lambda item: (-round(item[2], 2), -len(item[1]), item[0]))[:_SHARED_QUESTIONS]
    return [(group[0].text, group[0].answered_by, len(group), points_text(width)) for _, group, width in ranked]
