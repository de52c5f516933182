"""Exit codes: one meaning each, whatever the format, in any order of inputs."""

from __future__ import annotations

import itertools

import pytest

PROFILE = "profiles/lumen.yaml"
FORMATS = ("terminal", "json", "sarif", "github", "github-summary", "github-output", "pr-comment", "gitlab", "junit", "html", "markdown", "md")

CASES = {
    "good": ((), 0),
    "refused": (("bad.yaml",), 1),
    "undecided": (("half.yaml", "--min-coverage", "100", "--fail-on", "never", "--newly-unknown", "never"), 4),
    "both": (("bad.yaml", "half.yaml", "--min-coverage", "100"), 1),
    "malformed": (("broken.yaml",), 3),
    "missing": (("nowhere.yaml",), 3),
    "folder without profiles": (("empty",), 3),
    "unreadable": (("noread.yaml",), 3),
    "missing config": (("--config", "nowhere.yaml"), 3),
    "missing baseline": (("--baseline", "nowhere.json"), 3),
    "unknown flag": (("--nonsense",), 2),
    "unknown severity": (("--fail-on", "awful"), 2),
    "unknown pack": (("--pack", "test-pak"), 2),
    "impossible": (("--update-baseline",), 2),
    "malformed beats usage of policy": (("broken.yaml", "bad.yaml"), 3),
}


@pytest.fixture
def inputs(repo):
    text = (repo.folder / PROFILE).read_text(encoding="utf-8")
    repo.write("good.yaml", text)
    repo.write("bad.yaml", text.replace("marked: true", "marked: false"))
    repo.write("half.yaml", text.replace("    marked: true\n", ""))
    repo.write("broken.yaml", "profile: 1\ncompany: {\n")
    repo.write("noread.yaml", text).chmod(0)
    (repo.folder / "empty").mkdir()
    return repo


def arguments(extra, *, reverse=False):
    paths = [arg for arg in extra if arg.endswith(".yaml") and extra[extra.index(arg) - 1 : extra.index(arg)] != ("--config",)] or [arg for arg in extra if arg == "empty"]
    flags = [arg for arg in extra if arg not in paths]
    paths = [*paths, "good.yaml"] if "empty" not in paths else paths
    return ["gate", *(reversed(paths) if reverse else paths), *flags]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("zero", [False, True])
def test_matrix(inputs, run, case, zero):
    import os

    extra, code = CASES[case]
    if case == "unreadable" and os.geteuid() == 0:
        pytest.skip("the superuser reads everything")
    new = ["--no-config"] if "--config" not in extra else []
    if code in (0, 4) or case == "unknown flag":
        new += [] if "--fail-on" in extra else ["--fail-on", "high"]
    expected = 0 if zero and code in (1, 4) else code
    for name, reverse in [*itertools.product((None, "json"), (False, True)), *((name, False) for name in FORMATS)]:
        args = [*arguments(extra, reverse=reverse), *new, *(["--exit-zero"] if zero else []), *(["-f", name] if name else ["-q"])]
        found = run(*args)
        assert found.code == expected, (args, found.err)
        if expected:
            assert found.err.strip(), "a failure without a reason in the log"
        if expected == 3:
            assert found.out == ""


def test_a_fault_of_ours_is_five_and_never_a_pass(inputs, run, monkeypatch):
    import riskcheck.gate.judge

    def broken(*_args, **_more):
        message = "oh"
        raise RuntimeError(message)

    monkeypatch.setattr(riskcheck.gate.judge, "compare", broken)
    found = run("gate", "good.yaml", "--exit-zero")
    assert found.code == 5
    assert "fault of riskcheck" in found.err


def test_ctrl_c_is_130(inputs, run, monkeypatch):
    import riskcheck.gate.judge

    def stopped(*_args, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr(riskcheck.gate.judge, "compare", stopped)
    assert run("gate", "good.yaml").code == 130


def test_an_empty_rule_set_is_no_pass(inputs, run, tmp_path):
    (tmp_path / "norules").mkdir()
    assert run("gate", "good.yaml", rules=tmp_path / "norules").code == 3


@pytest.mark.parametrize("command", ["gate", "diff", "waivers"])
def test_help_has_an_example_and_the_codes(run, command):
    import io
    from contextlib import redirect_stdout

    from riskcheck.cli.main import main

    shown = io.StringIO()
    with redirect_stdout(shown):
        assert main([command, "--help"]) == 0
    assert "Example" in shown.getvalue()
    assert "Exit codes: 0 passed" in shown.getvalue()


def test_diff_measures_and_exits_zero(inputs, run):
    assert run("diff", "good.yaml", "bad.yaml").code == 0
    assert run("diff", "good.yaml", "broken.yaml").code == 3
    assert run("diff", "broken.yaml", "good.yaml").code == 3
    assert run("diff", "good.yaml").code == 2
    run("score", "good.yaml", "-f", "json=r.json")
    assert run("diff", "good.yaml", "r.json").code == 2
    assert run("diff", "good.yaml", "bad.yaml", "-f", "docx=x.docx").code == 2
