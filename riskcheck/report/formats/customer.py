"""The customer answer sheet for the terminal, as Markdown and as one HTML page. The formats call it where a run has a customer."""

from __future__ import annotations

from riskcheck.report.formats.terminal import Page
from riskcheck.report.parts.context import Context
from riskcheck.report.parts.sheet import sheets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from riskcheck.report.parts.sheet import PointView, Sheet
    from riskcheck.report.run import Run
    from riskcheck.report.templates import Environment


_STYLES = {"not_met": "critical", "risk": "high", "unknown": "medium", "later": "medium", "not_judged": "medium", "met": "low", "nothing": "quiet"}
_QUESTIONS = 3


class SheetPage(Page):
    """One language's sheet for the terminal."""

    def __init__(self, sheet: Sheet, ctx: Context, width: int, *, colour: bool) -> None:
        super().__init__(ctx, width, colour=colour)
        self.sheet, self.word = sheet, sheet.word

    def text(self) -> str:
        """Return the whole sheet."""
        sheet, word = self.sheet, self.word
        self.put(word("customer_title", customer=sheet.customer, company=sheet.company), style="bold")
        self.put(f"{word('as_of')}{word('colon')}{sheet.cover[0][1]}", style="quiet")
        self.lines.append("")
        self.put(sheet.lead, style="bold")
        self.put(word("list_joiner").join(f"{count} {text}" for _, text, count in sheet.counts))
        for _, title, points in sheet.groups:
            self.title(title)
            for point in points:
                self.point(point)
        if sheet.to_ask:
            self.title(word("customer_to_ask"))
            for question, titles in sheet.to_ask:
                self.put(question, hang="   ")
                self.put(titles, indent="   ", style="quiet")
        self.lines.append("")
        if sheet.without_evidence:
            self.put(word("customer_without_evidence", count=sheet.without_evidence))
        self.put(word("customer_limit"), style="quiet")
        self.put(word("limit_advice"), style="quiet")
        return "\n".join(self.lines) + "\n"

    def point(self, point: PointView) -> None:
        """Put one demand with what is wrong, what mends it and what it rests on."""
        word = self.word
        self.put(f"{point.number}. [{point.status_word}] {point.title}", hang="   ", style=_STYLES[point.status])
        if point.asked:
            self.pair("customer_asks", point.asked)
        if point.status not in ("met", "not_met"):
            self.put(point.answer, indent="   ")
        for line in point.rules:
            if line.messages or line.verdict == "unknown":
                law = word("list_joiner").join(text for text, _ in line.cites)
                parts = [f"{line.verdict_word}{word('colon')}{line.title} ({law})", line.subjects, *([line.deadline] if line.deadline else [])]
                self.put(" · ".join(parts), indent="   ", hang="  ")
                for message in line.messages:
                    self.put(message, indent="     ")
        for fix in point.fixes:
            self.pair("customer_fix", f"{fix.text} ({fix.owner})")
        for subject, question, _ in point.questions[:_QUESTIONS]:
            self.pair("customer_open", f"{question} ({subject})")
        for fact in point.relied:
            shown = word("list_joiner").join(text for text, _ in fact.sources) or word("customer_no_evidence")
            self.put(f"{fact.question} {fact.answer} · {shown}", indent="   ", hang="  ", style="quiet")


def terminal(run: Run, *, colour: bool, width: int) -> str:
    """Return the sheet as lines of at most ``width`` columns, in each language of the run. Raises UnknownCustomerError."""
    return "\n".join(SheetPage(sheet, Context(run, sheet.language), width, colour=colour).text() for sheet in sheets(run))


def markdown(run: Run, env: Environment) -> str:
    """Return the sheet as Markdown. Raises InvalidInput where a user's template is broken."""
    from riskcheck.report.templates import rendered

    return rendered(env, "customer.md.j2", {"sheets": sheets(run)})


def html(run: Run, templates: Path | None = None) -> str:
    """Return the sheet as one HTML page without script or outside request."""
    from riskcheck.report.safe import Marked
    from riskcheck.report.templates import environment, rendered, source

    env = environment(templates)
    style = source(env, "report.css") + source(env, "customer.css")
    return rendered(env, "customer.html.j2", {"views": sheets(run), "version": run.version, "css": Marked(style)})
