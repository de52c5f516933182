"""A user's text made inert for the places where a gate speaks: Markdown of forges, workflow commands, XML."""

from __future__ import annotations

import json
import re

from riskcheck.diagnostics import printable
from riskcheck.report.safe import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MARKS = re.compile(r"([\\`*_\[\]|~!])")
_START = re.compile(r"^(\s*)([-+=#]|\d+(?=[.)]))")
_JOINER = "\u2060"
_LINKS = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?<=[@#!&%$])(?=\w)", re.IGNORECASE)
_ODD = re.compile(r"[&<>\\`*_\[\]|~!@#%$]|:(?=//)|[wW]{3}(?=\.)|^\s*(?:[-+=]|\d+[.)])")
"""What any of the rules above would touch: most of a report's texts hold nothing of it."""
LINE = 300
"""Characters of a name or a sentence that a comment or annotation shows."""


def markdown(text: str, limit: int = LINE) -> str:
    """Return one line of inert Markdown, cut with a mark where it is too long."""
    return inert(" ".join(clean(text, limit).split()))


def inert(text: str) -> str:
    """Return text that shows as itself: no markup, HTML, table bar, mention, reference, bare link or heading."""
    text = " ".join(clean(text).split()) if "\n" in text or "\t" in text or "\r" in text else clean(text)
    if _ODD.search(text) is None:
        return text
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _MARKS.sub(r"\\\1", text)
    text = _START.sub(lambda match: f"{match[1]}\\{match[2]}" if not match[2][0].isdigit() else f"{match[1]}{match[2]}{_JOINER}", text)
    return _joined(text)


def _joined(text: str) -> str:
    # A word joiner cannot be seen and keeps "@team", "#12", "!7" and "https://" from becoming references.
    return _LINKS.sub(lambda match: "" if _entity(text, match.start()) else _JOINER, text)


def _entity(text: str, at: int) -> bool:
    return text[at - 1] == "&" and text[at : at + 4].rstrip(";").split(";")[0] in ("amp", "lt", "gt")


def command_data(text: str, limit: int = 4000) -> str:
    """Return text for the message of a GitHub workflow command."""
    return _visible(text, limit).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def command_property(text: str, limit: int = LINE) -> str:
    """Return text for a property of a GitHub workflow command."""
    return command_data(text, limit).replace(":", "%3A").replace(",", "%2C")


def _visible(text: str, limit: int) -> str:
    return "\n".join(printable(line, limit) for line in clean(text, limit).split("\n"))


def plain(text: str, limit: int = 2000) -> str:
    """Return one line of text without control characters, for JSON and XML fields that programs show."""
    return " ".join(clean(text, limit).split())


def no_command(text: str) -> str:
    """Return lines none of which a workflow runner takes for a command (``::name::`` or ``##[name]`` at the start of a line)."""
    return re.sub(r"(?m)^(\s*)(?=::|##\[)", r"\1. ", text)


_STEERING = re.compile("[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]")


def json_text(data: Any) -> str:
    """Return data as JSON with sorted keys and a final line end. What could steer or reorder a display is written as an escape."""
    return steerless(json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True)) + "\n"


def steerless(text: str) -> str:
    """Return JSON text in which what could steer or reorder a display is written as an escape."""
    return _STEERING.sub(lambda match: f"\\u{ord(match.group()):04x}", text)
