"""Money at stake for every company of a batch: the figures of ``assess.money``, in floating point.

One ceiling for each family of fines with an adverse finding, statutory damages for each set of works, claimed sums for each
open dispute. Bounds are rounded to cents; infinite means that no upper bound is known, NaN that there is no figure at all.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from riskcheck.assess.money import _combines
from riskcheck.evaluator.planes.batch import spread
from riskcheck.evaluator.planes.bits import Rails, rows_of, unpack
from riskcheck.evaluator.planes.columns import whole
from riskcheck.evaluator.planes.measures import rates
from riskcheck.model.values import Money
from riskcheck.model.vocabulary import COMPANY
from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from riskcheck.evaluator.planes.bits import Array
    from riskcheck.evaluator.planes.session import Session
    from riskcheck.model.program import Program
    from riskcheck.portfolio.totals import Sure

TYPE = pa.list_(pa.struct([
    ("family", pa.string()), ("basis", pa.string()), ("subject", pa.string()), ("least", pa.float64()), ("most", pa.float64()),
    ("currency", pa.string()),
]))  # fmt: skip
"""The column of results: ``most`` is null where no upper bound is known, both are null where there is no figure."""


class Stakes(NamedTuple):
    """Some exposures: company rows, subject rows (of disputes; -1 is the company), bounds and currency codes."""

    family: str
    basis: str
    company: Array
    dispute: Array
    least: Array
    most: Array
    currency: Array


def facts_of_money(program: Program) -> set[str]:
    """Return the facts that figures of money read, so that their columns are read too."""
    found: set[str] = {
        "company.worldwide_turnover",
        "dispute.amount_claimed",
        "dispute.stage",
        "dispute.forum_country",
        "dispute.work_set",
        "dispute.works_asserted",
    }

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for part in value.values():
                walk(part)
        elif isinstance(value, str):
            found.add(value)

    walk(dict(program.money))
    return {name for name in found if name in program.vocabulary.facts and program.vocabulary.facts[name].kind != "derived"}


def stakes(session: Session, adverse: Mapping[str, Sure]) -> list[Stakes]:
    """Return all exposures of a batch, given where each rule with a penalty or damages is adverse."""
    money = session.program.program.money
    found: list[Stakes] = []
    for family in sorted({sure.rule.penalty for sure in adverse.values()} - {""}):
        hit = np.zeros(session.batch.size, bool)
        for sure in adverse.values():
            if sure.rule.penalty == family:
                hit[sure.scope.company[rows_of(sure.plane)]] = True
        companies = np.nonzero(hit)[0]
        if len(companies):
            found.append(_ceilings(family, money.get("penalties", {}).get(family, {}), companies, session))
    disputes = session.batch.tables["dispute"].written
    if disputes and "dispute.stage" in session.program.vocabulary.facts:
        open_ones = _open(session, money.get("closed_stages", ()))
        for family in sorted({sure.rule.damages for sure in adverse.values()} - {""}):
            hit = np.zeros(disputes, bool)
            for sure in adverse.values():
                if sure.rule.damages == family:
                    hit[_touched(sure, session)] = True
            found.append(_damages(family, money.get("damages", {}).get(family, {}), np.nonzero(hit & open_ones)[0], session))
        found.append(_claims(np.nonzero(open_ones)[0], session))
    return found


def _value(session: Session, name: str) -> Any:
    book = session.program.book
    return book.value(name) if name in book else None


def _truth(fact: str, session: Session) -> Array:
    """Return a bool fact of companies as 1 (true), 0 (false), -1 (unknown)."""
    rails = session.column(fact)
    assert isinstance(rails, Rails)  # noqa: S101 (money names bool facts here)
    rows = session.batch.size
    return np.where(unpack(rails.true, rows), 1, np.where(unpack(rails.false, rows), 0, -1)).astype(np.int8)


# --- fines ----------------------------------------------------------------------------------------------------------


def _ceilings(family: str, entry: Mapping[str, Any], companies: Array, session: Session) -> Stakes:
    amount, share = _value(session, f"penalty-{family}-amount"), _value(session, f"penalty-{family}-share")
    if amount is None:
        amount = _value(session, f"penalty-{family}-per-user")
    turnover = session.column(str(entry.get("turnover", "company.worldwide_turnover"))).at(companies)
    known = turnover.known & (share is not None)
    currency = np.where(known, turnover.currency, 0) if amount is None else np.full(len(companies), session.currency(amount.currency))
    factor = 1.0 if amount is None else rates(session, amount.currency)[turnover.currency]
    lost = np.isnan(factor) if amount is not None else np.zeros(len(companies), bool)
    portion = np.round(turnover.least * np.nan_to_num(factor) * float(share or 0) / 100, 2)
    part = np.where(known & ~lost, portion, np.nan)
    sizes = {fact: _truth(fact, session)[companies] for fact in (str(name) for name in (entry.get("reduces_for") or {}).values())}
    no_share = _truth(str(entry["share_for"]), session)[companies] == 0 if entry.get("share_for") else np.zeros(len(companies), bool)
    part[no_share] = np.nan
    states = np.stack([*sizes.values(), no_share.astype(np.int8)])
    coded = np.zeros(len(companies), np.int64)
    for row in states:
        coded = coded * 3 + row + 1
    least, most = np.full(len(companies), np.nan), np.full(len(companies), np.nan)
    for code in np.nonzero(np.bincount(coded))[0]:
        here = coded == code
        state = states[:, np.argmax(here)]
        facts = {fact.partition(".")[2]: bool(truth) for fact, truth in zip(sizes, state, strict=False) if truth >= 0}
        combines = _combines(family, entry, facts, session.program.book, [])  # type: ignore[arg-type]  # it only reads facts
        share_known = share is not None and not state[-1]
        least[here], most[here] = _spans(combines, amount, part[here], share_known=share_known)
    if entry.get("per"):
        most = np.where(np.isnan(most), np.nan, np.inf)
    return Stakes(family, "ceiling", companies, np.full(len(companies), -1), least, most, np.where(np.isnan(least), 0, currency))


def _spans(combines: list[str], amount: Money | None, part: Array, *, share_known: bool) -> tuple[Array, Array]:
    """Return the least and the most of several ways of combining (`assess.money._combined` and `_span`)."""
    least, most = np.full(len(part), np.nan), np.full(len(part), np.nan)
    for combine in combines:
        low, high = _combined(combine, None if amount is None else float(amount.amount), part, share_known=share_known)
        least, most = np.fmin(least, low), np.fmax(most, high)
    return least, most


def _combined(combine: str, fixed: float | None, part: Array, *, share_known: bool) -> tuple[Array, Array]:
    known = ~np.isnan(part)
    if combine == "share_only" or fixed is None:
        return part, part
    all_fixed = np.full(len(part), fixed)
    if combine == "amount_only" or (not share_known and combine in ("higher_of", "lower_of", "either")):
        return all_fixed, all_fixed
    if combine == "higher_of":
        return np.where(known, np.fmax(part, fixed), fixed), np.where(known, np.fmax(part, fixed), np.inf)
    if combine == "lower_of":
        return np.where(known, np.fmin(part, fixed), 0.0), np.fmin(part, fixed)
    if combine == "either":
        return np.fmin(part, fixed), np.where(known, np.fmax(part, fixed), np.inf)
    if combine == "share_or_amount_if_no_turnover":
        return np.where(known, part, fixed), np.where(known, part, np.inf)
    if combine == "national_law":
        return np.full(len(part), np.nan), np.full(len(part), np.nan)
    return all_fixed, np.full(len(part), np.inf)


# --- disputes -------------------------------------------------------------------------------------------------------


def _open(session: Session, closed: Any) -> Array:
    stage = session.column("dispute.stage")
    codes = [code + 1 for code, name in enumerate(stage.names) if name in closed]
    return ~np.isin(stage.codes, codes)[: session.batch.tables["dispute"].written]


def _touched(sure: Sure, session: Session) -> Array:
    """Return the disputes that the adverse findings of a rule touch (`assess.money._disputes`)."""
    rows = rows_of(sure.plane)
    batch = session.batch
    if sure.scope.name == COMPANY:
        edges = batch.edges("company.disputes")
    elif sure.scope.name == "dispute":
        return rows[rows < batch.tables["dispute"].written]
    elif f"{sure.scope.name}.disputes" in batch.vocabulary.links:
        edges = batch.edges(f"{sure.scope.name}.disputes")
    else:
        return rows[:0]
    return spread(rows, rows, edges)[1]


def _damages(family: str, entry: Mapping[str, Any], rows: Array, session: Session) -> Stakes:
    if entry.get("forum"):
        forum = session.column("dispute.forum_country")
        codes = [code + 1 for code, name in enumerate(forum.names) if name.partition("-")[0] == entry["forum"]]
        rows = rows[np.isin(forum.codes[rows], codes)]
    count = session.column(str(entry.get("count", "dispute.works_asserted"))).at(rows)
    least_each, most_each = _value(session, f"damages-{family}-least"), _value(session, f"damages-{family}-most")
    wilful_each = _value(session, f"damages-{family}-wilful-most")
    upper = np.full(len(rows), np.nan if most_each is None else float(most_each.amount))
    if wilful_each is not None and entry.get("wilful"):
        innocent = unpack(session.column(str(entry["wilful"])).false, session.batch.tables["dispute"].rows)[rows]
        upper = np.where(innocent, upper, float(wilful_each.amount))
    factor, surely = np.ones(len(rows)), np.ones(len(rows))
    if entry.get("registered"):
        registered = session.column(str(entry["registered"])).at(rows)
        factor = np.where(registered.known, registered.least / 100, 1.0)
        surely = registered.known.astype(float)
    figure = count.known & ~np.isnan(upper)
    low = float(least_each.amount) if least_each is not None else 0.0
    least = np.where(figure, np.round(count.least * factor * low * surely, 2), np.nan)
    most = np.where(figure, np.round(count.least * factor * upper, 2), np.nan)
    given = most_each if most_each is not None else wilful_each
    currency = np.where(figure, session.currency(given.currency) if isinstance(given, Money) else 0, 0)
    kept = _highest(rows, most, session)
    return Stakes(family, "statutory", session.batch.tables["dispute"].company[rows[kept]], rows[kept], least[kept], most[kept], currency[kept])


def _highest(rows: Array, most: Array, session: Session) -> Array:
    """Return, of suits over the same works of a company, the one with the largest figure."""
    table = session.batch.tables["dispute"]
    words = np.zeros(table.rows, np.int64)
    column: Any = session.column("dispute.work_set") if "dispute.work_set" in session.program.vocabulary.facts else []
    if len(column):
        coded = column if hasattr(column, "indices") else column.dictionary_encode()
        names = coded.dictionary.to_pylist()
        given = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64) + 1
        words[: len(given)] = np.where(np.isin(given, [code + 1 for code, name in enumerate(names) if not name]), 0, given)
    alone = words[rows] == 0
    sets = np.where(alone, -rows - 1, table.company[rows].astype(np.int64) * (int(words.max(initial=0)) + 1) + words[rows])
    keys = _key_ranks(session)[rows]
    order = np.lexsort((keys, -np.nan_to_num(most, nan=-1.0), sets))
    first = np.ones(len(order), bool)
    first[1:] = sets[order][1:] != sets[order][:-1]
    return np.sort(order[first])


def _key_ranks(session: Session) -> Array:
    """Return the place of each dispute's key in the order of texts."""
    found: Array = session.kept.get("ranks of disputes")
    if found is None:
        coded = whole(session.batch.tables["dispute"].data["key"]).cast(pa.string()).dictionary_encode()
        names = coded.dictionary.to_pylist()
        places = np.empty(len(names), np.int64)
        places[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
        found = session.kept["ranks of disputes"] = places[coded.indices.to_numpy()]
    return found


def _claims(rows: Array, session: Session) -> Stakes:
    claimed = session.column("dispute.amount_claimed").at(rows)
    known = claimed.known
    rows = rows[known]
    return Stakes(
        "claim", "claimed", session.batch.tables["dispute"].company[rows], rows, claimed.least[known], claimed.least[known], claimed.currency[known]
    )


def column(found: list[Stakes], session: Session) -> Any:
    """Return the exposures as a column of results, in the order of families within each company."""
    companies = session.batch.size
    if not found:
        return pa.array([[]] * companies, TYPE)
    names = np.concatenate([np.full(len(one.company), number) for number, one in enumerate(found)]).astype(np.int32)
    company = np.concatenate([one.company for one in found]).astype(np.int64)
    order = np.argsort(company, kind="stable")
    dispute = np.concatenate([one.dispute for one in found])[order]
    least, most = (np.concatenate([getattr(one, name) for one in found])[order] for name in ("least", "most"))
    currency = np.concatenate([one.currency for one in found]).astype(np.int32)[order]
    keys = session.batch.tables["dispute"].data
    written = pa.nulls(0, pa.string()) if keys is None else pc.binary_join_element_wise("disputes/", whole(keys["key"]).cast(pa.string()), "")
    paths = pa.concat_arrays([pa.array(["company"]), written])

    def words(labels: list[str]) -> Any:
        return pa.DictionaryArray.from_arrays(pa.array(names[order]), pa.array(labels)).cast(pa.string())

    fields = [
        words([one.family for one in found]), words([one.basis for one in found]), paths.take(pa.array(dispute + 1)),
        pa.array(least, mask=np.isnan(least)), pa.array(most, mask=~np.isfinite(most)),
        pa.array(["", *session.batch.currencies]).take(pa.array(currency)),
    ]  # fmt: skip
    structs = pa.StructArray.from_arrays(fields, fields=list(TYPE.value_type))
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.bincount(company, minlength=companies))]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), structs).cast(TYPE)
