"""The 42 traps of the AI Act catalogue: the name states the trap, the docstring the wrong answer, the assertions the right one."""

from __future__ import annotations

from datetime import date

import pytest

PLACED = "ai_system: true, markets: [DE], operator_country: DE, scope_exclusions: [], real_world_testing: false"
PROVIDER = f"{PLACED}, roles: [provider]"
DEPLOYER = f"{PLACED}, roles: [deployer]"
BOTH = f"{PLACED}, roles: [provider, deployer]"
CV = "annex_iii_uses: [recruitment], article_6_3_claimed: false, profiles_people: true"
MODEL = "roles: [provider], markets: [DE], provider_country: DE, significant_generality: true, research_prototype_only: false"
SMALL = "company: {name: Small, headcount: 100, worldwide_turnover: 10_000_000 EUR, balance_sheet_total: 8_000_000 EUR, ai_literacy_measures: documented, public_functions: []}\n"
MID_CAP = "company: {name: Mid, headcount: 600, worldwide_turnover: 140_000_000 EUR, balance_sheet_total: 100_000_000 EUR, public_functions: []}\n"
WORKPLACE_EMOTIONS = "infers_emotions: true, emotions_from_biometrics: true, emotion_settings: [workplace], emotion_medical_or_safety: false"

DEVICE = (
    "annex_i_products: [medical_devices], annex_iii_uses: [], infers_emotions: false, safety_role: product, third_party_assessment_required: true, "
    "third_party_assessment_non_safety_only: false, on_eu_market_since: 2028-09-01, design_changed_after_cutoff: false"
)
OPEN = "free_open_source_licence: true, weights_public: true, architecture_and_usage_public: true, monetised: false"
NOT_SYSTEMIC = "training_flops: 1e24, systemic_risk_designated: false, high_impact_capabilities: false, systemic_risk_rebutted: false"
SYSTEMIC = "training_flops: 2e25, systemic_risk_designated: false, high_impact_capabilities: false, systemic_risk_rebutted: false"


def day(text: str) -> date:
    return date.fromisoformat(text)


def test_trap_01_the_fine_is_not_always_the_higher_amount(judge):
    """Wrong: fines are always the higher of amount and share."""
    system = f"systems: {{cam: {{{DEPLOYER}, {WORKPLACE_EMOTIONS}}}}}"
    assert judge(SMALL + system).ceilings()["ai-act-prohibited"] == (700_000, 700_000)
    large = "company: {name: Large, headcount: 5000, worldwide_turnover: 10_000_000 EUR, balance_sheet_total: 900_000_000 EUR}\n"
    assert judge(large + system).ceilings()["ai-act-prohibited"] == (35_000_000, 35_000_000)
    chat = f"systems: {{bot: {{{PROVIDER}, interacts_with_people: true, obviously_ai: false, ai_interaction_notice: false}}}}"
    assert judge(SMALL + chat).ceilings()["ai-act-operator"] == (300_000, 300_000)


def test_trap_02_a_small_mid_cap_has_no_relief_for_article_5(judge):
    """Wrong: small mid-caps pay the lower fine for Article 5 too."""
    found = judge(MID_CAP + f"systems: {{cam: {{{BOTH}, {WORKPLACE_EMOTIONS}, interacts_with_people: true, obviously_ai: false, ai_interaction_notice: false}}}}")
    assert found.ceilings()["ai-act-prohibited"] == (35_000_000, 35_000_000)
    assert found.ceilings()["ai-act-operator"] == (4_200_000, 4_200_000)


def test_trap_03_the_sme_rule_does_not_cover_general_purpose_fines(judge):
    """Wrong: an SME with a general-purpose model pays the lower amount."""
    company = "company: {name: Tiny, headcount: 20, worldwide_turnover: 5_000_000 EUR, balance_sheet_total: 3_000_000 EUR, copyright_policy: false}\n"
    found = judge(company + f"models: {{m: {{{MODEL}, on_eu_market_since: 2026-09-01}}}}")
    assert found.verdict("general-purpose/copyright-policy") == "breached"
    assert found.ceilings()["ai-act-gpai"] == (15_000_000, 15_000_000)


def test_trap_04_not_every_breach_costs_15_million(judge, program):
    """Wrong: every breach costs up to EUR 15 million."""
    penalties = {rule.id.removeprefix("eu-ai-act/"): rule.penalty for rule in program.rules}
    for rule in (
        "literacy/ai-literacy", "literacy/bias-data-high-risk", "literacy/bias-data-other-systems", "classification/not-high-risk-assessment",
        "deployer/fundamental-rights-impact-assessment", "deployer/assessment-notification", "classification/registration-of-exempted-systems",
        "post-market/post-market-monitoring", "post-market/serious-incident-reporting", "deployer/explanation",
    ):  # fmt: skip
        assert penalties[rule] == "ai-act-national", rule
    company = "company: {name: X, headcount: 5000, worldwide_turnover: 1_000_000_000 EUR, ai_literacy_measures: none}\n"
    found = judge(company + f"systems: {{s: {{{DEPLOYER}, free_open_source_release: false}}}}")
    assert found.verdict("literacy/ai-literacy") == "breached"
    assert "ai-act-operator" not in found.ceilings()
    assert found.ceilings().get("ai-act-national") is None


