"""The 30 traps of the residency catalogue: the name states the trap, the docstring the wrong answer, the assertions the right one."""

from __future__ import annotations

from datetime import date

import pytest

from riskcheck.model.condition import ParameterRef
from riskcheck.model.parameters import ParameterBook

SCC = "transfer_mechanisms: [scc_eu]"
SCC_TIA = f"{SCC}, transfer_assessments: [eu_tia], tia_date: 2026-10-01"
SHANGHAI = "remote_access_countries: [DE, CN], recipient_country: CN, recipient_parent_country: CN, recipient_in_group: true"
INDIA = "processing_countries: [DE, IN], recipient_country: IN"
CHINA_OWNER = "headquarters: CN, ultimate_parent_country: CN"
DEMANDS_GERMANY = "residency_demand: named_country, residency_country: DE"
ALL_SCOPES = "residency_scope: [storage, processing, backup, support_access, telemetry]"
HOSPITAL = "sector: hospital, land_hospital_law_checked: true"
US_USERS = (
    "data_subject_countries: [US], origin_country: US, exporter_country: US, eea_establishment_context: false, storage_countries: [US], "
    "backup_countries: [US], processing_countries: [US], remote_access_countries: [US, CN], recipient_country: CN, "
    "recipient_parent_country: CN, us_person_gives_access: true, us_transaction: vendor, us_persons_identifiers: 150_000, us_cisa_requirements_met: false"
)
NO_US_BULK = (
    "us_persons_human_genomic: 0, us_persons_other_omic: 0, us_persons_biometric: 0, us_devices_geolocation: 0, us_persons_health: 0, us_persons_financial: 0"
)
CHINESE_USERS = (
    "data_subject_countries: [CN], origin_country: CN, exporter_country: CN, eea_establishment_context: false, storage_countries: [CN, SG], "
    "backup_countries: [CN], processing_countries: [CN], remote_access_countries: [CN], recipient_country: SG, recipient_parent_country: CN, "
    "transfer_assessments: [cn_pipia]"
)
FROM_CHINA = "headquarters: CN, ultimate_parent_country: CN, establishments: [CN]"


def test_the_clean_company_has_no_finding(judge):
    """What every other scenario here stands on."""
    found = judge()
    assert found.adverse() == set()
    assert found.open("eu") | found.open("contract") | found.open("de") == set()


def test_trap_01_an_on_call_team_in_shanghai_is_a_transfer_though_the_data_lie_in_frankfurt(judge):
    """Wrong: the data are stored in Frankfurt, so nothing leaves the EU."""
    found = judge(f"{SHANGHAI}, {SCC}")
    assert found.fact("flow.countries_reached").yes == {"DE", "CN"}
    assert found.verdict("eu/remote-access") == "breached"
    assert (found.verdict("eu/china-plaintext-access"), found.severity("eu/china-plaintext-access")) == ("exposed", "critical")
    cut = judge(SCC)
    assert cut.verdict("eu/remote-access") == cut.verdict("eu/china-plaintext-access") == "out_of_scope"


@pytest.mark.parametrize("custody", ["provider", "byok_in_provider_kms"])
def test_trap_02_encryption_with_keys_at_the_provider_is_no_effective_measure(judge, custody):
    """Wrong: the data are encrypted (or the customer brought its key), so foreign access is out of the question."""
    measures = "supplementary_measures: [encryption], recipient_parent_country: US"
    found = judge(f"{measures}, key_custody: {custody}", customer="key_demand: customer_only")
    assert found.verdict("eu/provider-held-keys") == "exposed"
    assert found.verdict("contract/customer-held-keys") == "breached"
    held = judge(f"{measures}, key_custody: customer_hyok", customer="key_demand: customer_only")
    assert (held.verdict("eu/provider-held-keys"), held.verdict("contract/customer-held-keys")) == ("clear", "met")


def test_trap_02_a_key_brought_into_the_provider_service_meets_only_the_demand_for_an_own_key(judge):
    """Wrong: bring-your-own-key and hold-your-own-key are the same demand."""
    assert judge("key_custody: byok_in_provider_kms", customer="key_demand: byok").verdict("contract/customer-held-keys") == "met"


