"""Date vectors 9 to 17 of the AI Act catalogue, and every day on which the Act changes what binds, with the day before it.

(The fine vectors 1 to 8 stand in tests/unit/test_money.py.)
"""

from __future__ import annotations

import json
from datetime import date

import pytest
from click.testing import CliRunner

PLACED = "ai_system: true, markets: [DE], operator_country: DE, scope_exclusions: [], real_world_testing: false"
PROVIDER = f"{PLACED}, roles: [provider]"
CV = f"{PROVIDER}, annex_iii_uses: [recruitment], article_6_3_claimed: false, profiles_people: true, intended_for_public_authorities: false, annex_x_component: false"
DEVICE = (
    f"{PROVIDER}, annex_i_products: [medical_devices], annex_iii_uses: [], infers_emotions: false, safety_role: product, intended_for_public_authorities: false, annex_x_component: false, "
    "third_party_assessment_required: true, third_party_assessment_non_safety_only: false"
)
CHATBOT = f"{PROVIDER}, interacts_with_people: true, obviously_ai: false, ai_interaction_notice: false"
GENERATOR = f"{PROVIDER}, generates_content: [image], marking_exception: none, machine_readable_marking: false"
NUDIFIER = (
    f"{PROVIDER}, generates_content: [image], generates_realistic_people: true, illegal_media_intended: [non_consensual_intimate], "
    "depicted_persons_consent: false, edits_leave_exposure_unchanged: false"
)
EMOTIONS = f"{PLACED}, roles: [deployer], infers_emotions: true, emotions_from_biometrics: true, emotion_settings: [workplace], emotion_medical_or_safety: false"
MODEL = "roles: [provider], markets: [DE], provider_country: DE, significant_generality: true, research_prototype_only: false"
SMC = "company: {name: Mid, headcount: 600, worldwide_turnover: 140_000_000 EUR, balance_sheet_total: 100_000_000 EUR, public_functions: []}\n"
NO_POLICY = "company: {name: X, headcount: 5000, worldwide_turnover: 100_000_000 EUR, balance_sheet_total: 900_000_000 EUR, copyright_policy: false}\n"

MARK, NOTICE, RISK = "transparency/mark-synthetic-content", "transparency/interaction-notice", "high-risk-provider/risk-management"


def system(facts: str) -> str:
    return f"systems: {{s: {{{facts}}}}}"


def model(facts: str) -> str:
    return f"models: {{m: {{{MODEL}, {facts}}}}}"


def told(found, rule: str) -> tuple[str, str, str]:
    finding = found.finding(rule)
    return finding.verdict, finding.timing, finding.applies_from.isoformat()


# --- date vectors, on 2026-11-23 ----------------------------------------------------------------------------------


def test_vector_09_a_chatbot_without_notice_is_in_breach_now(judge):
    assert told(judge(system(CHATBOT)), NOTICE) == ("breached", "in_force", "2026-08-02")


def test_vector_10_an_image_generator_placed_on_30_july_2026_has_until_2_december(judge):
    assert told(judge(system(f"{GENERATOR}, on_eu_market_since: 2026-07-30")), MARK) == ("breached", "upcoming", "2026-12-02")


def test_vector_11_one_placed_on_2_august_2026_is_in_breach_now(judge):
    assert told(judge(system(f"{GENERATOR}, on_eu_market_since: 2026-08-02")), MARK) == ("breached", "in_force", "2026-08-02")
    assert told(judge(system(f"{GENERATOR}, on_eu_market_since: 2026-08-01")), MARK) == ("breached", "upcoming", "2026-12-02")


def test_vector_12_a_nudifier_is_in_breach_from_2_december_2026(judge):
    assert told(judge(system(NUDIFIER)), "prohibited/intimate-material-offer") == ("breached", "upcoming", "2026-12-02")


def test_vector_13_cv_screening_is_bound_from_2_december_2027(judge):
    found = judge(system(f"{CV}, on_eu_market_since: 2027-12-02, design_changed_after_cutoff: false, risk_management: false"))
    assert told(found, RISK) == ("breached", "upcoming", "2027-12-02")


def test_vector_14_a_medical_device_is_bound_from_2_august_2028(judge):
    found = judge(system(f"{DEVICE}, on_eu_market_since: 2028-08-02, design_changed_after_cutoff: false, risk_management: false"))
    assert told(found, RISK) == ("breached", "upcoming", "2028-08-02")


def test_vector_15_cv_screening_placed_on_1_november_2027_and_never_changed_is_outside_chapter_iii(judge):
    old = f"{CV}, on_eu_market_since: 2027-11-01, design_changed_after_cutoff: false, risk_management: false"
    assert judge(system(old)).verdict(RISK) == "exempt"
    assert told(judge(system(old.replace("authorities: false", "authorities: true"))), RISK) == ("breached", "upcoming", "2030-08-02")


