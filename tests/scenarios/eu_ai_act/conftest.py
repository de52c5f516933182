"""Small companies, written as profiles, judged by the AI Act pack on a day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from riskcheck.assess.assess import assess
from riskcheck.evaluator.evaluate import Evaluator
from riskcheck.loader.profiles import read_profile

if TYPE_CHECKING:
    from decimal import Decimal

PACK = "eu-ai-act/"


class Judged:
    """The assessment of one profile; rules are named without the pack, subjects by their path or, if there is one only, not at all."""

    def __init__(self, program, text: str, day: date) -> None:
        profile, _ = read_profile(("profile: 1\n" + text).encode(), "trap.yaml", program)
        self.evaluator = Evaluator(program, day)
        self.assessment = assess(program, profile, day, evaluator=self.evaluator, simulated=False)
        self.world = self.evaluator.world(profile, full=True)

    def findings(self, rule: str):
        return [finding for finding in self.assessment.findings if finding.rule == PACK + rule]

    def finding(self, rule: str, subject: str = ""):
        found = [finding for finding in self.findings(rule) if not subject or finding.subject == subject]
        assert len(found) == 1, (rule, subject, [finding.subject for finding in found])
        return found[0]

    def verdict(self, rule: str, subject: str = "") -> str:
        return self.finding(rule, subject).verdict

    def binds(self, rule: str, subject: str = "") -> tuple[str, date]:
        """Timing and first day of a finding."""
        finding = self.finding(rule, subject)
        return finding.timing, finding.applies_from

    def adverse(self) -> set[str]:
        """The rules of the pack that are breached or exposed."""
        return {finding.rule.removeprefix(PACK) for finding in self.assessment.findings if finding.rule.startswith(PACK) and finding.adverse}

    def fact(self, name: str, key: str = ""):
        """The value of a fact of the one subject of its kind, derived facts included; None is unknown."""
        kind, _, short = name.partition(".")
        subjects = self.world.subjects[kind]
        return subjects[key].get(short) if key else next(iter(subjects.values())).get(short)

    def ceilings(self) -> dict[str, tuple[Decimal, Decimal | None] | None]:
        """Family of fines to its bounds, None where the Union names no amount. AI Act only."""
        return {
            exposure.family: (exposure.amount.least, exposure.amount.most) if exposure.amount else None
            for exposure in self.assessment.exposures if exposure.family.startswith("ai-act")
        }  # fmt: skip


@pytest.fixture
def judge(program):
    """Judge a profile: ``judge(text, day)``. A text without a company gets a large one without public functions."""

    def run(text: str, day: date | str = "2026-11-23") -> Judged:
        if not text.startswith("company:"):
            text = "company: {name: Trap, headcount: 5000, balance_sheet_total: 900_000_000 EUR, public_functions: []}\n" + text
        return Judged(program, text, day if isinstance(day, date) else date.fromisoformat(day))

    return run
