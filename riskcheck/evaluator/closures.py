"""The reference evaluator: each condition becomes a function that tells its truth.

Truth is True, False or None (Kleene). A condition that reads one kind of subject becomes a function of that subject's
facts; one that reads several, a function of the environment. Functions short-circuit: Kleene's "and" and "or" do not mind
the order, so the cheapest part is asked first. What explains a truth is in `evaluator.steps`, what keeps it open in
`evaluator.sources`.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from math import prod

from riskcheck.model import values
from riskcheck.model.condition import All, AnyOf, Compare, Condition, Constant, FactRef, Member, Not, Operand, ParameterRef, Some, UnionOf
from riskcheck.model.money import convert
from riskcheck.model.values import Money, Range, Region, SetValue, Truth
from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeAlias, TypeVar

    from riskcheck.evaluator.world import Env, Facts
    from riskcheck.model.condition import Every
    from riskcheck.model.parameters import ParameterBook
    from riskcheck.model.vocabulary import Vocabulary

    Seen = TypeVar("Seen")
    """What a function looks at: the facts of one subject, or an environment."""

Test: TypeAlias = "Callable[[Env], Truth]"
Look: TypeAlias = "Callable[[str], Any]"
"""The `get` of one subject's facts: from the short name of a fact to its value, None while it is unknown."""
OnFacts: TypeAlias = "Callable[[Look], Truth]"
_PLACES_KEPT = 256
"""Comparisons of places kept for each condition: a profile asks the same ones of many subjects."""
_PAIR = 2
"""Most groups have two parts; those get a function of their own."""


class Odds(NamedTuple):
    """A guess about a condition: its cost in reads of a fact, and how often it is true and false, both above 0.

    Only the order in which the parts of a group are asked hangs on it, no truth.
    """

    cost: float
    true: float
    false: float


_LEAF, _MEMBER = Odds(1, 0.4, 0.4), Odds(2, 0.4, 0.4)


class Compiled(NamedTuple):
    """A condition as a function: of a look at the facts of one ``kind``, or of an environment where ``kind`` is empty."""

    kind: str
    run: Callable[[Any], Truth]
    odds: Odds = _LEAF


