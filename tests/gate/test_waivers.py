"""Waivers: dated, owned, reasoned; they never govern the change that adds them, and never make a finding vanish."""

from __future__ import annotations

import json

import pytest

PROFILE = "profiles/lumen.yaml"
MARKING = "test-pack/systems/marking@systems/planner"


def waiver(expires="2026-12-31", **more):
    entry = {"rule": "test-pack/systems/marking", "subject": "systems/planner", "reason": "The mark ships in January", "owner": "jane@lumen.example", "expires": expires, **more}
    return "waivers:\n  - " + "\n    ".join(f"{key}: {value}" for key, value in entry.items() if value is not None) + "\n"


@pytest.fixture
def spoilt(repo):
    """The base holds the waiver, the change the breach."""

    def call(text=None, *, on_base=True):
        if on_base:
            repo.git("checkout", "-q", "main")
            repo.write(".riskcheck-waivers.yaml", text or waiver())
            repo.commit()
            repo.git("checkout", "-q", "-B", "change")
        else:
            repo.write(".riskcheck-waivers.yaml", text or waiver())
        path = repo.folder / PROFILE
        path.write_text(path.read_text(encoding="utf-8").replace("marked: true", "marked: false"))
        repo.commit()
        return repo

    return call


def test_a_waiver_of_the_base_counts_and_stays_visible(spoilt, gate, run):
    spoilt()
    found = gate()
    assert found.code == 0
    assert found.changes == {("newly_waived", MARKING)}
    assert found.profile["changes"][0]["waived"] is True
    for name, expected in (("terminal", "Waived"), ("junit", "waived until 31 December 2026 by jane@lumen.example"), ("pr-comment", "Waived"), ("html", "Waived"), ("markdown", "Waived")):
        assert expected in run("gate", PROFILE, "--base", "main", "-f", name).out.replace("\u2060", "")
    assert json.loads(run("gate", PROFILE, "--base", "main", "-f", "sarif").out)["runs"][0]["results"] == []
    with_waived = json.loads(run("gate", PROFILE, "--base", "main", "-f", "sarif", "--sarif-include-waived").out)["runs"][0]["results"]
    assert with_waived[0]["suppressions"][0]["status"] == "accepted"
    assert json.loads(run("gate", PROFILE, "--base", "main", "-f", "gitlab").out) == []


def test_a_waiver_added_by_the_change_does_not_count(spoilt, gate):
    spoilt(on_base=False)
    found = gate()
    assert found.code == 1
    assert found.changes == {("new", MARKING)}
    assert "added by this very change" in found.profile["decision"]["warnings"][0]["text"]
    assert gate("--accept-new-waivers").code == 0


def test_a_waiver_lengthened_by_the_change_counts_as_long_as_before(spoilt, gate, repo):
    spoilt(waiver("2026-11-30"))
    repo.write(".riskcheck-waivers.yaml", waiver("2027-06-30"))
    repo.commit()
    assert gate(day="2026-11-30").code == 0
    found = gate(day="2026-12-01")
    assert found.code == 1
    assert "expired on 2026-11-30" in found.err


def test_a_waiver_removed_by_the_change_no_longer_counts(spoilt, gate, repo):
    spoilt()
    repo.git("rm", "-q", ".riskcheck-waivers.yaml")
    repo.commit()
    assert gate().code == 1


@pytest.mark.parametrize(("expires", "code", "word"), [
    ("2026-11-24", 0, "expiring"), ("2026-11-23", 1, "expired"), ("2026-13-45", 1, "malformed"), ("soon", 1, "malformed"), ("2030-01-01", 1, "too_long"),
    ("2026-12-24", 0, "expiring"), ("2026-12-25", 0, "active"),
])  # fmt: skip
def test_the_last_day_is_inclusive_and_a_date_that_is_none_has_passed(spoilt, gate, expires, code, word):
    spoilt(waiver(expires))
    found = gate()
    assert found.code == code
    assert found.profile["decision"]["waivers"][0]["status"] == word
    if word in ("expired", "malformed"):
        assert expires in found.err
        assert any(reason["setting"] == f"waiver_{word}" for reason in found.profile["decision"]["refused"])


@pytest.mark.parametrize("missing", ["rule", "subject", "reason", "owner", "expires"])
def test_every_waiver_has_all_its_parts(spoilt, gate, missing):
    spoilt(waiver(**({missing: None} if missing != "expires" else {}), expires=None if missing == "expires" else "2026-12-31"))
    found = gate()
    assert found.code == 3
    assert f"no `{missing}`" in found.err


