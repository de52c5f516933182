"""Both readings of a company: what is found on plain facts is what the plain facts alone say, whatever the fuller reading shows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from riskcheck.evaluator.evaluate import Evaluator
from riskcheck.loader.profiles import load_profile
from riskcheck.model.condition import Compare, Constant
from riskcheck.model.measure import FirstOf, Read
from riskcheck.model.profile import Evidence, Profile, Subject
from riskcheck.model.program import Program
from riskcheck.model.rule import Definition, Rule
from riskcheck.model.vocabulary import Fact, Vocabulary

DAY = date(2026, 11, 24)
COMPANIES = ("minimax", "zhipu", "openai", "deepseek", "moonshot", "stepfun", "alibaba", "bytedance")


@pytest.mark.parametrize("company", COMPANIES)
def test_the_plain_verdict_is_that_of_the_plain_facts_alone(company, program, root):
    profile, _ = load_profile(root / "profiles" / f"{company}.yaml", program)
    alone = profile._replace(evidence=tuple(piece for piece in profile.evidence if piece.standing not in ("alleged", "inferred")))
    evaluator = Evaluator(program, DAY)
    both = {finding.identity: finding.plain for finding in evaluator.evaluate(profile)}
    plain = {finding.identity: finding.verdict for finding in evaluator.evaluate(alone)}
    assert both == plain
    assert any(finding.verdict != finding.plain for finding in evaluator.evaluate(profile))


def test_a_measure_that_chooses_among_figures_is_read_twice():
    """An allegation may open what the plain facts had settled, where a measure takes the first figure known."""
    facts = {f.name: f for f in (Fact("company.told", "integer"), Fact("company.other", "integer"), Fact("company.figure", "number", "derived"))}
    chosen = Definition(fact="company.figure", about="company", pack="p", cite=(), measure=FirstOf((Read("company.told"), Read("company.other"))))
    rule = Rule(
        id="p/r", pack="p", about="company", per_customer=False, test="forbids", applies=Compare("company.figure", "at_least", Constant(0)),
        condition=Compare("company.figure", "more_than", Constant(10)), unless=(), severity="high", severity_when=(), status="in_force",
        confidence="general", last_verified=DAY, jurisdiction=(), cite=(), begins=None, ends=None, enacted=None, transitions=(),
        owner="counsel", effort="S",
    )  # fmt: skip
    program = Program(Vocabulary(facts, {}, ("company",)), {}, (chosen,), (rule,), {}, {}, {}, {})
    alleged = Evidence(path="company", kind="company", key="", fact="told", standing="alleged", says=None)
    company = Subject(kind="company", key="", facts={"other": Decimal(20)})

    def found(says):
        profile = Profile(company=company, subjects={}, evidence=(alleged._replace(says=says),))
        (finding,) = Evaluator(program, DAY).evaluate(profile)
        return finding.plain, finding.verdict

    assert found(Decimal(30)) == ("breached", "breached")
    assert found(Decimal(5)) == ("breached", "met")
    from riskcheck.model.values import Range

    assert found(Range(Decimal(5), None)) == ("breached", "unknown")


def test_an_explanation_is_made_when_it_is_read_and_kept(program, root):
    profile, _ = load_profile(root / "profiles" / "minimax.yaml", program)
    finding = next(f for f in Evaluator(program, DAY).evaluate(profile) if f.adverse)
    assert "applies" not in vars(finding.trace)
    assert finding.trace.applies is finding.trace.applies
    assert finding.trace.applies.truth is True
