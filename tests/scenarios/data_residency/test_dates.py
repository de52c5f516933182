"""Days on which residency law begins, changes or ends: the last day before and the first day of each."""

from __future__ import annotations

from datetime import date

import pytest

ON = "2026-11-23"
SCC = "transfer_mechanisms: [scc_eu]"


def stored_in(country: str, more: str = "") -> str:
    return f"storage_countries: [{country}], recipient_country: {country}, transfer_mechanisms: [adequacy, contractual]" + (f", {more}" if more else "")


@pytest.mark.parametrize(
    ("country", "day", "adequate"),
    [
        ("GB", "2026-11-23", True), ("GB", "2031-12-27", True), ("GB", "2031-12-28", False),
        ("BR", "2026-01-25", False), ("BR", "2026-01-26", True),
        ("KR", "2021-12-16", False), ("KR", "2021-12-17", True),
        ("CH", "2026-11-23", True), ("JP", "2026-11-23", True), ("SG", "2026-11-23", False), ("HK", "2026-11-23", False), ("KE", "2026-11-23", False),
    ],
)  # fmt: skip
def test_union_adequacy_on_the_day(judge, country, day, adequate):
    found = judge(stored_in(country), day)
    assert found.fact("flow.reaches_non_adequate_country") is not adequate
    assert found.verdict("eu/transfer-tool") == ("out_of_scope" if adequate else "breached")


def test_the_british_decision_needs_a_tool_on_the_day_after_its_end(judge):
    assert judge(f"{stored_in('GB')}, {SCC}, transfer_assessments: [eu_tia], tia_date: 2031-12-01", "2031-12-28").verdict("eu/transfer-tool") == "met"


@pytest.mark.parametrize(
    ("day", "member", "adequate"),
    [
        ("2018-05-25", True, True), ("2020-01-31", True, True), ("2020-12-31", True, True),
        ("2021-01-01", False, True), ("2021-06-27", False, True), ("2021-06-28", False, True), ("2026-11-23", False, True),
    ],
)  # fmt: skip
def test_the_united_kingdom_counts_as_a_member_until_the_end_of_2020_and_is_bridged_to_its_adequacy_decision(judge, day, member, adequate):
    """Membership ended on 31 January 2020, Union law applied until 31 December 2020, and no gap opened before 28 June 2021."""
    found = judge(stored_in("GB"), day)
    assert found.fact("flow.eu_transfer") is not member
    assert found.fact("flow.reaches_non_adequate_country") is not adequate


@pytest.mark.parametrize(("day", "member"), [("2013-06-30", False), ("2013-07-01", True)])
def test_croatia_is_a_member_since_july_2013(judge, day, member):
    assert judge("storage_countries: [HR]", day).fact("flow.sovereignty_l1") is member


@pytest.mark.parametrize("country", ["NO", "IS", "LI"])
def test_the_eea_is_more_than_the_union(judge, country):
    """A demand for the EU is not met by Norway, one for the EEA is, and the GDPR sees no transfer."""
    flow = f"storage_countries: [{country}], recipient_country: {country}"
    found = judge(flow, customer="residency_demand: eea, residency_scope: [storage]")
    assert found.fact("flow.eu_transfer") is False
    assert found.verdict("contract/storage-location") == "met"
    assert judge(flow, customer="residency_demand: eu, residency_scope: [storage]").verdict("contract/storage-location") == "breached"


def test_norway_is_a_country_and_never_false(judge):
    """Wrong: YAML 1.1 reads NO as False, in a list, as a single country and as a key."""
    found = judge("storage_countries: [NO], recipient_country: NO, exporter_country: NO", system="markets: {NO: true, SE: false}", company="headquarters: NO")
    flow = found.profile.subjects["flow"]["flow"].facts
    assert flow["storage_countries"].yes == {"NO"}
    assert flow["recipient_country"] == flow["exporter_country"] == found.profile.company.facts["headquarters"] == "NO"
    markets = found.profile.subjects["system"]["service"].facts["markets"]
    assert (markets.yes, markets.no) == ({"NO"}, {"SE"})
    assert found.fact("flow.gdpr_applies") is True


@pytest.mark.parametrize(("country", "eu", "cn_export", "us_concern"), [("HK", True, True, True), ("MO", True, True, True), ("TW", True, True, False)])
def test_hong_kong_macau_and_taiwan(judge, country, eu, cn_export, us_concern):
    """Outside the EU list, abroad for China, and only Hong Kong and Macau of concern for the United States."""
    assert judge(stored_in(country)).fact("flow.reaches_non_adequate_country") is eu
    flow = f"data_subject_countries: [CN], origin_country: CN, storage_countries: [CN, {country}], recipient_country: {country}, recipient_parent_country: {country}"
    found = judge(flow)
    assert found.fact("flow.cn_export") is cn_export
    assert found.fact("flow.us_covered_person_access") is us_concern