@pytest.mark.parametrize(("flops", "systemic"), [("1e25", False), ("10000000000000000000000001", True), ("9999999999999999999999999", False)])
def test_vector_16_a_model_at_exactly_10_25_is_not_presumed_systemic(judge, flops, systemic):
    found = judge(model(f"training_flops: {flops}, high_impact_capabilities: false, systemic_risk_designated: false, systemic_risk_rebutted: false, systemic_risk_assessed: false"))
    assert found.fact("model.systemic_risk") is systemic
    assert found.verdict("systemic-risk/risk-assessment") == ("breached" if systemic else "out_of_scope")


def test_vector_17_open_weights_give_no_exemption_above_10_25(judge):
    open_weights = "free_open_source_licence: true, weights_public: true, architecture_and_usage_public: true, monetised: false"
    found = judge(
        NO_POLICY
        + model(f"training_flops: 2e25, systemic_risk_rebutted: false, systemic_risk_designated: false, high_impact_capabilities: false, {open_weights}, technical_documentation: false, downstream_documentation: false, training_summary_published: false")
    )
    assert found.fact("model.free_open_source_exempt") is False
    for rule in ("technical-documentation", "downstream-documentation", "training-content-summary", "copyright-policy"):
        assert found.verdict(f"general-purpose/{rule}") == "breached", rule


# --- boundary days ------------------------------------------------------------------------------------------------


def timings(judge, text: str, rule: str, *days: str) -> list[str]:
    return [judge(text, at).finding(rule).timing for at in days]


def test_1_and_2_february_2025_prohibitions_and_literacy_begin(judge):
    days = ("2025-02-01", "2025-02-02")
    assert timings(judge, system(EMOTIONS), "prohibited/emotions-at-work-and-school", *days) == ["upcoming", "in_force"]
    literacy = f"company: {{name: X, ai_literacy_measures: none}}\n{system(EMOTIONS + ', free_open_source_release: false')}"
    assert timings(judge, literacy, "literacy/ai-literacy", *days) == ["upcoming", "in_force"]


def test_1_and_2_august_2025_general_purpose_duties_and_the_fines_of_article_99_begin(judge):
    days = ("2025-08-01", "2025-08-02")
    text = NO_POLICY + model("on_eu_market_since: 2025-08-02")
    assert timings(judge, text, "general-purpose/copyright-policy", *days) == ["upcoming", "in_force"]
    assert [judge(SMC + system(EMOTIONS), at).ceilings()["ai-act-prohibited"] for at in days] == [None, (35_000_000, 35_000_000)]


def test_26_and_27_july_2026_the_amendment_enters_into_force(judge):
    before, after = "2026-07-26", "2026-07-27"
    cv = system(f"{CV}, on_eu_market_since: 2028-01-10, design_changed_after_cutoff: false, risk_management: false")
    assert told(judge(cv, before), RISK) == ("breached", "upcoming", "2026-08-02")
    assert told(judge(cv, after), RISK) == ("breached", "upcoming", "2027-12-02")
    device = system(f"{DEVICE}, on_eu_market_since: 2028-09-01, design_changed_after_cutoff: false, risk_management: false")
    assert told(judge(device, before), RISK) == ("breached", "upcoming", "2027-08-02")
    assert told(judge(device, after), RISK) == ("breached", "upcoming", "2028-08-02")
    assert judge(system(NUDIFIER), before).findings("prohibited/intimate-material-offer") == []
    assert told(judge(system(NUDIFIER), after), "prohibited/intimate-material-offer") == ("breached", "upcoming", "2026-12-02")
    generator = system(f"{GENERATOR}, on_eu_market_since: 2026-01-10")
    assert told(judge(generator, before), MARK) == ("breached", "upcoming", "2026-08-02")
    assert told(judge(generator, after), MARK) == ("breached", "upcoming", "2026-12-02")
    bias = system(f"{PROVIDER}, annex_iii_uses: [], infers_emotions: false, annex_i_products: [], special_categories_for_bias: true, bias_data_safeguards: false, free_open_source_release: false")
    assert judge(bias, before).findings("literacy/bias-data-other-systems") == []
    assert told(judge(bias, after), "literacy/bias-data-other-systems") == ("breached", "in_force", "2026-07-27")


def test_26_and_27_july_2026_small_mid_caps_get_the_lower_fine(judge):
    answers = "company: {name: Mid, headcount: 600, worldwide_turnover: 140_000_000 EUR, balance_sheet_total: 100_000_000 EUR, received_information_request: true, misleading_answer_given: true}\n"
    ceilings = [judge(answers, at).ceilings()["ai-act-information"] for at in ("2026-07-26", "2026-07-27")]
    assert ceilings == [(7_500_000, 7_500_000), (1_400_000, 1_400_000)]


def test_1_and_2_august_2026_article_50_and_the_fines_for_models_begin(judge):
    days = ("2026-08-01", "2026-08-02")
    assert timings(judge, system(CHATBOT), NOTICE, *days) == ["upcoming", "in_force"]
    assert timings(judge, system(f"{GENERATOR}, on_eu_market_since: 2026-08-02"), MARK, *days) == ["upcoming", "in_force"]
    ceilings = [judge(NO_POLICY + model("on_eu_market_since: 2026-01-10"), at).ceilings().get("ai-act-gpai") for at in days]
    assert ceilings == [None, (15_000_000, 15_000_000)]