def test_trap_05_high_risk_duties_do_not_bind_since_august_2026(judge):
    """Wrong: high-risk duties have applied since 2 August 2026."""
    cv = judge(f"systems: {{cv: {{{PROVIDER}, {CV}, on_eu_market_since: 2028-01-10, design_changed_after_cutoff: false, risk_management: false}}}}")
    assert cv.verdict("high-risk-provider/risk-management") == "breached"
    assert cv.binds("high-risk-provider/risk-management") == ("upcoming", day("2027-12-02"))
    device = judge(f"systems: {{d: {{{PROVIDER}, {DEVICE}, risk_management: false}}}}")
    assert device.binds("high-risk-provider/risk-management") == ("upcoming", day("2028-08-02"))


def test_trap_06_the_omnibus_did_not_pause_the_whole_act(judge):
    """Wrong: the Omnibus paused the Act, so nothing binds yet."""
    found = judge(
        "company: {name: X, headcount: 5000, ai_literacy_measures: none, copyright_policy: false, public_functions: []}\n"
        f"systems: {{s: {{{BOTH}, {WORKPLACE_EMOTIONS}, interacts_with_people: true, obviously_ai: false, ai_interaction_notice: false}}}}\n"
        f"models: {{m: {{{MODEL}, on_eu_market_since: 2026-01-10}}}}"
    )
    for rule in ("literacy/ai-literacy", "prohibited/emotions-at-work-and-school", "transparency/interaction-notice", "general-purpose/copyright-policy"):
        assert (found.verdict(rule), found.finding(rule).timing) == ("breached", "in_force"), rule


def test_trap_07_article_50_did_not_move_to_december_2026(judge):
    """Wrong: Article 50 as a whole applies from December 2026."""
    old = f"""systems: {{s: {{{BOTH}, on_eu_market_since: 2025-05-01, generates_content: [image], marking_exception: none, machine_readable_marking: false,
      interacts_with_people: true, obviously_ai: false, ai_interaction_notice: false, publishes_deep_fakes: true, evidently_artistic: false, deep_fake_label: false}}}}"""
    found = judge(old)
    assert found.binds("transparency/interaction-notice") == ("in_force", day("2026-08-02"))
    assert found.binds("transparency/label-deep-fakes") == ("in_force", day("2026-08-02"))
    assert found.binds("transparency/mark-synthetic-content") == ("upcoming", day("2026-12-02"))
    assert judge(old.replace("2025-05-01", "2026-08-02")).binds("transparency/mark-synthetic-content") == ("in_force", day("2026-08-02"))


def test_trap_08_the_marking_grace_ends_on_2_december_2026(judge):
    """Wrong: it ends on 2 November 2026, or on 2 February 2027."""
    system = f"systems: {{s: {{{PROVIDER}, on_eu_market_since: 2026-07-30, generates_content: [image], marking_exception: none, machine_readable_marking: false}}}}"
    timings = {at: judge(system, at).finding("transparency/mark-synthetic-content").timing for at in ("2026-11-02", "2026-12-01", "2026-12-02", "2027-02-02")}
    assert timings == {"2026-11-02": "upcoming", "2026-12-01": "upcoming", "2026-12-02": "in_force", "2027-02-02": "in_force"}


def test_trap_09_using_a_general_purpose_model_does_not_make_its_provider(judge):
    """Wrong: who uses a general-purpose model owes Article 53."""
    found = judge(
        f"systems: {{bot: {{{PROVIDER}, models: [m], interacts_with_people: true, obviously_ai: false, ai_interaction_notice: false}}}}\n"
        "models: {m: {roles: [user], markets: [DE], significant_generality: true, research_prototype_only: false}}"
    )
    for rule in ("technical-documentation", "copyright-policy", "training-content-summary", "downstream-documentation"):
        assert found.verdict(f"general-purpose/{rule}") == "out_of_scope", rule
    assert found.verdict("transparency/interaction-notice") == "breached"


def test_trap_10_a_product_on_somebody_elses_api_has_its_own_provider(judge):
    """Wrong: we have no model, so the Act is about others."""
    found = judge(
        "systems:\n  app: {ai_system: true, markets: [DE], operator_country: DE, scope_exclusions: [], real_world_testing: false, developed_by_company: true,\n"
        "    own_brand: true, interacts_with_people: true, obviously_ai: false, ai_interaction_notice: false, generates_content: [text],\n"
        "    marking_exception: none, machine_readable_marking: false}\nmodels: {m: {roles: [user]}}"
    )
    assert found.fact("system.company_is_provider") is True
    assert found.verdict("transparency/interaction-notice") == "breached"
    assert found.verdict("transparency/mark-synthetic-content") == "breached"


@pytest.mark.parametrize(("share", "provider"), [(5, False), (33, False), (34, True)])
def test_trap_11_fine_tuning_does_not_by_itself_make_a_model_provider(judge, share, provider):
    """Wrong: whoever fine-tunes a model becomes the provider of a general-purpose model."""
    found = judge(
        f"models: {{m: {{roles: [modifier], markets: [DE], significant_generality: true, research_prototype_only: false, original_compute_known: true, modification_compute_share: {share}}}}}"
    )
    assert found.fact("model.gpai_provider") is provider


