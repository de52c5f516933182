"""The shared workload of ../shared/bench as a riskcheck Program: its rules become derived facts of the company, its profiles Profiles."""

from __future__ import annotations

from datetime import date
from typing import Any

import workload

from riskcheck.evaluator.evaluate import Evaluator
from riskcheck.evaluator.world import World
from riskcheck.model.condition import All, AnyOf, Compare, Constant, Member, Not, Some
from riskcheck.model.profile import Profile, Subject
from riskcheck.model.program import Program
from riskcheck.model.rule import Definition
from riskcheck.model.values import SetValue
from riskcheck.model.vocabulary import Fact, Link, Vocabulary

LISTS = frozenset(workload.LISTS)
_SYSTEMS = "company.systems"
_COMPARISONS = {">": ("more_than", False), ">=": ("at_least", False), "<": ("at_least", True), "<=": ("more_than", True)}


def result(index: int) -> str:
    """Return the short name of the derived fact that holds the result of a rule."""
    return f"r{index:03d}"


class Translator:
    """Rule trees to conditions; equal conditions become one object, as riskcheck's own compiler makes them."""

    def __init__(self) -> None:
        self._known: dict[Any, Any] = {}

    def node(self, tree: tuple[Any, ...], kind: str = "company") -> Any:
        made = self._made(tree, kind)
        return self._known.setdefault(made, made)

    def _made(self, tree: tuple[Any, ...], kind: str) -> Any:
        head = tree[0]
        if head in ("and", "or"):
            return (All if head == "and" else AnyOf)(tuple(self.node(part, kind) for part in tree[1]))
        if head == "not":
            return Not(self.node(tree[1], kind))
        if head == "rule":
            return Compare(f"company.{result(tree[1])}", "equals", Constant(value=True))
        if head == "bool":
            return Compare(f"{kind}.{tree[1]}", "equals", Constant(value=True))
        if head in ("in", "has"):
            return Member(f"{kind}.{tree[1]}", "includes" if head == "in" else "overlaps", Constant(tree[2]))
        if head == "cmp":
            op, negated = _COMPARISONS[tree[1]]
            compare = Compare(f"{kind}.{tree[2]}", op, Constant(tree[3]))
            return Not(self._known.setdefault(compare, compare)) if negated else compare
        parts = tuple(self.node(part, "system") for part in tree[2])
        return Some(_SYSTEMS, parts[0] if len(parts) == 1 else All(parts))


def vocabulary(rules: int) -> Vocabulary:
    """Return the dictionary of the workload's facts."""
    facts = [Fact(f"company.{name}", "bool") for name in workload.BOOLS]
    facts += [Fact(f"company.{name}", "choice", choices=tuple(choices)) for name, choices in workload.ENUMS.items()]
    facts += [Fact(f"company.{name}", "integer") for name in workload.NUMS]
    facts += [Fact(f"company.{name}", "choices", choices=tuple(choices)) for name, choices in workload.LISTS.items()]
    for name, domain in workload.SYS.items():
        facts.append(Fact(f"system.{name}", "bool" if domain is bool else "integer" if isinstance(domain, tuple) else "choice"))
    facts += [Fact(f"company.{result(index)}", "bool", "derived") for index in range(rules)]
    link = Link(_SYSTEMS, "system")
    return Vocabulary({fact.name: fact for fact in facts}, {_SYSTEMS: link}, ("company", "system"), {_SYSTEMS: link})


def program(rules: list[Any]) -> Program:
    """Return the rules as definitions, in their order: each may read those before it."""
    translator = Translator()
    definitions = tuple(
        Definition(fact=f"company.{result(index)}", about="company", pack="bench", cite=(), holds=translator.node(tree)) for index, tree in enumerate(rules)
    )
    return Program(
        vocabulary=vocabulary(len(rules)), parameters={}, definitions=definitions, rules=(), packs={}, unions={}, scoring={}, money={},
    )  # fmt: skip


def profile(row: dict[str, Any]) -> Profile:
    """Return a profile of the workload (plain dicts, unknown facts absent) as the evaluator reads it."""
    facts = {name: SetValue(frozenset(value)) if name in LISTS else value for name, value in row.items() if name != "systems"}
    items = row.get("systems")
    systems = None if items is None else {str(index): Subject("system", str(index), facts=item) for index, item in enumerate(items)}
    return Profile(company=Subject("company", "", facts=facts), subjects={"system": systems})


class Riskcheck:
    """The closures of riskcheck behind the same two calls as the peers: all results of a profile, and all traces."""

    def __init__(self, rules: list[Any]) -> None:
        self.evaluator = Evaluator(program(rules), date(2026, 11, 24))
        self.names = [result(index) for index in range(len(rules))]

    def _world(self, row: dict[str, Any]) -> World:
        world = World(profile(row), self.evaluator.program.vocabulary)
        self.evaluator.derive(world)
        return world

    def eval1(self, row: dict[str, Any]) -> list[bool | None]:
        """Return the results of all rules, from a plain dict: typing its values is part of the time."""
        company = self._world(row).company
        return [company.get(name) for name in self.names]

    def trace(self, row: dict[str, Any]) -> list[Any]:
        """Return the full explanation of every rule: every part, short-circuited by nothing."""
        company = self._world(row).company
        explain = self.evaluator.explain_fact
        return [explain(company, f"company.{name}") for name in self.names]
