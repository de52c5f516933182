"""Reduces a written condition to the seven nodes and checks every fact, operator and value against the vocabulary."""

from __future__ import annotations

from datetime import date
from itertools import combinations

from riskcheck.diagnostics import did_you_mean
from riskcheck.model.condition import (
    All,
    AnyOf,
    Compare,
    Condition,
    Constant,
    Every,
    FactRef,
    Member,
    Not,
    Operand,
    ParameterRef,
    Some,
    UnionOf,
)  # fmt: skip
from riskcheck.model.money import parse_money
from riskcheck.model.vocabulary import COMPANY, SET_TYPES, Fact, Link, Vocabulary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from riskcheck.locations import Route
    from riskcheck.model.parameters import Parameter

    Report = Callable[[Route, str, str, str], None]
    """Called as (route, code, message, help) for each fault."""

NOTHING = All(())
"""The condition that always holds (an absent `applies`)."""

OPERATORS: dict[str, frozenset[str]] = {
    "bool": frozenset({"not"}),
    "choice": frozenset({"not", "not_in", "within", "outside"}),
    "choices": frozenset({"includes", "overlaps", "lacks", "within", "outside"}),
    "country": frozenset({"not", "not_in", "within", "outside"}),
    "countries": frozenset({"includes", "overlaps", "lacks", "within", "outside"}),
    "integer": frozenset({"not", "at_least", "more_than", "at_most", "less_than"}),
    "number": frozenset({"not", "at_least", "more_than", "at_most", "less_than"}),
    "money": frozenset({"at_least", "more_than", "at_most", "less_than"}),
    "date": frozenset({"before", "since", "older_than_days", "older_than_months"}),
    "text": frozenset(),
}
_QUANTIFIERS = frozenset({"some", "every", "none"})
_READABLE: dict[str, tuple[str, ...]] = {
    "company": (COMPANY,),
    "system": ("system", COMPANY),
    "model": ("model", COMPANY),
    "dataset": ("dataset", COMPANY),
    "flow": ("flow", "system", COMPANY),
    "customer": ("customer", COMPANY),
    "dispute": ("dispute", COMPANY),
}


def readable_kinds(about: str, *, per_customer: bool) -> tuple[str, ...]:
    """Return the kinds whose facts a rule about one kind may read without a quantifier."""
    kinds = _READABLE[about]
    return (*kinds, "customer") if per_customer else kinds


