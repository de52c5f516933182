"""The change since an earlier run in words."""

from __future__ import annotations

from datetime import date

from riskcheck.portfolio.since import CHANGES
from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from riskcheck.portfolio.names import Names
    from riskcheck.portfolio.run import Order
    from riskcheck.portfolio.since import Moved, Since, State


class ChangedRow(NamedTuple):
    """A company that changed. ``fresh`` are (title, subject, address) of findings new among the heaviest."""

    name: str
    id: str
    href: str
    before: str
    now: str
    change: str
    worse: bool
    fresh: list[tuple[str, str, str]]
    remark: str


class ChangedView(NamedTuple):
    """What changed: sentences, and four lists, each with the sentence that stands where it is cut short."""

    sentences: list[str]
    more: list[ChangedRow]
    moved: list[ChangedRow]
    entries: list[ChangedRow]
    exits: list[ChangedRow]
    cut: dict[str, str]


def changed_view(since: Since, order: Order, names: Names) -> ChangedView:
    """Return the change in words."""
    word = names.word
    sentences = [word("pf_changed", up=since.up, down=since.down, same=since.same, entered=since.entered, left=since.left, worse=since.worse)]
    if since.run.get("as_of"):
        sentences.append(word("pf_changed_run", day=word.day(date.fromisoformat(since.run["as_of"]))))
    if since.run.get("rules") not in (None, order.digest):
        sentences.append(word("pf_changed_rules"))
    elif since.run.get("as_of") not in (None, order.as_of):
        sentences.append(word("pf_changed_day"))
    lists = {"more": since.more, "moved": since.moved, "entries": since.entries, "exits": since.exits}
    changed = any(lists.values())
    sentences.append(word("pf_changed_all", file=CHANGES) if changed else word("pf_changed_none"))
    whole = {"more": since.worse, "moved": since.shifted, "entries": since.entered, "exits": since.left}
    beyond = {name: count - len(lists[name]) for name, count in whole.items()}
    cut = {name: word("pf_more_listed", count=count, file=CHANGES) if count > 0 else "" for name, count in beyond.items()}
    rows = {name: _rows(found, name, names) for name, found in lists.items()}
    return ChangedView(sentences, **rows, cut=cut)


def _rows(found: Sequence[Moved], kind: str, names: Names) -> list[ChangedRow]:
    return [_row(moved, kind, names) for moved in found]


def _row(moved: Moved, kind: str, names: Names) -> ChangedRow:
    word = names.word
    row = {"id": moved.id, "name": moved.name}
    more = kind == "more"
    difference, remark = 0.0, ""
    if moved.before and moved.after:
        difference = moved.after.adverse - moved.before.adverse if more else moved.after.least - moved.before.least
    if more:
        remark = word("pf_new_lighter") if not moved.fresh else "" if moved.certain else word("pf_new_maybe")
    change = signed(difference, 0 if more else 1) if difference else word("pf_upper_only")
    return ChangedRow(
        name=names.company(row), id=names.id(row), href=names.page(moved.id) if moved.after else "",
        before=_state(moved.before, names, count=more), now=_state(moved.after, names, count=more), change=change, worse=difference > 0,
        fresh=[names.finding(identity, moved.id) for identity in moved.fresh] if more else [], remark=remark,
    )  # fmt: skip


def _state(state: State | None, names: Names, *, count: bool) -> str:
    if state is None:
        return "–"
    word = names.word
    if count:
        return word.number(state.adverse)
    low, high = f"{state.least:.1f}", f"{state.most:.1f}"
    return low if low == high else f"{low}–{high}"


def signed(number: float, digits: int) -> str:
    """Return a number with its sign, a real minus."""
    return f"{number:+.{digits}f}".replace("-", "\u2212")
