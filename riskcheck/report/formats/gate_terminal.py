"""What changed, on a terminal: each finding with its line of the profile and a caret, the causes, what to do; then the decision."""

from __future__ import annotations

from riskcheck.diagnostics import printable, source_lines
from riskcheck.report.gate_view import GateView, Group, ProfileView, gate_view

TYPE_CHECKING = False
if TYPE_CHECKING:
    from riskcheck.report.changes import Item
    from riskcheck.report.gated import Gate
    from riskcheck.report.words import Words

_COLOURS = {
    "critical": "1;31", "high": "1;33", "medium": "33", "low": "36", "info": "2", "quiet": "2", "bold": "1", "passed": "1;32", "refused": "1;31",
    "undecided": "1;33",
}  # fmt: skip
_OPEN = ("new", "worse", "newly_unknown", "")
_EACH = 25


def render_gate(gate: Gate, *, colour: bool = False) -> str:
    """Return the text; escapes only with ``colour``."""
    view = gate_view(gate)
    lines: list[str] = []
    for profile in view.profiles:
        lines += _profile(profile, view.word, colour=colour)
    lines += _end(view, colour=colour)
    return "\n".join(_inert(line) for line in lines) + "\n"


def _profile(profile: ProfileView, word: Words, *, colour: bool) -> list[str]:
    lines = [_paint(printable(f"{profile.company} · {profile.path}", 200), "bold", colour=colour)]
    if profile.sides:
        lines.append(_paint(printable(profile.sides), "quiet", colour=colour))
    lines.append(printable(profile.scores))
    lines += [printable(note, 600) for note in profile.notes]
    lines.append("")
    for group in profile.groups:
        lines += _group(group, word, colour=colour)
    if profile.waived:
        lines += [_paint(f"{word('waived_head')} ({len(profile.waived)})", "bold", colour=colour)]
        lines += [printable(f"  {item.title}: {item.name}: {text}", 600) for item, text in profile.waived[:_EACH]] + [""]
    lines += [printable(profile.counts) if profile.changed else word("nothing_changed"), ""] if profile.counts else []
    return lines


def _group(group: Group, word: Words, *, colour: bool) -> list[str]:
    lines = [_paint(f"{group.title} ({len(group.items)})", "bold", colour=colour), ""]
    for item in group.items[:_EACH]:
        lines += _item(item, word, colour=colour, short=group.kind not in _OPEN)
    if len(group.items) > _EACH:
        lines += [word("more", count=len(group.items) - _EACH), ""]
    return lines


def _item(item: Item, word: Words, *, colour: bool, short: bool) -> list[str]:
    kind = f"{word(f'kind_{item.kind}')} " if item.kind else ""
    head = _paint(f"{kind}{word(f'severity_{item.severity}')}", item.severity, colour=colour)
    lines = [f"{head}: {printable(item.title)}: {printable(item.name, 120)}"]
    if short:
        lines += [f"  = {label}: {printable(text)}" for label, text in item.causes]
        return [*lines, f"  = {item.was} → {item.now}" if item.kind else "", ""] if item.kind else [*lines, ""]
    lines += source_lines(item.file, item.place.span, item.place.line_text)
    gutter = " " * len(str(item.place.span.line))
    lines += [f"{gutter}  = {label}: {printable(text)}" for label, text in item.causes]
    lines.append(f"{gutter}  = {printable(item.message, 600)}" + (f" ({printable(item.remark)})" if item.remark else ""))
    if item.kind:
        lines.append(f"{gutter}  = {item.was} → {item.now}")
    if item.remedy:
        lines.append(f"{gutter}  = {word('fix')}: {printable(item.remedy, 600)}")
    return [*lines, f"{gutter}  = {printable(item.law)} · {printable(item.identity)}", ""]


def _end(view: GateView, *, colour: bool) -> list[str]:
    lines = [f"{view.word('warnings')}: {printable(path)}: {printable(text, 600)}" for path, text in view.warnings]
    if view.outcome:
        lines.append(_paint(view.headline, view.outcome, colour=colour))
        lines += [f"  {printable(path)}: {printable(reason, 600)}" for path, reason in view.reasons]
    return lines


def _inert(line: str) -> str:
    """Return a line that no workflow runner takes for a command."""
    return f"· {line}" if line.lstrip().startswith(("::", "##[")) else line


def _paint(text: str, style: str, *, colour: bool) -> str:
    return f"\x1b[{_COLOURS[style]}m{text}\x1b[0m" if colour and style in _COLOURS else text
