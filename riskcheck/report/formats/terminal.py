"""The report for a terminal: the answer, the red flags, the next dates, the first questions, what to run next."""

from __future__ import annotations

import os
import sys

from riskcheck.diagnostics import printable
from riskcheck.report.parts.answer import answer_view, red_flags
from riskcheck.report.parts.context import Context
from riskcheck.report.parts.findings import after_text, basis_word, deadline_text, message_of, severity_text
from riskcheck.report.parts.method import file_name
from riskcheck.report.parts.questions import questions_view
from riskcheck.report.parts.timeline import timeline_view

TYPE_CHECKING = False
if TYPE_CHECKING:
    from riskcheck.model.finding import Finding
    from riskcheck.report.parts.timeline import DayView
    from riskcheck.report.run import Run

_WIDEST, _NARROWEST = 100, 40
_COLOURS = {"critical": "1;31", "high": "1;33", "medium": "33", "low": "36", "info": "2", "bold": "1", "quiet": "2"}
_QUESTIONS, _DATES = 5, 4


def render(run: Run, *, colour: bool = False, width: int = 0) -> str:
    """Return the report as lines of at most ``width`` columns (the terminal's by default, 100 at most)."""
    columns = max(_NARROWEST, min(width or _terminal_columns(), _WIDEST))
    if run.customer:
        from riskcheck.report.formats import customer

        return customer.terminal(run, colour=colour, width=columns)
    parts = [Page(Context(run, language), columns, colour=colour).text() for language in run.languages]
    return "\n".join(parts)


def _terminal_columns() -> int:
    if not os.environ.get("COLUMNS") and not (sys.__stdout__ and sys.__stdout__.isatty()):
        return _WIDEST  # nobody's terminal: a file or a pipe
    from shutil import get_terminal_size

    return get_terminal_size((_WIDEST, 24)).columns


