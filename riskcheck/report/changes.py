"""Findings and changes told in words, once for all formats of the gate. Texts are raw: each format makes them inert in its own way."""

from __future__ import annotations

from riskcheck.model.finding import ADVERSE
from riskcheck.model.rule import SEVERITIES
from riskcheck.model.values import SetValue
from riskcheck.model.vocabulary import PLURALS
from riskcheck.records import NamedTuple
from riskcheck.report.gated import gate_words
from riskcheck.report.places import Place, change_place, finding_place, place, related_places, subject_route
from riskcheck.report.prose import fill, question_text, subject_label
from riskcheck.report.run import citation_text, citation_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from typing import Any, Literal, TypeAlias

    from riskcheck.installed import Texts
    from riskcheck.model.assessment import Interval
    from riskcheck.model.change import Cause, Change, Comparison, Edit, Reason, State, Waiver
    from riskcheck.model.finding import Finding
    from riskcheck.report.gated import Gate, Gated
    from riskcheck.report.words import Words

Level: TypeAlias = "Literal['error', 'warning', 'note']"
_LEVELS: dict[str, Level] = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}


class Item(NamedTuple):
    """One finding as a gate tells it. ``kind`` is empty where nothing changed; ``place`` is the changed fact where there is one."""

    identity: str
    rule: str
    pack: str
    subject: str
    kind: str
    severity: str
    level: Level
    title: str
    name: str
    message: str
    remedy: str
    law: str
    url: str
    causes: tuple[tuple[str, str], ...]
    place: Place
    related: tuple[Place, ...]
    was: str
    now: str
    remark: str
    waiver: Waiver | None
    verdict: str
    file: str

    @property
    def place_text(self) -> str:
        """File, line and column, as compilers write them."""
        return f"{self.file}:{self.place.span.line}:{self.place.span.column}"


def words_of(gate: Gate) -> Words:
    """Return the words of a gate's leading language."""
    return gate_words(gate.language)


def items(gated: Gated, *, changes_only: bool = False) -> list[Item]:
    """Return adverse findings and changes, what changed for the worse first, then by severity; fixed ones last."""
    if changes_only not in gated.told:
        gated.told[changes_only] = _items(gated, changes_only=changes_only)
    found: list[Item] = gated.told[changes_only]
    return found


def _items(gated: Gated, *, changes_only: bool) -> list[Item]:
    changes = {change.identity: change for change in (gated.comparison.changes if gated.comparison else ())}
    findings = {finding.identity: finding for finding in gated.run.assessment.findings}
    found = [_item(change, findings.get(identity), gated) for identity, change in changes.items()]
    if not changes_only:
        found += [_item(None, finding, gated) for identity, finding in findings.items() if finding.verdict in ADVERSE and identity not in changes]
    order = ("new", "worse", "newly_unknown", "newly_waived", "", "better", "fixed")
    return sorted(found, key=lambda item: (order.index(item.kind), SEVERITIES.index(item.severity), item.rule, item.subject))


def _item(change: Change | None, finding: Finding | None, gated: Gated) -> Item:
    run, word = gated.run, gate_words(gated.run.languages[0])
    texts = run.texts()
    rule, _, subject = (change.identity if change else finding.identity if finding else "").partition("@")
    severity = change.severity if change else finding.severity_most if finding else "info"
    here = change_place(change, run.document) if change else None
    if here is None:
        here = finding_place(finding, run.document) if finding else place(run.document, subject_route(subject))
    cite = run.rules[rule].cite if rule in run.rules else ()
    related = tuple(p for p in related_places(finding, run.document) if p.route != here.route) if finding and finding.trace else ()
    return Item(
        identity=f"{rule}@{subject}", rule=rule, pack=rule.partition("/")[0], subject=subject, kind=change.kind if change else "",
        severity=severity, level=level(severity, finding), title=str(texts.get("rules", rule, "title", rule)),
        name=subject_label(subject, run.profile, word), message=_message(rule, finding, gated, word, texts),
        remedy=str(texts.get("rules", rule, "remedy")), law="; ".join(citation_text(c, texts) for c in cite),
        url=next((found for c in cite if (found := citation_url(c, texts))), ""),
        causes=tuple(told for cause in change.causes for told in cause_texts(cause, change, word, texts)) if change else (),
        place=here, related=related, was=state_text(change.before, word) if change else "",
        now=state_text(change.after, word) if change else "", remark=_remark(finding, word),
        waiver=gated.waived.get(f"{rule}@{subject}"), verdict=finding.verdict if finding else "absent",
        file=gated.path,
    )  # fmt: skip