def test_a_reason_that_says_nothing_is_none(spoilt, gate):
    spoilt(waiver(reason="ok"))
    assert gate().code == 3


def test_unknown_keys_get_a_suggestion(spoilt, gate):
    spoilt(waiver(expire="2026-12-31"))
    found = gate()
    assert found.code == 3
    assert "did you mean `expires`?" in found.err


def test_a_waiver_without_a_finding_is_told(repo, gate):
    repo.git("checkout", "-q", "main")
    repo.write(".riskcheck-waivers.yaml", waiver())
    repo.commit()
    repo.git("checkout", "-q", "-B", "change")
    found = gate()
    assert found.code == 0
    assert [reason["setting"] for reason in found.profile["decision"]["warnings"]] == ["waiver_unused"]
    assert gate("--strict-waivers").code == 1


def test_an_expired_waiver_of_a_fixed_finding_only_warns(repo, gate):
    repo.git("checkout", "-q", "main")
    repo.write(".riskcheck-waivers.yaml", waiver("2026-01-01"))
    repo.commit()
    repo.git("checkout", "-q", "-B", "change")
    found = gate()
    assert found.code == 0
    assert [reason["setting"] for reason in found.profile["decision"]["warnings"]] == ["waiver_expired"]


def test_list_check_add(repo, run, spoilt):
    spoilt()
    listed = run("waivers", "list")
    assert (listed.code, "active" in listed.out) == (0, True)
    assert run("waivers", "check").code == 0
    late = run("waivers", "check", day="2027-01-01")
    assert late.code == 1
    assert "expired" in late.err
    assert run("waivers", "check", PROFILE, "--strict").code == 0
    repo.write(PROFILE, (repo.folder / PROFILE).read_text(encoding="utf-8").replace("marked: false", "marked: true"))
    assert run("waivers", "check", PROFILE, "--strict").code == 1
    added = run("waivers", "add", "--rule", "test-pack/systems/crowd", "--subject", "systems/planner", "--reason", 'A "quoted" reason: yes', "--owner", "li", "--expires", "2027-01-31")
    assert added.code == 0, added.err
    assert len(run("waivers", "list", "-f", "json").json["waivers"]) == 2
    assert run("waivers", "add", "--rule", "test-pack/systems/crowds", "--subject", "x", "--reason", "long enough", "--owner", "li", "--expires", "2027-01-31").code == 2
    assert run("waivers", "list", "--waivers", "nowhere.yaml").code == 3


def test_a_score_shows_what_is_waived(spoilt, run):
    """In HTML, Markdown, JSON, JUnit and SARIF; and an expired waiver accepts nothing."""
    spoilt()
    args = ("score", PROFILE, "--waivers", ".riskcheck-waivers.yaml", "--fail-on", "high")
    result = run(*args, "-f", "json")
    assert result.code == 0
    finding = next(item for item in result.json["findings"] if item["id"] == MARKING)
    assert finding["waiver"] == {"owner": "jane@lumen.example", "reason": "The mark ships in January", "expires": "2026-12-31", "ticket": None}
    for name in ("html", "markdown", "junit"):
        assert "The mark ships in January" in run(*args, "-f", name).out
    assert run(*args, "-q", day="2027-01-01").code == 1
    assert run("score", PROFILE, "--fail-on", "high", "-q").code == 1


def test_a_finding_waived_before_and_after_is_no_change(spoilt, gate, repo):
    spoilt()
    repo.git("branch", "-f", "main", "change")
    found = gate()
    assert (found.code, found.changes) == (0, set())


def test_a_waived_finding_that_becomes_worse_is_told_and_does_not_refuse(spoilt, gate, repo):
    spoilt()
    path = repo.folder / PROFILE
    alleged = "evidence:\n  - for: systems/planner/marked\n    says: false\n    standing: alleged\n    source: Letter\n    dated: 2026-01-01\n"
    path.write_text(path.read_text(encoding="utf-8").replace("    marked: false\n", "") + alleged)
    repo.commit()
    repo.git("branch", "-f", "main", "change")
    path.write_text(path.read_text(encoding="utf-8").replace("    watched: true\n", "    watched: true\n    marked: false\n").replace(alleged, ""))
    repo.commit()
    found = gate()
    assert (found.code, found.changes) == (0, {("worse", MARKING)})
    repo.git("rm", "-q", ".riskcheck-waivers.yaml")
    repo.commit()
    assert gate().code == 1
