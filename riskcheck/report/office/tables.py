"""Tables of a Word report: header rows that repeat, rows that stay whole, cells with ground and anchors."""

from __future__ import annotations

from docx.oxml import OxmlElement

from riskcheck.records import NamedTuple
from riskcheck.report.office.ink import Ink, Piece, node, styled
from riskcheck.report.office.styles import ACCENT, HEAT_COLOURS
from riskcheck.report.safe import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

WIDTH = 9638
"""Twips between the margins of an A4 page."""
_SMALL = 8
"""Rows of a table that is kept on one page."""
_TRACK = "E4E0D6"


class Column(NamedTuple):
    """A column of a table: its heading, its share of the width, and whether figures stand in it."""

    title: str
    share: float
    figures: bool = False


class Cell(NamedTuple):
    """A cell with its pieces; ``ground`` is a heat from 0 to 4, ``anchors`` are the places to which links lead."""

    pieces: tuple[Piece, ...]
    ground: int | None = None
    anchors: tuple[str, ...] = ()


def cell(*pieces: Piece | str, ground: int | None = None, anchors: Iterable[str] = ()) -> Cell:
    """Return a cell of pieces or plain texts."""
    return Cell(tuple(Piece(piece) if isinstance(piece, str) else piece for piece in pieces), ground, tuple(anchors))


class Tables(Ink):
    """Writes tables and bands into one Word file."""

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], title: str, *, caption: bool = True) -> None:
        """Write a table with a header row that repeats on every page; no row is cut by a page's end, no small table is parted.

        A row of one cell spans all columns and stays with the next.
        """
        if caption:
            self.line(title, style="Caption")
        widths = widths_of([column.share for column in columns])
        table = self._frame(widths, title, "Ruled")
        table.append(self._row([(Cell((Piece(column.title),)), column.figures) for column in columns], widths, head=True))
        told = list(rows)
        for place, row in enumerate(told):
            keep = len(row) == 1 or (len(told) <= _SMALL and place < len(told) - 1)
            figures = [column.figures for column in columns] if len(row) > 1 else [False]
            table.append(self._row(list(zip(row, figures, strict=True)), widths if len(row) > 1 else [sum(widths)], keep=keep,
                span=len(columns) if len(row) == 1 else 0))
        self._body.insert(len(self._body) - 1, table)
        self._space()

    def bar(self, least: float, most: float, title: str) -> None:
        """Draw an interval between 0 and 100 as a shaded band. The figures stand in the text beside it."""
        parts = [(least, _TRACK), (max(most - least, 1), ACCENT), (max(100 - most, 0), _TRACK)]
        kept = [(share, colour) for share, colour in parts if share >= 0.5]  # noqa: PLR2004 (no cell thinner than a hair)
        widths = widths_of([share for share, _ in kept])
        table = self._frame(widths, title, "TableNormal", flush=True)
        row = OxmlElement("w:tr")
        settings = OxmlElement("w:trPr")
        settings.append(node("w:trHeight", val="150", hRule="exact"))
        row.append(settings)
        for width, (_, colour) in zip(widths, kept, strict=True):
            box = OxmlElement("w:tc")
            shape = OxmlElement("w:tcPr")
            shape.append(node("w:tcW", w=str(width), type="dxa"))
            shape.append(node("w:shd", val="clear", color="auto", fill=colour))
            box.append(shape)
            box.append(self._small())
            row.append(box)
        table.append(row)
        self._body.insert(len(self._body) - 1, table)

    def _small(self) -> Any:
        paragraph = styled(self._file.styles["Table Text"].style_id)
        paragraph.pPr.append(node("w:spacing", before="0", after="0", line="20", lineRule="exact"))
        return paragraph

    def _space(self) -> None:
        paragraph = self._paragraph("Normal")
        paragraph.pPr.append(node("w:spacing", before="0", after="60", line="120", lineRule="exact"))

    def _frame(self, widths: Sequence[int], title: str, style: str, *, flush: bool = False) -> Any:
        table = OxmlElement("w:tbl")
        shape = OxmlElement("w:tblPr")
        shape.append(node("w:tblStyle", val=style))
        shape.append(node("w:tblW", w=str(sum(widths)), type="dxa"))
        shape.append(node("w:tblLayout", type="fixed"))
        if flush:
            edges = OxmlElement("w:tblCellMar")
            edges.append(node("w:left", w="0", type="dxa"))
            edges.append(node("w:right", w="0", type="dxa"))
            shape.append(edges)
        shape.append(node("w:tblLook", val="0420", firstRow="1", lastRow="0", firstColumn="0", lastColumn="0", noHBand="0", noVBand="1"))
        shape.append(node("w:tblCaption", val=clean(title, 250)))
        table.append(shape)
        grid = OxmlElement("w:tblGrid")
        for width in widths:
            grid.append(node("w:gridCol", w=str(width)))
        table.append(grid)
        return table

    def _row(self, cells: Sequence[tuple[Cell, bool]], widths: Sequence[int], *, head: bool = False, keep: bool = False, span: int = 0) -> Any:
        row = OxmlElement("w:tr")
        settings = OxmlElement("w:trPr")
        settings.append(OxmlElement("w:cantSplit"))
        if head:
            settings.append(OxmlElement("w:tblHeader"))
        row.append(settings)
        style = self._file.styles["Table Head" if head else "Table Text"].style_id
        for width, (found, figures) in zip(widths, cells, strict=True):
            box = OxmlElement("w:tc")
            shape = OxmlElement("w:tcPr")
            shape.append(node("w:tcW", w=str(width), type="dxa"))
            if span:
                shape.append(node("w:gridSpan", val=str(span)))
            if found.ground is not None:
                shape.append(node("w:shd", val="clear", color="auto", fill=HEAT_COLOURS[found.ground]))
            if head:
                shape.append(node("w:vAlign", val="bottom"))
            box.append(shape)
            paragraph = styled(style)
            if keep:
                paragraph.pPr.append(OxmlElement("w:keepNext"))
            if figures:
                paragraph.pPr.append(node("w:jc", val="right"))
            self._fill(paragraph, found.pieces, found.anchors)
            box.append(paragraph)
            row.append(box)
        return row


def widths_of(shares: Sequence[float]) -> list[int]:
    """Return widths in twips that fill the page."""
    whole = sum(shares)
    widths = [int(WIDTH * share / whole) for share in shares]
    widths[-1] += WIDTH - sum(widths)
    return widths