def test_trap_12_compute_above_10_23_does_not_make_a_general_purpose_model(judge):
    """Wrong: above 10^23 FLOP a model is general-purpose."""
    transcriber = "roles: [provider], markets: [DE], training_flops: 5e23, output_modalities: [text], significant_generality: false, narrow_despite_compute: true, research_prototype_only: false"
    assert judge(f"models: {{m: {{{transcriber}}}}}").fact("model.general_purpose") is False
    assert judge(f"models: {{m: {{{transcriber.replace('narrow_despite_compute: true', 'narrow_despite_compute: false')}}}}}").fact("model.general_purpose") is True
    weather = "roles: [provider], markets: [DE], training_flops: 5e23, output_modalities: [other], significant_generality: false, narrow_despite_compute: false, research_prototype_only: false"
    assert judge(f"models: {{m: {{{weather}}}}}").fact("model.general_purpose") is False
    small = "roles: [provider], markets: [DE], training_flops: 5e22, significant_generality: true, research_prototype_only: false"
    assert judge(f"models: {{m: {{{small}}}}}").fact("model.general_purpose") is True


def test_trap_13_systemic_risk_is_presumed_only_above_10_25_and_can_come_without_it(judge):
    """Wrong: at 10^25 FLOP or more a model is systemic, below it is not."""

    def systemic(facts):
        return judge(f"models: {{m: {{{MODEL}, {facts}}}}}").fact("model.systemic_risk")

    none = "systemic_risk_designated: false, high_impact_capabilities: false, systemic_risk_rebutted: false"
    assert systemic(f"training_flops: 1e25, {none}") is False
    assert systemic(f"training_flops: 10000000000000000000000001, {none}") is True
    assert systemic("training_flops: 2e25, systemic_risk_designated: false, high_impact_capabilities: false, systemic_risk_rebutted: true") is False
    assert systemic("training_flops: 1e24, systemic_risk_designated: true, high_impact_capabilities: false, systemic_risk_rebutted: false") is True
    assert systemic("training_flops: 1e24, systemic_risk_designated: false, high_impact_capabilities: true, systemic_risk_rebutted: false") is True


def test_trap_14_companies_outside_the_union_are_not_out(judge):
    """Wrong: the Act is for companies in the Union."""
    provider = "ai_system: true, roles: [provider], operator_country: CN, scope_exclusions: [], real_world_testing: false"
    assert judge(f"systems: {{s: {{{provider}, markets: [FR]}}}}").fact("system.in_ai_act_scope") is True
    assert judge(f"systems: {{s: {{{provider}, markets: [CN], put_into_service_in_eu: false, output_used_in_eu: true}}}}").fact("system.in_ai_act_scope") is True
    assert judge(f"systems: {{s: {{{provider}, markets: [CN], put_into_service_in_eu: false, output_used_in_eu: false}}}}").fact("system.in_ai_act_scope") is False
    high = judge(f"systems: {{s: {{{provider}, markets: [FR], {CV}, authorised_representative: false, on_eu_market_since: 2028-01-10, design_changed_after_cutoff: false}}}}")
    assert high.verdict("high-risk-provider/authorised-representative") == "breached"
    model = judge(f"models: {{m: {{{MODEL.replace('provider_country: DE', 'provider_country: CN')}, authorised_representative: false, weights_public: false}}}}")
    assert model.verdict("general-purpose/authorised-representative") == "breached"


def test_trap_15_not_every_foreign_provider_needs_a_representative(judge):
    """Wrong: every provider outside the Union needs one."""
    chat = f"{PROVIDER.replace('operator_country: DE', 'operator_country: US')}, interacts_with_people: true, annex_iii_uses: [], infers_emotions: false, annex_i_products: [], authorised_representative: false"
    assert judge(f"systems: {{bot: {{{chat}}}}}").verdict("high-risk-provider/authorised-representative") == "out_of_scope"
    model = f"{MODEL.replace('provider_country: DE', 'provider_country: US')}, authorised_representative: false, {OPEN}"
    assert judge(f"models: {{m: {{{model}, {NOT_SYSTEMIC}}}}}").verdict("general-purpose/authorised-representative") == "exempt"
    assert judge(f"models: {{m: {{{model}, {SYSTEMIC}}}}}").verdict("general-purpose/authorised-representative") == "breached"


def test_trap_16_a_condition_of_article_6_3_does_not_free_a_system_that_profiles_people(judge):
    """Wrong: meeting one of the conditions of Article 6(3) frees the system."""
    claimed = f"{PROVIDER}, annex_iii_uses: [recruitment], article_6_3_claimed: true, article_6_3_conditions: [narrow_procedural_task], poses_significant_risk: false"
    profiling = judge(f"systems: {{s: {{{claimed}, profiles_people: true}}}}")
    assert profiling.fact("system.high_risk_annex_iii") is True
    unknown = judge(f"systems: {{s: {{{claimed}}}}}")
    assert unknown.fact("system.high_risk_annex_iii") is None
    free = judge(f"systems: {{s: {{{claimed}, profiles_people: false, article_6_4_assessment: false, registered: false, on_eu_market_since: 2028-01-10, design_changed_after_cutoff: false}}}}")
    assert free.fact("system.high_risk_annex_iii") is False
    assert free.verdict("classification/not-high-risk-assessment") == "breached"
    assert free.verdict("classification/registration-of-exempted-systems") == "exposed"


