"""The real command line in a subprocess: help, exit codes, outputs that are whole or absent, streams without escapes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from riskcheck.cli.main import _COMMANDS

ROOT = Path(__file__).resolve().parents[2]
DAY = "2026-11-23"


def run(*arguments: str, cwd: Path | None = None, stdin: bytes | None = None, **environment: str):
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    env.pop("FORCE_COLOR", None)
    return subprocess.run([sys.executable, "-m", "riskcheck", *arguments], cwd=cwd or ROOT, env=env, capture_output=True, input=stdin, check=False)


@pytest.fixture
def minimal(tmp_path):
    path = tmp_path / "p.yaml"
    path.write_text((ROOT / "profiles" / "minimal.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    return path


def test_version():
    done = run("--version")
    assert done.returncode == 0
    assert done.stdout.decode().startswith("riskcheck ")


@pytest.mark.parametrize("name", sorted(_COMMANDS))
def test_every_help_has_an_example_and_the_exit_codes(name):
    text = run(name, "--help").stdout.decode()
    assert f"riskcheck {name}" in text
    assert "Exit codes" in text


def test_a_misspelt_command_gets_a_suggestion():
    done = run("scroe", "x.yaml")
    assert done.returncode == 2
    assert "`score`" in done.stderr.decode()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["score", "{p}"], 0),
        (["score", "{p}", "--max-score", "1"], 1),
        (["score", "{p}", "--max-score", "1", "--exit-zero"], 0),
        (["score", "{p}", "--min-coverage", "99"], 4),
        (["score", "{p}", "--min-coverage", "99", "--exit-zero"], 0),
        (["score", "{p}", "--min-coverage", "99", "--max-score", "1"], 1),
        (["score", "{p}", "--fail-on", "critical"], 0),
        (["score", "{p}", "--pack", "eu-ai-atc"], 2),
        (["score", "{p}", "--as-of", "2026-13-45"], 2),
        (["score", "{p}", "--lang", "fr"], 2),
        (["score", "{p}", "-f", "htlm=x"], 2),
        (["score", "{p}", "-f", "docx"], 2),
        (["score"], 2),
        (["score", "missing.yaml"], 3),
        (["score", "{p}", "missing.yaml"], 3),
        (["score", "missing.yaml", "{p}"], 3),
        (["score", "missing.yaml", "--exit-zero"], 3),
        (["score", "{bad}"], 3),
        (["score", "{bad}", "--exit-zero", "--max-score", "1"], 3),
        (["validate", "{p}"], 0),
        (["validate", "{bad}"], 3),
        (["explain", "eu-ai-act/no-such-rule"], 2),
    ],
)  # fmt: skip
@pytest.mark.parametrize("shape", ["terminal", "json"])
def test_exit_codes(arguments, code, shape, minimal, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("profile: 1\ncompny: {}\n", encoding="utf-8")
    filled = [argument.format(p=minimal, bad=bad) for argument in arguments]
    if filled[0] == "score" and "-f" not in filled and len(filled) > 1:
        filled += ["-f", shape]
    done = run(*filled)
    assert done.returncode == code, done.stderr.decode()
    assert b"Traceback" not in done.stderr
    if code == 2 and "eu-ai-atc" in filled:
        assert "`eu-ai-act`" in done.stderr.decode()


def test_several_formats_in_one_run_and_the_last_line_says_why(minimal, tmp_path):
    done = run("score", str(minimal), "--as-of", DAY, "-f", f"json={tmp_path}/o.json", "-f", f"markdown={tmp_path}/o.md", "-f", f"html={tmp_path}/o.html", "--max-score", "1")
    assert done.returncode == 1
    assert {path.name for path in tmp_path.iterdir()} >= {"o.json", "o.md", "o.html"}
    assert json.loads((tmp_path / "o.json").read_text(encoding="utf-8"))["schema"] == "riskcheck-result/1"
    assert "--max-score" in done.stderr.decode().splitlines()[-1]


def test_a_fault_leaves_no_output_behind(minimal, tmp_path):
    done = run("score", str(minimal), "-f", f"json={tmp_path}/o.json", "-f", "html=/proc/no/such/place.html")
    assert done.returncode == 3
    assert not (tmp_path / "o.json").exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".o.json")]


def test_piped_output_has_no_escape(minimal):
    for environment in ({}, {"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert b"\x1b" not in run("score", str(minimal), **environment).stdout


def test_colour_when_asked(minimal):
    assert b"\x1b[" in run("score", str(minimal), "--color", "always").stdout
    assert b"\x1b[" not in run("score", str(minimal), "--color", "always", "--no-color").stdout


def test_standard_input(minimal):
    done = run("score", "-", "-f", "json", stdin=minimal.read_bytes())
    assert done.returncode == 0
    assert json.loads(done.stdout)["company"]


def test_reader_that_goes_away_is_no_fault(minimal):
    done = subprocess.run(
        f"{sys.executable} -m riskcheck score {minimal} -f json | head -c 10", shell=True, capture_output=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert b"Traceback" not in done.stderr
    assert b"BrokenPipe" not in done.stderr


def test_init_writes_a_profile_that_scores(tmp_path):
    target = tmp_path / "profile.yaml"
    assert run("init", str(target), "--name", '测试公司: "x"', "--lang", "zh").returncode == 0
    assert run("validate", str(target)).returncode == 0
    done = run("score", str(target), "-f", "json")
    found = json.loads(done.stdout)
    assert found["company"] == '测试公司: "x"'
    assert (found["score"]["least"], found["score"]["most"]) == (0.0, 100.0)
    assert run("init", str(target)).returncode == 2


def test_timeline_keeps_its_kinds_apart():
    done = run("timeline", "profiles/minimax.yaml", "--as-of", DAY, "-f", "json")
    entries = json.loads(done.stdout)["entries"]
    assert {entry["due"] for entry in entries} <= {"past", "open", "soon", "later", "met", "proposed"}
    soon = {entry["rule"] for entry in entries if entry["due"] == "soon"}
    assert "eu-ai-act/prohibited/intimate-material-offer" in soon
    calendar = run("timeline", "profiles/minimax.yaml", "--as-of", DAY, "-f", "ics").stdout.decode()
    assert "DTSTART;VALUE=DATE:20261202" in calendar
    assert all(len(line.encode()) <= 75 for line in calendar.split("\r\n"))


TWO = """profile: 1
company: {name: X}
systems:
  a: {name: Alpha, markets: [US], marketing_shows_protected_characters: true}
  b: {name: Beta, markets: [US], marketing_shows_protected_characters: unknown}
  c: {name: Gamma, markets: [US], marketing_shows_protected_characters: false}
  d: {name: Delta, markets: [US], marketing_shows_protected_characters: unknown}
