"""A Program fixed at a date and checked for planes. What planes can't run is refused here, never left out in silence."""

from __future__ import annotations

from functools import lru_cache

from riskcheck.evaluator.evaluate import Evaluator
from riskcheck.model import values
from riskcheck.model.condition import All, AnyOf, Compare, Constant, Every, FactRef, Member, Not, ParameterRef, Some, UnionOf
from riskcheck.model.measure import By, Dated, Divide, FirstOf, Number, Percent, Read, Sum, Times
from riskcheck.model.values import Money
from riskcheck.model.vocabulary import SET_TYPES
from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date
    from typing import Any

    from riskcheck.model.condition import Condition, Operand
    from riskcheck.model.program import Program
    from riskcheck.model.rule import Definition, Rule


_PLACES = 1024
"""Places that are remembered for each region: there are some 250 countries, and data may name any of their parts."""


class NotPlanar(Exception):
    """A rule or definition that planes can't run."""


class PlaneRule(NamedTuple):
    """A rule fixed at a date. ``binds`` tells whether it binds on that day but for ``waits``: conditions under which it binds later."""

    rule: Rule
    scope: str
    binds: bool
    waits: tuple[Condition, ...]


class Members(NamedTuple):
    """A set operand: its fixed codes, the same in order, and the facts whose members belong to it as well."""

    codes: frozenset[str]
    ordered: tuple[str, ...]
    facts: tuple[str, ...]


