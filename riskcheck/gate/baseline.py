"""What an earlier run wrote down: baseline files, and saved results of `score -f json`. Keyed by identity; no line numbers."""

from __future__ import annotations

import json
from datetime import date

from riskcheck.gate.edits import evidence_digest, facts_digest
from riskcheck.gate.files import refuse
from riskcheck.gate.side import Side
from riskcheck.model.assessment import Interval
from riskcheck.model.change import State
from riskcheck.model.finding import ADVERSE, VERDICTS
from riskcheck.model.rule import SEVERITIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

SCHEMA = "riskcheck-baseline/1"
_RESULT = "riskcheck-result/1"
_STANDINGS = ("plain", "alleged", "inferred")
_TIMINGS = ("in_force", "unsettled", "upcoming")


def baseline_text(profiles: Mapping[str, Side], kept: Mapping[str, Any] | None = None) -> str:
    """Return a baseline file of sides by profile path; entries of profiles that were not judged now are kept as they are."""
    entries = dict((kept or {}).get("profiles", {}))
    entries |= {path: _entry(side) for path, side in profiles.items()}
    return json.dumps({"schema": SCHEMA, "profiles": entries}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _entry(side: Side) -> dict[str, Any]:
    findings: dict[str, dict[str, str]] = {}
    for identity, held in side.states.items():
        if held.verdict in ADVERSE or held.verdict == "unknown":
            rule, _, subject = identity.partition("@")
            findings.setdefault(subject, {})[rule] = _recorded(held)
    return {
        "as_of": side.as_of.isoformat(), "rules": side.law, "findings": findings,
        "facts": facts_digest(side.profile) if side.profile else "", "evidence": evidence_digest(side.profile) if side.profile else "",
        "score": None if side.score is None else {"least": side.score.least, "most": side.score.most}, "coverage": side.coverage,
    }  # fmt: skip


def _recorded(held: State) -> str:
    """Return a state in one line: ``breached high``, ``exposed critical alleged upcoming``."""
    words = (held.verdict, held.severity, "" if held.standing == "plain" else held.standing, "" if held.timing == "in_force" else held.timing)
    return " ".join(word for word in words if word)


def _read_back(line: str) -> State:
    verdict, severity, *rest = line.split(" ")
    standing = next((word for word in rest if word in _STANDINGS), "plain")
    timing = next((word for word in rest if word in _TIMINGS), "in_force")
    return _state({"verdict": verdict, "severity": severity, "standing": standing, "timing": timing})


def read_baseline(raw: bytes, file: str) -> dict[str, Any]:
    """Return the content of a baseline file. Raises InvalidInput if it is none."""
    data = _json(raw, file)
    if data.get("schema") != SCHEMA or not isinstance(data.get("profiles"), dict):
        refuse("G130", f"this is no baseline file ({SCHEMA})", file, "write one with: riskcheck gate PROFILE --baseline FILE --update-baseline")
    return data


def baseline_side(data: Mapping[str, Any], path: str, file: str) -> Side | None:
    """Return the side that a baseline records for a profile, or None if it has none."""
    entry = data["profiles"].get(path)
    if entry is None:
        return None
    try:
        return Side(
            label=file, as_of=date.fromisoformat(entry["as_of"]),
            states={f"{rule}@{subject}": _read_back(line) for subject, lines in entry["findings"].items() for rule, line in lines.items()},
            score=_interval(entry.get("score")), coverage=entry.get("coverage"), facts=str(entry.get("facts", "")),
            evidence=str(entry.get("evidence", "")), law=str(entry.get("rules", "")), partial=True,
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        refuse("G130", f"the entry of `{path}` is damaged: {error}", file, "write it anew with --update-baseline")


def is_result(raw: bytes) -> bool:
    """Whether a file looks like a saved JSON document and not like a profile."""
    return raw.lstrip()[:1] == b"{"


def result_side(raw: bytes, file: str) -> Side:
    """Return the side that a saved result holds. Raises InvalidInput if it is none."""
    data = _json(raw, file)
    if data.get("schema") != _RESULT:
        refuse("G131", f"this is no saved result ({_RESULT})", file, "save one with: riskcheck score PROFILE -f json=FILE")
    try:
        known = {item["id"]: _state({**item, "severity": item["severity_most"]}) for item in data["findings"]}
        known |= {identity: State("out_of_scope", "info") for identity in data.get("out_of_scope", ())}
        provenance = data["provenance"]
        return Side(
            label=file, as_of=date.fromisoformat(data["as_of"]), states=known, score=_interval(data.get("score")), coverage=data.get("coverage"),
            law=str(provenance.get("rules", {}).get("sha256", "")),
            begins={
                item["id"]: date.fromisoformat(item["applies_from"])
                for item in data["findings"] if item.get("applies_from") and item["verdict"] != "exempt"
            },
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        refuse("G131", f"the saved result is damaged: {error}", file, "save it anew with: riskcheck score PROFILE -f json=FILE")


def _json(raw: bytes, file: str) -> dict[str, Any]:
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError) as error:
        refuse("G130", f"this is no valid JSON: {error}", file)
    if not isinstance(data, dict):
        refuse("G130", "this JSON is no object", file)
    return data


def _state(held: Mapping[str, Any]) -> State:
    verdict, severity = held["verdict"], held["severity"]
    standing, timing = held.get("standing", "plain"), held.get("timing", "in_force")
    if verdict not in VERDICTS or severity not in SEVERITIES or standing not in _STANDINGS or timing not in _TIMINGS:
        message = f"{verdict}, {severity}"
        raise ValueError(message)
    return State(verdict, severity, standing, timing)


def _interval(held: Any) -> Interval | None:
    return None if held is None else Interval(float(held["least"]), float(held["most"]))
