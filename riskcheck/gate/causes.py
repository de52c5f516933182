"""Why a finding changed: the profile's facts, its evidence, the law or its packs, the calendar, or a waiver.

Where the older profile is at hand, the two sides are turned into each other step by step (law, then calendar, then profile), and the step
at which a finding moves is its cause. Within the profile, an edit is a cause if undoing it alone undoes the change, or
making it alone makes a change (the but-for test of tort law, both ways). Where only a record is at hand, its digests tell what can be told,
and what they leave open is said to be open.
"""

from __future__ import annotations

from riskcheck.evaluator.evaluate import Evaluator
from riskcheck.gate.edits import evidence_digest, facts_digest, put
from riskcheck.gate.side import state
from riskcheck.model.change import Cause, Change, Edit, State
from riskcheck.model.program import Program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from riskcheck.gate.side import Side
    from riskcheck.model.profile import Profile

_TRIED = 48
"""Edits that are tried one by one; a change set beyond that is told as a whole where no single edit decides."""


def attribute(changes: list[Change], before: Side, after: Side, found: tuple[Edit, ...]) -> dict[str, tuple[Cause, ...]]:
    """Return the causes of each change by identity."""
    causes: dict[str, tuple[Cause, ...]] = {}
    judged: list[Change] = []
    for change in changes:
        if (change.identity in before.waived) != (change.identity in after.waived) and _alike(change):
            causes[change.identity] = (Cause("waiver"),)
        else:
            judged.append(change)
    if not judged or after.profile is None or after.program is None:
        return causes
    replay = _Replay(judged, after)
    by_law = replay.by_record(before) if before.profile is None else replay.by_stages(before)
    causes |= by_law
    if before.profile is not None:
        waiting = [change for change in judged if _moved_by_profile(change, by_law)]
        for identity, told in replay.by_edits(waiting, before, found).items():
            causes[identity] = (*[cause for cause in by_law.get(identity, ()) if cause.kind != "fact"], *told)
    return causes


def _alike(change: Change) -> bool:
    return change.before == change.after


def _moved_by_profile(change: Change, found: dict[str, tuple[Cause, ...]]) -> bool:
    causes = found.get(change.identity, ())
    return not causes or any(cause.kind == "fact" for cause in causes)


