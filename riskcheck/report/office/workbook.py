"""Sheets with one typed table each: filters, a frozen header, text that is never taken for a formula."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table, TableStyleInfo

from riskcheck.records import NamedTuple
from riskcheck.report.office.addresses import address
from riskcheck.report.office.packed import packed
from riskcheck.report.office.styles import ACCENT, SEVERITY_COLOURS
from riskcheck.report.safe import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from openpyxl.cell.cell import Cell

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_WIDE, _FONT = 0x2E80, "Calibri"
_LONGEST = 32_000
"""Characters of a cell; Excel holds 32,767."""
_TOP = Alignment(vertical="top", wrap_text=True)
_LEFT = Alignment(vertical="top", horizontal="left", wrap_text=True)
_LINE, _MOST_LINES = 15, 16
"""Points of a line, and lines of the tallest row; Excel does not fit rows by itself, and nobody scrolls through a page-high one."""


class Column(NamedTuple):
    """A column: its heading, its width in characters, and the form of its numbers or dates where it holds such."""

    title: str
    width: float
    form: str = ""


class Tinted(str):
    """The word of a severity; ``severity`` names its colour."""

    __slots__ = ("severity",)
    severity: str

    def __new__(cls, text: str, severity: str) -> Tinted:  # noqa: PYI034 (mypy wants the class itself here)
        """Return the word with its severity."""
        found = super().__new__(cls, text)
        found.severity = severity
        return found


class Link(str):
    """The address of a web page, to be followed from its cell."""

    __slots__ = ()


class Book:
    """A workbook being filled, sheet by sheet."""

    def __init__(self) -> None:
        self._file = Workbook()
        self._file.remove(self._file.active)

    def sheet(self, title: str, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]], *, empty: str) -> None:
        """Add a sheet with one table. Where there are no rows, ``empty`` says so instead."""
        sheet = self._file.create_sheet(title)
        for number, column in enumerate(columns, 1):
            head = sheet.cell(1, number, column.title)
            head.font, head.alignment = Font(name=_FONT, bold=True, color="FFFFFF"), Alignment(vertical="center", wrap_text=True)
            head.fill = PatternFill("solid", fgColor=ACCENT)
            sheet.column_dimensions[get_column_letter(number)].width = column.width
        for line, row in enumerate(rows, 2):
            for number, (value, column) in enumerate(zip(row, columns, strict=True), 1):
                _write(sheet.cell(line, number), value, column.form)
            lines = max(_lines(value, column.width) for value, column in zip(row, columns, strict=True))
            sheet.row_dimensions[line].height = _LINE * min(lines, _MOST_LINES) + 3
        if rows:
            table = Table(displayName=name, ref=f"A1:{get_column_letter(len(columns))}{len(rows) + 1}")
            table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
            sheet.add_table(table)
        else:
            _write(sheet.cell(2, 1), empty, "")
        sheet.row_dimensions[1].height = 32
        sheet.freeze_panes = "A2"
        sheet.sheet_view.zoomScale = 90
        sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = "landscape", 9, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_title_rows = "1:1"

    def file(self, title: str, day: date) -> bytes:
        """Return the workbook."""
        told = self._file.properties
        told.title, told.creator, told.lastModifiedBy = clean(title, 250), "riskcheck", "riskcheck"
        out = io.BytesIO()
        self._file.save(out)
        return packed(out.getvalue(), day)


def _lines(value: Any, width: float) -> int:
    """Return the lines that a value takes in a column; a Chinese character is as wide as two others."""
    if not isinstance(value, str) or isinstance(value, Link):
        return 1
    return sum(1 + int(sum(2 if ord(char) >= _WIDE else 1 for char in part) / (width * 0.95)) for part in value[:_LONGEST].split("\n"))


def _write(cell: Cell, value: Any, form: str) -> None:
    cell.alignment = _TOP
    if value is None:
        return
    if isinstance(value, (int, float, Decimal, date)):
        cell.value = value
        cell.alignment = _TOP if form else _LEFT
        cell.number_format = form or ("yyyy-mm-dd" if isinstance(value, date) else "General")
        return
    text = clean(str(value), _LONGEST)
    cell.value = text
    cell.data_type = "s"  # openpyxl would take "=1+1" for a formula and "#N/A" for an error
    if text.lstrip().startswith(_FORMULA) or text.startswith(_FORMULA):
        cell.quotePrefix = True  # Excel shows it as typed with a leading apostrophe, even after it is edited
    if isinstance(value, Tinted):
        ink, ground = SEVERITY_COLOURS[value.severity]
        cell.font, cell.fill = Font(name=_FONT, bold=True, color=ink), PatternFill("solid", fgColor=ground)
    if isinstance(value, Link) and address(value):
        cell.hyperlink = address(value)
        cell.font = Font(name=_FONT, color=ACCENT, underline="single")
