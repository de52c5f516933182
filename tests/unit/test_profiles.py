"""Profiles as people write them: values, links, evidence, and what is said of their mistakes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from riskcheck.diagnostics import Diagnostics, InvalidInput
from riskcheck.loader.advice import advise
from riskcheck.loader.profiles import read_profile
from riskcheck.model.values import Money, SetValue


def read(text: str, program):
    return read_profile(text.encode(), "profile.yaml", program)[0]


def refused(text: str, program):
    with pytest.raises(InvalidInput) as caught:
        read(text, program)
    return caught.value.diagnostics


HEAD = "profile: 1\ncompany: {name: X}\n"


def test_values_are_typed(program):
    profile = read(
        "profile: 1\ncompany:\n  name: Lumen\n  headquarters: NO\n  worldwide_turnover: 48_000_000 EUR\n  headcount: 1_200\n  establishments: [NO, DE]\n"
        "  monitors_behaviour_in: {US: true, IT: false}\n  cash: unknown\n  sells_to_united_states: yes\n",
        program,
    )
    assert profile.company.facts == {
        "headquarters": "NO", "worldwide_turnover": Money(Decimal(48_000_000), "EUR"), "headcount": 1200,
        "establishments": SetValue(frozenset({"NO", "DE"})), "monitors_behaviour_in": SetValue(frozenset({"US"}), frozenset({"IT"}), closed=False),
        "sells_to_united_states": True,
    }  # fmt: skip


def test_json_can_state_dates_since_quoted_ones_count(program):
    """JSON has no dates of its own; the profile's own JSON Schema asks for text of this form."""
    piece = '"evidence": [{"for": "company/headcount", "standing": "reported", "source": "s", "dated": "2026-03-11"}]'
    profile = read('{"profile": 1, "company": {"headcount": 3, "dora_designated_on": "2026-03-11"}, ' + piece + "}", program)
    assert profile.company.facts["dora_designated_on"] == date(2026, 3, 11)
    assert profile.evidence[0].dated == date(2026, 3, 11)
    for wrong in ("2026-13-01", "2026-3-1", "11 March 2026", "20260311"):
        assert refused(f'{{"profile": 1, "company": {{"dora_designated_on": "{wrong}"}}}}', program)[0].code == "P110"


