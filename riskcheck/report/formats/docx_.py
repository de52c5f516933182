"""The report as a Word file that counsel can edit, sign and file: real headings, numbered findings, tables with headers.

The order is that of the HTML report; so are the texts, since both read the same view.
"""

from __future__ import annotations

from riskcheck.report.formats.html import SECTIONS, absent_sections
from riskcheck.report.office.docx_findings import cites, findings, tags
from riskcheck.report.office.docx_sections import WRITERS
from riskcheck.report.office.paper import Paper, Piece
from riskcheck.report.view import views

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from riskcheck.report.run import Run
    from riskcheck.report.view import View


def render(run: Run) -> bytes:
    """Return the file; two languages make two parts, each with its own header and numbering."""
    told = views(run)
    paper = Paper(told[0].language)
    for place, view in enumerate(told):
        paper.part((view.company, view.cover[0][1]), f"riskcheck \u00b7 {view.word('printed_footer')}", first=place == 0)
        _part(paper, view)
    return paper.file(told[0].word("report_of", company=told[0].company), run.assessment.as_of)


def _part(paper: Paper, view: View) -> None:
    word, board = view.word, view.audience == "board"
    paper.line(word("kicker"), style="Kicker")
    paper.heading(view.company, 0, f"{view.prefix}top")
    for name, value in view.cover:
        paper.fact(name, value)
    absent = absent_sections(view)
    shown = [(name, word(key)) for name, key, wide in SECTIONS if name not in absent and not (board and wide)]
    paper.heading(word("contents"), 3)
    paper.contents((title, f"{view.prefix}{name}") for name, title in shown)
    for name, title in shown:
        paper.heading(title, 1, f"{view.prefix}{name}")
        lede = _ledes(view).get(name, "")
        if lede:
            paper.line(word(lede), style="Lede")
        (_FINDINGS.get(name) or WRITERS[name])(paper, view)


def _ledes(view: View) -> dict[str, str]:
    """Return the key of the sentence under a heading; sections with nothing in them have none, nor those whose sentence is about a drawing."""
    told = {
        "red-flags": ("lede_flags", True), "heat": ("lede_heat", True), "calendar": ("lede_timeline", True),
        "classification": ("lede_classification", True), "rule-sets": ("lede_packs", True), "questions": ("lede_questions", view.questions),
        "money": ("lede_money", True), "evidence": ("lede_evidence", view.evidence), "cited": ("lede_acts", view.acts),
        "plan": ("lede_plan", view.plan), "conflicts": ("lede_conflicts", view.conflicts),
        "glossary": ("lede_glossary", view.glossary), "waivers": ("lede_waivers", view.waivers),
        "changes": ("lede_changes", view.since), "method": ("lede_method", True),
    }  # fmt: skip
    return {name: key for name, (key, there) in told.items() if there}


def _answer(paper: Paper, view: View) -> None:
    word, answer = view.word, view.answer
    paper.line(answer.interval, Piece(" / 100", quiet=True, small=True), style="Score")
    paper.bar(answer.least, answer.most, word("score_of", interval=answer.interval))
    paper.line(Piece(answer.words, bold=True))
    paper.line(
        Piece(word.score(answer.least), bold=True), f" {word('scale_least')}{word('joiner')}", Piece(word.score(answer.most), bold=True),
        f" {word('scale_most')}",
        style="Small",
    )  # fmt: skip
    for sentence in answer.sentences:
        paper.line(sentence)
    paper.heading(word("sec_flags"), 2)
    for group in view.short_flags:
        found = group[0]
        more = f" ({word('and_more', count=len(group) - 1)})" if len(group) > 1 else ""
        paper.heading(found.title, 3)
        paper.line(*tags(view, found), style="Tags")
        paper.line(*([Piece(found.lead, bold=True), Piece(word("gap"))] if found.lead else []), found.message, Piece(more, quiet=True))
        paper.fact(word("law"), *cites(view, found.cites))
        paper.fact(word("deadline"), found.deadline)
        paper.fact(word("consequence"), word("list_joiner").join([*found.money[:2], *found.consequences[:4]]) or "–")
        paper.fact(word("owner"), f"{found.owner_word} · {found.effort_word}")
        paper.fact(word("next_step"), Piece(found.remedy, bold=True))
    if not view.short_flags:
        paper.line(word("no_findings"))
    if answer.changes:
        paper.heading(word("what_would_change"), 2)
        for text in answer.changes:
            paper.line(text, style="List Bullet")


def _red(paper: Paper, view: View) -> None:
    findings(paper, view, view.flags)
    if view.audience == "board":
        _hidden(paper, view)


def _high(paper: Paper, view: View) -> None:
    findings(paper, view, view.high)


def _rest(paper: Paper, view: View) -> None:
    findings(paper, view, view.rest)
    _hidden(paper, view)


def _hidden(paper: Paper, view: View) -> None:
    if view.hidden:
        paper.line(view.hidden, style="Small")


_FINDINGS: dict[str, Callable[[Paper, View], None]] = {"answer": _answer, "red-flags": _red, "high": _high, "rest": _rest}

