"""Baseline files: keyed by identity, blind to lines and order, written and updated in one run."""

from __future__ import annotations

import json

PROFILE = "profiles/lumen.yaml"
MARKING = "test-pack/systems/marking@systems/planner"
CROWD = "test-pack/systems/crowd@systems/planner"
FILE = "riskcheck-baseline.json"


def edit(repo, old, new):
    path = repo.folder / PROFILE
    assert old in path.read_text(encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace(old, new))


def test_written_compared_and_updated_in_one_run_each(repo, run):
    edit(repo, "marked: true", "marked: false")
    assert run("gate", PROFILE, "--baseline", FILE).code == 3, "a baseline that is missing is never an empty one"
    made = run("gate", PROFILE, "--baseline", FILE, "--update-baseline")
    assert made.code == 0, made.err
    assert run("gate", PROFILE, "--baseline", FILE).code == 0
    edit(repo, "users: 1000", "users: 2_000_000")
    found = run("gate", PROFILE, "--baseline", FILE, "-f", "json")
    assert (found.code, found.changes) == (1, {("new", CROWD)})
    assert [cause["kind"] for cause in found.change(CROWD)["causes"]] == ["fact"]
    assert run("gate", PROFILE, "--baseline", FILE, "--update-baseline").code == 0
    assert run("gate", PROFILE, "--baseline", FILE).code == 0
    edit(repo, "marked: false", "marked: true")
    found = run("gate", PROFILE, "--baseline", FILE, "-f", "json")
    assert (found.code, found.changes) == (0, {("fixed", MARKING)}), "what is fixed is told, not failed"


def test_nothing_in_it_moves_with_lines_or_order(repo, run):
    edit(repo, "marked: true", "marked: false")
    run("gate", PROFILE, "--baseline", FILE, "--update-baseline")
    before = (repo.folder / FILE).read_bytes()
    text = (repo.folder / PROFILE).read_text(encoding="utf-8")
    (repo.folder / PROFILE).write_text("# a comment\n" * 50 + text.replace("    marked: false\n    watched: true\n", "    watched: true\n    marked: false\n"))
    assert run("gate", PROFILE, "--baseline", FILE, "--update-baseline").code == 0
    assert (repo.folder / FILE).read_bytes() == before


def test_other_profiles_keep_their_entries(repo, run):
    repo.write("profiles/second.yaml", "profile: 1\ncompany: {name: Second}\n")
    run("gate", "profiles", "--baseline", FILE, "--update-baseline")
    held = json.loads((repo.folder / FILE).read_text(encoding="utf-8"))["profiles"]
    assert set(held) == {PROFILE, "profiles/second.yaml"}
    edit(repo, "marked: true", "marked: false")
    run("gate", PROFILE, "--baseline", FILE, "--update-baseline")
    again = json.loads((repo.folder / FILE).read_text(encoding="utf-8"))["profiles"]
    assert again["profiles/second.yaml"] == held["profiles/second.yaml"]
    assert again[PROFILE] != held[PROFILE]


def test_the_calendar_is_told_from_the_profile(repo, run):
    edit(repo, "watched: true", "watched: false")
    run("gate", PROFILE, "--baseline", FILE, "--update-baseline", day="2027-08-01")
    found = run("gate", PROFILE, "--baseline", FILE, "-f", "json", day="2027-08-02")
    identity = "test-pack/systems/oversight@systems/planner"
    assert found.changes == {("worse", identity)}
    assert [cause["kind"] for cause in found.change(identity)["causes"]] == ["calendar"]


def test_what_the_update_accepts_and_what_it_does_not(repo, run):
    edit(repo, "marked: true", "marked: false")
    found = run("gate", PROFILE, "--baseline", FILE, "--update-baseline", "--max-score", "10")
    assert found.code == 1, "new findings go into the baseline; a score that is too high stays too high"
    assert (repo.folder / FILE).is_file()


def test_a_damaged_baseline_is_bad_input(repo, run):
    for text in ("", "[]", "{}", '{"schema": "riskcheck-baseline/1"}', '{"schema": "riskcheck-baseline/1", "profiles": {"profiles/lumen.yaml": {"as_of": "x", "findings": {}}}}'):
        repo.write(FILE, text)
        found = run("gate", PROFILE, "--baseline", FILE)
        assert found.code == 3, text
        assert FILE in found.err
    assert run("gate", PROFILE, "--baseline", FILE, "--base", "main").code == 2
    assert run("gate", PROFILE, "--update-baseline").code == 2


def test_what_was_unknown_stays_a_known_question(repo, run):
    edit(repo, "    marked: true\n", "")
    run("gate", PROFILE, "--baseline", FILE, "--update-baseline")
    found = run("gate", PROFILE, "--baseline", FILE, "-f", "json")
    assert (found.code, found.changes) == (0, set())
    edit(repo, "    users: 1000\n", "")
    assert run("gate", PROFILE, "--baseline", FILE, "-f", "json").changes == {("newly_unknown", CROWD)}