def test_absent_mapping_is_unknown_and_an_empty_one_is_none(program):
    profile = read(HEAD + "flows: {}\n", program)
    assert profile.subjects["flow"] == {}
    assert profile.subjects["system"] is None


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ("compny: {}\n", "P102", "`company`"),
        ("systems:\n  a: {rols: [provider]}\n", "P102", "`roles`"),
        ("systems:\n  a: {roles: [provder]}\n", "P104", "`provider`"),
        ("systems:\n  a: {roles: provider}\n", "P103", "[provider]"),
        ("systems:\n  a: {markets: [UK]}\n", "P105", "`GB`"),
        ("systems:\n  a: {markets: [de]}\n", "P105", "`DE`"),
        ("systems:\n  a: {markets: [false]}\n", "P105", "Norway"),
        ("systems:\n  a: {ai_system: perhaps}\n", "P103", "true, false or unknown"),
        ("systems:\n  a: {on_eu_market_since: 2026-13-45}\n", "P110", "2026-12-02"),
        ("systems:\n  a: {models: [m]}\n", "P106", "`models`"),
        ("systems:\n  a: {high_risk: true}\n", "P109", "worked out"),
        ("disputes:\n  d: {amount_claimed: 75m}\n", "P111", "USD"),
        ("disputes:\n  d: {docket: 1.10}\n", "P112", "quotes"),
        ("systems:\n  a: {on_eu_market_since: 0001-01-01}\n", "P110", "between 1900 and 2100"),
        ("systems:\n  a: {on_eu_market_since: 9999-12-31}\n", "P110", "the year 9999"),
        ("systems:\n  a: {monthly_users: 1e400}\n", "P103", "whole number"),
        (f"systems:\n  a: {{monthly_users: {'9' * 400}}}\n", "P103", "check the zeros"),
        (f"systems:\n  a: {{monthly_users: {'9' * 5000}}}\n", "P103", "whole number"),
        ("systems:\n  a: {monthly_users: \u00a05}\n", "P103", "\\u{a0}5"),
        (f"disputes:\n  d: {{amount_claimed: {'9' * 40} USD}}\n", "P111", "check the zeros"),
        ("disputes:\n  d: {works_registered_in_time: 250}\n", "P103", "from 0 to 100"),
        ("systems:\n  a: {markets: 3}\n", "P103", "write [a, b]"),
        ("systems:\n  a: {markets: {US: maybe}}\n", "P103", "write true, false or unknown"),
        ("systems:\n  a: {markets: [1]}\n", "P105", "two ISO letters"),
        ("incomplete: [[a]]\n", "P102", "one of systems"),
        ("assumptions: {fx-usd-per-hkd: 1e400}\n", "P103", "replaced"),
        ("assumptions: {fx-usd-per-eur: 0}\n", "P103", "above 0"),
        ("assumptions: {fx-usd-per-eur: -1}\n", "P103", "above 0"),
        ("evidence:\n  - {standing: reported}\n", "P107", "write `for: company/cash`"),
        ("evidence:\n  - {for: company/establishments/ZZ, standing: reported}\n", "P107", "`ZZ` is no country code"),
        ("evidence:\n  - {for: systems/x/markets, standing: reported}\n", "P107", "add it under `systems`"),
        ("systems:\n  a: {}\nevidence:\n  - {for: systems/a/models, says: [m], standing: inferred}\n", "P107", "leave `says` out"),
        ("evidence:\n  - {for: company/cash, standing: reported, dated: 0001-01-01}\n", "P110", "the year 1"),
        ("evidence:\n  - {for: company/cash, standing: reported, dispute: d}\n", "P106", "add it under `disputes`"),
        ("systems: [a, b]\n", "P101", "name"),
        ("systems:\n  Big Name!: {}\n", "P114", "lower-case"),
        ("flows: []\n", "P101", "name"),
        ("incomplete: [system]\n", "P102", "`systems`"),
        ("assumptions: {eea: [DE]}\n", "P103", "lists"),
        ("assumptions: {fx-usd-per-er: 1}\n", "P102", "`fx-usd-per-eur`"),
        ("evidence:\n  - {for: company/cash, standing: rumoured}\n", "P107", "standing"),
        ("evidence:\n  - {for: company/csh, standing: reported}\n", "P107", "`cash`"),
        ("evidence:\n  - {for: company/cash, standing: alleged}\n", "P108", "says"),
        ("evidence:\n  - {for: company/cash, standing: reported, dated: May}\n", "P110", "2026-12-02"),
    ],
)
def test_mistakes_get_a_place_and_a_next_step(program, body, code, words):
    found = refused(HEAD + body, program)
    assert code in [item.code for item in found], [item.render() for item in found]
    item = next(item for item in found if item.code == code)
    assert item.span is not None
    assert words in item.render()
    assert item.help or item.label, "no next step"


def test_all_mistakes_come_at_once(program):
    found = refused("profile: 1\ncompny: {}\nsystems:\n  a: {rols: []}\n  b: {ai_system: 3}\nfoo: 1\n", program)
    assert [item.span.line for item in found] == [1, 2, 4, 5, 6]


def test_faults_of_one_piece_of_evidence_come_at_once_and_each_of_them_once(program):
    body = "evidence:\n  - for: [company/cash, company/balance_sheet_total]\n    says: 3\n    standing: reported\n    dated: May\n    dispute: d\n"
    assert [(item.code, item.span.line) for item in refused(HEAD + body, program)] == [("P111", 5), ("P111", 5), ("P110", 7), ("P106", 8)]


