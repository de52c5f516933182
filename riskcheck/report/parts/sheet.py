"""The customer answer sheet in words: what every format lays out."""

from __future__ import annotations

from riskcheck.records import NamedTuple
from riskcheck.report.customer import GROUPS, STATUSES, Answers, Point, Relied, answers, fixes
from riskcheck.report.part_words import part_words
from riskcheck.report.parts.context import Context, slug
from riskcheck.report.parts.findings import deadline_text, message_of, severity_text
from riskcheck.report.parts.method import file_name
from riskcheck.report.safe import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from riskcheck.model.finding import Finding
    from riskcheck.model.profile import Evidence
    from riskcheck.report.run import Run
    from riskcheck.report.words import Words


class RuleLine(NamedTuple):
    """One rule behind an answer with one verdict, on one subject or several."""

    rule: str
    title: str
    subjects: str
    verdict: str
    verdict_word: str
    severity: str
    severity_word: str
    cites: list[tuple[str, str]]
    deadline: str
    messages: list[str]


class FactLine(NamedTuple):
    """A fact that the answer rests on; ``sources`` are (text, address), empty where the profile names none."""

    subject: str
    question: str
    answer: str
    sources: list[tuple[str, str]]


class FixLine(NamedTuple):
    """What would mend a point."""

    text: str
    owner: str
    effort: str


class PointView(NamedTuple):
    """One demand answered; its rule lines stand with adverse and open ones first."""

    anchor: str
    number: int
    title: str
    asked: str
    status: str
    status_word: str
    answer: str
    rules: list[RuleLine]
    relied: list[FactLine]
    fixes: list[FixLine]
    questions: list[tuple[str, str, str]]


class Sheet(NamedTuple):
    """The whole sheet in one language."""

    word: Words
    language: str
    prefix: str
    company: str
    customer: str
    cover: list[tuple[str, str]]
    counts: Sequence[tuple[str, str, int]]
    lead: str
    groups: list[tuple[str, str, list[PointView]]]
    to_ask: list[tuple[str, str]]
    without_evidence: int


def sheets(run: Run) -> list[Sheet]:
    """Return the sheet in each language of the run. Raises UnknownCustomerError."""
    found = answers(run)
    return [sheet(run, found, language, f"{language}-" if number else "") for number, language in enumerate(run.languages)]


def sheet(run: Run, found: Answers, language: str, prefix: str = "") -> Sheet:
    """Return the sheet in words. Pure."""
    ctx = Context(run, language, prefix)
    word = part_words("customer", language)
    ctx.word = word
    views = [_point(number, point, ctx) for number, point in enumerate(found.points, 1)]
    paired = list(zip(views, found.points, strict=True))
    groups = [(group, word(f"customer_group_{group}"), [told for told, point in paired if point.group == group]) for group in GROUPS]
    counts = [(status, word(f"answer_{status}"), found.count(status)) for status in STATUSES if found.count(status)]
    subject = f"customers/{found.customer}"
    facts = {(item.subject, item.fact) for point in found.points for item in point.relied if not item.evidence}
    return Sheet(
        word=word, language=language, prefix=prefix, company=ctx.name("company"), customer=ctx.name(subject),
        cover=[
            (word("as_of"), word.day(ctx.as_of)), (word("customer_answered_by"), ctx.name("company")),
            (word("profile"), f"{file_name(ctx)} · {run.profile.digest[:12]}"), (word("tool"), f"riskcheck {run.version}"),
        ],
        counts=counts, lead=word("customer_lead", met=found.count("met"), count=len(found.points) - found.count("nothing")),
        groups=[group for group in groups if group[2]], to_ask=_to_ask(found, ctx), without_evidence=len(facts),
    )  # fmt: skip


def _to_ask(found: Answers, ctx: Context) -> list[tuple[str, str]]:
    """Return the questions for the customer with the demands that hang on each."""
    asked: dict[str, list[str]] = {}
    for point in found.to_ask:
        for fact in point.unsure:
            asked.setdefault(fact, []).append(ctx.told.passage("demands", point.id, "title"))
    return [(ctx.question(fact), ctx.word("list_joiner").join(titles)) for fact, titles in asked.items()]


def _point(number: int, point: Point, ctx: Context) -> PointView:
    word, run = ctx.word, ctx.run
    begins = word.day(point.begins) if point.begins else ""
    mended = [
        FixLine(ctx.told.passage("rules", rule.id, "remedy"), word(f"owner_{rule.owner}"), word(f"effort_{rule.effort}"))
        for rule in fixes(point, run)
    ]
    questions = {}
    for path, fact in point.open:
        declared = run.program.vocabulary.facts.get(fact)
        owner = word(f"owner_{declared.answered_by}") if declared and declared.answered_by else ""
        questions[path, fact] = (ctx.name(path), ctx.question(fact), owner)
    return PointView(
        anchor=f"{ctx.prefix}demand-{slug(point.id.partition('/')[2])}", number=number, title=ctx.told.passage("demands", point.id, "title"),
        asked=_asked(point, ctx), status=point.status, status_word=word(f"answer_{point.status}"),
        answer=word(f"answer_{point.status}_text", day=begins),
        rules=_rules(point, ctx), relied=[_relied(item, ctx) for item in point.relied], fixes=mended, questions=list(questions.values()),
    )  # fmt: skip


def _asked(point: Point, ctx: Context) -> str:
    """Return what the customer wrote: the labels of its values, in the order of the demand."""
    if point.group == "law":
        return ""
    labels = [ctx.word._slug(value, fact, ctx.told) for fact, values in point.asked for value in values]  # noqa: SLF001 (one value of a fact)
    return ctx.word.listed(list(dict.fromkeys(labels)))


def _rules(point: Point, ctx: Context) -> list[RuleLine]:
    lines: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in point.findings:
        lines.setdefault((finding.rule, finding.verdict, finding.timing), []).append(finding)
    found = []
    for (rule, verdict, _), findings in lines.items():
        first = findings[0]
        messages = list(dict.fromkeys(message_of(finding, ctx) for finding in findings)) if first.adverse else []
        found.append(RuleLine(
            rule, ctx.title(rule), ctx.names(finding.subject.partition("+")[0] for finding in findings), verdict, ctx.word(f"verdict_{verdict}"),
            first.severity_most, severity_text(first, ctx), [ctx.cite(cite) for cite in ctx.run.rules[rule].cite[:3]],
            deadline_text(first, ctx) if first.timing == "upcoming" else "", messages,
        ))  # fmt: skip
    return found


def _relied(item: Relied, ctx: Context) -> FactLine:
    return FactLine(
        ctx.name(item.subject), ctx.question(item.fact), clean(ctx.word.value(item.value, item.fact, ctx.told), 400),
        [_source(piece, ctx) for piece in item.evidence],
    )  # fmt: skip


def _source(piece: Evidence, ctx: Context) -> tuple[str, str]:
    text = clean(piece.source, 400)
    if piece.dated:
        text = ctx.word("source_dated", source=text, day=ctx.word.day(piece.dated))
    url = clean(piece.url) if piece.url.startswith(("https://", "http://")) else ""
    return (f"{text} ({ctx.word(f'evidence_{piece.standing}')})", url)
