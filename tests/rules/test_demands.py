"""What a customer can ask (``demands.yaml``): nothing that the vocabulary lets a customer ask is left without an answer."""

from __future__ import annotations

import shutil

import pytest

from riskcheck.installed import load_source

ASKING = {
    "customer.residency_scope": set(), "customer.sovereignty_demand": {"none"}, "customer.sovereignty_framework": {"none"},
    "customer.key_demand": {"none"}, "customer.certificates_demanded": set(),
    # asked by law and answered there: dora_30, audit_right, secrecy_pledge, evb_it_cloud
    "customer.contract_terms": {"dora_30", "audit_right", "secrecy_pledge", "evb_it_cloud"},
}  # fmt: skip


def named(rule: str, demands) -> bool:
    return any(rule == wanted or (wanted.endswith("/") and rule.startswith(wanted)) for _, demand in demands.values() for wanted in demand.rules)


@pytest.mark.parametrize("fact", ASKING)
def test_every_value_by_which_a_customer_asks_makes_a_demand(source, fact):
    library, program, _ = source
    made = set()
    for _, demand in library.demands.values():
        wanted = demand.asked.get(fact, [])
        made.update(wanted if isinstance(wanted, list) else [wanted])
    assert set(program.vocabulary.facts[fact].choices) - made == ASKING[fact]


def test_every_rule_on_a_customer_answers_a_demand(source):
    library, program, _ = source
    rules = [rule.id for rule in program.rules if rule.pack == "data-residency" and (rule.about == "customer" or rule.per_customer)]
    assert len(rules) > 50
    assert [rule for rule in rules if not named(rule, library.demands)] == []


def test_every_demand_is_named_in_chinese(source):
    library, _, _ = source
    assert set(library.locales["zh"]["demands"]) == set(library.demands)


def test_what_a_demand_names_must_exist(tmp_path, root):
    folder = tmp_path / "rules"
    shutil.copytree(root / "rules", folder, ignore=shutil.ignore_patterns("schema", "eu-ai-act", "copyright"))
    file = folder / "data-residency" / "demands.yaml"
    text = file.read_text(encoding="utf-8")
    text = text.replace("contract/storage-location]", "contract/storage-locatoin]", 1).replace("customer.key_demand: [byok,", "customer.key_demand: [byokk,", 1)
    file.write_text(text.replace("{customer.contract_terms: no_training}", "{customer.contract_term: no_training}", 1), encoding="utf-8")
    _, _, sink = load_source(folder)
    faults = {(fault.code, fault.label or fault.help) for fault in sink.items if fault.file.endswith("demands.yaml")}
    assert ("R304", "did you mean `data-residency/contract/storage-location`?") in faults
    assert ("R208", "did you mean `byok`?") in faults
    assert ("R202", "did you mean `customer.contract_terms`?") in faults
