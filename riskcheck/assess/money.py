"""Money at stake, as bounds with their operands. Ceilings of fines, statutory damages and claimed sums are never mixed.

One conduct, one fine per act: findings that fall under one family of penalty give one ceiling. Works are counted once per
set of works, whatever the number of rules that name them. What is missing is named, never invented.
"""

from __future__ import annotations

from decimal import Decimal

from riskcheck.model.assessment import Amount, Exposure
from riskcheck.model.finding import ADVERSE
from riskcheck.model.money import convert
from riskcheck.model.values import Money

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from riskcheck.evaluator.evaluate import Evaluator, Judged
    from riskcheck.evaluator.world import Facts, World
    from riskcheck.model.finding import Finding
    from riskcheck.model.parameters import ParameterBook


def exposures(runner: Evaluator, judged: Judged) -> tuple[Exposure, ...]:
    """Return the money at stake behind the adverse findings: fine ceilings, statutory damages, claimed sums."""
    rules = {bound.rule.id: bound.rule for bound in runner.rules}
    fined: dict[str, list[Finding]] = {}
    sued: dict[str, list[Finding]] = {}
    for finding in judged.findings:
        if finding.verdict not in ADVERSE and finding.plain not in ADVERSE:
            continue
        rule = rules[finding.rule]
        if rule.penalty:
            fined.setdefault(rule.penalty, []).append(finding)
        if rule.damages:
            sued.setdefault(rule.damages, []).append(finding)
    money = runner.program.money
    closed = frozenset(money.get("closed_stages", ()))
    penalties = money.get("penalties", {})
    found = [ceiling(family, penalties.get(family, {}), findings, judged.plain, runner.book) for family, findings in sorted(fined.items())]
    for family, findings in sorted(sued.items()):
        found.extend(_damages(family, money.get("damages", {}).get(family, {}), findings, judged.full, runner.book, closed))
    found.extend(_claims(judged, closed))
    return tuple(found)


# --- fines ----------------------------------------------------------------------------------------------------------


def ceiling(family: str, entry: Mapping[str, Any], findings: list[Finding], world: World, book: ParameterBook) -> Exposure:
    """Return the statutory ceiling of one family of fines, with both operands; an unknown turnover opens it upwards."""
    company = world.company
    turnover_fact = str(entry.get("turnover", "company.worldwide_turnover")).partition(".")[2]
    amount, share = _value(book, f"penalty-{family}-amount"), _value(book, f"penalty-{family}-share")
    if amount is None:
        amount = _value(book, f"penalty-{family}-per-user")
    turnover = company.get(turnover_fact)
    operands: list[tuple[str, Any]] = []
    missing: list[str] = []
    if amount is not None:
        operands.append(("amount", amount))
    part: Money | None = None
    share_for = str(entry.get("share_for", "")).partition(".")[2]
    if share_for and company.get(share_for) is False:
        share = None  # who is no undertaking has no turnover in the sense of the law: the fixed amount alone
    if share is not None:
        operands.append(("share", share))
        if isinstance(turnover, Money):
            part = _share(turnover, share, amount, book)
            operands += [("turnover", turnover), ("share_of_turnover", part)]
            if amount is not None and turnover.currency != amount.currency:
                operands.append(("rate", f"{turnover.currency}/{amount.currency}"))
        else:
            missing.append(f"company.{turnover_fact}")
    combines = _combines(family, entry, company, book, missing)
    operands.append(("combine", " | ".join(combines)))
    bounds = [bound for combine in combines if (bound := _combined(combine, amount, part, share_known=share is not None)) is not None]
    counted = str(entry.get("per", ""))
    if counted:
        # The figure is the price of one day, user or violation; nobody has counted them, so there is no upper bound.
        operands.append(("per", counted))
        bounds = [Amount(bound.least, None, bound.currency) for bound in bounds]
    return Exposure(
        family=family, basis="ceiling", subject="company", findings=tuple(f.identity for f in findings), amount=_span(bounds),
        operands=tuple(operands), missing=tuple(missing), standing=_standing(findings), timing=_timing(findings),
    )  # fmt: skip


