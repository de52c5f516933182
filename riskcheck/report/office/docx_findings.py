"""Findings in full on the paper of a Word report."""

from __future__ import annotations

from riskcheck.report.office.paper import Piece

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from riskcheck.report.office.paper import Paper
    from riskcheck.report.parts.findings import FindingView
    from riskcheck.report.parts.questions import Numbered
    from riskcheck.report.view import View


def findings(paper: Paper, view: View, found: Sequence[FindingView]) -> None:
    """Write findings, each under a numbered heading."""
    for item in found:
        paper.heading(f"{item.title} · {item.subject}", 2, item.anchor, numbered=True)
        details(paper, view, item)
    if not found:
        paper.line(view.word("no_findings"))


def tags(view: View, item: FindingView) -> list[Piece]:
    """Return severity, verdict and basis in one line, and whether it binds today."""
    told = [item.verdict_word, item.standing_word]
    if item.timing != "in_force":
        told.append(view.word(f"timing_{item.timing}"))
    if item.waiver:
        told.append(view.word("waived"))
    return [Piece(f"\u00a0{item.severity_word}\u00a0", tint=item.severity), Piece("  " + " · ".join(told), quiet=True)]


def cites(view: View, found: Sequence[tuple[str, str]]) -> list[Piece]:
    """Return citations with their official addresses as links."""
    pieces: list[Piece] = []
    for text, url in found:
        pieces += [Piece(view.word("list_joiner"))] * bool(pieces) + [Piece(text, url=url)]
    return pieces


def asks(view: View, found: Sequence[Numbered], more: int = 0) -> list[Piece]:
    """Return the numbers of questions, each leading to its row."""
    pieces: list[Piece] = []
    for item in found:
        pieces += [Piece(view.word("comma"))] * bool(pieces) + [Piece(item.short, to=item.anchor)]
    return pieces + ([Piece(f" {view.word('and_more', count=more)}", quiet=True)] if more else [])


def details(paper: Paper, view: View, item: FindingView) -> None:
    """Write everything under the heading of a finding."""
    word = view.word
    paper.line(*tags(view, item), style="Tags")
    paper.line(*([Piece(item.lead, bold=True), Piece(word("gap"))] if item.lead else []), item.message)
    for text in [*item.basis, item.contested, item.waiver]:
        if text:
            paper.line(text, style="Basis")
    doubt = [Piece(" "), Piece(item.doubt, bold=True)] if item.doubt else []
    paper.fact(word("law"), *cites(view, item.cites), Piece(f" ({item.status_word}{word('joiner')}{item.confidence_word})", quiet=True), *doubt)
    paper.fact(word("what_law_asks"), item.summary)
    paper.fact(word("deadline"), item.deadline)
    paper.fact(word("consequence"), word("list_joiner").join([*item.money, *item.consequences]) or "–")
    if item.why_grave:
        paper.fact(word("why_grave"), item.why_grave)
    paper.fact(word("next_step"), Piece(item.remedy, bold=True), Piece(f" {item.owner_word} · {item.effort_word}", quiet=True))
    paper.fact(word("after_remedy"), item.after)
    if item.note:
        paper.fact(word("remark"), item.note)
    if item.questions:
        paper.fact(word("still_open"), *asks(view, item.questions))
    if item.reasons:
        paper.heading(word("because"), 3)
        for reason in item.reasons:
            truth = Piece(word(f"truth_{reason.truth}"), bold=reason.truth == "yes", quiet=reason.truth != "yes")
            basis = [Piece(f" ({reason.basis})", quiet=True)] if reason.basis else []
            path = [Piece("  "), Piece(reason.path, code=True)] if reason.path else []
            paper.line(truth, f" · {reason.text}", *basis, *path, style="Reason", level=min(reason.level, 3))
    if item.precedents:
        paper.heading(word("precedents"), 3)
        for case in item.precedents:
            rest = " · ".join(part for part in (case.court, case.status, case.amount) if part)
            paper.line(Piece(case.title, bold=not case.url, url=case.url), f" · {rest}" if rest else "", style="List Bullet")
    paper.line(Piece(item.identity, code=True), f" · {item.verified}", style="Identity")