def test_trap_03_adequacy_is_not_localisation(judge):
    """Wrong: Switzerland is adequate, so a customer that demands Germany is served."""
    found = judge(
        "storage_countries: [CH], recipient_country: CH, recipient_parent_country: CH, transfer_mechanisms: [adequacy]",
        customer=f"{DEMANDS_GERMANY}, residency_scope: [storage]",
    )
    assert found.adverse() == {"contract/storage-location"}
    assert found.verdict("eu/transfer-tool") == "out_of_scope"


def test_trap_04_signed_clauses_without_an_assessment_are_not_enough(judge):
    """Wrong: standard clauses are signed, so the transfer is lawful."""
    found = judge(f"{INDIA}, {SCC}")
    assert found.verdict("eu/transfer-tool") == "met"
    assert found.verdict("eu/transfer-impact-assessment") == "breached"
    assert judge(f"{INDIA}, {SCC_TIA}").verdict("eu/transfer-impact-assessment") == "met"


def test_trap_04_clauses_and_assessment_did_not_save_plaintext_access_from_china(judge):
    """Wrong: with clauses and an assessment on file a clear view from China is settled (TikTok had both)."""
    found = judge(f"{SHANGHAI}, {SCC_TIA}")
    assert found.verdict("eu/transfer-impact-assessment") == "met"
    assert found.verdict("eu/china-plaintext-access") == "exposed"
    assert judge(f"{SHANGHAI}, {SCC_TIA}, recipient_sees_plaintext: false").verdict("eu/china-plaintext-access") == "clear"
    assert judge(f"{SHANGHAI}, {SCC_TIA}, supplementary_measures: [technical_effective]").verdict("eu/china-plaintext-access") == "clear"


def test_trap_05_a_company_of_the_group_is_an_importer_of_its_own(judge):
    """Wrong: inside the group no transfer tool is needed."""
    assert judge(f"{INDIA}, recipient_in_group: true").verdict("eu/transfer-tool") == "breached"


def test_trap_05_the_own_branch_abroad_is_no_transfer_but_keeps_its_duties_of_security(judge):
    """Wrong: staff of the own branch abroad need standard clauses; or: they need nothing at all."""
    branch = "recipient_role: same_entity_branch, remote_access_countries: [DE, IN]"
    found = judge(f"{branch}, remote_access_risk_measures: false")
    assert found.verdict("eu/transfer-tool") == found.verdict("eu/remote-access") == "out_of_scope"
    assert found.verdict("eu/own-staff-abroad") == "breached"
    assert judge(f"{branch}, remote_access_risk_measures: true").verdict("eu/own-staff-abroad") == "met"


def test_trap_06_a_parent_in_china_without_access_is_no_transfer(judge):
    """Wrong: a Chinese parent makes every flow a transfer to China."""
    demand = "nis2_class: important, sovereignty_framework: seal, sovereignty_demand: no_cn_nexus"
    found = judge("recipient_parent_country: CN", company="ultimate_parent_country: CN", customer=demand)
    assert found.fact("flow.countries_reached").yes == {"DE"}
    assert found.verdict("eu/transfer-tool") == found.verdict("eu/transfer-impact-assessment") == "out_of_scope"
    assert found.verdict("eu/china-plaintext-access") == found.verdict("eu/remote-access") == "out_of_scope"
    assert {"eu/nis2-supplier-check", "contract/seal-tenders", "contract/chinese-control"} <= found.adverse()


def test_trap_07_training_is_a_new_purpose_with_its_own_basis_and_its_own_transfer(judge):
    """Wrong: logs that were collected lawfully may be moved to a training cluster."""
    found = judge(
        "used_for_training: true, training_basis_documented: false",
        more="purpose: model_training, processing_countries: [SG], recipient_country: SG, training_basis_documented: true",
    )
    assert found.verdict("eu/training-purpose", "flows/flow") == "breached"
    assert found.verdict("eu/transfer-tool", "flows/flow") == "out_of_scope"
    assert found.verdict("eu/training-purpose", "flows/second") == "met"
    assert found.verdict("eu/transfer-tool", "flows/second") == "breached"


def test_trap_08_a_consent_box_does_not_carry_the_whole_service(judge):
    """Wrong: users ticked a box, so Article 49 covers every day's transfers."""
    found = judge(f"{INDIA}, transfer_mechanisms: [consent_derogation], systematic: true")
    assert found.verdict("eu/routine-derogations") == "breached"
    assert judge(f"{INDIA}, transfer_mechanisms: [consent_derogation], systematic: false").verdict("eu/routine-derogations") == "met"


