"""One profile through the gate: both sides judged with the same law and day, compared, waived, decided."""

from __future__ import annotations

from riskcheck.assess.assess import assess
from riskcheck.evaluator.evaluate import Evaluator
from riskcheck.gate.compare import compare
from riskcheck.gate.decide import decide
from riskcheck.gate.edits import edits
from riskcheck.gate.side import live_side, nothing, older_side
from riskcheck.gate.waivers import accepted, judge_waivers, read_waivers
from riskcheck.loader.profiles import read_profile
from riskcheck.model.finding import ADVERSE
from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from riskcheck.gate.policy import Policy
    from riskcheck.gate.side import Side
    from riskcheck.gate.trees import Tree
    from riskcheck.model.assessment import Assessment
    from riskcheck.model.change import Comparison, Decision, Waiver
    from riskcheck.model.profile import Profile
    from riskcheck.model.program import Program
    from riskcheck.source.document import Document


class Law(NamedTuple):
    """What a side is judged by: the program, the day, and whether proposed law counts."""

    program: Program
    day: date
    include_proposed: bool = False


class Read(NamedTuple):
    """A profile with its text."""

    profile: Profile
    document: Document
    raw: bytes


class Judged(NamedTuple):
    """One profile at the gate. ``path`` runs from the root of the repository."""

    path: str
    profile: Profile
    document: Document
    assessment: Assessment
    side: Side
    comparison: Comparison
    decision: Decision | None
    waived: dict[str, Waiver]


def read(raw: bytes, name: str, law: Law) -> Read:
    """Return the profile of a file's bytes. Raises InvalidInput with every fault."""
    profile, document = read_profile(raw, name, law.program)
    return Read(profile, document, raw)


class Waivers(NamedTuple):
    """The waivers of the change, and those of its base (None where there is no base)."""

    here: tuple[Waiver, ...] = ()
    base: tuple[Waiver, ...] | None = None


def find_waivers(policy: Policy, tree: Tree, near: str, named: str | None = None) -> tuple[Waiver, ...]:
    """Return the waivers that hold for a profile in a tree: of the file named, else of the nearest file of the policy's name."""
    if named is not None:
        raw = tree.read(named)
        return () if raw is None else read_waivers(raw, named)
    found = tree.upward(near, policy["waivers"])
    return () if found is None else read_waivers(found[1], found[0])


def judge(path: str, new: Read, old: Read | Side | None, law: Law, policy: Policy, waivers: Waivers, label: tuple[str, str]) -> Judged:
    """Return the judgement on one profile. ``old`` is its former text, a record, or None where it is new; ``label`` names both sides."""
    runner = _runner(law, new.profile)
    assessment = assess(law.program, new.profile, law.day, include_proposed=law.include_proposed, evaluator=runner)
    open_findings = {finding.identity for finding in assessment.findings if finding.verdict in ADVERSE or finding.verdict == "unknown"}
    rules = {rule.id: rule for rule in law.program.rules}
    held = judge_waivers(waivers.here, waivers.base, open_findings, rules, policy, law.day)
    waived = accepted(held)
    after = live_side(label[1], assessment, new.profile, law.program, include_proposed=law.include_proposed, waived=frozenset(waived))
    before = _before(old, new, after, law, label[0], runner)
    was_open = {identity for identity, held_state in before.states.items() if held_state.verdict in ADVERSE or held_state.verdict == "unknown"}
    # Without a base nobody can tell when a waiver came; it is no change.
    former = waived if waivers.base is None else accepted(judge_waivers(waivers.base, None, was_open, rules, policy, law.day))
    before = before._replace(waived=frozenset(former) & was_open)
    comparison = compare(before, after, nothing_before=old is None)
    decision = decide(policy, comparison, assessment, held, law.program.parameters)
    return Judged(
        path=path, profile=new.profile, document=new.document, assessment=assessment, side=after, comparison=comparison, decision=decision,
        waived=waived,
    )  # fmt: skip


def _before(old: Read | Side | None, new: Read, after: Side, law: Law, label: str, runner: Evaluator) -> Side:
    if old is None:
        return nothing(label, after)
    if not isinstance(old, Read):
        return old
    if old.raw == new.raw or not edits(old.profile, new.profile):
        # The same answers under the same law: the same findings. Comments and order are no answers.
        return after._replace(label=label, profile=old.profile)
    same = old.profile.assumptions == new.profile.assumptions
    judge_old = runner if same else _runner(law, old.profile)
    return older_side(label, judge_old, old.profile, include_proposed=law.include_proposed)


def _runner(law: Law, profile: Profile) -> Evaluator:
    return Evaluator(law.program, law.day, include_proposed=law.include_proposed, assumptions=dict(profile.assumptions))


def side_of(old: Read, law: Law, label: str) -> Side:
    """Return the side of a profile judged by its own law and day."""
    return older_side(label, _runner(law, old.profile), old.profile, include_proposed=law.include_proposed)


def difference(path: str, new: Read, before: Side, law: Law, label: str) -> Judged:
    """Return what changed between a side and a profile, without any decision."""
    assessment = assess(law.program, new.profile, law.day, include_proposed=law.include_proposed)
    after = live_side(label, assessment, new.profile, law.program, include_proposed=law.include_proposed)
    return Judged(
        path=path, profile=new.profile, document=new.document, assessment=assessment, side=after, comparison=compare(before, after), decision=None,
        waived={},
    )  # fmt: skip


def profiles_in(folder: Path) -> list[Path]:
    """Return the YAML files directly in a folder and below, in order; links are left to the reader of files, hidden ones out."""
    return sorted(
        path for path in folder.rglob("*")
        if path.suffix in (".yaml", ".yml") and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )  # fmt: skip


def looks_like_profile(raw: bytes) -> bool:
    """Whether a text begins as a profile does (key `profile` on a line of its own)."""
    return any(line.startswith(b"profile:") for line in raw.splitlines()[:50])
