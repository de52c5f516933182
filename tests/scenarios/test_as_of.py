"""The law of a day: between two days exactly those rules differ whose dates lie between, and the golden file names them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from riskcheck.evaluator.evaluate import Evaluator
from riskcheck.loader.profiles import load_profile
from riskcheck.model.condition import ParameterRef

GOLDEN = Path(__file__).parent / "golden"
DAYS = [date(2026, 7, 20), date(2026, 11, 23), date(2026, 12, 3), date(2027, 12, 3)]


def findings(program, profile, day):
    found = Evaluator(program, day).evaluate(profile)
    return {f.identity: (f.verdict, f.timing) for f in found}


def parameters_read(node, program, seen: set[str]) -> set[str]:
    """Every dated parameter that a condition, a rule or a definition reads, by itself or through derived facts."""
    definitions = {definition.fact: definition for definition in program.definitions}
    found: set[str] = set()
    stack = [node]
    while stack:
        here = stack.pop()
        if isinstance(here, ParameterRef):
            found.add(here.name)
        elif isinstance(here, str):
            if here in definitions and here not in seen:
                seen.add(here)
                stack.append(definitions[here])
        elif isinstance(here, dict):
            stack.extend(here.values())
        elif isinstance(here, (tuple, list)):
            stack.extend(here)
        elif hasattr(here, "__slots__"):
            stack.extend(getattr(here, name) for name in here.__slots__)
    return found


def turns_of(names: set[str], program) -> set[date]:
    """Every day on which one of these parameters takes another value."""
    turns: set[date] = set()
    for name in names:
        for row in program.parameters[name].rows:
            turns |= {day for day in (row.begins, row.ends and row.ends + timedelta(days=1)) if day}
    return turns


def dates_of(rule, program) -> set[date]:
    """Every day on which something about a rule changes, by its own dates and by those of the parameters that hold them."""
    days: set[date] = {rule.enacted} if rule.enacted else set()
    for day, after in ((rule.begins, 0), (rule.ends, 1), *((item.until, 0) for item in rule.transitions)):
        if isinstance(day, ParameterRef):
            for row in program.parameters[day.name].rows:
                days |= {row.value, *([row.begins] if row.begins else [])}
        elif day:
            days.add(day + timedelta(days=after))
    return days


@pytest.fixture(scope="module")
def profile(program, root):
    return load_profile(root / "profiles" / "minimax.yaml", program, name="minimax.yaml")[0]


@pytest.mark.parametrize(("first", "second"), list(pairwise(DAYS)))
def test_only_rules_whose_dates_lie_between_differ(program, profile, first, second, request):
    before, after = findings(program, profile, first), findings(program, profile, second)
    changed = sorted({identity.partition("@")[0] for identity in before.keys() | after.keys() if before.get(identity) != after.get(identity)})
    rules = {rule.id: rule for rule in program.rules}
    for name in changed:
        days = dates_of(rules[name], program) | turns_of(parameters_read(rules[name], program, set()), program)
        assert any(first < day <= second for day in days), f"{name} differs though none of its dates lies between {first} and {second}"
    for rule in program.rules:
        # The other way round: what begins to bind in between, and is not out of scope, can't look the same on both days.
        begins = rule.begins
        if isinstance(begins, date) and first < begins <= second and not rule.transitions:
            judged = {before.get(i) or after.get(i) for i in before.keys() | after.keys() if i.startswith(rule.id + "@")}
            assert rule.id in changed or all(verdict == "out_of_scope" for verdict, _ in judged), f"{rule.id} begins on {begins} and shows no change"
    golden = GOLDEN / f"as-of-{first}-{second}.txt"
    text = "\n".join(changed) + "\n"
    if request.config.getoption("--accept"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_the_amendment_shows_on_its_day(program, profile):
    before, after = findings(program, profile, date(2026, 7, 26)), findings(program, profile, date(2026, 7, 27))
    new = {identity.partition("@")[0] for identity in after.keys() - before.keys()}
    assert {"eu-ai-act/prohibited/intimate-material-offer", "eu-ai-act/prohibited/child-abuse-material-offer"} <= new


def test_same_day_same_findings(program, profile):
    assert findings(program, profile, DAYS[1]) == findings(program, profile, DAYS[1])
