"""GitLab Code Quality: one array of findings, each with a fingerprint of its own, which is its identity and never its line."""

from __future__ import annotations

import hashlib

from riskcheck.report.changes import items, shown
from riskcheck.report.gated import Gate, single
from riskcheck.report.inert import json_text, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from riskcheck.report.changes import Item
    from riskcheck.report.run import Run

_SEVERITIES = {"critical": "blocker", "high": "critical", "medium": "major", "low": "minor", "info": "info"}


def render(run: Run, **_options: Any) -> str:
    """Return the adverse findings of a scored profile."""
    return render_gate(single(run))


def render_gate(gate: Gate) -> str:
    """Return the findings of all profiles. GitLab itself compares two such files, so that what did not change is listed too."""
    return json_text([_finding(item) for gated in gate.items for item in shown(items(gated, changes_only=gate.changes_only))])


def _finding(item: Item) -> dict[str, Any]:
    return {
        "description": plain(f"{item.title}: {item.name}: {item.message}", 1000), "check_name": item.rule,
        "fingerprint": hashlib.sha256(f"{item.file}\n{item.identity}".encode("utf-8", "surrogatepass")).hexdigest(),
        "severity": _SEVERITIES[item.severity] if item.level != "note" else "info",
        "location": {"path": item.file, "lines": {"begin": item.place.span.line, "end": item.place.span.end_line}},
    }  # fmt: skip
