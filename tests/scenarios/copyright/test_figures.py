"""The worked figures of the catalogue (sections 4 and 7 and the summary), each with its rounding."""

from __future__ import annotations

from decimal import Decimal

import pytest

from riskcheck.assess.money import ceiling
from riskcheck.model.finding import Finding

US = "company: {{name: X}}\ndisputes:\n  d: {{forum_country: US, subject_matter: [copyright], stage: filed, {facts}}}\n"
CN = "company: {{name: X}}\ndisputes:\n  d: {{forum_country: CN, subject_matter: [copyright], stage: filed, {facts}}}\n"


def amount(judge, shape, facts, family):
    (found,) = judge(shape.format(facts=facts)).exposures(family=family)
    return found.amount


@pytest.fixture(scope="module")
def cases(source):
    library, _, _ = source
    return {case["id"]: case for document in library.precedents.values() for case in document.data["precedents"]}


# --- works times an amount for each -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("works", "least", "ordinary", "wilful"),
    [(100, 75_000, 3_000_000, 15_000_000), (500, 375_000, 15_000_000, 75_000_000), (1000, 750_000, 30_000_000, 150_000_000)],
)
def test_works_times_750_to_30000_and_150000_if_wilful(judge, works, least, ordinary, wilful):
    told = f"works_asserted: {works}, works_registered_in_time: 100, wilfulness_alleged: "
    tame, worst = amount(judge, US, told + "false", "us-copyright"), amount(judge, US, told + "true", "us-copyright")
    assert (tame.least, tame.most, tame.currency) == (least, ordinary, "USD")
    assert (worst.least, worst.most) == (least, wilful)


def test_wilfulness_that_nobody_has_told_opens_the_higher_bound(judge):
    assert amount(judge, US, "works_asserted: 500, works_registered_in_time: 100", "us-copyright").most == 75_000_000


def test_the_75_million_of_minimax_are_500_inferred_works_at_the_maximum(minimax):
    (claim,), (works,) = minimax.exposures("claimed"), minimax.exposures(family="us-copyright")
    assert claim.amount.least == works.amount.most == 75_000_000
    assert dict(works.operands)["count"] == claim.amount.least / 150_000 == 500
    assert (claim.standing, works.standing) == ("plain", "inferred")


@pytest.mark.parametrize(
    ("fact", "share", "percent"),
    [("worldwide_turnover", "0.94889", "95"), ("adjusted_net_loss", "0.29880", "30"), ("cash", "0.07449", "7.4")],
)
def test_75_million_against_79m_revenue_251m_loss_and_1007m_liquid_means(minimax, fact, share, percent):
    exact = Decimal(75_000_000) / minimax.profile.company.facts[fact].amount
    assert exact.quantize(Decimal("0.00001")) == Decimal(share)
    assert (exact * 100).quantize(Decimal(percent)) == Decimal(percent)


def test_the_measures_give_the_same_shares_as_lower_bounds(minimax):
    """A second suit, in China, has no amount: the ratio is open upwards, and 95 % is sure."""
    company = minimax.world.company
    assert (company["claims_to_turnover"].least.quantize(Decimal("0.001")), company["claims_to_turnover"].most) == (Decimal("0.949"), None)
    assert company["claims_to_cash"].least.quantize(Decimal("0.001")) == Decimal("0.074")
    assert minimax.finding("copyright/exposure/claims-to-turnover").verdict == "exposed"
    assert minimax.finding("copyright/exposure/claims-to-cash").verdict != "exposed"


def test_half_of_cash_and_a_year_of_turnover_are_the_limits_of_the_catalogue(judge):
    def verdicts(works):
        found = judge(
            "company: {name: X, cash: 1_000_000_000 USD, worldwide_turnover: 750_000_000 USD}\n"
            f"disputes:\n  d: {{forum_country: US, subject_matter: [copyright], stage: filed, works_asserted: {works}, works_registered_in_time: 100}}\n"
        )
        return [found.finding(f"copyright/exposure/statutory-maximum-to-{what}").verdict for what in ("cash", "turnover")]

    assert verdicts(3333) == ["clear", "clear"]  # 499.95m of 500m
    assert verdicts(3334) == ["exposed", "clear"]  # 500.1m
    assert verdicts(5001) == ["exposed", "exposed"]  # 750.15m of 750m


# --- benchmarks ---------------------------------------------------------------------------------------------------


