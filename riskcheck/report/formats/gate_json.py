"""What changed and what the gate decided, for machines: ``riskcheck-diff/1``."""

from __future__ import annotations

from riskcheck.report.changes import counts, items, reason_text, words_of
from riskcheck.report.formats.json_ import interval, value
from riskcheck.report.inert import json_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from riskcheck.model.change import Cause, Edit, Reason, State, WaiverState
    from riskcheck.report.gated import Gate, Gated
    from riskcheck.report.words import Words

SCHEMA = "riskcheck-diff/1"


def render_gate(gate: Gate) -> str:
    """Return the outcome as JSON with sorted keys and a final line end."""
    word = words_of(gate)
    data = {"schema": SCHEMA, "outcome": gate.outcome, "deleted": list(gate.deleted), "profiles": [_profile(gated, word) for gated in gate.items]}
    return json_text(data)


def _profile(gated: Gated, word: Words) -> dict[str, Any]:
    comparison, decision, assessment = gated.comparison, gated.decision, gated.run.assessment
    found: dict[str, Any] = {
        "path": gated.path, "company": assessment.company, "as_of": assessment.as_of.isoformat(), "score": interval(assessment.score),
        "coverage": assessment.coverage, "provenance": {**assessment.provenance, "tool": {"name": "riskcheck", "version": gated.run.version}},
    }  # fmt: skip
    if comparison is not None:
        causes = {change.identity: change.causes for change in comparison.changes}
        states = {change.identity: (change.before, change.after) for change in comparison.changes}
        found |= {
            "before": {
                "label": comparison.before, "coverage": comparison.coverage_before,
                "score": interval(comparison.score_before) if comparison.score_before else None,
            },
            "after": {"label": comparison.after},
            "counts": counts(comparison),
            "renamed": [list(pair) for pair in comparison.renamed],
            "edits": [_edit(edit) for edit in comparison.edits],
            "changes": [
                {
                    "id": item.identity, "rule": item.rule, "subject": item.subject, "kind": item.kind, "severity": item.severity,
                    "before": _state(states[item.identity][0]), "after": _state(states[item.identity][1]), "waived": item.waiver is not None,
                    "causes": [_cause(cause) for cause in causes[item.identity]], "because": [text for _, text in item.causes],
                    "title": item.title, "message": item.message, "remedy": item.remedy, "law": item.law, "url": item.url or None,
                    "place": {"line": item.place.span.line, "column": item.place.span.column, "key": "/".join(map(str, item.place.route))},
                }
                for item in items(gated, changes_only=True)
            ],
        }  # fmt: skip
    if decision is not None:
        found["decision"] = {
            "outcome": decision.outcome, "refused": [_reason(reason, word) for reason in decision.refused],
            "undecided": [_reason(reason, word) for reason in decision.undecided],
            "warnings": [_reason(reason, word) for reason in decision.warnings],
            "policy": {name: value(setting) for name, setting in decision.policy.items()},
            "waivers": [waiver_value(state) for state in decision.waivers],
        }  # fmt: skip
    return found


def waiver_value(state: WaiverState) -> dict[str, Any]:
    """Return a waiver with its state."""
    waiver = state.waiver
    return {
        "id": waiver.id or None, "rule": waiver.rule, "subject": waiver.subject, "reason": waiver.reason, "owner": waiver.owner,
        "expires": waiver.expires_text, "status": state.status, "days": state.days, "finding": state.finding,
        "approved_by": waiver.approved_by or None, "ticket": waiver.ticket or None, "file": waiver.file, "line": waiver.line,
    }  # fmt: skip


def _state(state: State | None) -> dict[str, str] | None:
    return None if state is None else dict(state._asdict())


def _cause(cause: Cause) -> dict[str, Any]:
    return {"kind": cause.kind, "detail": cause.detail, "edits": [_edit(edit) for edit in cause.edits]}


def _edit(edit: Edit) -> dict[str, Any]:
    told = edit.kind in ("fact", "link", "assumption", "incomplete")
    return {
        "kind": edit.kind, "path": edit.path, "fact": edit.fact, "before": value(edit.before) if told else edit.before is not None,
        "after": value(edit.after) if told else edit.after is not None,
    }  # fmt: skip


def _reason(reason: Reason, word: Words) -> dict[str, Any]:
    return {
        "setting": reason.setting, "limit": reason.limit, "source": reason.source, "found": reason.found, "findings": list(reason.findings),
        "text": reason_text(reason, word),
    }  # fmt: skip
