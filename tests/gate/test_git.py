"""Git as it is met in practice: shallow clones, moved and deleted files, dirty trees, no git at all."""

from __future__ import annotations

import subprocess

import pytest

PROFILE = "profiles/lumen.yaml"
MARKING = "test-pack/systems/marking@systems/planner"


def spoil(repo, path=PROFILE):
    place = repo.folder / path
    place.write_text(place.read_text(encoding="utf-8").replace("marked: true", "marked: false"))


def test_a_shallow_clone_says_what_to_do(repo, run, tmp_path, monkeypatch):
    repo.commit("on the branch")
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--depth", "1", "--branch", "change", f"file://{repo.folder}", str(clone)], check=True, capture_output=True)
    monkeypatch.chdir(clone)
    found = run("gate", PROFILE, "--base", "origin/main")
    assert found.code == 3
    assert "fetch-depth: 0" in found.err
    subprocess.run(["git", "-C", str(clone), "fetch", "-q", "--depth", "1", "origin", "main:refs/remotes/origin/main"], check=True, capture_output=True)
    spoil(repo)
    found = run("gate", PROFILE, "--base", "origin/main")
    assert found.code == 3, "the fork point is cut off: comparing with the tip could pass what is new"
    assert "fetch-depth: 0" in found.err


def test_the_base_is_the_commit_at_which_the_branch_parts(repo, gate):
    repo.git("checkout", "-q", "main")
    spoil(repo)
    repo.commit("main moves on")
    repo.git("checkout", "-q", "change")
    assert gate().changes == set()


def test_no_git_at_all(run, tmp_path, monkeypatch, lumen):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.yaml").write_text(lumen.replace("marked: true", "marked: false"))
    found = run("gate", "p.yaml", "-f", "json")
    assert found.code == 1
    assert found.changes >= {("new", MARKING)}
    found = run("gate", "p.yaml", "--base", "main")
    assert found.code == 3
    assert "--baseline FILE" in found.err


def test_a_renamed_file_is_followed(repo, gate):
    repo.git("mv", PROFILE, "profiles/lumen-ai.yaml")
    assert gate("profiles/lumen-ai.yaml").changes == set(), "moved and not yet committed"
    repo.commit("move")
    found = gate("profiles/lumen-ai.yaml")
    assert (found.code, found.changes) == (0, set())
    assert "profiles/lumen.yaml" in found.profile["before"]["label"]
    path = repo.folder / "profiles/lumen-ai.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("marked: true", "marked: false"))
    repo.commit("and change")
    assert gate("profiles/lumen-ai.yaml").changes == {("new", MARKING)}


def test_a_new_profile_is_new_whole(repo, gate):
    repo.write("profiles/other.yaml", (repo.folder / PROFILE).read_text(encoding="utf-8").replace("marked: true", "marked: false").replace("Lumen", "Other"))
    repo.commit()
    found = gate("profiles/other.yaml")
    assert found.code == 1
    assert ("new", MARKING) in found.changes


def test_a_deleted_profile_refuses_unless_the_policy_of_the_base_allows_it(repo, run):
    repo.write("profiles/second.yaml", "profile: 1\ncompany: {name: Second}\n")
    repo.git("checkout", "-q", "-B", "main")
    repo.commit()
    repo.git("checkout", "-q", "-B", "change")
    repo.git("rm", "-q", PROFILE)
    repo.commit()
    found = run("gate", "profiles", "--base", "main", "-f", "json")
    assert found.code == 1
    assert found.json["deleted"] == [PROFILE]
    assert "was deleted" in found.err
    assert run("gate", "profiles/second.yaml", "--base", "main").code == 1, "a deleted file beside the one named is seen, too"
    assert run("gate", PROFILE, "--base", "main").code == 1, "and one that is named itself"
    repo.git("checkout", "-q", "main")
    repo.write(".riskcheck.yaml", "gate: {deleted_profiles: allow}\n")
    repo.commit()
    repo.git("checkout", "-q", "change")
    found = run("gate", "profiles", "--base", "main")
    assert found.code == 0
    assert "was deleted" in found.err


def test_the_working_folder_is_what_counts(repo, gate):
    spoil(repo)
    assert gate().changes == {("new", MARKING)}


@pytest.mark.parametrize("names", [("lumen", "good"), ("good", "lumen")])
def test_the_worst_of_several_decides_in_any_order(repo, run, names):
    text = (repo.folder / PROFILE).read_text(encoding="utf-8")
    repo.write("profiles/good.yaml", text)
    repo.git("checkout", "-q", "-B", "main")
    repo.commit()
    repo.git("checkout", "-q", "-B", "change")
    spoil(repo)
    repo.commit()
    paths = [f"profiles/{name}.yaml" for name in names]
    found = run("gate", *paths, "--base", "main", "-f", "json")
    assert found.code == 1
    assert [profile["decision"]["outcome"] for profile in found.json["profiles"]] == ["refused" if name == "lumen" else "passed" for name in names]
    repo.write("profiles/good.yaml", "profile: 1\ncompany: {hq_cuntry: DE}\n")
    found = run("gate", *paths, "--base", "main")
    assert found.code == 3, "bad input outranks a refusal, wherever it stands"


def test_a_revision_that_does_not_exist(repo, gate):
    found = gate(base="no-such-branch")
    assert found.code == 3
    assert "no commit `no-such-branch`" in found.err
    assert gate(base="--upload-pack=touch x").code == 3


def test_a_base_that_cannot_be_read_counts_as_nothing(repo, gate):
    repo.git("checkout", "-q", "main")
    good = (repo.folder / PROFILE).read_text(encoding="utf-8")
    repo.write(PROFILE, "profile: 1\ncompany: [\n")
    repo.commit()
    repo.git("checkout", "-q", "-B", "change")
    repo.write(PROFILE, good.replace("marked: true", "marked: false"))
    repo.commit()
    found = gate()
    assert found.code == 1
    assert ("new", MARKING) in found.changes
    assert "every finding counts as new" in found.err


def test_diff_of_revisions(repo, run):
    spoil(repo)
    repo.commit()
    found = run("diff", f"main:{PROFILE}", f"change:{PROFILE}", "-f", "json")
    assert (found.code, found.changes) == (0, {("new", MARKING)})
    found = run("diff", "main:nowhere.yaml", PROFILE)
    assert found.code == 3
    assert "has no file" in found.err
