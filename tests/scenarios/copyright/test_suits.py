"""Stages, works counted once, registration, wilfulness, defendants, and the simulation of what suits may cost."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcheck.assess.simulate import scenarios, simulate
from riskcheck.model.rule import SEVERITIES
from riskcheck.model.values import Range

SUIT = "company: {name: X}\ndisputes:\n  d: {forum_country: US, subject_matter: [copyright], stage: %s, works_asserted: 500, works_registered_in_time: 100, amount_claimed: 90_000_000 USD}\n"
STAGES = {
    "letter": ("exposed", "low"), "filed": ("exposed", "medium"), "motion_to_dismiss_denied": ("exposed", "high"), "summary_judgment": ("exposed", "critical"),
    "judgment": ("exposed", "critical"), "on_appeal": ("exposed", "high"), "settled": ("exposed", "low"), "dismissed": ("exposed", "info"), "final": ("clear", "medium"),
}  # fmt: skip


# --- stages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", sorted(STAGES))
def test_the_stage_of_a_suit_sets_its_severity(judge, stage):
    found = judge(SUIT % stage).finding("copyright/litigation/us-copyright-suit")
    verdict, severity = STAGES[stage]
    assert found.verdict == verdict
    if verdict == "exposed":
        assert (found.severity, found.severity_most) == (severity, severity)


@pytest.mark.parametrize("stage", ["settled", "dismissed", "final"])
def test_a_closed_suit_counts_nothing(judge, stage):
    found = judge(SUIT % stage)
    assert found.exposures() == found.exposures("claimed") == []
    assert found.assessment.simulation is None
    assert not found.world.subjects["dispute"]["d"]["pending_us_copyright_suit"]


def test_each_step_that_makes_a_suit_worse_is_cited(program):
    for rule in program.rules:
        if rule.id in ("copyright/litigation/us-copyright-suit", "copyright/litigation/wilfulness"):
            worse = [step for step in rule.severity_when if SEVERITIES.index(step.level) < SEVERITIES.index(rule.severity)]
            assert worse
            assert all(step.cite for step in worse)


def test_wilfulness_rises_when_the_case_is_past_the_pleadings(judge):
    def severity(stage):
        text = SUIT.replace("works_asserted", "wilfulness_alleged: true, works_asserted") % stage
        return judge(text).finding("copyright/litigation/wilfulness").severity

    assert (severity("filed"), severity("summary_judgment")) == ("high", "critical")


# --- registration, wilfulness, defendants -------------------------------------------------------------------------


@pytest.mark.parametrize(("share", "least", "most"), [("100", 375_000, 75_000_000), ("50", 187_500, 37_500_000), ("0", 0, 0), ("unknown", 0, 75_000_000)])
def test_only_works_registered_in_time_count_and_an_untold_share_lies_between_none_and_all(judge, share, least, most):
    text = (SUIT % "filed").replace("in_time: 100", f"in_time: {share}")
    found = judge(text)
    (exposure,) = found.exposures()
    assert (exposure.amount.least, exposure.amount.most) == (least, most)
    assert ("dispute.works_registered_in_time" in exposure.missing) == (share == "unknown")
    measured = found.world.subjects["dispute"]["d"]["statutory_maximum"]
    assert (measured.most if isinstance(measured, Range) else measured.amount) == most


def test_an_inferred_number_of_works_makes_an_amount_that_is_inferred(judge):
    text = (SUIT % "filed").replace("works_asserted: 500", "works_asserted: unknown")
    found = judge(text + "evidence:\n- {for: disputes/d/works_asserted, says: 500, standing: inferred, source: arithmetic}\n")
    (exposure,) = found.exposures()
    assert (exposure.amount.most, exposure.standing) == (75_000_000, "inferred")


def test_one_award_a_work_however_many_systems_models_and_entities_are_sued(judge):
    """Joint and several liability: more defendants, systems and rules do not multiply the award."""
    text = "company: {name: X, subsidiaries: [CN, SG, US], sells_to_united_states: true, headquarters: CN}\nsystems:\n"
    text += "".join(f"  s{i}: {{markets: [US], reproduces_characters: true, marketing_shows_protected_characters: true, prompt_filter_for_works: false, outputs_downloadable: true}}\n" for i in range(3))
    text += SUIT.partition("\n")[2] % "filed, systems: [s0, s1, s2]"
    found = judge(text)
    (exposure,) = found.exposures()
    assert exposure.amount.most == 75_000_000
    assert len({identity.partition("@")[0] for identity in exposure.findings}) >= 5
    assert len({identity.partition("@")[2] for identity in exposure.findings}) >= 3


def test_two_suits_over_the_same_works_count_once_with_the_larger_figure(judge):
    text = "company: {name: X, cash: 100_000_000 USD}\ndisputes:\n"
    for name, works, wilful in (("a", 300, "true"), ("b", 500, "false"), ("c", 500, "true")):
        text += f"  {name}: {{forum_country: US, subject_matter: [copyright], stage: filed, works_asserted: {works}, works_registered_in_time: 100, wilfulness_alleged: {wilful}, work_set: films}}\n"
    found = judge(text)
    (exposure,) = found.exposures()
    assert exposure.amount.most == 75_000_000
    assert exposure.subject == "disputes/c"
    assert found.world.company["statutory_maximum_to_cash"] == Decimal("0.75")
    apart = judge(text.replace(", work_set: films", ""))
    assert sum(e.amount.most for e in apart.exposures()) == 300 * 150_000 + 500 * 30_000 + 500 * 150_000


def test_suits_in_other_fora_are_counted_by_their_own_law(judge):
    text = (SUIT % "filed") + "  e: {forum_country: CN, subject_matter: [copyright], stage: filed, works_asserted: 2}\n"
    found = {e.family: e.amount for e in judge(text).exposures()}
    assert (found["us-copyright"].most, found["china-copyright"].most, found["china-copyright"].currency) == (75_000_000, 10_000_000, "CNY")


# --- the same works are never counted twice (property) ------------------------------------------------------------

LINKS = ("reproduces_characters", "marketing_shows_protected_characters", "slogan_suggests_studio_content", "outputs_downloadable", "brand_mark_on_outputs", "live_web_retrieval", "regurgitation_seen")


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32))
def test_each_set_of_works_is_counted_once_whatever_rules_fire(seed, judge):
    chance = random.Random(seed)
    count = chance.randint(1, 3)
    text = "company: {name: X, cash: 1_000_000 USD, headquarters: CN, sells_to_united_states: true, content_licences_held: []}\nsystems:\n"
    for index in range(count):
        facts = ", ".join(f"{fact}: {chance.choice(['true', 'false'])}" for fact in LINKS)
        text += f"  s{index}: {{markets: [US], {facts}, prompt_filter_for_works: false, output_filter_for_works: false, monetised: true}}\n"
    suits = []
    text += "disputes:\n"
    for index in range(chance.randint(1, 4)):
        works, sets, wilful = chance.randint(1, 2000), chance.choice(["films", "songs", ""]), chance.choice(["true", "false"])
        suits.append((sets or f"disputes/d{index}", works, 150_000 if wilful == "true" else 30_000))
        named = ", ".join(sorted(chance.sample([f"s{i}" for i in range(count)], k=chance.randint(1, count))))
        text += f"  d{index}: {{systems: [{named}], forum_country: US, subject_matter: [copyright], stage: filed, works_asserted: {works}, works_registered_in_time: 100, wilfulness_alleged: {wilful}"
        text += f", work_set: {sets}}}\n" if sets else "}\n"
    found = judge(text, whole=False)
    highest, ceilings = {}, {}
    for key, works, each in suits:
        highest[key] = max(highest.get(key, 0), works * each)
        ceilings[key] = max(ceilings.get(key, 0), works * 150_000)
    exposures = found.exposures(family="us-copyright")
    assert sorted(e.amount.most for e in exposures) == sorted(highest.values())
    assert found.world.company["statutory_maximum_to_cash"] == Decimal(sum(ceilings.values())) / 1_000_000
    simulation = found.assessment.simulation
    assert len(simulation.scenarios) == len(highest)
    assert simulation.p90 <= sum(highest.values())


# --- simulation ---------------------------------------------------------------------------------------------------


def test_minimax_is_simulated_with_the_same_figures_everywhere(minimax):
    found = minimax.assessment.simulation
    assert (found.seed, found.draws, found.currency) == (20261124, 10_000, "USD")
    assert (found.p10, found.p50, found.p90) == (4_465_000, 22_538_000, 51_750_000)
    (scenario,) = found.scenarios
    assert (scenario.low, scenario.likely, scenario.high) == (375_000, 1_500_000, 75_000_000)


def test_the_draws_follow_the_triangle_between_the_scenario_s_figures(minimax):
    """10,000 draws lie within 1 % of the range of the exact quantiles of the triangular distribution."""
    found = minimax.assessment.simulation
    low, mode, high = (float(x) for x in (found.scenarios[0].low, found.scenarios[0].likely, found.scenarios[0].high))
    for share, drawn in ((0.1, found.p10), (0.5, found.p50), (0.9, found.p90)):
        exact = high - ((1 - share) * (high - low) * (high - mode)) ** 0.5
        assert abs(float(drawn) - exact) < 0.01 * (high - low)


PROGRAM = """
import json, sys
from datetime import date
from pathlib import Path
from riskcheck.assess.assess import assess
from riskcheck.installed import load_installed
from riskcheck.loader.profiles import load_profile
from riskcheck.report.formats.json_ import simulation
program = load_installed().program
profile, _ = load_profile(Path(sys.argv[1]), program)
sys.stdout.write(json.dumps(simulation(assess(program, profile, date(2026, 11, 23)).simulation)))
"""


def test_a_fixed_seed_gives_the_same_bytes_whatever_the_hash_seed(root):
    def run(seed):
        command = [sys.executable, "-c", PROGRAM, str(root / "profiles" / "minimax.yaml")]
        return subprocess.run(command, cwd=root, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout

    first = run("1")
    assert first == run("4242")
    assert json.loads(first)["distribution"] == "triangular"


def simulated(judge, facts, *, seed=20261124):
    found = judge(f"company: {{name: X}}\ndisputes:\n  d: {{forum_country: US, subject_matter: [copyright], stage: filed, {facts}}}\n", whole=False)
    money, book = found.evaluator.program.money, found.evaluator.book
    return simulate(scenarios(found.assessment.exposures, money, book), found.assessment.exposures, {}, book, seed=seed, draws=400)


@settings(max_examples=60)
@given(works=st.integers(1, 100_000), share=st.sampled_from([0.5, 1, 33, 100]), wilful=st.booleans(), seed=st.integers(0, 2**32))
def test_percentiles_lie_in_order_inside_the_scenario_range(works, share, wilful, seed, judge):
    found = simulated(judge, f"works_asserted: {works}, works_registered_in_time: {share}, wilfulness_alleged: {str(wilful).lower()}", seed=seed)
    low, high = sum(s.low for s in found.scenarios), sum(s.high for s in found.scenarios)
    assert low <= found.p10 <= found.p50 <= found.p90 <= high
    assert [share for _, share in found.curve] == sorted((share for _, share in found.curve), reverse=True)
    assert found.curve[-1][1] == 0


@settings(max_examples=30)
@given(works=st.integers(1, 50_000), share=st.sampled_from(["unknown", "25", "100"]), wilful=st.sampled_from(["unknown", "true", "false"]))
def test_half_the_works_halve_the_statutory_range(works, share, wilful, judge):
    def amount(number):
        (found,) = judge(f"company: {{name: X}}\ndisputes:\n  d: {{forum_country: US, subject_matter: [copyright], stage: filed, works_asserted: {number}, works_registered_in_time: {share}, wilfulness_alleged: {wilful}}}\n", whole=False).exposures()
        return found.amount

    whole, half = amount(2 * works), amount(works)
    assert (whole.least, whole.most) == (2 * half.least, 2 * half.most)


def test_another_seed_gives_other_draws(judge):
    told = "works_asserted: 500, works_registered_in_time: 100"
    assert simulated(judge, told, seed=1).p50 != simulated(judge, told, seed=2).p50


def test_without_the_number_of_works_nothing_is_simulated_and_the_fact_is_named(judge):
    found = judge("company: {name: X}\ndisputes:\n  d: {forum_country: US, subject_matter: [copyright], stage: filed, wilfulness_alleged: true}\n")
    assert found.assessment.simulation is None
    (exposure,) = found.exposures()
    assert exposure.amount is None
    assert "dispute.works_asserted" in exposure.missing


def test_a_claim_above_the_statutory_maximum_widens_one_scenario_of_its_suit_only(judge):
    """A suit over works and over locks has one claim: counted in both, it would be counted twice."""
    found = judge(
        "company: {name: X}\nmodels:\n  m: {datasets: [d], markets: [US]}\ndatasets:\n  d: {technical_measures_circumvented: true}\n"
        "disputes:\n  suit: {forum_country: US, subject_matter: [copyright, technical_protection], stage: filed, datasets: [d], "
        "works_asserted: 10, works_registered_in_time: 100, circumvention_acts: 10, amount_claimed: 90_000_000 USD}\n"
    )
    highs = {s.family: (s.high, s.basis[2]) for s in found.assessment.simulation.scenarios}
    assert highs == {"us-copyright": (90_000_000, "claimed"), "us-circumvention": (25_000, "statutory_most")}


def test_small_sums_are_not_rounded_out_of_their_range(judge):
    found = simulated(judge, "works_asserted: 1, works_registered_in_time: 1, wilfulness_alleged: false")
    assert Decimal("7.5") <= found.p10 < found.p50 < found.p90 <= 300
