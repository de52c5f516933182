"""The sections of a Word report after its findings, each from its part of the view."""

from __future__ import annotations

from riskcheck.report.office.docx_findings import asks, cites
from riskcheck.report.office.docx_money import money
from riskcheck.report.office.docx_packs import rule_sets
from riskcheck.report.office.paper import BREAK, Cell, Column, Piece, cell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from riskcheck.report.office.paper import Paper
    from riskcheck.report.parts.timeline import DateRow, DayView
    from riskcheck.report.view import View

_BRIEF, _DIGEST = 12, 40


def _heat(paper: Paper, view: View) -> None:
    word = view.word
    columns = [Column(word("impact"), 2), *(Column(text, 2, figures=True) for _, text in view.heat.columns)]
    rows = [
        [cell(Piece(text, tint=level)), *(cell(str(found.amount) if found.amount else word("heat_none"), ground=found.heat) for found in cells)]
        for level, text, cells in view.heat.rows
    ]
    paper.table(columns, rows, word("heat_caption"))


def _ranked(paper: Paper, view: View) -> None:
    word = view.word
    if not view.bars:
        paper.line(word("no_findings"))
        return
    columns = [Column(word("rule"), 6), Column(word("severity"), 2), Column(word("standing"), 2), Column(word("weight_sure"), 1.2, figures=True),
               Column(word("weight_possible"), 1.3, figures=True)]  # fmt: skip
    rows = [
        [cell(Piece(bar.title, to=bar.anchor)), cell(Piece(bar.severity_word, tint=bar.severity)), cell(bar.standing_word), cell(f"{bar.sure:g}"),
            cell(f"{bar.possible:g}")]
        for bar in view.bars
    ]  # fmt: skip
    paper.table(columns, rows, word("bars_caption"))


def _calendar(paper: Paper, view: View) -> None:
    word = view.word
    groups = [("past_due", view.timeline.past), ("next_90", view.timeline.soon), ("later", view.timeline.later)]
    if view.timeline.proposed:
        groups.append(("proposed_law", view.timeline.proposed))
    for key, days in groups:
        paper.heading(word(key), 2)
        if key == "past_due":
            paper.line(word("past_due_note"), style="Small")
        _days(paper, view, days)


def _days(paper: Paper, view: View, days: Sequence[DayView]) -> None:
    word = view.word
    if not days:
        paper.line(word("no_dates"), style="Small")
    for day in days:
        paper.heading(f"{day.day} · {day.away}", 3)
        for row in day.adverse:
            paper.line(
                Piece(row.title, to=row.anchor), Piece(f" · {row.subjects} · {row.cite}{_status(row)}", quiet=True), f" · {row.verdict_word}",
                style="List Bullet"
            )
        if day.open:
            paper.line(word("open_rules_on_day", count=len(day.open)), style="Small")
            for row in day.open[:_BRIEF]:
                paper.line(Piece(row.title, to=row.anchor), Piece(_status(row), quiet=True), style="List Bullet")
            if len(day.open) > _BRIEF:
                paper.line(Piece(word("and_more", count=len(day.open) - _BRIEF), to=f"{view.prefix}rule-sets"), style="List Bullet")


def _status(row: DateRow) -> str:
    return f" · {row.status_word}" if row.status != "in_force" else ""


def _classification(paper: Paper, view: View) -> None:
    word = view.word
    columns = [Column(word("classified_as"), 5), Column(word("classified_answer"), 3), Column(word("decided_by"), 2)]
    for group in view.classification:
        paper.heading(group.name, 2)
        paper.line(word("class_counts", settled=len(group.settled), open=len(group.open)), style="Note")
        told = [[cell(row.title), cell(Piece(row.answer, bold=row.state == "yes")),
            cell(*(asks(view, row.questions) or [Piece("–")]))] for row in (*group.settled, *group.open)]
        paper.table(columns, told, word("classification_caption", name=group.name), caption=False)


