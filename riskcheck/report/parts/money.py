"""Money at stake in words: three kinds that are never added up, each with its formula, set against what the company has."""

from __future__ import annotations

from decimal import Decimal

from riskcheck.model.money import convert, rate
from riskcheck.model.values import Money
from riskcheck.report.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from riskcheck.model.assessment import Amount, Exposure
    from riskcheck.report.parts.context import Context

KINDS = ("claimed", "statutory", "ceiling", "scenario")
"""The kinds of amount in the order of how near they are: what is claimed now, what a statute allows, what a model says."""
_MEASURES = (("revenue", "company.worldwide_turnover"), ("cash", "company.cash"), ("loss", "company.adjusted_net_loss"))


class MoneyRow(Record):
    """One amount at stake."""

    title: str
    subject: str
    amount: str
    standing: str
    standing_word: str
    timing: str
    formula: list[tuple[str, str]]
    missing: list[str]
    compared: list[str]
    findings: list[tuple[str, str]]
    rules: int
    bounds: Amount | None


class MoneyView(Record):
    """Amounts by kind, the company's own figures, the rates used, and a sentence on currencies for which there is none."""

    kinds: list[tuple[str, str, str, list[MoneyRow]]]
    figures: list[tuple[str, str]]
    rates: list[tuple[str, str, str]]
    unrated: str


def amount_words(amount: Amount, basis: str, ctx: Context) -> str:
    """Return an amount with its bounds: ``up to …`` for a ceiling, ``from … to …``, ``… or more``."""
    word = ctx.word
    least = word.money(amount.least, amount.currency)
    if amount.most is None:
        return word("amount_or_more", amount=least)
    most = word.money(amount.most, amount.currency)
    if amount.least == amount.most:
        return word("amount_up_to", amount=most) if basis in ("ceiling", "statutory") else most
    if amount.least == 0:
        return word("amount_up_to", amount=most)
    return word("amount_between", least=least, most=most)


def amount_text(item: Exposure, ctx: Context) -> str:
    """Return one exposure in a line: what it is, and how much."""
    amount = amount_words(item.amount, item.basis, ctx) if item.amount else ctx.word("amount_unknown")
    return ctx.word("money_line", title=family_title(item, ctx), amount=amount)


def family_title(item: Exposure, ctx: Context) -> str:
    """Return what an exposure is called."""
    if item.basis == "claimed":
        return ctx.word("money_claim")
    return ctx.told.passage("money", item.family, "title", item.family)


def money_view(ctx: Context) -> MoneyView:
    """Return all money at stake."""
    kinds: list[tuple[str, str, str, list[MoneyRow]]] = []
    for kind in KINDS:
        items = [item for item in ctx.assessment.exposures if item.basis == kind]
        if items:
            rows = sorted((_row(item, ctx) for item in items), key=lambda row: (row.amount == ctx.word("amount_unknown"), row.timing == "upcoming"))
            kinds.append((kind, ctx.word(f"money_{kind}"), ctx.word(f"money_{kind}_note"), rows))
    figures = [
        (ctx.word(f"money_{name}"), ctx.word.money(value.amount, value.currency))
        for name, fact in _MEASURES if isinstance(value := ctx.fact(fact), Money)
    ]  # fmt: skip
    return MoneyView(kinds=kinds, figures=figures, rates=_rates(ctx) if kinds else [], unrated=_unrated(ctx))


def _row(item: Exposure, ctx: Context) -> MoneyRow:
    word = ctx.word
    by_id = ctx.by_identity
    behind = [by_id[identity] for identity in item.findings if identity in by_id]
    titles: dict[str, str] = {}
    for finding in behind:
        if finding.adverse and ctx.shown(finding):
            titles.setdefault(ctx.title(finding.rule), ctx.anchor(finding))
    return MoneyRow(
        title=family_title(item, ctx), subject=ctx.name(item.subject),
        amount=amount_words(item.amount, item.basis, ctx) if item.amount else word("amount_unknown"),
        standing=item.standing, standing_word=word(f"standing_{item.standing}"), timing=item.timing,
        formula=[pair for name, value in item.operands if (pair := _operand(name, value, ctx))],
        missing=[ctx.question(fact) for fact in item.missing], compared=_compared(item, ctx),
        findings=[(anchor, title) for title, anchor in titles.items()], rules=len({finding.rule for finding in behind}),
        bounds=item.amount,
    )  # fmt: skip


def _operand(name: str, value: Any, ctx: Context) -> tuple[str, str] | None:
    word = ctx.word
    if value is None:
        return word(f"operand_{name}"), word("not_known")
    if name == "combine":
        ways = [word(f"combine_{way}") for way in str(value).split(" | ")]
        return word("operand_combine"), word("or_joiner").join(ways)
    if isinstance(value, Money):
        return word(f"operand_{name}"), word.money(value.amount, value.currency)
    if name == "rate":
        return None  # the table of rates below says it with its source
    if not word.has(f"operand_{name}"):
        return name.replace("_", " "), word.value(value, "", ctx.told)
    shown = word.number(Decimal(str(value))) if isinstance(value, (int, float, Decimal)) else word.value(value, "", ctx.told)
    return word(f"operand_{name}"), f"{shown}\u00a0%" if name in ("share", "registered_percent") else shown


def _compared(item: Exposure, ctx: Context) -> list[str]:
    """Return the upper end (the lower where there is none) as a share of revenue, cash and last loss."""
    if item.amount is None:
        return []
    high = item.amount.most if item.amount.most is not None else item.amount.least
    found: list[str] = []
    for name, fact in _MEASURES:
        own = ctx.fact(fact)
        if not isinstance(own, Money) or not own.amount:
            continue
        same = convert(Money(high, item.amount.currency), own.currency, ctx.book)
        if same is not None:
            share = same.amount / own.amount * 100
            figure = f"{share:,.0f}" if share >= 10 else f"{share:.1f}"  # noqa: PLR2004 (small shares need a decimal)
            found.append(ctx.word(f"of_{name}", share=f"{figure}\u00a0%"))
    return found


def _unrated(ctx: Context) -> str:
    """Return the sentence on the company's figures that can't be set against an amount at stake for want of a rate, or nothing."""
    stakes = {item.amount.currency for item in ctx.assessment.exposures if item.amount}
    figures = {value.currency for _, fact in _MEASURES if isinstance(value := ctx.fact(fact), Money)}
    missing = sorted(own for own in figures if any(rate(own, other, ctx.book) is None for other in stakes))
    return ctx.word("unrated", currencies=ctx.word.listed(missing)) if missing else ""


def _rates(ctx: Context) -> list[tuple[str, str, str]]:
    """Return the exchange rates in the parameters, each with its source."""
    found: list[tuple[str, str, str]] = []
    for name in sorted(ctx.run.program.parameters):
        if not name.startswith("fx-"):
            continue
        row = ctx.book.row(name)
        quote, _, base = name[3:].upper().partition("-PER-")
        if row:
            own = ctx.word("own_assumption") if name in ctx.profile.assumptions else row.source
            found.append((f"{quote}/{base}", ctx.word.number(Decimal(str(ctx.book.value(name)))), own))
    return found
