"""Waivers: who accepts which finding, why, and until when. Read, judged at a day, matched with findings; the unused are told."""

from __future__ import annotations

from datetime import date

from riskcheck.diagnostics import Diagnostics, did_you_mean
from riskcheck.model.change import Waiver, WaiverState, WaiverStatus
from riskcheck.source.document import Document, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from typing import Any

    from riskcheck.gate.policy import Policy
    from riskcheck.model.rule import Rule

_REQUIRED = ("rule", "subject", "reason", "owner", "expires")
_OPTIONAL = ("id", "approved_by", "approved_on", "ticket", "evidence", "compensating_controls", "note")
_SHORTEST = 10
"""Characters of the shortest reason that can be one."""


def read_waivers(raw: bytes, path: str) -> tuple[Waiver, ...]:
    """Return the waivers of a file. Raises InvalidInput with every fault; a malformed date is none: such a waiver is expired."""
    sink = Diagnostics()
    document = parse(raw, path, sink)
    if document is None:
        sink.fail()
    data = document.data
    entries = data.get("waivers") if isinstance(data, dict) else None
    if entries is None and isinstance(data, dict) and "waivers" in data:
        entries = []
    if not isinstance(data, dict) or not isinstance(entries, list):
        hint = "write `waivers:` and below it `- rule: …`"
        sink.add(document.diagnostic((), "W101", "a waiver file is a mapping with the list `waivers`", help=hint))
        sink.fail()
    for key in data:
        if key != "waivers":
            sink.add(document.diagnostic((key,), "W102", f"unknown key `{key}`", help="the one key here is `waivers`"))
    found = [waiver for index, entry in enumerate(entries) if (waiver := _waiver(entry, index, document, sink)) is not None]
    sink.raise_if_errors()
    return tuple(found)


def _waiver(entry: Any, index: int, document: Document, sink: Diagnostics) -> Waiver | None:
    route = ("waivers", index)
    if not isinstance(entry, dict):
        sink.add(document.diagnostic(route, "W101", "a waiver is a mapping", help=f"its keys: {', '.join(_REQUIRED)}"))
        return None
    known = (*_REQUIRED, *_OPTIONAL)
    before = len(sink.errors)
    for key in entry:
        if key not in known:
            keys = f"keys here: {', '.join(known)}"
            sink.add(document.diagnostic((*route, key), "W102", f"unknown key `{key}`", label=did_you_mean(key, known), help=keys))
    for key in _REQUIRED:
        if entry.get(key) in (None, ""):
            sink.add(document.diagnostic(route, "W103", f"the waiver has no `{key}`", help=_WHY[key]))
    reason = str(entry.get("reason") or "")
    if reason and len(reason.strip()) < _SHORTEST:
        sink.add(document.diagnostic((*route, "reason"), "W104", "this reason says nothing", help=_WHY["reason"], at_value=True))
    if len(sink.errors) > before:
        return None
    expires, approved = entry["expires"], entry.get("approved_on")
    return Waiver(
        rule=str(entry["rule"]), subject=str(entry["subject"]), reason=reason.strip(), owner=str(entry["owner"]),
        expires=expires if isinstance(expires, date) else None, expires_text=str(document.raw((*route, "expires"))),
        id=str(entry.get("id") or ""), approved_by=str(entry.get("approved_by") or ""), approved_on=approved if isinstance(approved, date) else None,
        ticket=str(entry.get("ticket") or ""), file=document.file, line=document.key_span((*route, "rule")).line,
    )  # fmt: skip


_WHY = {
    "rule": "name the rule: riskcheck rules list", "subject": "name the subject as findings do: company, systems/KEY",
    "reason": "say why the risk may be accepted until then", "owner": "name the person who answers for it",
    "expires": "nothing is accepted for ever: write a date such as 2027-01-31",
}  # fmt: skip


def status(waiver: Waiver, day: date, *, longest: int, warn: int) -> WaiverStatus:
    """Return how a waiver stands on a day, its last day included."""
    if waiver.expires is None:
        return "malformed"
    left = (waiver.expires - day).days
    if left < 0:
        return "expired"
    since = waiver.approved_on or day
    if (waiver.expires - since).days > longest:
        return "too_long"
    return "expiring" if left <= warn else "active"


