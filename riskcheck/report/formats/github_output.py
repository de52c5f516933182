"""What a GitHub step passes on: ``name=value`` lines for ``$GITHUB_OUTPUT``. Figures and fixed words only, nothing of a profile."""

from __future__ import annotations

from riskcheck.model.finding import ADVERSE
from riskcheck.report.changes import counts
from riskcheck.report.gated import Gate, single

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from riskcheck.report.run import Run


def render(run: Run, **_options: Any) -> str:
    """Return the figures of a scored profile."""
    return render_gate(single(run))


def render_gate(gate: Gate) -> str:
    """Return the figures of a gate; of several profiles the worst score, the least coverage, the sums of counts."""
    values: dict[str, Any] = {
        "gate": gate.outcome or "none",
        "score": max((gated.run.assessment.score.most for gated in gate.items), default=0.0),
        "score-least": max((gated.run.assessment.score.least for gated in gate.items), default=0.0),
        "coverage": min((round(gated.run.assessment.coverage * 100, 1) for gated in gate.items), default=0.0),
    }
    for severity in ("critical", "high"):
        values[severity] = sum(
            finding.verdict in ADVERSE and finding.timing != "upcoming" and finding.severity_most == severity and finding.identity not in gated.waived
            for gated in gate.items for finding in gated.run.assessment.findings
        )  # fmt: skip
    total = dict.fromkeys(("new", "worse", "newly_unknown", "newly_waived", "better", "fixed", "unchanged"), 0)
    for gated in gate.items:
        if gated.comparison is not None:
            for kind, number in counts(gated.comparison).items():
                total[kind] += number
    values |= {kind.replace("_", "-"): number for kind, number in total.items()}
    return "".join(f"{name}={value}\n" for name, value in values.items())