evidence:
  - {for: systems/b/marketing_shows_protected_characters, says: true, standing: alleged, source: complaint}
"""


@pytest.mark.parametrize("arguments", [["timeline"], ["timeline", "-f", "markdown"], ["score", "-f", "markdown"], ["score", "-f", "html"]])
def test_a_calendar_says_of_nobody_what_is_true_or_alleged_of_another(arguments, tmp_path):
    """One product is exposed on the facts, one as alleged; the two beside them are no part of that line."""
    path = tmp_path / "two.yaml"
    path.write_text(TWO, encoding="utf-8")
    page = run(arguments[0], str(path), *arguments[1:], "--as-of", DAY).stdout.decode()
    start = page.index("Binding today" if arguments[0] == "timeline" else 'id="calendar"')
    past = page[start : page.index("Next 90 days", start)]
    plain = [line for line in past.splitlines() if "own advertising" in line and "Alpha" in line]
    assert plain, past
    assert "Gamma" not in past
    assert "Delta" not in past
    told = "".join(line for line in past.splitlines() if "own advertising" in line)
    assert told.index("Alpha") < told.index("Beta") < told.index("alleged")
    assert "alleged" not in told[: told.index("Beta")]


def test_what_is_told_of_several_at_once_does_not_call_an_allegation_a_fact(tmp_path):
    """The plan, the ranking and the comparison have one line for a rule; where its subjects stand differently the line says so."""
    path = tmp_path / "two.yaml"
    path.write_text(TWO, encoding="utf-8")
    page = run("score", str(path), "-f", "markdown", "--as-of", DAY).stdout.decode()
    ranked = page[page.index("## What weighs most") : page.index("## Calendar")]
    plan = page[page.index("## Plan") : page.index("## Conflicts")]
    for part in (ranked, plan):
        line = next(line for line in part.splitlines() if "Protected characters in own advertising" in line)
        assert "partly alleged" in line, line
    run("compare", str(path), "profiles/zhipu.yaml", "-o", str(tmp_path / "out"), "--as-of", DAY)
    index = (tmp_path / "out" / "index.en.html").read_text(encoding="utf-8")
    flag = index[index.index("Protected characters in own advertising") :]
    assert "Alpha, Beta" in flag[:600]
    assert "partly alleged" in flag[:600]


def test_the_result_follows_its_contract(minimal):
    import jsonschema

    schema = json.loads(run("schema", "result").stdout)
    for path in (str(minimal), "profiles/minimax.yaml"):
        jsonschema.validate(json.loads(run("score", path, "-f", "json", "--as-of", DAY).stdout), schema)


def test_committed_schemas_are_those_that_the_vocabulary_makes(installed):
    from riskcheck import schema

    for name, made in schema.schemas(installed).items():
        committed = ROOT / "rules" / "schema" / f"{name}.json"
        assert committed.read_text(encoding="utf-8") == schema.text(made), f"run: make schemas ({name})"


def test_profiles_pass_the_schema_and_mistakes_do_not(installed):
    import jsonschema
    import yaml

    from riskcheck import schema

    made = schema.schemas(installed)["profile"]
    loader = type("Loader", (yaml.SafeLoader,), {"yaml_implicit_resolvers": {}})

    def plain(node):
        from riskcheck.source.yaml12 import scalar

        if isinstance(node, dict):
            return {key: plain(item) for key, item in node.items()}
        if isinstance(node, list):
            return [plain(item) for item in node]
        found = scalar(node)
        return found.isoformat() if hasattr(found, "isoformat") else found

    for path in sorted((ROOT / "profiles").glob("*.yaml")):
        jsonschema.validate(plain(yaml.load(path.read_text(encoding="utf-8"), Loader=loader)), made)  # noqa: S506
    for wrong in ({"headquaters": "DE"}, {"headquarters": "Germany"}, {"copyright_policy": "perhaps"}, {"cash": "75m"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({"profile": 1, "company": wrong}, made)


def test_rule_schema_accepts_every_rule_and_refuses_a_misspelt_fact(installed, source):
    import jsonschema

    from riskcheck import schema

    made = schema.schemas(installed)
    validators = {name: jsonschema.Draft7Validator(made[name]) for name in ("rule", "definition")}

    def plain(value):
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items()}
        if isinstance(value, list):
            return [plain(item) for item in value]
        return value.isoformat() if hasattr(value, "isoformat") else value

    library = source[0]
    for found, kind in ((library.rules, "rule"), (library.definitions, "definition")):
        for identity, (document, _) in list(found.items())[::7]:
            problem = next(validators[kind].iter_errors(plain(document.data)), None)
            assert problem is None, (identity, problem and problem.message[:300])
    document = next(iter(library.rules.values()))[0]
    broken = {**plain(document.data), "applies": {"system.generates_contnt": True}}
    assert list(validators["rule"].iter_errors(broken))


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["score", "{p}", "--as-of", "9999-12-31"], 2, "between 1900 and 2100"),
        (["timeline", "{p}", "--as-of", "0001-01-01"], 2, "between 1900 and 2100"),
        (["score", "{folder}"], 3, "name a profile in it"),
        (["score", "{folder}/q.yaml"], 3, "`p.yaml`"),
        (["score", "{folder}/no/q.yaml"], 3, "no folder"),
        (["score", "{zeros}"], 3, "zero bytes"),
        (["score", "{p}", "--rules", "{folder}"], 3, "copy "),
        (["validate", "{bom}"], 0, "byte-order mark"),
        (["explain", "system.marketz"], 2, "`system.markets`"),
        (["explain", "eu-ai-act/general-purpose/authorised-representative@models/m2-7"], 2, "PROFILE"),
        (["explain", "eu-ai-act/general-purpose/authorised-representative@models/m27", "profiles/minimax.yaml"], 2, "`models/m2-7`"),
        (["rules", "list", "--pack", "eu-ai-atc"], 2, "`eu-ai-act`"),
        (["rules", "list", "--lang", "fr"], 2, "'en', 'zh'"),
        (["rules", "test", "eu-ai-act/transparancy"], 2, "`eu-ai-act/transparency`"),
        (["rules", "lint", "eu-ai-atc"], 2, "`eu-ai-act`"),
        (["xyzzy"], 2, "--help"),
    ],
)  # fmt: skip
def test_what_can_not_be_done_is_told_with_the_next_step(arguments, code, words, minimal, tmp_path):
    (tmp_path / "zeros.bin").write_bytes(b"\x00\x01\xff")
    (tmp_path / "bom.txt").write_bytes(b"\xef\xbb\xbf" + minimal.read_bytes())
    filled = [a.format(p=minimal, folder=tmp_path, zeros=tmp_path / "zeros.bin", bom=tmp_path / "bom.txt") for a in arguments]
    done = run(*filled)
    assert done.returncode == code, done.stderr.decode()
    assert words in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_an_environment_that_is_wrong_is_no_fault_of_riskcheck(minimal):
    done = run("score", str(minimal), RISKCHECK_RULES="/no/such/rules")
    assert (done.returncode, b"RISKCHECK_RULES" in done.stderr) == (2, True)
    assert run("score", str(minimal), "-f", "json", SOURCE_DATE_EPOCH="9" * 30).returncode == 0


def test_validate_reads_standard_input(minimal):
    assert run("validate", "-", stdin=minimal.read_bytes()).returncode == 0
    done = run("validate", "-", stdin=b"profile: 1\ncompny: {}\n")
    assert done.returncode == 3
    assert "stdin:2:1" in done.stderr.decode()


@pytest.mark.parametrize(("name", "formats"), [("score", "FORMATS"), ("gate", "GATE_FORMATS"), ("diff", "GATE_FORMATS")])
def test_help_names_every_format(name, formats):
    from riskcheck.report.formats import registry

    told = " ".join(run(name, "--help").stdout.decode().split()).replace("- ", "-")
    for shape in getattr(registry, formats):
        assert f"{shape}," in told or f"{shape}." in told, shape


def test_the_schema_of_rules_completes_examples_and_the_profile_takes_other_rates(installed):
    import jsonschema

    from riskcheck import schema

    made = schema.schemas(installed)
    given = {"$ref": "#/definitions/given", "definitions": made["rule"]["definitions"]}
    jsonschema.validate({"system.markets": ["DE"], "model.datasets": [{"dataset.web_crawled": True}]}, given)
    for wrong in ({"system.markts": ["DE"]}, {"system.markets": ["Germany"]}, {"system.generates_content": ["vidoe"]}, {"model.datasets": [{"dataset.web": True}]}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, given)
    jsonschema.validate({"profile": 1, "company": {}, "assumptions": {"fx-usd-per-hkd": 0.128}}, made["profile"])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"profile": 1, "company": {}, "assumptions": {"fx-usd-per-hkd": 0}}, made["profile"])


def test_what_help_texts_name_is_there(program):
    """An example that is copied from a help text works: its rules exist, and what is piped is written to standard output."""
    import re

    ids = {rule.id for rule in program.rules}
    texts = {name: run(name, "--help").stdout.decode() for name in _COMMANDS} | {"waivers add": run("waivers", "add", "--help").stdout.decode()}
    named = {(name, rule) for name, text in texts.items() for rule in re.findall(r"(?:--rule|--like|explain) ([a-z-]+/[a-z-]+/[a-z0-9-]+)", text)}
    assert len(named) >= 3
    assert not [(name, rule) for name, rule in named if rule not in ids]
    piped = run("init", "-")
    assert piped.stdout.startswith(b"#")
    assert run("validate", "-", stdin=piped.stdout).returncode == 0


def test_the_state_of_a_precedent_carries_its_day(tmp_path):
    """What was pending in June 2026 may be decided by now; a state without a day would be told as today's."""
    listed = run("precedents", "--jurisdiction", "US").stdout.decode()
    assert "[2026-05-26]" in listed
    page = run("score", "profiles/minimax.yaml", "-f", "markdown", "--as-of", DAY, "--lang", "en,zh").stdout.decode()
    cases = [line for line in page.splitlines() if "Disney, Universal v. Midjourney" in line and "Consolidated" in line]
    assert cases
    assert all("(as of 20" in line for line in cases)
    assert "（截至20" in page or "(截至20" in page
