"""The reference evaluator: each condition becomes a function of the facts, once for truth and once for its trace.

Truth is True, False or None (Kleene). Functions short-circuit; traces never do, since an explanation shows every part.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache, partial
from operator import ge, gt, le, lt
from typing import TYPE_CHECKING, Any, TypeAlias

from riskcheck.model import values
from riskcheck.model.condition import All, AnyOf, Compare, Condition, Constant, Every, FactRef, Member, Not, Operand, ParameterRef, Some, UnionOf
from riskcheck.model.finding import Step
from riskcheck.model.money import convert
from riskcheck.model.values import Money, Range, Region, SetValue, Truth

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from riskcheck.evaluator.world import Env, Facts
    from riskcheck.model.parameters import ParameterBook
    from riskcheck.model.vocabulary import Vocabulary

    Explain: TypeAlias = Callable[[Facts, str], tuple[Step, ...]]
    """Gives the steps of the definition of a derived fact on one subject."""
    OpenBehind: TypeAlias = Callable[[Facts, str], "Places"]
    """Gives the open facts behind an unknown derived fact of one subject."""

Test: TypeAlias = "Callable[[Env], Truth]"
Tracer: TypeAlias = "Callable[[Env], Step]"
Places: TypeAlias = dict[tuple[str, str], None]
"""An ordered set of (path of the subject, fact or link)."""
Opener: TypeAlias = "Callable[[Env, Places], None]"
"""Adds the facts that keep a condition open; to be called only where its truth is unknown."""


# Step's own constructor goes through a Python function; this one does not. An explanation has thousands of steps.
_step: Callable[[tuple[Any, ...]], Step] = partial(tuple.__new__, Step)
_PLACES_KEPT = 256
"""Comparisons of places kept for each condition: a profile asks the same ones of many subjects."""


_PAIR = 2
"""Most groups have two parts; those get a function of their own."""


def no_definition(_facts: Facts, _fact: str) -> tuple[Step, ...]:
    """Explain nothing (for conditions without derived facts)."""
    return ()


def _itself(facts: Facts, fact: str) -> Places:
    return {(facts.path, fact): None}


class Closures:
    """Compiles conditions at one date. Equal conditions, being one object, are compiled once."""

    def __init__(
        self, vocabulary: Vocabulary, book: ParameterBook, unions: Mapping[str, str], explain: Explain = no_definition,
        open_behind: OpenBehind = _itself,
    ) -> None:  # fmt: skip
        self.vocabulary = vocabulary
        self.book = book
        self.explain = explain
        self.open_behind = open_behind
        self.unions: dict[str, frozenset[str]] = {code: book.value(name) for code, name in unions.items() if name in book}
        # By identity; the node is kept beside its function, so that no other node can take over its identity.
        self._tests: dict[int, tuple[Test, Condition]] = {}
        self._tracers: dict[int, tuple[Tracer, Condition]] = {}
        self._openers: dict[int, tuple[Opener, Condition]] = {}

    # --- truth -----------------------------------------------------------------------------------------------------

    def test(self, node: Condition) -> Test:
        """Return the function that tells the truth of a condition."""
        known = self._tests.get(id(node))
        if known is None:
            known = self._tests[id(node)] = (self._build(node), node)
        return known[0]

    def _build(self, node: Condition) -> Test:
        if isinstance(node, Compare):
            return self._compare(node)
        if isinstance(node, Member):
            return self._member(node)
        if isinstance(node, (All, AnyOf)):
            # Kleene's "and" and "or" do not mind the order: the cheapest part first, since it may settle the whole.
            tests = [self.test(part) for part in sorted(node.parts, key=_cost)]
            return _all(tests) if isinstance(node, All) else _any(tests)
        if isinstance(node, Not):
            return self._negated(node.part) or _not(self.test(node.part))
        return self._quantified(node)

    def _negated(self, node: Condition) -> Test | None:
        """Return the negation of a leaf as one function, where that is simple; negated leaves are every sixth test."""
        if not isinstance(node, Compare) or isinstance(node.operand, FactRef):
            return None
        kind, _, short = node.fact.partition(".")
        operand = self._operand(node.operand)
        if node.op == "equals" and operand is True:
            return _is_false(kind, short)
        if node.op in ("more_than", "at_least") and isinstance(operand, (int, float)):
            return _bounded(kind, short, node.op, operand, negated=True)
        return None

    def _compare(self, node: Compare) -> Test:
        kind, _, short = node.fact.partition(".")
        operand = self._operand(node.operand)
        if operand is None:
            return lambda _env: None
        if isinstance(operand, _FactOperand):
            dynamic, op = operand, node.op

            def against_fact(env: Env) -> Truth:
                value, other = env[kind].get(short), dynamic.read(env)
                return None if value is None or other is None else self._truth(op, value, other)

            return against_fact
        if node.op == "equals":
            return _equals(kind, short, operand)
        op = node.op
        if op in ("more_than", "at_least") and not isinstance(operand, Money):
            return _bounded(kind, short, op, operand)

        def ordered(env: Env) -> Truth:
            value = env[kind].get(short)
            return None if value is None else self._truth(op, value, operand)

        return ordered

    def _truth(self, op: str, value: Any, operand: Any) -> Truth:
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

    def _operand(self, operand: Operand) -> Any:
        if isinstance(operand, Constant):
            return operand.value
        if isinstance(operand, ParameterRef):
            return self.book.value(operand.name)
        if isinstance(operand, FactRef):
            return _FactOperand(operand.fact)
        return None

    def _member(self, node: Member) -> Test:
        kind, _, short = node.fact.partition(".")
        places = self.vocabulary.facts[node.fact].type in ("country", "countries")
        members = self._set(node.operand)
        if members.facts:
            return self._member_of_facts(node, members, places=places)
        relation, codes = node.relation, members.codes
        if not places:
            return _slug_member(kind, short, relation, codes)
        region = Region(codes, self.unions)

        @lru_cache(_PLACES_KEPT)
        def compare(value: Any) -> Truth:
            return _places(relation, value, region)

        def member(env: Env) -> Truth:
            value = env[kind].get(short)
            return None if value is None else compare(value)

        return member

    def _member_of_facts(self, node: Member, members: _SetOperand, *, places: bool) -> Test:
        """Return the test against a set of which a part is told by facts."""
        kind, _, short = node.fact.partition(".")
        relation, unions = node.relation, self.unions

        def member(env: Env) -> Truth:
            value = env[kind].get(short)
            codes = None if value is None else members.read(env)
            if codes is None:
                return None
            return _places(relation, value, Region(codes, unions)) if places else _slugs(relation, value, codes)

        return member

    def _set(self, operand: Operand) -> _SetOperand:
        codes: set[str] = set()
        facts: list[str] = []
        for part in operand.parts if isinstance(operand, UnionOf) else (operand,):
            if isinstance(part, Constant):
                codes.update(part.value)  # type: ignore[arg-type]  # a tuple of codes, by the compiler
            elif isinstance(part, ParameterRef):
                codes.update(self.book.value(part.name))
            elif isinstance(part, FactRef):
                facts.append(part.fact)
        return _SetOperand(frozenset(codes), tuple(facts))

    def _quantified(self, node: Some | Every) -> Test:
        kind, link = node.link.partition(".")[0], node.link
        target = self.vocabulary.links[link].target
        part = self.test(node.part)
        decisive = isinstance(node, Some)

        def quantified(env: Env) -> Truth:
            facts = env[kind]
            items, whole = facts.world.linked(facts, link)
            result: Truth = (not decisive) if whole else None
            inner = dict(env)  # one for all items: no test keeps what it reads from
            for item in items:
                inner[target] = item
                truth = part(inner)
                if truth is decisive:
                    return decisive
                if truth is None:
                    result = None
            return result

        return quantified

    # --- traces ----------------------------------------------------------------------------------------------------

    def tracer(self, node: Condition) -> Tracer:
        """Return the function that explains a condition step by step."""
        known = self._tracers.get(id(node))
        if known is None:
            known = self._tracers[id(node)] = (self._build_tracer(node), node)
        return known[0]

    def _build_tracer(self, node: Condition) -> Tracer:
        if isinstance(node, (Compare, Member)):
            return self._trace_leaf(node)
        if isinstance(node, (All, AnyOf)):
            parts = [self.tracer(part) for part in node.parts]
            together, label = (_kleene_all, "all") if isinstance(node, All) else (_kleene_any, "any")

            def group(env: Env) -> Step:
                children = tuple([part(env) for part in parts])
                return _step((label, together(children), "", "", None, None, children))

            return group
        if isinstance(node, Not):
            inner = self.tracer(node.part)

            def negated(env: Env) -> Step:
                child = inner(env)
                return _step(("not", None if child.truth is None else not child.truth, "", "", None, None, (child,)))

            return negated
        return self._trace_quantified(node)

    def _trace_leaf(self, node: Compare | Member) -> Tracer:
        kind, _, short = node.fact.partition(".")
        truth = self.test(node)
        fact = node.fact
        if isinstance(node, Compare):
            shown = (str(node.op), self._shown(node.operand))
        else:
            members = self._set(node.operand)
            shown = (str(node.relation), members if members.facts else tuple(sorted(members.codes)))
        if self.vocabulary.facts[fact].kind == "derived":
            explain = self.explain

            def derived(env: Env) -> Step:
                facts = env[kind]
                return _step(("fact", truth(env), fact, facts.path, facts.get(short), shown, explain(facts, fact)))

            return derived

        def leaf(env: Env) -> Step:
            facts = env[kind]
            value = facts.get(short)
            return _step(("fact", None if value is None else truth(env), fact, facts.path, value, shown, ()))

        return leaf

    def _shown(self, operand: Operand) -> Any:
        found = self._operand(operand)
        return found.fact if isinstance(found, _FactOperand) else found

    def _trace_quantified(self, node: Some | Every) -> Tracer:
        kind, link = node.link.partition(".")[0], node.link
        target = self.vocabulary.links[link].target
        part = self.tracer(node.part)
        decisive = isinstance(node, Some)
        label, together = ("some", _kleene_any) if decisive else ("every", _kleene_all)

        def quantified(env: Env) -> Step:
            facts = env[kind]
            items, whole = facts.world.linked(facts, link)
            inner = dict(env)
            children: list[Step] = []
            for item in items:
                inner[target] = item
                name, truth, fact, _, value, test, parts = part(inner)
                children.append(_step((name, truth, fact, item.path, value, test, parts)))
            found = tuple(children)
            result = together(found)
            return _step((label, result if whole or result is decisive else None, link, facts.path, whole, None, found))

        return quantified

    # --- open facts ------------------------------------------------------------------------------------------------

    def opener(self, node: Condition) -> Opener:
        """Return the function that names the facts which keep a condition open."""
        known = self._openers.get(id(node))
        if known is None:
            known = self._openers[id(node)] = (self._build_opener(node), node)
        return known[0]

    def _build_opener(self, node: Condition) -> Opener:
        if isinstance(node, (All, AnyOf)):
            parts = [(self.test(part), self.opener(part)) for part in node.parts]

            def group(env: Env, found: Places) -> None:
                for test, name_open in parts:
                    if test(env) is None:
                        name_open(env, found)

            return group
        if isinstance(node, Not):
            return self.opener(node.part)
        if isinstance(node, (Compare, Member)):
            return self._open_leaf(node)
        return self._open_quantified(node)

    def _open_leaf(self, node: Compare | Member) -> Opener:
        kind, fact = node.fact.partition(".")[0], node.fact
        if self.vocabulary.facts[fact].kind == "derived":
            open_behind = self.open_behind
            return lambda env, found: found.update(open_behind(env[kind], fact))

        def leaf(env: Env, found: Places) -> None:
            found[env[kind].path, fact] = None

        return leaf

    def _open_quantified(self, node: Some | Every) -> Opener:
        kind, link = node.link.partition(".")[0], node.link
        target = self.vocabulary.links[link].target
        test, name_open = self.test(node.part), self.opener(node.part)

        def quantified(env: Env, found: Places) -> None:
            facts = env[kind]
            items, whole = facts.world.linked(facts, link)
            if not whole:
                found[facts.path, link] = None
            for item in items:
                inner = {**env, target: item}
                if test(inner) is None:
                    name_open(inner, found)

        return quantified


class _FactOperand:
    """An operand that is read from the facts at evaluation."""

    __slots__ = ("fact", "kind", "short")

    def __init__(self, fact: str) -> None:
        self.fact = fact
        self.kind, _, self.short = fact.partition(".")

    def read(self, env: Env) -> Any:
        facts = env.get(self.kind)
        return None if facts is None else facts.get(self.short)


class _SetOperand:
    """A set operand: codes known at compile time, and facts whose members are added at evaluation."""

    __slots__ = ("codes", "facts")

    def __init__(self, codes: frozenset[str], facts: tuple[str, ...]) -> None:
        self.codes = codes
        self.facts = facts

    def read(self, env: Env) -> frozenset[str] | None:
        """Return all members, or None while one of the facts is unknown or open."""
        members = set(self.codes)
        for fact in self.facts:
            value = _FactOperand(fact).read(env)
            if value is None or (isinstance(value, SetValue) and not value.closed):
                return None
            members.update(value.yes if isinstance(value, SetValue) else (value,))
        return frozenset(members)

    def __str__(self) -> str:
        return ", ".join((*sorted(self.codes), *self.facts))


def _equals(kind: str, short: str, operand: Any) -> Test:
    if operand is True:  # a yes-or-no fact is its own truth
        return lambda env: env[kind].get(short)

    def equals(env: Env) -> Truth:
        value = env[kind].get(short)
        return None if value is None else value == operand

    return equals


def _is_false(kind: str, short: str) -> Test:
    def is_false(env: Env) -> Truth:
        value = env[kind].get(short)
        return None if value is None else not value

    return is_false


def _bounded(kind: str, short: str, op: str, limit: Any, *, negated: bool = False) -> Test:
    above, compare = (gt, values.more_than) if op == "more_than" else (ge, values.at_least)
    whole: Callable[[Any, Any], bool] = {gt: le, ge: lt}[above] if negated else above
    exact = values.exact(limit)

    def bounded(env: Env) -> Truth:
        value = env[kind].get(short)
        if value.__class__ is int:  # most numbers; ranges, decimals and floats take the long way
            return whole(value, exact)
        truth = None if value is None else compare(value, limit)
        return truth if truth is None or not negated else not truth

    return bounded


def _cost(node: Condition) -> int:
    """Return roughly how long a condition takes, in reads of a fact."""
    if isinstance(node, (All, AnyOf)):
        return sum([_cost(part) for part in node.parts])
    if isinstance(node, Not):
        return _cost(node.part)
    if isinstance(node, (Some, Every)):
        return 10 + 2 * _cost(node.part)
    return 2 if isinstance(node, Member) else 1


def _slug_member(kind: str, short: str, relation: str, codes: frozenset[str]) -> Test:
    if relation == "within":
        return lambda env: None if (value := env[kind].get(short)) is None else _slugs(relation, value, codes)
    apart = codes.isdisjoint

    def member(env: Env) -> Truth:
        value = env[kind].get(short)
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


def _all(parts: list[Test]) -> Test:
    if len(parts) == _PAIR:
        return _both(*parts)

    def every(env: Env) -> Truth:
        result: Truth = True
        for part in parts:
            truth = part(env)
            if truth is False:
                return False
            if truth is None:
                result = None
        return result

    return every


def _both(first: Test, second: Test) -> Test:
    def both(env: Env) -> Truth:
        one = first(env)
        if one is False:
            return False
        other = second(env)
        return other if one else False if other is False else None

    return both


def _any(parts: list[Test]) -> Test:
    if len(parts) == _PAIR:
        return _either(*parts)

    def some(env: Env) -> Truth:
        result: Truth = False
        for part in parts:
            truth = part(env)
            if truth is True:
                return True
            if truth is None:
                result = None
        return result

    return some


def _either(first: Test, second: Test) -> Test:
    def either(env: Env) -> Truth:
        one = first(env)
        if one:
            return True
        other = second(env)
        return True if other else other if one is False else None

    return either


def _not(part: Test) -> Test:
    def negated(env: Env) -> Truth:
        truth = part(env)
        return None if truth is None else not truth

    return negated


def _kleene_all(steps: tuple[Step, ...]) -> Truth:
    result: Truth = True
    for step in steps:
        if step.truth is False:
            return False
        if step.truth is None:
            result = None
    return result


def _kleene_any(steps: tuple[Step, ...]) -> Truth:
    result: Truth = False
    for step in steps:
        if step.truth is True:
            return True
        if step.truth is None:
            result = None
    return result


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
