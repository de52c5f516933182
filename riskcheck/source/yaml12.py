"""Reads YAML text into plain values with YAML 1.2 scalars, reporting every fault with its place.

PyYAML reads YAML 1.1, where ``NO`` is false, ``1.10`` is 1.1 and the last of two equal keys wins in silence. Here plain
scalars are resolved by the YAML 1.2 core schema plus ISO dates, equal keys are faults, and what can hide or explode
(anchors, tags, several documents, deep nesting) is refused.
"""

from __future__ import annotations

from datetime import date

from riskcheck.diagnostics import Diagnostic, Diagnostics, InvalidInput, did_you_mean
from riskcheck.locations import Span
from riskcheck.patterns import later
from riskcheck.records import NamedTuple
from riskcheck.source.pyyaml import Parser, yaml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from yaml.nodes import Node

MAX_BYTES = 5_000_000
MAX_DEPTH = 40
_DEEP, _FLATTEN = f"nested deeper than {MAX_DEPTH} levels", "flatten the file"
_BLANKS = " " * (MAX_DEPTH + 1)
MAX_DIGITS = 1_000
"""A longer run of digits stays text: no figure of a profile has so many, and Python refuses to read 4,301."""


class _Loader(Parser):  # type: ignore[misc]  # PyYAML ships no types for its parser in C
    """The safe loader without YAML 1.1's guesses: every plain scalar stays text, resolved by `scalar` below."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 (PyYAML's own protocol)

    def resolve(self, kind: type[Node], _value: object, _implicit: object) -> str:
        """Return the tag of an untagged node: its kind says all, since no scalar is guessed."""
        return _TAG_OF[kind]

    # Called on the way into and out of every node, with two arguments and with none. No path has a tag of its own, so nothing is to
    # be done, and these do it without a Python frame.
    descend_resolver: Any = {}.get
    ascend_resolver: Any = bool


_TAG_OF: dict[Any, str] = {
    yaml.ScalarNode: "tag:yaml.org,2002:str", yaml.MappingNode: "tag:yaml.org,2002:map", yaml.SequenceNode: "tag:yaml.org,2002:seq",
}  # fmt: skip

_OCTAL_OR_HEX = later(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = later(r"[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?\Z")
_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
FULL_WIDTH_COLON = "\uff1a"
_IN_FLOATS = frozenset("0123456789+-._eE")
_STARTS = frozenset("0123456789+-.")


def scalar(text: str) -> str | int | float | bool | date | None:
    """Return the value of a plain scalar by the YAML 1.2 core schema, ISO dates added; ``NO`` stays text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _STARTS:
        return text
    if len(text) > MAX_DIGITS:
        return text
    digits = text[1:] if text[0] in "+-" else text
    if _number(digits):
        return int(text.replace("_", ""))
    day = iso_day(text)
    if day is not None:
        return day
    whole, point, part = digits.partition(".")
    plain = point and _number(whole) and _number(part)
    if plain or (_IN_FLOATS.issuperset(text) and _FLOAT.match(text) and text[-1] != "_"):
        return float(text.replace("_", ""))
    if text[1:2] in ("o", "x") and _OCTAL_OR_HEX.match(text):
        return int(text, 0)
    return text


def _number(text: str) -> bool:
    """Whether a text is ASCII digits, with underscores between them."""
    return text.isascii() and text.replace("_", "").isdecimal() and text[0] != "_" != text[-1]


def iso_day(text: str) -> date | None:
    """Return the day of ``2026-12-02``, or None for any other text; `date.fromisoformat` alone takes other forms too."""
    if len(text) != 10 or not (text[4] == text[7] == "-" and text.isascii() and text.replace("-", "").isdecimal()):  # noqa: PLR2004 (its length)
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def decode(raw: bytes, file: str, sink: Diagnostics) -> str | None:
    """Return the text of a file, or None after reporting why it is no UTF-8 text."""
    if len(raw) > MAX_BYTES:
        sink.add(
            Diagnostic(
                code="P010",
                message=f"the file has {len(raw):,} bytes; at most {MAX_BYTES:,} are read",
                file=file,
                help="a profile holds facts, not documents: move long texts elsewhere and link them under evidence",
            ),
        )
        return None
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        sink.add(
            Diagnostic(
                code="P003",
                message="the file is UTF-16 (it begins with a byte-order mark)",
                file=file,
                help="save it as UTF-8 without BOM",
            ),
        )
        return None
    if raw.startswith(b"\xef\xbb\xbf"):
        sink.add(
            Diagnostic(
                code="P003",
                message="the file begins with a byte-order mark (BOM)",
                file=file,
                help="it is read all the same; save it as UTF-8 without BOM",
                level="warning",
            ),
        )
        raw = raw[3:]
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        sink.add(_not_utf8(raw, error.start, file))
        return None