class Page:
    """One language's page."""

    def __init__(self, ctx: Context, width: int, *, colour: bool) -> None:
        self.ctx, self.word, self.width, self.colour = ctx, ctx.word, width, colour
        self.lines: list[str] = []

    def text(self) -> str:
        """Return the whole page."""
        ctx, word = self.ctx, self.word
        questions, _ = questions_view(ctx, _QUESTIONS)
        timeline = timeline_view(ctx)
        answer = answer_view(ctx, timeline)
        self.put(word("report_of", company=ctx.name("company")), style="bold")
        self.put(f"{word('as_of')}{word('colon')}{word.day(ctx.as_of)}", style="quiet")
        self.lines.append("")
        self.bar(answer.least, answer.most)
        self.put(f"{word('score')} {answer.interval} / 100 · {answer.words}", style="bold")
        for sentence in answer.sentences:
            self.put(sentence)
        if ctx.run.since is not None:
            from riskcheck.report.parts.since import since_line

            self.put(since_line(ctx), style="bold")
        self.flags(red_flags(ctx))
        self.dates([day for day in (*timeline.soon, *timeline.later) if day.adverse or day.days <= 90][:_DATES])  # noqa: PLR2004 (the next quarter)
        if questions:
            self.title(word("top_questions_short"))
            for question in questions:
                self.put(f"{question.number}. {question.text}", hang="   ")
                points = f"{question.points} {word('points_unit')}"
                self.put(f"{word.listed(question.subjects)} · {question.answered_by} · {points}", indent="   ", style="quiet")
        if ctx.hidden:
            self.put(word("hidden", count=ctx.hidden, severity=word(f"severity_{ctx.run.min_severity}")), style="quiet")
        self.next()
        self.lines.append("")
        self.put(word("limit_advice"), style="quiet")
        return "\n".join(self.lines) + "\n"

    def flags(self, groups: list[list[Finding]]) -> None:
        """Put the red flags."""
        ctx, word = self.ctx, self.word
        self.title(word("sec_flags"))
        if not groups:
            self.put(word("no_findings"))
        for number, group in enumerate(groups, 1):
            first = group[0]
            rule = ctx.run.rules[first.rule]
            self.put(f"{number}. {ctx.title(first.rule)}", hang="   ", style="bold")
            basis = basis_word(first, ctx)
            head = f"[{severity_text(first, ctx)}] {word(f'verdict_{first.verdict}')} · {word(f'standing_{basis}')}"
            self.put(head, indent="   ", style=first.severity_most)
            lead = word(f"lead_{basis}") + word("gap") if basis != "plain" else ""
            more = f" ({word('and_more', count=len(group) - 1)})" if len(group) > 1 else ""
            self.put(f"{lead}{message_of(first, ctx)}{more}", indent="   ")
            self.pair("law", self.word("list_joiner").join(ctx.cited(cite) for cite in rule.cite[:3]))
            self.pair("deadline", deadline_text(first, ctx))
            self.pair("next_step", f"{ctx.told.passage('rules', rule.id, 'remedy')} ({word(f'owner_{rule.owner}')})")
            self.pair("after_remedy", after_text(frozenset(f.identity for f in group), ctx))

    def dates(self, days: list[DayView]) -> None:
        """Put the next dates."""
        if not days:
            return
        self.title(self.word("dates_to_come"))
        for day in days:
            titles = [str(row.title) for row in (*day.adverse, *day.open)]
            more = f" ({self.word('and_more', count=len(titles) - 2)})" if len(titles) > 2 else ""  # noqa: PLR2004 (two titles a day)
            self.put(f"{day.day} ({day.away})", style="high" if day.adverse else "bold")
            lead = "" if day.adverse else self.word("date_open") + self.word("gap")
            self.put(lead + self.word.listed(titles[:2]) + more, indent="   ")

    def next(self) -> None:
        """Put the commands that lead on."""
        ctx, word = self.ctx, self.word
        file = file_name(ctx)
        stem = file.rpartition("/")[2].rpartition(".")[0] or "report"
        flags = red_flags(ctx)
        rows = [(f"riskcheck score {file} -f html={stem}.html", word("terminal_html"))]
        if flags:
            rows.append((f"riskcheck explain {flags[0][0].rule} {file}", word("terminal_explain")))
        rows.append((f"riskcheck score {file} -f csv={stem}-questions.csv", word("terminal_list")))
        self.title(word("terminal_next"))
        for command, meaning in rows:
            self.put(command, indent="   ", style="bold")
            self.put(meaning, indent="      ", style="quiet")

    # --- lines ------------------------------------------------------------------------------------------------------

    def title(self, text: str) -> None:
        """Put a heading after an empty line."""
        self.lines.append("")
        self.put(text, style="bold")
        self.lines.append("─" * min(self.width, columns_of(text)))

    def pair(self, key: str, text: str) -> None:
        """Put a named line of a red flag."""
        self.put(f"{self.word(key)}{self.word('colon')}{text}", indent="   ", hang="  ")

    def put(self, text: str, *, indent: str = "", hang: str = "", style: str = "") -> None:
        """Put text, broken at the width; nothing in it can steer the terminal."""
        for number, line in enumerate(wrapped(printable(str(text), 1500), self.width - len(indent) - len(hang))):
            shown = f"{indent}{hang if number and hang else ''}{line}"
            self.lines.append(f"\x1b[{_COLOURS[style]}m{shown}\x1b[0m" if self.colour and style else shown)

    def bar(self, least: float, most: float) -> None:
        """Put the interval as a bar from 0 to 100."""
        cells = min(self.width - 8, 60)
        start, end = round(least / 100 * cells), max(round(most / 100 * cells), round(least / 100 * cells) + 1)
        self.put(f"  0 {'·' * start}{'█' * (min(end, cells) - start)}{'·' * (cells - min(end, cells))} 100")


_NARROW = frozenset(map(chr, range(0x20, 0x300))).union("–—‘’“”…€─█")
"""What takes one column, of what is common: Latin letters and the signs of this page."""


def columns_of(text: str) -> int:
    """Return how many columns a text takes; wide East Asian characters take two, combining marks none."""
    if _NARROW.issuperset(text):
        return len(text)
    import unicodedata

    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in text)


_NEVER_FIRST = "，。：；）、？！」』》〉】”’,.;:)!?%"


def wrapped(text: str, width: int) -> list[str]:
    """Return text in lines of at most ``width`` columns: between words, and between Chinese characters."""
    lines: list[str] = []
    line, used = "", 0
    measure = len if _NARROW.issuperset(text) else columns_of
    for piece in _pieces(text):
        size = measure(piece.rstrip())
        if used + size > width and line.strip() and piece[0] not in _NEVER_FIRST:
            lines.append(line.rstrip())
            line, used = "", 0
        rest = piece if line else piece.lstrip()
        while measure(rest.rstrip()) > width:  # a word longer than a line
            lines.append(rest[:width])
            rest = rest[width:]
        line += rest
        used += measure(rest)
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _pieces(text: str) -> list[str]:
    """Return what may not be torn: words with the blank after them, single wide characters."""
    if _NARROW.issuperset(text):
        *words, last = text.split(" ")
        return [*[f"{word} " for word in words], last] if last else [f"{word} " for word in words]
    import unicodedata

    found: list[str] = []
    word = ""
    for char in text:
        if char == " ":
            found.append(word + char)
            word = ""
        elif unicodedata.east_asian_width(char) in "WF":
            if word:
                found.append(word)
                word = ""
            found.append(char)
        else:
            word += char
    return [*found, word] if word else found