def _value(book: ParameterBook, name: str) -> Any:
    return book.value(name) if name in book else None


def _share(turnover: Money, share: Any, amount: Money | None, book: ParameterBook) -> Money:
    base = convert(turnover, amount.currency, book) if amount is not None else turnover
    base = base or turnover
    return Money((base.amount * Decimal(str(share)) / 100).quantize(Decimal("0.01")), base.currency)


def _combines(family: str, entry: Mapping[str, Any], company: Facts, book: ParameterBook, missing: list[str]) -> list[str]:
    """Return the ways of combining amount and share that the company's size leaves possible."""
    usual = str(_value(book, f"penalty-{family}-combine") or "amount_only")
    possible: list[str] = []
    for size, fact in (entry.get("reduces_for") or {}).items():
        combine = _value(book, f"penalty-{family}-combine-{size}")
        truth = company.get(str(fact).partition(".")[2])
        if combine is None or truth is False:
            continue
        if truth is True:
            return [str(combine)]
        missing.append(str(fact))
        possible.append(str(combine))
    return list(dict.fromkeys((usual, *possible)))


def _combined(combine: str, amount: Money | None, part: Money | None, *, share_known: bool) -> Amount | None:
    fixed = amount.amount if amount is not None else None
    currency = (amount or part or Money(Decimal(0), "EUR")).currency
    portion = part.amount if part is not None and part.currency == currency else None
    if combine == "share_only":
        return Amount(portion, portion, currency) if portion is not None else None
    if fixed is None:
        return Amount(portion, portion, currency) if portion is not None else None
    if combine == "amount_only" or (not share_known and combine in ("higher_of", "lower_of", "either")):
        return Amount(fixed, fixed, currency)
    if combine == "higher_of":
        return Amount(max(fixed, portion), max(fixed, portion), currency) if portion is not None else Amount(fixed, None, currency)
    if combine == "lower_of":
        return Amount(min(fixed, portion), min(fixed, portion), currency) if portion is not None else Amount(Decimal(0), fixed, currency)
    if combine == "either":
        return Amount(min(fixed, portion), max(fixed, portion), currency) if portion is not None else Amount(fixed, None, currency)
    if combine == "share_or_amount_if_no_turnover":
        return Amount(portion, portion, currency) if portion is not None else Amount(fixed, None, currency)
    if combine == "national_law":
        return None
    # per violation, per day, twice the transaction: the amount is the price of one, and nobody has counted them.
    return Amount(fixed, None, currency)


def _span(bounds: list[Amount]) -> Amount | None:
    if not bounds:
        return None
    most = None if any(bound.most is None for bound in bounds) else max(bound.most for bound in bounds if bound.most is not None)
    return Amount(min(bound.least for bound in bounds), most, bounds[0].currency)


def _standing(findings: list[Finding]) -> Any:
    standings = {finding.standing for finding in findings}
    return next(name for name in ("plain", "inferred", "alleged") if name in standings)


def _timing(findings: list[Finding]) -> str:
    timings = {finding.timing for finding in findings}
    return next(name for name in ("in_force", "unsettled", "upcoming") if name in timings)


# --- damages --------------------------------------------------------------------------------------------------------


def _damages(
    family: str, entry: Mapping[str, Any], findings: list[Finding], world: World, book: ParameterBook, closed: frozenset[str],
) -> list[Exposure]:
    """Return the statutory damages of each set of works that a finding of this family touches."""
    by_set: dict[str, tuple[dict[str, Facts], list[Finding]]] = {}
    for finding in findings:
        for dispute in _disputes(finding.subject, world):
            if dispute.get("stage") in closed:
                continue
            if entry.get("forum") and str(dispute.get("forum_country")).partition("-")[0] != entry["forum"]:
                continue
            works = str(dispute.get("work_set") or dispute.path)
            disputes, found = by_set.setdefault(works, ({}, []))
            disputes[dispute.path] = dispute
            found.append(finding)
    return [
        max((_statutory(family, entry, dispute, found, book) for _, dispute in sorted(disputes.items())), key=_height)
        for _, (disputes, found) in sorted(by_set.items())
    ]  # fmt: skip


