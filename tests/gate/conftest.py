"""A repository made for each test, judged by six small rules whose law never changes."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from riskcheck.cli.main import main

RULES = Path(__file__).resolve().parent / "rules"
DAY = "2026-11-24"

BASE = """\
profile: 1
company:
  name: Lumen
  headquarters: DE
  worldwide_turnover: 100_000_000 EUR
  policy_in_place: true
systems:
  planner:
    ai_system: true
    markets: [DE, NO]
    marked: true
    watched: true
    users: 1000
models: {}
datasets: {}
flows:
  eu-chat:
    system: planner
    storage_countries: [DE]
    remote_access_countries: []
    transfer_mechanisms: []
customers:
  klinik:
    residency_demand: eea
    systems: [planner]
disputes: {}
"""


@dataclass
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict:
        return json.loads(self.out)

    @property
    def profile(self) -> dict:
        return self.json["profiles"][0]

    @property
    def changes(self) -> set[tuple[str, str]]:
        """(kind, identity) of every change."""
        return {(change["kind"], change["id"]) for change in self.profile["changes"]}

    def change(self, identity: str) -> dict:
        return next(change for change in self.profile["changes"] if change["id"] == identity)


class Repo:
    """A git repository in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "-q", "-b", "main")

    def git(self, *args: str, **env: str) -> str:
        settings = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
        fixed = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_DATE": "2026-11-01T00:00:00Z", "GIT_COMMITTER_DATE": "2026-11-01T00:00:00Z"}
        done = subprocess.run(["git", *settings, *args], cwd=self.folder, capture_output=True, text=True, encoding="utf-8", env={**os.environ, **fixed, **env}, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, path: str, text: str | bytes) -> Path:
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text if isinstance(text, bytes) else text.encode())
        return place

    def commit(self, message: str = "x") -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")


@pytest.fixture(autouse=True)
def quiet_environment(monkeypatch, tmp_path_factory):
    for name in list(os.environ):
        if name.startswith(("RISKCHECK_", "GIT_", "GITHUB_")) and name != "RISKCHECK_SCHEMAS":
            monkeypatch.delenv(name)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


@pytest.fixture
def lumen() -> str:
    """The profile of Lumen as text."""
    return BASE


@pytest.fixture
def repo(tmp_path, monkeypatch) -> Repo:
    """A repository with one commit, the profile of Lumen, and a branch ``change`` checked out."""
    folder = tmp_path / "repo"
    folder.mkdir()
    found = Repo(folder)
    found.write("profiles/lumen.yaml", BASE)
    found.commit("base")
    found.git("checkout", "-q", "-b", "change")
    monkeypatch.chdir(folder)
    return found


@pytest.fixture
def run(capfd):
    """Run riskcheck with the test rules on the fixed day."""

    def call(*args: str, day: str = DAY, rules: Path | None = RULES) -> Result:
        command, rest = args[0], list(args[1:])
        more = (["--rules", str(rules)] if rules and command in ("gate", "diff", "score") else []) + ["--as-of", day]
        if args[:2] == ("waivers", "add") or args[:2] == ("waivers", "list") or args[:2] == ("waivers", "check"):
            more = ["--as-of", day] + (["--rules", str(rules)] if args[1] != "list" else [])
        capfd.readouterr()
        code = main([command, *rest, *more])
        shown = capfd.readouterr()
        return Result(code, shown.out, shown.err)

    return call


@pytest.fixture
def gate(run):
    """Gate the profile of Lumen against main, as JSON."""

    def call(*args: str, base: str = "main", day: str = DAY) -> Result:
        paths = [arg for arg in args if arg.endswith((".yaml", "/"))] or ["profiles/lumen.yaml"]
        flags = [arg for arg in args if arg not in paths]
        return run("gate", *paths, "--base", base, "-f", "json", *flags, day=day)

    return call
