"""The law of a day: between two days exactly those rules differ whose dates lie between, and the golden file names them."""

from __future__ import annotations

from datetime import date
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


def dates_of(rule, program) -> set[date]:
    """Every day on which something about a rule changes, by its own dates and by those of the parameters that hold them."""
    from datetime import timedelta

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
    moved_parameters = {
        name for name, p in program.parameters.items() for row in p.rows
        if (row.begins and first < row.begins <= second) or (row.ends and first <= row.ends < second)
    }  # fmt: skip
    for name in changed:
        own = any(first < day <= second for day in dates_of(rules[name], program))
        assert own or moved_parameters, f"{name} differs though none of its dates lies between {first} and {second}"
        verdicts = {(before.get(i, ("", ""))[0], after.get(i, ("", ""))[0]) for i in before.keys() | after.keys() if i.startswith(name + "@")}
        if not own:
            # Without a date of its own a rule may differ only through a dated parameter that it reads.
            assert any(a != b for a, b in verdicts), name
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
