"""A lawyer's own rule, written by rules/README.md alone: pack, fact, act and rule as that page shows them."""

from __future__ import annotations

import re
import shutil

import pytest
from click.testing import CliRunner

from riskcheck.cli.main import command

RULE = """title: Works council consulted before an AI system watches staff
about: system
jurisdiction: [DE]
status: in_force
severity: medium
severity_reason: An order can stop the system; no fine follows.
cite:
  - {act: works-act, at: § 1}
in_force:
  from: 2020-01-01
confidence: general
last_verified: 2026-11-26
sources: [GK]

applies:
  system.markets: {overlaps: [DE]}
requires:
  system.works_council_consulted: true

summary: Staff representatives are consulted before a system monitors work.
message: "{system} is used in {system.markets} without a word to staff."
remedy: Consult the works council.
owner: counsel
effort: M
consequences: [injunction]

examples:
  - breached: Nobody told
    given: {system.markets: [DE], system.works_council_consulted: false}
  - met: Told
    given: {system.markets: [DE], system.works_council_consulted: true}
  - unknown: Not asked
    given: {system.markets: [DE]}
"""
ACT = "title: A made-up act of this test\nshort: Works Act\nkind: statute\njurisdiction: DE\nconfidence: general\nprovisions: [§ 1]\n"


def block(readme: str, first: str) -> str:
    """Return a YAML block of the page by its first line."""
    return re.search(r"```yaml\n" + re.escape(first) + r"\n(.*?)```", readme, re.DOTALL)[1]


@pytest.fixture(scope="module")
def own(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("own") / "my-rules"
    shutil.copytree(root / "rules", folder)
    readme = (root / "rules" / "README.md").read_text(encoding="utf-8")
    (folder / "house" / "staff").mkdir(parents=True)
    (folder / "house" / "pack.yaml").write_text(block(readme, "# rules/house/pack.yaml"), encoding="utf-8")
    (folder / "vocabulary" / "system.house.yaml").write_text(
        block(readme, "# rules/vocabulary/system.yaml, or a file of your own with the same `subject`"), encoding="utf-8",
    )  # fmt: skip
    (folder / "acts" / "works-act.yaml").write_text(ACT, encoding="utf-8")
    (folder / "house" / "staff" / "works-council.yaml").write_text(RULE, encoding="utf-8")
    return folder


def run(*arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments], standalone_mode=False)


def test_lint_test_and_list_take_it(own):
    linted = run("rules", "lint", "house", "--rules", own)
    assert linted.return_value == 0, linted.output
    assert "0 errors, 1 warnings" in linted.output, "the missing Chinese texts are counted"
    tested = run("rules", "test", "house", "--rules", own)
    assert "3 passed, 0 failed; 0 faults" in tested.output, tested.output
    assert "house/staff/works-council" in run("rules", "list", "--pack", "house", "--rules", own).output


def test_it_judges_and_is_explained(own, tmp_path):
    profile = tmp_path / "p.yaml"
    profile.write_text("profile: 1\ncompany: {name: X}\nsystems: {a: {markets: [DE], works_council_consulted: false}}\n", encoding="utf-8")
    told = run("explain", "house/staff/works-council@systems/a", profile, "--rules", own)
    assert "without a word to staff" in told.output, told.output
    assert "riskcheck" not in (told.stderr or "")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("system.works_council_consulted: false}", "system.works_council_consulted: true}", "not breached"),
        ("given: {system.markets: [DE]}", "given: [x]", "mapping"),
        ("given: {system.markets: [DE]}", "given: {system.markts: [DE]}", "`system.markets`"),
        ("given: {system.markets: [DE]}", "given: {system.models: [x]}", "mapping"),
        ("at: § 1", "at: § 2", "§ 2"),
        ("consequences: [injunction]", "consequences: [injuction]", "`injunction`"),
        ("{system} is used in", "{system is used in", "the message names"),
        ("{system} is used in", "system} is used in", "the message names"),
    ],
)
def test_a_slip_is_told_and_never_passes(own, old, new, words):
    rule = own / "house" / "staff" / "works-council.yaml"
    assert old in RULE
    rule.write_text(RULE.replace(old, new, 1), encoding="utf-8")
    try:
        done = run("rules", "test", "house", "--rules", own)
        assert done.return_value in (1, 3), (done.output, done.exception)
        assert words in done.output
        assert "works-council.yaml:" in done.output
    finally:
        rule.write_text(RULE, encoding="utf-8")


def test_a_folder_with_nothing_but_the_own_pack_says_what_to_copy(own, tmp_path):
    from riskcheck.diagnostics import InvalidInput

    shutil.copytree(own / "house", tmp_path / "rules" / "house")
    for arguments in (("rules", "list"), ("score", "profiles/minimal.yaml")):
        done = run(*arguments, "--rules", tmp_path / "rules")
        assert isinstance(done.exception, InvalidInput)
        assert "copy " in str(done.exception)
        assert "R001" in str(done.exception)


@pytest.mark.parametrize("name", ["test", "lint"])
def test_a_prefix_under_which_nothing_stands_is_refused(name, own):
    done = run("rules", name, "huose", "--rules", own)
    assert "`house`" in str(done.exception.message)


def test_explain_says_who_says_so(root):
    told = run("explain", "copyright/output-us/own-advertising@systems/hailuo", root / "profiles" / "minimax.yaml")
    assert "\nAlleged, not found by a court: Own advertising or channels for Hailuo AI showed" in told.output


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("vocabulary/system.house.yaml", "subject: system", "subject: sistem", "did you mean `system`?"),
        ("vocabulary/system.house.yaml", "subject: system", "subject: house", "one of company, system"),
        ("vocabulary/regions.yaml", "regions:", "region:", "`EU: eu27`"),
    ],
)
def test_a_slip_in_the_vocabulary_is_told_too(own, file, old, new, words):
    path = own / file
    before = path.read_text(encoding="utf-8")
    assert old in before
    path.write_text(before.replace(old, new, 1), encoding="utf-8")
    try:
        done = run("rules", "lint", "--rules", own)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        assert done.return_value == 3
        assert words in done.output
    finally:
        path.write_text(before, encoding="utf-8")
