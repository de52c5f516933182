"""Small companies with one flow and one customer, judged by the residency pack on a day.

A scenario writes only what it is about. Everything else comes from a company whose data lie, run, are backed up and are seen in Germany
and that breaks nothing (``test_the_clean_company_has_no_finding`` holds that), so that a finding comes from what the scenario wrote.
"""

from __future__ import annotations

from datetime import date

import pytest
import yaml

from riskcheck.assess.assess import assess
from riskcheck.evaluator.evaluate import Evaluator
from riskcheck.loader.profiles import read_profile

PACK = "data-residency/"

COMPANY = """
name: Trap, headquarters: DE, ultimate_parent_country: DE, establishments: [DE], subsidiaries: [DE], worldwide_turnover: 1_000_000_000 EUR,
public_functions: [], designations: [], certificates: [iso_27001], access_laws: [], foreign_access_request_process: documented, access_logging: true,
access_requests_cover_transfers: true, subprocessor_list_published: true, subprocessor_countries: [DE], planned_subprocessor_countries: [],
infrastructure_jurisdiction_published: true, supplier_security_evidence: true, residency_claim: none, relies_on_pending_law: false,
sells_to_united_states: false, representatives: [], monitors_behaviour_in: [], chinese_persons_exported: 0, chinese_sensitive_persons_exported: 0,
chinese_free_trade_zone: false, chinese_state_ownership: 0, listing_stage: private, stock_exchanges: []
"""
SYSTEM = """
markets: [DE], ai_system: false, data_processing_service: true, eu_closed_service_offered: true, in_app_stores: false, critical_component: false
"""
FLOW = """
system: service, purpose: service_inference, delivery_model: saas_api, identifiability: personal, data_categories: [account, prompts_chat],
legal_basis: contract, high_risk_indicators: [], data_subject_countries: [DE], origin_country: DE, first_storage_country: DE, exporter_country: DE,
storage_countries: [DE], backup_countries: [DE], processing_countries: [DE], remote_access_countries: [DE], transfer_map_complete: true,
company_role: controller, recipient_role: processor, recipient_country: DE, recipient_parent_country: DE, recipient_in_group: false,
recipient_subject_to_gdpr: false, recipient_sees_plaintext: true, recipient_within_adequacy_scope: true, dpf_coverage: [],
host_parent_country: DE, host_certificates: [], telemetry_to_vendor: true,
transfer_mechanisms: [], scc_edition: edition_2021, scc_module: controller_to_processor, scc_annexes_complete: true, transfer_assessments: [],
supplementary_measures: [], encrypted_at_rest: true, encrypted_in_transit: true, key_custody: provider, systematic: true, necessary: true,
used_for_training: false, used_for_own_purposes: false, processor_contract: true, notice_names_countries: true, authority_filings: [],
eea_establishment_context: true, uk_establishment_context: false, cn_exemption_ground: none, cn_data_mixed_in: false, cn_separate_consent: true,
us_person_gives_access: false, us_exemption: none, special_category_safeguards: true, spanish_register_data: false
"""
CUSTOMER = """
systems: [service], country: DE, sector: private, public_body: false, nis2_class: none, critical_facility: false, professional_secrecy: false,
residency_demand: none, residency_scope: [], sovereignty_demand: none, sovereignty_framework: none, key_demand: none, certificates_demanded: [],
switching_charges: false, contract_terms: [data_location, no_training, audit_right, switching, confidentiality]
"""


def _mapping(text: str) -> dict:
    """What flow style holds, every scalar left as text (Norway too)."""
    return yaml.load("{" + text + "}", Loader=yaml.BaseLoader)  # noqa: S506 (the base loader makes strings only)


def _written(found) -> str:
    if isinstance(found, dict):
        return "{" + ", ".join(f"{key}: {_written(value)}" for key, value in found.items()) + "}"
    if isinstance(found, list):
        return "[" + ", ".join(_written(item) for item in found) + "]"
    return found


def profile_text(flow: str = "", company: str = "", system: str = "", customer: str = "", more: str = "") -> str:
    """A profile in YAML: the clean company with what the scenario changes; ``fact: untold`` takes a fact out. ``more`` is a second flow."""
    parts = {}
    for name, base, change in (("company", COMPANY, company), ("system", SYSTEM, system), ("flow", FLOW, flow), ("customer", CUSTOMER, customer)):
        parts[name] = {key: value for key, value in {**_mapping(base), **_mapping(change)}.items() if value != "untold"}
    lines = ["profile: 1", f"company: {_written(parts['company'])}", "systems:", f"  service: {_written(parts['system'])}", "flows:"]
    lines.append(f"  flow: {_written(parts['flow'])}")
    if more:
        lines.append(f"  second: {_written({**parts['flow'], **_mapping(more)})}")
    lines += ["customers:", f"  buyer: {_written(parts['customer'])}", "models: {}", "datasets: {}", "disputes: {}"]
    return "\n".join(lines) + "\n"


class Judged:
    """The assessment of one profile; rules are named without the pack."""

    def __init__(self, program, text: str, day: date, *, proposed: bool = False) -> None:
        profile, _ = read_profile(text.encode(), "trap.yaml", program)
        self.profile = profile
        self.evaluator = Evaluator(program, day, include_proposed=proposed)
        self.assessment = assess(program, profile, day, evaluator=self.evaluator, include_proposed=proposed, simulated=False)
        self.world = self.evaluator.world(profile, full=True)

    def findings(self, rule: str):
        return [finding for finding in self.assessment.findings if finding.rule == PACK + rule]

    def finding(self, rule: str, subject: str = ""):
        found = [finding for finding in self.findings(rule) if subject in finding.subject.split("+") or not subject]
        assert len(found) == 1, (rule, subject, [finding.subject for finding in found])
        return found[0]

    def verdict(self, rule: str, subject: str = "") -> str:
        return self.finding(rule, subject).verdict

    def severity(self, rule: str, subject: str = "") -> str:
        return self.finding(rule, subject).severity

    def timing(self, rule: str, subject: str = "") -> str:
        return self.finding(rule, subject).timing

    def binds(self, rule: str, subject: str = "") -> tuple[str, date]:
        """Timing and first day of a finding."""
        finding = self.finding(rule, subject)
        return finding.timing, finding.applies_from

    def of_pack(self):
        return [finding for finding in self.assessment.findings if finding.rule.startswith(PACK)]

    def adverse(self, folder: str = "") -> set[str]:
        """The rules of the pack (or of a folder of it) that are breached or exposed."""
        return {f.rule.removeprefix(PACK) for f in self.of_pack() if f.adverse and f.rule.startswith(PACK + folder)}

    def open(self, folder: str = "") -> set[str]:
        return {f.rule.removeprefix(PACK) for f in self.of_pack() if f.verdict == "unknown" and f.rule.startswith(PACK + folder)}

    def fact(self, name: str, key: str = ""):
        """The value of a fact of the one subject of its kind, derived facts included; None is unknown."""
        kind, _, short = name.partition(".")
        subjects = self.world.subjects[kind]
        return subjects[key].get(short) if key else next(iter(subjects.values())).get(short)


@pytest.fixture
def judge(program):
    """Judge the clean company with changes: ``judge(flow="storage_countries: [US]", day="2026-11-23")``."""

    def run(flow: str = "", day: date | str = "2026-11-23", *, proposed: bool = False, **changes: str) -> Judged:
        when = day if isinstance(day, date) else date.fromisoformat(day)
        return Judged(program, profile_text(flow, **changes), when, proposed=proposed)

    return run
