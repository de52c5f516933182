"""The paper on which a Word report is set: pages with header and footer, headings, paragraphs, contents, and the file."""

from __future__ import annotations

import io

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Twips

from riskcheck.report.office.ink import BREAK, TAB, Piece, node
from riskcheck.report.office.packed import packed
from riskcheck.report.office.styles import dress
from riskcheck.report.office.tables import WIDTH, Cell, Column, Tables, cell
from riskcheck.report.safe import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

_MARGIN = Cm(2)

__all__ = ["BREAK", "TAB", "Cell", "Column", "Paper", "Piece", "cell"]


class Paper(Tables):
    """A Word file being written, from top to bottom."""

    def __init__(self, language: str) -> None:
        super().__init__(Document())
        dress(self._file, language)
        self._body.remove_all("w:p")
        self._list = ""
        self._section = self._file.sections[0]
        self._size()

    # --- pages

    def part(self, head: Sequence[str], foot: str, *, first: bool) -> None:
        """Begin a part (one language) with its running header and footer; numbering of findings begins anew."""
        if not first:
            self._section = self._file.add_section(WD_SECTION.NEW_PAGE)
            self._size()
            self._section.header.is_linked_to_previous = self._section.footer.is_linked_to_previous = False
        self._list = self._numbering()
        for place, left, right in ((self._section.header, head[0], head[1]), (self._section.footer, foot, "")):
            paragraph = place.paragraphs[0]
            paragraph.style = self._file.styles["Small"]
            tabs = paragraph.paragraph_format.tab_stops
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
        self._section = self._file.add_section(WD_SECTION.CONTINUOUS)
        columns = self._section._sectPr.find(qn("w:cols"))  # noqa: SLF001
        columns.set(qn("w:num"), str(count))

    def _numbering(self) -> str:
        """Return the id of a fresh numbering ``1.`` for findings."""
        root = self._file.part.numbering_part.element
        taken = [int(node.get(qn("w:abstractNumId"))) for node in root.findall(qn("w:abstractNum"))]
        abstract = node("w:abstractNum", abstractNumId=str(max(taken, default=0) + 1))
        abstract.append(node("w:multiLevelType", val="singleLevel"))
        level = node("w:lvl", ilvl="0")
        for tag, value in (("w:start", "1"), ("w:numFmt", "decimal"), ("w:suff", "space"), ("w:lvlText", "%1."), ("w:lvlJc", "left")):
            level.append(node(tag, val=value))
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
            number = node("w:numPr")
            number.append(node("w:ilvl", val="0"))
            number.append(node("w:numId", val=self._list))
            paragraph.pPr.append(number)
        self._fill(paragraph, [Piece(text)], [anchor] if anchor else [])

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
