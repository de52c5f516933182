"""The laws of the evaluator: monotone, silent, self-consistent (architecture 4.5)."""

from __future__ import annotations

import importlib.util
from datetime import date
from itertools import product
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from riskcheck.evaluator.closures import Closures
from riskcheck.evaluator.sources import Sources
from riskcheck.evaluator.steps import Explainer
from riskcheck.evaluator.verdict import TABLE
from riskcheck.evaluator.world import World
from riskcheck.model.finding import ADVERSE
from riskcheck.model.parameters import DatedValue, Parameter, ParameterBook
from riskcheck.model.profile import Profile, Subject
from riskcheck.model.values import Region, SetValue, countries_overlap, countries_within, overlaps, within

_spec = importlib.util.spec_from_file_location("strategies", Path(__file__).with_name("strategies.py"))
s = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(s)

BOOK = ParameterBook({"eu27": Parameter("eu27", "countries", (DatedValue(("DE", "FR"), None, None),))}, date(2026, 11, 23))


def evaluator() -> Closures:
    return Closures(s.VOCABULARY, BOOK, {"EU": "eu27"})


def world(facts, models):
    """What can be read about one system; models is None (unknown), or a list of fact mappings."""
    described = None if models is None else {f"m{i}": Subject(kind="model", key=f"m{i}", facts=m) for i, m in enumerate(models)}
    links = {} if models is None else {"models": tuple(described)}
    system = Subject(kind="system", key="a", facts=facts["system"], links=links)
    profile = Profile(company=Subject(kind="company", key="", facts=facts["company"]), subjects={"system": {"a": system}, "model": described})
    made = World(profile, s.VOCABULARY)
    return made.env(made.subjects["system"]["a"])


def truth(condition, facts, *, models=None):
    """The truth of a condition about one system, and its explanation."""
    env = world(facts, models)
    closures = evaluator()
    return closures.test(condition)(env), Explainer(closures, {}).explain(condition, env)


def opened(condition, facts, *, models=None):
    """The truth of a condition about one system and the places that keep it open, found by walking it."""
    closures = evaluator()
    places = []
    return Sources(closures, {}, Explainer(closures, {})).ask(condition, world(facts, models), places), places


def fuller(value, fact, draw):
    """A value that says at least as much: an open set may gain members on either side, or close."""
    if not isinstance(value, SetValue) or value.closed:
        return value
    pool = s.SLUGS if fact.type == "choices" else s.CODES
    free = [m for m in pool if m not in value.yes and m not in value.no]
    yes = draw(st.frozensets(st.sampled_from(free), max_size=2)) if free else frozenset()
    if fact.type == "countries":
        # What is said of the whole binds its parts, and the reverse: fill only what contradicts nothing.
        related = {"US": {"US-CA", "US-IL"}, "US-CA": {"US"}, "US-IL": {"US"}, "EU": {"DE", "FR"}, "DE": {"EU"}, "FR": {"EU"}}
        yes = frozenset(m for m in yes if not related.get(m, set()) & (value.no | value.yes))
        return SetValue(value.yes | yes, value.no, closed=False)
    close = draw(st.booleans())
    return SetValue(value.yes | yes, frozenset() if close else value.no, close)


@settings(max_examples=2000)
@given(st.data())
def test_filling_in_an_unknown_never_changes_a_settled_truth(data):
    condition = data.draw(s.conditions())
    known = {kind: data.draw(s.facts_of(kind)) for kind in ("company", "system")}
    models = data.draw(st.none() | st.lists(s.facts_of("model"), max_size=2))
    before, _ = truth(condition, known, models=models)
    filled = {}
    for kind, facts in known.items():
        more = data.draw(s.facts_of(kind))
        filled[kind] = {**more, **{name: fuller(value, s.FACTS[f"{kind}.{name}"], data.draw) for name, value in facts.items()}}
    richer = models
    if models is None:
        richer = data.draw(st.none() | st.lists(s.facts_of("model"), max_size=2))
    else:
        richer = [{**data.draw(s.facts_of("model")), **facts} for facts in models]
    after, _ = truth(condition, filled, models=richer)
    if before is not None:
        assert after is before, (condition, known, filled)


@settings(max_examples=1000)
@given(st.data())
def test_trace_and_truth_agree(data):
    condition = data.draw(s.conditions())
    facts = {kind: data.draw(s.facts_of(kind)) for kind in ("company", "system")}
    models = data.draw(st.none() | st.lists(s.facts_of("model"), max_size=2))
    found, step = truth(condition, facts, models=models)
    assert step.truth is found


@settings(max_examples=1000)
@given(st.data())
def test_a_condition_is_open_at_some_place_exactly_while_its_truth_is_unknown(data):
    condition = data.draw(s.conditions())
    facts = {kind: data.draw(s.facts_of(kind)) for kind in ("company", "system")}
    models = data.draw(st.none() | st.lists(s.facts_of("model"), max_size=2))
    found, _ = truth(condition, facts, models=models)
    asked, places = opened(condition, facts, models=models)
    assert asked is found
    assert bool(places) is (found is None)


@settings(max_examples=1000)
@given(s.conditions())
def test_silence_settles_nothing_but_what_is_always_so(condition):
    found, _ = truth(condition, {"company": {}, "system": {}})
    if found is not None:
        # Only a comparison with an empty set can be settled by silence (nothing is in it).
        assert "Constant(value=())" in repr(condition) or "parts=()" in repr(condition)


@settings(max_examples=1500)
@given(st.data())
def test_open_sets_agree_with_every_closed_set_that_they_allow(data):
    slugs = frozenset(s.SLUGS)
    yes = data.draw(st.frozensets(st.sampled_from(s.SLUGS)))
    no = data.draw(st.frozensets(st.sampled_from(s.SLUGS))) - yes
    against = data.draw(st.frozensets(st.sampled_from(s.SLUGS)))
    opened = SetValue(yes, no, closed=False)
    world = [SetValue(yes | extra) for extra in _subsets(slugs - yes - no)]
    for relation in (overlaps, within):
        found = relation(opened, against)
        possible = {relation(closed, against) for closed in world}
        if found is not None:
            assert possible == {found}


@settings(max_examples=1000)
@given(s.codes(), s.codes())
def test_a_place_is_within_exactly_when_it_does_not_leave(members, region):
    area = Region(region, s.UNIONS)
    value = SetValue(members)
    inside = countries_within(value, area)
    if inside is True and members:
        assert countries_overlap(value, area) is True
    if members and countries_overlap(value, area) is False:
        assert inside is False


def test_verdict_table_follows_its_one_term():
    for exposure, applies, exempt, good in product((False, True), *([(True, False, None)] * 3)):
        verdict = TABLE[exposure, applies, exempt, good]
        parts = (applies, None if exempt is None else not exempt, None if good is None else not good)
        term = False if False in parts else (None if None in parts else True)
        assert (verdict in ADVERSE) is (term is True)
        assert (verdict == "unknown") is (term is None)


def _subsets(items):
    found = [frozenset()]
    for item in sorted(items):
        found += [subset | {item} for subset in found]
    return found
