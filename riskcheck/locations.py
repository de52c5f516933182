"""Where something stands: key paths in a document, and the lines and columns that they cover."""

from __future__ import annotations

from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

Route: TypeAlias = tuple[str | int, ...]
"""A path of mapping keys and list indices from the root of a document."""


class Span(NamedTuple):
    """A region of a text. Lines and columns count from 1; the end column is exclusive, as in SARIF."""

    line: int
    column: int
    end_line: int
    end_column: int


def route_text(route: Route) -> str:
    """Return a route as people write it: ``systems/hailuo/markets/0``."""
    return "/".join(str(part) for part in route)