def _not_utf8(raw: bytes, start: int, file: str) -> Diagnostic:
    line = raw.count(b"\n", 0, start) + 1
    if b"\x00" in raw:
        help_ = "name the YAML file itself; a profile is UTF-8 text"
        return Diagnostic(code="P002", message="the file is no text at all: it holds zero bytes", file=file, span=Span(line, 1, line, 2), help=help_)
    try:
        raw.decode("gb18030")
        guess = "it looks like GBK/GB18030 (a Chinese Windows encoding)"
    except UnicodeDecodeError:
        guess = "its encoding is unknown"
    return Diagnostic(
        code="P002",
        message=f"the file is not UTF-8 text: {guess}",
        file=file,
        span=Span(line, 1, line, 2),
        help="save it as UTF-8, for example: iconv -f GB18030 -t UTF-8 OLD > NEW",
    )


_BREAKS = later("\r\n|[\n\r\x85\u2028\u2029]")


def lines_of(text: str) -> list[str]:
    """Return the lines as PyYAML counts them; Python's own splitlines breaks at form feeds and separators too."""
    if any(mark in text for mark in "\r\x85\u2028\u2029"):
        return _BREAKS.split(text)
    return text.split("\n")


def compose(text: str, file: str, sink: Diagnostics) -> Node | None:
    """Return the node tree of a one-document text, or None after reporting why there is none."""
    lines = lines_of(text)

    def report(code: str, message: str, mark: Any, hint: str, width: int = 1) -> None:
        line = lines[mark.line] if mark is not None and mark.line < len(lines) else ""
        span = Span(mark.line + 1, mark.column + 1, mark.line + 1, mark.column + 1 + width) if mark else None
        sink.add(Diagnostic(code=code, message=message, file=file, span=span, help=hint, line_text=line))

    if _suspicious(text) or _too_nested(text, lines):
        refused = _refuse_events(text, report)
        if refused:
            return None
    try:
        loader = _Loader(text)  # the one written in Python looks for forbidden characters at once
        node: Node | None = loader.get_single_node()
        loader.dispose()
    except yaml.YAMLError as error:
        _report_syntax(error, lines, report)
        return None
    except RecursionError:  # the loader written in Python
        sink.add(Diagnostic(code="P010", message=_DEEP, file=file, help=_FLATTEN))
        return None
    if node is None:
        sink.add(Diagnostic(code="P004", message="the file is empty", file=file, help="riskcheck init writes a first profile"))
    return node


# Anchors, aliases and tags start a token with &, * or !; a plain scalar may hold them elsewhere.
_SUSPICIOUS = later(r"(?<![^\s\[{,:-])[&*!]\S")
_MANY = 2_000
"""Lists and mappings in brackets, all told, that cannot harm the loader however they are nested."""
_DASHES = 12
"""More lists than that, begun on one line, are no profile."""


def _suspicious(text: str) -> bool:
    return any(mark in text for mark in "&*!") and bool(_SUSPICIOUS.search(text))


def _too_nested(text: str, lines: list[str]) -> bool:
    """Tell cheaply whether nesting could be deep enough to harm the loader; the events then decide. What is less deep is seen by `build`."""
    if text.count("? ") > MAX_DEPTH or text.startswith(_BLANKS) or f"\n{_BLANKS}" in text:
        return True
    if any(start in text for start in ("- -", "-  ", "- \t", "-\t")) and any(line.count("- ") + line.count("-\t") >= _DASHES for line in lines):
        return True
    return text.count("[") + text.count("{") > _MANY


def _events(text: str) -> Iterator[Any]:
    """Yield the events of a text. Raises yaml.YAMLError."""
    loader = _Loader(text)
    try:
        while loader.check_event():
            yield loader.get_event()
    finally:
        loader.dispose()


