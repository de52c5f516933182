"""A note for the lawyer on every critical rule of the AI Act pack, and on every row that the catalogue calls critical."""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LAW = Path(os.environ.get("RISKCHECK_LAW", ROOT.parent / "shared" / "law"))
NOTES = (ROOT / "docs" / "law" / "eu-ai-act.md").read_text(encoding="utf-8")


def test_each_critical_rule_has_its_note(program):
    critical = {rule.id for rule in program.rules if rule.pack == "eu-ai-act" and rule.severity == "critical"}
    sections = dict(re.findall(r"^### (\S+)\n(.*?)(?=^#|\Z)", NOTES, re.MULTILINE | re.DOTALL))
    assert set(sections) == critical
    assert [identity for identity, text in sections.items() if len(text.split()) < 25] == []


def test_what_the_notes_name_exists(program):
    known = {rule.id for rule in program.rules}
    named = set(re.findall(r"\beu-ai-act/[a-z-]+/[a-z-]+", NOTES))
    assert named - known == set()
    short = {name.rpartition("/")[2] for name in known} | set(program.money["penalties"])
    assert {name for name in re.findall(r"`([a-z-]+)`", NOTES) if "-" in name} - short == set()


def test_rows_that_are_not_critical_here_say_so_with_their_severity(program):
    by_id = {rule.id: rule for rule in program.rules}
    rows = re.findall(r"^\| (euaia\.\S+) \| (\S+) \| (\w+) \|", NOTES, re.MULTILINE)
    assert len(rows) == 7  # the eighth is a penalty
    for row, identity, severity in rows:
        assert by_id[identity].severity == severity
        assert row in by_id[identity].catalogue


def test_all_critical_rows_of_the_catalogue_are_noted(program):
    path = LAW / "eu_ai_act_rules.csv"
    if not path.is_file():
        pytest.skip(f"no catalogue at {LAW} (set RISKCHECK_LAW)")
    with path.open(encoding="utf-8", newline="") as file:
        critical = {row["id"] for row in csv.DictReader(file) if row["severity"] == "critical"}
    noted = {row for rule in program.rules if rule.severity == "critical" for row in rule.catalogue}
    assert len(critical) == 21
    assert {row for row in critical if row not in noted and row not in NOTES} == set()