def test_trap_17_ranking_candidates_is_no_preparatory_task(judge):
    """Wrong: ranking candidates only prepares a human decision."""
    found = judge(f"systems: {{s: {{{PROVIDER}, annex_iii_uses: [recruitment], article_6_3_claimed: true, article_6_3_conditions: [preparatory_task], poses_significant_risk: false, profiles_people: true, on_eu_market_since: 2028-01-10, design_changed_after_cutoff: false}}}}")
    assert found.fact("system.tier_high_risk_annex_iii") is True
    assert found.verdict("classification/self-classification") == "exposed"


@pytest.mark.parametrize(("at", "first"), [("2026-07-20", "2026-08-02"), ("2026-11-23", "2027-12-02")])
def test_trap_18_registration_of_exempted_systems_was_not_abolished(judge, at, first):
    """Wrong: the Omnibus abolished the registration of Article 6(3) systems."""
    found = judge(
        f"systems: {{s: {{{PROVIDER}, annex_iii_uses: [recruitment], article_6_3_claimed: true, article_6_3_conditions: [narrow_procedural_task], poses_significant_risk: false, profiles_people: false, registered: false, on_eu_market_since: 2028-01-10, design_changed_after_cutoff: false}}}}",
        at,
    )
    assert found.verdict("classification/registration-of-exempted-systems") == "exposed"
    assert found.finding("classification/registration-of-exempted-systems").applies_from == day(first)


def test_trap_19_article_50_binds_by_role(judge):
    """Wrong: Article 50 binds whoever runs the bot."""
    facts = "interacts_with_people: true, obviously_ai: false, ai_interaction_notice: false, publishes_deep_fakes: true, evidently_artistic: false, deep_fake_label: false"
    runner = judge(f"systems: {{s: {{{DEPLOYER}, developed_by_company: false, own_brand: false, rebranded: false, substantially_modified: false, purpose_changed_to_high_risk: false, {facts}}}}}")
    assert (runner.verdict("transparency/interaction-notice"), runner.verdict("transparency/label-deep-fakes")) == ("out_of_scope", "breached")
    assert runner.verdict("transparency/vendor-notice") == "exposed"
    maker = judge(f"systems: {{s: {{{PROVIDER}, {facts}}}}}")
    assert (maker.verdict("transparency/interaction-notice"), maker.verdict("transparency/label-deep-fakes")) == ("breached", "out_of_scope")
    both = judge(f"systems: {{s: {{{BOTH}, {facts}}}}}")
    assert (both.verdict("transparency/interaction-notice"), both.verdict("transparency/label-deep-fakes")) == ("breached", "breached")


def test_trap_20_text_needs_a_mark_too(judge):
    """Wrong: text needs no marking."""
    text = f"{PROVIDER}, generates_content: [text], machine_readable_marking: false"
    assert judge(f"systems: {{s: {{{text}, marking_exception: none}}}}").verdict("transparency/mark-synthetic-content") == "breached"
    assert judge(f"systems: {{s: {{{text}, marking_exception: assistive_editing}}}}").verdict("transparency/mark-synthetic-content") == "exempt"
    assert judge(f"systems: {{s: {{{text}}}}}").verdict("transparency/mark-synthetic-content") == "unknown"


def test_trap_21_satire_needs_a_limited_disclosure(judge):
    """Wrong: satire needs no disclosure."""
    satire = f"{DEPLOYER}, publishes_deep_fakes: true, evidently_artistic: true, used_for_law_enforcement: false"
    none = judge(f"systems: {{s: {{{satire}, deep_fake_label: false, artistic_deep_fake_disclosed: false}}}}")
    assert (none.verdict("transparency/label-deep-fakes"), none.verdict("transparency/disclose-artistic-deep-fakes")) == ("out_of_scope", "breached")
    credited = judge(f"systems: {{s: {{{satire}, deep_fake_label: false, artistic_deep_fake_disclosed: true}}}}")
    assert credited.verdict("transparency/disclose-artistic-deep-fakes") == "met"


def test_trap_22_a_human_reader_alone_does_not_lift_the_label_of_public_interest_text(judge, installed):
    """Wrong: a human read it, so no label is owed. The fact asks for review and for responsibility, both."""
    asked = installed.texts("en").get("facts", "system.editorial_responsibility", "ask")
    assert "reviewed by a human" in asked
    assert "and" in asked
    assert "editorial responsibility" in asked
    text = f"{DEPLOYER}, publishes_public_interest_text: true, public_text_label: false, used_for_law_enforcement: false"
    assert judge(f"systems: {{s: {{{text}, editorial_responsibility: false}}}}").verdict("transparency/label-public-interest-text") == "breached"
    assert judge(f"systems: {{s: {{{text}, editorial_responsibility: true}}}}").verdict("transparency/label-public-interest-text") == "exempt"
    assert judge(f"systems: {{s: {{{text}}}}}").verdict("transparency/label-public-interest-text") == "unknown"