def test_the_largest_figures_that_the_messages_name_may_be_written(program):
    profile = read("profile: 1\ncompany: {headcount: 1e30, cash: 1_000_000_000_000_000_000 USD}\nmodels: {m: {training_flops: 1e30}}\n", program)
    assert profile.company.facts["headcount"] == profile.subjects["model"]["m"].facts["training_flops"] == 1e30


def test_true_is_no_version(program):
    assert [item.code for item in refused("profile: true\ncompany: {name: X}\n", program)] == ["P113"]


def test_a_negative_margin_and_a_large_modification_may_be_written(program):
    profile = read("profile: 1\ncompany: {gross_margin: -0.4}\nmodels: {m: {modification_compute_share: 250}}\n", program)
    assert profile.company.facts["gross_margin"] == -0.4
    assert profile.subjects["model"]["m"].facts["modification_compute_share"] == 250


def test_twenty_typos_get_the_right_suggestion(program):
    typos = {
        "headquaters": "headquarters", "worldwide_turnver": "worldwide_turnover", "adjusted_net_los": "adjusted_net_loss", "stock_exchange": "stock_exchanges",
        "listing_stge": "listing_stage", "copyright_polcy": "copyright_policy", "gross_margn": "gross_margin", "insurance_limt": "insurance_limit",
        "certificate": "certificates", "access_law": "access_laws", "data_brokr": "data_broker", "establishment": "establishments",
        "subsidiary": "subsidiaries", "ip_insurence": "ip_insurance", "headcont": "headcount", "designation": "designations",
        "acces_logging": "access_logging", "residency_clam": "residency_claim", "representative": "representatives", "balance_sheet": "balance_sheet_total",
    }  # fmt: skip
    text = "profile: 1\ncompany:\n  name: X\n" + "".join(f"  {typo}: unknown\n" for typo in typos)
    found = refused(text, program)
    right = sum(f"`{want}`" in item.render() for item, want in zip(found, typos.values(), strict=True))
    assert right >= 19, [item.render() for item in found]


def test_a_written_value_that_only_an_allegation_carries_is_refused(program):
    body = "systems:\n  a: {reproduces_characters: true}\nevidence:\n  - {for: systems/a/reproduces_characters, says: true, standing: alleged, source: complaint}\n"
    assert [item.code for item in refused(HEAD + body, program)] == ["P108"]
    carried = body + "  - {for: systems/a/reproduces_characters, standing: admitted, source: filing}\n"
    assert read(HEAD + carried, program).subjects["system"]["a"].facts["reproduces_characters"] is True


def test_a_very_long_name_is_kept_and_shown_short(program):
    profile = read(f"profile: 1\ncompany:\n  name: {'x' * 1_000_000}\n", program)
    assert len(profile.company.name) == 1_000_000


@pytest.mark.parametrize(
    ("body", "warned"),
    [
        ("company: {cash: 5 HKD, balance_sheet_total: 6 HKD}\n", ["HKD"]),
        ("company: {cash: 5 HKD}\nassumptions: {fx-usd-per-hkd: 0.128}\n", []),
        ("company: {cash: 5 HKD}\nassumptions: {fx-hkd-per-cny: 1.1}\n", []),
        ("company: {cash: 5 CNY, balance_sheet_total: 3 EUR, adjusted_net_loss: 7 USD}\n", []),
    ],
)
def test_amounts_that_no_rate_makes_comparable_are_told_once(program, body, warned):
    sink = Diagnostics()
    profile, document = read_profile(("profile: 1\n" + body).encode(), "p.yaml", program)
    advise(profile, document, program.vocabulary, sink, program.parameters)
    assert [item.message.partition(":")[0].rpartition(" ")[2] for item in sink.items if item.code == "P206"] == warned
    assert all("assumptions: {fx-usd-per-hkd: RATE}" in item.help for item in sink.items if item.code == "P206")