def level(severity: str, finding: Finding | None) -> Level:
    """Return how loudly a finding is told: what only may be, or comes later, is never an error."""
    if finding is None or finding.timing == "upcoming" or finding.verdict not in ADVERSE:
        return "note"
    loud = _LEVELS[severity]
    return "warning" if loud == "error" and finding.standing != "plain" else loud


def _message(rule: str, finding: Finding | None, gated: Gated, word: Words, texts: Texts) -> str:
    if finding is not None and finding.verdict in ADVERSE:
        told = fill(str(texts.get("rules", rule, "message")), finding, gated.run, word.language, texts)
        # Where a tool shows one sentence only, it must be the one that says that nobody has found this to be so.
        return told if finding.standing == "plain" else word(f"lead_{finding.standing}") + word("gap") + told
    if finding is not None and finding.verdict == "unknown" and finding.open_facts:
        return word("unknown_message", question=question_text(finding.open_facts[0][1], texts))
    return str(texts.get("rules", rule, "summary"))


def _remark(finding: Finding | None, word: Words) -> str:
    if finding is None or finding.verdict not in ADVERSE:
        return ""
    return word("upcoming", day=word.day(finding.applies_from)) if finding.timing == "upcoming" else ""


def state_text(state: State | None, word: Words) -> str:
    """Return a state in words."""
    if state is None:
        return word("absent")
    parts = [word(f"verdict_{state.verdict}")]
    if state.verdict in (*ADVERSE, "unknown"):
        parts.append(word(f"severity_{state.severity}"))
    if state.verdict in ADVERSE and state.standing != "plain":
        parts.append(word(state.standing))
    if state.verdict in ADVERSE and state.timing == "upcoming":
        parts.append(word("timing_upcoming"))
    return word.listed(parts)


# --- causes ---------------------------------------------------------------------------------------------------------


def cause_texts(cause: Cause, change: Change, word: Words, texts: Texts) -> list[tuple[str, str]]:
    """Return (kind of cause in words, what it was) for each difference behind a change."""
    label = word(f"label_{cause.kind}")
    if cause.edits:
        return [(label, edit_text(edit, word, texts)) for edit in cause.edits]
    if cause.kind == "waiver":
        return [(label, word("cause_waiver" if change.kind == "newly_waived" else "cause_waiver_over"))]
    return [(label, word(f"cause_{cause.kind}", detail=cause.detail))]


def edit_text(edit: Edit, word: Words, texts: Texts) -> str:
    """Return one edit of a profile in words: ``flows/eu-chat/storage_countries: Germany → China``."""
    place_text = f"{edit.path}/{edit.fact}" if edit.fact else edit.path
    if edit.kind in ("subject", "mapping"):
        return word(f"edit_{edit.kind}_{'added' if edit.before is None else 'removed'}", place=place_text)
    if edit.kind == "incomplete":
        return word(f"edit_incomplete_{'on' if edit.after else 'off'}", place=edit.path)
    if edit.kind == "evidence":
        form = "added" if edit.before is None else "removed" if edit.after is None else "changed"
        return word(f"edit_evidence_{form}", place=place_text)
    before, after = _value(edit, edit.before, word, texts), _value(edit, edit.after, word, texts)
    if edit.kind == "assumption":
        return word("edit_assumption", place=edit.path, before=before, after=after)
    if edit.before is None:
        return word("edit_added", place=place_text, after=after)
    if isinstance(edit.before, SetValue) and isinstance(edit.after, SetValue) and _long(edit.before, edit.after):
        return word("edit_set_members", place=place_text, changed=_members(edit, word, texts))
    if edit.after is None:
        return word("edit_removed", place=place_text, before=before)
    return word("edit_set", place=place_text, before=before, after=after)


_FEW = 4


def _long(before: SetValue, after: SetValue) -> bool:
    """Whether two sets are told better by their difference."""
    return before.closed == after.closed and (not before.closed or max(len(before.yes), len(after.yes)) > _FEW)


