"""How a value becomes text in a template of a page: escaped. What a template itself made is left as it is."""

from __future__ import annotations

from riskcheck.report.safe import escaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def html(value: Any) -> str:
    """Return a value as text of an HTML page. Marked-up values say themselves what they are."""
    if type(value) is not str:
        if hasattr(value, "__html__"):
            marked: str = value.__html__()
            return marked
        value = str(value)
    return escaped(value)