class PlaneProgram:
    """Rules and definitions ready for planes at ``as_of``. Raises NotPlanar for what they can't run.

    ``reads`` names every written fact and link that some rule or definition needs: the columns of a portfolio to read.
    """

    def __init__(self, program: Program, as_of: date, *, include_proposed: bool = False) -> None:
        self.program = program
        self.as_of = as_of
        self.vocabulary = program.vocabulary
        self.evaluator = Evaluator(program, as_of, include_proposed=include_proposed)
        self.book = self.evaluator.book
        self.unions = self.evaluator.closures.unions
        self.definitions: dict[str, Definition] = {definition.fact: definition for definition in program.definitions}
        self.facts: set[str] = set()
        self.links: set[str] = set()
        self.uses: dict[int, int] = {}
        self.plain: set[int] = set()
        """The conditions (by id) that are worked out on any rows, once their columns are read there."""
        self._kinds: dict[int, tuple[frozenset[str], Any]] = {}
        self._members: dict[int, Members] = {}
        self._lies: dict[frozenset[str], Callable[[str], bool | None]] = {}
        self._where = ""
        for definition in program.definitions:
            self._where = definition.fact
            self._check_definition(definition)
        self.rules = tuple([self._bind(bound.rule) for bound in self.evaluator.rules])

    # --- rules -----------------------------------------------------------------------------------------------------

    def _bind(self, rule: Rule) -> PlaneRule:
        self._where = rule.id
        nodes = [rule.applies, rule.condition, *(item.when for item in rule.unless), *(step.when for step in rule.severity_when)]
        begins = self.evaluator._day(rule.begins)  # noqa: SLF001 (both executors bind dates alike)
        waits = tuple([item.when for item in rule.transitions if (day := self.evaluator._day(item.until)) is not None and day > self.as_of])  # noqa: SLF001
        for node in (*nodes, *waits):
            self._use(node)
        return PlaneRule(rule, "flow+customer" if rule.per_customer else rule.about, begins is None or begins <= self.as_of, waits)

    def kinds(self, node: Condition) -> frozenset[str]:
        """Return the kinds of subject that a condition reads from outside itself."""
        return self._kinds[id(node)][0]

    def value(self, operand: Operand) -> Any:
        """Return the value of an operand that is no fact; None where a parameter has none that day."""
        if isinstance(operand, Constant):
            return operand.value
        return self.book.value(operand.name) if isinstance(operand, ParameterRef) else None

    def members(self, node: Member) -> Members:
        """Return the members of a set operand on the day."""
        found = self._members.get(id(node))
        if found is None:
            operand = self.evaluator.closures.members(node.operand)
            found = self._members[id(node)] = Members(operand.codes, tuple(sorted(operand.codes)), operand.facts)
        return found

    def lies(self, codes: frozenset[str]) -> Callable[[str], bool | None]:
        """Return the test whether a place lies in a fixed region; it remembers the places that it was asked about."""
        found = self._lies.get(codes)
        if found is None:
            region = values.Region(codes, self.unions)
            found = self._lies[codes] = lru_cache(maxsize=_PLACES)(lambda code: values.country_in(code, region))
        return found

    def _is_plain(self, node: Condition) -> bool:
        if isinstance(node, (All, AnyOf)):
            return all(id(part) in self.plain for part in node.parts)
        if isinstance(node, Not):
            return id(node.part) in self.plain
        if isinstance(node, Compare):
            fact = self.vocabulary.facts[node.fact]
            exact = fact.type == "money" or (fact.kind == "derived" and fact.type != "bool")  # may ask the reference about the rows of the table
            return not exact and not isinstance(node.operand, FactRef)
        if isinstance(node, Member):
            fixed = not any(isinstance(part, FactRef) for part in operand_parts(node.operand))
            return fixed and self.vocabulary.facts[node.fact].type not in SET_TYPES
        return False

    def _refuse(self, what: str) -> NotPlanar:
        return NotPlanar(f"{self._where}: {what}")

    def _use(self, node: Condition) -> frozenset[str]:
        key = id(node)
        self.uses[key] = self.uses.get(key, 0) + 1
        known = self._kinds.get(key)
        if known is None:
            known = self._kinds[key] = (self._check(node), node)
            if self._is_plain(node):
                self.plain.add(key)
        return known[0]

    def _check(self, node: Condition) -> frozenset[str]:
        if isinstance(node, (All, AnyOf)):
            return frozenset().union(*[self._use(part) for part in node.parts])
        if isinstance(node, Not):
            return self._use(node.part)
        if isinstance(node, (Some, Every)):
            link = self.vocabulary.links.get(node.link)
            if link is None:
                raise self._refuse(f"no link `{node.link}`")
            self._follow(node.link)
            return (self._use(node.part) - {link.target}) | {node.link.partition(".")[0]}
        if isinstance(node, Compare):
            return self._check_compare(node)
        if isinstance(node, Member):
            return self._check_member(node)
        raise self._refuse(f"planes know no {type(node).__name__}")

    def _follow(self, name: str) -> None:
        self.links.add(name)
        link = self.vocabulary.links.get(name) or self.vocabulary.written_links[name]
        if link.reverse:
            self.links.add(link.reverse)
            back = self.vocabulary.written_links[link.reverse]
            if back.via:
                self._follow(link.reverse)
        if link.via:
            self.links.add(f"flow.{link.via}")
            self._follow(f"{link.via}.{name.partition('.')[2]}")

    def _fact(self, name: str) -> frozenset[str]:
        fact = self.vocabulary.facts.get(name)
        if fact is None:
            raise self._refuse(f"unknown fact `{name}`")
        if fact.kind != "derived":
            self.facts.add(name)
        return frozenset({name.partition(".")[0]})

    def _check_compare(self, node: Compare) -> frozenset[str]:
        fact = self.vocabulary.facts[node.fact]
        kinds = self._fact(node.fact)
        measured = node.fact in self.definitions and self.definitions[node.fact].measure is not None
        if fact.type == "text" or fact.type in SET_TYPES:
            raise self._refuse(f"`{node.fact}` of type {fact.type} can't be compared")
        if measured and node.op == "equals":
            raise self._refuse(f"`{node.fact}` is measured: it can be at least or more than, not equal")
        if isinstance(node.operand, FactRef):
            other = self.vocabulary.facts.get(node.operand.fact)
            if other is None or other.type != fact.type or measured or (other.kind == "derived" and fact.type != "bool"):
                raise self._refuse(f"`{node.fact}` can't be compared with `{node.operand.fact}`")
            return kinds | self._fact(node.operand.fact)
        return kinds

    def _check_member(self, node: Member) -> frozenset[str]:
        fact = self.vocabulary.facts[node.fact]
        if fact.type not in (*SET_TYPES, "choice", "country"):
            raise self._refuse(f"`{node.fact}` of type {fact.type} is in no set")
        kinds = self._fact(node.fact)
        for part in operand_parts(node.operand):
            if isinstance(part, FactRef):
                kinds |= self._fact(part.fact)
        return kinds

    # --- definitions -----------------------------------------------------------------------------------------------

    def _check_definition(self, definition: Definition) -> None:
        if definition.holds is not None:
            self._use(definition.holds)
        for item in definition.unless:
            self._use(item.when)
        for fact in definition.union_of:
            self._fact(fact)
        if definition.measure is not None:
            self._check_measure(definition.measure)

    def _check_measure(self, expression: Any) -> None:
        if isinstance(expression, Read):
            self._fact(expression.fact)
            if self.vocabulary.facts[expression.fact].type not in ("integer", "number", "money"):
                raise self._refuse(f"`{expression.fact}` is no number")
        elif isinstance(expression, By):
            self._fact(expression.fact)
            if self.vocabulary.facts[expression.fact].type not in ("choice", "country"):
                raise self._refuse(f"`by: {expression.fact}` is neither choice nor country")
            for _, part in expression.of:
                self._check_measure(part)
        elif isinstance(expression, Sum):
            self._follow(expression.link)
            self._use(expression.where)
            self._check_measure(expression.part)
            if expression.once:
                self._fact(expression.once)
        elif isinstance(expression, Divide):
            self._check_measure(expression.part)
            self._check_measure(expression.by)
        elif isinstance(expression, Percent):
            self._check_measure(expression.part)
        elif isinstance(expression, (Times, FirstOf)):
            for part in expression.parts:
                self._check_measure(part)
        elif not isinstance(expression, (Number, Dated)):
            raise self._refuse(f"planes know no {type(expression).__name__}")
        elif isinstance(expression, Dated) and not isinstance(self.book.value(expression.parameter), (int, float, Money, type(None))):
            raise self._refuse(f"parameter `{expression.parameter}` is no number")


def operand_parts(operand: Operand) -> Iterable[Operand]:
    """Return the parts of a set operand."""
    return operand.parts if isinstance(operand, UnionOf) else (operand,)
