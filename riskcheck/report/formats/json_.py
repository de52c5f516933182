"""The machine-readable assessment: ``riskcheck-result/1``, a versioned contract (`riskcheck schema result`)."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

from riskcheck.model.values import Money, Range, SetValue, plain_number
from riskcheck.report.prose import fill, question_text
from riskcheck.report.run import citation_text, citation_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from riskcheck.installed import Texts
    from riskcheck.model.assessment import Calculation, Exposure, Interval
    from riskcheck.model.change import Waiver
    from riskcheck.model.finding import Finding, Step, Trace
    from riskcheck.model.rule import Citation
    from riskcheck.report.run import Run

SCHEMA = "riskcheck-result/1"
Derived: TypeAlias = "dict[str, list[dict[str, Any]]]"
"""The steps behind each derived fact of each subject, by ``subject#fact``."""


def render(run: Run) -> str:
    """Return the assessment as JSON with sorted keys and a final line end."""
    return json.dumps(document(run), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def document(run: Run) -> dict[str, Any]:
    """Return the assessment as plain values, in the shape of the contract."""
    assessment = run.assessment
    texts = run.texts()
    derived: Derived = {}
    found = {
        "schema": SCHEMA,
        "as_of": assessment.as_of.isoformat(),
        "company": assessment.company,
        "score": interval(assessment.score),
        "coverage": assessment.coverage,
        "calculation": {"least": calculation(assessment.least), "most": calculation(assessment.most)},
        "packs": {
            pack.pack: {
                "score": interval(pack.score), "coverage": pack.coverage, "counts": dict(pack.counts),
                "calculation": {"least": calculation(pack.least), "most": calculation(pack.most)},
            }
            for pack in assessment.packs
        },
        "findings": [
            finding_value(finding, run, texts, derived) for finding in assessment.findings if finding.verdict != "out_of_scope"
        ],
        "derived": dict(sorted(derived.items())),
        "out_of_scope": [finding.identity for finding in assessment.findings if finding.verdict == "out_of_scope"],
        "questions": [
            {
                "fact": question.fact, "subject": question.subject, "question": question_text(question.fact, texts),
                "answered_by": question.answered_by, "width": question.width, "rules": list(question.rules),
            }
            for question in assessment.questions
        ],
        "exposures": [exposure(item) for item in assessment.exposures],
        "simulation": simulation(assessment.simulation),
        "calendar": [
            {"day": item.day.isoformat(), "rule": item.rule, "subject": item.subject, "verdict": item.verdict, "status": item.status}
            for item in assessment.calendar
        ],
        "classification": [
            {
                "subject": item.subject, "fact": item.fact, "value": value(item.value), "sure": item.sure,
                "open": [list(place) for place in item.open_facts],
            }
            for item in assessment.classification
        ],
        "provenance": {**assessment.provenance, "tool": {"name": "riskcheck", "version": run.version}},
    }  # fmt: skip
    if run.customer:
        from riskcheck.report.customer import answers_value

        found["customer_answers"] = answers_value(run)
    return found


def interval(found: Interval) -> dict[str, float]:
    """Return an interval as least and most."""
    return {"least": found.least, "most": found.most}


def calculation(found: Calculation) -> dict[str, Any]:
    """Return the calculation of one end of a score."""
    return {
        "worst": found.worst, "band": list(found.band), "weight_of_others": found.weight, "score": found.score,
        "lines": [{"finding": line.finding, "severity": line.severity, "weight": line.weight, "counts": line.counts_in} for line in found.lines],
    }  # fmt: skip


def finding_value(finding: Finding, run: Run, texts: Texts, derived: Derived) -> dict[str, Any]:
    """Return one finding in the shape of the contract; the steps behind derived facts are put into ``derived``."""
    rule = run.rules[finding.rule]
    return {
        "id": finding.identity, "rule": finding.rule, "pack": finding.pack, "subject": finding.subject, "verdict": finding.verdict,
        "plain_verdict": finding.plain, "severity": finding.severity, "severity_most": finding.severity_most,
        "standing": finding.standing, "contested": finding.contested, "timing": finding.timing,
        "applies_from": finding.applies_from.isoformat() if finding.applies_from else None,
        "status": rule.status, "confidence": rule.confidence, "last_verified": rule.last_verified.isoformat(),
        "title": texts.get("rules", rule.id, "title"), "summary": texts.get("rules", rule.id, "summary"),
        "message": fill(texts.get("rules", rule.id, "message"), finding, run) if finding.adverse else None,
        "remedy": texts.get("rules", rule.id, "remedy"), "owner": rule.owner, "effort": rule.effort,
        "exemption": texts.get("rules", rule.id, "unless", [""])[finding.exemption] if finding.exemption is not None else None,
        "citations": [citation(cite, texts) for cite in rule.cite],
        "penalty": rule.penalty or None, "damages": rule.damages or None, "consequences": list(rule.consequences),
        "exposure": [item.family for item in run.assessment.exposures if finding.identity in item.findings],
        "open": [list(place) for place in finding.open_facts],
        "trace": trace_value(finding.trace, derived) if finding.trace else None,
        **({"waiver": waiver_value(run.waivers[finding.identity])} if finding.identity in run.waivers else {}),
    }  # fmt: skip


def waiver_value(waiver: Waiver) -> dict[str, str | None]:
    """Return who has accepted a finding until when, and why."""
    return {"owner": waiver.owner, "reason": waiver.reason, "expires": waiver.expires_text, "ticket": waiver.ticket or None}


def citation(cite: Citation, texts: Texts) -> dict[str, str | None]:
    """Return a citation with its text and address."""
    return {"act": cite.act, "at": cite.at, "text": citation_text(cite, texts), "url": citation_url(cite, texts) or None}


def exposure(item: Exposure) -> dict[str, Any]:
    """Return money at stake with its operands."""
    return {
        "family": item.family, "basis": item.basis, "subject": item.subject, "findings": list(item.findings),
        "amount": None if item.amount is None else {
            "least": str(item.amount.least), "most": None if item.amount.most is None else str(item.amount.most),
            "currency": item.amount.currency,
        },
        "operands": {name: value(operand) for name, operand in item.operands}, "missing": list(item.missing),
        "standing": item.standing, "timing": item.timing,
    }  # fmt: skip


def simulation(found: Any) -> dict[str, Any] | None:
    """Return the simulated cost of the suits with its scenarios, or None."""
    if found is None:
        return None
    return {
        "currency": found.currency, "draws": found.draws, "seed": found.seed, "distribution": "triangular",
        "p10": str(found.p10), "p50": str(found.p50), "p90": str(found.p90),
        "curve": [[str(amount), share] for amount, share in found.curve],
        "scenarios": [
            {
                "subject": item.subject, "family": item.family, "low": str(item.low), "likely": str(item.likely), "high": str(item.high),
                "currency": item.currency, "basis": list(item.basis), "standing": item.standing,
            }
            for item in found.scenarios
        ],
        "missing": [list(place) for place in found.missing],
        "compared": {fact: {"amount": str(amount), "p50": middle, "p90": high} for fact, amount, middle, high in found.compared},
    }  # fmt: skip


def trace_value(trace: Trace, derived: Derived) -> dict[str, Any]:
    """Return a trace as nested steps."""
    return {
        "applies": step_value(trace.applies, derived), "test": step_value(trace.test, derived),
        "unless": [step_value(step, derived) for step in trace.unless],
        "transitions": [step_value(step, derived) for step in trace.transitions],
        "severity": [step_value(step, derived) for step in trace.severity],
    }  # fmt: skip


def step_value(step: Step, derived: Derived) -> dict[str, Any]:
    """Return one step; empty parts are left out."""
    found: dict[str, Any] = {"node": step.label, "truth": step.truth}
    if step.fact:
        found |= {"fact": step.fact, "subject": step.subject, "value": value(step.value)}
    if step.test:
        found["test"] = [step.test[0], value(step.test[1])]
    if step.children:
        if step.label == "fact":
            # A derived fact: many rules read the same one, so its steps stand once, under "derived".
            place = f"{step.subject}#{step.fact}"
            found["derived"] = place
            if place not in derived:
                derived[place] = []
                derived[place] = [step_value(child, derived) for child in step.children]
        else:
            found["steps"] = [step_value(child, derived) for child in step.children]
    return found


def value(found: Any) -> Any:
    """Return a typed value as JSON."""
    if isinstance(found, SetValue):
        return sorted(found.yes) if found.closed else {**dict.fromkeys(sorted(found.yes), True), **dict.fromkeys(sorted(found.no), False)}
    if isinstance(found, Money):
        return str(found)
    if isinstance(found, Range):
        return {"least": plain_number(found.least), "most": None if found.most is None else plain_number(found.most)}
    if isinstance(found, Decimal):
        return plain_number(found)
    if isinstance(found, date):
        return found.isoformat()
    if isinstance(found, (tuple, frozenset)):
        return [value(item) for item in (sorted(found) if isinstance(found, frozenset) else found)]
    return found if isinstance(found, (str, int, float, bool, type(None))) else str(found)
