"""Runs of real and of hostile profiles, ready for any format."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from riskcheck.assess.assess import assess
from riskcheck.loader.profiles import load_profile, read_profile
from riskcheck.report.run import Run

DAY = date(2026, 11, 24)
MakeRun = Callable[..., Run]


@pytest.fixture(scope="session")
def make_run(installed, root) -> MakeRun:
    """Return a maker of runs: a file of profiles/ by name, or the text of a profile."""

    def make(source: str = "minimax", *, day: date = DAY, proposed: bool = False, **options) -> Run:
        program = installed.program
        if "\n" in source:
            profile, document = read_profile(source.encode(), "profile.yaml", program)
        else:
            path = root / "profiles" / f"{source}.yaml"
            profile, document = load_profile(path, program, name=f"profiles/{path.name}")
        return Run(
            assessment=assess(program, profile, day, traces="told", include_proposed=proposed), profile=profile, document=document, program=program, installed=installed,
            version="0.0.0", **options,
        )

    return make


HOSTILE = r"""
profile: 1
company:
  name: "<script>alert(1)</script> @team #12 =HYPERLINK(1) ::error::x | `code` \u202Egnp \u001b[31mred"
  headquarters: CN
  sells_to_united_states: true
systems:
  evil:
    name: "<img src=//evil.example/x.png onerror=alert(2)> ![b](https://evil.example/beacon.png) {{ 7*7 }} %s {0}"
    note: "</style><script>alert(3)</script>"
    markets: {US: true}
    slogan_suggests_studio_content: true
disputes:
  evil-suit:
    name: "-- =cmd|' /C calc'!A0 [click](javascript:alert(4)) https://evil.example @everyone"
    systems: [evil]
    claimants: "<b>bold</b>\u0000\u0007 ]]> --> \u2066x"
    forum_country: US
    subject_matter: {copyright: true}
    stage: filed
    wilfulness_alleged: true
    amount_claimed: 75_000_000 USD
incomplete: [systems, disputes]
evidence:
  - for: [systems/evil/reproduces_characters]
    says: true
    standing: alleged
    dispute: evil-suit
    source: "\"><svg onload=alert(5)> | pipe \n# heading \n- item"
    dated: 2025-09-16
    url: "javascript:alert(6)"
  - for: company/headquarters
    standing: reported
    source: "+1+cmd"
    dated: 2025-09-16
    url: "https://example.org/a b\"onclick=alert(7)"
"""


@pytest.fixture(scope="session")
def hostile(make_run) -> Callable[..., Run]:
    return lambda **options: make_run(HOSTILE, **options)


@pytest.fixture(scope="session")
def folder() -> Path:
    return Path(__file__).parent