def test_trap_09_china_counts_all_flows_of_the_company_together(judge):
    """Wrong: each flow is counted by itself, so two flows below the threshold are free."""
    found = judge(
        CHINESE_USERS, company=f"{FROM_CHINA}, chinese_persons_exported: 120_000", more="transfer_mechanisms: [cn_certification], cn_certification_valid: true"
    )
    assert found.verdict("cn/contract-or-certification", "flows/flow") == "breached"
    assert found.verdict("cn/contract-or-certification", "flows/second") == "met"


def test_trap_09_the_questions_name_their_counting_windows(installed):
    """Wrong: one number of persons serves every law."""
    texts = installed.texts("en")
    assert "since 1 January" in texts.get("facts", "company.chinese_persons_exported", "ask")
    assert "12 months" in texts.get("facts", "flow.us_persons_identifiers", "ask")
    assert "5 business days" in texts.get("facts", "flow.authority_filings", "of")["tr_scc_5_days"]
    assert "60 days" in texts.get("facts", "flow.authority_filings", "of")["vn_dossier_60_days"]


def test_trap_09_the_gdpr_has_no_smallest_number(judge):
    """Wrong: one person's data are too few for the transfer rules."""
    assert judge(f"{INDIA}, persons: 1").verdict("eu/transfer-tool") == "breached"


@pytest.mark.parametrize(("first", "verdict"), [("2026-09-24", "met"), ("2026-09-23", "breached")])
def test_trap_09_vietnam_counts_60_days_from_the_first_transfer(judge, first, verdict):
    """Wrong: the dossier is due before the first transfer, or never."""
    flow = f"data_subject_countries: [VN], eea_establishment_context: false, exporter_country: VN, vn_first_transfer: {first}"
    assert judge(flow).verdict("vn/transfer-dossier") == verdict


def test_trap_09_turkey_wants_the_notice_even_where_the_contract_is_signed(judge):
    """Wrong: the signed Turkish contract is enough."""
    flow = "data_subject_countries: [TR], transfer_mechanisms: [tr_scc]"
    found = judge(flow)
    assert (found.verdict("tr/transfer-mechanism"), found.verdict("tr/contract-notice")) == ("met", "breached")
    assert judge(f"{flow}, authority_filings: [tr_scc_5_days]").verdict("tr/contract-notice") == "met"


@pytest.mark.parametrize("state", ["pseudonymised", "anonymised"])
def test_trap_10_de_identified_data_still_count_for_the_united_states(judge, state):
    """Wrong: hashed or anonymised data are outside the US Data Security Program."""
    found = judge(f"{US_USERS}, {NO_US_BULK}, identifiability: {state}")
    assert found.verdict("us/restricted-transactions") == "breached"
    assert found.verdict("us/de-identified-bulk-data") == "exposed"


def test_trap_10_de_identified_data_leave_european_and_chinese_transfer_law_only_if_anonymous(judge):
    """Wrong: what holds for the United States holds for the EU and China, or pseudonyms are enough."""
    assert judge(f"{INDIA}, identifiability: pseudonymised").verdict("eu/transfer-tool") == "breached"
    assert judge(f"{INDIA}, identifiability: anonymised").verdict("eu/transfer-tool") == "out_of_scope"
    company = f"{FROM_CHINA}, chinese_persons_exported: 2_000_000"
    assert judge(f"{CHINESE_USERS}, identifiability: pseudonymised", company=company).verdict("cn/security-assessment") == "breached"
    assert judge(f"{CHINESE_USERS}, identifiability: anonymised", company=company).verdict("cn/security-assessment") == "out_of_scope"


def test_trap_11_foreign_data_processed_in_china_and_returned_need_no_chinese_filing(judge):
    """Wrong: both directions are one matter; or: since China asks nothing, the way in is free as well."""
    there = "processing_countries: [CN], recipient_country: CN, recipient_parent_country: CN, data_subject_countries: [DE, KR]"
    company = "chinese_persons_exported: 2_000_000"
    found = judge(there, company=company)
    assert found.fact("flow.cn_export") is False
    assert found.verdict("cn/security-assessment") == found.verdict("cn/contract-or-certification") == "out_of_scope"
    assert found.verdict("eu/transfer-tool") == "breached"
    assert found.verdict("kr/overseas-transfer-basis") == "breached"
    assert judge(f"{US_USERS}, {NO_US_BULK}, processing_countries: [CN]").verdict("us/restricted-transactions") == "breached"
    assert judge(f"{there}, cn_data_mixed_in: true", company=company).verdict("cn/security-assessment") == "breached"


