"""JUnit XML that both the strict schema of Ant and that of Jenkins' xUnit plug-in accept: a suite for each rule set, a case for each finding."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from riskcheck.model.finding import ADVERSE
from riskcheck.report.changes import items, waiver_text, words_of
from riskcheck.report.gated import Gate, Gated, single
from riskcheck.report.inert import plain
from riskcheck.report.prose import question_text, subject_label

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from riskcheck.model.finding import Finding
    from riskcheck.report.changes import Item
    from riskcheck.report.run import Run
    from riskcheck.report.words import Words

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(run: Run, **_options: Any) -> str:
    """Return the findings of a scored profile."""
    return render_gate(single(run))


def render_gate(gate: Gate) -> str:
    """Return one document. What is open is skipped with its question, what is waived with who accepted it: neither is a silent pass."""
    word = words_of(gate)
    suites: list[str] = []
    for gated in gate.items:
        told = {item.identity: item for item in items(gated)}
        packs: dict[str, list[Finding]] = {}
        for finding in gated.run.assessment.findings:
            if finding.verdict != "out_of_scope":
                packs.setdefault(finding.pack, []).append(finding)
        for pack, findings in packs.items():
            suites.append(_suite(pack, findings, told, gated, len(suites), word))
    return '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n' + "".join(suites) + "</testsuites>\n"


def _suite(pack: str, findings: list[Finding], told: dict[str, Item], gated: Gated, number: int, word: Words) -> str:
    cases = [_case(finding, told.get(finding.identity), gated, word) for finding in findings]
    failures, skipped = (sum(mark in case for case in cases) for mark in ("<failure", "<skipped"))
    stamp = f"{gated.run.assessment.as_of.isoformat()}T00:00:00"
    head = (
        f'<testsuite id="{number}" package={_quoted(gated.path)} name={_quoted(pack)} hostname="localhost" tests="{len(cases)}" '
        f'failures="{failures}" errors="0" skipped="{skipped}" time="0.000" timestamp="{stamp}">'
    )
    properties = '<properties><property name="riskcheck.schema" value="1"/></properties>\n'
    return f"{head}{properties}{''.join(cases)}<system-out></system-out><system-err></system-err></testsuite>\n"


def _case(finding: Finding, item: Item | None, gated: Gated, word: Words) -> str:
    texts = gated.run.texts()
    title = str(texts.get("rules", finding.rule, "title", finding.rule))
    name = f"{finding.rule.partition('/')[2]}: {title} ({subject_label(finding.subject, gated.run.profile, word)})"
    head = f'<testcase name={_quoted(name)} classname={_quoted(finding.pack)} time="0.000"'
    if finding.verdict in ADVERSE and item is not None:
        if item.waiver is not None:
            return f"{head}><skipped message={_quoted(waiver_text(item.waiver, word))}/></testcase>\n"
        if finding.timing == "upcoming":
            return f"{head}><skipped message={_quoted(f'{item.remark}: {item.message}')}/></testcase>\n"
        where = f"{gated.path}:{item.place.span.line}:{item.place.span.column}"
        body = "\n".join([where, item.message, item.remark, *(text for _, text in item.causes), f"{word('fix')}: {item.remedy}", item.law])
        return f"{head}><failure message={_quoted(item.message)} type={_quoted(item.severity)}>{_text(body)}</failure></testcase>\n"
    if finding.verdict == "unknown":
        asked = question_text(finding.open_facts[0][1], texts) if finding.open_facts else ""
        return f"{head}><skipped message={_quoted(word('verdict_unknown') + ': ' + asked)}/></testcase>\n"
    if finding.verdict == "exempt":
        why = texts.get("rules", finding.rule, "unless", [""])[finding.exemption or 0]
        return f"{head}><skipped message={_quoted(word('verdict_exempt') + ': ' + str(why))}/></testcase>\n"
    return f"{head}/>\n"


def _quoted(text: str) -> str:
    return quoteattr(_NOT_XML.sub("\ufffd", plain(text, 1000)))


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", "\n".join(plain(line, 1000) for line in text.split("\n") if line)))
