"""What changed between two sides: findings matched by (rule, subject), each put into one kind of change."""

from __future__ import annotations

from riskcheck.gate.causes import attribute
from riskcheck.gate.edits import edits, rename, renamed
from riskcheck.model.change import KINDS, Change, Comparison, Kind, Moved, State
from riskcheck.model.finding import ADVERSE
from riskcheck.model.profile import ANONYMOUS
from riskcheck.model.rule import SEVERITIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from riskcheck.gate.side import Side

_STANDINGS = ("plain", "alleged", "inferred")
_TIMINGS = ("in_force", "unsettled", "upcoming")


def compare(before: Side, after: Side, *, nothing_before: bool = False) -> Comparison:
    """Return what changed from one side to the other, each change with its causes. Pure."""
    names: tuple[tuple[str, str], ...] = ()
    if before.profile is not None and after.profile is not None:
        names = renamed(before.profile, after.profile)
        if names:
            before = _renamed(before, names)
    changes: list[Change] = []
    unchanged = 0
    for identity in dict.fromkeys((*after.states, *before.states)):
        old, new = _state(identity, before, after), _state(identity, after, before)
        kind = classify(old, new)
        waived_before, waived_after = identity in before.waived, identity in after.waived
        if new is not None and new.verdict in (*ADVERSE, "unknown") and waived_before != waived_after:
            kind = "newly_waived" if waived_after else "new" if new.verdict in ADVERSE else kind
        if kind is None:
            unchanged += not _silent(old, new)
            continue
        rule, _, subject = identity.partition("@")
        changes.append(Change(kind, rule, subject, old, new, waived=waived_after))
    found = edits(before.profile, after.profile) if before.profile is not None and after.profile is not None else ()
    causes = {} if nothing_before else attribute(changes, before, after, found)
    ordered = sorted((change._replace(causes=causes.get(change.identity, ())) for change in changes), key=_order)
    return Comparison(
        before=before.label, after=after.label, changes=tuple(ordered), unchanged=unchanged, edits=found, renamed=names,
        score_before=before.score, score_after=after.score, coverage_before=before.coverage, coverage_after=after.coverage,
        nothing_before=nothing_before, moved=_moved(before, after),
    )  # fmt: skip


def _moved(before: Side, after: Side) -> tuple[Moved, ...]:
    """Return the deadlines that are known on both sides and differ, the nearest first."""
    found: list[Moved] = []
    for identity, day in after.begins.items():
        old = before.begins.get(identity)
        if old is not None and old != day:
            rule, _, subject = identity.partition("@")
            found.append(Moved(rule, subject, old, day))
    return tuple(sorted(found, key=lambda item: (item.after, item.rule, item.subject)))


def classify(before: State | None, after: State | None) -> Kind | None:
    """Return the kind of change between two states of one finding, or None where nothing that matters changed."""
    was, now = _class(before), _class(after)
    if now == "adverse":
        return _graded(before, after) if was == "adverse" and before and after else "new"
    if now == "unknown":
        if was == "unknown" and before and after:
            return _step(SEVERITIES.index(before.severity), SEVERITIES.index(after.severity))
        return "newly_unknown"
    if was == "adverse":
        return "fixed"
    return "better" if was == "unknown" and after is not None else None


def _class(state: State | None) -> str:
    if state is None:
        return "absent"
    return "adverse" if state.verdict in ADVERSE else "unknown" if state.verdict == "unknown" else "quiet"


def _graded(before: State, after: State) -> Kind | None:
    """Compare two adverse states: severity first, then how sure it is, then when it binds."""
    steps = [
        _step(SEVERITIES.index(before.severity), SEVERITIES.index(after.severity)),
        _step(_STANDINGS.index(before.standing), _STANDINGS.index(after.standing)),
        _step(_TIMINGS.index(before.timing), _TIMINGS.index(after.timing)),
    ]
    return "worse" if "worse" in steps else "better" if "better" in steps else None


def _step(before: int, after: int) -> Kind | None:
    return None if before == after else "worse" if after < before else "better"


def _silent(before: State | None, after: State | None) -> bool:
    """Whether a finding is not worth counting: it applies on neither side."""
    return all(state is None or state.verdict == "out_of_scope" for state in (before, after))


def _state(identity: str, side: Side, other: Side) -> State | None:
    """Return the state of a finding on a side.

    Where its subject is not described there, the anonymous subject of the same kind speaks for it: whoever deletes all systems has not
    met their duties, and whoever describes the first one has not made its open questions.
    """
    found = side.states.get(identity)
    if found is not None:
        return found
    rule, _, subject = identity.partition("@")
    if ANONYMOUS in subject:
        # The stand-in of a kind is not missed once real subjects are there.
        return other.states.get(identity) if _described(subject, side) else None
    for stand_in in _stand_ins(subject):
        found = side.states.get(f"{rule}@{stand_in}")
        if found is not None:
            return found
    return None


def _described(subject: str, side: Side) -> bool:
    """Whether a side describes real subjects of the kinds for which a stand-in was judged."""
    if side.partial:
        return False
    plurals = [part.partition("/")[0] for part in subject.split("+") if ANONYMOUS in part]
    if side.profile is not None:
        return any(side.profile.subjects.get(plural.removesuffix("s")) for plural in plurals)
    paths = {part for identity in side.states for part in identity.partition("@")[2].split("+")}
    return any(path.startswith(plural + "/") and not path.endswith(ANONYMOUS) for path in paths for plural in plurals)


def _stand_ins(subject: str) -> list[str]:
    parts = subject.split("+")
    blank = [f"{part.partition('/')[0]}/{ANONYMOUS}" if "/" in part else part for part in parts]
    pair = 2
    if len(parts) == pair:
        return [f"{parts[0]}+{blank[1]}", f"{blank[0]}+{parts[1]}", "+".join(blank)]
    return blank if blank != parts else []


def _renamed(side: Side, names: tuple[tuple[str, str], ...]) -> Side:
    """Return a side under the new names, so that identities fit."""
    paths = dict(names)

    def moved(identity: str) -> str:
        rule, _, subject = identity.partition("@")
        return f"{rule}@{'+'.join(paths.get(part, part) for part in subject.split('+'))}"

    profile = rename(side.profile, names) if side.profile is not None else None
    return side._replace(
        profile=profile, states={moved(name): held for name, held in side.states.items()}, waived=frozenset(map(moved, side.waived)),
        begins={moved(name): day for name, day in side.begins.items()},
    )  # fmt: skip


def _order(change: Change) -> tuple[int, int, str, str]:
    return (KINDS.index(change.kind), SEVERITIES.index(change.severity), change.rule, change.subject)