def _questions(paper: Paper, view: View) -> None:
    word = view.word
    if not view.questions:
        paper.line(word("no_questions"))
        return
    columns = [Column(word("number"), 0.8, figures=True), Column(word("question"), 8), Column(word("answered_by"), 2.2),
        Column(word("points"), 1.2, figures=True),
               Column(word("rules_waiting"), 1.4, figures=True)]  # fmt: skip
    rows: list[list[Cell]] = []
    for item in view.questions:
        subjects = word("comma").join(item.subjects)
        first = [BREAK, Piece(f"{word('rules_waiting')}{word('colon')}{' · '.join(item.first_rules)}", quiet=True)] if item.first_rules else []
        fact = [Piece("  "), Piece(item.fact, code=True)] if view.audience == "engineer" else []
        rows.append([cell(str(item.number), anchors=[item.anchor]), cell(Piece(item.text), Piece(f" {subjects}", quiet=True), *fact, *first),
            cell(item.answered_by),
                     cell(item.points), cell(str(item.rules))])  # fmt: skip
    paper.table(columns, rows, word("questions_caption"), caption=False)


def _flows(paper: Paper, view: View) -> None:
    word = view.word
    columns = [Column(word("flow"), 3), Column(word("flow_from"), 2), Column(word("flow_to"), 3), Column(word("verdict"), 1.4)]
    rows = [[cell(flow.name), cell(flow.origins), cell(flow.goals),
        cell(flow.verdict_word)] for flow in (view.flow_map.flows if view.flow_map else ())]
    paper.table(columns, rows, word("flows_caption"))


def _evidence(paper: Paper, view: View) -> None:
    word = view.word
    if not view.evidence:
        paper.line(word("no_evidence"))
        return
    columns = [Column(word("source"), 4), Column(word("standing"), 2), Column(word("says"), 6)]
    rows: list[list[Cell]] = []
    for item in view.evidence:
        says: list[Piece] = []
        for subject, question, answer, path in item.facts:
            says += [BREAK] * bool(says) + [Piece(f"{subject}{word('colon')}{question} "), Piece(answer, bold=True)]
            says += [Piece("  "), Piece(path, code=True)] if view.audience == "engineer" else []
        note = [BREAK, Piece(item.note, quiet=True)] if item.note else []
        rows.append([cell(Piece(item.source, url=item.url), BREAK, Piece(item.day, quiet=True), anchors=[item.anchor]),
            cell(item.standing_word, *note), cell(*says)])
    paper.table(columns, rows, word("evidence_caption"), caption=False)


def _cited(paper: Paper, view: View) -> None:
    word = view.word
    if not view.acts:
        paper.line(word("nothing_here"))
        return
    columns = [Column(word("instrument"), 5), Column(word("kind"), 1.6), Column(word("places_cited"), 5)]
    paper.table(columns, [[cell(Piece(act.title, url=act.url)), cell(act.kind_word), cell(act.pinpoints or "–")] for act in view.acts],
        word("acts_caption"), caption=False)


def _plan(paper: Paper, view: View) -> None:
    word = view.word
    if not view.plan:
        paper.line(word("plan_none"))
        return
    columns = [Column(word("number"), 0.7, figures=True), Column(word("action"), 6), Column(word("owner"), 1.8), Column(word("deadline"), 2),
               Column(word("alone"), 1.3, figures=True), Column(word("after_step"), 1.3, figures=True)]  # fmt: skip
    rows = [
        [
            cell(str(step.number)), cell(step.action, BREAK, Piece(step.severity_word, tint=step.severity), "  ", Piece(step.title, to=step.anchor),
                Piece(f" · {step.subjects}", quiet=True)),
            cell(step.owner_word, BREAK, Piece(step.effort_word, quiet=True)), cell(step.deadline), cell(step.alone),
            cell(Piece(step.after, bold=True)),
        ]
        for step in view.plan
    ]  # fmt: skip
    paper.table(columns, rows, word("plan_caption"), caption=False)


def _conflicts(paper: Paper, view: View) -> None:
    word = view.word
    if not view.conflicts:
        paper.line(word("conflicts_none"))
        return
    columns = [Column(word("item"), 4), Column(word("forbidden_by"), 3), Column(word("compelled_by"), 3)]
    rows = [
        [cell(Piece(item.title, to=item.anchor), Piece(f" {item.subject}", quiet=True)), cell(*cites(view, [item.forbidden])),
            cell(*cites(view, [item.compelled]))]
        for item in view.conflicts
    ]  # fmt: skip
    paper.table(columns, rows, word("sec_conflicts"), caption=False)