class _Replay:
    """Judges the rules concerned again, under other law, on other days and with other facts."""

    def __init__(self, changes: list[Change], after: Side) -> None:
        if after.program is None or after.profile is None:
            message = "a replay needs the newer side at hand"
            raise ValueError(message)
        self.changes = changes
        self.after = after
        self.profile: Profile = after.profile
        self.program = _only(after.program, {change.rule for change in changes})
        self.proposed = after.include_proposed

    def judge(self, profile: Profile, program: Program, day: date) -> dict[str, State]:
        runner = Evaluator(program, day, include_proposed=self.proposed, assumptions=dict(profile.assumptions))
        return {finding.identity: state(finding) for finding in runner.evaluate(profile)}

    def by_stages(self, before: Side) -> dict[str, tuple[Cause, ...]]:
        """Return causes outside the profile; ``fact`` marks where the profile moved something too."""
        if before.profile is None or before.program is None:
            return {}
        same_law = before.law == self.after.law
        same_day = before.as_of == self.after.as_of
        if same_law and same_day:
            return {}
        found: dict[str, list[Cause]] = {}
        last = dict(before.states)
        if not same_law:
            last = self._stage(last, self.judge(before.profile, self.program, before.as_of), Cause("law", detail=self._versions(before)), found)
        if not same_day:
            passed = Cause("calendar", detail=self.after.as_of.isoformat())
            last = self._stage(last, self.judge(before.profile, self.program, self.after.as_of), passed, found)
        self._stage(last, dict(self.after.states), Cause("fact"), found)
        return {identity: tuple(causes) for identity, causes in found.items()}

    def _stage(self, last: dict[str, State], now: dict[str, State], cause: Cause, found: dict[str, list[Cause]]) -> dict[str, State]:
        for change in self.changes:
            if last.get(change.identity) != now.get(change.identity):
                found.setdefault(change.identity, []).append(cause)
        return now

    def _versions(self, before: Side) -> str:
        if before.program is None or self.after.program is None:
            return ""
        old = {pack: info.version for pack, info in before.program.packs.items()}
        new = {pack: info.version for pack, info in self.after.program.packs.items()}
        changed = [f"{pack} {old.get(pack, '–')} → {version}" for pack, version in new.items() if old.get(pack) != version]
        return ", ".join(changed) or f"{before.law[:12]} → {self.after.law[:12]}"

    def by_record(self, before: Side) -> dict[str, tuple[Cause, ...]]:
        """Return causes as far as the digests of a record tell them."""
        then = self.judge(self.profile, self.program, before.as_of) if before.as_of != self.after.as_of else dict(self.after.states)
        same_law = bool(before.law) and before.law == self.after.law
        same_facts = bool(before.facts) and before.facts == facts_digest(self.profile)
        same_evidence = bool(before.evidence) and before.evidence == evidence_digest(self.profile)
        found: dict[str, tuple[Cause, ...]] = {}
        for change in self.changes:
            causes: list[Cause] = []
            if not _fits(change.before, then.get(change.identity), partial=before.partial):
                if same_facts and same_evidence:
                    causes.append(Cause("law", detail=f"{before.law[:12]} → {self.after.law[:12]}"))
                elif same_law:
                    causes.append(Cause("evidence" if same_facts else "fact"))
                else:
                    causes.append(Cause("unsettled"))
            if then.get(change.identity) != change.after:
                causes.append(Cause("calendar", detail=self.after.as_of.isoformat()))
            found[change.identity] = tuple(causes)
        return found

    def by_edits(self, changes: list[Change], before: Side, found: tuple[Edit, ...]) -> dict[str, tuple[Cause, ...]]:
        """Return for each change the edits that decide it, facts and evidence apart."""
        if before.profile is None or not found or not changes:
            return {}
        program = _only(self.program, {change.rule for change in changes})
        day = self.after.as_of
        start = self.judge(before.profile, program, day)
        end = self.judge(self.profile, program, day)
        decisive: dict[str, list[Edit]] = {change.identity: [] for change in changes}
        for edit in found[:_TRIED]:
            undone = self.judge(put(self.profile, edit, edit.before), program, day)
            done = self.judge(put(before.profile, edit, edit.after), program, day)
            for identity, edits in decisive.items():
                if undone.get(identity) != end.get(identity) or done.get(identity) != start.get(identity):
                    edits.append(edit)
        return {identity: _causes(edits or _near(identity, found)) for identity, edits in decisive.items()}


def _causes(edits: Iterable[Edit]) -> tuple[Cause, ...]:
    facts = tuple(edit for edit in edits if edit.kind != "evidence")
    evidence = tuple(edit for edit in edits if edit.kind == "evidence")
    return (*((Cause("fact", facts),) if facts else ()), *((Cause("evidence", evidence),) if evidence else ()))


def _near(identity: str, found: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """Return the edits of a finding's own subject, or all of them: several acted together and none decides alone."""
    own = tuple(edit for edit in found if edit.path in identity.partition("@")[2].split("+"))
    return own or found


def _fits(recorded: State | None, now: State | None, *, partial: bool) -> bool:
    """Whether a record agrees with a state; a partial record leaves out what is neither adverse nor unknown."""
    if recorded is None and partial:
        return now is None or now.verdict in ("met", "clear", "exempt", "out_of_scope")
    return recorded == now


def _only(program: Program, rules: set[str]) -> Program:
    return Program(
        vocabulary=program.vocabulary, parameters=program.parameters, definitions=program.definitions,
        rules=tuple(rule for rule in program.rules if rule.id in rules), packs=program.packs, unions=program.unions,
        scoring=program.scoring, money=program.money, digest=program.digest,
    )  # fmt: skip
