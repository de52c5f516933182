"""SARIF 2.1.0 as GitHub code scanning takes it: its own line hash, regions of one key, one run and category for each profile."""

from __future__ import annotations

from riskcheck.report.changes import items, shown, waiver_text, words_of
from riskcheck.report.gated import Gate, Gated, relative_path, single, uri
from riskcheck.report.inert import json_text, plain
from riskcheck.report.line_hash import line_hashes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from riskcheck.model.rule import Rule
    from riskcheck.report.changes import Item
    from riskcheck.report.places import Place
    from riskcheck.report.run import Run
    from riskcheck.report.words import Words

HOME = "https://pypi.org/project/riskcheck/"
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_MOST = 5000
"""Results that GitHub shows of one run."""
_PRECISION = {
    "verified_text": "very-high", "verified_secondary": "high", "guidance": "medium", "general": "medium", "uncertain": "low", "assumption": "low",
}  # fmt: skip
_PROBLEM = {"critical": "error", "high": "error", "medium": "warning", "low": "recommendation", "info": "recommendation"}
_SECURITY = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0", "info": "0.1"}
_LEVEL = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}


def render(run: Run, **options: Any) -> str:
    """Return the adverse findings of a scored profile."""
    return render_gate(single(run, **options))


def render_gate(gate: Gate) -> str:
    """Return one log with a run for each profile."""
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(gated, gate) for gated in gate.items]}
    return json_text(log)


def _run(gated: Gated, gate: Gate) -> dict[str, Any]:
    word = words_of(gate)
    told = items(gated, changes_only=gate.changes_only)
    wanted = shown(told)
    waived = [item for item in told if item.waiver is not None and item.verdict in ("breached", "exposed")] if gate.include_waived else []
    used = sorted({item.rule for item in (*wanted, *waived)})
    index = {rule: number for number, rule in enumerate(used)}
    hashes = line_hashes(gated.run.document.text)
    results: dict[tuple[str, str], dict[str, Any]] = {}
    for item in (*wanted, *waived):
        result = _result(item, index[item.rule], gated, hashes, word)
        key = (item.rule, result["partialFingerprints"]["primaryLocationLineHash"])
        if key in results:
            _merge(results[key], result)
        else:
            results[key] = result
    return {
        "automationDetails": {"id": f"riskcheck/{uri(gated.path)}/"},
        "columnKind": "unicodeCodePoints",
        "tool": {"driver": {
            "name": "riskcheck", "semanticVersion": gated.run.version or "0.0.0", "informationUri": HOME,
            "rules": [_rule(gated.run.rules[rule], gated.run, gate) for rule in used],
        }},
        "results": list(results.values())[:_MOST],
    }  # fmt: skip


def _rule(rule: Rule, run: Run, gate: Gate) -> dict[str, Any]:
    from riskcheck.report.run import citation_text, citation_url

    texts = run.texts()
    title, summary, remedy = (plain(str(texts.get("rules", rule.id, key, rule.id)), 1000) for key in ("title", "summary", "remedy"))
    law = [(citation_text(cite, texts), citation_url(cite, texts)) for cite in rule.cite]
    links = "; ".join(f"[{_bare(text)}]({url})" if url else _bare(text) for text, url in law)
    properties: dict[str, Any] = {
        "precision": _PRECISION[rule.confidence],
        "tags": list(dict.fromkeys((*(("security",) if gate.security_severity else ()), rule.pack, *rule.jurisdiction, rule.status)))[:10],
    }
    if gate.security_severity:
        properties["security-severity"] = _SECURITY[rule.severity]
    else:
        properties["problem.severity"] = _PROBLEM[rule.severity]
    return {
        "id": rule.id, "name": rule.id.rpartition("/")[2][:255], "shortDescription": {"text": title}, "fullDescription": {"text": summary},
        "help": {
            "text": f"{summary} {remedy} ({'; '.join(text for text, _ in law)})",
            "markdown": f"{_bare(summary)}\n\n{_bare(remedy)}\n\n{links}\n\n`riskcheck explain {rule.id}`",
        },
        "helpUri": next((url for _, url in law if _is_address(url)), next((url for url in rule.sources if _is_address(url)), HOME)),
        "defaultConfiguration": {"level": _LEVEL[rule.severity]}, "properties": properties,
    }  # fmt: skip


def _bare(text: str) -> str:
    from riskcheck.report.inert import markdown

    return markdown(text, 1000)


def _is_address(text: str) -> bool:
    return text.startswith(("https://", "http://")) and not any(char.isspace() for char in text)


def _result(item: Item, index: int, gated: Gated, hashes: list[str], word: Words) -> dict[str, Any]:
    # GitHub shows the first sentence of a message where space is short: it must stand for itself.
    parts = [f"{item.name}: {item.message}", item.remark, *(f"{label}: {text}" for label, text in item.causes), item.law]
    text = _escaped(plain(". ".join(part.rstrip(".") for part in parts if part) + ".", 4000))
    # Related places are shown only where the message links to them.
    links = ", ".join(f"[{_escaped(_read(place))}]({number})" for number, place in enumerate(item.related, 1))
    line = item.place.span.line
    result: dict[str, Any] = {
        "ruleId": item.rule, "ruleIndex": index, "level": item.level, "message": {"text": f"{text} ({links})" if links else text},
        "locations": [_location(item.place, gated)],
        "partialFingerprints": {
            "primaryLocationLineHash": hashes[min(line, len(hashes)) - 1], "riskcheckFindingId/v1": plain(item.identity, 500),
        },
        "properties": {"severity": item.severity, "verdict": item.verdict, "subject": plain(item.subject, 300), "change": item.kind or "unchanged"},
    }  # fmt: skip
    if item.related:
        result["relatedLocations"] = [
            {"id": number, **_location(place, gated), "message": {"text": _read(place)}} for number, place in enumerate(item.related, 1)
        ]
    if item.waiver is not None:
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": plain(waiver_text(item.waiver, word), 1000)}]
    return result


def _read(place: Place) -> str:
    return plain("/".join(str(part) for part in place.route), 300)


def _escaped(text: str) -> str:
    """Return text without embedded links (SARIF 3.11.6): brackets are the whole of its markup."""
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _location(place: Place, gated: Gated) -> dict[str, Any]:
    span = place.span
    region = {"startLine": span.line, "startColumn": span.column, "endLine": span.end_line, "endColumn": span.end_column}
    return {"physicalLocation": {"artifactLocation": {"uri": uri(relative_path(gated.path))}, "region": region}}


def _merge(kept: dict[str, Any], other: dict[str, Any]) -> None:
    """Add a second finding of one rule on one line to the first: a code host would take the two for one alert and drop a text."""
    kept["message"]["text"] = f"{kept['message']['text']} {other['message']['text'].partition(' ([')[0]}"
    kept["properties"]["subject"] += f", {other['properties']['subject']}"
    order = ("error", "warning", "note")
    kept["level"] = min(kept["level"], other["level"], key=order.index)