class Closures:
    """Compiles conditions at one date. Equal conditions, being one object, are compiled once."""

    def __init__(self, vocabulary: Vocabulary, book: ParameterBook, unions: Mapping[str, str]) -> None:
        self.vocabulary = vocabulary
        self.book = book
        self.unions: dict[str, frozenset[str]] = {code: book.value(name) for code, name in unions.items() if name in book}
        # By identity; the node is kept beside its function, so that no other node can take over its identity.
        self._compiled: dict[int, tuple[Compiled, Condition]] = {}
        self._tests: dict[int, tuple[Test, Condition]] = {}

    def test(self, node: Condition) -> Test:
        """Return the function that tells the truth of a condition in an environment."""
        known = self._tests.get(id(node))
        if known is None:
            known = self._tests[id(node)] = (_lifted(self.compiled(node)), node)
        return known[0]

    def compiled(self, node: Condition) -> Compiled:
        """Return a condition as the function it is: of one kind's facts where it reads but one kind."""
        known = self._compiled.get(id(node))
        if known is None:
            known = self._compiled[id(node)] = (self._build(node), node)
        return known[0]

    def _build(self, node: Condition) -> Compiled:
        if isinstance(node, Compare):
            return self._compare(node)
        if isinstance(node, Member):
            return self._member(node)
        if isinstance(node, (All, AnyOf)):
            return self._group(node)
        if isinstance(node, Not):
            return self._negated(node.part)
        return self._quantified(node)

    # --- groups ----------------------------------------------------------------------------------------------------

    def _group(self, node: All | AnyOf) -> Compiled:
        if not node.parts:
            return Compiled("", lambda _env: isinstance(node, All))
        together, patience, odds = (_all, _patience_all, _odds_all) if isinstance(node, All) else (_any, _patience_any, _odds_any)
        parts = sorted([self.compiled(part) for part in node.parts], key=patience)
        whole = odds([part.odds for part in parts])
        by_kind: dict[str, list[Compiled]] = {}
        for part in parts:
            by_kind.setdefault(part.kind, []).append(part)
        if len(by_kind) == 1:
            return Compiled(parts[0].kind, together(parts), whole) if len(parts) > 1 else parts[0]
        mixed = by_kind.pop("", [])
        apart = [Compiled(kind, together(own)) if len(own) > 1 else own[0] for kind, own in by_kind.items()]
        return Compiled("", together([Compiled("", _lifted(part)) for part in (*apart, *mixed)]), whole)

    def _negated(self, node: Condition) -> Compiled:
        """Return the negation of a condition; of a leaf as one function, where that is simple: every sixth test is one."""
        part = self.compiled(node)
        odds = Odds(part.odds.cost, part.odds.false, part.odds.true)
        if isinstance(node, Compare):
            short, operand = node.fact.partition(".")[2], self.operand(node.operand)
            if node.op == "equals" and operand is True:
                return Compiled(part.kind, _is_false(short), odds)
            if node.op in ("more_than", "at_least") and isinstance(operand, (int, float)):
                return Compiled(part.kind, _bounded(short, node.op, operand, negated=True), odds)
        return Compiled(part.kind, _not(part.run), odds)

    def _quantified(self, node: Some | Every) -> Compiled:
        kind, link = node.link.partition(".")[0], node.link
        target = self.vocabulary.links[link].target
        part = self.compiled(node.part)
        decisive = isinstance(node, Some)
        odds = Odds(10 + 2 * part.odds.cost, 0.4, 0.4)
        if part.kind == target:
            return Compiled(kind, _over_items(link, part.run, decisive=decisive), odds)
        inner_test = _lifted(part)

        def quantified(env: Env) -> Truth:
            facts = env[kind]
            items, whole = facts.world.linked(facts, link)
            result: Truth = (not decisive) if whole else None
            inner = dict(env)  # one for all items: no test keeps what it reads from
            for item in items:
                inner[target] = item
                truth = inner_test(inner)
                if truth is decisive:
                    return decisive
                if truth is None:
                    result = None
            return result

        return Compiled("", quantified, odds)

    # --- leaves ----------------------------------------------------------------------------------------------------

    def _compare(self, node: Compare) -> Compiled:
        kind, _, short = node.fact.partition(".")
        operand = self.operand(node.operand)
        if operand is None:
            return Compiled(kind, lambda _look: None)
        if isinstance(operand, FactOperand):
            return self._against_fact(kind, short, node.op, operand)
        if node.op == "equals":
            # A yes-or-no fact is its own truth.
            return Compiled(kind, (lambda look: look(short)) if operand is True else _equals(short, operand))
        op = node.op
        if op in ("more_than", "at_least") and not isinstance(operand, Money):
            return Compiled(kind, _bounded(short, op, operand))

        def ordered(look: Look) -> Truth:
            value = look(short)
            return None if value is None else self.compared(op, value, operand)

        return Compiled(kind, ordered)

    def _against_fact(self, kind: str, short: str, op: str, operand: FactOperand) -> Compiled:
        def against_fact(env: Env) -> Truth:
            value, other = env[kind].get(short), operand.read(env)
            return None if value is None or other is None else self.compared(op, value, other)

        return Compiled("", against_fact)

    def compared(self, op: str, value: Any, operand: Any) -> Truth:
        """Return how a known value compares with an operand; money at the rates of the day, None where there is none."""
        if op == "equals":
            return bool(value == operand)
        if op in ("more_than", "at_least"):
            compare = values.more_than if op == "more_than" else values.at_least
            if isinstance(operand, Money):
                if isinstance(value, Range):
                    same = convert(operand, value.currency, self.book) if value.currency else operand
                    return None if same is None else compare(value, same.amount)
                same = convert(value, operand.currency, self.book)
                return None if same is None else compare(same.amount, operand.amount)
            return compare(value, operand)
        if op == "before":
            return bool(value < operand)
        if op == "since":
            return bool(value >= operand)
        if op == "older_than_days":
            return bool(value + timedelta(days=int(operand)) < self.book.as_of)
        return add_months(value, int(operand)) < self.book.as_of

    def operand(self, operand: Operand) -> Any:
        """Return the value of a scalar operand at this date; a FactOperand where a fact tells it; None where nothing does."""
        if isinstance(operand, Constant):
            return operand.value
        if isinstance(operand, ParameterRef):
            return self.book.value(operand.name)
        if isinstance(operand, FactRef):
            return FactOperand(operand.fact)
        return None

    def _member(self, node: Member) -> Compiled:
        kind, _, short = node.fact.partition(".")
        declared = self.vocabulary.facts[node.fact].type
        places = declared in ("country", "countries")
        members = self.members(node.operand)
        relation, codes, unions = node.relation, members.codes, self.unions
        if members.facts:

            def member_of_facts(env: Env) -> Truth:
                value = env[kind].get(short)
                found = None if value is None else members.read(env)
                if found is None:
                    return None
                return _places(relation, value, Region(found, unions)) if places else _slugs(relation, value, found)

            return Compiled("", member_of_facts, _MEMBER)
        if declared == "choice":
            share = 0.8 * min(max(len(codes) / (len(self.vocabulary.facts[node.fact].choices) or 2), 0.05), 0.95)
            return Compiled(kind, _one_of(short, codes), Odds(2, share, 0.8 - share))
        if not places:
            return Compiled(kind, _slug_member(short, relation, codes), _MEMBER)
        region = Region(codes, unions)

        @lru_cache(_PLACES_KEPT)
        def compare(value: Any) -> Truth:
            return _places(relation, value, region)

        def member(look: Look) -> Truth:
            value = look(short)
            return None if value is None else compare(value)

        return Compiled(kind, member, _MEMBER)

    def members(self, operand: Operand) -> SetOperand:
        """Return a set operand at this date."""
        codes: set[str] = set()
        facts: list[str] = []
        for part in operand.parts if isinstance(operand, UnionOf) else (operand,):
            if isinstance(part, Constant):
                codes.update(part.value)  # type: ignore[arg-type]  # a tuple of codes, by the compiler
            elif isinstance(part, ParameterRef):
                codes.update(self.book.value(part.name))
            elif isinstance(part, FactRef):
                facts.append(part.fact)
        return SetOperand(frozenset(codes), tuple(facts))