class ConditionCompiler:
    """Compiles the conditions of one file. Equal nodes come out as one object when compilers share ``interned``."""

    def __init__(
        self, vocabulary: Vocabulary, parameters: Mapping[str, Parameter], report: Report, interned: dict[str, Any],
    ) -> None:  # fmt: skip
        self.vocabulary = vocabulary
        self.parameters = parameters
        self.report = report
        self.interned = interned
        self.reads: set[str] = set()

    def compile(self, written: Mapping[str, Any] | None, route: Route, kinds: tuple[str, ...]) -> Condition:
        """Return the condition of a mapping; faults are reported and replaced by a condition that holds."""
        if not written:
            return NOTHING
        parts: list[Condition] = []
        for key, value in written.items():
            if key == "of":
                continue
            part = self._entry(key, value, written, (*route, key), kinds)
            if part is not None:
                parts.append(part)
        return parts[0] if len(parts) == 1 else self._keep(All(tuple(parts)))

    def _keep(self, node: Any) -> Any:
        # By its text: 0 and False are equal to Python, but not to a reader of a trace.
        return self.interned.setdefault(repr(node), node)

    def _entry(
        self, key: str, value: Any, written: Mapping[str, Any], route: Route, kinds: tuple[str, ...],
    ) -> Condition | None:  # fmt: skip
        if key in ("all", "any"):
            parts = self._list(value, route, kinds)
            group: Condition = self._keep(All(parts) if key == "all" else AnyOf(parts))
            return group
        if key == "not":
            negated: Condition = self._keep(Not(self._sub(value, route, kinds)))
            return negated
        if key == "at_least":
            return self._count(value, written, route, kinds)
        if "." not in key:
            self.report(route, "R201", f"`{key}` is neither a fact nor all, any, not",
                        did_you_mean(key, ("all", "any", "not", "at_least")) or "a fact is written subject.name")  # fmt: skip
            return None
        if key in self.vocabulary.links:
            return self._quantified(key, self.vocabulary.links[key], value, route, kinds)
        fact = self.vocabulary.facts.get(key)
        if fact is None:
            self.report(route, "R202", f"unknown fact `{key}`",
                        did_you_mean(key, [*self.vocabulary.facts, *self.vocabulary.links]) or "declare it in vocabulary/")  # fmt: skip
            return None
        if key.partition(".")[0] not in kinds:
            self.report(route, "R203", f"`{key}` can't be read here",
                        f"readable are facts of {', '.join(kinds)}; others need some, every or none over a link")  # fmt: skip
            return None
        self.reads.add(key)
        return self._leaf(fact, value, route)

    def _sub(self, value: Any, route: Route, kinds: tuple[str, ...]) -> Condition:
        if not isinstance(value, dict):
            self.report(route, "R204", "a condition is a mapping of facts", "write {subject.fact: value}")
            return NOTHING
        return self.compile(value, route, kinds)

    def _list(self, value: Any, route: Route, kinds: tuple[str, ...]) -> tuple[Condition, ...]:
        if not isinstance(value, list) or not value:
            self.report(route, "R204", "a list of conditions belongs here", "write - {subject.fact: value} for each")
            return ()
        return tuple(self._sub(item, (*route, index), kinds) for index, item in enumerate(value))

    def _count(self, least: Any, written: Mapping[str, Any], route: Route, kinds: tuple[str, ...]) -> Condition:
        parts = self._list(written.get("of"), (*route[:-1], "of"), kinds)
        if not isinstance(least, int) or not 1 <= least <= max(1, len(parts)):
            self.report(route, "R204", "at_least wants a whole number up to the length of `of`", "")
            return NOTHING
        choices = tuple(self._keep(All(chosen)) for chosen in combinations(parts, least))
        return self._keep(AnyOf(choices))  # type: ignore[no-any-return]

    def _quantified(self, key: str, link: Link, value: Any, route: Route, kinds: tuple[str, ...]) -> Condition | None:
        if key.partition(".")[0] not in kinds:
            self.report(route, "R203", f"the link `{key}` can't be followed from here", f"readable are links of {', '.join(kinds)}")
            return None
        if not isinstance(value, dict) or not value or not set(value) <= _QUANTIFIERS:
            self.report(route, "R205", f"`{key}` leads to several subjects", "write {some: …}, {every: …} or {none: …}")
            return None
        inner = (*(kind for kind in kinds if kind != link.target), link.target)
        parts: list[Condition] = []
        for word, condition in value.items():
            part = self._sub(condition, (*route, word), inner)
            node: Condition = Every(key, part) if word == "every" else Some(key, part)
            parts.append(self._keep(Not(self._keep(node))) if word == "none" else self._keep(node))
        return parts[0] if len(parts) == 1 else self._keep(All(tuple(parts)))

    def _leaf(self, fact: Fact, value: Any, route: Route) -> Condition | None:
        if isinstance(value, dict) and set(value) & {"parameter", "fact"}:
            return self._equals(fact, value, route)
        if not isinstance(value, dict):
            if isinstance(value, list):
                if fact.type in SET_TYPES:
                    self.report(route, "R206", f"`{fact.name}` is a set: say how to compare it", "write {overlaps: […]} or {within: […]}")
                    return None
                return self._member(fact, "within", value, route)
            return self._equals(fact, value, route)
        parts = [self._operator(fact, operator, operand, (*route, operator)) for operator, operand in value.items()]
        kept = tuple(part for part in parts if part is not None)
        if not kept:
            return None
        return kept[0] if len(kept) == 1 else self._keep(All(kept))

    def _operator(self, fact: Fact, operator: str, operand: Any, route: Route) -> Condition | None:
        allowed = OPERATORS[fact.type]
        if operator not in allowed:
            self.report(route, "R207", f"`{operator}` does not fit `{fact.name}`, which is of type {fact.type}",
                        f"operators: {', '.join(sorted(allowed)) or 'none'}")  # fmt: skip
            return None
        negated = operator in ("not", "not_in", "lacks", "outside", "at_most", "less_than")
        node: Condition | None
        if operator == "not":
            node = self._equals(fact, operand, route)
        elif operator in ("not_in", "within", "outside"):
            node = self._member(fact, "within", operand, route)
        elif operator == "includes":
            node = self._member(fact, "includes" if fact.type == "choices" else "overlaps", [operand], route)
        elif operator in ("overlaps", "lacks"):
            node = self._member(fact, "overlaps", operand if isinstance(operand, (list, dict)) else [operand], route)
        else:
            base = {"at_most": "more_than", "less_than": "at_least"}.get(operator, operator)
            node = self._compare(fact, base, operand, route)
        if node is None:
            return None
        return self._keep(Not(node)) if negated else node

    def _equals(self, fact: Fact, value: Any, route: Route) -> Condition | None:
        if fact.type == "country" and not isinstance(value, dict):
            return self._member(fact, "within", [value], route)
        if fact.type in SET_TYPES:
            self.report(route, "R206", f"`{fact.name}` is a set: say how to compare it", f"write {{includes: {value}}}")
            return None
        return self._compare(fact, "equals", value, route)

    def _compare(self, fact: Fact, op: Any, value: Any, route: Route) -> Condition | None:
        operand = self._scalar_operand(fact, op, value, route)
        return None if operand is None else self._keep(Compare(fact.name, op, operand))

    def _scalar_operand(self, fact: Fact, op: str, value: Any, route: Route) -> Operand | None:
        if isinstance(value, dict):
            return self._reference(fact, op, value, route)
        problem = ""
        result: Any = value
        if op.startswith("older_than"):
            problem = "" if isinstance(value, int) else "a whole number"
        elif fact.type == "bool":
            problem = "" if isinstance(value, bool) else "true or false"
        elif fact.type == "choice":
            problem = "" if value in fact.choices else f"one of {', '.join(fact.choices)}"
        elif fact.type in ("integer", "number"):
            problem = "" if isinstance(value, (int, float)) and not isinstance(value, bool) else "a number"
        elif fact.type == "date":
            problem = "" if isinstance(value, date) else "a date (2026-12-02)"
        elif fact.type == "money":
            result = parse_money(value)
            problem = "" if result is not None else "an amount and a currency (50_000_000 EUR)"
        else:
            problem = "nothing: texts are shown, never tested"
        if problem:
            self.report(route, "R208", f"`{fact.name}` compares with {problem}, not with `{value}`",
                        did_you_mean(str(value), fact.choices))  # fmt: skip
            return None
        return self._keep(Constant(result))  # type: ignore[no-any-return]

    def _reference(self, fact: Fact, op: str, value: Mapping[str, Any], route: Route) -> Operand | None:
        if set(value) == {"parameter"}:
            name = value["parameter"]
            parameter = self.parameters.get(name)
            if parameter is None:
                self.report(route, "R209", f"unknown parameter `{name}`", did_you_mean(str(name), self.parameters))
                return None
            wanted = {"number", "integer"} if op.startswith("older_than") or fact.type in ("integer", "number") else {fact.type}
            if parameter.type not in wanted:
                self.report(route, "R208", f"`{name}` is of type {parameter.type}, `{fact.name}` of type {fact.type}", "")
                return None
            return self._keep(ParameterRef(name))  # type: ignore[no-any-return]
        if set(value) == {"fact"}:
            other = self.vocabulary.facts.get(value["fact"])
            if other is None:
                self.report(route, "R202", f"unknown fact `{value['fact']}`", did_you_mean(str(value["fact"]), self.vocabulary.facts))
                return None
            self.reads.add(other.name)
            return self._keep(FactRef(other.name))  # type: ignore[no-any-return]
        self.report(route, "R208", "a value is a literal, {parameter: name} or {fact: name}", "")
        return None

    def _member(self, fact: Fact, relation: Any, value: Any, route: Route) -> Condition | None:
        parts = value if isinstance(value, list) else [value]
        literal: list[str] = []
        refs: list[Operand] = []
        for part in parts:
            operand = self._set_part(fact, part, route)
            if operand is None:
                return None
            if isinstance(operand, Constant):
                literal.append(str(operand.value))
            else:
                refs.append(operand)
        constant: Operand = self._keep(Constant(tuple(sorted(set(literal)))))
        if not refs:
            operand = constant
        elif len(refs) == 1 and not literal:
            operand = refs[0]
        else:
            operand = self._keep(UnionOf((*((constant,) if literal else ()), *refs)))
        return self._keep(Member(fact.name, relation, operand))  # type: ignore[no-any-return]

    def _set_part(self, fact: Fact, part: Any, route: Route) -> Operand | None:
        if isinstance(part, dict):
            return self._set_reference(fact, part, route)
        if isinstance(part, str) and part in fact.choices:
            return Constant(part)
        places = fact.type in ("country", "countries")
        if places and isinstance(part, str) and part[:2].isupper():
            return Constant(part)
        if isinstance(part, str) and part in self.parameters:
            return self._set_reference(fact, {"parameter": part}, route)
        hint = did_you_mean(str(part), [*fact.choices, *(name for name, p in self.parameters.items() if p.type in SET_TYPES)])
        self.report(route, "R208", f"`{part}` is no value of `{fact.name}` and no named group", hint)
        return None

    def _set_reference(self, fact: Fact, part: Mapping[str, Any], route: Route) -> Operand | None:
        places = fact.type in ("country", "countries")
        wanted = "countries" if places else "choices"
        if set(part) == {"parameter"}:
            parameter = self.parameters.get(part["parameter"])
            if parameter is None or parameter.type != wanted:
                what = "unknown parameter" if parameter is None else f"parameter of type {parameter.type}:"
                self.report(route, "R209", f"{what} `{part['parameter']}`", did_you_mean(str(part["parameter"]), self.parameters))
                return None
            return self._keep(ParameterRef(part["parameter"]))  # type: ignore[no-any-return]
        if set(part) == {"fact"}:
            other = self.vocabulary.facts.get(part["fact"])
            if other is None or (other.type in ("country", "countries")) != places:
                self.report(
                    route, "R202", f"`{part['fact']}` is no set fact of the same type", did_you_mean(str(part["fact"]), self.vocabulary.facts)
                )
                return None
            self.reads.add(other.name)
            return self._keep(FactRef(other.name))  # type: ignore[no-any-return]
        self.report(route, "R208", "a set holds values, group names, {parameter: name} or {fact: name}", "")
        return None
