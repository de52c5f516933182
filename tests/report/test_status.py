"""A law that was adopted and now binds is in force: on no page does `adopted` stand beside the day from which it applies."""

from __future__ import annotations

from datetime import date

import pytest

from riskcheck.assess.assess import assess
from riskcheck.loader.profiles import read_profile
from riskcheck.report.formats.registry import render
from riskcheck.report.run import Run

CHILE = (
    "profile: 1\ncompany: {name: X}\nsystems: {s: {}}\n"
    "flows: {f: {system: s, identifiability: personal, data_subject_countries: [CL], storage_countries: [US], processing_countries: [US], backup_countries: [US], "
    "remote_access_countries: [US], recipient_country: US, transfer_mechanisms: [], comparable_protection: false}}\n"
)


@pytest.mark.parametrize(("day", "word", "other"), [(date(2026, 11, 30), "adopted", "in force"), (date(2026, 12, 1), "in force", "adopted")])
def test_what_was_adopted_is_in_force_from_its_day(installed, day, word, other):
    program = installed.program.only(["data-residency"])
    profile, document = read_profile(CHILE.encode(), "p.yaml", program)
    assessment = assess(program, profile, day)
    run = Run(
        assessment=assessment, profile=profile, document=document, program=program, installed=installed, languages=("en",), audience="counsel",
        version="0", min_severity="info", customer="",
    )  # fmt: skip
    page = str(render("markdown", run))
    section = page[page.index("### Transfers of personal data from Chile") :]
    law = next(line for line in section.splitlines() if line.startswith("- Law:"))
    assert f"({word};" in law
    assert f"({other};" not in law