class FactOperand:
    """An operand that is read from the facts at evaluation."""

    __slots__ = ("fact", "kind", "short")

    def __init__(self, fact: str) -> None:
        self.fact = fact
        self.kind, _, self.short = fact.partition(".")

    def read(self, env: Env) -> Any:
        """Return the value, or None while it is unknown."""
        facts = env.get(self.kind)
        return None if facts is None else facts.get(self.short)


class SetOperand:
    """A set operand: codes known at compile time, and facts whose members are added at evaluation."""

    __slots__ = ("codes", "facts")

    def __init__(self, codes: frozenset[str], facts: tuple[str, ...]) -> None:
        self.codes = codes
        self.facts = facts

    def read(self, env: Env) -> frozenset[str] | None:
        """Return all members, or None while one of the facts is unknown or open."""
        members = set(self.codes)
        for fact in self.facts:
            value = FactOperand(fact).read(env)
            if value is None or (isinstance(value, SetValue) and not value.closed):
                return None
            members.update(value.yes if isinstance(value, SetValue) else (value,))
        return frozenset(members)

    def __str__(self) -> str:
        return ", ".join((*sorted(self.codes), *self.facts))


def _lifted(part: Compiled) -> Test:
    """Return a condition as a function of the environment."""
    kind, run = part.kind, part.run
    return (lambda env: run(env[kind].get)) if kind else run


def _over_items(link: str, part: OnFacts, *, decisive: bool) -> OnFacts:
    """Return the quantifier over linked subjects whose condition reads nothing but them."""

    def quantified(look: Look) -> Truth:
        facts: Facts = look.__self__  # type: ignore[attr-defined]  # a look is the bound method of some Facts
        items, whole = facts.ends.get(link) or facts.world.linked(facts, link)
        result: Truth = (not decisive) if whole else None
        for item in items:
            truth = part(item.get)
            if truth is decisive:
                return decisive
            if truth is None:
                result = None
        return result

    return quantified


def _is_false(short: str) -> OnFacts:
    def is_false(look: Look) -> Truth:
        value = look(short)
        return None if value is None else not value

    return is_false


def _equals(short: str, operand: Any) -> OnFacts:
    def equals(look: Look) -> Truth:
        value = look(short)
        return None if value is None else value == operand

    return equals


