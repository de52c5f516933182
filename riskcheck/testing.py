"""Runs the examples that stand in rule and definition files. Public, so that authors of packs can use it in pytest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from riskcheck.evaluator.evaluate import BoundRule, Evaluator
from riskcheck.evaluator.world import from_example
from riskcheck.loader.profiles import known_places
from riskcheck.loader.values import Fault, typed
from riskcheck.model.condition import ParameterRef
from riskcheck.model.values import Money, SetValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from riskcheck.diagnostics import Diagnostic
    from riskcheck.loader.rules import Library
    from riskcheck.loader.surface import DefinitionExampleFile, DefinitionFile, ExampleFile
    from riskcheck.model.program import Program
    from riskcheck.model.rule import Definition, Rule
    from riskcheck.source.document import Document

REFERENCE_DAY = date(2026, 11, 23)
"""The day on which examples run unless they name another (the day on which the catalogues were compiled)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleResult:
    """How one example came out. ``problem`` is None where it gave what it is named for."""

    id: str
    index: int
    expected: str
    got: str
    sentence: str
    problem: Diagnostic | None = None

    @property
    def passed(self) -> bool:
        """Whether the example gave what it is named for."""
        return self.problem is None


class ExampleRunner:
    """Runs examples of one library. Evaluators are kept by day."""

    def __init__(self, library: Library, program: Program) -> None:
        self.library = library
        self.program = program
        self.places = known_places(program)
        self._evaluators: dict[date, Evaluator] = {}
        self._rules: dict[str, Rule] = {rule.id: rule for rule in program.rules}
        self._definitions: dict[str, Definition] = {definition.fact: definition for definition in program.definitions}

    def evaluator(self, day: date) -> Evaluator:
        """Return the program bound at a day, proposed law included."""
        if day not in self._evaluators:
            self._evaluators[day] = Evaluator(self.program, day, include_proposed=True)
        return self._evaluators[day]

    def run(self, prefix: str = "") -> Iterator[ExampleResult]:
        """Yield the result of every example of rules and definitions whose id begins with a prefix."""
        for identity, (document, rule) in sorted(self.library.rules.items()):
            if identity.startswith(prefix) and identity in self._rules:
                for index, example in enumerate(rule.examples):
                    yield self._rule_example(identity, document, index, example)
        for identity, (document, definition) in sorted(self.library.definitions.items()):
            if identity.startswith(prefix) and definition.define in self._definitions:
                for index, case in enumerate(definition.examples):
                    yield self._definition_example(identity, document, definition, index, case)

    def _rule_example(self, identity: str, document: Document, index: int, example: ExampleFile) -> ExampleResult:
        expected, sentence = next(iter(example.verdicts().items()))
        day = example.as_of or self._day(self._rules[identity])
        given = self._given(document, ("examples", index, "given"), example.given)
        if not isinstance(given, dict):
            return ExampleResult(id=identity, index=index, expected=expected, got="", sentence=sentence, problem=given)
        got = self.verdict(self._rules[identity], given, day)
        problem = None
        if got != expected:
            problem = document.diagnostic(("examples", index), "R401", f"`{sentence}` gives {got}, not {expected} (as of {day})",
                                          help=f"riskcheck explain {identity} shows the rule")  # fmt: skip
        return ExampleResult(id=identity, index=index, expected=expected, got=got, sentence=sentence, problem=problem)

    def verdict(self, rule: Rule, given: dict[str, Any], day: date) -> str:
        """Return the verdict of a rule on typed facts on a day; ``lapsed`` where it does not bind then."""
        evaluator = self.evaluator(day)
        bound: BoundRule | None = next((b for b in evaluator.rules if b.rule is rule), None) or evaluator.bind(rule)
        if bound is None:
            return "lapsed"
        world, env = from_example(given, rule.about, self.program.vocabulary, per_customer=rule.per_customer)
        evaluator.derive(world, env)
        return str(evaluator.verdict(bound, env)[0])

    def _definition_example(self, identity: str, document: Document, file: DefinitionFile, index: int, case: DefinitionExampleFile) -> ExampleResult:
        expected, sentence = _definition_expectation(case)
        day = case.as_of or REFERENCE_DAY
        given = self._given(document, ("examples", index, "given"), case.given)
        if not isinstance(given, dict):
            return ExampleResult(id=identity, index=index, expected=expected, got="", sentence=sentence, problem=given)
        got = self.truth(self._definitions[file.define], given, day)
        problem = None
        if got != expected:
            problem = document.diagnostic(("examples", index), "R401", f"`{sentence}` gives {got}, not {expected} (as of {day})")
        return ExampleResult(id=identity, index=index, expected=expected, got=got, sentence=sentence, problem=problem)

    def truth(self, definition: Definition, given: dict[str, Any], day: date) -> str:
        """Return what a definition gives on typed facts: holds, fails, unknown, or the set or number in words."""
        world, env = from_example(given, definition.about, self.program.vocabulary)
        evaluator = self.evaluator(day)
        evaluator.derive(world, env)
        return _shown(env[definition.about].get(definition.fact.partition(".")[2]))

    def _day(self, rule: Rule) -> date:
        ends = rule.ends
        if isinstance(ends, date) and ends < REFERENCE_DAY:
            return ends
        if rule.enacted and rule.enacted > REFERENCE_DAY:
            return rule.enacted
        if isinstance(ends, ParameterRef):
            return REFERENCE_DAY
        return REFERENCE_DAY

    def _given(self, document: Document, route: tuple[str | int, ...], written: Any) -> dict[str, Any] | Diagnostic:
        found: dict[str, Any] = {}
        if not isinstance(written, dict):
            return document.diagnostic(route, "R402", "the facts given are a mapping", help="write {dataset.web_crawled: true}", at_value=True)
        for name, value in written.items():
            place = (*route, name)
            if name in self.program.vocabulary.links:
                if not isinstance(value, list):
                    return document.diagnostic(
                        place, "R402", f"`{name}` is a list of fact mappings here", help="write [{dataset.web_crawled: true}] or []"
                    )
                items = []
                for index, item in enumerate(value):
                    inner = self._given(document, (*place, index), item)
                    if not isinstance(inner, dict):
                        return inner
                    items.append(inner)
                found[name] = items
                continue
            fact = self.program.vocabulary.facts.get(name)
            if fact is None:
                from riskcheck.diagnostics import did_you_mean

                return document.diagnostic(place, "R202", f"unknown fact `{name}`", help=did_you_mean(name, self.program.vocabulary.facts))
            result = typed(fact, value, self.places)
            if isinstance(result, Fault):
                return document.diagnostic(place, "R402", result.message, help=result.hint)
            if result is not None:
                found[name] = result
        return found


def _definition_expectation(case: DefinitionExampleFile) -> tuple[str, str]:
    for key in ("holds", "fails", "unknown"):
        sentence = getattr(case, key)
        if sentence is not None:
            return key, sentence
    gives = case.gives
    if isinstance(gives, list):
        gives = SetValue(frozenset(str(item) for item in gives))
    return _shown(gives if not isinstance(gives, str) else _money(gives)), case.note or f"gives {case.gives}"


def _money(text: str) -> Any:
    from riskcheck.model.money import parse_money

    return parse_money(text) or text


def _shown(value: Any) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "holds" if value else "fails"
    if isinstance(value, SetValue):
        members = ", ".join(sorted(value.yes))
        return f"{{{members}}}" if value.closed else f"{{{members}, …}}"
    if isinstance(value, Money):
        return str(value)
    from riskcheck.model.values import Range, plain_number

    if isinstance(value, Range):
        return f"{plain_number(value.least)} to {'?' if value.most is None else plain_number(value.most)}"
    return plain_number(value) if not isinstance(value, str) else value
