"""Planes and closures are one meaning: the same verdicts, timings, severities, scores and coverage, on everything."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

np = pytest.importorskip("numpy")
pa = pytest.importorskip("pyarrow")

from riskcheck.assess.assess import assess
from riskcheck.evaluator.evaluate import Evaluator
from riskcheck.evaluator.planes import frames
from riskcheck.evaluator.planes.batch import Batch
from riskcheck.evaluator.planes.bits import Counter, pack, unpack
from riskcheck.evaluator.planes.compile import NotPlanar, PlaneProgram
from riskcheck.evaluator.planes.records import Encoder, NotHeld, bits_of, profile_of, tables_of
from riskcheck.evaluator.planes.session import Session
from riskcheck.evaluator.planes.verdicts import judge
from riskcheck.loader.profiles import known_places, load_profile
from riskcheck.model.condition import All, Compare, Constant, FactRef, Member, UnionOf
from riskcheck.model.parameters import DatedValue, Parameter
from riskcheck.model.profile import Profile, Subject
from riskcheck.model.program import Program
from riskcheck.model.rule import Definition, Rule
from riskcheck.portfolio.generate import Generator
from riskcheck.portfolio.screen import Screen

_spec = importlib.util.spec_from_file_location("strategies", Path(__file__).parent.parent / "laws" / "strategies.py")
s = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(s)

DAY = date(2026, 11, 23)


def by_planes(program: PlaneProgram, batch: Batch) -> dict[tuple[int, str], list[tuple]]:
    """(company, rule) to (verdict, timing, mildest, worst severity) of each subject, in the order of subjects."""
    found: dict[tuple[int, str], list[tuple]] = {}
    for judged in judge(Session(program, batch)):
        rows = judged.scope.rows
        flags = {name: unpack(getattr(judged, name), rows) for name in ("adverse", "good", "exempt", "unknown", "binds", "unsettled")}
        mildest, worst = ({level: unpack(plane, rows) for level, plane in planes.items()} for planes in (judged.mildest, judged.worst))
        adverse, good = ("exposed", "clear") if judged.rule.exposure else ("breached", "met")
        for row in np.nonzero(unpack(judged.scope.judged, rows))[0]:
            verdict = next((name for key, name in (("adverse", adverse), ("good", good), ("exempt", "exempt"), ("unknown", "unknown")) if flags[key][row]), "out_of_scope")
            timing = "unsettled" if flags["unsettled"][row] else "in_force" if flags["binds"][row] else "upcoming"
            (least,), (most,) = [k for k, v in mildest.items() if v[row]], [k for k, v in worst.items() if v[row]]
            found.setdefault((int(judged.scope.company[row]), judged.rule.id), []).append((verdict, timing, least, most))
    return found


def by_closures(evaluator: Evaluator, profile: Profile, company: int) -> dict[tuple[int, str], list[tuple]]:
    found: dict[tuple[int, str], list[tuple]] = {}
    for finding in evaluator.judge(profile).findings:
        found.setdefault((company, finding.rule), []).append((finding.plain, finding.timing, finding.severity, finding.severity_most))
    return found


def settled(entries: list[tuple]) -> list[tuple]:
    """Timing and severity of what is out of scope are nobody's business."""
    return [entry if entry[0] != "out_of_scope" else ("out_of_scope",) for entry in entries]


def check(program: PlaneProgram, batch: Batch, profiles: list[Profile]) -> int:
    found = by_planes(program, batch)
    compared = 0
    for company, profile in enumerate(profiles):
        for key, expected in by_closures(program.evaluator, profile, company).items():
            assert settled(found.pop(key, [])) == settled(expected), (key, profile)
            compared += len(expected)
    assert not found
    return compared


# --- the packs ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seed", "day", "told"), [(1, DAY, 0.6), (2, date(2026, 7, 20), 0.95), (3, date(2027, 12, 3), 0.3)])
def test_all_packs_agree_on_random_companies(program, seed, day, told):
    tables = Generator(program, seed, told=told).tables(60)
    batch = Batch(tables, program.vocabulary, known_places(program))
    compared = check(PlaneProgram(program, day, include_proposed=True), batch, [profile_of(batch, company) for company in range(60)])
    assert not batch.faults
    assert compared > 60 * len(program.rules) // 2