def _members(edit: Edit, word: Words, texts: Texts) -> str:
    before, after = edit.before, edit.after
    gone = (before.yes | before.no) - (after.yes | after.no)
    parts = {"members_in": after.yes - before.yes, "members_out": after.no - before.no, "members_gone": gone}
    return word("joiner").join(word(key, items=_value(edit, SetValue(members), word, texts)) for key, members in parts.items() if members)


def _value(edit: Edit, value: Any, word: Words, texts: Texts) -> str:
    if value is None:
        return word("nobody")
    if edit.kind == "link":
        return word.listed([str(key) for key in value]) or word("none_of_them")
    if edit.kind == "assumption":
        return str(value)
    plural = edit.path.partition("/")[0]
    return word.value(value, f"{PLURALS.get(plural, plural)}.{edit.fact}", texts)


# --- the whole ------------------------------------------------------------------------------------------------------


def counts(comparison: Comparison) -> dict[str, int]:
    """Return the number of changes by kind, and of findings that did not change."""
    found = dict.fromkeys(("new", "worse", "newly_unknown", "newly_waived", "better", "fixed"), 0)
    for change in comparison.changes:
        found[change.kind] += 1
    return {**found, "unchanged": comparison.unchanged}


def counts_text(comparison: Comparison, word: Words) -> str:
    """Return the counts as a sentence."""
    return word("counts", **counts(comparison))


def moved(comparison: Comparison) -> list[tuple[date, date, list[tuple[str, list[str]]]]]:
    """Return the deadlines that moved: (before, after, rules with the paths of their subjects), the nearest first."""
    groups: dict[tuple[date, date], dict[str, list[str]]] = {}
    for item in comparison.moved:
        groups.setdefault((item.before, item.after), {}).setdefault(item.rule, []).append(item.subject)
    return [(before, after, list(rules.items())) for (before, after), rules in groups.items()]


def interval_text(score: Interval | None, word: Words) -> str:
    """Return a score as people read it: ``75–92``."""
    if score is None:
        return word("nobody")
    least, most = word.score(score.least), word.score(score.most)
    return least if least == most else f"{least}–{most}"


def scores_text(gated: Gated, word: Words) -> str:
    """Return score and coverage, with what they were where that is known."""
    comparison, assessment = gated.comparison, gated.run.assessment
    after, covered = interval_text(assessment.score, word), word.share(assessment.coverage)
    score, coverage = word("score_is", after=after), word("coverage_is", after=covered)
    if comparison is not None and comparison.score_before is not None and comparison.score_before != assessment.score:
        score = word("score_moved", before=interval_text(comparison.score_before, word), after=after)
    if comparison is not None and comparison.coverage_before is not None and (was := word.share(comparison.coverage_before)) != covered:
        coverage = word("coverage_moved", before=was, after=covered)
    return word("joiner").join((score, coverage))


def reason_text(reason: Reason, word: Words) -> str:
    """Return one ground of a decision in words."""
    limit = word(f"severity_{reason.limit}") if reason.setting in ("new", "worse", "newly_unknown") else reason.limit
    return word(f"reason_{reason.setting}", limit=limit, found=reason.found, source=reason.source, finding=next(iter(reason.findings), ""))


def reasons(gate: Gate) -> list[tuple[str, str]]:
    """Return (profile path, ground) for every refusal and everything undecided."""
    word = words_of(gate)
    told = [
        (gated.path, reason_text(reason, word))
        for gated in gate.items if gated.decision for reason in (*gated.decision.refused, *gated.decision.undecided)
    ]  # fmt: skip
    return told + [(path, word("reason_deleted", file=path)) for path in gate.deleted]


def warnings(gate: Gate) -> list[tuple[str, str]]:
    """Return (profile path, warning)."""
    word = words_of(gate)
    return [(gated.path, reason_text(reason, word)) for gated in gate.items if gated.decision for reason in gated.decision.warnings]


def waiver_text(waiver: Waiver, word: Words) -> str:
    """Return who accepted a finding until when, and why."""
    return word("waived_until", day=word.day(waiver.expires), owner=waiver.owner, reason=waiver.reason)


def shown(found: Iterable[Item]) -> list[Item]:
    """Return the findings that a code host is told of: adverse now, or no longer answered; waived ones apart."""
    return [item for item in found if item.waiver is None and (item.verdict in ADVERSE or item.kind == "newly_unknown")]