def test_trap_12_data_collected_directly_abroad_is_contested_and_high(judge):
    """Wrong: no exporter, no problem; or: a settled breach of the transfer rules."""
    found = judge("recipient_role: data_subject_direct, recipient_country: CN, storage_countries: [CN], exporter_country: CN")
    assert (found.verdict("eu/direct-collection"), found.severity("eu/direct-collection")) == ("exposed", "high")
    assert found.verdict("eu/transfer-tool") == "out_of_scope"


@pytest.mark.parametrize("hub", ["SG", "HK"])
def test_trap_13_a_hub_in_singapore_or_hong_kong_gives_no_relief(judge, hub):
    """Wrong: data in Singapore or Hong Kong are out of China's reach."""
    found = judge(f"storage_countries: [{hub}], recipient_country: {hub}, remote_access_countries: [{hub}, CN], {SCC_TIA}")
    assert found.fact("flow.reaches_non_adequate_country") is True
    assert found.verdict("eu/china-plaintext-access") == "exposed"


@pytest.mark.parametrize("place", ["HK", "MO"])
def test_trap_13_hong_kong_and_macau_are_of_concern_for_the_united_states_and_abroad_for_china(judge, place):
    """Wrong: Hong Kong and Macau are either China everywhere or nowhere."""
    us = US_USERS.replace("[US, CN]", f"[US, {place}]").replace("recipient_country: CN, recipient_parent_country: CN", f"recipient_country: {place}")
    assert judge(f"{us}, {NO_US_BULK}").verdict("us/restricted-transactions") == "breached"
    out = CHINESE_USERS.replace("SG", place)
    found = judge(out, company=f"{FROM_CHINA}, chinese_persons_exported: 1_000_000")
    assert found.fact("flow.cn_export") is True
    assert found.verdict("cn/security-assessment") == "breached"


def test_trap_13_taiwan_is_abroad_for_china_but_not_of_concern_for_the_united_states(judge):
    """Wrong: Taiwan is treated as the mainland."""
    found = judge(CHINESE_USERS.replace("SG", "TW"), company=f"{FROM_CHINA}, chinese_persons_exported: 1_000_000")
    assert found.verdict("cn/security-assessment") == "breached"
    us = US_USERS.replace("[US, CN]", "[US, TW]").replace("recipient_country: CN, recipient_parent_country: CN", "recipient_country: TW, recipient_parent_country: TW")
    assert judge(f"{us}, {NO_US_BULK}").verdict("us/restricted-transactions") == "out_of_scope"


@pytest.mark.parametrize("country", ["JP", "KR", "BR"])
def test_trap_14_japan_korea_and_brazil_are_on_the_union_list_but_not_on_the_swiss_one(judge, country):
    """Wrong: one list of adequate countries serves the EU and Switzerland."""
    flow = f"storage_countries: [{country}], recipient_country: {country}, transfer_mechanisms: [adequacy]"
    assert judge(flow).verdict("eu/transfer-tool") == "out_of_scope"
    assert judge(f"{flow}, data_subject_countries: [CH]").verdict("ch/swiss-list") == "breached"


def test_trap_14_brazil_is_not_on_the_british_list_and_union_clauses_alone_do_not_bind_there(judge):
    """Wrong: EU adequacy or EU clauses serve British data."""
    british = "data_subject_countries: [GB], exporter_country: GB, eea_establishment_context: false"
    brazil = judge(f"{british}, storage_countries: [BR], recipient_country: BR, transfer_mechanisms: [adequacy]")
    assert brazil.verdict("uk/transfer-tool") == "breached"
    clauses = judge(f"{british}, storage_countries: [US], recipient_country: US, {SCC}")
    assert clauses.verdict("uk/transfer-tool") == "breached"
    addendum = judge(f"{british}, storage_countries: [US], recipient_country: US, transfer_mechanisms: [scc_eu, uk_addendum]")
    assert addendum.verdict("uk/transfer-tool") == "met"


