"""The page of one company of a portfolio as plain values in one language: score, findings, money, first questions."""

from __future__ import annotations

import shlex

from riskcheck.portfolio.front import decided, interval
from riskcheck.portfolio.names import page_of
from riskcheck.records import NamedTuple
from riskcheck.report.part_words import part_words
from riskcheck.report.parts.answer import band_words
from riskcheck.report.parts.context import Context
from riskcheck.report.parts.findings import deadline_text, message_of, severity_text
from riskcheck.report.parts.money import money_view
from riskcheck.report.parts.questions import questions_view
from riskcheck.report.safe import NAME, clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from riskcheck.model.assessment import PackScore
    from riskcheck.model.finding import Finding
    from riskcheck.portfolio.items import Item
    from riskcheck.report.parts.money import MoneyRow
    from riskcheck.report.parts.questions import QuestionView
    from riskcheck.report.run import Run
    from riskcheck.report.words import Words

_ASKED = 10
_GRAVE = ("critical", "high")


class FindingCard(NamedTuple):
    """One adverse finding in words."""

    anchor: str
    severity: str
    severity_word: str
    verdict: str
    verdict_word: str
    timing_word: str
    title: str
    subject: str
    message: str
    cites: list[tuple[str, str]]
    deadline: str
    remedy: str
    doer: str


class PackRow(NamedTuple):
    """One rule set: interval, share decided, and verdicts that speak."""

    title: str
    least: float
    most: float
    interval: str
    decided: str
    counts: list[str]


class Neighbour(NamedTuple):
    """The company before or after in the ranking."""

    word: str
    name: str
    href: str


class Company(NamedTuple):
    """A company of a portfolio: where it stands in the ranking, where it was read, and the assumptions that were left aside."""

    number: int
    rank: int
    of: int
    id: str
    name: str
    path: str
    group: int | None
    """Where the profile was read: a file, or a row group of a portfolio."""
    file: str
    """The profile's own file, where it has one: `riskcheck score` reads it."""
    assumptions: tuple[str, ...]


class Single(NamedTuple):
    """The page in one language."""

    word: Words
    language: str
    prefix: str
    name: str
    cover: list[tuple[str, str]]
    least: float
    most: float
    interval: str
    words: str
    notes: list[str]
    packs: list[PackRow]
    findings_lede: str
    grave: list[FindingCard]
    light: list[FindingCard]
    later: list[FindingCard]
    money: list[tuple[str, str, str, list[MoneyRow]]]
    questions: list[QuestionView]
    questions_lede: str
    command: str
    neighbours: list[Neighbour]
    missing: frozenset[tuple[str, str, str]]


def single(run: Run, company: Company, neighbours: Sequence[Company | None], language: str, prefix: str = "") -> Single:
    """Return the page of a company; ``neighbours`` are the ones ranked before and after it."""
    ctx = Context(run, language, prefix)
    word = part_words("portfolio", language)
    score = run.assessment.score
    today = [_card(finding, ctx) for finding in ctx.adverse if finding.timing != "upcoming"]
    later = [_card(finding, ctx) for finding in ctx.adverse if finding.timing == "upcoming"]
    questions, _ = questions_view(ctx)
    notes = [word("pf_page_plain")]
    if company.assumptions:
        names = word.listed([clean(name, NAME) for name in company.assumptions])
        notes.append(word("pf_page_assumed", count=len(company.assumptions), names=names))
    page = Single(
        word=word, language=language, prefix=prefix, name=clean(company.name or company.id, NAME), cover=_cover(run, company, word),
        least=score.least, most=score.most, interval=interval(score.least, score.most, word), words=band_words(ctx), notes=notes,
        packs=[_pack(pack, ctx, word) for pack in run.assessment.packs],
        findings_lede=word("pf_findings_lede", now=len(today), later=len(later)) if today or later else word("no_findings"),
        grave=[card for card in today if card.severity in _GRAVE], light=[card for card in today if card.severity not in _GRAVE], later=later,
        money=money_view(ctx).kinds, questions=questions[:_ASKED],
        questions_lede=word("pf_questions_lede", count=len(questions)) if questions else word("no_questions"),
        command=_command(run, company, language), neighbours=_neighbours(neighbours, language, prefix, word), missing=frozenset(),
    )  # fmt: skip
    return page._replace(missing=frozenset(ctx.told.missing))


def _cover(run: Run, company: Company, word: Words) -> list[tuple[str, str]]:
    rows = [
        (word("pf_page_rank"), word("pf_page_rank_of", rank=company.rank, of=company.of, count=company.of)),
        (word("as_of"), word.day(run.assessment.as_of)), (word("coverage"), decided(run.assessment.coverage, word)),
    ]  # fmt: skip
    if company.name and company.name != company.id:
        rows.append((word("pf_page_id"), clean(company.id, NAME)))
    path = clean(company.file or company.path)
    return [*rows, (word("pf_page_source"), path if company.group is None else word("pf_source_group", path=path, number=company.group))]


def _pack(pack: PackScore, ctx: Context, word: Words) -> PackRow:
    counts = [
        f"{word(f'verdict_{verdict}')} {word.number(pack.counts[verdict])}"
        for verdict in ("breached", "exposed", "unknown", "met", "clear") if pack.counts[verdict]
    ]  # fmt: skip
    return PackRow(
        ctx.told.passage("packs", pack.pack, "title", pack.pack), pack.score.least, pack.score.most,
        interval(pack.score.least, pack.score.most, word), decided(pack.coverage, word), counts,
    )  # fmt: skip


def _card(finding: Finding, ctx: Context) -> FindingCard:
    word, rule = ctx.word, ctx.run.rules[finding.rule]
    return FindingCard(
        anchor=ctx.anchor(finding), severity=finding.severity_most, severity_word=severity_text(finding, ctx), verdict=finding.verdict,
        verdict_word=word(f"verdict_{finding.verdict}"), timing_word=word(f"timing_{finding.timing}") if finding.timing != "in_force" else "",
        title=ctx.title(rule.id), subject=ctx.name(finding.subject), message=message_of(finding, ctx), cites=[ctx.cite(cite) for cite in rule.cite],
        deadline=deadline_text(finding, ctx), remedy=ctx.told.passage("rules", rule.id, "remedy"),
        doer=f"{word(f'owner_{rule.owner}')} · {word(f'effort_{rule.effort}')}",
    )  # fmt: skip


def _command(run: Run, company: Company, language: str) -> str:
    """Return the command line of the whole report, where the company has a file of its own."""
    if not company.file:
        return ""
    given = f" --lang {language}" if language != "en" else ""
    proposed = " --include-proposed" if run.assessment.provenance.get("include_proposed") else ""
    command = f"riskcheck score {shlex.quote(company.file)} --as-of {run.assessment.as_of.isoformat()}{given}{proposed} -f html=report.html"
    return clean(command)


def _neighbours(found: Sequence[Company | None], language: str, prefix: str, word: Words) -> list[Neighbour]:
    tail = f"#report-{language}" if prefix else ""
    words = (word("pf_previous"), word("pf_next"))
    return [
        Neighbour(text, clean(company.name or company.id, NAME), page_of(company.number).rpartition("/")[2] + tail)
        for text, company in zip(words, found, strict=True) if company
    ]  # fmt: skip


def file_of(item: Item, identity: str) -> str:
    """Return the file that holds one company's profile alone; empty for companies of lines and row groups."""
    from pathlib import Path

    return next((file for file in item.files if Path(file).relative_to(item.path).with_suffix("").as_posix() == identity), "")
