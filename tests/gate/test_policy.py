"""The policy: every value has a source, the base governs the change, mistakes are named with their line."""

from __future__ import annotations

import json

import pytest

from riskcheck.gate.policy import SETTINGS, policy_schema
from riskcheck.gate.waivers import waivers_schema

PROFILE = "profiles/lumen.yaml"


def spoil(repo, old="marked: true", new="marked: false"):
    path = repo.folder / PROFILE
    path.write_text(path.read_text(encoding="utf-8").replace(old, new))
    repo.commit()


def based(repo, text, name=".riskcheck.yaml"):
    repo.git("checkout", "-q", "main")
    repo.write(name, text)
    repo.commit()
    repo.git("checkout", "-q", "-B", "change")


def test_every_value_names_its_source(repo, run, monkeypatch):
    repo.write(".riskcheck.yaml", "gate:\n  new: medium\n  warn_days: 10\n")
    repo.write("pyproject.toml", "[tool.riskcheck.gate]\nwarn_days = 20\nwaiver_days = 100\n")
    monkeypatch.setenv("RISKCHECK_COVERAGE_BELOW", "5")
    found = run("gate", PROFILE, "--show-config", "--max-score", "90")
    rows = {line.split()[0]: line.split(maxsplit=2)[1:] for line in found.out.splitlines()}
    assert found.code == 0
    assert rows["new"] == ["medium", ".riskcheck.yaml:2"]
    assert rows["warn_days"] == ["10", ".riskcheck.yaml:3"]
    assert rows["waiver_days"] == ["100", "pyproject.toml"]
    assert rows["coverage_below"] == ["5", "environment RISKCHECK_COVERAGE_BELOW"]
    assert rows["score_above"] == ["90", "flag --max-score"]
    assert rows["worse"] == ["high", "built-in"]
    assert set(rows) == set(SETTINGS)


def test_the_nearest_file_wins_and_none_is_read_above_the_root(repo, run):
    repo.write(".riskcheck.yaml", "gate: {new: low}\n")
    repo.write("profiles/.riskcheck.yaml", "gate: {new: critical}\n")
    (repo.folder.parent / ".riskcheck.yaml").write_text("gate: {worse: low}\n")
    found = run("gate", PROFILE, "--show-config").out
    assert "critical  profiles/.riskcheck.yaml:1" in " ".join(found.split("\n")[0].split(" ")) or "profiles/.riskcheck.yaml:1" in found.split("\n")[0]
    assert "worse" in found.split("\n")[1]
    assert "built-in" in found.split("\n")[1]
    assert ".riskcheck.yaml" not in run("gate", PROFILE, "--show-config", "--no-config").out


def test_a_change_cannot_loosen_its_own_gate(repo, gate):
    based(repo, "gate: {new: high}\n")
    repo.write(".riskcheck.yaml", "gate: {new: never, worse: never, newly_unknown: never}\n")
    spoil(repo)
    found = gate()
    assert found.code == 1
    assert "counts once it is merged" in found.err
    assert ".riskcheck.yaml:1 (main)" in found.err


def test_score_exposure_and_coverage(repo, gate):
    spoil(repo, "remote_access_countries: []", "remote_access_countries: [CN]")
    off = ("--fail-on", "never", "--newly-unknown", "never")
    assert gate(*off).code == 0
    found = gate(*off, "--max-score", "10")
    assert found.code == 1
    assert "at most 10 is allowed" in found.err
    found = gate(*off, "--max-exposure", "5_000_000 EUR")
    assert found.code == 1
    assert "20_000_000 EUR" in found.err
    assert gate(*off, "--max-exposure", "20_000_000 EUR").code == 0
    assert gate("--max-exposure", "much").code == 2
    found = gate(*off, "--min-coverage", "100")
    assert found.code == 0 or "coverage" in found.err
    spoil(repo, "    users: 1000\n", "")
    assert gate(*off, "--min-coverage", "100").code == 4
    assert gate(*off, "--min-coverage", "100", "--max-score", "1").code == 1, "a refusal outranks what could not be decided"


@pytest.mark.parametrize(("text", "said"), [
    ("gate: {nwe: high}\n", "did you mean `new`?"), ("gate: {new: hihg}\n", "one of critical, high"), ("gates: {}\n", "unknown key `gates`"),
    ("gate: {score_above: much}\n", "a number from 0 to 100"), ("gate: {exposure_above: 5}\n", "with its currency"), ("gate: [\n", "not valid YAML"),
    ("gate: {waivers: 5}\n", "name of a file"), ("[]\n", "a mapping with the key `gate`"), ("gate: {count_alleged: maybe}\n", "true or false"),
])  # fmt: skip
def test_mistakes_are_named_and_never_pass(repo, run, text, said):
    repo.write(".riskcheck.yaml", text)
    found = run("gate", PROFILE)
    assert found.code == 3
    assert said in found.err
    assert ".riskcheck.yaml" in found.err
    assert run("gate", PROFILE, "--exit-zero").code == 3


def test_a_missing_policy_file_is_bad_input(repo, run):
    assert run("gate", PROFILE, "--config", "nowhere.yaml").code == 3


def test_pyproject_mistakes(repo, run):
    repo.write("pyproject.toml", "[tool.riskcheck.gate]\nnwe = 'high'\n")
    found = run("gate", PROFILE)
    assert (found.code, "did you mean `new`?" in found.err) == (3, True)
    repo.write("pyproject.toml", "[tool.riskcheck\n")
    assert run("gate", PROFILE).code == 3
    repo.write("pyproject.toml", "[tool.other]\nx = 1\n")
    assert run("gate", PROFILE, "--fail-on", "never", "--newly-unknown", "never").code == 0


def test_the_schemas_agree_with_the_readers(repo, run):
    import jsonschema
    import yaml

    for schema in (policy_schema(), waivers_schema()):
        jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.validate(yaml.safe_load("gate: {new: medium, exposure_above: 5_000_000 EUR, coverage_below: null}"), policy_schema())
    for bad in ("gate: {nwe: high}", "gate: {new: loud}", "other: {}", "gate: {warn_days: x}"):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(yaml.safe_load(bad), policy_schema())
    assert json.loads(json.dumps(policy_schema()))["properties"]["gate"]["properties"].keys() == SETTINGS.keys()