def _refuse_events(text: str, report: Any) -> bool:
    depth = 0
    refused = False
    try:
        for event in _events(text):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                report("P007", "anchors and aliases (& and *) are not accepted", event.start_mark,
                       "write the value out at each place, or quote the text if it begins with & or *")  # fmt: skip
                refused = True
            tag = getattr(event, "tag", None)
            if tag not in (None, "!"):
                report("P008", f"tags are not accepted: {tag}", event.start_mark,
                       "remove the tag, or quote the text if it begins with !")  # fmt: skip
                refused = True
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    report("P010", _DEEP, event.start_mark, _FLATTEN)
                    return True
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if refused and depth == 0:
                break
    except yaml.YAMLError:
        return refused  # composing reports the syntax error in words
    return refused


def _report_syntax(error: yaml.YAMLError, lines: list[str], report: Any) -> None:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    line = lines[mark.line] if mark is not None and mark.line < len(lines) else ""
    previous = lines[mark.line - 1] if mark is not None and 0 < mark.line <= len(lines) else ""
    if "expected a single document" in str(error):
        report("P009", "the file holds several documents", mark, "keep one document a file; remove the line ---")
    elif "\t" in line[: len(line) - len(line.lstrip())] or ("\t" in line and "token" in str(problem)):
        report("P005", "a tab stands where YAML wants spaces", mark, "indent with spaces, two for each level")
    elif isinstance(error, yaml.reader.ReaderError) or "control characters" in str(error):
        found = _first_control(lines)
        which = f"; the first is U+{ord(lines[found.line][found.column]):04X}" if found else ""
        report("P012", f"the file holds control characters that YAML does not allow{which}", found,
               "remove them, or write them as escapes in double quotes")  # fmt: skip
    elif FULL_WIDTH_COLON in line + previous:
        report("P011", f"a full-width colon {FULL_WIDTH_COLON} (U+FF1A) stands where YAML wants a plain one", mark,
               "write `key: value` with an ASCII colon and a space")  # fmt: skip
    else:
        report("P004", f"this is not valid YAML: {problem}", mark, "check quotes, brackets and indentation on this line")


class _Mark(NamedTuple):
    """A place in a text, counted from 0 as PyYAML counts."""

    line: int
    column: int


_CONTROL = later("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def _first_control(lines: list[str]) -> _Mark | None:
    for number, line in enumerate(lines):
        found = _CONTROL.search(line)
        if found:
            return _Mark(number, found.start())
    return None


def node_span(node: Node) -> Span:
    """Return the lines and columns of a node."""
    start, end = node.start_mark, node.end_mark
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def build(root: Node, file: str, lines: list[str], sink: Diagnostics) -> Any:
    """Return the plain value of a node tree: dict, list, str, int, float, bool, date or None. Equal keys and deep nesting are faults."""

    def value(node: Any, depth: int) -> Any:
        kind = node.id
        if kind == "scalar":
            return node.value if node.style else scalar(node.value)
        if depth > MAX_DEPTH:
            sink.add(_at(node, "P010", _DEEP, _FLATTEN))
            return None
        if kind == "sequence":
            return [value(child, depth + 1) for child in node.value]
        result: dict[str, Any] = {}
        first: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if key_node.id != "scalar":
                sink.add(_at(key_node, "P004", "a key must be a single word", "write `key: value`"))
                continue
            key = key_node.value
            if key in first:
                line = first[key].start_mark.line + 1
                sink.add(_at(key_node, "P006", f"the key `{key}` stands twice; first on line {line}",
                             "keep one of the two; YAML would silently drop the first"))  # fmt: skip
                continue
            first[key] = key_node
            result[key] = value(value_node, depth + 1)
        return result

    def _at(node: Any, code: str, message: str, hint: str) -> Diagnostic:
        span = node_span(node)
        text = lines[span.line - 1] if span.line <= len(lines) else ""
        return Diagnostic(code=code, message=message, file=file, span=span, help=hint, line_text=text)

    return value(root, 1)


def fail_unreadable(file: str, error: OSError) -> InvalidInput:
    """Return the exception for a file that can't be opened; of one that is missing, the likeliest that was meant."""
    reason = error.strerror or str(error)
    hint = "check the path and its rights"
    if isinstance(error, FileNotFoundError):
        from pathlib import Path

        folder = Path(file).parent
        try:
            near = did_you_mean(Path(file).name, [path.name for path in folder.iterdir()])
            hint = near or "riskcheck init writes a first profile"
        except OSError:
            hint = f"there is no folder {folder} that can be read"
    elif isinstance(error, IsADirectoryError):
        hint = "name a profile in it; riskcheck compare and portfolio take several"
    return InvalidInput(
        [Diagnostic(code="P001", message=f"can't read the file: {reason}", file=file, help=hint)],
    )
