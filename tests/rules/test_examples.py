"""Every example that stands in a rule or definition file gives what it is named for."""

from __future__ import annotations

from functools import cache

import pytest

from riskcheck.installed import load_source
from riskcheck.testing import ExampleResult, ExampleRunner


@cache
def _results() -> dict[str, ExampleResult]:
    library, program, _ = load_source()
    return {f"{result.id}[{result.index}]": result for result in ExampleRunner(library, program).run()}


@pytest.mark.parametrize("example", sorted(_results()))
def test_example(example):
    problem = _results()[example].problem
    assert problem is None, problem.render()


def test_the_rules_folder_has_no_fault(source):
    _, _, sink = source
    assert not sink.errors, "\n".join(fault.render() for fault in sink.errors)


def test_no_file_is_left_out(source):
    """A faulty rule is left out of the program with its examples; so every file must have reached it, and brought examples."""
    library, program, _ = source
    assert {rule.id for rule in program.rules} == set(library.rules)
    assert {definition.id for definition in program.definitions} == set(library.definitions)
    with_examples = {result.id for result in _results().values()}
    assert set(library.rules) <= with_examples
    assert {identity for identity, (_, file) in library.definitions.items() if file.examples} <= with_examples


def test_a_wrong_example_is_reported(source):
    """The runner must be able to fail: the same example under another verdict is refused."""
    library, program, _ = source
    runner = ExampleRunner(library, program)
    identity, (document, rule) = next(iter(sorted(library.rules.items())))
    example = next(e for e in rule.examples if "unknown" in e.verdicts())
    wrong = example.model_copy(update={"unknown": None, "met": "wrong on purpose"})
    result = runner._rule_example(identity, document, 0, wrong)
    assert not result.passed
    assert result.got == "unknown"
