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
    found = of(minimax[1], "eu-ai-act/prohibited/face-scraping")
    assert {f.subject for f in found} >= {"systems/hailuo", "systems/talkie"}
    assert {f.verdict for f in found} == {"unknown"}


def test_that_wilfulness_is_alleged_is_a_plain_fact_and_needs_no_number_of_works(minimax):
    """What the complaint pleads is known; only the number of works is inferred, and that belongs to the money."""
    (found,) = [f for f in of(minimax[1], "copyright/litigation/wilfulness") if f.subject == "disputes/disney-v-minimax"]
    assert (found.verdict, found.standing, found.severity) == ("exposed", "plain", "high")


def test_the_slogan_is_a_plain_link_and_the_filters_are_alleged(minimax):
    (slogan,) = [f for f in of(minimax[1], "copyright/output-us/studio-slogan") if f.subject == "systems/hailuo"]
    assert (slogan.verdict, slogan.standing) == ("exposed", "plain")


@pytest.fixture(scope="module")
def pages(installed, root):
    """The reports of both companies in every format that a person reads, as they are printed."""
    from riskcheck.cli.assessing import assess_file
    from riskcheck.report.formats.registry import render

    found = {}
    for name in ("minimax", "zhipu"):
        for shape in ("terminal", "markdown", "html"):
            options = {"outputs": [(shape, "-")], "languages": ("en", "zh") if shape != "terminal" else ("en",)}
            run = assess_file(str(root / "profiles" / f"{name}.yaml"), installed, DAY, options)
            text = str(render(shape, run, **({"colour": False} if shape == "terminal" else {})))
            found[name, shape] = " ".join(text.replace("\u2060", "").replace("\u00ad", "").split())
    return found


@pytest.mark.parametrize("shape", ["terminal", "markdown", "html"])
def test_the_red_flags_name_the_suit_with_parties_court_and_docket(pages, shape):
    page = pages["minimax", shape]
    first, last = {"terminal": ("Red flags", "Dates to come"), "markdown": ("## Red flags", "## Other findings"), "html": ('id="red-flags"', 'id="high"')}[shape]
    start = page.index(first)
    flags = page[start : page.index(last, start)]
    assert "Disney, Universal and Warner Bros. Discovery v. MiniMax" in flags
    assert "C.D. Cal., 2:25-cv-08768" in flags
    assert "a motion to dismiss was denied" in flags
    assert "16 September 2025" in flags


@pytest.mark.parametrize("shape", ["markdown", "html"])
def test_the_page_dates_the_filing_and_the_order_and_sets_the_sum_against_the_figures(pages, shape):
    page = pages["minimax", shape]
    assert "filed 16 September 2025, motion to dismiss denied 26 May 2026" in page
    assert "2025年9月16日起诉，2026年5月26日驳回起诉动议被否决" in page
    for share in ("95 % of revenue", "7.4 % of cash", "30 % of the last loss"):
        assert share in page.replace("\u202f", " ").replace("\u00a0", " "), share
    assert "2 December 2026" in page


def test_a_date_on_which_nothing_is_known_to_bind_is_not_told_as_a_duty(pages):
    """Chile's law begins on 1 December 2026; whether anybody in Chile is concerned, no source says."""
    assert "The next date is 1 December 2026, in 8 days: 1 rule may begin to bind; whether it applies is an open question." in pages["minimax", "markdown"]
    assert "届时1项规则可能开始适用，是否适用尚待回答" in pages["minimax", "markdown"]


@pytest.mark.parametrize("company", ["minimax", "zhipu"])
def test_no_prohibited_practice_stands_bare_under_a_company(pages, company):
    """The matters of 2 December 2026 are questions to everybody; a title alone would read as a charge."""
    page = pages[company, "terminal"]
    dates = page[page.index("Dates to come") :]
    assert "2 December 2026 (in 9 days) Whether it applies is open: Systems that generate child sexual abuse material" in dates


@pytest.mark.parametrize("company", ["minimax", "zhipu"])
@pytest.mark.parametrize("shape", ["terminal", "markdown", "html"])
def test_no_line_reads_minimal_risk(pages, company, shape):
    page = pages[company, shape].lower()
    for phrase in ("minimal risk", "minimal-risk", "low risk", "no risk", "最低风险", "低风险", "无风险"):
        assert phrase not in page, phrase


@pytest.mark.parametrize("shape", ["markdown", "html"])
def test_zhipu_shows_its_strength_and_the_seventy_percent_as_the_weaker_source(pages, shape):
    page = pages["zhipu", shape]
    assert "Strength in data residency: 84.8 % of revenue comes from deployments on the premises" in page
    assert "Second and lower source; too high for the company" in page
    assert "Year 2024, the whole company." in page
    assert "JINGSHENG HENGXING TECHNOLOGY PTE. LTD." in page
    assert "Which models does the system run on? not known" not in page.replace("**", "").replace("<b>", "")


def test_no_breach_is_stated_where_nothing_is_admitted(minimax):
    assert not [f.identity for f in minimax[1].findings if f.verdict == "breached" and f.standing == "plain"]


def test_second_of_december_stands_in_the_calendar(minimax):
    days = {(item.day, item.rule) for item in minimax[1].calendar}
    assert (date(2026, 12, 2), "eu-ai-act/prohibited/intimate-material-offer") in days
    marking = [f for f in of(minimax[1], "eu-ai-act/transparency/mark-synthetic-content") if f.subject == "systems/hailuo"]
    assert marking[0].verdict in ("unknown", "breached")


def test_zhipu_entity_list_is_exposure(zhipu):
    (found,) = of(zhipu[1], "data-residency/us/entity-list")
    assert (found.verdict, found.standing) == ("exposed", "plain")


def test_zhipu_singapore_controller_and_on_premises_share(zhipu):
    profile, _ = zhipu
    assert profile.company.facts["on_premises_revenue_share"] == 84.8
    flows = profile.subjects["flow"] or {}
    systems = profile.subjects["system"]
    assert flows["z-ai-users"].facts["exporter_country"] == "SG"
    assert flows["z-ai-users"].facts["company_role"] == "controller"
    assert "operator_country" not in systems["z-ai"].facts
    assert [(e.standing, e.says) for e in profile.evidence if (e.path, e.fact) == ("systems/z-ai", "operator_country")] == [("inferred", "SG")]


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
