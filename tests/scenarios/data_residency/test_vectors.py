"""The ten regression vectors of the residency catalogue: what must fire, what must not."""

from __future__ import annotations

SCC = "transfer_mechanisms: [scc_eu]"
CHINESE_USERS = (
    "data_subject_countries: [CN], origin_country: CN, exporter_country: CN, eea_establishment_context: false, storage_countries: [CN, SG], "
    "backup_countries: [CN], processing_countries: [CN], remote_access_countries: [CN], recipient_country: SG, recipient_parent_country: CN, "
    "transfer_assessments: [cn_pipia]"
)
FROM_CHINA = "headquarters: CN, ultimate_parent_country: CN, establishments: [CN], designations: []"
DPF = {"eu/dpf-listing", "eu/dpf-fallback"}
ARTICLE_46 = {
    "eu/transfer-tool", "eu/transfer-impact-assessment", "eu/transfer-assessment-review", "eu/china-plaintext-access", "eu/provider-held-keys",
    "eu/scc-edition", "eu/scc-module", "eu/scc-importer-under-gdpr", "eu/binding-corporate-rules",
}  # fmt: skip


def test_t1_singapore_with_access_from_china_clauses_and_no_assessment(judge):
    """EU users, stored in Singapore, seen from China; the notice is silent."""
    found = judge(
        "storage_countries: [SG], backup_countries: [SG], processing_countries: [SG], remote_access_countries: [SG, CN], recipient_country: SG, "
        f"recipient_parent_country: CN, {SCC}, notice_names_countries: false"
    )
    assert {"eu/transfer-impact-assessment", "eu/china-plaintext-access", "sg/hub-for-eu-data", "eu/transfer-notice"} <= found.adverse()
    assert found.adverse().isdisjoint(DPF)
    told = judge(f"storage_countries: [SG], remote_access_countries: [SG, CN], recipient_country: SG, {SCC}, notice_names_countries: true")
    assert "eu/transfer-notice" not in told.adverse()


def test_t2_german_hospital_with_a_german_vendor_and_only_c5_type_1(judge):
    """Type 1 was enough until 30 June 2025 only."""
    found = judge(
        "data_categories: [health], company_role: processor", company="certificates: [iso_27001, c5_type_1], c5_report_discloses_jurisdiction: true",
        customer="sector: hospital, land_hospital_law_checked: true",
    )  # fmt: skip
    assert found.adverse() == {"de/health-cloud-attestation"}
    assert found.verdict("de/health-cloud-location") == found.verdict("de/health-cloud-establishment") == "met"


def test_t3_german_industry_demands_germany_and_gets_france(judge):
    """A wish, not a law."""
    found = judge(
        "storage_countries: [FR], processing_countries: [FR]",
        customer="residency_demand: named_country, residency_country: DE, residency_scope: [storage, processing]",
    )
    assert found.adverse() == {"contract/storage-location", "contract/processing-location"}


def test_t4_a_german_bank_runs_the_weights_of_a_chinese_maker_itself(judge):
    """No telemetry, no log-in: the transfer rules are silent; the owner still matters where the bank says so, and for DORA."""
    flow = "delivery_model: open_weights_self_hosted, telemetry_to_vendor: false, remote_access_countries: []"
    company = f"{FROM_CHINA}, representatives: [gdpr_eu, kwg_de]"
    bank = "sector: financial, contract_terms: [data_location, no_training, audit_right, switching, confidentiality, dora_30]"
    found = judge(flow, company=company, customer=f"{bank}, sovereignty_demand: no_cn_nexus")
    assert (found.verdict("contract/chinese-control"), found.severity("contract/chinese-control")) == ("breached", "medium")
    assert found.verdict("eu/dora-third-country-provider") == "exposed"
    assert found.adverse().isdisjoint(ARTICLE_46)
    unasked = judge(flow, company=company, customer=bank)
    assert unasked.verdict("contract/chinese-control") == "out_of_scope"
    hosted = judge(company=company, customer=f"{bank}, sovereignty_demand: no_cn_nexus")
    assert hosted.severity("contract/chinese-control") == "critical"


def test_t5_120000_chinese_persons_exported_without_sensitive_data(judge):
    """The middle band: contract or certification, not the assessment."""
    found = judge(CHINESE_USERS, company=f"{FROM_CHINA}, chinese_persons_exported: 120_000")
    assert found.verdict("cn/contract-or-certification") == "breached"
    assert found.fact("flow.cn_assessment_required") is False
    assert found.verdict("cn/security-assessment") == "out_of_scope"


def test_t6_sensitive_data_have_no_exemption_by_small_number(judge):
    """50,000 ordinary and 300 sensitive persons."""
    found = judge(CHINESE_USERS, company=f"{FROM_CHINA}, chinese_persons_exported: 50_000, chinese_sensitive_persons_exported: 300")
    assert found.verdict("cn/contract-or-certification") == "breached"
    assert found.fact("flow.cn_export_exempt") is False


def test_t7_an_american_app_with_hashed_identifiers_and_vendor_staff_in_china(judge):
    """150,000 users; hashing does not help."""
    found = judge(
        "data_subject_countries: [US], origin_country: US, exporter_country: US, eea_establishment_context: false, storage_countries: [US], "
        "backup_countries: [US], processing_countries: [US], remote_access_countries: [US, CN], recipient_country: US, recipient_parent_country: US, "
        "identifiability: pseudonymised, us_person_gives_access: true, us_transaction: vendor, us_persons_identifiers: 150_000, "
        "us_cisa_requirements_met: false",
        company="headquarters: US, ultimate_parent_country: US, establishments: [US], us_data_security_programme: true",
    )
    assert {"us/restricted-transactions", "us/de-identified-bulk-data"} <= found.adverse()
    assert found.verdict("us/government-related-data") == "out_of_scope"


def test_t8_british_users_with_union_clauses_only(judge):
    """Stored in the United States."""
    found = judge(
        "data_subject_countries: [GB], exporter_country: GB, eea_establishment_context: false, storage_countries: [US], recipient_country: US, "
        f"{SCC}, transfer_assessments: [uk_tra]"
    )
    assert found.verdict("uk/transfer-tool") == "breached"


def test_t9_swiss_users_stored_in_japan_on_adequacy(judge):
    """The Union list is not the Swiss list."""
    found = judge(
        "data_subject_countries: [CH], exporter_country: CH, eea_establishment_context: false, storage_countries: [JP], recipient_country: JP, "
        "transfer_mechanisms: [adequacy]",
        system="markets: [CH]",
    )
    assert found.verdict("ch/swiss-list") == "breached"


def test_t10_unknown_remote_access_never_passes(judge):
    """A hole in the map is a finding, and the rule on remote access stays open."""
    found = judge("remote_access_countries: untold, transfer_map_complete: false", customer="residency_demand: eu, residency_scope: [support_access]")
    assert found.verdict("eu/transfer-map") == "breached"
    for rule in ("eu/remote-access", "eu/transfer-tool", "eu/china-plaintext-access", "contract/support-access-location"):
        assert found.verdict(rule) == "unknown", rule
    silent = judge("remote_access_countries: untold, transfer_map_complete: untold")
    assert silent.verdict("eu/transfer-map") == "unknown"
    assert ("flow.remote_access_countries", "flows/flow") in {(q.fact, q.subject) for q in silent.assessment.questions}
