"""Precedents near a rule or a finding: by conduct, jurisdiction and media, and why each is near."""

from __future__ import annotations

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

    @property
    def closeness(self) -> tuple[int, int, int, int]:
        """Shared conduct first, then the place, then the medium; a decided case before a pending one."""
        return (len(self.conduct), len(self.places), len(self.media), int(str(self.case.get("outcome_class", "")) in _DECIDED))


def near(
    rule: Rule, cases: Iterable[tuple[str, Mapping[str, Any]]], *, media: frozenset[str] = frozenset(), leave_out: frozenset[str] = frozenset(),
    at_home: bool = False,
) -> tuple[Near, ...]:  # fmt: skip
    """Return the precedents that share a rule's conduct, the nearest first; ``leave_out`` are dockets of the company's own suits.

    ``at_home`` leaves out those that were not before the rule's own authorities.
    """
    found: list[Near] = []
    apart = frozenset(rule.conduct).isdisjoint
    for identity, case in cases:
        if apart(case.get("conduct", ())) or (case.get("docket") and case["docket"] in leave_out):
            continue
        conduct = tuple([slug for slug in rule.conduct if slug in case["conduct"]])
        places = tuple(sorted(set(rule.jurisdiction).intersection(case.get("jurisdiction", ()))))
        if at_home and not places:
            continue
        shared = tuple(sorted(media & set(case.get("media", ()))))
        found.append(Near(identity, case, conduct, places, shared))
    return tuple(sorted(found, key=lambda item: (tuple(-part for part in item.closeness), item.id)))
