"""GitHub workflow commands: one line for each finding, at most ten of a kind, nothing of the profile able to give an order."""

from __future__ import annotations

from riskcheck.report.changes import items, reasons, shown, words_of
from riskcheck.report.gated import Gate, Gated, single
from riskcheck.report.inert import command_data, command_property

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from riskcheck.report.changes import Item
    from riskcheck.report.run import Run
    from riskcheck.report.words import Words

_EACH = 10
"""Annotations of a kind that GitHub shows for one step; the last of them tells how many more there are."""
_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def render(run: Run, **_options: Any) -> str:
    """Return the adverse findings of a scored profile as commands."""
    return render_gate(single(run))


def render_gate(gate: Gate) -> str:
    """Return commands: of a comparison what changed for the worse, else everything adverse. Grounds of a refusal come first."""
    word = words_of(gate)
    lines: dict[str, list[str]] = {"error": [], "warning": [], "note": []}
    for path, reason in reasons(gate):
        lines["error"].append(f"::error file={command_property(path)},title={command_property(_title(gate, word))}::{command_data(reason)}")
    for gated in gate.items:
        for item in _told(gated, gate):
            lines[item.level].append(_line(item, gated, word))
    return "".join(line + "\n" for level, found in lines.items() for line in _capped(found, level, word))


def _title(gate: Gate, word: Words) -> str:
    return word(f"gate_{gate.outcome}") if gate.outcome else "riskcheck"


def _told(gated: Gated, gate: Gate) -> list[Item]:
    compared = gated.comparison is not None and not gated.comparison.nothing_before
    found = shown(items(gated, changes_only=gate.changes_only or compared))
    return [item for item in found if not compared or item.kind in ("new", "worse", "newly_unknown")]


def _line(item: Item, gated: Gated, word: Words) -> str:
    span = item.place.span
    head = f"{word(f'kind_{item.kind}')}: {item.title}" if item.kind else item.title
    parts = (f"{item.name}: {item.message}", item.remark, *(text for _, text in item.causes), item.remedy, item.law, item.rule)
    text = "\n".join(part for part in parts if part)
    where = f"file={command_property(gated.path)},line={span.line},endLine={span.end_line},col={span.column},endColumn={span.end_column}"
    return f"::{_COMMANDS[item.level]} {where},title={command_property(head)}::{command_data(text)}"


def _capped(lines: list[str], level: str, word: Words) -> list[str]:
    if len(lines) <= _EACH:
        return lines
    return [*lines[: _EACH - 1], f"::{_COMMANDS[level]} title=riskcheck::{command_data(word('more_summary', count=len(lines) - _EACH + 1))}"]
