"""A note for the lawyer on every rule of the copyright packs that is critical or can become so."""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LAW = Path(os.environ.get("RISKCHECK_LAW", ROOT.parent / "shared" / "law"))
NOTES = (ROOT / "docs" / "law" / "copyright.md").read_text(encoding="utf-8")
PACKS = ("copyright", "disclosure", "minors-safety")


@pytest.fixture(scope="module")
def grave(program):
    return {r.id for r in program.rules if r.pack in PACKS and "critical" in (r.severity, *(step.level for step in r.severity_when))}


def test_each_rule_that_can_be_critical_has_its_note(grave):
    sections = dict(re.findall(r"^### (\S+)\n(.*?)(?=^#|\Z)", NOTES, re.MULTILINE | re.DOTALL))
    assert set(sections) == grave
    for identity, text in sections.items():
        assert [word for word in ("Why right:", "Read:", "Doubtful:") if word not in text] == [], identity


def test_rules_rows_and_sources_that_the_notes_name_exist(program):
    by_id = {rule.id: rule for rule in program.rules}
    assert set(re.findall(r"\bcopyright/[a-z-]+/[a-z-]+", NOTES)) <= set(by_id)
    rows = {row for rule in program.rules for row in rule.catalogue}
    assert set(re.findall(r"`(copyright\.[a-z_.0-9]+)`", NOTES)) <= rows
    for row, identity, severity in re.findall(r"^\| `(\S+)` \| `(\S+)` \| (\w+) \|", NOTES, re.MULTILINE):
        assert by_id[identity].severity == severity
        assert row in by_id[identity].catalogue


def test_a_note_reads_no_source_that_its_rule_does_not_name(program, grave):
    sections = dict(re.findall(r"^### (\S+)\n(.*?)(?=^#|\Z)", NOTES, re.MULTILINE | re.DOTALL))
    for rule in program.rules:
        if rule.id in grave:
            read = re.search(r"Read:(.*?)Doubtful:", sections[rule.id], re.DOTALL)[1]
            assert set(re.findall(r"\b[SL]\d\d\b", read)) <= set(rule.sources), rule.id


def test_all_critical_rows_of_the_catalogue_are_noted(program, grave):
    path = LAW / "copyright_rules.csv"
    if not path.is_file():
        pytest.skip(f"no catalogue at {LAW} (set RISKCHECK_LAW)")
    with path.open(encoding="utf-8", newline="") as file:
        critical = {row["id"] for row in csv.DictReader(file) if row["severity"] == "critical"}
    assert len(critical) == 11
    assert {row for row in critical if f"`{row}`" not in NOTES} == set()