def test_scores_coverage_counts_and_heaviest_findings_agree(program):
    tables = Generator(program, 4).tables(40)
    batch = Batch(tables, program.vocabulary, known_places(program))
    rows = Screen(program, DAY).run(tables).results.to_pylist()
    for company, row in enumerate(rows):
        found = assess(program, profile_of(batch, company), DAY, simulated=False)
        assert (row["score_least"], row["score_most"], row["coverage"]) == (*found.score, found.coverage)
        assert row["top"] == [line.finding for line in found.least.lines[:5]]
        for pack_score in found.packs:
            name = pack_score.pack
            assert (row[f"{name}.score_least"], row[f"{name}.score_most"], row[f"{name}.coverage"]) == (*pack_score.score, pack_score.coverage)
            for verdict in ("breached", "exposed", "unknown", "met", "clear", "exempt", "out_of_scope", "upcoming"):
                assert row[f"{name}.{verdict}"] == pack_score.counts[verdict], (company, name, verdict)


def test_written_profiles_agree(program, root):
    profiles = [load_profile(path, program)[0] for path in sorted((root / "profiles").glob("*.yaml"))]
    plain = [profile._replace(evidence=(), assumptions={}) for profile in profiles]
    batch = Batch(tables_of([(str(i), profile) for i, profile in enumerate(plain)], program.vocabulary), program.vocabulary, known_places(program))
    assert check(PlaneProgram(program, DAY, include_proposed=True), batch, plain) > 1000


@pytest.mark.parametrize("subjects", [{}, {kind: {} for kind in ("system", "model", "dataset", "flow", "customer", "dispute")}])
@pytest.mark.parametrize("incomplete", [frozenset(), frozenset({"systems", "flows", "customers"})])
def test_companies_of_which_nothing_is_written_agree(program, subjects, incomplete):
    empty = Profile(company=Subject(kind="company", key=""), subjects=subjects, incomplete=incomplete)
    one_flow = Profile(company=empty.company, subjects={**subjects, "flow": {"a": Subject(kind="flow", key="a")}}, incomplete=incomplete)
    batch = Batch(tables_of([("1", empty), ("2", one_flow)], program.vocabulary), program.vocabulary, known_places(program))
    check(PlaneProgram(program, DAY, include_proposed=True), batch, [empty, one_flow])


def test_tables_give_the_profiles_back(program):
    tables = Generator(program, 5).tables(50)
    batch = Batch(tables, program.vocabulary, known_places(program))
    profiles = [profile_of(batch, company) for company in range(50)]
    again = tables_of([(f"C{company:09d}", profile) for company, profile in enumerate(profiles)], program.vocabulary)
    assert [profile_of(Batch(again, program.vocabulary, frozenset()), company) for company in range(50)] == profiles
    stored = {}
    for kind, table in again.items():
        stored[kind], stored[f"{kind}.bits"] = bits_of(kind, table, program.vocabulary)
    assert [profile_of(Batch(stored, program.vocabulary, frozenset()), company) for company in range(50)] == profiles
    assert Screen(program, DAY).run(stored).results.equals(Screen(program, DAY).run(again).results)


def test_money_at_stake_agrees_to_the_cent(program):
    tables = Generator(program, 6, told=0.9).tables(150)
    batch = Batch(tables, program.vocabulary, known_places(program))
    rows = Screen(program, DAY).run(tables).results.to_pylist()
    bases = set()
    for company, row in enumerate(rows):
        found = {(e["family"], e["basis"], e["subject"]): (e["least"], e["most"], e["currency"]) for e in row["exposures"]}
        expected = {(e.family, e.basis, e.subject): e.amount for e in assess(program, profile_of(batch, company), DAY, simulated=False).exposures}
        assert found.keys() == expected.keys()
        for key, amount in expected.items():
            bases.add(key[1])
            least, most, currency = found[key]
            if amount is None:
                assert (least, most) == (None, None), key
                continue
            assert currency == amount.currency
            assert least == pytest.approx(float(amount.least), rel=1e-9, abs=0.011), key
            assert (most is None) == (amount.most is None), key
            assert most is None or most == pytest.approx(float(amount.most), rel=1e-9, abs=0.011), key
    assert bases == {"ceiling", "statutory", "claimed"}


# --- random rules ---------------------------------------------------------------------------------------------------


def a_rule(number: int, applies, condition, test: str = "requires") -> Rule:
    return Rule(
        id=f"p/{number}", pack="p", about="system", per_customer=False, test=test, applies=applies, condition=condition, unless=(), severity="high",
        severity_when=(), status="in_force", confidence="general", last_verified=DAY, jurisdiction=("EU",), cite=(), begins=None, ends=None,
        enacted=None, transitions=(), owner="counsel", effort="S",
    )  # fmt: skip