@pytest.mark.parametrize(
    ("coverage", "categories", "verdict"),
    [("[]", "[account]", "breached"), ("[eu_general]", "[account]", "met"), ("[eu_general]", "[employment]", "breached"), ("[eu_hr]", "[employment]", "met"), ("[swiss]", "[account]", "breached")],
)  # fmt: skip
def test_trap_15_the_framework_covers_an_entity_and_a_kind_of_data_not_a_brand(judge, coverage, categories, verdict):
    """Wrong: the vendor's brand is on the list."""
    flow = f"storage_countries: [US], recipient_country: US, transfer_mechanisms: [dpf, contractual], dpf_coverage: {coverage}, data_categories: {categories}"
    assert judge(flow).verdict("eu/dpf-listing") == verdict


def test_trap_15_the_british_extension_and_the_swiss_framework_are_separate(judge):
    """Wrong: a listing for the EU covers British and Swiss data."""
    us = "storage_countries: [US], recipient_country: US, transfer_mechanisms: [dpf]"
    british = f"{us}, data_subject_countries: [GB], exporter_country: GB, eea_establishment_context: false"
    assert judge(f"{british}, dpf_coverage: [eu_general]").verdict("uk/us-extension") == "breached"
    assert judge(f"{british}, dpf_coverage: [eu_general, uk_extension]").verdict("uk/us-extension") == "met"
    swiss = f"{us}, data_subject_countries: [CH]"
    assert judge(f"{swiss}, dpf_coverage: [eu_general]").verdict("ch/transfer-safeguard") == "breached"
    assert judge(f"{swiss}, dpf_coverage: [eu_general, swiss]").verdict("ch/transfer-safeguard") == "out_of_scope"


def test_trap_16_germany_has_no_general_localisation_law(judge):
    """Wrong: German law asks that data stay in Germany."""
    abroad = "storage_countries: [FR], backup_countries: [FR], processing_countries: [FR], recipient_country: FR"
    assert judge(abroad).adverse() == set()
    wish = judge(abroad, customer=f"{DEMANDS_GERMANY}, residency_scope: [storage, backup, processing]")
    assert wish.adverse() == {"contract/storage-location", "contract/backup-location", "contract/processing-location"}


GERMAN_HEALTH = "data_categories: [health], company_role: processor, recipient_role: sub_processor, scc_module: processor_to_processor"


@pytest.mark.parametrize(
    ("flow", "company", "wrong"),
    [
        ("", "certificates: [iso_27001, c5_type_2], c5_report_discloses_jurisdiction: true", ""),
        (f"{INDIA}, {SCC_TIA}", "certificates: [iso_27001, c5_type_2], c5_report_discloses_jurisdiction: true", "location"),
        ("", "certificates: [iso_27001, c5_type_2], c5_report_discloses_jurisdiction: true, establishments: [FR]", "establishment"),
        ("", "", "attestation"),
        ("", "certificates: [iso_27001, c5_type_1], c5_report_discloses_jurisdiction: true", "attestation"),
    ],
)
def test_trap_17_section_393_asks_for_location_and_establishment_and_attestation(judge, flow, company, wrong):
    """Wrong: one of the three is enough."""
    found = judge(f"{GERMAN_HEALTH}, {flow}" if flow else GERMAN_HEALTH, company=company, customer=HOSPITAL)
    for part in ("location", "establishment", "attestation"):
        assert found.verdict(f"de/health-cloud-{part}") == ("breached" if part == wrong else "met"), part


def test_trap_18_clauses_do_not_open_a_sector_rule_of_localisation(judge):
    """Wrong: standard clauses and an assessment cure localisation too."""
    social = judge(f"{INDIA}, {SCC_TIA}, data_categories: [social_data_de]", customer="sector: health_insurer")
    assert social.verdict("eu/transfer-tool") == social.verdict("eu/transfer-impact-assessment") == "met"
    assert social.verdict("de/social-data-location") == social.verdict("de/health-cloud-location") == "breached"
    assert social.severity("de/social-data-location") == "critical"
    french = judge(f"storage_countries: [IN], recipient_country: IN, {SCC_TIA}, data_categories: [health]", customer="country: FR, sector: hospital")
    assert french.verdict("fr/health-hosting-storage") == "breached"
    payments = "data_categories: [payment_system_data], storage_countries: [IN, SG], backup_countries: [IN]"
    assert judge(f"{payments}, {SCC_TIA}", customer="country: IN, sector: financial").verdict("in/payment-data") == "breached"
    assert judge(f"data_subject_countries: [RU], first_storage_country: DE, {SCC_TIA}").verdict("ru/first-recording") == "breached"