def _method(paper: Paper, view: View) -> None:
    word = view.word
    columns = [Column(word("finding"), 6), Column(word("severity"), 2), Column(word("counts"), 2)]
    for found in view.calculation:
        paper.heading(f"{found.end}{word('colon')}{found.score}", 2)
        for sentence in found.sentences:
            paper.line(sentence)
        if found.lines and view.audience != "board":
            rows = [[cell(*_linked(title, anchor, subject)), cell(severity), cell(counts)] for anchor, title, subject,
                severity, counts in found.lines]
            paper.table(columns, rows, word("calculation_caption"))
            if found.more:
                paper.line(word("calculation_more", count=found.more, weight=found.more_weight), style="Small")


def _limits(paper: Paper, view: View) -> None:
    word = view.word
    paper.line(Piece(word("limit_advice"), bold=True), style="List Bullet")
    for key in ("limit_profile", "limit_allegation", "limit_money", "limit_law"):
        paper.line(word(key), style="List Bullet")
    if view.missing:
        paper.line(word("untranslated_note", count=len(view.missing)), style="List Bullet")


def _provenance(paper: Paper, view: View) -> None:
    word = view.word
    for name, value in view.provenance.rows:
        paper.fact(name, Piece(value, code=len(value) > _DIGEST and value.isalnum()))
    paper.fact(word("command"), Piece(view.provenance.command, code=True))
    paper.line(word("same_bytes"), style="Small")


def _waivers(paper: Paper, view: View) -> None:
    word = view.word
    columns = [Column(word("finding"), 4), Column(word("owner"), 2), Column(word("reason"), 4), Column(word("expires"), 2)]
    rows = [[cell(*_linked(item.title, item.anchor, item.subject)), cell(item.owner), cell(item.reason), cell(item.expires)] for item in view.waivers]
    paper.table(columns, rows, word("sec_waivers"), caption=False)


def _linked(title: str, anchor: str, subject: str) -> tuple[Piece, Piece]:
    return (Piece(title, to=anchor) if anchor else Piece(title), Piece(f" {subject}", quiet=True))


def _changes(paper: Paper, view: View) -> None:
    word, since = view.word, view.since
    if since is None:
        return
    paper.line(Piece(since.scores, bold=True))
    paper.line(since.counts)
    paper.line(since.sides, style="Small")
    for note in since.notes:
        paper.line(note)
    columns = [Column(word("finding"), 4), Column(word("severity"), 1.6), Column(word("before_after"), 3), Column(word("cause"), 4)]
    for group in since.groups:
        paper.heading(f"{group.title} ({group.count})", 2)
        rows = [
            [
                cell(*_linked(item.title, item.anchor, item.subjects)), cell(Piece(item.severity_word, tint=item.severity)),
                cell(f"{item.was} \u2192 ", Piece(item.now, bold=True)), _causes(item.causes),
            ]
            for item in group.changes
        ]  # fmt: skip
        paper.table(columns, rows, group.title, caption=False)
    if not since.groups:
        paper.line(word("changes_none"))
    if since.moved:
        paper.heading(word("deadlines_moved"), 2)
        rows = [
            [cell(f"{item.before} \u2192 ", Piece(item.after, bold=True)), cell(*_linked(title, anchor, subjects))]
            for item in since.moved for anchor, title, subjects in item.rules
        ]  # fmt: skip
        paper.table([Column(word("before_after"), 4), Column(word("rule"), 6)], rows, word("deadlines_moved"), caption=False)


def _causes(causes: Sequence[str]) -> Cell:
    pieces: list[Piece | str] = []
    for number, text in enumerate(causes):
        pieces += [*([BREAK] if number else []), text]
    return cell(*pieces) if pieces else cell("–")


def _glossary(paper: Paper, view: View) -> None:
    word, glossary = view.word, view.glossary
    if glossary is None:
        return
    columns = [Column(word("term"), 3), Column(word("term_other"), 3), Column(word("source"), 4)]
    rows = [[cell(term.text), cell(term.other), cell(term.source or word("glossary_house"))] for term in (*glossary.official, *glossary.house)]
    paper.table(columns, rows, word("sec_glossary"), caption=False)


WRITERS: dict[str, Callable[[Paper, View], None]] = {
    "heat": _heat, "ranked": _ranked, "calendar": _calendar, "classification": _classification, "rule-sets": rule_sets, "questions": _questions,
    "money": money, "flows": _flows, "evidence": _evidence, "cited": _cited, "plan": _plan, "conflicts": _conflicts, "waivers": _waivers,
    "changes": _changes, "glossary": _glossary, "method": _method,
    "limits": _limits, "provenance": _provenance,
}  # fmt: skip
"""What writes a section, by its anchor."""
