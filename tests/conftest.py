"""Fixtures that every folder of tests shares."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from riskcheck.installed import Installed, load_installed, load_source
from riskcheck.testing import ExampleRunner

ROOT = Path(__file__).resolve().parent.parent
DAY = date(2026, 11, 23)

settings.register_profile(
    "riskcheck", deadline=None, print_blob=True, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.load_profile("riskcheck")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite the goldens; read the diff in review")


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def installed() -> Installed:
    return load_installed()


@pytest.fixture(scope="session")
def program(installed):
    return installed.program


@pytest.fixture(scope="session")
def source():
    """The rules folder as written: library, program, faults."""
    return load_source()


@pytest.fixture(scope="session")
def runner(source) -> ExampleRunner:
    library, program, _ = source
    return ExampleRunner(library, program)


@pytest.fixture(scope="session")
def schemas() -> Path:
    """The folder of outside schemas; a stranger may lack it, CI may not."""
    folder = Path(os.environ.get("RISKCHECK_SCHEMAS", ROOT.parent / "shared" / "schemas"))
    if not folder.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"the schemas are missing: {folder} (set RISKCHECK_SCHEMAS)")
        pytest.skip(f"no schemas at {folder} (set RISKCHECK_SCHEMAS)")
    return folder
