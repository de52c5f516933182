"""A user's text made harmless: nothing that steers a terminal, hides, reorders or breaks markup."""

from __future__ import annotations

from riskcheck.patterns import later

_FORBIDDEN = later(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufffe\uffff]")
_LONG = 2000
"""Characters of a passage that is shown; nobody reads more in a report."""
NAME = 120
"""Characters of a name that is shown."""


class Marked(str):
    """Text that is marked up already, by a template or out of our own files. Jinja knows it by ``__html__``, as it knows its own."""

    __slots__ = ()

    def __html__(self) -> str:
        """Return the text as it is."""
        return str(self)


def escaped(text: str) -> str:
    """Return text that is inert in HTML, in elements and in quoted attributes."""
    if not ("&" in text or "'" in text or '"' in text or "<" in text or ">" in text):
        return text  # as most texts are
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;").replace("'", "&#39;")


def clean(text: str, limit: int = _LONG) -> str:
    """Return a user's text without characters that steer, hide or reorder; a text of book length is cut with a mark."""
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    # What is forbidden is unprintable to Python; of what else is, breaks of lines and the no-break space are common.
    if text.isprintable() or text.replace("\n", " ").replace("\u00a0", " ").isprintable():
        return text
    return _FORBIDDEN.sub("\ufffd", text)
