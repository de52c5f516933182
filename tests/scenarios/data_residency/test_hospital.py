"""The worked example: a Chinese vendor, a German hospital and a German insurer; each fix clears what the file says it clears, one by one."""

from __future__ import annotations

from datetime import date

import pytest

from riskcheck.assess.assess import assess
from riskcheck.loader.profiles import read_profile

DAY = date(2026, 11, 23)
PACK = "data-residency/"
BOTH = ("klinik-nord", "kasse-west")

BEFORE = {
    "eu/china-plaintext-access", "eu/remote-access", "eu/transfer-impact-assessment", "eu/provider-held-keys", "eu/us-orders-and-article-48",
    "eu/nis2-supplier-check", "de/social-data-location", "de/health-cloud-location", "de/health-cloud-attestation", "de/professional-secrecy-pledge",
    "de/social-data-notice", "de/evb-it-cloud", "contract/support-access-location", "contract/public-residency-claim", "contract/customer-held-keys",
    "contract/us-control", "contract/certificates-demanded", "contract/german-buyers-origin", "us/cloud-act-reach",
}  # fmt: skip
LEFT = {"eu/nis2-supplier-check", "contract/german-buyers-origin"}

CERTIFICATES = "certificates: [iso_27001]"
PLEDGE = "contract_terms: [data_location, no_training, audit_right, switching, confidentiality]"
FIXES = {
    "assessment": (
        (("transfer_assessments: []", "transfer_assessments: [eu_tia]\n    tia_date: 2026-10-01"),),
        {"eu/transfer-impact-assessment", "eu/remote-access"},
    ),
    "no log-in from Shanghai": (
        (("remote_access_countries: [DE, CN]", "remote_access_countries: [DE]"), ("    recipient_country: CN", "    recipient_country: DE")),
        {
            "de/social-data-location", "de/health-cloud-location", "eu/china-plaintext-access", "eu/remote-access", "eu/transfer-impact-assessment",
            "contract/support-access-location", "contract/public-residency-claim",
        },
    ),
    "attestation of the vendor": (
        ((CERTIFICATES, "certificates: [iso_27001, c5_type_2]\n  c5_edition: c5_2020\n  c5_period_end: 2026-06-30\n  c5_report_discloses_jurisdiction: true"),),
        {"de/health-cloud-attestation", "contract/certificates-demanded", "de/evb-it-cloud"},
    ),
    "secrecy pledge": (((PLEDGE, PLEDGE.replace("]", ", secrecy_pledge]")),), {"de/professional-secrecy-pledge"}),
    "notice to the authority": ((("authority_filings: []", "authority_filings: [de_sgb_x_80]"),), {"de/social-data-notice"}),
    "key of the customer alone": (
        (("key_custody: byok_in_provider_kms", "key_custody: customer_hyok"),), {"eu/provider-held-keys", "contract/customer-held-keys"},
    ),
    "European host": (
        (("host_parent_country: US", "host_parent_country: DE"),), {"contract/us-control", "us/cloud-act-reach", "eu/us-orders-and-article-48"},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def written(root):
    return (root / "profiles" / "examples" / "german-hospital-customer.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def judged(program):
    """Findings of the pack that are adverse, by rule, with the subjects."""

    def run(text: str) -> dict[str, set[str]]:
        profile, _ = read_profile(text.encode(), "example.yaml", program)
        found: dict[str, set[str]] = {}
        for finding in assess(program, profile, DAY, simulated=False).findings:
            if finding.adverse and finding.rule.startswith(PACK):
                found.setdefault(finding.rule.removeprefix(PACK), set()).add(finding.subject)
        return found

    return run


def fixed(text: str, name: str) -> str:
    for before, after in FIXES[name][0]:
        lines = [line for line in text.split("\n") if before in line and not line.lstrip().startswith("#")]
        assert len(lines) == 1, (name, before, lines)
        text = "\n".join(line.replace(before, after) if line == lines[0] else line for line in text.split("\n"))
    return text


def test_the_example_says_that_nothing_in_it_is_real(written):
    assert "INVENTED" in written.split("\n")[1]


def test_german_storage_with_a_log_in_from_shanghai_gives_the_findings_of_the_catalogue(judged, written):
    found = judged(written)
    assert set(found) == BEFORE
    for rule in ("de/health-cloud-location", "contract/support-access-location", "contract/certificates-demanded"):
        assert found[rule] == {f"flows/letters+customers/{customer}" for customer in BOTH}
    assert found["de/professional-secrecy-pledge"] == {"flows/letters+customers/klinik-nord"}
    assert found["contract/customer-held-keys"] == {"flows/letters+customers/kasse-west"}


@pytest.mark.parametrize("name", FIXES)
def test_each_fix_by_itself_clears_its_findings_and_no_other(judged, written, name):
    assert BEFORE - set(judged(fixed(written, name))) == FIXES[name][1]


def test_the_fixes_one_after_the_other_leave_only_what_looks_at_the_owner(judged, written):
    left = set(judged(written))
    for name, (_, cleared) in FIXES.items():
        written = fixed(written, name)
        now = set(judged(written))
        assert now == left - cleared, name
        left = now
    assert left == LEFT


def test_clauses_and_assessment_never_cure_localisation(judged, written):
    """The wrong answer of most checkers."""
    assert {"de/social-data-location", "de/health-cloud-location", "eu/china-plaintext-access"} <= set(judged(fixed(written, "assessment")))
