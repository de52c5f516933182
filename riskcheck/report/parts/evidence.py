"""Facts with their sources, and the instruments that are cited."""

from __future__ import annotations

from riskcheck.model.values import SetValue
from riskcheck.model.vocabulary import PLURAL_OF
from riskcheck.report.parts.findings import claim_text
from riskcheck.report.record import Record
from riskcheck.report.safe import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date

    from riskcheck.model.profile import Evidence
    from riskcheck.report.parts.context import Context

_REMARK = 1_200
STANDINGS = ("found_by_court", "audited", "admitted", "reported", "alleged", "inferred")


class AnswerOf(Record):
    """One question and what a source answers for each subject: (subject, answer, path in the profile)."""

    question: str
    answers: list[tuple[str, str, str]]


class SourceView(Record):
    """One source with the facts that it carries: (subject, question, answer, path in the profile)."""

    anchor: str
    standing: str
    standing_word: str
    source: str
    day: str
    url: str
    note: str
    facts: list[tuple[str, str, str, str]]
    dated: date | None
    answers: list[AnswerOf]


class ActView(Record):
    """One instrument and the pinpoints cited of it in this report."""

    title: str
    kind_word: str
    url: str
    pinpoints: str


def evidence_view(ctx: Context) -> list[SourceView]:
    """Return the evidence by source, the firmest standing first, in file order within."""
    groups: dict[tuple[object, ...], list[Evidence]] = {}
    for evidence in ctx.profile.evidence:
        told = "" if evidence.dispute else evidence.note  # another remark is about another figure
        groups.setdefault((evidence.standing, evidence.source, evidence.dated, evidence.url, evidence.dispute, told), []).append(evidence)
    ordered = sorted(groups.values(), key=lambda group: STANDINGS.index(group[0].standing))
    return [_source(number, group, ctx) for number, group in enumerate(ordered, 1)]


def remarks_view(ctx: Context) -> list[tuple[str, str]]:
    """Return what the profile's keeper adds in prose to the company and to what it has: (name, remark), in file order."""
    return [(ctx.name(subject.path), clean(subject.note, _REMARK)) for subject in ctx.profile.all_subjects() if subject.note]


def by_standing(sources: list[SourceView]) -> list[tuple[str, list[SourceView]]]:
    """Return the sources by how firm they are, in the order given."""
    found: dict[str, list[SourceView]] = {}
    for source in sources:
        found.setdefault(source.standing_word, []).append(source)
    return list(found.items())


def _source(number: int, group: list[Evidence], ctx: Context) -> SourceView:
    first = group[0]
    url = first.url if first.url.startswith(("https://", "http://")) else ""
    facts = _facts(group, ctx)
    return SourceView(
        anchor=f"{ctx.prefix}source-{number}", standing=first.standing, standing_word=ctx.word(f"evidence_{first.standing}"),
        source=clean(first.source, 600), day=ctx.word.day(first.dated),
        url=clean(url), note=claim_text(first, ctx) if first.dispute else clean(first.note, 400), facts=facts, dated=first.dated,
        answers=_answers(facts),
    )  # fmt: skip


def _answers(facts: list[tuple[str, str, str, str]]) -> list[AnswerOf]:
    found: dict[str, list[tuple[str, str, str]]] = {}
    for subject, question, answer, path in facts:
        found.setdefault(question, []).append((subject, answer, path))
    return [AnswerOf(question=question, answers=answers) for question, answers in found.items()]


def _facts(group: list[Evidence], ctx: Context) -> list[tuple[str, str, str, str]]:
    """Return what a source says, the members of one set together."""
    found: dict[tuple[str, str], tuple[str, str, str, str]] = {}
    for item in group:
        told = _fact(item, ctx)
        before = found.get((item.path, item.fact))
        if before is not None:
            told = (told[0], told[1], f"{before[2]}{ctx.word('list_joiner')}{told[2]}", f"{before[3]} {told[3]}")
        found[item.path, item.fact] = told
    return list(found.values())


def _fact(item: Evidence, ctx: Context) -> tuple[str, str, str, str]:
    dotted = f"{item.kind}.{item.fact}"
    subject = ctx.profile.company if item.kind == "company" else (ctx.profile.subjects.get(item.kind) or {}).get(item.key)
    written = subject.facts.get(item.fact) if subject else None
    link = ctx.run.program.vocabulary.written_links.get(dotted)
    if link and subject:
        answer = ctx.word.listed([ctx.name(f"{PLURAL_OF[link.target]}/{key}") for key in subject.links.get(item.fact, ())])
    elif item.member:
        told = item.says
        if told is None and isinstance(written, SetValue):
            told = True if item.member in written.yes else False if item.member in written.no or written.closed else None
        name = ctx.word._slug(item.member, dotted, ctx.told)  # noqa: SLF001 (one member of a set)
        answer = f"{name}{ctx.word('colon')}{ctx.word('not_known' if told is None else 'yes' if told else 'no')}"
    else:
        answer = ctx.word.value(written if item.says is None else item.says, dotted, ctx.told)
    path = "/".join(part for part in (item.path, item.fact, item.member) if part)
    return ctx.name(item.path), ctx.question(dotted), clean(answer, 300), path


def acts_view(ctx: Context) -> list[ActView]:
    """Return the instruments cited by what is adverse or open, with their pinpoints."""
    cited: dict[str, set[str]] = {}
    for rule in dict.fromkeys([finding.rule for finding in (*ctx.adverse, *ctx.open)]):
        for cite in ctx.run.rules[rule].cite:
            cited.setdefault(cite.act, set()).add(cite.at)
    found = [
        ActView(
            title=ctx.told.passage("acts", act, "title", act), kind_word=ctx.word(f"act_{ctx.told.passage('acts', act, 'kind', 'practice')}"),
            url=ctx.told.passage("acts", act, "url"), pinpoints=ctx.word.listed(sorted(places - {""}, key=_natural)),
        )
        for act, places in cited.items()
    ]  # fmt: skip
    return sorted(found, key=lambda act: str(act.title))


def acts_by_kind(acts: list[ActView]) -> list[tuple[str, list[ActView]]]:
    """Return the instruments by what they are, in the order of those words."""
    found: dict[str, list[ActView]] = {}
    for act in acts:
        found.setdefault(act.kind_word, []).append(act)
    return sorted(found.items())


def _natural(text: str) -> str:
    """Return what a pinpoint is sorted by: its numbers filled up, so that they sort as numbers."""
    found = number = ""
    for char in text:
        if char.isdecimal():
            number += char
        elif number:
            found += number.rjust(_DIGITS, "0") + char
            number = ""
        else:
            found += char
    return found + number.rjust(_DIGITS, "0") if number else found


_DIGITS = 6
"""No article has a longer number."""
