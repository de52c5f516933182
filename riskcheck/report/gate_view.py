"""What the pages, comments and summaries of a gate show: everything in words and in order. Formats only lay it out."""

from __future__ import annotations

from riskcheck.records import NamedTuple
from riskcheck.report.changes import Item, counts_text, items, moved, reasons, scores_text, shown, waiver_text, warnings, words_of
from riskcheck.report.prose import subject_label

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from riskcheck.model.change import Comparison
    from riskcheck.report.gated import Gate, Gated
    from riskcheck.report.words import Words


class Group(NamedTuple):
    """The findings of one kind of change (or those that did not change) with a heading and a sentence about it."""

    kind: str
    title: str
    lede: str
    items: list[Item]


class ProfileView(NamedTuple):
    """One profile: who it is, how it moved, what changed."""

    path: str
    company: str
    sides: str
    scores: str
    counts: str
    notes: list[str]
    groups: list[Group]
    waived: list[tuple[Item, str]]
    changed: bool
    moved: Sequence[tuple[str, str, list[tuple[str, str]]]] = ()


class GateView(NamedTuple):
    """The whole: outcome, its grounds and warnings, and every profile."""

    word: Words
    outcome: str
    headline: str
    reasons: list[tuple[str, str]]
    warnings: list[tuple[str, str]]
    profiles: list[ProfileView]

    @property
    def changed(self) -> bool:
        """Whether there is anything to say."""
        return self.outcome in ("refused", "undecided") or any(profile.changed for profile in self.profiles)


_ORDER = ("new", "worse", "newly_unknown", "newly_waived", "better", "fixed")


def gate_view(gate: Gate, *, everything: bool = False) -> GateView:
    """Return the view. ``everything`` lists the findings that did not change, too."""
    word = words_of(gate)
    return GateView(
        word=word, outcome=gate.outcome or "", headline=word(f"gate_{gate.outcome}") if gate.outcome else word("diff_title"),
        reasons=reasons(gate), warnings=warnings(gate), profiles=[_profile(gated, word, everything=everything) for gated in gate.items],
    )  # fmt: skip


def _profile(gated: Gated, word: Words, *, everything: bool) -> ProfileView:
    comparison, run = gated.comparison, gated.run
    told = items(gated, changes_only=not everything and comparison is not None)
    by_kind: dict[str, list[Item]] = {}
    for item in told:
        by_kind.setdefault(item.kind, []).append(item)
    groups = [Group(kind, word(f"head_{kind}"), word(f"why_{kind}"), by_kind[kind]) for kind in _ORDER if by_kind.get(kind)]
    still = [item for item in shown(by_kind.get("", ())) if not item.kind]
    if still and (everything or comparison is None):
        groups.append(Group("", word("findings_title"), "", still))
    notes = []
    if comparison is not None:
        notes = [word("renamed", old=old, new=new) for old, new in comparison.renamed]
        if comparison.nothing_before:
            notes.append(word("nothing_before"))
    return ProfileView(
        path=gated.path, company=subject_label("company", run.profile, word),
        sides=f"{comparison.before} → {comparison.after}" if comparison else "", scores=scores_text(gated, word),
        counts=counts_text(comparison, word) if comparison else "", notes=notes, groups=groups,
        waived=[(item, waiver_text(item.waiver, word)) for item in items(gated) if item.waiver is not None],
        changed=bool(comparison and comparison.changes),
        moved=_moved(comparison, gated, word) if comparison is not None else [],
    )  # fmt: skip


def _moved(comparison: Comparison, gated: Gated, word: Words) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return the deadlines that moved as (before, after, rules with their subjects)."""
    run, texts = gated.run, gated.run.texts()

    def told(rule: str, subjects: list[str]) -> tuple[str, str]:
        return str(texts.get("rules", rule, "title", rule)), word.listed([subject_label(path, run.profile, word) for path in subjects])

    return [(word.day(before), word.day(after), [told(*item) for item in rules]) for before, after, rules in moved(comparison)]
