"""The styles of a Word report: named ones that counsel can change in one place, fonts for Latin and for Chinese."""

from __future__ import annotations

from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from docx.document import Document

INK, MUTED, ACCENT, LINE = "1B1F24", "565C65", "0B5A62", "C9C5BB"
SEVERITY_COLOURS = {
    "critical": ("8A1C1C", "F8E4E1"), "high": ("873F00", "FAEAD9"), "medium": ("655000", "F6F0D2"), "low": ("2A5170", "E4EEF5"),
    "info": ("565C65", "EEECE6"),
}  # fmt: skip
"""Letter and ground of a severity; the word always stands beside the colour."""
HEAT_COLOURS = ("F6F3EC", "F3E6D2", "EECFAE", "E5AC86", "D98A6C")
_LATIN, _LATIN_HEAD, _CHINESE, _MONO = "Calibri", "Georgia", "Microsoft YaHei", "Consolas"


class _Style(NamedTuple):
    """Sizes in points; ``indent`` and ``hanging`` in twips (1/1440 inch)."""

    size: float
    before: float = 0
    after: float = 6
    line: float = 1.15
    font: str = _LATIN
    bold: bool = False
    colour: str = INK
    keep: bool = False
    level: int | None = None
    indent: int = 0
    hanging: int = 0
    based: str = "Normal"
    bar: bool = False


FACT_INDENT = 2600
_STYLES = {
    "Normal": _Style(10.5, based=""),
    "Title": _Style(27, after=10, line=1.05, font=_LATIN_HEAD, bold=True),
    "Heading 1": _Style(18, before=26, after=5, line=1.1, font=_LATIN_HEAD, bold=True, keep=True, level=0),
    "Heading 2": _Style(12.5, before=15, after=3, line=1.1, bold=True, keep=True, level=1),
    "Heading 3": _Style(11, before=10, after=3, line=1.1, bold=True, colour=ACCENT, keep=True, level=2),
    "Caption": _Style(8.5, before=6, after=3, colour=MUTED, keep=True),
    "List Bullet": _Style(10.5, after=3, indent=360, hanging=240),
    "Kicker": _Style(9, after=4, bold=True, colour=ACCENT),
    "Score": _Style(34, after=0, line=1, font=_LATIN_HEAD, bold=True, keep=True),
    "Lede": _Style(10.5, after=8, colour=MUTED, keep=True),
    "Fact": _Style(10, after=3, indent=FACT_INDENT, hanging=FACT_INDENT),
    "Tags": _Style(9.5, after=4, keep=True),
    "Basis": _Style(9.5, after=4, colour=MUTED, indent=220, bar=True),
    "Reason": _Style(9.5, after=2, indent=240, hanging=240),
    "Identity": _Style(8, before=4, after=8, colour=MUTED),
    "Small": _Style(9, after=4, colour=MUTED),
    "Note": _Style(9, after=4, colour=MUTED, keep=True),
    "Contents": _Style(9, after=0, line=1.05),
    "Table Text": _Style(9, before=2, after=2, line=1.1),
    "Table Head": _Style(8, before=2, after=2, line=1.05, colour=MUTED, keep=True),
}


