"""The paper on which a Word report is set: headings, paragraphs, tables, links and fields, as plain WordprocessingML."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm

from riskcheck.report.office.addresses import address
from riskcheck.report.office.packed import packed
from riskcheck.report.office.styles import HEAT_COLOURS, SEVERITY_COLOURS, dress
from riskcheck.report.safe import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

WIDTH = 9638
"""Twips between the margins of an A4 page."""
_MARGIN = Cm(2)
_SMALL = 8
"""Rows of a table that is kept on one page."""
_HAN = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")


class Piece(NamedTuple):
    """A stretch of text. ``url`` leads out, ``to`` names an anchor of this file; ``tint`` is a severity; ``quiet`` is grey."""

    text: str
    bold: bool = False
    quiet: bool = False
    code: bool = False
    small: bool = False
    tint: str = ""
    url: str = ""
    to: str = ""


BREAK, TAB = Piece("\n"), Piece("\t")


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


class Paper:
    """A Word file being written, from top to bottom."""

    def __init__(self, language: str) -> None:
        self._file = Document()
        dress(self._file, language)
        self._body = self._file.element.body
        self._body.remove_all("w:p")
        self._marks: dict[str, str] = {}
        self._placed: set[str] = set()
        self._links: dict[str, str] = {}
        self._list = ""
        self._section = self._file.sections[0]
        self._size()

    # --- pages

    def part(self, head: Sequence[str], foot: str, *, first: bool) -> None:
        """Begin a part (one language) with its running header and footer; numbering of findings begins anew."""
        if not first:
            from docx.enum.section import WD_SECTION

            self._section = self._file.add_section(WD_SECTION.NEW_PAGE)
            self._size()
            self._section.header.is_linked_to_previous = self._section.footer.is_linked_to_previous = False
        self._list = self._numbering()
        for place, left, right in ((self._section.header, head[0], head[1]), (self._section.footer, foot, "")):
            paragraph = place.paragraphs[0]
            paragraph.style = self._file.styles["Small"]
            tabs = paragraph.paragraph_format.tab_stops
            from docx.enum.text import WD_TAB_ALIGNMENT
            from docx.shared import Twips

            tabs.add_tab_stop(Twips(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
            self._run(paragraph._p, Piece(left))  # noqa: SLF001 (python-docx has no other way to the element)
            self._run(paragraph._p, TAB)  # noqa: SLF001
            if right:
                self._run(paragraph._p, Piece(right))  # noqa: SLF001
            else:
                self._field(paragraph._p, "PAGE", "1")  # noqa: SLF001
                self._run(paragraph._p, Piece(" / "))  # noqa: SLF001
                self._field(paragraph._p, "NUMPAGES", "1")  # noqa: SLF001

    def _size(self) -> None:
        section = self._section
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = _MARGIN
        section.top_margin, section.bottom_margin = Cm(2.2), Cm(2)
        section.header_distance = section.footer_distance = Cm(1)

    def _columns(self, count: int) -> None:
        """Go on in one or two columns on the same page."""
        from docx.enum.section import WD_SECTION

        self._section = self._file.add_section(WD_SECTION.CONTINUOUS)
        columns = self._section._sectPr.find(qn("w:cols"))  # noqa: SLF001
        columns.set(qn("w:num"), str(count))

    def _numbering(self) -> str:
        """Return the id of a fresh numbering ``1.`` for findings."""
        root = self._file.part.numbering_part.element
        taken = [int(node.get(qn("w:abstractNumId"))) for node in root.findall(qn("w:abstractNum"))]
        abstract = _node("w:abstractNum", abstractNumId=str(max(taken, default=0) + 1))
        abstract.append(_node("w:multiLevelType", val="singleLevel"))
        level = _node("w:lvl", ilvl="0")
        for tag, value in (("w:start", "1"), ("w:numFmt", "decimal"), ("w:suff", "space"), ("w:lvlText", "%1."), ("w:lvlJc", "left")):
            level.append(_node(tag, val=value))
        abstract.append(level)
        first = root.find(qn("w:num"))
        root.insert(list(root).index(first) if first is not None else len(root), abstract)
        number = root.add_num(max(taken, default=0) + 1)
        return str(number.numId)

    # --- text

    def heading(self, text: str, level: int, anchor: str = "", *, numbered: bool = False) -> None:
        """Write a heading of level 1 to 3, or 0 for the title. A numbered one takes the next number of findings."""
        paragraph = self._paragraph("Title" if level == 0 else f"Heading {level}")
        if numbered:
            number = _node("w:numPr")
            number.append(_node("w:ilvl", val="0"))
            number.append(_node("w:numId", val=self._list))
            paragraph.pPr.append(number)
        self._fill(paragraph, [Piece(text)], [anchor] if anchor else [])

    def line(self, *pieces: Piece | str, style: str = "Normal", level: int = 0) -> None:
        """Write a paragraph in a named style; ``level`` pushes it in."""
        paragraph = self._paragraph(style)
        if level:
            paragraph.pPr.append(_node("w:ind", left=str(240 + 300 * level), hanging="240"))
        self._fill(paragraph, [Piece(piece) if isinstance(piece, str) else piece for piece in pieces])

    def fact(self, label: str, *pieces: Piece | str) -> None:
        """Write a label and what belongs to it, side by side."""
        self.line(Piece(label, quiet=True), TAB, *pieces, style="Fact")

    def contents(self, entries: Iterable[tuple[str, str]]) -> None:
        """Write a table of contents as a field that Word can renew; until then it holds links to the sections."""
        rows = list(entries)
        self._columns(2)
        for place, (text, anchor) in enumerate(rows):
            paragraph = self._paragraph("Contents")
            if place == 0:
                self._mark_field(paragraph, "begin")
                run = OxmlElement("w:r")
                code = OxmlElement("w:instrText")
                code.set(qn("xml:space"), "preserve")
                code.text = ' TOC \\o "1-1" \\h \\z \\u '
                run.append(code)
                paragraph.append(run)
                self._mark_field(paragraph, "separate")
            self._fill(paragraph, [Piece(text, to=anchor)])
            if place == len(rows) - 1:
                self._mark_field(paragraph, "end")
        self._columns(1)

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], title: str, *, caption: bool = True) -> None:
        """Write a table with a header row that repeats on every page; no row is cut by a page's end, no small table is parted.

        A row of one cell spans all columns and stays with the next.
        """
        if caption:
            self.line(title, style="Caption")
        widths = _widths([column.share for column in columns])
        table = self._frame(widths, title, "Ruled")
        table.append(self._row([(Cell((Piece(column.title),)), column.figures) for column in columns], widths, head=True))
        told = list(rows)
        for place, row in enumerate(told):
            keep = len(row) == 1 or (len(told) <= _SMALL and place < len(told) - 1)
            figures = [column.figures for column in columns] if len(row) > 1 else [False]
            table.append(self._row(list(zip(row, figures, strict=True)), widths if len(row) > 1 else [sum(widths)], keep=keep, span=len(columns) if len(row) == 1 else 0))
        self._body.insert(len(self._body) - 1, table)
        self._space()

    def bar(self, least: float, most: float, title: str) -> None:
        """Draw an interval between 0 and 100 as a shaded band. The figures stand in the text beside it."""
        parts = [(least, "E4E0D6"), (max(most - least, 1), "0B5A62"), (max(100 - most, 0), "E4E0D6")]
        kept = [(share, colour) for share, colour in parts if share >= 0.5]  # noqa: PLR2004 (no cell thinner than a hair)
        widths = _widths([share for share, _ in kept])
        table = self._frame(widths, title, "TableNormal", flush=True)
        row = OxmlElement("w:tr")
        settings = OxmlElement("w:trPr")
        settings.append(_node("w:trHeight", val="150", hRule="exact"))
        row.append(settings)
        for width, (_, colour) in zip(widths, kept, strict=True):
            box = OxmlElement("w:tc")
            shape = OxmlElement("w:tcPr")
            shape.append(_node("w:tcW", w=str(width), type="dxa"))
            shape.append(_node("w:shd", val="clear", color="auto", fill=colour))
            box.append(shape)
            box.append(self._small())
            row.append(box)
        table.append(row)
        self._body.insert(len(self._body) - 1, table)

    # --- the file

    def file(self, title: str, day: date) -> bytes:
        """Return the file. Links to places that were never written become plain text."""
        for link in list(self._body.iter(qn("w:hyperlink"))):
            anchor = link.get(qn("w:anchor"))
            if anchor and anchor not in self._placed:
                parent = link.getparent()
                for run in list(link):
                    link.addprevious(run)
                parent.remove(link)
        found = self._file.core_properties
        found.title, found.author, found.last_modified_by, found.comments, found.keywords = clean(title, 250), "riskcheck", "riskcheck", "", ""
        found.revision = 1
        package = self._file.part.package
        for key, relation in list(package.rels.items()):
            if relation.reltype.endswith("/thumbnail"):
                del package.rels[key]
        out = io.BytesIO()
        self._file.save(out)
        return packed(out.getvalue(), day)

    # --- elements

    def _paragraph(self, style: str) -> Any:
        paragraph = _styled(self._file.styles[style].style_id)
        self._body.insert(len(self._body) - 1, paragraph)
        return paragraph

    def _small(self) -> Any:
        paragraph = _styled(self._file.styles["Table Text"].style_id)
        paragraph.pPr.append(_node("w:spacing", before="0", after="0", line="20", lineRule="exact"))
        return paragraph

    def _space(self) -> None:
        paragraph = self._paragraph("Normal")
        paragraph.pPr.append(_node("w:spacing", before="0", after="60", line="120", lineRule="exact"))

    def _fill(self, paragraph: Any, pieces: Sequence[Piece], anchors: Sequence[str] = ()) -> None:
        for anchor in anchors:
            name = self._mark(anchor)
            if name in self._placed:
                continue
            self._placed.add(name)
            paragraph.append(_node("w:bookmarkStart", id=str(len(self._placed)), name=name))
            paragraph.append(_node("w:bookmarkEnd", id=str(len(self._placed))))
        for piece in pieces:
            url = address(piece.url)
            if url or piece.to:
                link = OxmlElement("w:hyperlink")
                if url:
                    if url not in self._links:
                        self._links[url] = self._file.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
                    link.set(qn("r:id"), self._links[url])
                else:
                    link.set(qn("w:anchor"), self._mark(piece.to))
                link.set(qn("w:history"), "1")
                paragraph.append(link)
                self._run(link, piece, link=bool(url))
            else:
                self._run(paragraph, piece)

    def _mark(self, anchor: str) -> str:
        """Return a bookmark's name: Word takes forty characters at most."""
        return self._marks.setdefault(anchor, f"place{len(self._marks) + 1}")

    def _run(self, parent: Any, piece: Piece, *, link: bool = False) -> None:
        run = OxmlElement("w:r")
        look = _look(piece, link=link)
        if len(look):
            run.append(look)
        for place, part in enumerate(re.split(r"(\n|\t)", clean(piece.text, 6000))):
            if place % 2:
                run.append(OxmlElement("w:br" if part == "\n" else "w:tab"))
            elif part:
                text = OxmlElement("w:t")
                text.text = part.replace("\r", " ")
                text.set(qn("xml:space"), "preserve")
                run.append(text)
        parent.append(run)

    def _field(self, paragraph: Any, code: str, shown: str) -> None:
        field = _node("w:fldSimple", instr=f" {code} ")
        self._run(field, Piece(shown))
        paragraph.append(field)

    def _mark_field(self, paragraph: Any, kind: str) -> None:
        run = OxmlElement("w:r")
        run.append(_node("w:fldChar", fldCharType=kind))
        paragraph.append(run)

    def _frame(self, widths: Sequence[int], title: str, style: str, *, flush: bool = False) -> Any:
        table = OxmlElement("w:tbl")
        shape = OxmlElement("w:tblPr")
        shape.append(_node("w:tblStyle", val=style))
        shape.append(_node("w:tblW", w=str(sum(widths)), type="dxa"))
        shape.append(_node("w:tblLayout", type="fixed"))
        if flush:
            edges = OxmlElement("w:tblCellMar")
            edges.append(_node("w:left", w="0", type="dxa"))
            edges.append(_node("w:right", w="0", type="dxa"))
            shape.append(edges)
        shape.append(_node("w:tblLook", val="0420", firstRow="1", lastRow="0", firstColumn="0", lastColumn="0", noHBand="0", noVBand="1"))
        shape.append(_node("w:tblCaption", val=clean(title, 250)))
        table.append(shape)
        grid = OxmlElement("w:tblGrid")
        for width in widths:
            grid.append(_node("w:gridCol", w=str(width)))
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
            shape.append(_node("w:tcW", w=str(width), type="dxa"))
            if span:
                shape.append(_node("w:gridSpan", val=str(span)))
            if found.ground is not None:
                shape.append(_node("w:shd", val="clear", color="auto", fill=HEAT_COLOURS[found.ground]))
            if head:
                shape.append(_node("w:vAlign", val="bottom"))
            box.append(shape)
            paragraph = _styled(style)
            if keep:
                paragraph.pPr.append(OxmlElement("w:keepNext"))
            if figures:
                paragraph.pPr.append(_node("w:jc", val="right"))
            self._fill(paragraph, found.pieces, found.anchors)
            box.append(paragraph)
            row.append(box)
        return row


