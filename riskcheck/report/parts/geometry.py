"""Where the nodes and arrows of a flow map stand: origins on the left, goals on the right, in user units of the drawing."""

from __future__ import annotations

from riskcheck.report.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_WIDTH, _ROW, _TOP, _BOX = 720, 46, 34, 200


class Node(Record):
    """A country on one side of the map."""

    x: int
    y: int
    width: int
    code: str
    name: str


class Arrow(Record):
    """One flow between two places. ``verdict`` is the worst of the flows that take this way."""

    path: str
    verdict: str
    title: str


def layout(pairs: Mapping[tuple[str, str], tuple[str, str]], name: Callable[[str], str]) -> tuple[list[Node], list[Arrow], int, int]:
    """Return nodes, arrows, width and height for (origin, goal) to (verdict, flow name)."""
    origins = sorted({origin for origin, _ in pairs})
    goals = sorted({goal for _, goal in pairs})
    rows = max(len(origins), len(goals))
    left = {code: _TOP + _ROW * row + (rows - len(origins)) * _ROW // 2 for row, code in enumerate(origins)}
    right = {code: _TOP + _ROW * row + (rows - len(goals)) * _ROW // 2 for row, code in enumerate(goals)}
    nodes = [Node(x=0, y=y, width=_BOX, code=code, name=name(code)) for code, y in left.items()]
    nodes += [Node(x=_WIDTH - _BOX, y=y, width=_BOX, code=code, name=name(code)) for code, y in right.items()]
    arrows: list[Arrow] = []
    for (origin, goal), (verdict, flow) in sorted(pairs.items()):
        start, end = left[origin] + _ROW // 2 - 7, right[goal] + _ROW // 2 - 7
        bend = _WIDTH // 2
        path = f"M{_BOX} {start}C{bend} {start} {bend} {end} {_WIDTH - _BOX - 9} {end}"
        arrows.append(Arrow(path=path, verdict=verdict, title=f"{flow}: {name(origin)} → {name(goal)}"))
    return nodes, arrows, _WIDTH, _TOP + rows * _ROW