def test_bartz_is_about_3000_a_work_and_the_likely_figure_of_a_scenario(judge, book, cases):
    bartz = cases["bartz-v-anthropic"]
    assert bartz["amount"] / bartz["works_count"] == 1_500_000_000 / 500_000 == 3000
    assert book.value("benchmark-us-pirated-books-settlement").amount == 3000
    (scenario,) = judge(US.format(facts="works_asserted: 500, works_registered_in_time: 100")).assessment.simulation.scenarios
    assert (scenario.low, scenario.likely, scenario.high) == (375_000, 1_500_000, 75_000_000)
    assert scenario.basis == ("statutory_least", "benchmark-us-pirated-books-settlement", "statutory_most")


def test_the_second_music_suit_against_anthropic_claims_150000_a_work(cases):
    suit = cases["publishers-v-anthropic-2"]
    assert suit["amount"] / suit["works_count"] == suit["amount_per_work"] == 150_000


def test_japanese_press_claims_are_about_18100_yen_an_article(book):
    each = book.value("benchmark-japan-press-claim").amount / 119_467
    assert each.quantize(Decimal(1)) == 18_147  # to hundreds: 18,100
    assert each.quantize(Decimal("1E2")) == 18_100


def test_chinese_awards_are_a_tenth_of_the_claim_or_less(book):
    guangzhou, hangzhou = book.value("benchmark-china-character-award").amount, book.value("benchmark-china-character-award-appeal").amount
    assert (guangzhou, hangzhou) == (10_000, 30_000)
    assert (guangzhou / 300_000 * 100).quantize(Decimal("0.1")) == Decimal("3.3")
    assert hangzhou / 300_000 == Decimal("0.1")
    assert book.value("benchmark-china-voice-award").amount == 250_000


@pytest.mark.parametrize(("works", "least", "most"), [(1, 500, 5_000_000), (3, 1_500, 15_000_000)])
def test_chinese_statutory_range(judge, works, least, most):
    found = amount(judge, CN, f"works_asserted: {works}", "china-copyright")
    assert (found.least, found.most, found.currency) == (least, most, "CNY")


# --- acts and violations, other fora ------------------------------------------------------------------------------

LOCKS = """company: {name: X}
models:
  m: {datasets: [d], markets: [US]}
datasets:
  d: {technical_measures_circumvented: true, rights_information_removed: true}
disputes:
  suit: {forum_country: US, subject_matter: [copyright, technical_protection, rights_information], stage: filed, datasets: [d], %s}
"""


def test_locks_count_acts_at_200_to_2500_and_need_no_registration(judge):
    (found,) = judge(LOCKS % "circumvention_acts: 1_000, works_registered_in_time: 0").exposures(family="us-circumvention")
    assert (found.amount.least, found.amount.most) == (200_000, 2_500_000)


def test_rights_information_counts_violations_at_2500_to_25000(judge):
    (found,) = judge(LOCKS % "rights_information_violations: 40").exposures(family="us-rights-information")
    assert (found.amount.least, found.amount.most) == (100_000, 1_000_000)


def test_acts_that_nobody_has_counted_are_named_and_not_invented(judge):
    for family, fact in (("us-circumvention", "dispute.circumvention_acts"), ("us-rights-information", "dispute.rights_information_violations")):
        (found,) = judge(LOCKS % "works_asserted: 10").exposures(family=family)
        assert (found.amount, found.missing) == (None, (fact,))


def test_a_german_suit_has_no_statutory_damages_for_each_work(judge):
    found = judge(US.format(facts="works_asserted: 500").replace("US", "DE"))
    assert found.exposures() == []
    assert "statutory_maximum" not in found.world.subjects["dispute"]["d"]


@pytest.mark.parametrize(
    ("turnover", "fine"),
    [("79_040_000", 15_000_000), ("500_000_000", 15_000_000), ("500_000_100", 15_000_003), ("1_000_000_000", 30_000_000)],
)
def test_ai_act_fine_on_a_provider_is_three_per_cent_or_15_million_whichever_is_higher(judge, program, turnover, fine):
    """3 % of 79.04m are 2,371,200; the turning point is 500m."""
    made = Finding(rule="r", pack="p", subject="company", verdict="breached", plain="breached", severity="high", severity_most="high")
    company = judge(f"company: {{name: X, worldwide_turnover: {turnover} EUR}}\n")
    found = ceiling("ai-act-gpai", program.money["penalties"]["ai-act-gpai"], [made], company.world, company.evaluator.book)
    assert (found.amount.least, found.amount.most) == (fine, fine)
