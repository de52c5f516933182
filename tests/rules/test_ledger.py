"""Every row of the three catalogues is carried by a rule or definition, or stands in a ledger with a reason.

The catalogues themselves lie beside the checkout (../shared/law). Where they are missing, the lists of tests/catalogues
stand in for them; where both are there, they must agree.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from pathlib import Path

import pytest

from riskcheck.model.finding import VERDICTS

ROOT = Path(__file__).resolve().parents[2]
LAW = Path(os.environ.get("RISKCHECK_LAW", ROOT.parent / "shared" / "law"))
FILES = {"eu-ai-act": "eu_ai_act_rules.csv", "data-residency": "data_residency_rules.csv", "copyright": "copyright_rules.csv"}
ROWS = {"eu-ai-act": 215, "data-residency": 188, "copyright": 178}
CONFIDENCE = {
    "eu-ai-act": {"verified-text": "verified_text", "verified-secondary": "verified_secondary", "guidance": "guidance", "uncertain": "uncertain"},
    "data-residency": {"verified": "verified_secondary", "general": "general", "uncertain": "uncertain"},
    "copyright": {"verified_in_stored_source": "verified_secondary", "general_knowledge": "general", "uncertain": "uncertain"},
}
"""What the words of each catalogue mean in rule files."""
RANK = ("verified_text", "verified_secondary", "guidance", "general", "uncertain", "assumption")
KINDS = {"rule", "definition", "parameter", "exception", "transition", "penalty", "engine", "not_encoded"}


def committed(pack: str) -> dict[str, str]:
    lines = (ROOT / "tests" / "catalogues" / f"{pack}.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split() for line in lines if line and not line.startswith("#"))


def catalogue(pack: str) -> dict[str, str]:
    with (LAW / FILES[pack]).open(encoding="utf-8", newline="") as file:
        return {row["id"]: CONFIDENCE[pack][row["confidence"]] for row in csv.DictReader(file)}


def ledger(library) -> dict[str, tuple[str, dict]]:
    found: dict[str, tuple[str, dict]] = {}
    for pack, files in library.ledgers.items():
        for name, rows in files.items():
            if name != "coverage/provisions.yaml":
                for row, entry in (rows or {}).items():
                    assert row not in found, f"{row} stands in {found[row][0]} and in {pack}/{name}"
                    found[row] = (f"{pack}/{name}", entry)
    return found


def carried(program) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item in (*program.rules, *program.definitions):
        for row in item.catalogue:
            found.setdefault(row, []).append(item.id)
    return found


@pytest.mark.parametrize("pack", FILES)
def test_the_committed_list_is_the_catalogue(pack):
    assert len(committed(pack)) == ROWS[pack]
    if not (LAW / FILES[pack]).is_file():
        pytest.skip(f"no catalogue at {LAW} (set RISKCHECK_LAW); the committed list stands alone")
    assert committed(pack) == catalogue(pack)


@pytest.mark.parametrize("pack", FILES)
def test_every_row_of_the_catalogue_is_accounted_for(source, program, pack):
    library, _, _ = source
    entries, encoded, rows = ledger(library), carried(program), committed(pack)
    counts = Counter("carried by a rule or definition" if row in encoded else entries[row][1]["as"] if row in entries else "missing" for row in rows)
    print(f"{pack}: {len(rows)} rows: " + ", ".join(f"{count} {kind}" for kind, count in counts.most_common()))  # noqa: T201 (counts that a reader of the run asks for)
    assert [row for row in rows if row not in encoded and row not in entries] == []


def test_no_rule_names_a_row_that_no_catalogue_has(program):
    known = {row for pack in FILES for row in committed(pack)}
    assert {row: ids for row, ids in carried(program).items() if row not in known} == {}


def test_ledger_entries_say_what_became_of_a_row_and_where(source):
    library, program, _ = source
    known = {row for pack in FILES for row in committed(pack)}
    ids = {rule.id for rule in program.rules}
    names = {*ids, *(d.id for d in program.definitions), *program.vocabulary.facts, *program.parameters, *program.money["penalties"], *program.money["damages"]}
    folders = {"/".join(identity.split("/")[:depth]) for identity in ids for depth in (1, 2)} | {f"verdict {verdict}" for verdict in VERDICTS}
    encoded = carried(program)
    for row, (place, entry) in ledger(library).items():
        assert row in known, f"{place}: no catalogue has the row {row}"
        assert set(entry) <= {"as", "at", "reason"}, (place, row)
        assert entry["as"] in KINDS, (place, row, entry["as"])
        at = entry.get("at", "")
        if entry["as"] in ("engine", "not_encoded"):
            assert len(entry.get("reason", "")) > 40, f"{place}: {row} needs a reason that a lawyer would accept"
            assert not at or at in names | folders, (place, row, at)
        else:
            assert at in names, f"{place}: {row} points at {at!r}, which is no rule, definition, fact, parameter or penalty family"
        if entry["as"] == "rule":
            assert at in encoded.get(row, []), f"{place}: {at} does not carry {row} in its `catalogue`"
        elif entry["as"] in ("definition", "parameter", "exception", "engine", "not_encoded"):
            assert row not in encoded, f"{place}: {row} is carried by {encoded.get(row)} as well"


def test_no_confidence_is_raised_above_the_catalogue(source, program):
    """A rule is never surer than its best row; where a row of its own catalogue is weaker, the file says so."""
    library, _, _ = source
    rows = {row: confidence for pack in FILES for row, confidence in committed(pack).items()}
    texts = {identity: file for identity, (_, file) in (*library.rules.items(), *library.definitions.items())}
    for item in (*program.rules, *program.definitions):
        if not item.catalogue:
            continue
        sure = RANK.index(item.confidence)
        of_rows = [RANK.index(rows[row]) for row in item.catalogue]
        assert sure >= min(of_rows), f"{item.id} says {item.confidence}, its rows at best {RANK[min(of_rows)]}"
        own = {row.partition(".")[0] for row in item.catalogue[:1]}
        weaker = [row for row in item.catalogue if row.partition(".")[0] in own and RANK.index(rows[row]) > sure]
        file = texts[item.id]
        assert not weaker or file.confidence_note or file.note, f"{item.id}: {weaker} are weaker than {item.confidence}, and no note says so"
