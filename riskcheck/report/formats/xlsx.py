"""The report as an Excel workbook: findings, questions, evidence, plan and money as typed tables, for those who work in lists."""

from __future__ import annotations

from riskcheck.report.office.workbook import Book
from riskcheck.report.office.xlsx_sheets import SHEETS
from riskcheck.report.part_words import part_words
from riskcheck.report.parts.context import Context
from riskcheck.report.view import view

TYPE_CHECKING = False
if TYPE_CHECKING:
    from riskcheck.report.run import Run


def render(run: Run) -> bytes:
    """Return the workbook; a second language has its own sheets after those of the first."""
    book = Book()
    for language in run.languages:
        word = part_words("office", language)
        told, ctx = view(run, language), Context(run, language)
        for name, sheet in SHEETS.items():
            columns, rows = sheet(told, ctx, word)
            book.sheet(word(f"sheet_{name}"), f"{name}_{language}", columns, rows, empty=word("nothing_here"))
    first = run.languages[0]
    title = part_words("office", first)("report_of", company=Context(run, first).name("company"))
    return book.file(title, run.assessment.as_of)
