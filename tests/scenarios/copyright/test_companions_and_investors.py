"""The small packs: Talkie and teenagers, and what the prospectus said about the suit."""

from __future__ import annotations

from datetime import date

import pytest

MINORS, DISCLOSURE = "minors-safety/companions/", "disclosure/"


# --- Talkie -------------------------------------------------------------------------------------------------------


def test_nothing_is_asserted_of_talkie_that_nobody_told(minimax):
    """The article's statements on teenagers were not confirmed: every rule is a question or out of scope, none is a finding."""
    found = [f for f in minimax.assessment.findings if f.rule.startswith(MINORS) and f.subject == "systems/talkie"]
    assert len(found) >= 8
    assert {f.plain for f in found} <= {"unknown", "out_of_scope"}
    assert [f.identity for f in found if f.verdict == "breached"] == []


def test_what_is_asked_about_talkie(minimax):
    asked = {q.fact for q in minimax.assessment.questions if q.subject == "systems/talkie"}
    assert {"system.markets", "system.age_assurance"} <= asked


COMPANION = "company: {name: X}\nsystems:\n  s: {companion: true, minors_may_use: %s, markets: [%s], age_assurance: %s%s}\n"


@pytest.mark.parametrize(
    ("rule", "market"),
    [("eu-protection-of-minors", "DE"), ("italy-age-check", "IT"), ("store-removal", "DE")],
)
def test_a_companion_with_self_declared_age_is_exposed_and_a_verified_one_clear(judge, rule, market):
    assert judge(COMPANION % ("true", market, "self_declared", "")).finding(MINORS + rule).verdict == "exposed"
    assert judge(COMPANION % ("true", market, "verified", "")).finding(MINORS + rule).verdict == "clear"
    assert judge(COMPANION % ("true", market, "unknown", "")).finding(MINORS + rule).verdict == "unknown"


def test_federal_bills_are_judged_only_where_proposed_law_is_asked_for(judge, program):
    assert judge(COMPANION % ("true", "US", "none", "")).findings(MINORS + "us-federal-inquiry") == []
    assert [rule.status for rule in program.rules if rule.id == MINORS + "us-federal-inquiry"] == ["proposed"]


def test_the_chinese_measures_bind_companions_from_15_july_2026(judge):
    text = COMPANION % ("true", "CN", "none", ", minor_mode: false, guardian_consent: false, romantic_personas_for_minors: true")
    for rule in ("china-minor-mode", "china-guardian-consent", "china-virtual-intimacy"):
        after = judge(text, date(2026, 7, 15)).finding(MINORS + rule)
        assert (after.verdict, after.timing) == ("breached", "in_force")
        before = [f.timing for f in judge(text, date(2026, 7, 14)).findings(MINORS + rule)]
        assert before in ([], ["upcoming"])


def test_california_asks_for_protocol_and_reminders_both(judge):
    def verdict(facts):
        return judge(COMPANION % ("false", "US-CA", "verified", facts)).finding(MINORS + "california-safeguards").verdict

    assert verdict(", self_harm_protocol: true, ai_reminders: true") == "met"
    assert verdict(", self_harm_protocol: true, ai_reminders: false") == "breached"
    assert verdict(", self_harm_protocol: true") == "unknown"


def test_a_companion_outside_california_is_out_of_its_scope(judge):
    assert judge(COMPANION % ("false", "JP", "verified", ", self_harm_protocol: false, ai_reminders: false")).finding(MINORS + "california-safeguards").verdict == "out_of_scope"


def test_the_yearly_report_of_california_is_due_on_1_july_2027(judge):
    found = judge(COMPANION % ("false", "US-CA", "verified", ", california_companion_report: false")).finding(MINORS + "california-annual-report")
    assert (found.timing, found.applies_from) == ("upcoming", date(2027, 7, 1))


# --- the prospectus -----------------------------------------------------------------------------------------------


def test_no_material_effect_was_said_while_the_claim_was_95_per_cent_of_revenue(minimax):
    found = minimax.finding(DISCLOSURE + "other-markets/immateriality-statement", "disputes/disney-v-minimax")
    assert (found.verdict, found.standing) == ("exposed", "plain")


def test_what_is_known_and_not_known_of_minimax_s_disclosure(minimax):
    def verdicts(rule):
        return {f.subject: f.verdict for f in minimax.findings(DISCLOSURE + rule)}

    assert verdicts("hong-kong/risk-factor") == {"company": "met"}  # the prospectus names the risk
    assert verdicts("hong-kong/specialist-technology") == {"company": "exposed"}  # Chapter 18C, suit pending
    assert verdicts("hong-kong/inside-information") == {"company": "unknown"}
    assert verdicts("hong-kong/case-developments")["disputes/disney-v-minimax"] == "unknown"
    assert verdicts("accounting/outflow-assessment")["disputes/disney-v-minimax"] == "unknown"
    assert verdicts("other-markets/us-registrant")["disputes/disney-v-minimax"] == "out_of_scope"


def small(facts, company=""):
    return f"company: {{name: X{company}}}\ndisputes:\n  d: {{forum_country: US, subject_matter: [copyright], stage: filed{facts}}}\n"


@pytest.mark.parametrize(
    ("rule", "probability", "fact"),
    [("accounting/provision", "probable", "provision_recognised"), ("accounting/contingent-liability", "possible", "contingent_liability_disclosed")],
)
def test_ias_37_probable_needs_a_provision_and_possible_a_note(judge, rule, probability, fact):
    def verdict(told, value):
        return judge(small(f", outflow_probability: {told}, {fact}: {value}")).finding(DISCLOSURE + rule).verdict

    assert (verdict(probability, "true"), verdict(probability, "false"), verdict("remote", "false")) == ("met", "breached", "out_of_scope")


def test_a_pending_suit_without_an_assessment_is_a_breach_and_a_dismissed_one_not(judge):
    assert judge(small(", outflow_assessed: false")).finding(DISCLOSURE + "accounting/outflow-assessment").verdict == "breached"
    assert judge(small(", outflow_assessed: false").replace("stage: filed", "stage: dismissed")).finding(DISCLOSURE + "accounting/outflow-assessment").verdict == "out_of_scope"


def test_a_court_order_has_to_be_reported_by_a_company_listed_in_hong_kong(judge):
    text = small(", developments_disclosed: false", ", stock_exchanges: [hkex], listing_stage: listed")
    assert judge(text).finding(DISCLOSURE + "hong-kong/case-developments").verdict == "out_of_scope"  # filed: nothing has developed
    assert judge(text.replace("stage: filed", "stage: motion_to_dismiss_denied")).finding(DISCLOSURE + "hong-kong/case-developments").verdict == "breached"
    assert judge(text.replace("stage: filed", "stage: motion_to_dismiss_denied").replace("hkex", "nyse")).finding(DISCLOSURE + "hong-kong/case-developments").verdict == "out_of_scope"


@pytest.mark.parametrize(("works", "verdict"), [(1000, "clear"), (1001, "exposed")])
def test_a_statement_of_no_material_effect_against_half_of_turnover(judge, works, verdict):
    """1,000 works x 150,000 are 150m, half of 300m; the limit is passed by the next work."""
    text = small(f", said_to_be_immaterial: true, works_asserted: {works}, works_registered_in_time: 100, amount_claimed: 1_000_000 USD", ", worldwide_turnover: 300_000_000 USD")
    assert judge(text).finding(DISCLOSURE + "other-markets/immateriality-statement").verdict == verdict