def _bounded(short: str, op: str, limit: Any, *, negated: bool = False) -> OnFacts:
    """Return a comparison with a number. Most values are whole numbers; ranges, decimals and floats take the long way."""
    exact = values.exact(limit)
    compare = values.more_than if op == "more_than" else values.at_least

    def long_way(value: Any) -> Truth:
        truth = None if value is None else compare(value, limit)
        return truth if truth is None or not negated else not truth

    if op == "more_than" and not negated:

        def above(look: Look) -> Truth:
            value = look(short)
            return value > exact if value.__class__ is int else long_way(value)

        return above
    if op == "more_than":

        def not_above(look: Look) -> Truth:
            value = look(short)
            return value <= exact if value.__class__ is int else long_way(value)

        return not_above
    if not negated:

        def reaches(look: Look) -> Truth:
            value = look(short)
            return value >= exact if value.__class__ is int else long_way(value)

        return reaches

    def below(look: Look) -> Truth:
        value = look(short)
        return value < exact if value.__class__ is int else long_way(value)

    return below


def _one_of(short: str, codes: frozenset[str]) -> OnFacts:
    def one_of(look: Look) -> Truth:
        value = look(short)
        return None if value is None else value in codes

    return one_of


def _slug_member(short: str, relation: str, codes: frozenset[str]) -> OnFacts:
    if relation == "within":
        return lambda look: None if (value := look(short)) is None else _slugs(relation, value, codes)
    apart = codes.isdisjoint

    def member(look: Look) -> Truth:
        value = look(short)
        if value is None:
            return None
        if value.__class__ is not SetValue:
            return value in codes
        if not apart(value.yes):
            return True
        return False if value.closed else values.overlaps(value, codes)

    return member


def _slugs(relation: str, value: Any, codes: frozenset[str]) -> Truth:
    if isinstance(value, SetValue):
        return values.within(value, codes) if relation == "within" else values.overlaps(value, codes)
    return value in codes


def _places(relation: str, value: Any, region: Region) -> Truth:
    if isinstance(value, SetValue):
        return values.countries_within(value, region) if relation == "within" else values.countries_overlap(value, region)
    return values.country_in(value, region)


# --- Kleene's connectives -------------------------------------------------------------------------------------------


def _odds_all(parts: list[Odds]) -> Odds:
    return Odds(sum([p.cost for p in parts]), prod([p.true for p in parts]), 1 - prod([1 - p.false for p in parts]))


def _odds_any(parts: list[Odds]) -> Odds:
    return Odds(sum([p.cost for p in parts]), 1 - prod([1 - p.true for p in parts]), prod([p.false for p in parts]))


def _patience_all(part: Compiled) -> float:
    """Return the time that a part takes for each time that it settles an "and"."""
    return part.odds.cost / part.odds.false


def _patience_any(part: Compiled) -> float:
    """Return the time that a part takes for each time that it settles an "or"."""
    return part.odds.cost / part.odds.true


def _all(parts: list[Compiled]) -> Callable[[Any], Truth]:
    tests = [part.run for part in parts]
    return _both(*tests) if len(tests) == _PAIR else _every(tests)


def _any(parts: list[Compiled]) -> Callable[[Any], Truth]:
    tests = [part.run for part in parts]
    return _either(*tests) if len(tests) == _PAIR else _some(tests)


def _every(tests: list[Callable[[Seen], Truth]]) -> Callable[[Seen], Truth]:
    def every(seen: Seen) -> Truth:
        result: Truth = True
        for test in tests:
            truth = test(seen)
            if truth is False:
                return False
            if truth is None:
                result = None
        return result

    return every


def _some(tests: list[Callable[[Seen], Truth]]) -> Callable[[Seen], Truth]:
    def some(seen: Seen) -> Truth:
        result: Truth = False
        for test in tests:
            truth = test(seen)
            if truth is True:
                return True
            if truth is None:
                result = None
        return result

    return some


def _both(first: Callable[[Seen], Truth], second: Callable[[Seen], Truth]) -> Callable[[Seen], Truth]:
    def both(seen: Seen) -> Truth:
        one = first(seen)
        if one is False:
            return False
        other = second(seen)
        return other if one else False if other is False else None

    return both


def _either(first: Callable[[Seen], Truth], second: Callable[[Seen], Truth]) -> Callable[[Seen], Truth]:
    def either(seen: Seen) -> Truth:
        one = first(seen)
        if one:
            return True
        other = second(seen)
        return True if other else other if one is False else None

    return either


def _not(part: Callable[[Seen], Truth]) -> Callable[[Seen], Truth]:
    def negated(seen: Seen) -> Truth:
        truth = part(seen)
        return None if truth is None else not truth

    return negated


def add_months(day: date, months: int) -> date:
    """Return the same day some calendar months later; the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return date(year, month + 1, 28)
