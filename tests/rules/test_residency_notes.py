"""A note for the lawyer on every critical rule of the residency pack, and on every row that the catalogue calls critical."""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LAW = Path(os.environ.get("RISKCHECK_LAW", ROOT.parent / "shared" / "law"))
NOTES = (ROOT / "docs" / "law" / "data-residency.md").read_text(encoding="utf-8")


def pack(program):
    return [rule for rule in program.rules if rule.pack == "data-residency"]


def test_each_critical_rule_has_its_note(program):
    critical = {rule.id for rule in pack(program) if rule.severity == "critical"}
    sections = dict(re.findall(r"^### (\S+)\n(.*?)(?=^#|\Z)", NOTES, re.MULTILINE | re.DOTALL))
    assert set(sections) == critical
    assert f"({len(critical)} of {len(pack(program))} rules)" in NOTES
    assert [name for name, text in sections.items() if "Read:" not in text or "Doubtful:" not in text] == []


def test_what_the_notes_name_exists(program):
    known = {rule.id for rule in pack(program)}
    assert set(re.findall(r"\bdata-residency/[a-z]+/[a-z0-9-]+", NOTES)) - known == set()
    short = {name.rpartition("/")[2] for name in known} | set(program.vocabulary.facts) | {"data-residency"}
    assert {name for name in re.findall(r"`([a-z_.-]+)`", NOTES) if "-" in name or "." in name} - short == set()


def test_rows_that_are_not_critical_here_say_so_with_their_reason(program, installed):
    by_id, texts = {rule.id: rule for rule in pack(program)}, installed.texts("en")
    rows = re.findall(r"^\| (resid\.\S+) \| (\S+) \| (\w+) \| (.+) \|$", NOTES, re.MULTILINE)
    assert len(rows) == 22
    for row, identity, severity, reason in rows:
        assert by_id[identity].severity == severity
        assert row in by_id[identity].catalogue
        assert reason == texts.get("rules", identity, "severity_reason").strip()


def test_all_critical_rows_of_the_catalogue_are_noted(program):
    path = LAW / "data_residency_rules.csv"
    if not path.is_file():
        pytest.skip(f"no catalogue at {LAW} (set RISKCHECK_LAW)")
    with path.open(encoding="utf-8", newline="") as file:
        critical = {row["id"] for row in csv.DictReader(file) if row["severity"] == "critical"}
    noted = {row for rule in pack(program) if rule.severity == "critical" for row in rule.catalogue}
    assert f"critical to {len(critical)} of its 188 rows" in NOTES
    assert {row for row in critical if row not in noted and row not in NOTES} == set()