def dress(document: Document, language: str) -> None:
    """Set defaults, paragraph styles, the style of tables and the styles of links and code. ``language`` leads the file."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn

    root = document.styles.element
    defaults = root.find(qn("w:docDefaults"))
    root.replace(defaults, parse_xml(
        f"<w:docDefaults {nsdecls('w')}><w:rPrDefault><w:rPr>{_fonts(_LATIN)}<w:sz w:val='21'/><w:szCs w:val='21'/>"
        f"<w:lang w:val='en-GB' w:eastAsia='zh-CN' w:bidi='ar-SA'/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
    ))  # fmt: skip
    chinese = language == "zh"
    for name, style in _STYLES.items():
        found = document.styles[name] if name in document.styles else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        element = found.element
        if style.based and style.based != name:
            found.base_style = document.styles[style.based]
        found.quick_style = True
        number = element.find(qn("w:pPr") + "/" + qn("w:numPr"))
        for tag in ("w:pPr", "w:rPr"):
            for old in element.findall(qn(tag)):
                element.remove(old)
        element.append(parse_xml(_paragraph_xml(style, number, chinese=chinese)))
        element.append(parse_xml(_letters_xml(style)))
    for name, xml in (("Hyperlink", f"<w:color w:val='{ACCENT}'/><w:u w:val='single'/>"),
        ("Code", f"<w:rFonts w:ascii='{_MONO}' w:hAnsi='{_MONO}'/><w:sz w:val='17'/>")):
        document.styles.add_style(name, WD_STYLE_TYPE.CHARACTER).element.append(parse_xml(f"<w:rPr {nsdecls('w')}>{xml}</w:rPr>"))
    root.append(parse_xml(_TABLE.format(ns=nsdecls("w"), line=LINE, muted=MUTED)))


_TABLE = (
    "<w:style {ns} w:type='table' w:customStyle='1' w:styleId='Ruled'><w:name w:val='Ruled'/><w:basedOn w:val='TableNormal'/>"
    "<w:uiPriority w:val='59'/><w:qFormat/><w:tblPr><w:tblBorders>"
    "<w:bottom w:val='single' w:sz='4' w:space='0' w:color='{line}'/><w:insideH w:val='single' w:sz='4' w:space='0' w:color='{line}'/>"
    "</w:tblBorders><w:tblCellMar><w:top w:w='30' w:type='dxa'/><w:left w:w='0' w:type='dxa'/><w:bottom w:w='30' w:type='dxa'/>"
    "<w:right w:w='110' w:type='dxa'/></w:tblCellMar></w:tblPr><w:tblStylePr w:type='firstRow'><w:tcPr><w:tcBorders>"
    "<w:bottom w:val='single' w:sz='8' w:space='0' w:color='{muted}'/></w:tcBorders></w:tcPr></w:tblStylePr></w:style>"
)


def _fonts(latin: str) -> str:
    return f"<w:rFonts w:ascii='{latin}' w:hAnsi='{latin}' w:eastAsia='{_CHINESE}' w:cs='{latin}'/>"


def _paragraph_xml(style: _Style, number: Any, *, chinese: bool) -> str:
    from docx.oxml.ns import nsdecls, qn

    parts = ["<w:keepNext/>", "<w:keepLines/>"] if style.keep else []
    if number is not None:
        identity = number.find(qn("w:numId")).get(qn("w:val"))
        parts.append(f"<w:numPr><w:numId w:val='{identity}'/></w:numPr>")
    if style.bar:
        parts.append(f"<w:pBdr><w:left w:val='single' w:sz='18' w:space='8' w:color='{LINE}'/></w:pBdr>")
    if style.hanging > 1000:  # noqa: PLR2004 (a label, a tab, then the text)
        parts.append(f"<w:tabs><w:tab w:val='left' w:pos='{style.indent}'/></w:tabs>")
    line = style.line + (0.12 if chinese and style.line > 1.1 else 0)  # noqa: PLR2004 (Chinese needs more room between lines)
    parts.append(f"<w:spacing w:before='{style.before * 20:.0f}' w:after='{style.after * 20:.0f}' w:line='{line * 240:.0f}' w:lineRule='auto'/>")
    if style.indent:
        parts.append(f"<w:ind w:left='{style.indent}' w:hanging='{style.hanging}'/>")
    parts.append("<w:jc w:val='left'/>")
    if style.level is not None:
        parts.append(f"<w:outlineLvl w:val='{style.level}'/>")
    return f"<w:pPr {nsdecls('w')}>{''.join(parts)}</w:pPr>"


def _letters_xml(style: _Style) -> str:
    from docx.oxml.ns import nsdecls

    bold = "<w:b/><w:bCs/>" if style.bold else "<w:b w:val='0'/>"
    size = f"{style.size * 2:.0f}"
    look = f"{_fonts(style.font)}{bold}<w:i w:val='0'/><w:color w:val='{style.colour}'/><w:sz w:val='{size}'/><w:szCs w:val='{size}'/>"
    return f"<w:rPr {nsdecls('w')}>{look}</w:rPr>"
