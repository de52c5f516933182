"""Ceilings of fines: the vectors of the AI Act catalogue (section on penalties), operands shown, the unknown said."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from riskcheck.assess.money import ceiling
from riskcheck.evaluator.evaluate import Evaluator
from riskcheck.loader.profiles import read_profile
from riskcheck.model.finding import Finding

DAY = date(2026, 11, 23)
FINDING = Finding(rule="r", pack="p", subject="company", verdict="breached", plain="breached", severity="high", severity_most="high")
SME = "headcount: 100"
SMC = "headcount: 600, balance_sheet_total: 100_000_000 EUR"
LARGE = "headcount: 5000, balance_sheet_total: 900_000_000 EUR"


def fine(program, family, size, turnover, *, day=DAY, more=""):
    text = f"profile: 1\ncompany: {{name: X, {size}, {f'worldwide_turnover: {turnover}' if turnover else 'note: x'}{more}}}\n"
    profile, _ = read_profile(text.encode(), "p.yaml", program)
    evaluator = Evaluator(program, day)
    return ceiling(family, program.money["penalties"][family], [FINDING], evaluator.world(profile, full=False), evaluator.book)


@pytest.mark.parametrize(
    ("vector", "family", "size", "turnover", "euros"),
    [
        (1, "ai-act-prohibited", SME, "10_000_000 EUR", 700_000),
        (2, "ai-act-operator", SME, "10_000_000 EUR", 300_000),
        (3, "ai-act-prohibited", SMC, "140_000_000 EUR", 35_000_000),
        (4, "ai-act-operator", SMC, "140_000_000 EUR", 4_200_000),
        ("5a", "ai-act-prohibited", LARGE, "1_000_000_000 EUR", 70_000_000),
        ("5b", "ai-act-operator", LARGE, "1_000_000_000 EUR", 30_000_000),
        (6, "ai-act-prohibited", LARGE, "100_000_000 EUR", 35_000_000),
        (7, "ai-act-gpai", SME, "5_000_000 EUR", 15_000_000),
    ],
)
def test_fine_vectors_of_the_catalogue(program, vector, family, size, turnover, euros):
    found = fine(program, family, size, turnover)
    assert (found.amount.least, found.amount.most) == (euros, euros), vector


def test_vector_8_a_body_without_economic_activity_pays_the_fixed_amount(program):
    found = fine(program, "ai-act-operator", LARGE, "1_000_000_000 EUR", more=", undertaking: false")
    assert (found.amount.least, found.amount.most) == (15_000_000, 15_000_000)


def test_before_the_amendment_a_small_mid_cap_paid_the_higher(program):
    before = fine(program, "ai-act-operator", SMC, "140_000_000 EUR", day=date(2026, 7, 26))
    after = fine(program, "ai-act-operator", SMC, "140_000_000 EUR", day=date(2026, 7, 27))
    assert (before.amount.least, after.amount.least) == (15_000_000, 4_200_000)


def test_unknown_turnover_gives_the_fixed_amount_as_lower_bound_and_says_so(program):
    found = fine(program, "ai-act-prohibited", LARGE, None)
    assert found.amount.least == Decimal(35_000_000)
    assert found.amount.most is None
    assert "company.worldwide_turnover" in found.missing


def test_unknown_size_opens_the_interval_downwards(program):
    found = fine(program, "ai-act-operator", "note: y", "10_000_000 EUR")
    assert (found.amount.least, found.amount.most) == (300_000, 15_000_000)
    assert "company.is_sme" in found.missing


def test_both_operands_are_shown(program):
    operands = dict(fine(program, "ai-act-prohibited", LARGE, "1_000_000_000 EUR").operands)
    assert operands["amount"].amount == 35_000_000
    assert operands["share"] == 7
    assert operands["share_of_turnover"].amount == 70_000_000


def test_foreign_turnover_is_converted_at_the_dated_rate_or_the_profiles_own(program):
    found = fine(program, "ai-act-prohibited", LARGE, "1_130_000_000 USD")
    assert found.amount.least == 70_000_000


def test_a_periodic_payment_has_no_upper_bound(program):
    found = fine(program, "ai-act-ai-office-periodic", LARGE, "365_000_000 EUR")
    assert found.amount.most is None
