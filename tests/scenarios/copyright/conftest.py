"""Small companies, written as profiles, judged by the copyright pack on a day."""

from __future__ import annotations

from datetime import date

import pytest

from riskcheck.assess.assess import assess
from riskcheck.evaluator.evaluate import Evaluator
from riskcheck.loader.profiles import load_profile, read_profile

DAY = date(2026, 11, 23)


class Judged:
    """The assessment of one profile and its full reading; findings by rule and subject."""

    def __init__(self, program, profile, day):
        self.evaluator = Evaluator(program, day)
        self.profile = profile
        self.assessment = assess(program, profile, day, evaluator=self.evaluator)
        self.world = self.evaluator.world(profile, full=True)

    def findings(self, rule):
        return [found for found in self.assessment.findings if found.rule == rule]

    def finding(self, rule, subject=None):
        (found,) = [f for f in self.findings(rule) if subject is None or f.subject == subject]
        return found

    def exposures(self, basis="statutory", family=None):
        return [e for e in self.assessment.exposures if e.basis == basis and family in (None, e.family)]


@pytest.fixture(scope="session")
def judge(program):
    """Return a judge of profile texts (without the line `profile: 1`), by default as of 2026-11-23 and by all packs."""
    seen = {}

    only = program.only(("copyright",))

    def judged(text, day=DAY, *, whole=True):
        if (text, day, whole) not in seen:
            profile, _ = read_profile(("profile: 1\n" + text).encode(), "case.yaml", program)
            seen[text, day, whole] = Judged(program if whole else only, profile, day)
        return seen[text, day, whole]

    return judged


@pytest.fixture(scope="session")
def minimax(program, root):
    return Judged(program, load_profile(root / "profiles" / "minimax.yaml", program, name="minimax.yaml")[0], DAY)


@pytest.fixture(scope="session")
def openai(program, root):
    return Judged(program, load_profile(root / "profiles" / "openai.yaml", program, name="openai.yaml")[0], DAY)


@pytest.fixture(scope="session")
def book(program):
    return Evaluator(program, DAY).book
