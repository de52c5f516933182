"""Office files with the same bytes for the same content: parts in a fixed order, dates from the assessment, no clock."""

from __future__ import annotations

import io
import re
import zipfile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date

_FIRST = ("[Content_Types].xml", "_rels/.rels")
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")
_CORE = "docProps/core.xml"


def packed(file: bytes, day: date) -> bytes:
    """Return an Office file packed anew: every entry and the core properties dated by the assessment."""
    out = io.BytesIO()
    moment = (max(day.year, 1980), day.month, day.day, 0, 0, 0)  # zip knows no year before 1980
    with zipfile.ZipFile(io.BytesIO(file)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
        for name in sorted(source.namelist(), key=lambda name: (name not in _FIRST, name)):
            content = source.read(name)
            if name == _CORE:
                content = _STAMP.sub(rb"\g<1>" + f"{day:%Y-%m-%d}T00:00:00Z".encode() + rb"\g<2>", content)
            entry = zipfile.ZipInfo(name, moment)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 0, 0
            target.writestr(entry, content)
    return out.getvalue()