def test_hong_kong_has_model_clauses_and_no_ban(judge):
    """Section 33 of the ordinance is not in force: a remark, no breach."""
    found = judge("data_subject_countries: [HK], storage_countries: [SG], transfer_mechanisms: []")
    assert (found.verdict("hk/model-clauses"), found.severity("hk/model-clauses")) == ("exposed", "info")


@pytest.mark.parametrize(("day", "adequate"), [("2023-07-09", False), ("2023-07-10", True)])
def test_the_privacy_framework_begins(judge, day, adequate):
    found = judge("storage_countries: [US], recipient_country: US, transfer_mechanisms: [dpf], dpf_coverage: [eu_general]", day)
    assert found.fact("flow.reaches_non_adequate_country") is not adequate


@pytest.mark.parametrize(("day", "adequate"), [("2024-09-14", False), ("2024-09-15", True)])
def test_the_swiss_framework_begins(judge, day, adequate):
    flow = "data_subject_countries: [CH], storage_countries: [US], recipient_country: US, transfer_mechanisms: [dpf_swiss], dpf_coverage: [swiss]"
    assert judge(flow, day).verdict("ch/transfer-safeguard") == ("out_of_scope" if adequate else "breached")


@pytest.mark.parametrize(("day", "adequate"), [("2023-10-11", False), ("2023-10-12", True)])
def test_the_british_extension_begins(judge, day, adequate):
    flow = (
        "data_subject_countries: [GB], exporter_country: GB, eea_establishment_context: false, storage_countries: [US], recipient_country: US, "
        "transfer_mechanisms: [uk_us_bridge], dpf_coverage: [uk_extension]"
    )
    assert judge(flow, day).verdict("uk/transfer-tool") == ("out_of_scope" if adequate else "breached")


@pytest.mark.parametrize("edition", ["edition_2001", "edition_2004", "edition_2010"])
@pytest.mark.parametrize(("day", "timing"), [("2022-12-26", "upcoming"), ("2022-12-27", "in_force")])
def test_the_old_clauses_end(judge, edition, day, timing):
    found = judge(f"processing_countries: [IN], recipient_country: IN, {SCC}, scc_edition: {edition}", day)
    assert (found.verdict("eu/scc-edition"), found.timing("eu/scc-edition")) == ("breached", timing)


HEALTH = "data_categories: [health], company_role: processor"
AMERICAN = (
    "data_subject_countries: [US], us_person_gives_access: true, us_transaction: vendor, us_persons_identifiers: 150_000, recipient_country: CN, "
    "recipient_parent_country: CN, us_cisa_requirements_met: false, identifiability: pseudonymised"
)
CHINESE = "data_subject_countries: [CN], origin_country: CN, storage_countries: [CN, SG], recipient_country: SG"


