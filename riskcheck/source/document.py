"""A parsed file that remembers where everything stands."""

from __future__ import annotations

from riskcheck.diagnostics import Diagnostic, Diagnostics
from riskcheck.locations import Route, Span
from riskcheck.source import yaml12

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any


class Document:
    """One YAML file: its text, its plain ``data`` and the place of every key and value.

    ``file`` is the name shown in messages. ``span`` falls back to the nearest existing parent, so that a *missing* key
    still has a place.
    """

    def __init__(self, file: str, text: str, root: Any, data: Any) -> None:
        self.file = file
        self.text = text
        self.data = data
        self._root = root
        self._lines: list[str] | None = None

    @property
    def lines(self) -> list[str]:
        """The lines of the text, without their ends."""
        if self._lines is None:
            self._lines = yaml12.lines_of(self.text)
        return self._lines

    def key_span(self, route: Route) -> Span:
        """Return the place of the last key of a route (of the value, where the last part is an index)."""
        node, key = self._find(route)
        return yaml12.node_span(key if key is not None else node)

    def value_span(self, route: Route) -> Span:
        """Return the place of the value of a route."""
        return yaml12.node_span(self._find(route)[0])

    def raw(self, route: Route) -> str | None:
        """Return a scalar as it was written (``1.10``, not 1.1), or None where the value is no scalar."""
        node = self._find(route)[0]
        return str(node.value) if node.id == "scalar" else None

    def _find(self, route: Route) -> tuple[Any, Any]:
        node, key = self._root, None
        for part in route:
            if node.id == "mapping":
                for key_node, value_node in node.value:
                    if key_node.value == part:
                        node, key = value_node, key_node
                        break
                else:
                    return node, key
            elif node.id == "sequence" and isinstance(part, int) and part < len(node.value):
                node, key = node.value[part], None
            else:
                return node, key
        return node, key

    def diagnostic(
        self, route: Route, code: str, message: str, *, label: str = "", help: str = "", at_value: bool = False,  # noqa: A002
        level: Any = "error",
    ) -> Diagnostic:
        """Return a diagnostic placed at a route of this file."""
        span = self.value_span(route) if at_value else self.key_span(route)
        if span.end_line > span.line:
            first = self.lines[span.line - 1] if span.line <= len(self.lines) else ""
            span = Span(span.line, span.column, span.line, max(span.column + 1, len(first.rstrip()) + 1))
        line = self.lines[span.line - 1] if span.line <= len(self.lines) else ""
        return Diagnostic(
            code=code, message=message, file=self.file, span=span, label=label, help=help, line_text=line, level=level,
        )  # fmt: skip


def parse(raw: bytes, file: str, sink: Diagnostics) -> Document | None:
    """Return the document of a file's bytes; faults go to the sink, and None means that nothing could be read."""
    text = yaml12.decode(raw, file, sink)
    if text is None:
        return None
    root = yaml12.compose(text, file, sink)
    if root is None:
        return None
    lines = yaml12.lines_of(text)
    return Document(file, text, root, yaml12.build(root, file, lines, sink))


def read(path: Path, sink: Diagnostics, name: str | None = None) -> Document | None:
    """Return the document of a file on disk. Raises InvalidInput if it can't be opened."""
    file = name or str(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise yaml12.fail_unreadable(file, error) from error
    return parse(raw, file, sink)
