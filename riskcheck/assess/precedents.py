"""Precedents near a rule or a finding: by conduct, jurisdiction and media, and why each is near."""

from __future__ import annotations

from operator import itemgetter

from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from riskcheck.model.rule import Rule

_DECIDED = frozenset({
    "settled", "plaintiff_win", "defendant_win", "mixed", "partly_settled", "plaintiff_win_on_appeal", "defendant_win_on_copyright",
})  # fmt: skip


class Near(NamedTuple):
    """A precedent and why it is near: the conduct, places and media that it shares."""

    id: str
    case: Mapping[str, Any]
    conduct: tuple[str, ...]
    places: tuple[str, ...]
    media: tuple[str, ...]


def near(
    rule: Rule, cases: Iterable[tuple[str, Mapping[str, Any]]], *, media: frozenset[str] = frozenset(), leave_out: frozenset[str] = frozenset(),
) -> tuple[Near, ...]:  # fmt: skip
    """Return the precedents that share a rule's conduct, the nearest first; ``leave_out`` are dockets of the company's own suits."""
    found: list[tuple[tuple[int, int, int, int, str], Near]] = []
    wanted, home = frozenset(rule.conduct), frozenset(rule.jurisdiction)
    for identity, case in cases:
        if wanted.isdisjoint(case.get("conduct", ())) or (case.get("docket") and case["docket"] in leave_out):
            continue
        places = tuple(sorted(home.intersection(case.get("jurisdiction", ()))))
        conduct = tuple([slug for slug in rule.conduct if slug in case["conduct"]])
        shared = tuple(sorted(media.intersection(case.get("media", ())))) if media else ()
        decided = str(case.get("outcome_class", "")) in _DECIDED
        # Shared conduct first, then the place, then the medium; a decided case before a pending one.
        closeness = (-len(conduct), -len(places), -len(shared), -int(decided), identity)
        found.append((closeness, Near(identity, case, conduct, places, shared)))
    return tuple([item for _, item in sorted(found, key=itemgetter(0))])