def test_trap_23_open_source_is_not_simply_exempt(judge):
    """Wrong: open source is exempt."""
    system = judge(f"systems: {{s: {{{PROVIDER}, free_open_source_release: true, interacts_with_people: true, obviously_ai: false, ai_interaction_notice: false}}}}")
    assert system.verdict("transparency/interaction-notice") == "breached"
    assert system.verdict("scope/open-source-release") == "exposed"
    company = "company: {name: X, headcount: 5000, copyright_policy: false}\n"
    documents = "technical_documentation: false, training_summary_published: false"
    model = judge(company + f"models: {{m: {{{MODEL}, {OPEN}, {NOT_SYSTEMIC}, {documents}}}}}")
    assert model.verdict("general-purpose/technical-documentation") == "exempt"
    assert model.verdict("general-purpose/copyright-policy") == "breached"
    assert model.verdict("general-purpose/training-content-summary") == "breached"
    assert judge(company + f"models: {{m: {{{MODEL}, {OPEN}, {SYSTEMIC}, {documents}}}}}").verdict("general-purpose/technical-documentation") == "breached"
    sold = OPEN.replace("monetised: false", "monetised: true")
    assert judge(company + f"models: {{m: {{{MODEL}, {sold}, {NOT_SYSTEMIC}, {documents}}}}}").verdict("general-purpose/technical-documentation") == "breached"


def test_trap_24_emotion_recognition_is_banned_only_at_work_and_in_education(judge):
    """Wrong: emotion AI is banned."""
    shop = judge(f"systems: {{s: {{{DEPLOYER}, {WORKPLACE_EMOTIONS.replace('workplace', 'customers')}, article_6_3_claimed: false, emotion_or_biometric_notice: false, used_for_law_enforcement: false}}}}")
    assert shop.verdict("prohibited/emotions-at-work-and-school") == "met"
    assert shop.fact("system.high_risk_annex_iii") is True
    assert shop.verdict("transparency/emotion-and-biometric-notice") == "breached"
    pilots = judge(f"systems: {{s: {{{DEPLOYER}, {WORKPLACE_EMOTIONS.replace('emotion_medical_or_safety: false', 'emotion_medical_or_safety: true')}}}}}")
    assert pilots.verdict("prohibited/emotions-at-work-and-school") == "exempt"
    school = judge(f"systems: {{s: {{{DEPLOYER}, {WORKPLACE_EMOTIONS.replace('workplace', 'education')}}}}}")
    assert school.verdict("prohibited/emotions-at-work-and-school") == "breached"


def test_trap_25_sentiment_of_text_at_work_is_not_banned(judge):
    """Wrong: sentiment analysis of employees' messages is banned emotion recognition."""
    found = judge(f"systems: {{s: {{{DEPLOYER}, infers_emotions: true, emotions_from_biometrics: false, emotion_settings: [workplace], emotion_medical_or_safety: false}}}}")
    assert found.verdict("prohibited/emotions-at-work-and-school") == "met"
    advice = found.finding("prohibited/text-emotions-at-work-and-school")
    assert (advice.verdict, advice.severity) == ("exposed", "medium")


def test_trap_26_companions_for_minors_are_neither_banned_nor_cleared_by_a_notice(judge, program):
    """Wrong: companion bots for minors are banned; or: they are only a matter of the notice of Article 50(1)."""
    bot = f"{PROVIDER}, interacts_with_people: true, obviously_ai: false, ai_interaction_notice: true, companion: true, optimised_for_attachment: true, minors_may_use: true, manipulation_assessed: false"
    found = judge(f"systems: {{bot: {{{bot}}}}}")
    assert found.verdict("transparency/interaction-notice") == "met"
    assert found.verdict("prohibited/exploiting-vulnerabilities") == "unknown"
    advice = found.finding("prohibited/companions-and-minors")
    assert (advice.verdict, advice.severity) == ("exposed", "high")
    assert next(rule for rule in program.rules if rule.id == advice.rule).confidence == "uncertain"
    proven = judge(f"systems: {{bot: {{{bot}, exploited_vulnerabilities: [age], distorts_behaviour: true, significant_harm_likely: true}}}}")
    assert proven.verdict("prohibited/exploiting-vulnerabilities") == "breached"
    harmless = judge(f"systems: {{bot: {{{bot}, exploited_vulnerabilities: [age], distorts_behaviour: true, significant_harm_likely: false}}}}")
    assert harmless.verdict("prohibited/exploiting-vulnerabilities") == "met"


