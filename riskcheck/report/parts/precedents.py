"""Precedents near a finding: the same conduct, before the same authorities if possible, and why each is near."""

from __future__ import annotations

from decimal import Decimal

from riskcheck.assess.precedents import near
from riskcheck.report.record import Record
from riskcheck.report.safe import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from riskcheck.assess.precedents import Near
    from riskcheck.model.rule import Rule
    from riskcheck.report.parts.context import Context


class PrecedentView(Record):
    """One suit, settlement or licence, and what it shares with the finding."""

    title: str
    court: str
    status: str
    amount: str
    url: str
    why: str


def precedents_of(rule: Rule, ctx: Context, most: int) -> list[PrecedentView]:
    """Return the precedents before a rule's own authorities that share most of its conduct; the company's own suits are left out."""
    if not rule.conduct:
        return []
    own = frozenset(str(s.facts.get("docket", "")) for s in (ctx.profile.subjects.get("dispute") or {}).values()) - {""}
    found = [item for item in near(rule, ctx.precedents, leave_out=own) if item.places]
    return [_view(item, ctx) for item in found[:most]]


def _view(item: Near, ctx: Context) -> PrecedentView:
    case, told, word = item.case, ctx.told, ctx.word
    amount = ""
    if case.get("amount") and case.get("currency"):
        amount = word.money(Decimal(str(case["amount"])), str(case["currency"]))
        if case.get("amount_kind"):
            amount = f"{amount} ({told.passage('precedents', item.id, 'amount_kind')})"
    urls = case.get("urls") or [""]
    shared = word.listed([str(told.entry("conduct", slug) or slug) for slug in item.conduct])
    places = word.listed([word.place(code, told) for code in item.places])
    status = told.passage("precedents", item.id, "status") or told.passage("precedents", item.id, "outcome")
    seen = str(case.get("status_date") or "")
    return PrecedentView(
        title=told.passage("precedents", item.id, "title", item.id), court=str(case.get("court") or case.get("authority") or ""),
        status=f"{status} ({word('state_of', day=seen)})" if seen and status else status, amount=amount, url=clean(str(urls[0])),
        why=word("near_because", conduct=shared, places=places),
    )  # fmt: skip
