"""Money at stake on the paper of a Word report."""

from __future__ import annotations

from riskcheck.report.office.paper import BREAK, Column, Piece, cell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from riskcheck.report.office.paper import Cell, Paper
    from riskcheck.report.parts.simulation import SimulationView
    from riskcheck.report.view import View

_BEHIND = 4


def money(paper: Paper, view: View) -> None:
    """Write the amounts by kind, the simulation, and the rates used."""
    word = view.word
    for name, amount in view.money.figures:
        paper.fact(name, amount)
    columns = [Column(word("item"), 4.6), Column(word("amount"), 2.5), Column(word("formula"), 2.9), Column(word("set_against"), 2)]
    for _, title, note, rows in view.money.kinds:
        paper.heading(title, 2)
        paper.line(note, style="Note")
        told: list[list[Cell]] = []
        for row in rows:
            tagged = row.standing_word + (f" · {word(f'timing_{row.timing}')}" if row.timing != "in_force" else "")
            behind = [BREAK, Piece(f"{word('behind')}{word('colon')}", quiet=True)] if row.findings else []
            for place, (anchor, text) in enumerate(row.findings[:_BEHIND]):
                behind += [Piece(word("list_joiner"))] * bool(place) + [Piece(text, to=anchor)]
            if len(row.findings) > _BEHIND:
                behind.append(Piece(f" {word('and_more', count=len(row.findings) - _BEHIND)}", quiet=True))
            formula = word("list_joiner").join(f"{name}{word('colon')}{value}" for name, value in row.formula)
            missing = [BREAK, Piece(f"{word('missing_for_amount')}{word('colon')}{word('list_joiner').join(row.missing)}",
                quiet=True)] if row.missing else []
            told.append([
                cell(Piece(row.title, bold=True), Piece(f" {row.subject}", quiet=True), BREAK, Piece(tagged, quiet=True), *behind),
                cell(Piece(row.amount, bold=True)),
                cell(formula, *missing), cell("\n".join(row.compared) or "–"),
            ])  # fmt: skip
        paper.table(columns, told, title, caption=False)
    if not view.money.kinds:
        paper.line(word("money_none"))
    if view.simulation:
        _simulation(paper, view, view.simulation)
    if view.money.rates:
        rates = word("list_joiner").join(f"{pair} {rate} ({source})" for pair, rate, source in view.money.rates)
        paper.line(f"{word('rates')}{word('colon')}{rates}", style="Small")
    if view.money.unrated:
        paper.line(view.money.unrated, style="Small")


def _simulation(paper: Paper, view: View, found: SimulationView) -> None:
    word = view.word
    paper.heading(word("sec_simulation"), 2)
    paper.line(found.note, style="Note")
    for name, amount in found.percentiles:
        paper.fact(name, Piece(amount, bold=True))
    if found.compared:
        paper.line(word("list_joiner").join(found.compared))
    if found.scenarios:
        columns = [Column(word("item"), 3), *(Column(name, 2) for name, _, _ in found.scenarios[0].figures)]
        rows = [
            [
                cell(Piece(item.subject, bold=True), Piece(f" {item.title}", quiet=True), BREAK, Piece(item.standing_word, quiet=True)),
                *(cell(Piece(amount, bold=True), BREAK, Piece(basis, quiet=True)) for _, amount, basis in item.figures),
            ]
            for item in found.scenarios
        ]
        paper.table(columns, rows, word("scenarios"))
    if found.points:
        points = [[cell(loss), cell(share)] for loss, share in found.points]
        paper.table([Column(word("loss"), 2), Column(word("exceeded_in"), 2)], points, word("curve_caption"))
    if found.missing:
        missing = word("list_joiner").join(f"{subject} ({question})" for subject, question in found.missing)
        paper.line(f"{word('not_simulated')}{word('colon')}{missing}", style="Small")