def test_trap_27_the_ban_on_nudifiers_reaches_general_generators(judge):
    """Wrong: it hits only apps made for that."""
    general = f"{PROVIDER}, generates_content: [image], generates_realistic_people: true, illegal_media_intended: [], illegal_media_foreseeable: [non_consensual_intimate], depicted_persons_consent: false, edits_leave_exposure_unchanged: false"
    weak = judge(f"systems: {{s: {{{general}, intimate_material_safeguards: partial}}}}")
    assert weak.verdict("prohibited/intimate-material-offer") == "breached"
    assert weak.binds("prohibited/intimate-material-offer") == ("upcoming", day("2026-12-02"))
    assert judge(f"systems: {{s: {{{general}, intimate_material_safeguards: adequate}}}}").verdict("prohibited/intimate-material-offer") == "met"
    assert judge(f"systems: {{s: {{{general}}}}}").verdict("prohibited/intimate-material-offer") == "unknown"
    used = f"{DEPLOYER}, generates_realistic_people: true, depicted_persons_consent: false, edits_leave_exposure_unchanged: false"
    assert judge(f"systems: {{s: {{{used}, illegal_media_used_for: [non_consensual_intimate]}}}}").verdict("prohibited/intimate-material-use") == "breached"
    assert judge(f"systems: {{s: {{{used}, illegal_media_used_for: []}}}}").verdict("prohibited/intimate-material-use") == "met"


def test_trap_28_consent_helps_against_one_of_the_two_new_bans_only(judge):
    """Wrong: consent solves the new ban."""
    system = f"{PROVIDER}, generates_content: [image], generates_realistic_people: true, illegal_media_intended: [non_consensual_intimate, child_sexual_abuse], depicted_persons_consent: true"
    found = judge(f"systems: {{s: {{{system}}}}}")
    assert found.verdict("prohibited/intimate-material-offer") == "exempt"
    assert found.verdict("prohibited/child-abuse-material-offer") == "breached"


def test_trap_29_pure_verification_is_not_high_risk(judge):
    """Wrong: biometrics are high-risk."""
    face = f"{PROVIDER}, annex_iii_uses: [remote_biometric_identification], identifies_without_active_involvement: true, infers_emotions: false, article_6_3_claimed: false"
    assert judge(f"systems: {{s: {{{face}, biometric_verification_only: true}}}}").fact("system.high_risk_annex_iii") is False
    assert judge(f"systems: {{s: {{{face}, biometric_verification_only: false}}}}").fact("system.high_risk_annex_iii") is True
    kiosk = face.replace("identifies_without_active_involvement: true", "identifies_without_active_involvement: false")
    found = judge(f"systems: {{s: {{{kiosk}, biometric_verification_only: false}}}}")
    assert found.fact("system.high_risk_annex_iii") is False
    assert found.fact("system.high_risk_remote_identification") is False
    assert found.fact("system.annex_iii_biometrics") is False


def test_trap_30_not_all_insurance_and_fraud_ai_is_high_risk(judge):
    """Wrong: insurance and fraud AI are high-risk."""
    base = f"{PROVIDER}, output_concerns_persons: true, infers_emotions: false, article_6_3_claimed: false"
    assert judge(f"systems: {{car: {{{base}, annex_iii_uses: []}}}}").fact("system.high_risk_annex_iii") is False
    assert judge(f"systems: {{life: {{{base}, annex_iii_uses: [life_health_insurance]}}}}").fact("system.high_risk_annex_iii") is True
    assert judge(f"systems: {{fraud: {{{base}, annex_iii_uses: [creditworthiness], fraud_detection_only: true}}}}").fact("system.high_risk_annex_iii") is False
    assert judge(f"systems: {{credit: {{{base}, annex_iii_uses: [creditworthiness], fraud_detection_only: false}}}}").fact("system.high_risk_annex_iii") is True


def test_trap_31_the_fundamental_rights_assessment_is_not_only_for_public_bodies(judge):
    """Wrong: it is for public bodies; or: for every deployer of Annex III."""
    base = f"{DEPLOYER}, output_concerns_persons: true, infers_emotions: false, article_6_3_claimed: false, on_eu_market_since: 2028-01-10, design_changed_after_cutoff: false, fria: false"
    rule = "deployer/fundamental-rights-impact-assessment"
    assert judge(f"systems: {{s: {{{base}, annex_iii_uses: [creditworthiness], fraud_detection_only: false}}}}").verdict(rule) == "breached"
    assert judge(f"systems: {{s: {{{base}, annex_iii_uses: [life_health_insurance]}}}}").verdict(rule) == "breached"
    assert judge(f"systems: {{s: {{{base}, annex_iii_uses: [recruitment]}}}}").verdict(rule) == "out_of_scope"
    town = "company: {name: Town, public_functions: [public_authority]}\n"
    assert judge(town + f"systems: {{s: {{{base}, annex_iii_uses: [recruitment]}}}}").verdict(rule) == "breached"
    assert judge(town + f"systems: {{s: {{{base}, annex_iii_uses: [critical_infrastructure], critical_infrastructure_safety_component: true}}}}").verdict(rule) == "out_of_scope"


