"""A real repository: what each commit changes, and why, to the line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

RULES = Path(__file__).resolve().parent / "rules"
PROFILE = "profiles/lumen.yaml"
SAFEGUARDS = "test-pack/transfers/safeguards@flows/eu-chat"
PROMISE = "test-pack/transfers/promise@flows/eu-chat+customers/klinik"
MARKING = "test-pack/systems/marking@systems/planner"
OVERSIGHT = "test-pack/systems/oversight@systems/planner"
CROWD = "test-pack/systems/crowd@systems/planner"


def edit(repo, *pairs):
    path = repo.folder / PROFILE
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)
    repo.commit()


def test_a_flow_moved_from_the_eea_to_remote_access_from_china(repo, gate):
    edit(repo, ("remote_access_countries: []", "remote_access_countries: [CN]"))
    found = gate()
    assert found.code == 1
    assert found.changes == {("new", SAFEGUARDS)}
    change = found.change(SAFEGUARDS)
    assert change["because"] == ["flows/eu-chat/remote_access_countries: none → China"]
    assert [cause["kind"] for cause in change["causes"]] == ["fact"]
    assert change["place"]["key"] == "flows/eu-chat/remote_access_countries"
    assert change["before"]["verdict"] == "out_of_scope"
    assert change["after"]["verdict"] == "breached"
    assert "1 new, severity high or worse" in found.err
    assert "riskcheck explain" in found.err.strip().splitlines()[-1]


def test_storage_moved_breaks_the_promise_to_the_customer_too(repo, gate):
    edit(repo, ("storage_countries: [DE]", "storage_countries: [CN]"))
    found = gate()
    assert found.changes == {("new", SAFEGUARDS), ("new", PROMISE)}
    assert all(change["because"] == ["flows/eu-chat/storage_countries: Germany → China"] for change in found.profile["changes"])


def test_only_the_decisive_edit_is_blamed(repo, gate):
    edit(repo, ("remote_access_countries: []", "remote_access_countries: [CN]"), ("users: 1000", "users: 2000"), ("markets: [DE, NO]", "markets: [DE, FR]"))
    assert gate().change(SAFEGUARDS)["because"] == ["flows/eu-chat/remote_access_countries: none → China"]


def test_two_edits_that_only_together_do_it_are_both_blamed(repo, gate):
    edit(repo, ("markets: [DE, NO]", "markets: [NO]"))
    repo.git("branch", "-f", "main", "change")
    edit(repo, ("markets: [NO]", "markets: [FR]"), ("marked: true", "marked: false"))
    assert set(gate().change(MARKING)["because"]) == {"systems/planner/markets: Norway → France", "systems/planner/marked: yes → no"}


def test_a_removed_answer_is_newly_unknown_and_refused(repo, gate):
    edit(repo, ("    marked: true\n", ""))
    found = gate()
    assert found.code == 1
    assert found.changes == {("newly_unknown", MARKING)}
    assert found.change(MARKING)["because"] == ["systems/planner/marked: answer removed (was yes)"]
    assert found.change(MARKING)["place"]["key"] == "systems/planner"
    assert gate("--newly-unknown", "never").code == 0


def test_deleting_the_answer_to_a_breach_is_no_fix(repo, gate):
    edit(repo, ("marked: true", "marked: false"))
    repo.git("branch", "-f", "main", "change")
    edit(repo, ("marked: false", "marked: unknown"))
    found = gate()
    assert found.changes == {("newly_unknown", MARKING)}
    assert found.code == 1


def test_deleting_all_systems_is_no_fix(repo, gate):
    edit(repo, ("marked: true", "marked: false"))
    repo.git("branch", "-f", "main", "change")
    path = repo.folder / PROFILE
    text = path.read_text(encoding="utf-8")
    start, end = text.index("systems:\n"), text.index("models:")
    path.write_text((text[:start] + text[end:]).replace("    system: planner\n", "").replace("    systems: [planner]\n", ""))
    repo.commit()
    found = gate()
    assert found.code == 1
    assert ("newly_unknown", MARKING) in found.changes
    assert not any(kind == "fixed" for kind, _ in found.changes)


def test_comments_and_order_change_nothing(repo, gate):
    path = repo.folder / PROFILE
    before = gate().profile
    text = path.read_text(encoding="utf-8")
    path.write_text("# a comment\n" * 50 + text.replace("    marked: true\n    watched: true\n", "    watched: true # seen\n    marked: true\n").replace("[DE, NO]", "[NO, DE]"))
    repo.commit()
    found = gate()
    assert found.code == 0
    assert found.changes == set()
    assert found.profile["counts"]["unchanged"] == before["counts"]["unchanged"] > 0


def test_fifty_comment_lines_shift_lines_and_nothing_else(repo, gate, run):
    edit(repo, ("remote_access_countries: []", "remote_access_countries: [CN]"))
    here = gate().change(SAFEGUARDS)
    path = repo.folder / PROFILE
    path.write_text("# a comment\n" * 50 + path.read_text(encoding="utf-8"))
    repo.commit()
    there = gate().change(SAFEGUARDS)
    assert there["place"]["line"] == here["place"]["line"] + 50
    assert {**here, "place": 0} == {**there, "place": 0}


def test_fixing_a_breach_says_so(repo, gate):
    edit(repo, ("marked: true", "marked: false"))
    repo.git("branch", "-f", "main", "change")
    edit(repo, ("marked: false", "marked: true"))
    found = gate()
    assert (found.code, found.changes) == (0, {("fixed", MARKING)})
    assert found.change(MARKING)["because"] == ["systems/planner/marked: no → yes"]


def test_a_shown_name_is_no_key(repo, gate):
    edit(repo, ("marked: true", "marked: false"))
    repo.git("branch", "-f", "main", "change")
    edit(repo, ("  planner:\n", "  planner:\n    name: The Planner\n"))
    assert gate().changes == set()


def test_a_renamed_key_is_followed(repo, gate):
    edit(repo, ("marked: true", "marked: false"))
    repo.git("branch", "-f", "main", "change")
    edit(repo, ("planner", "scheduler"))
    found = gate()
    assert found.changes == set()
    assert found.profile["renamed"] == [["systems/planner", "systems/scheduler"]]
    assert found.code == 0


def test_a_renamed_key_with_another_answer_is_another_system(repo, gate):
    edit(repo, ("marked: true", "marked: false"))
    repo.git("branch", "-f", "main", "change")
    edit(repo, ("planner", "scheduler"), ("users: 1000", "users: 1001"))
    found = gate()
    assert ("new", "test-pack/systems/marking@systems/scheduler") in found.changes
    assert ("fixed", MARKING) in found.changes
    assert found.change(MARKING)["because"][0] in ("systems/planner was removed", "systems/scheduler was added")


def test_evidence_is_told_apart_from_facts(repo, gate):
    edit(repo, ("disputes: {}\n", "disputes:\n  suit: {stage: filed}\n"), ("    marked: true\n", ""))
    repo.git("branch", "-f", "main", "change")
    path = repo.folder / PROFILE
    path.write_text(path.read_text(encoding="utf-8") + "evidence:\n  - for: systems/planner/marked\n    says: false\n    standing: alleged\n    dispute: suit\n    source: Complaint\n    dated: 2026-01-01\n")
    repo.commit()
    found = gate()
    assert found.changes == {("new", MARKING)}
    change = found.change(MARKING)
    assert [cause["kind"] for cause in change["causes"]] == ["evidence"]
    assert change["after"]["standing"] == "alleged"
    assert change["place"]["key"] == "evidence/0/for"
    # From alleged to established: worse.
    repo.git("branch", "-f", "main", "change")
    said = "  - for: systems/planner/marked\n    standing: found_by_court\n    source: Judgment\n    dated: 2026-06-01\n"
    path.write_text(path.read_text(encoding="utf-8").replace("    watched: true\n", "    watched: true\n    marked: false\n") + said)
    repo.commit()
    found = gate()
    assert found.changes == {("worse", MARKING)}
    assert found.change(MARKING)["because"] == ["systems/planner/marked: no (was not known)"]


def test_upcoming_duties_do_not_refuse_unless_asked(repo, gate):
    edit(repo, ("watched: true", "watched: false"))
    found = gate("--fail-on", "medium")
    assert found.changes == {("new", OVERSIGHT)}
    assert found.change(OVERSIGHT)["after"]["timing"] == "upcoming"
    assert found.code == 0
    repo.git("checkout", "-q", "main")
    repo.write(".riskcheck.yaml", "gate:\n  count_upcoming: true\n")
    repo.commit()
    repo.git("checkout", "-q", "change")
    assert gate("--fail-on", "medium").code == 1


def test_the_calendar_is_a_cause(repo, run):
    edit(repo, ("watched: true", "watched: false"))
    found = run("diff", PROFILE, PROFILE, "--as-of-old", "2027-08-01", "-f", "json", day="2027-08-02")
    assert found.code == 0
    assert found.changes == {("worse", OVERSIGHT)}
    assert found.change(OVERSIGHT)["because"] == ["the calendar: judged as of 2027-08-02"]
    assert [cause["kind"] for cause in found.change(OVERSIGHT)["causes"]] == ["calendar"]


def test_the_law_is_a_cause(repo, run, tmp_path):
    older = tmp_path / "rules"
    shutil.copytree(RULES, older)
    rule = older / "test-pack/systems/crowd.yaml"
    rule.write_text(rule.read_text(encoding="utf-8").replace("more_than: 1000000", "more_than: 100000"))
    pack = older / "test-pack/pack.yaml"
    pack.write_text(pack.read_text(encoding="utf-8").replace("2026.1.0", "2025.9.0"))
    edit(repo, ("users: 1000", "users: 500_000"))
    found = run("diff", PROFILE, PROFILE, "--rules-old", str(older), "-f", "json")
    assert found.changes == {("fixed", CROWD)}
    assert found.change(CROWD)["because"] == ["the law or its rule packs changed: test-pack 2025.9.0 → 2026.1.0"]


@pytest.mark.parametrize("changed", [False, True])
def test_a_saved_result_as_the_old_side(repo, run, changed):
    edit(repo, ("watched: true", "watched: false"))
    assert run("score", PROFILE, "-f", "json=old.json", day="2027-08-01").code == 0
    if changed:
        edit(repo, ("marked: true", "marked: false"))
    found = run("diff", "old.json", PROFILE, "-f", "json", day="2027-08-02")
    assert [cause["kind"] for cause in found.change(OVERSIGHT)["causes"]] == ["calendar"]
    assert (("new", MARKING) in found.changes) is changed
    if changed:
        assert [cause["kind"] for cause in found.change(MARKING)["causes"]] == ["fact"]
