"""What a start imports, and that the short way of a plain call says what the long way says."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

HEAVY = {"pydantic", "pydantic_core", "jinja2", "babel", "numpy", "rich", "pyarrow", "docx", "openpyxl", "ruamel", "markdown_it", "lxml", "playwright"}
PROFILE = "profiles/minimax.yaml"


def run(root, *arguments, options=(), **environment):
    return subprocess.run(
        [sys.executable, *options, "-m", "riskcheck", *arguments], cwd=root, capture_output=True, check=False,
        env={**os.environ, "NO_COLOR": "1", "SOURCE_DATE_EPOCH": "1795478400", **environment},
    )  # fmt: skip


def imported(root, *arguments) -> set[str]:
    done = run(root, *arguments, options=("-X", "importtime"))
    assert done.returncode == 0, done.stderr[-2000:]
    lines = done.stderr.decode().splitlines()
    return {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}


@pytest.fixture(scope="module", autouse=True)
def _warm(installed):
    """The packs are compiled before anything is looked at: only that may import pydantic."""


def packages(modules: set[str]) -> set[str]:
    return {module.partition(".")[0] for module in modules}


def test_version_imports_next_to_nothing(root):
    found = imported(root, "--version")
    assert not packages(found) & {*HEAVY, "click", "yaml", "json", "hashlib", "decimal"}
    assert {name for name in found if name.startswith("riskcheck")} <= {"riskcheck", "riskcheck.cli", "riskcheck.cli.entry", "riskcheck.cli.version"}


SLOW = {"click", "dataclasses", "inspect", "random", "argparse", "pathlib", "ipaddress", "typing", "re", "enum", "hashlib", "json", "copy", "base64", "markupsafe"}
"""Parts of the standard library that cost a plain run more than a hundredth each, and that it does not need."""


@pytest.mark.parametrize("arguments", [("score", PROFILE), ("score", PROFILE, "--as-of", "2026-11-23")])
def test_a_plain_score_imports_no_framework(root, arguments):
    found = imported(root, *arguments)
    assert not packages(found) & (HEAVY | SLOW)
    assert "riskcheck.report.formats.terminal" in found


def test_a_page_imports_no_framework(root, tmp_path):
    page = ("score", PROFILE, "--as-of", "2026-11-23", "-f", f"html={tmp_path / 'report.html'}")
    imported(root, *page)  # templates are compiled, by Jinja, once
    assert not packages(imported(root, *page)) & (HEAVY | SLOW)


PYTHON_PARTS = {f"yaml.{name}" for name in ("reader", "scanner", "parser", "composer", "constructor", "emitter", "serializer", "representer")}


def test_the_command_line_imports_the_yaml_parser_in_c_alone(root):
    found = imported(root, "score", PROFILE)
    assert "yaml._yaml" in found
    assert not found & PYTHON_PARTS


def python(root, code, **environment):
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False, env={**os.environ, **environment})
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


READ = """
import riskcheck, sys
riskcheck.own_process = {own}
{before}
from riskcheck.diagnostics import Diagnostics
from riskcheck.source.document import parse
for text in ("a: [1, 2026-01-02, 1.5, 'x']\\nb: {{c: NO}}\\n", "a: [1\\n", "a: '\\n", "\\tb: 1\\n", "a: &x 1\\nb: *x\\n", "a: \\x07\\n", "a: 1\\n---\\nb: 2\\n", "? [x]\\n: 1\\n"):
    sink = Diagnostics()
    found = parse(text.encode(), "f.yaml", sink)
    print(found and found.data, [d.render() for d in sink.items])
"""


def test_all_ways_to_pyyaml_say_the_same(root):
    whole = python(root, READ.format(own=False, before=""))
    assert python(root, READ.format(own=True, before="")) == whole
    assert python(root, READ.format(own=True, before="import yaml")) == whole
    assert whole.count("P0") > 5


def test_a_pyyaml_without_its_part_in_c_is_taken_whole(root):
    good = READ.format(own=True, before="sys.modules['yaml._yaml'] = None")
    found, whole = python(root, good).splitlines(), python(root, READ.format(own=False, before="")).splitlines()
    assert found[0] == whole[0]
    assert [line.startswith("None") for line in found] == [line.startswith("None") for line in whole]


@pytest.mark.parametrize("own", [True, False])
def test_pyyaml_is_whole_for_others(root, own):
    code = f"""
