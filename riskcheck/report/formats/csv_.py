"""The open questions as a request list: one row for each answer that is wanted, ready to be sent to those who know."""

from __future__ import annotations

import csv
import io

from riskcheck.report.parts.context import Context
from riskcheck.report.parts.questions import questions_view
from riskcheck.report.safe import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from riskcheck.report.run import Run

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def render(run: Run) -> str:
    """Return the questions as CSV (RFC 4180). A byte-order mark leads where Excel needs one to read the text."""
    ctx = Context(run, run.languages[0])
    word = ctx.word
    others = [Context(run, language) for language in run.languages[1:]]
    questions, _ = questions_view(ctx)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([
        word("number"), word("csv_question"), *(other.word("csv_question") for other in others), word("subject"), word("answered_by"), word("points"),
        word("rules_waiting"), word("csv_answer"), word("csv_source"), word("csv_fact"),
    ])  # fmt: skip
    for question in questions:
        for path in dict.fromkeys(question.paths):
            place = f"{path}/{question.fact.partition('.')[2]}"
            row = [
                str(question.number), str(question.text), *(str(other.question(question.fact)) for other in others), ctx.name(path),
                question.answered_by, question.points, str(question.rules), "", "", place,
            ]  # fmt: skip
            writer.writerow([neutral(cell) for cell in row])
    text = out.getvalue()
    return text if text.isascii() else "\ufeff" + text


def neutral(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    cell = clean(cell).replace("\n", " ").replace("\r", " ").replace("\t", " ")
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA) else cell
