"""Precedents near a finding: the same conduct before the same jurisdiction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from riskcheck.report.safe import clean

if TYPE_CHECKING:
    from riskcheck.model.rule import Rule
    from riskcheck.report.parts.context import Context


class PrecedentView(NamedTuple):
    """One suit, settlement or licence."""

    title: str
    court: str
    status: str
    amount: str
    url: str


def precedents_of(rule: Rule, ctx: Context, most: int) -> list[PrecedentView]:
    """Return the precedents that share a rule's jurisdiction and most of its conduct; the company's own suits are left out."""
    if not rule.conduct:
        return []
    own = {str(s.facts.get("docket", "")) for s in (ctx.profile.subjects.get("dispute") or {}).values()} - {""}
    scored: list[tuple[int, str, str, dict[str, Any]]] = []
    for identity in ctx.told.ids("precedents"):
        case = ctx.told.entry("precedents", identity)
        shared = set(rule.conduct) & set(case.get("conduct", ()))
        if shared and set(rule.jurisdiction) & set(case.get("jurisdiction", ())) and case.get("docket", "-") not in own:
            scored.append((-len(shared), _newest_first(str(case.get("status_date", ""))), identity, case))
    return [_view(case, identity, ctx) for _, _, identity, case in sorted(scored)[:most]]


def _newest_first(day: str) -> str:
    return "".join(chr(ord("0") + 9 - int(c)) if c.isdigit() else c for c in day) or "~"


def _view(case: dict[str, Any], identity: str, ctx: Context) -> PrecedentView:
    amount = ""
    if case.get("amount") and case.get("currency"):
        from decimal import Decimal

        amount = ctx.word.money(Decimal(str(case["amount"])), str(case["currency"]))
        if case.get("amount_kind"):
            amount = f"{amount} ({ctx.told.passage('precedents', identity, 'amount_kind')})"
    urls = case.get("urls") or [""]
    return PrecedentView(
        ctx.told.passage("precedents", identity, "title", identity), str(case.get("court", "")), ctx.told.passage("precedents", identity, "status"),
        amount, clean(str(urls[0])),
    )  # fmt: skip