@pytest.mark.parametrize("certificate", ["c5_type_2", "iso_42001"])
def test_trap_19_no_certificate_proves_residency(judge, certificate):
    """Wrong: a C5 attestation or ISO 42001 shows where the data lie."""
    found = judge(
        "storage_countries: [US], recipient_country: US", company=f"certificates: [iso_27001, {certificate}], c5_report_discloses_jurisdiction: true",
        customer=f"{DEMANDS_GERMANY}, residency_scope: [storage]",
    )  # fmt: skip
    assert found.verdict("contract/storage-location") == "breached"
    assert found.verdict("eu/transfer-tool") == "breached"


def test_trap_19_the_attestation_of_the_host_does_not_cover_the_layer_of_the_vendor(judge):
    """Wrong: the data centre is attested, so the service is."""
    found = judge(f"{GERMAN_HEALTH}, host_certificates: [c5_type_2]", customer=f"{HOSPITAL}, certificates_demanded: [c5]")
    assert found.verdict("de/health-cloud-attestation") == "breached"
    assert found.verdict("contract/certificates-demanded") == "breached"


def test_trap_20_the_european_region_of_an_american_host_meets_residency_but_not_control(judge):
    """Wrong: an EU region settles sovereignty; or: an American owner breaks a demand for residency."""
    scope = "residency_demand: eu, residency_scope: [storage, processing]"
    without = judge("host_parent_country: US", customer=scope)
    assert without.verdict("contract/storage-location") == without.verdict("contract/processing-location") == "met"
    assert without.verdict("contract/us-control") == without.verdict("us/cloud-act-reach") == "out_of_scope"
    demanded = judge("host_parent_country: US", customer=f"{scope}, sovereignty_demand: no_us_nexus")
    assert demanded.verdict("contract/storage-location") == "met"
    assert (demanded.verdict("contract/us-control"), demanded.verdict("us/cloud-act-reach")) == ("breached", "exposed")


def test_trap_21_backups_and_abuse_monitoring_are_flows(judge):
    """Wrong: only the live database counts."""
    found = judge(
        "backup_countries: [DE, US]", customer=f"{DEMANDS_GERMANY}, {ALL_SCOPES}",
        more="purpose: abuse_monitoring, backup_countries: [DE], remote_access_countries: [DE, PH], recipient_country: PH",
    )  # fmt: skip
    assert found.verdict("contract/storage-location", "flows/flow") == "met"
    assert found.verdict("contract/backup-location", "flows/flow") == "breached"
    assert found.verdict("eu/transfer-tool", "flows/flow") == "breached"
    assert found.verdict("contract/telemetry-location", "flows/second") == "breached"
    assert found.verdict("eu/transfer-tool", "flows/second") == "breached"
    assert judge("transfer_map_complete: false").verdict("eu/transfer-map") == "breached"


def test_trap_22_storage_is_pinned_but_inference_overflows_to_another_region(judge):
    """Wrong: where data are stored, there they are processed."""
    found = judge("processing_countries: [DE, US]", customer=f"{DEMANDS_GERMANY}, residency_scope: [storage, processing]")
    assert found.verdict("contract/storage-location") == "met"
    assert found.verdict("contract/processing-location") == "breached"
    open_end = judge("processing_countries: untold", customer=f"{DEMANDS_GERMANY}, residency_scope: [storage, processing]")
    assert (open_end.verdict("contract/storage-location"), open_end.verdict("contract/processing-location")) == ("met", "unknown")


def test_trap_23_a_local_copy_is_no_ban_on_copies_abroad_and_the_reverse(judge):
    """Wrong: every localisation law keeps the data in; or: a local copy satisfies every one of them."""
    local_first = "data_subject_countries: [RU], first_storage_country: RU, storage_countries: [RU, DE], authority_filings: [ru_roskomnadzor]"
    assert judge(local_first).adverse("ru") == set()
    assert judge("data_subject_countries: [KZ], storage_countries: [KZ, DE]").verdict("kz/local-database") == "met"
    assert judge("data_subject_countries: [KZ]").verdict("kz/local-database") == "breached"
    vietnam = {"system": "markets: [VN]", "company": "subsidiaries: [DE, VN]"}
    assert judge("data_subject_countries: [VN], storage_countries: [VN, SG]", **vietnam).verdict("vn/local-storage") == "clear"
    assert judge("data_subject_countries: [VN], storage_countries: [SG]", **vietnam).verdict("vn/local-storage") == "exposed"
    indian = "data_categories: [payment_system_data], storage_countries: [IN{more}], backup_countries: [IN]"
    assert judge(indian.format(more=""), customer="country: IN").verdict("in/payment-data") == "met"
    assert judge(indian.format(more=", DE"), customer="country: IN").verdict("in/payment-data") == "breached"


