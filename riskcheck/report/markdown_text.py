"""How a value becomes text in a Markdown template: inert, whatever it says. What a template itself made is left as it is."""

from __future__ import annotations

from functools import lru_cache

from riskcheck.patterns import later
from riskcheck.report.inert import inert
from riskcheck.report.safe import Marked, clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_KEPT = 50_000
"""Texts kept; a report has some ten thousand, a long run of `serve` must not grow without end."""
_PLAIN = "-._~:/?#@!$&*+,;=%"
_QUIET = later(r"[A-Za-z0-9._~:/?#@!$*+,;=%-]*")
_shown: dict[str, str] = {}


def shown(value: Any) -> str:
    """Return a value as inert Markdown."""
    if type(value) is not str:
        if hasattr(value, "__html__"):
            return str(value)
        value = str(value)
    found = _shown.get(value)
    if found is None:
        if len(_shown) > _KEPT:
            _shown.clear()
        found = _shown[value] = inert(value)
    return found


def marked(value: Any) -> Any:
    """Return a value as inert Markdown that Jinja's own escaping leaves alone, for templates of a user's folder."""
    return value if hasattr(value, "__html__") else Marked(shown(value))  # escaped by shown


@lru_cache(maxsize=4096)
def address(url: str) -> Marked:
    """Return an address for the round brackets of a link."""
    text = str(url)
    if _QUIET.fullmatch(text):
        return Marked(text)  # nothing in it needs an escape
    safe = "".join(c if (c.isalnum() and c.isascii()) or c in _PLAIN else "".join(f"%{byte:02X}" for byte in c.encode()) for c in text)
    return Marked(safe.replace("&", "&amp;"))  # every other character is percent-encoded


def codespan(text: str) -> Marked:
    """Return text for the inside of a code span, in a table cell too."""
    return Marked(clean(str(text)).replace("`", "'").replace("|", "\\|").replace("\n", " "))  # a code span shows it raw
