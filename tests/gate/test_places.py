"""Where findings point: at one key that the file writes, the narrowest that concerns them."""

from __future__ import annotations

import pytest

from riskcheck.evaluator.evaluate import Evaluator
from riskcheck.installed import load_installed
from riskcheck.loader.profiles import read_profile
from riskcheck.model.change import Edit
from riskcheck.report.places import edit_route, finding_place, place, related_places


@pytest.fixture
def judged(lumen):
    from datetime import date
    from pathlib import Path

    program = load_installed(Path(__file__).resolve().parent / "rules").program

    def call(*pairs):
        text = lumen
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new)
        profile, document = read_profile(text.encode(), "p.yaml", program)
        findings = {f.identity: f for f in Evaluator(program, date(2026, 11, 24)).evaluate(profile)}
        return findings, document

    return call


def routes(findings, document, identity):
    return finding_place(findings[identity], document).route


def test_the_test_comes_before_the_scope(judged):
    findings, document = judged(("marked: true", "marked: false"))
    assert routes(findings, document, "test-pack/systems/marking@systems/planner") == ("systems", "planner", "marked")
    assert ("systems", "planner", "markets") in [p.route for p in related_places(findings["test-pack/systems/marking@systems/planner"], document)]


def test_a_derived_fact_leads_to_what_is_written(judged):
    findings, document = judged(("remote_access_countries: []", "remote_access_countries: [CN]"), ("    transfer_mechanisms: []\n", "    transfer_mechanisms: [ ]\n"))
    identity = "test-pack/transfers/safeguards@flows/eu-chat"
    assert routes(findings, document, identity) == ("flows", "eu-chat", "transfer_mechanisms")
    assert {("flows", "eu-chat", "storage_countries"), ("flows", "eu-chat", "remote_access_countries")} <= {p.route for p in related_places(findings[identity], document)}


def test_an_unknown_finding_stands_at_its_subject(judged):
    findings, document = judged(("    marked: true\n", ""))
    here = finding_place(findings["test-pack/systems/marking@systems/planner"], document)
    assert here.route == ("systems", "planner")
    assert here.line_text == "  planner:"
    assert (here.span.column, here.span.end_column) == (3, 10)


def test_a_pair_stands_at_its_flow(judged):
    findings, document = judged(("storage_countries: [DE]", "storage_countries: [US]"))
    assert routes(findings, document, "test-pack/transfers/promise@flows/eu-chat+customers/klinik") == ("flows", "eu-chat", "storage_countries")


def test_what_is_missing_stands_at_its_parent(judged):
    _findings, document = judged()
    assert place(document, ("systems", "planner", "nothing")).route == ("systems", "planner")
    assert place(document, ("evidence", 3, "for")).route == ("company",)
    assert place(document, ("systems", "gone")).route == ("systems",)
    assert edit_route(Edit("fact", "systems/planner", "marked", True, None), document) == ("systems", "planner", "marked")
    assert place(document, edit_route(Edit("subject", "flows/gone", "", object(), None), document)).route == ("flows",)


def test_the_stand_in_of_a_missing_mapping(judged):
    findings, document = judged(("systems:\n  planner:\n    ai_system: true\n    markets: [DE, NO]\n    marked: true\n    watched: true\n    users: 1000\n", ""), ("    system: planner\n", ""), ("    systems: [planner]\n", ""))
    assert routes(findings, document, "test-pack/systems/marking@systems/*") == ("company",)
