"""What changed since an earlier report: by kind, each with before, after and cause; deadlines that moved; waivers that hold now."""

from __future__ import annotations

from riskcheck.report.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from riskcheck.model.change import Comparison
    from riskcheck.report.changes import Item
    from riskcheck.report.parts.context import Context


class ChangeView(Record):
    """One rule that is not what it was for some subjects.

    ``anchor`` is that of the first one, empty where this report no longer has it.
    """

    anchor: str
    title: str
    subjects: str
    severity: str
    severity_word: str
    was: str
    now: str
    causes: list[str]


class ChangeGroup(Record):
    """The changes of one kind, with a heading and a sentence about it. ``brief`` groups are folded on screen."""

    kind: str
    title: str
    lede: str
    changes: list[ChangeView]
    count: int
    brief: bool


class MovedView(Record):
    """Rules that begin to bind on another day than before: (anchor, title, subjects)."""

    before: str
    after: str
    rules: list[tuple[str, str, str]]


class SinceView(Record):
    """The whole section."""

    sides: str
    scores: str
    counts: str
    notes: list[str]
    groups: list[ChangeGroup]
    moved: list[MovedView]


class WaiverView(Record):
    """One finding that somebody has accepted until a day."""

    anchor: str
    title: str
    subject: str
    owner: str
    reason: str
    expires: str


_KINDS = ("new", "worse", "fixed", "better", "newly_unknown", "newly_waived")
"""The order of reading: what came, what went, then what nobody answers any more."""


def since_view(ctx: Context, comparison: Comparison) -> SinceView:
    """Return what changed since the report that was given to compare with."""
    import copy

    from riskcheck.report.changes import counts_text, items, scores_text
    from riskcheck.report.gated import Gated, gate_words

    word = gate_words(ctx.language)
    run = copy.copy(ctx.run)
    run.languages = (ctx.language,)
    gated = Gated(run=run, path=ctx.profile.file, comparison=comparison, waived=run.waivers)
    by_kind: dict[str, list[Item]] = {}
    for item in items(gated, changes_only=True):
        by_kind.setdefault(item.kind, []).append(item)
    return SinceView(
        sides=f"{comparison.before} → {comparison.after}", scores=scores_text(gated, word), counts=counts_text(comparison, word),
        notes=[word("renamed", old=old, new=new) for old, new in comparison.renamed],
        groups=[
            ChangeGroup(
                kind=kind, title=word(f"head_{kind}"), lede=word(f"why_{kind}"), changes=_changes(by_kind[kind], ctx), count=len(by_kind[kind]),
                brief=kind == "newly_unknown",
            )
            for kind in _KINDS if by_kind.get(kind)
        ],
        moved=_moved(comparison, ctx),
    )  # fmt: skip


def _anchor(identity: str, ctx: Context) -> str:
    finding = ctx.by_identity.get(identity)
    return ctx.link(finding) if finding is not None else ""


def _changes(items: list[Item], ctx: Context) -> list[ChangeView]:
    """Return the changes by rule: subjects for which the same changed for the same reason stand together."""
    groups: dict[tuple[str, str, str, str, tuple[str, ...]], list[Item]] = {}
    for item in items:
        groups.setdefault((item.rule, item.severity, item.was, item.now, tuple(dict.fromkeys(text for _, text in item.causes))), []).append(item)
    return [
        ChangeView(
            anchor=_anchor(found[0].identity, ctx), title=ctx.title(rule) if rule in ctx.run.rules else found[0].title,
            subjects=ctx.names([item.subject for item in found]), severity=severity, severity_word=ctx.word(f"severity_{severity}"), was=was,
            now=now, causes=list(causes),
        )
        for (rule, severity, was, now, causes), found in groups.items()
    ]  # fmt: skip


def _moved(comparison: Comparison, ctx: Context) -> list[MovedView]:
    from riskcheck.report.changes import moved

    return [
        MovedView(before=ctx.word.day(before), after=ctx.word.day(after), rules=[
            (_anchor(f"{rule}@{subjects[0]}", ctx), ctx.title(rule) if rule in ctx.run.rules else rule, ctx.names(subjects))
            for rule, subjects in rules
        ])
        for before, after, rules in moved(comparison)
    ]  # fmt: skip


def since_line(ctx: Context) -> str:
    """Return the changes in one line, for a terminal; empty where nothing was given to compare with."""
    comparison = ctx.run.since
    if comparison is None:
        return ""
    from riskcheck.report.changes import counts_text
    from riskcheck.report.gated import gate_words

    word = gate_words(ctx.language)
    line = ctx.word("since_line", before=comparison.before, counts=counts_text(comparison, word))
    return line + (ctx.word("joiner") + ctx.word("since_moved", count=len({item.rule for item in comparison.moved})) if comparison.moved else "")


def waivers_view(ctx: Context) -> list[WaiverView]:
    """Return the waivers that count, by the day on which they end."""
    from riskcheck.report.safe import NAME, clean

    held = sorted(ctx.run.waivers.items(), key=lambda item: (item[1].expires_text, item[0]))
    return [
        WaiverView(
            anchor=_anchor(identity, ctx), title=ctx.title(waiver.rule), subject=ctx.name(waiver.subject), owner=clean(str(waiver.owner), NAME),
            reason=clean(str(waiver.reason), 400),
            expires=ctx.word.day(waiver.expires),
        )
        for identity, waiver in held
    ]  # fmt: skip