def a_program(rules) -> Program:
    parameters = {
        "eu27": Parameter("eu27", "countries", (DatedValue(("DE", "FR"), None, None),)),
        "fx-usd-per-eur": Parameter("fx-usd-per-eur", "number", (DatedValue(1.13, None, None),)),
    }
    scoring = {"weights": {"critical": 40, "high": 12, "medium": 4, "low": 1, "info": 0}, "bands": {}, "half": 48}
    return Program(vocabulary=s.VOCABULARY, parameters=parameters, definitions=(), rules=tuple(rules), packs={}, unions={"EU": "eu27"}, scoring=scoring, money={})


def against_facts():
    """Conditions whose operand is another fact, alone or in a union with fixed codes."""
    codes = st.lists(st.sampled_from(s.CODES), max_size=2, unique=True).map(lambda found: Constant(tuple(sorted(found))))
    places = st.tuples(st.sampled_from(["system.country", "system.countries"]), st.sampled_from(["company.country", "company.countries"]), codes, st.sampled_from(["within", "overlaps"]))
    member = places.map(lambda p: Member(p[0], "within" if p[0] == "system.country" else p[3], UnionOf((p[2], FactRef(p[1])))))
    slugs = st.sampled_from(["within", "overlaps"]).map(lambda r: Member("system.choices", r, FactRef("company.choices")))
    same = st.sampled_from(["flag", "choice", "count", "day", "money"]).map(lambda f: Compare(f"system.{f}", "equals", FactRef(f"company.{f}")))
    more = st.sampled_from(["count", "money"]).map(lambda f: Compare(f"system.{f}", "at_least", FactRef(f"company.{f}")))
    return st.one_of(member, slugs, same, more)


def companies():
    systems = st.lists(st.tuples(s.facts_of("system"), st.none() | st.lists(st.integers(0, 3), max_size=3)), max_size=3)
    models = st.none() | st.lists(s.facts_of("model"), max_size=3)
    hidden = st.frozensets(st.sampled_from(["systems", "models"]))
    return st.tuples(s.facts_of("company"), st.none() | systems, models, hidden).map(_company)


def _company(parts) -> Profile:
    facts, systems, models, hidden = parts
    described = None if models is None else {f"m{i}": Subject(kind="model", key=f"m{i}", facts=found) for i, found in enumerate(models)}
    known = list(described or {})

    def system(i, found, ends):
        links = {} if ends is None else {"models": tuple(known[end] for end in ends if end < len(known))}
        return Subject(kind="system", key=f"s{i}", facts=found, links=links)

    listed = None if systems is None else {f"s{i}": system(i, *found) for i, found in enumerate(systems)}
    return Profile(company=Subject(kind="company", key="", facts=facts), subjects={"system": listed, "model": described}, incomplete=hidden)


@settings(max_examples=250)
@given(st.lists(st.tuples(st.one_of(s.conditions(), against_facts()), st.one_of(s.conditions(), against_facts())), min_size=1, max_size=6), st.lists(companies(), min_size=1, max_size=12))
def test_random_conditions_on_random_companies_agree(pairs, profiles):
    program = a_program(a_rule(i, applies, condition, ("requires", "forbids", "exposed_when")[i % 3]) for i, (applies, condition) in enumerate(pairs))
    tables = tables_of([(str(i), profile) for i, profile in enumerate(profiles)], program.vocabulary)
    check(PlaneProgram(program, DAY), Batch(tables, program.vocabulary, frozenset(s.CODES)), profiles)


@pytest.mark.parametrize("most_empty", [0, 1000])
@settings(max_examples=120)
@given(pairs=st.lists(st.tuples(s.conditions(), against_facts()), min_size=1, max_size=4), profiles=st.lists(companies(), min_size=1, max_size=12))
def test_lists_agree_whether_filled_up_to_squares_or_not(most_empty, pairs, profiles):
    program = a_program(a_rule(i, applies, condition) for i, (applies, condition) in enumerate(pairs))
    tables = tables_of([(str(i), profile) for i, profile in enumerate(profiles)], program.vocabulary)
    with patch.object(frames, "_MOST_EMPTY", most_empty):
        check(PlaneProgram(program, DAY), Batch(tables, program.vocabulary, frozenset(s.CODES)), profiles)