@pytest.mark.parametrize(
    ("rule", "first", "changes"),
    [
        ("de/health-cloud-location", "2024-07-01", {"flow": f"{HEALTH}, processing_countries: [IN]", "customer": "sector: hospital"}),
        ("de/health-cloud-establishment", "2024-07-01", {"flow": HEALTH, "company": "establishments: [FR]", "customer": "sector: hospital"}),
        ("de/health-cloud-attestation", "2025-07-01", {"flow": HEALTH, "company": "certificates: [c5_type_1]", "customer": "sector: hospital"}),
        ("de/nis2-supplier-evidence", "2025-12-06", {"company": "supplier_security_evidence: false", "customer": "nis2_class: essential"}),
        ("fr/health-hosting-storage", "2024-11-16", {"flow": f"{HEALTH}, storage_countries: [IN]", "customer": "country: FR, sector: hospital"}),
        ("fr/health-hosting-access", "2024-11-16", {
            "flow": f"{HEALTH}, remote_access_countries: [IN]", "customer": "country: FR, sector: hospital, hds_access_disclosed: false",
        }),
        ("eu/data-act-switching", "2025-09-12", {"customer": "contract_terms: []"}),
        ("eu/data-act-switching-charges", "2027-01-12", {"customer": "switching_charges: true"}),
        ("eu/dora-contract-terms", "2025-01-17", {"customer": "sector: financial"}),
        ("eu/ehds-secondary-use", "2029-03-26", {
            "flow": "data_categories: [health], purpose: model_training, processing_countries: [IN]", "customer": "sector: hospital",
        }),
        ("uk/transfer-risk-assessment", "2026-02-05", {"flow": "data_subject_countries: [GB], exporter_country: GB, transfer_mechanisms: [idta]"}),
        ("us/restricted-transactions", "2025-04-08", {"flow": AMERICAN}),
        ("us/data-compliance-programme", "2025-10-06", {"flow": AMERICAN, "company": "us_data_security_programme: false"}),
        ("us/fisa-702-in-assessment", "2026-06-12", {
            "flow": "storage_countries: [US], recipient_country: US, transfer_mechanisms: [scc_eu], transfer_assessments: [eu_tia], tia_relies_on_fisa_702: true",
        }),
        ("us/data-broker-foreign-adversary", "2024-06-23", {
            "flow": "data_subject_countries: [US], data_categories: [health], recipient_country: CN", "company": "data_broker: true",
        }),
        ("cn/certification-conditions", "2026-01-01", {"flow": f"{CHINESE}, transfer_mechanisms: [cn_certification], cn_certification_valid: false"}),
        ("ru/first-recording", "2025-07-01", {"flow": "data_subject_countries: [RU]"}),
        ("br/transfer-clauses", "2025-08-23", {"flow": "data_subject_countries: [BR], storage_countries: [US]"}),
        ("vn/transfer-dossier", "2026-01-01", {"flow": "data_subject_countries: [VN], vn_first_transfer: 2025-01-01"}),
        ("my/transfer-abroad", "2025-04-01", {"flow": "data_subject_countries: [MY]"}),
        ("cl/transfer-abroad", "2026-12-01", {"flow": "data_subject_countries: [CL], comparable_protection: false"}),
        ("in/restricted-countries", "2027-05-13", {"flow": "data_subject_countries: [IN], in_state_access_conditions_met: false"}),
        ("in/significant-fiduciary-localisation", "2027-05-13", {
            "flow": "data_categories: [specified_data_in]", "company": "designations: [in_significant_data_fiduciary]",
        }),
        ("id/transfer-abroad", "2024-10-17", {"flow": "data_subject_countries: [ID], comparable_protection: false"}),
        ("sa/transfer-abroad", "2024-09-14", {"flow": "data_subject_countries: [SA]"}),
    ],
)  # fmt: skip
def test_a_rule_binds_from_its_first_day(judge, rule, first, changes):
    day = date.fromisoformat(first)
    before = judge(day=date.fromordinal(day.toordinal() - 1), **changes)
    on = judge(day=day, **changes)
    assert (before.timing(rule), on.timing(rule)) == ("upcoming", "in_force")
    assert before.finding(rule).applies_from == day
    assert on.verdict(rule) in ("breached", "exposed")


@pytest.mark.parametrize(("day", "timing"), [("2024-08-31", "upcoming"), ("2024-09-01", "in_force")])
def test_turkish_consent_alone_ended_in_september_2024(judge, day, timing):
    found = judge("data_subject_countries: [TR], transfer_mechanisms: [consent_derogation]", day)
    assert (found.verdict("tr/transfer-mechanism"), found.timing("tr/transfer-mechanism")) == ("breached", timing)


@pytest.mark.parametrize(("ends", "verdict"), [("2026-12-31", "out_of_scope"), ("2027-01-01", "exposed")])
def test_audit_periods_from_2027_need_the_new_edition_of_c5(judge, ends, verdict):
    company = f"certificates: [iso_27001, c5_type_2], c5_edition: c5_2020, c5_period_end: {ends}, c5_report_discloses_jurisdiction: true"
    assert judge(day=ends, company=company).verdict("de/c5-edition") == verdict


@pytest.mark.parametrize(("day", "bulk"), [("2025-04-07", None), ("2025-04-08", True)])
def test_american_thresholds_have_no_value_before_their_day(judge, day, bulk):
    assert judge(AMERICAN, day).fact("flow.us_bulk_data") is bulk


@pytest.mark.parametrize(("day", "decided"), [("2024-03-21", False), ("2024-03-22", True)])
def test_chinese_thresholds_begin_with_the_provisions_of_march_2024(judge, day, decided):
    """The thresholds before are not encoded: they are left open, never guessed."""
    found = judge(CHINESE, day, company="chinese_persons_exported: 150_000")
    assert (found.fact("flow.cn_contract_or_certification_required") is not None) is decided


def test_an_act_is_no_law_before_it_is_enacted(judge):
    """The ban of the FY2026 NDAA was enacted and in force on one day; the day before there is no finding at all."""
    changes = {"company": "headquarters: CN", "customer": "country: US, sector: defence_ministry, us_covered_ai_waiver: false"}
    assert judge(day="2025-12-17", **changes).findings("us/defence-covered-ai-ban") == []
    assert judge(day="2025-12-18", **changes).verdict("us/defence-covered-ai-ban") == "exposed"
