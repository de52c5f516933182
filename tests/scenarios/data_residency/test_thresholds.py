"""Every threshold of the residency pack one below, at, and one above."""

from __future__ import annotations

import pytest

CHINESE_USERS = (
    "data_subject_countries: [CN], origin_country: CN, exporter_country: CN, eea_establishment_context: false, storage_countries: [CN, SG], "
    "backup_countries: [CN], processing_countries: [CN], remote_access_countries: [CN], recipient_country: SG, recipient_parent_country: CN, "
    "transfer_assessments: [cn_pipia]"
)
FROM_CHINA = "headquarters: CN, ultimate_parent_country: CN, establishments: [CN]"
AMERICAN = (
    "data_subject_countries: [US], origin_country: US, exporter_country: US, eea_establishment_context: false, storage_countries: [US], "
    "backup_countries: [US], processing_countries: [US], remote_access_countries: [US, CN], recipient_country: CN, recipient_parent_country: CN, "
    "us_person_gives_access: true, us_transaction: vendor, us_cisa_requirements_met: false"
)
COUNTS = (
    "us_persons_human_genomic", "us_persons_other_omic", "us_persons_biometric", "us_devices_geolocation", "us_persons_health", "us_persons_financial",
    "us_persons_identifiers",
)  # fmt: skip


@pytest.mark.parametrize(
    ("persons", "sensitive", "mechanism"),
    [
        (99_999, 0, "exempt"), (100_000, 0, "contract"), (100_001, 0, "contract"),
        (999_999, 0, "contract"), (1_000_000, 0, "assessment"), (1_000_001, 0, "assessment"),
        (0, 0, "exempt"), (0, 1, "contract"), (0, 2, "contract"),
        (0, 9_999, "contract"), (0, 10_000, "assessment"), (0, 10_001, "assessment"),
        (999_999, 9_999, "contract"), (99_999, 10_000, "assessment"),
    ],
)  # fmt: skip
def test_persons_exported_from_china_choose_the_mechanism(judge, persons, sensitive, mechanism):
    found = judge(CHINESE_USERS, company=f"{FROM_CHINA}, chinese_persons_exported: {persons}, chinese_sensitive_persons_exported: {sensitive}")
    told = {
        "exempt": found.fact("flow.cn_export_exempt"), "contract": found.fact("flow.cn_contract_or_certification_required"),
        "assessment": found.fact("flow.cn_assessment_required"),
    }  # fmt: skip
    assert told == {name: name == mechanism for name in told}
    assert found.verdict("cn/security-assessment") == ("breached" if mechanism == "assessment" else "out_of_scope")
    assert found.verdict("cn/contract-or-certification") == ("breached" if mechanism == "contract" else "out_of_scope")


@pytest.mark.parametrize(
    ("order", "flow", "company", "mechanism"),
    [
        ("core data before all", "data_categories: [core_data_cn]", "chinese_persons_exported: 2_000_000", None),
        ("important data at any volume", "data_categories: [important_data_cn]", "chinese_persons_exported: 0", "assessment"),
        ("important data before a contract with the person", "data_categories: [important_data_cn], cn_exemption_ground: contract_with_person", "", "assessment"),
        ("a contract with the person before the volume", "cn_exemption_ground: contract_with_person", "chinese_persons_exported: 2_000_000", "exempt"),
        ("a contract with the person before critical infrastructure", "cn_exemption_ground: emergency", "designations: [cn_ciio]", "exempt"),
        ("critical infrastructure at any volume", "", "designations: [cn_ciio], chinese_persons_exported: 1", "assessment"),
        ("a free-trade zone outside its list", "cn_on_negative_list: false", "chinese_free_trade_zone: true, chinese_persons_exported: 2_000_000", "exempt"),
        ("a free-trade zone on its list", "cn_on_negative_list: true", "chinese_free_trade_zone: true, chinese_persons_exported: 2_000_000", "assessment"),
    ],
)
def test_the_chinese_tests_are_read_in_the_order_of_table_b(judge, order, flow, company, mechanism):
    found = judge(f"{CHINESE_USERS}, {flow}" if flow else CHINESE_USERS, company=f"{FROM_CHINA}, {company}" if company else FROM_CHINA)
    told = {
        "exempt": found.fact("flow.cn_export_exempt"), "contract": found.fact("flow.cn_contract_or_certification_required"),
        "assessment": found.fact("flow.cn_assessment_required"),
    }  # fmt: skip
    assert [name for name, holds in told.items() if holds] == ([mechanism] if mechanism else []) or (mechanism is None and found.verdict("cn/core-data") == "breached"), order


@pytest.mark.parametrize(("stored", "verdict"), [(9_999_999, "out_of_scope"), (10_000_000, "out_of_scope"), (10_000_001, "breached")])
def test_handlers_of_more_than_ten_million_persons(judge, stored, verdict):
    """The catalogue says more than; the text of the Regulations may take exactly ten million in (note of the rule)."""
    company = f"{FROM_CHINA}, chinese_persons_stored: {stored}, cn_large_handler_measures: false"
    assert judge(company=company).verdict("cn/large-handler") == verdict


