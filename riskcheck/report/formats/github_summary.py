"""The step summary of GitHub Actions: the comment's content, kept below the size at which the upload fails."""

from __future__ import annotations

from riskcheck.report.formats.pr_comment import body
from riskcheck.report.gate_view import gate_view
from riskcheck.report.gated import Gate, single

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from riskcheck.report.run import Run

MOST = 900 * 1024
"""Bytes; the limit of a step is 1 MiB, and other programs of the step may write, too."""


def render(run: Run, **_options: Any) -> str:
    """Return the findings of a scored profile as a summary."""
    return render_gate(single(run))


def render_gate(gate: Gate) -> str:
    """Return the summary: what changed, then what did not."""
    return body(gate_view(gate, everything=not gate.changes_only), MOST, in_bytes=True)
