"""Every condition of every rule and definition matters: turned round or shifted once, some example of its own file must object.

A mutant is one rule or definition with one leaf negated, or one threshold moved by a step (`at_least` to `more_than`, a date or an
age by a day or month). Examples hold verdicts, so mutants of `applies`, the test, `unless` and of definitions are judged by them.
Transitions and `severity_when` change no verdict: their mutants are judged by the severities and days that the same examples give,
which `severity_and_timing.txt` records (`pytest --accept` rewrites it; read the difference in review).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from riskcheck.evaluator.world import from_example
from riskcheck.model.condition import All, AnyOf, Compare, Condition, Constant, Every, Member, Not, ParameterRef, Some
from riskcheck.testing import REFERENCE_DAY, ExampleRunner, _definition_expectation, _shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from riskcheck.evaluator.evaluate import BoundRule, Evaluator
    from riskcheck.evaluator.world import Env
    from riskcheck.model.parameters import ParameterBook
    from riskcheck.model.rule import Definition, Rule

HERE = Path(__file__).resolve().parent
SURVIVORS = HERE / "survivors.txt"
GOLDEN = HERE / "severity_and_timing.txt"

Make = "Callable[[ParameterBook], Condition]"


# --- mutants of a condition ---------------------------------------------------------------------------------------


def mutants(node: Condition) -> Iterator[tuple[str, Callable[[ParameterBook], Condition]]]:
    """Yield (what was changed, the changed condition at a date) for each leaf and each threshold of a condition."""
    if isinstance(node, (Compare, Member)):
        yield f"not {_words(node)}", lambda _book, node=node: Not(node)
        if isinstance(node, Compare) and node.op != "equals":
            yield f"shifted {_words(node)}", lambda book, node=node: _shift(node, book)
    elif isinstance(node, AnyOf) and (counted := _counted(node)):
        for part in counted:  # `at_least: 2, of: [...]` stands in many combinations, but in one place of the file
            for words, make in mutants(part):
                yield words, lambda book, part=part, make=make: _replaced(node, part, make(book))
    elif isinstance(node, (All, AnyOf)):
        for index, part in enumerate(node.parts):
            for words, make in mutants(part):
                yield words, lambda book, index=index, make=make: type(node)((*node.parts[:index], make(book), *node.parts[index + 1 :]))
    elif isinstance(node, Not):
        for words, make in mutants(node.part):
            yield words, lambda book, make=make: Not(make(book))
    else:
        quantifier = Some if isinstance(node, Some) else Every
        for words, make in mutants(node.part):
            yield f"{node.link}: {words}", lambda book, make=make: quantifier(node.link, make(book))
        if not any(True for _ in mutants(node.part)):  # some subject at all: the quantifier itself is the leaf
            yield f"not {type(node).__name__.lower()} {node.link}", lambda _book: Not(node)


def _counted(node: AnyOf) -> tuple[Condition, ...]:
    """Return the conditions of an `at_least`, of which the compiler has made all combinations; else nothing."""
    if not all(isinstance(part, All) for part in node.parts):
        return ()
    sizes = {len(part.parts) for part in node.parts}
    single = tuple(dict.fromkeys(inner for part in node.parts for inner in part.parts))
    wanted = {All(chosen) for size in sizes for chosen in combinations(single, size)}
    return single if len(sizes) == 1 and len(node.parts) > 1 and set(node.parts) == wanted else ()


def _replaced(node: AnyOf, old: Condition, new: Condition) -> Condition:
    return AnyOf(tuple(All(tuple(new if inner is old else inner for inner in part.parts)) for part in node.parts))


def _words(node: Compare | Member) -> str:
    operand: Any = node.operand
    shown = operand.value if isinstance(operand, Constant) else operand.name if isinstance(operand, ParameterRef) else operand
    return f"{node.fact} {node.op if isinstance(node, Compare) else node.relation} {shown}"


def _shift(node: Compare, book: ParameterBook) -> Condition:
    if node.op in ("more_than", "at_least"):
        return node._replace(op="at_least" if node.op == "more_than" else "more_than")
    value = book.value(node.operand.name) if isinstance(node.operand, ParameterRef) else getattr(node.operand, "value", None)
    if isinstance(value, date):
        return node._replace(operand=Constant(value + timedelta(days=1)))
    if isinstance(value, int):
        return node._replace(operand=Constant(value + 1))
    return Not(node)  # a date against another fact: the step is not known, so the relation is turned round


# --- examples, typed and derived once -----------------------------------------------------------------------------


@dataclass(slots=True)
class Case:
    expected: str
    evaluator: Evaluator
    env: Env


def _cases_of_rule(runner: ExampleRunner, rule: Rule) -> list[Case]:
    document, file = runner.library.rules[rule.id]
    cases = []
    for index, example in enumerate(file.examples):
        given = runner._given(document, ("examples", index, "given"), example.given)
        evaluator = runner.evaluator(example.as_of or runner._day(rule))
        world, env = from_example(given, rule.about, runner.program.vocabulary, per_customer=rule.per_customer)
        evaluator.derive(world, env)
        cases.append(Case(next(iter(example.verdicts())), evaluator, env))
    return cases


def _cases_of_definition(runner: ExampleRunner, definition: Definition) -> list[Case]:
    document, file = runner.library.definitions[definition.id]
    cases = []
    for index, example in enumerate(file.examples):
        given = runner._given(document, ("examples", index, "given"), example.given)
        evaluator = runner.evaluator(example.as_of or REFERENCE_DAY)
        world, env = from_example(given, definition.about, runner.program.vocabulary)
        evaluator.derive(world, env)
        cases.append(Case(_definition_expectation(example)[0], evaluator, env))
    return cases


def _verdict(case: Case, rule: Rule) -> str:
    bound = case.evaluator.bind(rule)
    return "lapsed" if bound is None else case.evaluator.verdict(bound, case.env)[0]


def _derived(case: Case, definition: Definition) -> object:
    """What a definition gives in the environment of a case."""
    value_in, alone = case.evaluator._bind_definition(definition)
    return value_in(case.env[definition.about].get if alone else case.env)


def _weight(case: Case, rule: Rule) -> str:
    """Severity, timing and first day of a case; empty where the rule says nothing of it."""
    bound: BoundRule | None = case.evaluator.bind(rule)
    if bound is None or case.evaluator.verdict(bound, case.env)[0] == "out_of_scope":
        return ""
    mild, worst = case.evaluator._severity(rule, case.env, case.env)
    timing, begins = case.evaluator._timing(bound, case.env)
    return f"{mild if mild == worst else f'{mild} to {worst}'}, {timing}, from {begins}"


# --- mutants of a rule or definition ------------------------------------------------------------------------------


def _rule_mutants(rule: Rule) -> Iterator[tuple[str, Callable[[ParameterBook], Rule]]]:
    for name in ("applies", "condition"):
        for words, make in mutants(getattr(rule, name)):
            yield f"{'test' if name == 'condition' else name}: {words}", lambda book, name=name, make=make: rule._replace(**{name: make(book)})
    yield from _inside(rule, "unless")


def _weight_mutants(rule: Rule) -> Iterator[tuple[str, Callable[[ParameterBook], Rule]]]:
    yield from _inside(rule, "transitions")
    yield from _inside(rule, "severity_when")


def _inside(owner: Any, name: str) -> Iterator[tuple[str, Callable[[ParameterBook], Any]]]:
    items = getattr(owner, name)
    for index, item in enumerate(items):
        for words, make in mutants(item.when):
            def changed(book: ParameterBook, index: int = index, item: Any = item, make: Any = make) -> Any:
                return owner._replace(**{name: (*items[:index], item._replace(when=make(book)), *items[index + 1 :])})

            yield f"{name} {index + 1}: {words}", changed


def _definition_mutants(definition: Definition) -> Iterator[tuple[str, Callable[[ParameterBook], Definition]]]:
    if definition.holds is not None:
        for words, make in mutants(definition.holds):
            yield f"holds: {words}", lambda book, make=make: definition._replace(holds=make(book))
        yield from _inside(definition, "unless")
    for fact in definition.union_of:
        kept = tuple(other for other in definition.union_of if other != fact)
        if kept:
            yield f"union without {fact}", lambda _book, kept=kept: definition._replace(union_of=kept)


# --- the tests ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def survivors(runner: ExampleRunner) -> tuple[list[str], dict[str, int]]:
    """All mutants that no example sees, and the number of mutants by pack."""
    found: list[str] = []
    counts: dict[str, int] = defaultdict(int)
    for rule in runner.program.rules:
        cases = _cases_of_rule(runner, rule)
        for words, make in _rule_mutants(rule):
            counts[rule.pack] += 1
            if all(_verdict(case, make(case.evaluator.book)) == case.expected for case in cases):
                found.append(f"{rule.id} | {words}")
        weights = [_weight(case, rule) for case in cases]
        for words, make in _weight_mutants(rule):
            counts[rule.pack] += 1
            if all(_weight(case, make(case.evaluator.book)) == weight for case, weight in zip(cases, weights, strict=True)):
                found.append(f"{rule.id} | {words}")
    for definition in runner.program.definitions:
        cases = _cases_of_definition(runner, definition)
        for words, make in _definition_mutants(definition):
            counts[definition.pack] += 1
            if all(_shown(_derived(case, make(case.evaluator.book))) == case.expected for case in cases):
                found.append(f"{definition.id} | {words}")
    return found, dict(counts)


def _allowed() -> dict[str, str]:
    """Survivors that may stay: one a line, `id | mutant # reason`."""
    allowed = {}
    for line in SURVIVORS.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            mutant, _, reason = line.partition(" # ")
            assert reason.strip(), f"a survivor needs a reason: {line}"
            allowed[mutant.strip()] = reason
    return allowed


def test_every_flipped_condition_is_seen_by_an_example(survivors):
    found, counts = survivors
    allowed = _allowed()
    print(f"{sum(counts.values())} mutants ({', '.join(f'{pack} {count}' for pack, count in sorted(counts.items()))}); {len(found)} survive")  # noqa: T201 (counts that a reader of the run asks for)
    new = [mutant for mutant in found if mutant not in allowed]
    assert not new, f"{len(new)} mutants that no example sees:\n" + "\n".join(new)
    idle = [mutant for mutant in allowed if mutant not in found]
    assert not idle, "survivors.txt lists mutants that are seen by now:\n" + "\n".join(idle)


def test_a_rule_without_its_adverse_examples_lets_mutants_survive(runner):
    """The judge itself: where only the out-of-scope example is left, most mutants come through."""
    rule = next(rule for rule in runner.program.rules if rule.id == "eu-ai-act/transparency/mark-synthetic-content")
    cases = [case for case in _cases_of_rule(runner, rule) if case.expected == "out_of_scope"]
    assert cases
    assert [w for w, make in _rule_mutants(rule) if all(_verdict(case, make(case.evaluator.book)) == case.expected for case in cases)]


def test_severities_and_days_of_the_examples_are_the_recorded_ones(runner, request):
    lines = []
    for rule in runner.program.rules:
        if rule.transitions or rule.severity_when:
            file = runner.library.rules[rule.id][1]
            for index, (case, example) in enumerate(zip(_cases_of_rule(runner, rule), file.examples, strict=True)):
                weight = _weight(case, rule)
                if weight:
                    lines.append(f"{rule.id}[{index}] {next(iter(example.verdicts().values()))}: {weight}")
    text = "\n".join(lines) + "\n"
    if request.config.getoption("--accept"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8"), "an example's severity or first day has changed: run `pytest --accept` and read the difference"