def test_1_and_2_december_2026_marking_of_older_generators_and_the_new_bans_begin(judge):
    days = ("2026-12-01", "2026-12-02")
    assert timings(judge, system(f"{GENERATOR}, on_eu_market_since: 2026-08-01"), MARK, *days) == ["upcoming", "in_force"]
    assert timings(judge, system(NUDIFIER), "prohibited/intimate-material-offer", *days) == ["upcoming", "in_force"]
    abuse = system(NUDIFIER.replace("non_consensual_intimate", "child_sexual_abuse"))
    assert timings(judge, abuse, "prohibited/child-abuse-material-offer", *days) == ["upcoming", "in_force"]


def test_1_and_2_august_2027_older_models_are_bound(judge):
    days = ("2027-08-01", "2027-08-02")
    assert timings(judge, NO_POLICY + model("on_eu_market_since: 2025-08-01"), "general-purpose/copyright-policy", *days) == ["upcoming", "in_force"]
    assert timings(judge, NO_POLICY + model("on_eu_market_since: 2025-08-02"), "general-purpose/copyright-policy", "2026-11-23") == ["in_force"]


def test_1_and_2_december_2027_annex_iii_begins(judge):
    days = ("2027-12-01", "2027-12-02")
    cv = system(f"{CV}, on_eu_market_since: 2027-12-02, design_changed_after_cutoff: false, risk_management: false, registered: false")
    assert timings(judge, cv, RISK, *days) == ["upcoming", "in_force"]
    assert timings(judge, cv, "conformity/registration", *days) == ["upcoming", "in_force"]
    assert judge(cv.replace("2027-12-02", "2027-12-01"), "2027-12-02").verdict(RISK) == "exempt"


def test_1_and_2_august_2028_annex_i_begins(judge):
    device = system(f"{DEVICE}, on_eu_market_since: 2028-08-02, design_changed_after_cutoff: false, risk_management: false, conformity_assessment: false")
    for rule in (RISK, "conformity/product-law-procedure"):
        assert timings(judge, device, rule, "2027-12-02", "2028-08-01", "2028-08-02") == ["upcoming", "upcoming", "in_force"], rule
    assert judge(device.replace("2028-08-02", "2028-08-01"), "2028-08-02").verdict(RISK) == "exempt"


def test_1_and_2_august_2030_older_systems_of_public_authorities_are_bound(judge):
    town = system(f"{CV}, on_eu_market_since: 2024-05-01, design_changed_after_cutoff: false, risk_management: false".replace("authorities: false", "authorities: true"))
    assert timings(judge, town, RISK, "2027-12-02", "2030-08-01", "2030-08-02") == ["upcoming", "upcoming", "in_force"]


# --- the two texts, from the command line -------------------------------------------------------------------------


def test_as_of_20_july_2026_shows_the_text_of_2024_and_28_july_the_amended_one(tmp_path):
    """The same profile on both days: other first days, and law that did not exist before."""
    from riskcheck.cli.score import command

    profile = tmp_path / "two-texts.yaml"
    profile.write_text(
        "profile: 1\ncompany: {name: Two Texts, public_functions: []}\nsystems:\n"
        f"  cv: {{{CV}, on_eu_market_since: 2028-01-10, design_changed_after_cutoff: false, risk_management: false}}\n"
        f"  device: {{{DEVICE}, on_eu_market_since: 2028-09-01, design_changed_after_cutoff: false, risk_management: false}}\n"
        f"  art: {{{GENERATOR}, on_eu_market_since: 2026-01-10}}\n  nude: {{{NUDIFIER}}}\n",
        encoding="utf-8",
    )

    def first_days(at: str) -> dict[str, str]:
        result = CliRunner().invoke(command, [str(profile), "--as-of", at, "-f", "json"])
        assert result.exit_code in (0, 1), result.output
        return {finding["id"].removeprefix("eu-ai-act/"): finding["applies_from"] for finding in json.loads(result.stdout)["findings"] if finding["verdict"] == "breached"}

    old, new = first_days("2026-07-20"), first_days("2026-07-28")
    wanted = {f"{RISK}@systems/cv": ("2026-08-02", "2027-12-02"), f"{RISK}@systems/device": ("2027-08-02", "2028-08-02"), f"{MARK}@systems/art": ("2026-08-02", "2026-12-02")}
    assert {identity: (old[identity], new[identity]) for identity in wanted} == wanted
    assert "prohibited/intimate-material-offer@systems/nude" not in old
    assert new["prohibited/intimate-material-offer@systems/nude"] == "2026-12-02"
    assert date.fromisoformat(new[f"{RISK}@systems/cv"]) > date.fromisoformat(old[f"{RISK}@systems/cv"])