def _height(exposure: Exposure) -> Decimal:
    """Return how high an exposure reaches: of suits over the same works the largest figure stands, as in measures."""
    return exposure.amount.most if exposure.amount is not None and exposure.amount.most is not None else Decimal(-1)


def _disputes(subject: str, world: World) -> list[Facts]:
    kind, _, key = subject.partition("/")
    if kind == "company":
        return list(world.subjects["dispute"].values())
    facts = world.subjects.get(kind.removesuffix("s"), {}).get(key.partition("+")[0])
    if facts is None:
        return []
    if facts.kind == "dispute":
        return [facts]
    direct = f"{facts.kind}.disputes"
    if direct in world.vocabulary.links:
        return world.linked(facts, direct)[0]
    return []


def _statutory(family: str, entry: Mapping[str, Any], dispute: Facts, findings: list[Finding], book: ParameterBook) -> Exposure:
    count_fact = str(entry.get("count", "dispute.works_asserted")).partition(".")[2]
    count = dispute.get(count_fact)
    wilful_fact = str(entry.get("wilful", "")).partition(".")[2]
    wilful = dispute.get(wilful_fact) if wilful_fact else False
    least, most = _value(book, f"damages-{family}-least"), _value(book, f"damages-{family}-most")
    wilful_most = _value(book, f"damages-{family}-wilful-most")
    upper = wilful_most if wilful_most is not None and wilful is not False else most
    operands: list[tuple[str, Any]] = [("count", count), ("least_each", least), ("most_each", upper)]
    missing = [] if count is not None else [f"dispute.{count_fact}"]
    registered = dispute.get(str(entry.get("registered", "")).partition(".")[2]) if entry.get("registered") else None
    if entry.get("registered") and registered is None:
        missing.append(str(entry["registered"]))
    amount = None
    if count is not None and upper is not None:
        factor = Decimal(str(registered)) / 100 if registered is not None else Decimal(1)
        low = least.amount if least is not None else Decimal(0)
        floor = Decimal(0) if entry.get("registered") and registered is None else count * factor * low
        amount = Amount(floor, count * factor * upper.amount, upper.currency)
        if registered is not None:
            operands.append(("registered_percent", registered))
    return Exposure(
        family=family, basis="statutory", subject=dispute.path, findings=tuple(dict.fromkeys(f.identity for f in findings)),
        amount=amount, operands=tuple(operands), missing=tuple(missing), standing=_weakest(findings, dispute, count_fact),
        timing=_timing(findings),
    )  # fmt: skip


def _weakest(findings: list[Finding], dispute: Facts, count_fact: str) -> Any:
    """Return the standing of an amount: no better than that of its findings, nor than that of the number of works."""
    found = _standing(findings)
    filled = dispute.world.filled.get((dispute.path, count_fact))
    order = ("plain", "inferred", "alleged")
    return max((found, filled or "plain"), key=order.index)


def _claims(judged: Judged, closed: frozenset[str]) -> list[Exposure]:
    """Return the sums that are claimed or disclosed as the worst case, one for each dispute."""
    found: list[Exposure] = []
    for dispute in judged.full.subjects["dispute"].values():
        claimed = dispute.get("amount_claimed")
        if not isinstance(claimed, Money) or dispute.get("stage") in closed:
            continue
        plain = judged.plain.subjects["dispute"][dispute.key].get("amount_claimed") is not None
        filled = judged.full.filled.get((dispute.path, "amount_claimed"), "inferred")
        behind = tuple(f.identity for f in judged.findings if f.subject == dispute.path and f.verdict in ADVERSE)
        standing: Any = "plain" if plain else filled
        found.append(Exposure(
            family="claim", basis="claimed", subject=dispute.path, findings=behind,
            amount=Amount(claimed.amount, claimed.amount, claimed.currency), operands=(("claimed", claimed),), standing=standing,
        ))  # fmt: skip
    return found