@pytest.mark.parametrize(
    ("count", "threshold"),
    [
        ("us_persons_human_genomic", 100), ("us_persons_other_omic", 1_000), ("us_persons_biometric", 1_000), ("us_devices_geolocation", 1_000),
        ("us_persons_health", 10_000), ("us_persons_financial", 10_000), ("us_persons_identifiers", 100_000),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("step", "bulk"), [(-1, False), (0, False), (1, True)])
def test_bulk_thresholds_of_the_united_states_are_passed_only_by_more(judge, count, threshold, step, bulk):
    others = ", ".join(f"{name}: 0" for name in COUNTS if name != count)
    found = judge(f"{AMERICAN}, {others}, {count}: {threshold + step}")
    assert found.fact("flow.us_bulk_data") is bulk
    assert found.verdict("us/restricted-transactions") == ("breached" if bulk else "out_of_scope")


@pytest.mark.parametrize(("genomic", "verdict"), [(99, "met"), (100, "met"), (101, "breached")])
def test_human_genomes_are_prohibited_from_101_persons(judge, genomic, verdict):
    others = ", ".join(f"{name}: 0" for name in COUNTS if name != "us_persons_human_genomic")
    found = judge(f"{AMERICAN}, {others}, us_persons_human_genomic: {genomic}, data_categories: [genetic_omic]")
    assert found.verdict("us/human-omic-data") == verdict


@pytest.mark.parametrize(("share", "covered"), [(49, False), (50, True), (51, True)])
def test_half_of_the_shares_make_a_covered_person(judge, share, covered):
    found = judge(company=f"countries_of_concern_ownership: {share}, sells_to_united_states: true")
    assert found.fact("company.us_covered_person") is covered
    assert found.verdict("us/covered-person-status") == ("exposed" if covered else "clear")


@pytest.mark.parametrize(("share", "verdict"), [(19, "met"), (20, "breached"), (21, "breached")])
def test_a_fifth_of_the_shares_makes_a_foreign_adversary(judge, share, verdict):
    flow = f"data_subject_countries: [US], data_categories: [health], recipient_foreign_adversary_ownership: {share}"
    assert judge(flow, company="data_broker: true").verdict("us/data-broker-foreign-adversary") == verdict


@pytest.mark.parametrize(("users", "verdict"), [(999_999, "out_of_scope"), (1_000_000, "out_of_scope"), (1_000_001, "exposed")])
def test_more_than_a_million_monthly_users_in_the_united_states(judge, users, verdict):
    found = judge(company=f"{FROM_CHINA}, pafaca_determination: true", system=f"user_generated_content: true, monthly_users_us: {users}")
    assert found.verdict("us/foreign-adversary-application") == verdict


@pytest.mark.parametrize(
    ("one", "together", "verdict"), [(23, 30, "clear"), (24, 39, "clear"), (25, 39, "exposed"), (24, 40, "exposed"), (24, 38, "clear")]
)
def test_secnumcloud_allows_24_for_one_holder_and_39_for_all(judge, one, together, verdict):
    company = f"largest_non_eu_holder_share: {one}, non_eu_holders_share: {together}"
    assert judge(company=company, customer="sovereignty_framework: secnumcloud").verdict("fr/secnumcloud-ownership") == verdict


@pytest.mark.parametrize(("reviewed", "verdict"), [("2025-11-24", "clear"), ("2025-11-23", "clear"), ("2025-11-22", "exposed")])
def test_an_assessment_is_due_for_review_after_twelve_months(judge, reviewed, verdict):
    flow = f"processing_countries: [IN], recipient_country: IN, transfer_mechanisms: [scc_eu], transfer_assessments: [eu_tia], tia_date: {reviewed}"
    assert judge(flow, "2026-11-23").verdict("eu/transfer-assessment-review") == verdict


@pytest.mark.parametrize(
    ("country", "reviewed", "verdict"), [("CN", "2025-12-31", "exposed"), ("CN", "2026-01-01", "clear"), ("US", "2026-06-11", "exposed"), ("US", "2026-06-12", "clear")]
)
def test_a_change_of_law_there_makes_an_assessment_stale_at_once(judge, country, reviewed, verdict):
    flow = f"processing_countries: [{country}], recipient_country: {country}, transfer_mechanisms: [scc_eu], transfer_assessments: [eu_tia], tia_date: {reviewed}"
    assert judge(flow, "2026-11-23").verdict("eu/transfer-assessment-review") == verdict


@pytest.mark.parametrize(("share", "verdict"), [("0", "met"), ("0.1", "breached")])
def test_any_share_of_the_chinese_state_is_a_nexus(judge, share, verdict):
    found = judge(company=f"chinese_state_ownership: {share}", customer="sovereignty_demand: no_cn_nexus")
    assert found.verdict("contract/chinese-control") == verdict


@pytest.mark.parametrize(("persons", "verdict"), [(9_999_999, "clear"), (10_000_000, "exposed"), (10_000_001, "exposed")])
def test_the_proposed_korean_surcharge_counts_from_ten_million_persons(judge, persons, verdict):
    flow = f"data_subject_countries: [KR], storage_countries: [SG], persons: {persons}"
    found = judge(flow, company="repeated_privacy_breach: false", proposed=True)
    assert found.verdict("kr/surcharge-ten-percent") == verdict
