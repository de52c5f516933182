"""Rule set by rule set on the paper of a Word report."""

from __future__ import annotations

from riskcheck.report.office.docx_findings import asks
from riskcheck.report.office.paper import Column, Piece, cell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from riskcheck.report.office.paper import Cell, Paper
    from riskcheck.report.parts.rulesets import PackView, Settled
    from riskcheck.report.view import View


def rule_sets(paper: Paper, view: View) -> None:
    """Write the table of rule sets, then each with what is broken, open, met, exempt and not applicable."""
    word = view.word
    columns = [
        Column(word("law_state"), 2.4), Column(word("score"), 1.5, figures=True), Column(word("coverage"), 1.3, figures=True),
        *(Column(text, 1.4, figures=True) for _, text, _ in view.packs[0].counts),
    ]  # fmt: skip
    rows = [
        [cell(Piece(pack.title, to=f"{view.prefix}pack-{pack.pack}")), cell(Piece(pack.interval, bold=True)), cell(pack.coverage),
            *(cell(str(amount)) for _, _, amount in pack.counts)]
        for pack in view.packs
    ]  # fmt: skip
    paper.table(columns, rows, word("sec_packs"), caption=False)
    for pack in view.packs:
        _pack(paper, view, pack)


def _pack(paper: Paper, view: View, pack: PackView) -> None:
    word = view.word
    paper.heading(pack.title, 2, f"{view.prefix}pack-{pack.pack}")
    paper.line(word("pack_line", interval=pack.interval, coverage=pack.coverage, version=pack.version, day=pack.verified), style="Small")
    if pack.note:
        paper.line(pack.note, style="Small")
    paper.heading(f"{word('group_adverse')} ({len(pack.adverse)})", 3)
    for anchor, title, subject, standing, timing in pack.adverse:
        paper.line(Piece(title, to=anchor), Piece(f" · {subject} · {standing} · {timing}", quiet=True), style="List Bullet")
    if not pack.adverse:
        paper.line(word("no_findings"), style="Small")
    if pack.open:
        paper.heading(f"{word('group_open')} ({pack.open_count})", 3)
        paper.table([Column(word("rule"), 8), Column(word("decided_by"), 3)], _open(view, pack), word("open_caption", pack=pack.title), caption=False)
    for key, found, reasons in (("group_met", pack.met, False), ("group_exempt", pack.exempt, True), ("group_outside", pack.outside, True)):
        if found:
            paper.heading(f"{word(key)} ({sum(item.size for item in found)})", 3)
            _settled(paper, view, found, reasons=reasons)
    if pack.law:
        paper.heading(word("law_stated"), 3)
        for title, citation, day in pack.law:
            paper.line(" · ".join(part for part in (title, citation, day) if part), style="List Bullet")


def _open(view: View, pack: PackView) -> list[list[Cell]]:
    word = view.word
    rows: list[list[Cell]] = []
    for group in pack.open:
        rows.append([cell(Piece(group.severity_word, tint=group.severity), Piece(f"  {group.subjects}", bold=True),
            Piece(f"  {len(group.rules)}", quiet=True))])
        for rule in group.rules:
            when = f" · {word('from_day')} {rule.when}" if rule.when else ""
            rows.append([cell(Piece(rule.title), Piece(f" {rule.cite}{when}", quiet=True), anchors=rule.anchors),
                cell(*asks(view, rule.questions, rule.more))])
    return rows


def _settled(paper: Paper, view: View, found: Sequence[Settled], *, reasons: bool) -> None:
    word = view.word
    columns = [Column(word("rule"), 6), Column(word("concerns"), 3), *([Column(word("reason"), 5)] if reasons else [])]
    rows = [
        [
            cell(Piece(item.title), Piece(f" {item.cite}", quiet=True), anchors=[anchor for anchor, _ in item.subjects]),
            cell(word("comma").join(name for _, name in item.subjects)),
            *([cell(Piece(item.reason or word("no_reason"), quiet=True))] if reasons else []),
        ]
        for item in found
    ]  # fmt: skip
    paper.table(columns, rows, word("sec_packs"), caption=False)
