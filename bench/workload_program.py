"""The shared workload of ../shared/bench as a riskcheck Program: its rules become derived facts of the company, its profiles Profiles."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import workload

from riskcheck.evaluator.evaluate import Evaluator
from riskcheck.evaluator.world import World
from riskcheck.model.condition import All, AnyOf, Compare, Constant, Member, Not, Some
from riskcheck.model.profile import Profile, Subject
from riskcheck.model.program import Program
from riskcheck.model.rule import Definition
from riskcheck.model.values import SetValue
from riskcheck.model.vocabulary import Fact, Link, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable

LISTS = tuple(workload.LISTS)
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


def program(rules: list[Any], nodes: list[Any]) -> Program:
    """Return the rules that others read as definitions, in their order: each may read those before it."""
    read = {index for tree in rules for index in _read(tree)}
    definitions = tuple(
        Definition(fact=f"company.{result(index)}", about="company", pack="bench", cite=(), holds=nodes[index]) for index in sorted(read)
    )
    return Program(
        vocabulary=vocabulary(len(rules)), parameters={}, definitions=definitions, rules=(), packs={}, unions={}, scoring={}, money={},
    )  # fmt: skip


def _read(tree: tuple[Any, ...]) -> list[int]:
    """Return the rules that a tree reads."""
    if tree[0] == "rule":
        return [tree[1]]
    parts = tree[1] if tree[0] in ("and", "or") else [tree[1]] if tree[0] == "not" else []
    return [index for part in parts for index in _read(part)]


def profile(row: dict[str, Any]) -> Profile:
    """Return a profile of the workload (plain dicts, unknown facts absent) as the evaluator reads it."""
    facts = dict(row)
    items = facts.pop("systems", None)
    for name in LISTS:
        value = facts.get(name)
        if value is not None:
            facts[name] = SetValue(frozenset(value))
    systems = None if items is None else {str(index): Subject("system", str(index), facts=item) for index, item in enumerate(items)}
    return Profile(company=Subject("company", "", facts=facts), subjects={"system": systems})


class Riskcheck:
    """The closures of riskcheck behind the same two calls as the peers: all results of a profile, and all traces.

    Both begin with a plain dict, as the peers do: typing its values and deriving facts is part of the time.
    """

    def __init__(self, rules: list[Any]) -> None:
        translator = Translator()
        nodes = [translator.node(tree) for tree in rules]
        self.evaluator = Evaluator(program(rules, nodes), date(2026, 11, 24))
        closures = self.evaluator.closures
        # Every rule of the workload reads one company's facts and what is linked to it: functions of those facts.
        self.tests = [closures.compiled(self._shared(index, nodes)).run for index in range(len(rules))]
        self.tracers = [self.evaluator.explainer.tracer(node) for node in nodes]

    def _shared(self, index: int, nodes: list[Any]) -> Any:
        """Return the condition of a rule; of one that others read, the look at its derived fact."""
        fact = f"company.{result(index)}"
        defined = any(definition.fact == fact for definition in self.evaluator.program.definitions)
        return Compare(fact, "equals", Constant(value=True)) if defined else nodes[index]

    def _env(self, row: dict[str, Any]) -> dict[str, Any]:
        world = World(profile(row), self.evaluator.program.vocabulary)
        self.evaluator.derive(world)
        return world.env(world.company)

    def eval1(self, row: dict[str, Any]) -> list[bool | None]:
        """Return the results of all rules."""
        look = self._env(row)["company"].get
        return [test(look) for test in self.tests]

    def kept(self, row: dict[str, Any]) -> list[tuple[bool | None, Callable[[], Any]]]:
        """Return the results of all rules, each with its explanation, opened when called: what a finding carries."""
        env = self._env(row)
        look = env["company"].get
        return [(test(look), partial(tracer, env)) for test, tracer in zip(self.tests, self.tracers, strict=True)]

    def opened(self, row: dict[str, Any]) -> list[Any]:
        """Return the explanation of every rule, opened: every part, short-circuited by nothing."""
        env = self._env(row)
        return [tracer(env) for tracer in self.tracers]
