"""The page of one rule, in Ruff's order: what it asks, why, how serious, exceptions, examples, how to meet it, sources."""

from __future__ import annotations

from riskcheck.report.prose import fill, reasons, subject_label
from riskcheck.report.run import citation_text, citation_url
from riskcheck.report.words import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from riskcheck.installed import Installed
    from riskcheck.loader.rules import Library
    from riskcheck.model.rule import Citation, Rule
    from riskcheck.report.run import Run


def rule_page(rule: Rule, installed: Installed, language: str, examples: list[dict[str, Any]], starts: str = "") -> dict[str, Any]:
    """Return the parts of a rule's page as plain values, worded in a language. ``examples`` come from the rule file."""
    texts = installed.texts(language)
    word = words(language)

    def cited(found: tuple[Citation, ...]) -> list[dict[str, str]]:
        return [
            {"text": citation_text(cite, texts), "url": citation_url(cite, texts), "title": texts.get("acts", cite.act, "title")} for cite in found
        ]

    entry = texts.entry("rules", rule.id) or {}
    conflict = [cited((cite,))[0] for cite in rule.conflict] if rule.conflict else []
    return {
        "id": rule.id, "title": entry.get("title", rule.id), "summary": entry.get("summary", ""), "about": word(f"kind_{rule.about}"),
        "test": word("kind_exposure" if rule.exposure else "kind_duty"), "severity": word(f"severity_{rule.severity}"),
        "severity_reason": entry.get("severity_reason", ""), "status": word(f"status_{rule.status}"),
        "confidence": word(f"confidence_{rule.confidence}"), "confidence_note": entry.get("confidence_note") or "",
        "last_verified": word.day(rule.last_verified), "begins": starts, "citations": cited(rule.cite), "sources": list(rule.sources),
        "message": entry.get("message", ""), "remedy": entry.get("remedy", ""), "note": entry.get("note") or "",
        "owner": word(f"owner_{rule.owner}"), "effort": word(f"effort_{rule.effort}"),
        "exceptions": [{"why": why, "citations": cited(item.cite)} for why, item in zip(entry.get("unless", []), rule.unless, strict=False)],
        "transitions": [
            {"why": why, "citations": cited(item.cite)} for why, item in zip(entry.get("transition", []), rule.transitions, strict=False)
        ],
        "escalations": [
            {"level": word(f"severity_{step.level}"), "why": why}
            for why, step in zip(entry.get("severity_when", []), rule.severity_when, strict=False)
        ],
        "penalty": texts.entry("money", rule.penalty) if rule.penalty else "", "damages": texts.entry("money", rule.damages) if rule.damages else "",
        "consequences": [str(texts.entry("consequences", slug) or slug) for slug in rule.consequences],
        "conflict": conflict, "examples": examples, "catalogue": list(rule.catalogue),
    }  # fmt: skip


def examples_of(rule: Rule, library: Library) -> list[dict[str, Any]]:
    """Return the examples of a rule file: verdict, sentence and the facts given, as written."""
    _, file = library.rules[rule.id]
    found = []
    for example in file.examples:
        verdict, sentence = next(iter(example.verdicts().items()))
        found.append({"verdict": verdict, "sentence": sentence, "given": example.given, "as_of": str(example.as_of) if example.as_of else ""})
    return found


def findings_on(rule: Rule, run: Run, language: str) -> list[dict[str, Any]]:
    """Return what a rule says of one company: verdict, message and the reasons in words, for each subject."""
    word = words(language)
    texts = run.installed.texts(language)
    found = []
    for finding in run.assessment.findings:
        if finding.rule != rule.id:
            continue
        lead = "" if finding.standing == "plain" else word(f"lead_{finding.standing}") + word("gap")
        found.append({
            "id": finding.identity, "subject": subject_label(finding.subject, run.profile, word), "verdict": finding.verdict,
            "verdict_word": word(f"verdict_{finding.verdict}"), "standing": finding.standing, "standing_word": word(f"standing_{finding.standing}"),
            "timing_word": word(f"timing_{finding.timing}"), "applies_from": word.day(finding.applies_from),
            "message": lead + fill(texts.get("rules", rule.id, "message"), finding, run, language) if finding.adverse else "",
            "reasons": reasons(finding.trace, run.profile, word, texts) if finding.trace else [],
        })  # fmt: skip
    return found