SELF_HOSTED = "delivery_model: open_weights_self_hosted, remote_access_countries: [], telemetry_to_vendor: false"


def test_trap_24_weights_run_by_the_customer_are_free_of_transfer_rules_only_without_telemetry(judge):
    """Wrong: self-hosted is always free; or: it never is."""
    us = "storage_countries: [US], processing_countries: [US], recipient_country: US"
    free = judge(f"{us}, {SELF_HOSTED}")
    assert free.fact("flow.vendor_out_of_reach") is True
    assert free.adverse() == set()
    assert judge(f"{us}, {SELF_HOSTED.replace('false', 'true')}").verdict("eu/transfer-tool") == "breached"
    assert judge(f"{us}, {SELF_HOSTED.replace('[]', '[DE]')}").verdict("eu/transfer-tool") == "breached"
    assert judge(f"{us}, {SELF_HOSTED.replace('false', 'untold')}").verdict("eu/transfer-tool") == "unknown"


@pytest.mark.parametrize(
    ("rule", "customer"),
    [
        ("us/defence-covered-ai-ban", "country: US, sector: defence_contractor, us_covered_ai_waiver: false"),
        ("us/state-government-bans", "country: US-TX, sector: regional_government"),
        ("tw/public-sector-ban", "country: TW, public_body: true"),
        ("au/government-ban", "country: AU, public_body: true"),
    ],
)
def test_trap_24_bans_on_the_maker_reach_weights_that_the_customer_runs(judge, rule, customer):
    """Wrong: where the vendor sees nothing, no ban can apply."""
    assert judge(SELF_HOSTED, company=CHINA_OWNER, customer=customer).verdict(rule) == "exposed"
    assert judge(SELF_HOSTED, customer=customer).verdict(rule) == "clear"


def test_trap_25_a_representative_is_no_establishment(judge):
    """Wrong: with a representative there is one lead authority."""
    found = judge("eea_establishment_context: false", company=f"{FROM_CHINA}, representatives: [gdpr_eu], gdpr_applicability_denied: false")
    assert found.verdict("eu/eu-representative") == "met"
    assert found.verdict("eu/lead-authority") == "exposed"
    bare = judge("eea_establishment_context: false", company=f"{FROM_CHINA}, gdpr_applicability_denied: false, processing_occasional_low_risk: false")
    assert bare.verdict("eu/eu-representative") == "breached"
    assert judge().verdict("eu/lead-authority") == "clear"


def test_trap_26_a_public_claim_that_data_stay_must_be_true(judge):
    """Wrong: a sentence on the website is no matter of law."""
    found = judge(f"{SHANGHAI}, {SCC_TIA}", company="residency_claim: eu")
    assert found.verdict("contract/public-residency-claim") == "exposed"
    assert judge(company="residency_claim: eu").verdict("contract/public-residency-claim") == "clear"
    named = "residency_claim: named_countries, residency_claim_countries: [{}]"
    assert judge(company=named.format("DE")).verdict("contract/public-residency-claim") == "clear"
    assert judge(company=named.format("FR")).verdict("contract/public-residency-claim") == "exposed"


def test_trap_27_chinese_law_limits_answers_to_foreign_courts_for_data_in_china(judge):
    """Wrong: where European data are stored in China, European orders can still be obeyed."""
    found = judge("storage_countries: [DE, CN]", company="foreign_authority_request_received: true, cn_authority_approval: false")
    assert found.verdict("cn/foreign-authority-requests") == found.verdict("cn/orders-of-eu-authorities") == "exposed"
    kept_out = judge(company="foreign_authority_request_received: true, cn_authority_approval: false")
    assert kept_out.verdict("cn/foreign-authority-requests") == "out_of_scope"
    assert kept_out.verdict("cn/orders-of-eu-authorities") == "clear"