def test_trap_32_ai_in_a_regulated_product_is_high_risk_only_on_two_conditions(judge):
    """Wrong: AI in a regulated product is high-risk."""

    def high(facts):
        return judge(f"systems: {{s: {{{PROVIDER}, annex_i_products: [medical_devices], {facts}}}}}").fact("system.high_risk_annex_i")

    assert high("safety_role: none, third_party_assessment_required: true, third_party_assessment_non_safety_only: false") is False
    assert high("safety_role: product, third_party_assessment_required: false, third_party_assessment_non_safety_only: false") is False
    assert high("safety_role: product, third_party_assessment_required: true, third_party_assessment_non_safety_only: false") is True
    assert high("safety_role: product, third_party_assessment_required: true, third_party_assessment_non_safety_only: true") is False
    component = "safety_role: safety_component, third_party_assessment_required: true, third_party_assessment_non_safety_only: false"
    assert high(f"{component}, non_safety_function_only: true, failure_endangers_safety: false") is False
    assert high(f"{component}, non_safety_function_only: true, failure_endangers_safety: true") is True


def test_trap_33_machinery_left_section_a(judge):
    """Wrong: AI in machinery follows Chapter III."""
    machine = f"systems: {{s: {{{PROVIDER}, annex_i_products: [machinery], annex_iii_uses: [], infers_emotions: false, safety_role: safety_component, failure_endangers_safety: true, third_party_assessment_required: true, third_party_assessment_non_safety_only: false, risk_management: false}}}}"
    before, after = judge(machine, "2026-07-26"), judge(machine, "2026-07-27")
    assert (before.fact("system.chapter_iii_duties"), after.fact("system.chapter_iii_duties")) == (True, False)
    assert before.binds("high-risk-provider/risk-management") == ("upcoming", day("2027-08-02"))
    assert after.verdict("high-risk-provider/risk-management") == "out_of_scope"
    assert after.fact("system.high_risk_annex_i") is True


def test_trap_34_old_systems_are_not_safe_for_ever(judge):
    """Wrong: what was on the market before stays outside."""
    old = f"{PROVIDER}, {CV}, on_eu_market_since: 2024-05-01, risk_management: false"
    unchanged = "design_changed_after_cutoff: false, intended_for_public_authorities: false"
    assert judge(f"systems: {{s: {{{old}, {unchanged}}}}}").verdict("high-risk-provider/risk-management") == "exempt"
    assert judge(f"systems: {{s: {{{old}, design_changed_after_cutoff: true}}}}", "2028-01-10").verdict("high-risk-provider/risk-management") == "breached"
    town = judge(f"systems: {{s: {{{old}, design_changed_after_cutoff: false, intended_for_public_authorities: true}}}}")
    assert (town.verdict("high-risk-provider/risk-management"), town.finding("high-risk-provider/risk-management").applies_from) == ("breached", day("2030-08-02"))
    banned = judge(f"systems: {{s: {{{old}, {unchanged}, {WORKPLACE_EMOTIONS}}}}}")
    assert (banned.verdict("prohibited/emotions-at-work-and-school"), banned.finding("prohibited/emotions-at-work-and-school").timing) == ("breached", "in_force")


@pytest.mark.parametrize(
    ("change", "rule"), [("rebranded", "rebranding"), ("substantially_modified", "modification"), ("purpose_changed_to_high_risk", "new-purpose")]
)
def test_trap_35_a_deployer_can_become_provider(judge, change, rule):
    """Wrong: a deployer stays deployer."""
    changes = ", ".join(f"{name}: {'true' if name == change else 'false'}" for name in ("rebranded", "substantially_modified", "purpose_changed_to_high_risk"))
    found = judge(f"systems: {{s: {{{DEPLOYER}, {CV}, {changes}, developed_by_company: false, own_brand: false, provider_duties_kept_by_other_party: false, on_eu_market_since: 2028-01-10, design_changed_after_cutoff: false, risk_management: false}}}}")
    assert found.fact("system.company_is_provider") is True
    assert found.verdict(f"value-chain/provider-by-{rule}") == "exposed"
    assert found.verdict("high-risk-provider/risk-management") == "breached"


def test_trap_36_signing_a_code_gives_no_presumption(judge):
    """Wrong: who signs a code of practice is presumed to comply."""
    company = "company: {name: X, headcount: 5000, gpai_code_chapters_signed: [transparency, copyright, safety_security], transparency_code_signed: true, copyright_policy: false}\n"
    found = judge(
        company + f"systems: {{s: {{{PROVIDER}, generates_content: [image], marking_exception: none, machine_readable_marking: false}}}}\nmodels: {{m: {{{MODEL}}}}}"
    )
    assert found.verdict("general-purpose/copyright-policy") == "breached"
    assert found.verdict("transparency/mark-synthetic-content") == "breached"
    assert found.verdict("general-purpose/code-of-practice") == "clear"


def test_trap_37_an_iso_42001_certificate_gives_no_presumption(judge, program):
    """Wrong: ISO/IEC 42001 gives presumption of conformity. No rule of the pack so much as reads certificates."""
    company = "company: {name: X, headcount: 5000, certificates: [iso_42001], financial_institution: false}\n"
    system = f"systems: {{s: {{{PROVIDER}, {CV}, on_eu_market_since: 2028-01-10, design_changed_after_cutoff: false, quality_management: false}}}}"
    assert judge(company + system).verdict("high-risk-provider/quality-management") == "breached"
    assert [rule.id for rule in program.rules if rule.pack == "eu-ai-act" and "company.certificates" in repr((rule.applies, rule.condition, rule.unless))] == []


