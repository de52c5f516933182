"""Random conditions and random half-known subjects, typed as the vocabulary types them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from riskcheck.model.condition import All, AnyOf, Compare, Constant, Every, Member, Not, Some
from riskcheck.model.values import Money, SetValue
from riskcheck.model.vocabulary import Fact, Link, Vocabulary

SLUGS = ("alpha", "beta", "gamma")
CODES = ("DE", "FR", "US", "US-CA", "US-IL", "CN", "EU")
UNIONS = {"EU": frozenset({"DE", "FR"})}
FACTS = {
    fact.name: fact
    for kind in ("company", "system", "model")
    for fact in (
        Fact(f"{kind}.flag", "bool"), Fact(f"{kind}.sure", "bool"), Fact(f"{kind}.choice", "choice", choices=SLUGS),
        Fact(f"{kind}.choices", "choices", choices=SLUGS), Fact(f"{kind}.country", "country"), Fact(f"{kind}.countries", "countries"),
        Fact(f"{kind}.count", "integer"), Fact(f"{kind}.money", "money"), Fact(f"{kind}.day", "date"),
    )
}  # fmt: skip
VOCABULARY = Vocabulary(
    facts=FACTS,
    links={
        "system.models": Link("system.models", "model"), "model.systems": Link("model.systems", "system", reverse="system.models"),
        "company.systems": Link("company.systems", "system"), "company.models": Link("company.models", "model"),
    },
    kinds=("company", "system", "model"),
    written_links={"system.models": Link("system.models", "model")},
)  # fmt: skip

COUNTS = st.integers(0, 4)
DAYS = st.sampled_from([date(2025, 1, 1), date(2026, 8, 2), date(2026, 12, 2)])
MONEY = st.sampled_from([Money(Decimal(n), "EUR") for n in (0, 5, 10)])


def codes():
    return st.frozensets(st.sampled_from(CODES), max_size=4)


def value_of(fact: Fact):
    if fact.type == "bool":
        return st.booleans()
    if fact.type == "choice":
        return st.sampled_from(SLUGS)
    if fact.type == "country":
        return st.sampled_from(CODES)
    if fact.type == "integer":
        return COUNTS
    if fact.type == "money":
        return MONEY
    if fact.type == "date":
        return DAYS
    members = st.sampled_from(SLUGS if fact.type == "choices" else CODES)

    def build(parts):
        yes, no, closed = parts
        return SetValue(yes, frozenset() if closed else no - yes, closed)

    return st.tuples(st.frozensets(members, max_size=3), st.frozensets(members, max_size=2), st.booleans()).map(build)


def facts_of(kind: str):
    """A subject in which every fact may be missing."""
    pairs = {name.partition(".")[2]: value_of(fact) for name, fact in FACTS.items() if name.startswith(kind + ".")}
    return st.fixed_dictionaries({}, optional=pairs)


def leaves(kind: str):
    def leaf(fact: Fact):
        name = fact.name
        if fact.type in ("bool", "choice"):
            return value_of(fact).map(lambda v: Compare(name, "equals", Constant(v)))
        if fact.type in ("integer", "money"):
            return st.tuples(st.sampled_from(["more_than", "at_least"]), value_of(fact)).map(lambda p: Compare(name, p[0], Constant(p[1])))
        if fact.type == "date":
            return st.tuples(st.sampled_from(["before", "since", "older_than_days"]), DAYS).map(
                lambda p: Compare(name, p[0], Constant(30 if p[0] == "older_than_days" else p[1]))
            )
        pool = SLUGS if fact.type == "choices" else CODES
        members = st.lists(st.sampled_from(pool), max_size=3, unique=True).map(lambda m: tuple(sorted(m)))
        relation = st.sampled_from(["overlaps", "within"] if fact.type in ("choices", "countries") else ["within"])
        return st.tuples(relation, members).map(lambda p: Member(name, p[0], Constant(p[1])))

    return st.sampled_from([f for n, f in FACTS.items() if n.startswith((kind + ".", "company."))]).flatmap(leaf)


def conditions(kind: str = "system", depth: int = 3):
    base = leaves(kind)
    if kind == "system":
        inner = conditions("model", 1) if depth > 1 else leaves("model")
        base = st.one_of(base, inner.map(lambda c: Some("system.models", c)), inner.map(lambda c: Every("system.models", c)))
    if depth == 0:
        return base
    sub = conditions(kind, depth - 1)
    parts = st.lists(sub, min_size=1, max_size=3).map(tuple)
    return st.one_of(base, parts.map(All), parts.map(AnyOf), sub.map(Not))