def judge_waivers(
    waivers: tuple[Waiver, ...], based: tuple[Waiver, ...] | None, open_findings: Collection[str], rules: Mapping[str, Rule], policy: Policy,
    day: date,
) -> tuple[WaiverState, ...]:  # fmt: skip
    """Return the state of every waiver on a day.

    ``based`` are the waivers of the base of a change, None where there is no base: a waiver that the change itself adds, lengthens or moves
    is only proposed, and the base's own, if any, counts instead. ``open_findings`` are the identities that are adverse or unknown.
    """
    formerly = {old: rule.id for rule in rules.values() for old in rule.formerly}
    found: list[WaiverState] = []
    for waiver in waivers:
        matched = _moved(waiver, formerly)
        held = status(matched, day, longest=policy["waiver_days"], warn=policy["warn_days"])
        has = matched.identity in open_findings
        if based is not None and not policy["accept_new_waivers"] and held in ("active", "expiring") and not _allowed(waiver, based):
            found.append(WaiverState(matched, "proposed", _left(matched, day), has))
            continue
        if not has and held in ("active", "expiring"):
            held = "unused"
        found.append(WaiverState(matched, held, _left(matched, day), has))
    if based is not None and not policy["accept_new_waivers"]:
        found += _kept(found, based, open_findings, policy, day)
    return tuple(found)


def _kept(found: list[WaiverState], based: tuple[Waiver, ...], open_findings: Collection[str], policy: Policy, day: date) -> list[WaiverState]:
    """Return the base's own version of waivers that the change only proposes to lengthen."""
    kept: list[WaiverState] = []
    for item in found:
        if item.status != "proposed":
            continue
        for older in based:
            if older.identity == item.waiver.identity:
                held = status(older, day, longest=policy["waiver_days"], warn=policy["warn_days"])
                kept.append(WaiverState(older, held, _left(older, day), older.identity in open_findings))
    return kept


def _moved(waiver: Waiver, formerly: Mapping[str, str]) -> Waiver:
    if waiver.rule not in formerly:
        return waiver
    return waiver._replace(rule=formerly[waiver.rule])


def _left(waiver: Waiver, day: date) -> int | None:
    return None if waiver.expires is None else (waiver.expires - day).days


def _allowed(waiver: Waiver, based: tuple[Waiver, ...]) -> bool:
    """Whether the base has the same waiver, at least as long."""
    return any(
        older.identity == waiver.identity and older.expires is not None and waiver.expires is not None and waiver.expires <= older.expires
        for older in based
    )


def accepted(waivers: Iterable[WaiverState]) -> dict[str, Waiver]:
    """Return the waivers that count, by the identity of the finding that they accept."""
    return {item.waiver.identity: item.waiver for item in waivers if item.counts}


def waivers_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft-07) of a waiver file."""
    text = {"type": "string", "minLength": 1}
    day = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
    properties: dict[str, Any] = {key: {**text, "description": _WHY.get(key, "")} for key in (*_REQUIRED, *_OPTIONAL)}
    properties |= {
        "expires": {**day, "description": _WHY["expires"]}, "approved_on": day, "evidence": {"type": ["array", "string"]},
        "reason": {"type": "string", "minLength": _SHORTEST, "description": _WHY["reason"]},
    }  # fmt: skip
    entry = {"type": "object", "additionalProperties": False, "required": list(_REQUIRED), "properties": properties}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#", "title": "riskcheck waivers", "type": "object", "additionalProperties": False,
        "required": ["waivers"], "properties": {"waivers": {"type": ["array", "null"], "items": entry}},
    }  # fmt: skip


def entry_text(entry: Mapping[str, Any]) -> str:
    """Return an entry of a waiver file as YAML text."""
    import json

    lines: list[str] = []
    for key in (*_REQUIRED, *_OPTIONAL):
        value = entry.get(key)
        if value:
            shown = value.isoformat() if isinstance(value, date) else json.dumps(str(value), ensure_ascii=False)
            lines.append(f"{'  - ' if not lines else '    '}{key}: {shown}\n")
    return "".join(lines)