import riskcheck
riskcheck.own_process = {own}
import riskcheck.source.yaml12
import yaml
assert yaml.safe_load("a: !!binary aGVsbG8=") == {{"a": b"hello"}} and yaml.dump([1]) == "- 1\\n"
for loader in (yaml.SafeLoader, yaml.CSafeLoader):
    try:
        yaml.load("a: [1", Loader=loader)
    except {"yaml.YAMLError" if own else "yaml.parser.ParserError"}:
        continue
    raise AssertionError(loader)
"""
    python(root, code)


@pytest.mark.parametrize("arguments", [("score", PROFILE, "--lang", "zh"), ("score", PROFILE, "-f", "json"), ("validate", PROFILE)])
def test_other_light_commands_import_no_heavy_package(root, arguments):
    assert not packages(imported(root, *arguments)) & HEAVY


@pytest.mark.parametrize("day", [(), ("--as-of", "2026-11-23"), ("--as-of", "2027-12-03")])
@pytest.mark.parametrize("environment", [{}, {"COLUMNS": "60"}, {"LC_ALL": "C"}])
def test_both_ways_write_the_same_bytes(root, day, environment):
    short = run(root, "score", PROFILE, *day, **environment)
    long = run(root, "score", PROFILE, *day, "--color", "auto", **environment)
    assert (short.returncode, short.stdout, short.stderr) == (long.returncode, long.stdout, long.stderr)
    assert short.returncode == 0
    assert b"MiniMax" in short.stdout


@pytest.mark.parametrize("language", ["en", "zh", "en,zh"])
def test_both_ways_write_the_same_files(root, tmp_path, language):
    outputs = {name: [f"{way}/report.{name}" for way in ("short", "long")] for name in ("html", "markdown", "json", "csv", "terminal")}
    for index, more in enumerate([(), ("--color", "auto")]):
        files = [part for name, found in outputs.items() for part in ("-f", f"{name}={tmp_path / found[index]}")]
        done = run(root, "score", PROFILE, "--as-of", "2026-11-23", *files, "--lang", language, *more)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    for short, long in outputs.values():
        assert (tmp_path / short).read_bytes() == (tmp_path / long).read_bytes()
    assert (tmp_path / "short" / "report.html").stat().st_mode & 0o777 == 0o644
    assert len(list((tmp_path / "short").iterdir())) == len(outputs)


def test_a_page_needs_no_click(root, tmp_path):
    assert "click" not in packages(imported(root, "score", PROFILE, "-f", f"html={tmp_path / 'report.html'}"))


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("score",), 2), (("score", "missing.yaml"), 3), (("score", PROFILE, "--as-of"), 2), (("score", PROFILE, "--as-of", "yesterday"), 2),
        (("score", "--help"), 0), (("score", "rules/scoring.yaml"), 3),
        (("score", PROFILE, "-f", "htlm=x.html"), 2), (("score", PROFILE, "-f", "docx"), 2), (("score", PROFILE, "--lang", "xx"), 2),
        (("score", PROFILE, "-f", "html=/proc/none/x.html"), 3),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_said_once_and_in_words(root, arguments, code):
    done = run(root, *arguments)
    assert done.returncode == code
    assert b"Traceback" not in done.stderr
    assert bool(done.stdout) == (code == 0)


def test_a_reader_that_goes_away_is_no_fault(root):
    command = f"{sys.executable} -m riskcheck score {PROFILE} | head -c 1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=root, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")  # noqa: PTH110
@pytest.mark.parametrize("more", [(), ("--color", "auto")])
def test_a_full_disk_is_never_a_success(root, more):
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = subprocess.run([sys.executable, "-m", "riskcheck", "score", PROFILE, *more], cwd=root, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode not in (0, 1)
    assert b"No space left" in done.stderr


@pytest.mark.parametrize("more", [(), ("--color", "auto")])
def test_a_file_that_may_not_grow_leaves_nothing_behind(root, tmp_path, more):
    """A limit on the size of files is a disk that is full: neither the output nor half of it stays."""
    import resource
    import signal

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    done = subprocess.run(
        [sys.executable, "-m", "riskcheck", "score", PROFILE, "-f", f"html={tmp_path / 'report.html'}", *more], cwd=root, capture_output=True, check=False,
        preexec_fn=limit, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert done.returncode == 3
    assert b"File too large" in done.stderr
    assert list(tmp_path.iterdir()) == []