@pytest.mark.parametrize("kind", ["int8", "uint8", "int16", "int32", "int64", "uint64", "double"])
@pytest.mark.parametrize("op", ["more_than", "at_least", "equals"])
def test_whole_numbers_agree_as_they_are_stored(kind, op):
    """Limits beyond what the type holds, between two numbers, and on the very number."""
    limits = [-300, -128, -1, 0, 0.5, 1, 99.5, 127, 128, 255, 256, 2**31, 2**53 + 1, 2**63, 1e300, -1e300]
    program = a_program(a_rule(i, All(()), Compare(f"{about}.count", op, Constant(limit))) for i, limit in enumerate(limits) for about in ("company", "system"))
    values = [None, 0, 1, 100, 127, *([2**53 + 1] if kind in ("int64", "uint64") else [])]

    def company(value) -> Profile:
        facts = {} if value is None else {"count": value}
        return Profile(company=Subject(kind="company", key="", facts=facts), subjects={"system": {"s": Subject(kind="system", key="s", facts=facts)}})

    profiles = [company(value) for value in values]
    tables = tables_of([(str(i), company(None)) for i in range(len(values))], program.vocabulary)
    for about in ("company", "system"):
        place = tables[about].column_names.index("count")
        tables[about] = tables[about].set_column(place, "count", pa.array(values, kind))
    batch = Batch(tables, program.vocabulary, frozenset())
    assert [profile_of(batch, row).company.facts for row in range(len(values))] == [profile.company.facts for profile in profiles]
    check(PlaneProgram(program, DAY), batch, profiles)


def test_a_flow_without_a_system_sees_nothing_in_its_definitions_and_silence_in_its_rules(program):
    """The unknown system of a flow: its derived facts are unknown to definitions of flows, and settled for rules."""
    words = program.vocabulary
    derived = {kind: next(name for name, fact in words.facts.items() if name.startswith(f"{kind}.") and fact.kind == "derived" and fact.type == "bool") for kind in ("system", "flow")}
    always, seen = All(()), Compare(derived["system"], "equals", Constant(value=True))
    definitions = (
        Definition(fact=derived["system"], about="system", pack="p", cite=(), holds=always),
        Definition(fact=derived["flow"], about="flow", pack="p", cite=(), holds=seen),
    )
    rules = tuple(a_rule(i, always, condition)._replace(about="flow") for i, condition in enumerate((seen, Compare(derived["flow"], "equals", Constant(value=True)))))
    small = program._replace(rules=rules, definitions=definitions)
    company = Subject(kind="company", key="")
    flows = {"a": Subject(kind="flow", key="a"), "b": Subject(kind="flow", key="b", links={"system": ("s",)})}
    profiles = [
        Profile(company=company, subjects={"flow": flows, "system": {"s": Subject(kind="system", key="s")}}),
        Profile(company=company, subjects={}), Profile(company=company, subjects={"flow": {"a": flows["a"]}}),
    ]  # fmt: skip
    batch = Batch(tables_of([(str(i), profile) for i, profile in enumerate(profiles)], words), words, known_places(program))
    assert check(PlaneProgram(small, DAY), batch, profiles) == 8


# --- what is refused ------------------------------------------------------------------------------------------------


def test_what_planes_cannot_run_is_an_error_at_compile_time():
    always = All(())
    with pytest.raises(NotPlanar, match="p/1"):
        PlaneProgram(a_program([a_rule(1, always, Compare("system.choices", "equals", Constant("alpha")))]), DAY)
    with pytest.raises(NotPlanar, match=r"company\.day"):
        PlaneProgram(a_program([a_rule(1, always, Compare("system.count", "at_least", FactRef("company.day")))]), DAY)


def test_a_figure_with_more_digits_than_a_float_is_refused(program):
    encoder = Encoder(program.vocabulary)
    company = Subject(kind="company", key="", facts={"headcount": 12345678901234567891})
    with pytest.raises(NotHeld, match="digits"):
        encoder.add("x", Profile(company=company, subjects={}))
    assert len(encoder) == 0


@given(st.lists(st.lists(st.booleans(), min_size=13, max_size=13), max_size=40))
def test_the_counter_counts(planes):
    counter = Counter(13)
    for plane in planes:
        counter.add(pack(np.array(plane)))
    assert counter.totals().tolist() == [sum(plane[row] for plane in planes) for row in range(13)]
