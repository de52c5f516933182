"""The report as Markdown that GitHub and GitLab show alike; whatever a profile says stays text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from riskcheck.report.safe import clean
from riskcheck.report.templates import environment, rendered
from riskcheck.report.view import views

if TYPE_CHECKING:
    from pathlib import Path

    from riskcheck.report.run import Run

_MARKS = re.compile(r"([\\`*_\[\]|~!])")
_START = re.compile(r"^(\s*)([-+=#]|\d+(?=[.)]))")
_JOINER = "\u2060"
_LINKS = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?<=[@#!&%$])(?=\w)", re.IGNORECASE)
_BLANKS = re.compile(r"\n{3,}")


def render(run: Run, templates: Path | None = None) -> str:
    """Return the document. Raises InvalidInput where a user's template is broken."""
    env = environment(templates, finalize=_value)
    env.filters["address"] = address
    env.filters["codespan"] = codespan
    text = rendered(env, "report.md.j2", {"views": views(run)})
    lines = [line.rstrip() for line in text.split("\n")]
    return _BLANKS.sub("\n\n", "\n".join(lines)).strip("\n") + "\n"


def _value(found: Any) -> Any:
    """Return a value as inert Markdown; what a template or filter made is left as it is."""
    return found if isinstance(found, Markup) else Markup(inert(str(found)))  # noqa: S704 (escaped by inert)


def inert(text: str) -> str:
    """Return text that shows as itself: no markup, HTML, table bar, mention, reference, bare link or heading."""
    text = " ".join(clean(text).split()) if "\n" in text or "\t" in text or "\r" in text else clean(text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _MARKS.sub(r"\\\1", text)
    text = _START.sub(lambda match: f"{match[1]}\\{match[2]}" if not match[2][0].isdigit() else f"{match[1]}{match[2]}{_JOINER}", text)
    return _joined(text)


def _joined(text: str) -> str:
    # A word joiner cannot be seen and keeps "@team", "#12", "!7" and "https://" from becoming references.
    return _LINKS.sub(lambda match: "" if _entity(text, match.start()) else _JOINER, text)


def _entity(text: str, at: int) -> bool:
    return text[at - 1] == "&" and text[at : at + 4].rstrip(";").split(";")[0] in ("amp", "lt", "gt")


def address(url: str) -> Markup:
    """Return an address for the round brackets of a link."""
    safe = "".join(c if (c.isalnum() and c.isascii()) or c in "-._~:/?#@!$&*+,;=%" else "".join(f"%{byte:02X}" for byte in c.encode()) for c in str(url))
    return Markup(safe.replace("&", "&amp;"))  # noqa: S704 (every other character is percent-encoded)


def codespan(text: str) -> Markup:
    """Return text for the inside of a code span, in a table cell too."""
    return Markup(clean(str(text)).replace("`", "'").replace("|", "\\|").replace("\n", " "))  # noqa: S704 (a code span shows it raw)