@pytest.mark.parametrize("at", ["2025-02-02", "2026-07-26", "2026-07-27", "2026-11-23"])
def test_trap_38_the_literacy_duty_was_not_repealed(judge, at):
    """Wrong: the amendment repealed Article 4."""
    found = judge(f"company: {{name: X, ai_literacy_measures: none}}\nsystems: {{s: {{{DEPLOYER}, free_open_source_release: false}}}}", at)
    assert (found.verdict("literacy/ai-literacy"), found.finding("literacy/ai-literacy").timing) == ("breached", "in_force")
    informal = judge(f"company: {{name: X, ai_literacy_measures: informal}}\nsystems: {{s: {{{DEPLOYER}, free_open_source_release: false}}}}", at)
    assert informal.verdict("literacy/ai-literacy") == "met"


def test_trap_39_the_ban_on_real_time_identification_does_not_cover_shops(judge):
    """Wrong: Article 5(1)(h) bans face recognition in shops."""
    camera = f"{DEPLOYER}, remote_biometric_identification: [real_time], used_in_public_spaces: true, rbi_objectives: [], annex_iii_uses: [remote_biometric_identification], identifies_without_active_involvement: true, biometric_verification_only: false, article_6_3_claimed: false"
    shop = judge(f"systems: {{s: {{{camera}, used_for_law_enforcement: false}}}}")
    assert shop.verdict("prohibited/real-time-identification") == "out_of_scope"
    assert shop.fact("system.high_risk_annex_iii") is True
    assert judge(f"systems: {{s: {{{camera}, used_for_law_enforcement: true}}}}").verdict("prohibited/real-time-identification") == "breached"


def test_trap_40_incident_deadlines_are_15_10_and_2_days_and_some_reports_go_to_the_ai_office(judge, installed):
    """Wrong: serious incidents are reported within 15 days, to the national authority."""
    summary = installed.texts("en").get("rules", "eu-ai-act/post-market/serious-incident-reporting", "summary")
    for days in ("15 days", "10 days", "2 days"):
        assert days in summary
    base = f"{PROVIDER}, {CV}, on_eu_market_since: 2028-01-10, design_changed_after_cutoff: false, annex_i_products: [], serious_incident_process: false, incident_reports_to_ai_office: false"
    company = "company: {name: X, financial_institution: false, public_functions: []}\n"
    own = judge(company + f"systems: {{s: {{{base}, built_on_general_purpose_model: true, model_of_same_group: true}}}}")
    assert own.verdict("post-market/serious-incident-reporting") == "breached"
    assert own.verdict("post-market/incidents-to-ai-office") == "breached"
    bought = judge(company + f"systems: {{s: {{{base}, built_on_general_purpose_model: true, model_of_same_group: false, part_of_vlop: false}}}}")
    assert bought.verdict("post-market/incidents-to-ai-office") == "out_of_scope"


def test_trap_41_the_national_authority_does_not_always_supervise(judge):
    """Wrong: supervision is always national."""
    company = "company: {name: X, financial_institution: false, public_functions: []}\n"

    def office(facts, head=company):
        return judge(head + f"systems: {{s: {{{PROVIDER}, {facts}}}}}").fact("system.ai_office_competent")

    own = "built_on_general_purpose_model: true, model_of_same_group: true, annex_iii_uses: [], annex_i_products: [], part_of_vlop: false"
    assert office(own) is True
    assert office(own.replace("model_of_same_group: true", "model_of_same_group: false")) is False
    assert office("part_of_vlop: true") is True
    assert office(own.replace("annex_i_products: []", "annex_i_products: [medical_devices]")) is False
    assert office(own.replace("annex_iii_uses: []", "annex_iii_uses: [critical_infrastructure]")) is False
    assert office(own, "company: {name: Bank, financial_institution: true, public_functions: []}\n") is False


@pytest.mark.parametrize(
    ("headcount", "turnover", "balance", "small_mid_cap"),
    [
        (749, "150_000_000 EUR", "900_000_000 EUR", True),
        (750, "100_000_000 EUR", "100_000_000 EUR", False),
        (749, "150_000_001 EUR", "129_000_000 EUR", True),
        (749, "150_000_001 EUR", "129_000_001 EUR", False),
        (249, "50_000_000 EUR", "43_000_000 EUR", False),
        (250, "50_000_000 EUR", "43_000_000 EUR", True),
        (1_499, "300_000_000 EUR", "250_000_000 EUR", False),
    ],
)
def test_trap_42_a_small_mid_cap_has_fewer_than_750_people(judge, headcount, turnover, balance, small_mid_cap):
    """Wrong: a small mid-cap has up to 1,500 people and EUR 300 million."""
    found = judge(f"company: {{name: X, headcount: {headcount}, worldwide_turnover: {turnover}, balance_sheet_total: {balance}}}\n")
    assert found.fact("company.is_small_mid_cap") is small_mid_cap
