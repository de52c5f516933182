"""The formats that other programs read: valid by their own schemas, pointing at the key concerned, the same bytes everywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import jsonschema
import pytest
from lxml import etree

from riskcheck.report.line_hash import line_hashes

PROFILE = "profiles/lumen.yaml"
SAFEGUARDS = "test-pack/transfers/safeguards"


@pytest.fixture
def spoilt(repo):
    path = repo.folder / PROFILE
    text = path.read_text(encoding="utf-8").replace("remote_access_countries: []", "remote_access_countries: [CN]").replace("marked: true", "marked: false")
    text = text.replace("watched: true", "watched: false").replace("customers:\n  klinik:", "customers:\n  spital:\n    residency_demand: eea\n    systems: [planner]\n  klinik:")
    path.write_text(text.replace("storage_countries: [DE]", "storage_countries: [DE, US]"))
    repo.commit()
    return repo


FORMATS = ("sarif", "json", "junit", "gitlab", "html", "md", "github", "github-summary", "github-output", "pr-comment", "terminal")


def test_all_formats_in_one_run_and_none_changes_the_code(spoilt, run):
    flags = [part for name in FORMATS for part in ("-f", f"{name}=out/o.{name}")]
    assert run("gate", PROFILE, "--base", "main", *flags).code == 1
    assert sorted(path.name for path in (spoilt.folder / "out").iterdir()) == sorted(f"o.{name}" for name in FORMATS)
    for name in FORMATS:
        assert run("gate", PROFILE, "--base", "main", "-f", f"{name}=out/alone.{name}").code == 1
        assert (spoilt.folder / f"out/alone.{name}").read_bytes() == (spoilt.folder / f"out/o.{name}").read_bytes()


@pytest.mark.parametrize("command", ["gate", "diff", "score"])
def test_sarif_is_valid_and_points_at_keys(spoilt, run, schemas, command):
    args = {"gate": ("gate", PROFILE, "--base", "main"), "diff": ("diff", f"main:{PROFILE}", PROFILE), "score": ("score", PROFILE)}[command]
    log = json.loads(run(*args, "-f", "sarif").out)
    for name in ("sarif-schema-2.1.0.json", "github-code-scanning.overlay.schema.json"):
        schema = json.loads((schemas / name).read_text(encoding="utf-8"))
        jsonschema.validators.validator_for(schema)(schema, format_checker=jsonschema.FormatChecker()).validate(log)
    text = (spoilt.folder / PROFILE).read_text(encoding="utf-8")
    lines, hashes = text.split("\n"), line_hashes(text)
    seen = set()
    results = log["runs"][0]["results"]
    assert {result["ruleId"] for result in results} >= {SAFEGUARDS, "test-pack/systems/marking", "test-pack/transfers/promise"}
    for result in results:
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == PROFILE
        for here in (place, *(related["physicalLocation"] for related in result.get("relatedLocations", ()))):
            region = here["region"]
            assert region["startLine"] == region["endLine"], "an alert shows only if all its lines are in the diff"
            line = lines[region["startLine"] - 1]
            key = line[region["startColumn"] - 1 : region["endColumn"] - 1]
            assert line.strip().startswith(f"{key}:"), "the region is the key, the whole key and nothing but the key"
        fingerprint = result["partialFingerprints"]["primaryLocationLineHash"]
        assert fingerprint == hashes[place["region"]["startLine"] - 1]
        assert (result["ruleId"], fingerprint) not in seen
        seen.add((result["ruleId"], fingerprint))
        assert log["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    promise = next(result for result in results if result["ruleId"].endswith("promise"))
    assert "klinik" in promise["message"]["text"]
    assert "spital" in promise["message"]["text"], "two findings of one rule on one line are one result that names both"


def test_in_a_comparison_the_changed_fact_is_the_primary_location(spoilt, run):
    for args in (("gate", PROFILE, "--base", "main"), ("diff", f"main:{PROFILE}", PROFILE)):
        log = json.loads(run(*args, "-f", "sarif").out)
        line = (spoilt.folder / PROFILE).read_text(encoding="utf-8").split("\n").index("    marked: false") + 1
        marking = next(result for result in log["runs"][0]["results"] if result["ruleId"].endswith("marking"))
        assert marking["locations"][0]["physicalLocation"]["region"]["startLine"] == line
        assert "yes → no" in marking["message"]["text"]


def test_security_severity_only_when_asked(spoilt, run, schemas):
    rules = json.loads(run("gate", PROFILE, "--base", "main", "-f", "sarif").out)["runs"][0]["tool"]["driver"]["rules"]
    assert all("security-severity" not in rule["properties"] and "problem.severity" in rule["properties"] for rule in rules)
    log = json.loads(run("gate", PROFILE, "--base", "main", "-f", "sarif", "--sarif-security-severity").out)
    jsonschema.Draft7Validator(json.loads((schemas / "github-code-scanning.overlay.schema.json").read_text(encoding="utf-8"))).validate(log)
    assert all("security" in rule["properties"]["tags"] for rule in log["runs"][0]["tool"]["driver"]["rules"])


def test_two_profiles_are_two_categories(spoilt, run):
    spoilt.write("profiles/second.yaml", "profile: 1\ncompany: {name: Second, headquarters: DE, policy_in_place: false}\n")
    runs = json.loads(run("gate", "profiles", "--base", "main", "-f", "sarif").out)["runs"]
    assert [one["automationDetails"]["id"] for one in runs] == ["riskcheck/profiles/lumen.yaml/", "riskcheck/profiles/second.yaml/"]


def test_the_line_hash_is_githubs(schemas):
    cases = json.loads((schemas / "testdata/primary-location-line-hash.vectors.json").read_text(encoding="utf-8"))["cases"]
    assert len(cases) == 6
    for case in cases:
        assert line_hashes(case["input"]) == case["hashes"]


@pytest.mark.parametrize("command", ["gate", "score"])
def test_junit_by_both_schemas(spoilt, run, schemas, command):
    args = ("gate", PROFILE, "--base", "main") if command == "gate" else ("score", PROFILE)
    spoilt.write(PROFILE, (spoilt.folder / PROFILE).read_text(encoding="utf-8").replace("    users: 1000\n", ""))
    document = etree.fromstring(run(*args, "-f", "junit").out.encode())
    for name in ("junit-10.jenkins-xunit.xsd", "junit-windyroad.xsd"):
        etree.XMLSchema(etree.parse(str(schemas / name))).assertValid(document)
    cases = {case.get("name").split(":")[0]: case for case in document.iter("testcase")}
    assert cases["transfers/safeguards"].find("failure").get("type") == "high"
    assert f"{PROFILE}:" in cases["transfers/safeguards"].find("failure").text
    assert "unknown" in cases["systems/crowd"].find("skipped").get("message")
    assert cases["systems/oversight"].find("skipped") is not None, "what binds only next year is no failure of today"
    assert len(cases["company/policy"]) == 0
    suite = document.find("testsuite")
    assert int(suite.get("failures")) == len(list(document.iter("failure")))
    assert int(suite.get("tests")) == len(list(document.iter("testcase")))


@pytest.mark.parametrize("command", ["gate", "diff", "score"])
def test_gitlab_by_the_strict_schema(spoilt, run, schemas, command):
    args = {"gate": ("gate", PROFILE, "--base", "main"), "diff": ("diff", f"main:{PROFILE}", PROFILE), "score": ("score", PROFILE)}[command]
    text = run(*args, "-f", "gitlab").out
    assert not text.startswith("\ufeff")
    items = json.loads(text)
    jsonschema.Draft7Validator(json.loads((schemas / "gitlab-code-quality.report.schema.json").read_text(encoding="utf-8"))).validate(items)
    item = json.loads((schemas / "gitlab-codeclimate.item.schema.json").read_text(encoding="utf-8"))
    for one in items:
        jsonschema.validators.validator_for(item)(item).validate(one)
    prints = [one["fingerprint"] for one in items]
    assert len(prints) == len(set(prints)) >= 4
    assert {one["severity"] for one in items} == {"critical", "major", "info"}
    before = {one["check_name"]: one["fingerprint"] for one in items if one["location"]["lines"]["begin"]}
    spoilt.write(PROFILE, "# a comment\n" * 50 + (spoilt.folder / PROFILE).read_text(encoding="utf-8"))
    again = json.loads(run(*args, "-f", "gitlab").out)
    assert {one["check_name"]: one["fingerprint"] for one in again} == before, "fingerprints hold no line"


def test_github_commands_are_capped_and_ordered(repo, run):
    systems = "".join(f"  s{number}:\n    ai_system: true\n    markets: [DE]\n    marked: false\n    watched: true\n    users: 5\n" for number in range(14))
    repo.write("many.yaml", f"profile: 1\ncompany: {{name: Many}}\nsystems:\n{systems}flows: {{}}\ncustomers: {{}}\n")
    lines = run("gate", "many.yaml", "-f", "github").out.splitlines()
    errors = [line for line in lines if line.startswith("::error")]
    assert len(errors) == 10
    assert "and 6 more" in errors[-1]
    assert lines[0].startswith("::error file=many.yaml,title=Gate refused::")
    assert "line=7," in "".join(lines)


def test_figures_for_the_next_step(spoilt, run):
    values = dict(line.split("=", 1) for line in run("gate", PROFILE, "--base", "main", "-f", "github-output").out.splitlines())
    assert values["gate"] == "refused"
    assert (values["high"], values["critical"]) == ("2", "0")
    assert (values["new"], values["fixed"]) == ("5", "0")
    assert {"score", "coverage", "unchanged", "newly-unknown"} <= values.keys()


def test_the_comment_can_be_found_again_and_is_short_when_nothing_changed(repo, spoilt, run):
    text = run("gate", PROFILE, "--base", "main", "-f", "pr-comment", "--name", "legal <!-- x").out
    assert text.splitlines()[0] == "<!-- riskcheck:legal------x -->"
    assert len(text) < 65_000
    assert "flows/eu-chat/remote\\_access\\_countries" in text
    repo.git("branch", "-f", "main", "change")
    quiet = run("gate", PROFILE, "--base", "main", "-f", "pr-comment").out
    assert quiet == "<!-- riskcheck:default -->\n✅ Gate passed. No finding changed.\n"


def test_the_terminal_shows_line_and_caret(spoilt, run):
    out = run("gate", PROFILE, "--base", "main").out
    text = (spoilt.folder / PROFILE).read_text(encoding="utf-8").split("\n")
    line = text.index("    marked: false") + 1
    assert f" --> {PROFILE}:{line}:5" in out
    assert f"{line}  |     marked: false" in out
    assert "    ^^^^^^\n" in out
    assert "\x1b" not in out
    assert "\x1b[" in run("gate", PROFILE, "--base", "main", "--color", "always").out


@pytest.mark.parametrize("name", ["terminal", "html", "markdown", "pr-comment", "github-summary", "junit", "github"])
def test_chinese(spoilt, run, name):
    out = run("gate", PROFILE, "--base", "main", "--lang", "zh", "-f", name).out
    assert "档案" in out or "新增" in out or "严重程度" in out


def test_both_languages_have_the_same_words(root):
    english, chinese = (json.loads((root / f"riskcheck/report/locale/gate.{language}.json").read_text(encoding="utf-8")) for language in ("en", "zh"))
    assert english.keys() == chinese.keys()
    import re

    for key, text in english.items():
        assert set(re.findall(r"\{(\w+)", text)) == set(re.findall(r"\{(\w+)", chinese[key])), key


def test_the_page_is_whole_in_itself(spoilt, run):
    page = run("gate", PROFILE, "--base", "main", "-f", "html").out
    tree = etree.HTML(page)
    assert tree.xpath("//script|//img|//iframe|//link") == []
    assert "default-src 'none'" in page
    assert tree.get("lang") == "en"
    for table in tree.xpath("//table"):
        assert table.xpath("caption")
        assert all(cell.get("scope") for cell in table.xpath(".//th"))
    assert len(tree.xpath("//tr[@id]")) == 5


def test_the_same_bytes_in_another_place_and_process(spoilt, root, tmp_path):
    """Another folder, locale, time zone and hash seed change nothing."""
    outputs = []
    for number, env in enumerate(({"LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "0"}, {"LC_ALL": "C", "TZ": "Asia/Shanghai", "PYTHONHASHSEED": "77"})):
        folder = tmp_path / f"copy-{number}"
        subprocess.run(["git", "clone", "-q", str(spoilt.folder), str(folder)], check=True, capture_output=True)
        flags = [part for name in FORMATS for part in ("-f", f"{name}=out/o.{name}")]
        command = [sys.executable, "-m", "riskcheck", "gate", PROFILE, "--base", "origin/main", "--rules", str(root / "tests/gate/rules"), "--as-of", "2026-11-24", *flags]
        done = subprocess.run(command, cwd=folder, env={**os.environ, **env}, capture_output=True, check=False)
        assert done.returncode == 1, done.stderr
        outputs.append({name: (folder / f"out/o.{name}").read_bytes() for name in FORMATS})
    assert outputs[0] == outputs[1]
    assert str(tmp_path).encode() not in b"".join(outputs[0].values())
