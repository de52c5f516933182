"""The case that started it: what MiniMax's report must say, and what it must never say (issue 2, "Must show")."""

from __future__ import annotations

from datetime import date

import pytest

from riskcheck.assess.assess import assess
from riskcheck.loader.profiles import load_profile

DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def minimax(program, root):
    profile, _ = load_profile(root / "profiles" / "minimax.yaml", program, name="minimax.yaml")
    return profile, assess(program, profile, DAY)


@pytest.fixture(scope="module")
def zhipu(program, root):
    profile, _ = load_profile(root / "profiles" / "zhipu.yaml", program, name="zhipu.yaml")
    return profile, assess(program, profile, DAY)


def of(assessment, rule):
    return [f for f in assessment.findings if f.rule == rule]


def test_the_suit_is_a_plain_finding_with_its_figures(minimax):
    profile, assessment = minimax
    suit = profile.subjects["dispute"]["disney-v-minimax"].facts
    assert suit["docket"] == "2:25-cv-08768"
    assert suit["filed_on"] == date(2025, 9, 16)
    assert suit["stage"] == "motion_to_dismiss_denied"
    (found,) = [f for f in of(assessment, "copyright/litigation/us-copyright-suit") if f.subject == "disputes/disney-v-minimax"]
    assert (found.verdict, found.standing, found.severity) == ("exposed", "plain", "high")


@pytest.mark.parametrize(
    "rule",
    [
        "copyright/output-us/characters-from-simple-prompts", "copyright/output-us/own-advertising", "copyright/output-us/filters-for-other-content",
        "copyright/output-us/brand-mark-on-outputs", "copyright/output-us/downloads", "copyright/output-us/new-scenes-with-characters",
    ],
)  # fmt: skip
def test_each_pleaded_link_is_alleged_and_never_fact(minimax, rule):
    (found,) = [f for f in of(minimax[1], rule) if f.subject == "systems/hailuo"]
    assert (found.verdict, found.standing) == ("exposed", "alleged")
    assert found.plain == "unknown"


def test_the_unanswered_letter_is_alleged(minimax):
    (found,) = [f for f in of(minimax[1], "copyright/notice/letter-answer") if f.subject == "disputes/disney-v-minimax"]
    assert (found.verdict, found.standing) == ("exposed", "alleged")


def test_the_worst_case_stands_against_revenue_cash_and_loss(minimax):
    profile, assessment = minimax
    (claim,) = [e for e in assessment.exposures if e.basis == "claimed"]
    assert claim.amount.least == 75_000_000
    company = profile.company.facts
    shares = [round(float(claim.amount.least / company[name].amount), 3) for name in ("worldwide_turnover", "adjusted_net_loss", "cash")]
    assert shares == [0.949, 0.299, 0.074]
    (found,) = of(assessment, "copyright/exposure/claims-to-turnover")
    assert found.verdict == "exposed"


def test_works_are_only_inferred_and_counted_once(minimax):
    (works,) = [e for e in minimax[1].exposures if e.family == "us-copyright"]
    assert works.standing != "plain"
    assert works.amount.most == 75_000_000
    assert len(works.findings) > 5


def test_article_54_and_the_policy_and_summary_are_questions_and_never_passed(minimax):
    for rule in ("authorised-representative", "copyright-policy", "training-content-summary"):
        found = of(minimax[1], f"eu-ai-act/general-purpose/{rule}")
        assert found
        assert {f.verdict for f in found} <= {"unknown", "out_of_scope"}
        assert any(f.verdict == "unknown" for f in found)
    asked = {(q.subject, q.fact) for q in minimax[1].questions}
    assert any(fact == "model.authorised_representative" for _, fact in asked)


def test_nobody_is_accused_of_a_face_database(minimax):
    for found in of(minimax[1], "eu-ai-act/prohibited/face-scraping"):
        assert not found.adverse


def test_no_breach_is_stated_where_nothing_is_admitted(minimax):
    assert not [f.identity for f in minimax[1].findings if f.verdict == "breached" and f.standing == "plain"]


def test_second_of_december_stands_in_the_calendar(minimax):
    days = {(item.day, item.rule) for item in minimax[1].calendar}
    assert (date(2026, 12, 2), "eu-ai-act/prohibited/intimate-material-offer") in days
    marking = [f for f in of(minimax[1], "eu-ai-act/transparency/mark-synthetic-content") if f.subject == "systems/hailuo"]
    assert marking[0].verdict in ("unknown", "breached")


def test_zhipu_entity_list_is_exposure(zhipu):
    (found,) = of(zhipu[1], "data-residency/us/entity-list")
    assert found.verdict == "exposed"


def test_zhipu_singapore_controller_and_on_premises_share(zhipu):
    profile, _ = zhipu
    assert profile.company.facts["on_premises_revenue_share"] == 84.8
    flows = profile.subjects["flow"] or {}
    systems = profile.subjects["system"]
    singapore = [s for s in systems.values() if s.facts.get("operator_country") == "SG"] + [f for f in flows.values() if f.facts.get("recipient_country") == "SG"]
    assert singapore or any(e.says == "SG" for e in profile.evidence)


def test_zhipu_margin_of_seventy_percent_is_a_second_source(zhipu):
    profile, _ = zhipu
    said = [e for e in profile.evidence if e.path == "company" and e.fact == "gross_margin"]
    assert len(said) >= 2
    assert any(e.says == 70 for e in said)
    assert profile.company.facts.get("gross_margin") != 70


def test_an_empty_profile_yields_questions_and_nothing_else(program, tmp_path):
    path = tmp_path / "empty.yaml"
    path.write_text("profile: 1\ncompany: {name: Empty}\n", encoding="utf-8")
    assessment = assess(program, load_profile(path, program)[0], DAY)
    assert {f.verdict for f in assessment.findings} == {"unknown"}
    assert (assessment.score.least, assessment.score.most, assessment.coverage) == (0.0, 100.0, 0.0)
    widths = [q.width for q in assessment.questions]
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > 0


def test_a_profile_may_replace_an_assumption_and_the_report_says_so(program, root, tmp_path):
    text = (root / "profiles" / "minimax.yaml").read_text(encoding="utf-8")
    path = tmp_path / "assumed.yaml"
    path.write_text(text.replace("\nevidence:", "\nassumptions: {benchmark-us-pirated-books-settlement: 50_000 USD}\nevidence:", 1), encoding="utf-8")
    assessment = assess(program, load_profile(path, program)[0], DAY)
    assert assessment.simulation.scenarios[0].likely == 500 * 50_000
    assert assessment.provenance["assumptions"] == {"benchmark-us-pirated-books-settlement": "50_000 USD"}
