"""The profiles of the source article: nothing in them without a source, and no company accused of more than its sources say (issue 5)."""

from __future__ import annotations

from datetime import date

import pytest

from riskcheck.assess.assess import assess
from riskcheck.loader.profiles import load_profile, read_profile
from riskcheck.model.profile import CARRYING, Profile
from riskcheck.model.values import SetValue

COMPANIES = ("minimax", "zhipu", "openai", "deepseek", "moonshot", "stepfun", "alibaba", "bytedance")
DAY = date(2026, 11, 23)


def without_evidence(profile: Profile) -> list[str]:
    """Return the written facts and links that no carrying source stands behind; an open set needs one for each member."""
    carried = {(e.path, e.fact, e.member) for e in profile.evidence if e.standing in CARRYING and e.source}
    missing: list[str] = []
    for subject in profile.all_subjects():
        for name, value in subject.facts.items():
            members = sorted(value.yes | value.no) if isinstance(value, SetValue) and not value.closed else []
            if (subject.path, name, "") not in carried and not (members and all((subject.path, name, m) in carried for m in members)):
                missing.append(f"{subject.path}/{name}")
        missing += [f"{subject.path}/{link}" for link in subject.links if (subject.path, link, "") not in carried]
    return missing


@pytest.fixture(scope="module", params=COMPANIES)
def company(request, program, root):
    profile, _ = load_profile(root / "profiles" / f"{request.param}.yaml", program, name=f"{request.param}.yaml")
    return profile


def test_no_profile_of_a_company_escapes_these_tests(root):
    assert sorted(path.stem for path in (root / "profiles").glob("*.yaml")) == sorted((*COMPANIES, "minimal"))


def test_every_written_fact_has_a_source(company):
    assert without_evidence(company) == []
    assert all(piece.source for piece in company.evidence)


def test_a_fact_without_a_source_is_refused(program):
    text = "profile: 1\ncompany: {name: X, headquarters: CN}\nsystems: {a: {markets: {US: true, CN: true}}}\nevidence:\n- {for: systems/a/markets/US, standing: reported, source: S}\n"
    profile, _ = read_profile(text.encode(), "x.yaml", program)
    assert without_evidence(profile) == ["company/headquarters", "systems/a/markets"]


def test_seen_from_outside_no_mapping_is_whole(company):
    assert company.incomplete == {"systems", "models", "datasets", "flows", "customers", "disputes"}


def test_no_company_is_said_to_break_the_law_as_plain_fact(company, program):
    assert [f.identity for f in assess(program, company, DAY).findings if f.verdict == "breached" and f.standing == "plain"] == []
