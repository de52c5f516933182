"""The laws of the score (decisions 4): knowing more never widens, hiding a fact never helps, one more finding never lowers."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcheck.assess.assess import assess
from riskcheck.assess.score import Counted, calculate
from riskcheck.evaluator.evaluate import Evaluator
from riskcheck.loader.places import ISO_3166
from riskcheck.model.profile import Evidence, Profile, Subject
from riskcheck.model.rule import SEVERITIES
from riskcheck.model.values import Money, SetValue
from riskcheck.model.vocabulary import PLURAL_OF, PLURALS

DAY = date(2026, 11, 23)
SEEDS = st.integers(0, 2**48)
"""Profiles are made from a seed: a failing one is reproduced by its number."""
PLACES = sorted({"DE", "US", "CN", "GB", "SG", "FR", "JP", "US-CA", "HK"} & (ISO_3166 | {"US-CA"}))


def value(chance, fact):
    if fact.type == "bool":
        return chance.random() < 0.5
    if fact.type == "choice":
        return chance.choice(fact.choices)
    if fact.type == "country":
        return chance.choice(PLACES)
    if fact.type in ("choices", "countries"):
        pool = list(fact.choices) if fact.choices else PLACES
        members = frozenset(chance.sample(pool, k=min(len(pool), chance.randrange(4))))
        out = frozenset(chance.sample(pool, k=min(len(pool), chance.randrange(3)))) - members
        return SetValue(members) if fact.choices == () or chance.random() < 0.6 else SetValue(members, out, closed=False)
    if fact.type == "date":
        return chance.choice([date(2024, 5, 1), date(2026, 3, 1), date(2026, 9, 1)])
    if fact.type == "integer":
        return chance.choice([0, 1, 99, 250, 100_000, 10_000_001])
    if fact.type == "number":
        return chance.choice([0, 20, 50.5, 100])
    if fact.type == "money":
        return Money(Decimal(chance.choice([0, 10_000_000, 75_000_000, 1_000_000_000])), chance.choice(["EUR", "USD"]))
    return "text"


@pytest.fixture(scope="module")
def evaluator(program):
    return Evaluator(program, DAY)


class Pool(dict):
    """Hypothesis prints the arguments of a failing test; a thousand facts would drown it."""

    def __repr__(self):
        return "pool"


@pytest.fixture(scope="module")
def pool(program):
    """The facts that rules read most; random choices among them settle something."""
    found = Pool({kind: [] for kind in program.vocabulary.kinds})
    for name, fact in program.vocabulary.facts.items():
        if fact.kind != "derived":
            found[name.partition(".")[0]].append(fact)
    return found


def known(chance, facts, most):
    chosen = chance.sample(facts, k=chance.randrange(min(most, len(facts)) + 1))
    return {fact.name.partition(".")[2]: value(chance, fact) for fact in chosen}


LINKS = {
    "system": {"models": "model"}, "model": {"datasets": "dataset"}, "flow": {"system": "system", "customers": "customer"},
    "customer": {"systems": "system"}, "dispute": {"systems": "system", "models": "model", "datasets": "dataset"},
}  # fmt: skip


def profile(chance, pool):
    """A random half-known company: some mappings absent, some empty, some with one or two subjects."""
    keys = {kind: chance.choice([None, [], ["a"], ["a"], ["a", "b"]]) for kind in PLURAL_OF}
    subjects = {}
    for kind, names in keys.items():
        subjects[kind] = None if names is None else {}
        for name in names or ():
            links = {}
            for link, target in LINKS.get(kind, {}).items():
                ends = keys[target]
                if ends and chance.random() < 0.7:
                    links[link] = tuple(chance.sample(ends, k=1 if link == "system" else chance.randrange(1, len(ends) + 1)))
            subjects[kind][name] = Subject(kind=kind, key=name, facts=known(chance, pool[kind], 60), links=links)
    incomplete = frozenset(name for name in PLURALS if chance.random() < 0.2)
    return Profile(company=Subject(kind="company", key="", name="X", facts=known(chance, pool["company"], 40)), subjects=subjects, incomplete=incomplete)


def without(profile_, chance):
    """The same profile with one known fact made unknown, or None if it has none."""
    places = [(s.kind, s.key, fact) for s in profile_.all_subjects() for fact in s.facts]
    if not places:
        return None
    kind, key, fact = chance.choice(places)
    if kind == "company":
        return profile_._replace(company=profile_.company._replace(facts={k: v for k, v in profile_.company.facts.items() if k != fact}))
    subject = profile_.subjects[kind][key]
    poorer = subject._replace(facts={k: v for k, v in subject.facts.items() if k != fact})
    return profile_._replace(subjects={**profile_.subjects, kind: {**profile_.subjects[kind], key: poorer}})


@settings(max_examples=1000)
@given(seed=SEEDS)
def test_hiding_a_fact_never_improves_a_score_and_knowing_it_never_widens_one(seed, program, evaluator, pool):
    chance = random.Random(seed)
    rich = profile(chance, pool)
    poor = without(rich, chance)
    if poor is None:
        return
    after = assess(program, rich, DAY, evaluator=evaluator, simulated=False)
    before = assess(program, poor, DAY, evaluator=evaluator, simulated=False)
    assert before.score.least <= after.score.least
    assert before.score.most >= after.score.most
    assert before.coverage <= after.coverage
    for hidden, told in zip(before.packs, after.packs, strict=True):
        assert hidden.score.least <= told.score.least
        assert hidden.score.most >= told.score.most
    settled = {f.identity: f.verdict for f in before.findings}
    for found in after.findings:
        old = settled.get(found.identity)
        if old in ("breached", "exposed"):
            assert found.verdict == old
        elif old is not None and old != "unknown":
            assert found.verdict not in ("breached", "exposed", "unknown")


@settings(max_examples=300)
@given(seed=SEEDS)
def test_an_allegation_moves_the_upper_end_only(seed, program, evaluator, pool):
    chance = random.Random(seed)
    base = profile(chance, pool)
    systems = base.subjects["system"] or {"a": Subject(kind="system", key="a")}
    base = base._replace(subjects={**base.subjects, "system": systems})
    free = [f for f in pool["system"] if f.name.partition(".")[2] not in systems["a"].facts and f.type == "bool"]
    fact = chance.choice(free)
    claim = Evidence(path="systems/a", kind="system", key="a", fact=fact.name.partition(".")[2], standing="alleged", says=chance.random() < 0.5, source="complaint")
    plain = assess(program, base, DAY, evaluator=evaluator, simulated=False)
    said = assess(program, base._replace(evidence=(claim,)), DAY, evaluator=evaluator, simulated=False)
    assert said.score == plain.score
    for before, after in zip(plain.findings, said.findings, strict=True):
        assert after.plain == before.verdict
        if after.verdict != before.verdict:
            assert after.standing == "alleged"


@settings(max_examples=2000)
@given(
    st.lists(st.sampled_from(SEVERITIES), max_size=40),
    st.sampled_from(SEVERITIES),
)
def test_one_more_adverse_finding_never_lowers_a_score(program, severities, more):
    counted = [Counted(f"r{i}@s", severity, "sure") for i, severity in enumerate(severities)]
    before = calculate(counted, program.scoring)
    after = calculate([*counted, Counted("new@s", more, "sure")], program.scoring)
    assert after.score >= before.score
    assert 0 <= after.score <= 100
    if counted and before.worst:
        low, high = program.scoring["bands"][before.worst]
        assert low <= before.score <= high


@settings(max_examples=50)
@given(seed=SEEDS)
def test_widths_of_the_questions_add_up_to_what_is_open(seed, program, evaluator, pool):
    found = assess(program, profile(random.Random(seed), pool), DAY, evaluator=evaluator, simulated=False)
    total = sum(question.width for question in found.questions)
    assert total <= found.score.width + 0.01 * len(found.questions)