def test_trap_27_the_conflict_names_both_laws(program):
    """Wrong: two findings that contradict each other."""
    by_id = {rule.id.removeprefix("data-residency/"): rule for rule in program.rules}
    forbidden, compelled = by_id["cn/orders-of-eu-authorities"].conflict
    assert forbidden.act in {"cn-pipl", "cn-dsl"}
    assert compelled.act == "gdpr"
    assert {name for name, rule in by_id.items() if rule.conflict and rule.pack == "data-residency"} == {
        "cn/foreign-authority-requests", "cn/orders-of-eu-authorities", "cn/orders-of-us-authorities", "eu/china-plaintext-access",
        "eu/us-orders-and-article-48",
    }  # fmt: skip


def test_trap_28_the_fine_is_measured_by_the_group(judge):
    """Wrong: the small local subsidiary's turnover caps the fine."""
    found = judge(INDIA, company="worldwide_turnover: 1_000_000_000 EUR")
    ceilings = {exposure.family: exposure.amount.most for exposure in found.assessment.exposures if exposure.amount}
    assert ceilings["gdpr-upper-tier"] == 40_000_000
    small = judge(INDIA, company="worldwide_turnover: 100_000_000 EUR")
    assert {e.family: e.amount.most for e in small.assessment.exposures if e.amount}["gdpr-upper-tier"] == 20_000_000


def test_trap_29_the_chinese_thresholds_of_2022_are_gone(judge):
    """Wrong: 100,000 persons exported, or a million in store, need a security assessment."""
    company = f"{FROM_CHINA}, chinese_persons_exported: 150_000, chinese_persons_stored: 1_500_000"
    found = judge(CHINESE_USERS, company=company)
    assert found.verdict("cn/security-assessment") == "out_of_scope"
    assert found.verdict("cn/contract-or-certification") == "breached"
    few = judge(CHINESE_USERS, company=company.replace("150_000", "50_000"))
    assert few.fact("flow.cn_export_exempt") is True
    assert few.verdict("cn/security-assessment") == few.verdict("cn/contract-or-certification") == "out_of_scope"


def test_trap_30_what_is_not_yet_law_is_no_breach_today(judge):
    """Wrong: proposals and coming laws fire as breaches."""
    flow = "data_subject_countries: [IN, CL, KR, JP], data_categories: [health, specified_data_in], purpose: model_training, storage_countries: [CN]"
    changes = {
        "company": "ultimate_parent_country: CN, designations: [in_significant_data_fiduciary], repeated_privacy_breach: true",
        "customer": "public_body: true, nis2_class: essential, sector: hospital, switching_charges: true",
    }
    found = judge(flow, **changes)
    rules = {finding.rule for finding in found.of_pack()}
    for proposed in ("eu/cada-public-buyers", "eu/csa2-high-risk-supplier", "kr/surcharge-ten-percent", "us/federal-agencies-bill"):
        assert f"data-residency/{proposed}" not in rules
    for coming in ("eu/ehds-secondary-use", "in/restricted-countries", "in/significant-fiduciary-localisation", "cl/transfer-abroad", "eu/data-act-switching-charges"):
        assert found.timing(coming) == "upcoming", coming
    asked = judge(flow, proposed=True, **changes)
    for proposed in ("eu/cada-public-buyers", "eu/csa2-high-risk-supplier", "kr/surcharge-ten-percent"):
        assert asked.verdict(proposed) == "exposed"


def test_trap_30_nothing_before_its_date_is_above_medium(program):
    """Wrong: the horizon weighs like the law of the day."""
    day = date(2026, 11, 23)
    book = ParameterBook(program.parameters, day)
    later = [
        rule for rule in program.rules
        if rule.pack == "data-residency" and (rule.status == "proposed" or ((start := _first_day(rule, book)) is not None and start > day))
    ]  # fmt: skip
    assert {rule.id.partition("/")[2] for rule in later} == {
        "eu/cada-public-buyers", "eu/csa2-high-risk-supplier", "kr/surcharge-ten-percent", "us/federal-agencies-bill", "de/c5-edition", "cl/transfer-abroad",
        "eu/ehds-secondary-use", "in/restricted-countries", "in/significant-fiduciary-localisation", "eu/data-act-switching-charges",
    }  # fmt: skip
    assert [rule.id for rule in later if rule.severity in ("critical", "high")] == []


def _first_day(rule, book):
    return book.value(rule.begins.name) if isinstance(rule.begins, ParameterRef) else rule.begins
