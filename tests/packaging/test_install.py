"""A wheel, an sdist and a plain checkout, each used as a stranger would: from an empty folder, without a network.

The fresh environments take their dependencies from the running one, linked in package by package, so that nothing is
downloaded and nothing of the checkout can be seen. Building needs hatchling, which pip fetches if it is not there.
"""

from __future__ import annotations

import json
import locale
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.packaging
ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("riskcheck", "rules", "reports", "profiles", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "Makefile")
DAY = "2026-11-23"
NO_NETWORK = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9", "no_proxy": ""}


def clean_environment(home: Path, **more: str) -> dict[str, str]:
    """Nothing of this checkout's own: no PYTHONPATH, no cache but that of ``home``."""
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "SYSTEMROOT", "TMPDIR", "LANG")}
    return {**kept, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), "COLUMNS": "90", **NO_NETWORK, **more}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Path:
    """A copy of the sources, so that building leaves nothing in the checkout."""
    folder = tmp_path_factory.mktemp("src") / "riskcheck"
    folder.mkdir()
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "_data"))
        else:
            shutil.copy(source, folder)
    return folder


def build(*arguments: str, cwd: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "pip", *arguments], cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode and "hatchling" in done.stderr and "No matching distribution" in done.stderr and os.environ.get("CI") != "true":
        pytest.skip("hatchling can't be had here")
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.fixture(scope="module")
def wheel(checkout, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build("wheel", "--no-deps", "-q", "-w", str(folder), str(checkout), cwd=folder)
    return next(folder.glob("riskcheck-*.whl"))


@pytest.fixture(scope="module")
def sdist_wheel(checkout, tmp_path_factory) -> tuple[Path, Path]:
    """The sdist, and the wheel that pip makes of it."""
    folder = tmp_path_factory.mktemp("sdist")
    venv = new_venv(folder / "builder")
    build("--python", str(venv), "install", "-q", "hatchling", cwd=folder)
    subprocess.run([str(venv), "-m", "hatchling", "build", "-t", "sdist", "-d", str(folder)], cwd=checkout, check=True, capture_output=True)
    sdist = next(folder.glob("riskcheck-*.tar.gz"))
    build("wheel", "--no-deps", "-q", "-w", str(folder / "out"), str(sdist), cwd=folder)
    return sdist, next((folder / "out").glob("riskcheck-*.whl"))


def new_venv(folder: Path) -> Path:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return folder / "bin" / "python"


def dependencies_of_ours() -> list[Path]:
    """Everything in this environment but riskcheck itself and what leads to the checkout."""
    site = Path(sysconfig.get_paths()["purelib"])
    return [entry for entry in sorted(site.iterdir()) if "riskcheck" not in entry.name.lower() and entry.suffix != ".pth" and entry.name != "__pycache__"]


def install(wheel: Path, folder: Path) -> Path:
    """Return the riskcheck command of a fresh environment into which a wheel is installed."""
    python = new_venv(folder)
    build("--python", str(python), "install", "-q", "--no-deps", "--no-index", str(wheel), cwd=folder)
    site = next((folder / "lib").glob("python*/site-packages"))
    for entry in dependencies_of_ours():
        if not (site / entry.name).exists():
            (site / entry.name).symlink_to(entry)
    return folder / "bin" / "riskcheck"


@pytest.fixture(scope="module")
def command(wheel, tmp_path_factory) -> list[str]:
    return [str(install(wheel, tmp_path_factory.mktemp("env") / "venv"))]


def run(command: list[str], *arguments: str, cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    done = subprocess.run([*command, *arguments], cwd=cwd, env=env, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    return done


@pytest.fixture
def empty(tmp_path) -> Path:
    """An empty folder with one profile in it."""
    folder = tmp_path / "work"
    folder.mkdir()
    shutil.copy(ROOT / "profiles" / "minimax.yaml", folder / "company.yaml")
    return folder


def test_wheel_holds_rules_and_templates(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    shipped = {f"riskcheck/_data/rules/{path.relative_to(ROOT / 'rules').as_posix()}" for path in (ROOT / "rules").rglob("*.yaml")}
    templates = {f"riskcheck/_data/templates/{path.relative_to(ROOT / 'reports/templates').as_posix()}" for path in (ROOT / "reports/templates").rglob("*") if path.is_file()}
    assert not (shipped | templates) - names
    assert not [name for name in names if name.startswith(("tests/", "bench/", "docs/")) or "__pycache__" in name]
    assert any(name.endswith("py.typed") for name in names)


def test_installed_from_a_wheel(command, empty, tmp_path):
    env = clean_environment(tmp_path / "home")
    assert b"MiniMax" in run(command, "score", "company.yaml", "--as-of", DAY, cwd=empty, env=env).stdout
    cached = sorted(path.name for path in (tmp_path / "home" / "cache" / "riskcheck").rglob("*.*"))
    assert {"program.bin", "texts-en.bin", "texts-zh.bin"} <= set(cached)
    run(command, "validate", "company.yaml", cwd=empty, env=env)
    assert b"Art." in run(command, "explain", "eu-ai-act/general-purpose/authorised-representative", "company.yaml", cwd=empty, env=env).stdout
    assert json.loads(run(command, "schema", "profile", cwd=empty, env=env).stdout)["$schema"]
    run(command, "score", "company.yaml", "--as-of", DAY, "-f", "html=r.html", "-f", "markdown=r.md", "-f", "json=r.json", cwd=empty, env=env)
    assert sorted(path.name for path in empty.iterdir()) == ["company.yaml", "r.html", "r.json", "r.md"]


def test_the_wheel_says_what_the_checkout_says(command, empty, tmp_path):
    arguments = ("score", "company.yaml", "--as-of", DAY, "-f", "json")
    installed = run(command, *arguments, cwd=empty, env=clean_environment(tmp_path / "home"))
    here = run([sys.executable, "-m", "riskcheck"], *arguments, cwd=empty, env=clean_environment(tmp_path / "other", PYTHONPATH=str(ROOT)))
    assert installed.stdout == here.stdout


def test_plain_checkout(checkout, empty, tmp_path):
    env = clean_environment(tmp_path / "home", PYTHONPATH=str(checkout))
    done = run([sys.executable, "-m", "riskcheck"], "score", "company.yaml", "--as-of", DAY, cwd=empty, env=env)
    assert b"MiniMax" in done.stdout
    assert (checkout / ".cache" / "riskcheck").is_dir(), "a checkout keeps its cache inside itself"
    assert not (tmp_path / "home" / "cache").exists()


def test_wheel_from_sdist_is_the_wheel(sdist_wheel, wheel):
    def contents(path: Path) -> dict[str, bytes]:
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist() if not name.endswith("RECORD")}

    assert contents(sdist_wheel[1]) == contents(wheel)


def locales() -> list[str]:
    found = ["C"]
    for name in ("zh_CN.UTF-8", "de_DE.UTF-8", "C.UTF-8"):
        try:
            locale.setlocale(locale.LC_CTYPE, name)
        except locale.Error:
            continue
        finally:
            locale.setlocale(locale.LC_CTYPE, "C")
        found.append(name)
    return found


def test_same_bytes_everywhere(command, tmp_path):
    places = [("1", "UTC", locales()[0]), ("4711", "Asia/Shanghai", locales()[-1])]
    found = []
    for number, (seed, zone, tongue) in enumerate(places):
        folder = tmp_path / f"folder {number}"
        folder.mkdir()
        shutil.copy(ROOT / "profiles" / "minimax.yaml", folder)
        env = clean_environment(tmp_path / f"home{number}", PYTHONHASHSEED=seed, TZ=zone, LC_ALL=tongue, LANG=tongue)
        outputs = [part for name in ("json", "html", "markdown") for part in ("-f", f"{name}=out.{name}")]
        run(command, "score", "minimax.yaml", "--as-of", DAY, "--lang", "en,zh", *outputs, cwd=folder, env=env)
        terminal = run(command, "score", "minimax.yaml", "--as-of", DAY, cwd=folder, env=env).stdout
        found.append([terminal, *((folder / f"out.{name}").read_bytes() for name in ("json", "html", "markdown"))])
    assert found[0] == found[1]


def test_a_cache_folder_that_cannot_be_used(command, empty, tmp_path):
    (tmp_path / "file").write_text("no folder\n")
    env = clean_environment(tmp_path / "home", XDG_CACHE_HOME=str(tmp_path / "file"))
    assert b"MiniMax" in run(command, "score", "company.yaml", "--as-of", DAY, cwd=empty, env=env).stdout


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_cache_folder(command, empty, tmp_path):
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o555)
    env = clean_environment(tmp_path / "home", XDG_CACHE_HOME=str(cache))
    assert b"MiniMax" in run(command, "score", "company.yaml", "--as-of", DAY, cwd=empty, env=env).stdout
