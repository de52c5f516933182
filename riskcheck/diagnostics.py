"""Faults in input files. A diagnostic is never a legal finding; it says what is wrong, where, why and what to do next."""

from __future__ import annotations

from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Literal, NoReturn, TypeAlias

    from riskcheck.locations import Span

Level: TypeAlias = "Literal['error', 'warning']"


class Diagnostic(NamedTuple):
    """One fault of one file.

    ``code`` is stable (``P102``); ``label`` stands under the caret; ``help`` names the next step; ``line_text`` is the
    text of the first line of ``span``.
    """

    code: str
    message: str
    file: str
    span: Span | None = None
    label: str = ""
    help: str = ""
    line_text: str = ""
    level: Level = "error"

    def render(self) -> str:
        """Return the diagnostic as compilers print it, with source line and caret, safe for any terminal."""
        head = f"{self.level}[{self.code}]: {printable(self.message)}"
        if self.span is None:
            lines = [head, f"  --> {printable(self.file)}"]
        else:
            lines = [head, *source_lines(self.file, self.span, self.line_text, self.label)]
        if self.help:
            lines.append(f"   = help: {printable(self.help)}")
        return "\n".join(lines)


def source_lines(file: str, span: Span, line_text: str, label: str = "") -> list[str]:
    """Return a place as compilers print it: file, line and column, the text of the line, and carets under what is meant."""
    number = str(span.line)
    gutter = " " * len(number)
    lines = [f"{gutter} --> {printable(file)}:{span.line}:{span.column}", f"{gutter}  |"]
    text, offset, width = _excerpt(line_text, span)
    if text:
        lines += [f"{number}  | {text}", f"{gutter}  | {' ' * offset}{'^' * width}" + (f" {printable(label)}" if label else "")]
    return lines


class InvalidInput(Exception):
    """Input that can't be used. Carries every fault found, in file order."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(d.render() for d in self.diagnostics))


class Diagnostics:
    """A sink that collects faults, so that a file is judged whole before anything fails."""

    def __init__(self) -> None:
        self.items: list[Diagnostic] = []

    def add(self, diagnostic: Diagnostic) -> None:
        """Keep one more fault."""
        self.items.append(diagnostic)

    @property
    def errors(self) -> list[Diagnostic]:
        """The faults that make the input unusable."""
        return [d for d in self.items if d.level == "error"]

    def raise_if_errors(self) -> None:
        """Raise InvalidInput with all faults if at least one of them is an error."""
        if self.errors:
            self.fail()

    def fail(self) -> NoReturn:
        """Raise InvalidInput with all faults, ordered by file and place, each of them once."""
        raise InvalidInput(sorted(dict.fromkeys(self.items), key=_order))


def _order(item: Diagnostic) -> tuple[str, int, int, str]:
    span = item.span
    return (item.file, span.line if span else 0, span.column if span else 0, item.code)


def suggestion(word: str, choices: Iterable[str]) -> str:
    """Return the likeliest meant word among choices, or an empty string."""
    import difflib  # only where somebody has misspelt something

    pool = list(choices)
    close = difflib.get_close_matches(word, pool, n=1, cutoff=0.6)
    if not close:
        lowered = {choice.lower().replace("-", "_"): choice for choice in pool}
        close = [lowered[word.lower().replace("-", "_")]] if word.lower().replace("-", "_") in lowered else []
    return close[0] if close else ""


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return ``did you mean `x`?`` or an empty string."""
    close = suggestion(word, choices)
    return f"did you mean `{close}`?" if close else ""


_KEEP = 400


def printable(text: str, limit: int = _KEEP) -> str:
    """Return text that can't move a cursor, hide, reorder or forge lines: controls and bidi marks become escapes."""
    shown = text if len(text) <= limit else text[: limit - 1] + "…"
    if shown.isprintable() or shown.replace("\u00a0", " ").isprintable():
        return shown
    return "".join(c if _harmless(c) else f"\\u{{{ord(c):x}}}" for c in shown)


def _harmless(char: str) -> bool:
    import unicodedata

    # Cc controls, Cf formats (bidi overrides, zero widths), Co/Cn/Cs; line and paragraph separators forge lines.
    return unicodedata.category(char) not in {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"}


def _width(text: str) -> int:
    import unicodedata

    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


_WINDOW = 110


def _excerpt(line: str, span: Span) -> tuple[str, int, int]:
    start = span.column - 1
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    end = max(end, start + 1)
    left = 0
    if end > _WINDOW:
        left = max(0, start - _WINDOW // 3)
    cut = line[left : left + _WINDOW]
    before = printable(line[left:start].replace("\t", " "))
    marked = printable(line[start : min(end, left + _WINDOW)].replace("\t", " "))
    return printable(cut.replace("\t", " ")).rstrip(), _width(before), max(1, _width(marked))
