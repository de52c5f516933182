"""How a value becomes text in a template of a page: escaped. What a template itself made is left as it is."""

from __future__ import annotations

from riskcheck.report.safe import escaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_html: dict[str, str] = {}
_KEPT = 50_000
"""Texts kept; a report has some ten thousand, a long run of `serve` must not grow without end."""


def html(value: Any) -> str:
    """Return a value as text of an HTML page. Marked-up values say themselves what they are."""
    if type(value) is str:
        if value in _html:
            return _html[value]
    else:
        if hasattr(value, "__html__"):
            marked: str = value.__html__()
            return marked
        value = str(value)
    if len(_html) > _KEPT:
        _html.clear()
    found = _html[value] = escaped(value)
    return found
