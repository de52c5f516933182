"""Ink on paper: paragraphs, runs, links and bookmarks as WordprocessingML, for what writes a Word report."""

from __future__ import annotations

import re

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from riskcheck.records import NamedTuple
from riskcheck.report.office.addresses import address
from riskcheck.report.office.styles import SEVERITY_COLOURS
from riskcheck.report.safe import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from docx.document import Document

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


class Ink:
    """Writes into one Word file. ``marks`` are the names of bookmarks by anchor, ``placed`` those that exist."""

    def __init__(self, file: Document) -> None:
        self._file = file
        self._body = file.element.body
        self._marks: dict[str, str] = {}
        self._placed: set[str] = set()
        self._links: dict[str, str] = {}

    def line(self, *pieces: Piece | str, style: str = "Normal", level: int = 0) -> None:
        """Write a paragraph in a named style; ``level`` pushes it in."""
        paragraph = self._paragraph(style)
        if level:
            paragraph.pPr.append(node("w:ind", left=str(240 + 300 * level), hanging="240"))
        self._fill(paragraph, [Piece(piece) if isinstance(piece, str) else piece for piece in pieces])

    def _paragraph(self, style: str) -> Any:
        paragraph = styled(self._file.styles[style].style_id)
        self._body.insert(len(self._body) - 1, paragraph)
        return paragraph

    def _fill(self, paragraph: Any, pieces: Sequence[Piece], anchors: Sequence[str] = ()) -> None:
        for anchor in anchors:
            name = self._mark(anchor)
            if name in self._placed:
                continue
            self._placed.add(name)
            paragraph.append(node("w:bookmarkStart", id=str(len(self._placed)), name=name))
            paragraph.append(node("w:bookmarkEnd", id=str(len(self._placed))))
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
        field = node("w:fldSimple", instr=f" {code} ")
        self._run(field, Piece(shown))
        paragraph.append(field)

    def _mark_field(self, paragraph: Any, kind: str) -> None:
        run = OxmlElement("w:r")
        run.append(node("w:fldChar", fldCharType=kind))
        paragraph.append(run)


def styled(style: str) -> Any:
    """Return an empty paragraph in a style."""
    paragraph = OxmlElement("w:p")
    settings = OxmlElement("w:pPr")
    settings.append(node("w:pStyle", val=style))
    paragraph.append(settings)
    return paragraph


def _look(piece: Piece, *, link: bool) -> Any:
    look = OxmlElement("w:rPr")
    if piece.code or link:
        look.append(node("w:rStyle", val="Code" if piece.code else "Hyperlink"))
    if _HAN.search(piece.text):
        look.append(node("w:rFonts", hint="eastAsia"))  # else Word sets Chinese quotation marks and dashes in the Latin font
    if piece.bold or piece.tint:
        look.append(node("w:b"))
    if piece.quiet or piece.tint:
        look.append(node("w:color", val=SEVERITY_COLOURS[piece.tint][0] if piece.tint else "565C65"))
    if piece.small:
        look.append(node("w:sz", val="24"))
    if piece.tint:
        look.append(node("w:shd", val="clear", color="auto", fill=SEVERITY_COLOURS[piece.tint][1]))
    return look


def node(tag: str, **values: str) -> Any:
    """Return an element with attributes of the w namespace."""
    found = OxmlElement(tag)
    for name, value in values.items():
        found.set(qn(f"w:{name}"), value)
    return found