def _styled(style: str) -> Any:
    paragraph = OxmlElement("w:p")
    settings = OxmlElement("w:pPr")
    settings.append(_node("w:pStyle", val=style))
    paragraph.append(settings)
    return paragraph


def _look(piece: Piece, *, link: bool) -> Any:
    look = OxmlElement("w:rPr")
    if piece.code or link:
        look.append(_node("w:rStyle", val="Code" if piece.code else "Hyperlink"))
    if _HAN.search(piece.text):
        look.append(_node("w:rFonts", hint="eastAsia"))  # else Word sets Chinese quotation marks and dashes in the Latin font
    if piece.bold or piece.tint:
        look.append(_node("w:b"))
    if piece.quiet or piece.tint:
        look.append(_node("w:color", val=SEVERITY_COLOURS[piece.tint][0] if piece.tint else "565C65"))
    if piece.small:
        look.append(_node("w:sz", val="24"))
    if piece.tint:
        look.append(_node("w:shd", val="clear", color="auto", fill=SEVERITY_COLOURS[piece.tint][1]))
    return look


def _widths(shares: Sequence[float]) -> list[int]:
    """Return widths in twips that fill the page."""
    whole = sum(shares)
    widths = [int(WIDTH * share / whole) for share in shares]
    widths[-1] += WIDTH - sum(widths)
    return widths


def _node(tag: str, **values: str) -> Any:
    node = OxmlElement(tag)
    for name, value in values.items():
        node.set(qn(f"w:{name}"), value)
    return node
