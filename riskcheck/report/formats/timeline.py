"""The calendar of duties as terminal text, Markdown, JSON or iCalendar."""

from __future__ import annotations

import hashlib
import json
from itertools import groupby

from riskcheck.assess.calendar import Entry, calendar
from riskcheck.diagnostics import printable
from riskcheck.report.prose import subject_label
from riskcheck.report.run import citation_text
from riskcheck.report.words import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from riskcheck.report.run import Run


def render_timeline(run: Run, shape: str, *, binding: bool = False) -> str:
    """Return the calendar of a run in a shape: terminal, markdown, json or ics."""
    entries = calendar(run.assessment, binding=binding)
    if shape == "json":
        return _json(entries, run)
    if shape == "ics":
        return _ics(entries, run)
    return _text(entries, run, markdown=shape == "markdown", binding=binding)


def _line(entry: Entry, run: Run) -> tuple[str, str]:
    """Return the rule, and its subjects with the verdict on them: what is only alleged or inferred apart, and called so."""
    word, texts = words(run.languages[0]), run.texts()
    cite = citation_text(run.rules[entry.rule].cite[0], texts)
    standing = {f.subject: f.standing for f in run.assessment.findings if f.rule == entry.rule and f.adverse}
    told = []
    for kind in ("plain", "alleged", "inferred"):
        subjects = [subject for subject in dict.fromkeys(entry.subjects) if standing.get(subject, "plain") == kind]
        if subjects:
            names = word.listed([subject_label(subject, run.profile, word) for subject in subjects])
            basis = [] if kind == "plain" else [word(f"standing_{kind}")]
            told.append(f"{names}: {word.listed([word(f'verdict_{entry.verdict}'), *basis])}")
    return f"{texts.get('rules', entry.rule, 'title')} ({cite})", "; ".join(told)


def _text(entries: tuple[Entry, ...], run: Run, *, markdown: bool, binding: bool) -> str:
    word = words(run.languages[0])
    lines = [word("timeline_title", company=run.assessment.company, day=word.day(run.assessment.as_of))]
    lines = [f"# {lines[0]}" if markdown else printable(lines[0]), ""]
    for due in ("past", "soon", "later", "proposed", "open", *(("met",) if binding else ())):
        found = [entry for entry in entries if entry.due == due]
        title = word(f"timeline_{due}", count=len(found))
        lines.append(f"## {title}" if markdown else title)
        if markdown:
            lines.append("")
        if due == "open" and not binding:
            lines += [word("timeline_open_hint"), ""]
            continue
        for day, group in groupby(found, key=lambda entry: entry.day):
            lines.append(f"**{word.day(day)}**" if markdown else f"  {word.day(day)}")
            if markdown:
                lines.append("")
            for entry in group:
                text = ": ".join(_line(entry, run))
                lines.append(f"- {_escaped(text)}" if markdown else f"    {printable(text)}")
            if markdown:
                lines.append("")
        if not found:
            lines.append(f"  {word('timeline_nothing')}" if not markdown else word("timeline_nothing"))
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _escaped(text: str) -> str:
    return "".join(f"\\{char}" if char in "\\`*_[]<>|#@!" else char for char in printable(text, limit=2000))


def _json(entries: tuple[Entry, ...], run: Run) -> str:
    texts = run.texts()
    standing = {(finding.rule, finding.subject): finding.standing for finding in run.assessment.findings}
    rows = [
        {
            "day": entry.day.isoformat(), "due": entry.due, "rule": entry.rule, "title": texts.get("rules", entry.rule, "title"),
            "status": entry.status, "citation": citation_text(run.rules[entry.rule].cite[0], texts),
            "subjects": [
                {"subject": subject, "verdict": entry.verdict, "standing": standing.get((entry.rule, subject), "plain")} for subject in entry.subjects
            ],
        }
        for entry in entries
    ]  # fmt: skip
    head = {"schema": "riskcheck-timeline/1", "company": run.assessment.company, "as_of": run.assessment.as_of.isoformat(), "entries": rows}
    return json.dumps(head, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _ics(entries: tuple[Entry, ...], run: Run) -> str:
    """Return an iCalendar (RFC 5545) with one all-day event for each coming day and rule; stamped with as_of, not now."""
    stamp = run.assessment.as_of.strftime("%Y%m%dT000000Z")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//riskcheck//timeline//EN", "CALSCALE:GREGORIAN"]
    seen: set[str] = set()
    for entry in entries:
        if entry.due not in ("soon", "later"):
            continue
        title, told = _line(entry, run)
        identity = f"{run.assessment.company}|{entry.rule}|{entry.day}"
        identity += f"|{entry.verdict}" if identity in seen else ""
        seen.add(identity)
        uid = hashlib.sha256(identity.encode()).hexdigest()[:32]
        lines += [
            "BEGIN:VEVENT", f"UID:{uid}@riskcheck", f"DTSTAMP:{stamp}", f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}",
            f"SUMMARY:{_ics_text(title)}", f"DESCRIPTION:{_ics_text(f'{told}. {entry.rule}')}", "TRANSP:TRANSPARENT", "END:VEVENT",
        ]  # fmt: skip
    lines.append("END:VCALENDAR")
    return "".join(_folded(line) + "\r\n" for line in lines)


def _ics_text(text: str) -> str:
    escaped = printable(text, limit=2000).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\n", "\\n")


_OCTETS = 75


def _folded(line: str) -> str:
    """Return a content line folded at 75 octets, never inside a character."""
    parts, current, size = [], "", 0
    for char in line:
        width = len(char.encode())
        if size + width > _OCTETS:
            parts.append(current)
            current, size = " ", 1
        current += char
        size += width
    return "\r\n".join([*parts, current])
