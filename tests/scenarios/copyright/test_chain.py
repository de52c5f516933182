"""The pleaded chain of Disney v. MiniMax, Cox v. Sony, and the misfires that the profiles' author found."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import pytest

CHAIN = "copyright/litigation/chain-of-infringement"
BEFORE, AFTER = date(2026, 3, 24), date(2026, 3, 25)
LINKS = {
    "characters": "reproduces_characters: true",
    "advertising": "marketing_shows_protected_characters: true",
    "slogan": "slogan_suggests_studio_content: true",
    "filters": "other_content_filters: true",
    "letter": "",
}
COUNTERED = {"prompt_filter_for_works": "true", "output_filter_for_works": "true"}


def system(links, *, countered=False, suit=False):
    """A US generator with the named links and nothing else; every other fact of the chain is told as absent."""
    facts = {
        "reproduces_characters": "false", "marketing_shows_protected_characters": "false", "slogan_suggests_studio_content": "false",
        "other_content_filters": "false", "prompt_filter_for_works": "false", "output_filter_for_works": "false",
        "brand_mark_on_outputs": "false", "outputs_downloadable": "false", "public_gallery": "false",
    }  # fmt: skip
    for link in links:
        name, _, value = LINKS[link].partition(": ")
        if name:
            facts[name] = value
    if countered:
        facts |= COUNTERED
    lines = "\n".join(f"    {name}: {value}" for name, value in facts.items())
    answered = "false" if "letter" in links else "true"
    stage = "filed" if suit else "letter"
    return (
        f"company: {{name: X}}\nsystems:\n  s:\n    markets: [US]\n{lines}\ndisputes:\n"
        f"  d: {{systems: [s], forum_country: US, subject_matter: [copyright], stage: {stage}, cease_and_desist_received: true, cease_and_desist_answered: {answered}}}\n"
    )


def severity(judge, text):
    found = judge(text).finding(CHAIN)
    assert found.verdict == "exposed"
    assert found.severity == found.severity_most
    return found.severity


@pytest.mark.parametrize("link", sorted(LINKS))
def test_one_link_is_medium(judge, link):
    assert severity(judge, system([link])) == "medium"


@pytest.mark.parametrize("links", list(combinations(sorted(LINKS), 2)))
def test_two_links_are_high(judge, links):
    assert severity(judge, system(links)) == "high"


@pytest.mark.parametrize("links", [*combinations(sorted(LINKS), 3), tuple(sorted(LINKS))])
def test_three_or_more_are_critical(judge, links):
    assert severity(judge, system(links)) == "critical"


@pytest.mark.parametrize(("count", "level"), [(1, "low"), (2, "medium"), (3, "high")])
def test_filters_and_answers_lower_it_by_one_step(judge, count, level):
    """Selective filters and an unanswered letter can't be links of a system that is countered."""
    assert severity(judge, system(["characters", "advertising", "slogan"][:count], countered=True)) == level


def test_one_filter_lowers_nothing(judge):
    assert severity(judge, system(["characters", "advertising"]) .replace("prompt_filter_for_works: false", "prompt_filter_for_works: true")) == "high"


def test_an_unanswered_letter_undoes_the_filters(judge):
    assert severity(judge, system(["characters", "letter"], countered=True)) == "high"


def test_no_link_is_clear_and_no_us_market_out_of_scope(judge):
    assert judge(system([])).finding(CHAIN).verdict == "clear"
    assert judge(system(["characters"]).replace("[US]", "[JP]")).finding(CHAIN).verdict == "out_of_scope"


def test_while_a_suit_is_pending_unknown_counter_measures_make_nothing_low(judge, minimax):
    """Misfire 1: the slogan alone is plain, the other links are alleged; `low` needs filters, answers and no suit."""
    found = minimax.finding(CHAIN, "systems/hailuo")
    assert (found.verdict, found.plain, found.standing) == ("exposed", "exposed", "plain")
    assert (found.severity, found.severity_most) == ("medium", "critical")
    assert severity(judge, system(["slogan"], countered=True, suit=True)) == "medium"


def test_unknown_filters_of_a_system_without_a_suit_stay_open_both_ways(judge):
    """An answer may still lower it: an interval that left `low` out would have to widen when the filters are told."""
    text = system(["slogan"]).replace("    prompt_filter_for_works: false\n", "").replace("    output_filter_for_works: false\n", "")
    found = judge(text).finding(CHAIN)
    assert (found.severity, found.severity_most) == ("low", "medium")


@pytest.mark.parametrize(("count", "levels"), [(2, ("medium", "high")), (3, ("high", "critical"))])
def test_links_without_a_word_on_filters_leave_one_step_open(judge, count, levels):
    text = system(["characters", "advertising", "slogan"][:count]).replace("    prompt_filter_for_works: false\n", "").replace("    output_filter_for_works: false\n", "")
    found = judge(text).finding(CHAIN)
    assert (found.severity, found.severity_most) == levels


def test_minimax_answers_would_lower_it_by_a_step(minimax, judge, root):
    text = (root / "profiles" / "minimax.yaml").read_text(encoding="utf-8").partition("profile: 1\n")[2]
    for filters in ("prompt_filter_for_works", "output_filter_for_works"):
        text = text.replace(f"    {filters}: unknown ", f"    {filters}: true ")
    text = text.replace("    cease_and_desist_answered: unknown ", "    cease_and_desist_answered: true ")
    text = text.replace("customers, disputes]", "customers]").replace("name: iQIYI v. MiniMax", "name: iQIYI v. MiniMax\n    systems: []")
    told = text.partition("evidence:\n")
    kept = [block for block in ("\n" + told[2]).split("\n  - ") if not any(fact in block for fact in (*COUNTERED, "cease_and_desist_answered"))]
    proof = "\n  - for: [systems/hailuo/prompt_filter_for_works, systems/hailuo/output_filter_for_works, disputes/disney-v-minimax/cease_and_desist_answered]\n    standing: admitted\n    source: the company\n"
    found = judge(told[0] + told[1] + "\n  - ".join(kept).lstrip("\n") + proof).finding(CHAIN, "systems/hailuo")
    assert (found.severity, found.severity_most) == ("medium", "high")


# --- Cox v. Sony, 25 March 2026 -----------------------------------------------------------------------------------

NOTICE = "company: {name: X}\nsystems:\n  s: {markets: [US]}\ndisputes:\n  d: {systems: [s], subject_matter: [copyright], cease_and_desist_received: true}\n"
SECONDARY = ("inducement-of-users", "service-tailored-to-infringement", "knowledge-of-infringement")


def contributory(judged):
    return [f.rule for f in judged.assessment.findings if f.adverse and f.rule.rpartition("/")[2] in SECONDARY]


def test_notice_alone_makes_no_contributory_finding_after_cox_and_did_before(judge):
    assert contributory(judge(NOTICE, BEFORE)) == ["copyright/output-us/knowledge-of-infringement"]
    assert contributory(judge(NOTICE, AFTER)) == []
    assert judge(NOTICE, AFTER).finding("copyright/output-us/inducement-of-users").verdict == "unknown"


@pytest.mark.parametrize("fact", ["marketing_invites_infringement", "presets_name_protected_works", "marketing_shows_protected_characters"])
def test_marketing_still_induces_after_cox(judge, fact):
    text = NOTICE.replace("{markets: [US]}", f"{{markets: [US], {fact}: true}}")
    assert contributory(judge(text, AFTER)) == ["copyright/output-us/inducement-of-users"]


def test_direct_infringement_is_untouched_by_cox(judge):
    text = NOTICE.replace("{markets: [US]}", "{markets: [US], reproduces_characters: true, prompt_filter_for_works: false}")
    for day in (BEFORE, AFTER):
        assert judge(text, day).finding("copyright/output-us/characters-from-simple-prompts").verdict == "exposed"


# --- misfires -----------------------------------------------------------------------------------------------------

PRESS = """company: {name: X, content_licences_held: %s, content_licences_complete: %s}
systems:
  s: {markets: [US, FR, JP], live_web_retrieval: true}
models:
  m: {datasets: [d], markets: [US, CA, FR]}
datasets:
  d: {content_types: [news], web_crawled: true}
"""
PRESS_RULES = (
    "copyright/training-eu/press-publications-in-answers", "copyright/training-eu/press-publications-in-training",
    "copyright/training-other/canada-news", "copyright/output-other/japan-news-answers", "copyright/training-us/live-retrieval",
    "copyright/training-us/licensing-market",
)  # fmt: skip


@pytest.mark.parametrize("rule", PRESS_RULES)
def test_a_licence_of_some_publishers_clears_nothing_for_the_others(judge, rule):
    """Misfire 2."""
    assert judge(PRESS % ("[]", "unknown")).finding(rule).verdict == "exposed"
    assert judge(PRESS % ("[news]", "unknown")).finding(rule).verdict == "unknown"
    assert judge(PRESS % ("[news]", "[]")).finding(rule).verdict == "exposed"
    assert judge(PRESS % ("[news]", "[news]")).finding(rule).verdict == "clear"


def test_openai_is_not_clear_while_publishers_sue_it(openai):
    news = [f for rule in PRESS_RULES for f in openai.findings(rule)]
    assert [f.identity for f in news if f.verdict == "clear"] == []
    licensing = openai.finding("copyright/training-us/licensing-market", "datasets/news")
    assert (licensing.verdict, licensing.plain) == ("exposed", "unknown")


def test_a_licence_for_one_product_clears_no_other(judge, openai):
    """Misfire 3."""
    assert openai.finding("copyright/organisation/character-licences", "systems/chatgpt").verdict == "unknown"
    text = "company: {name: X, content_licences_held: [characters, film_tv]}\nsystems:\n"
    text += "".join(
        f"  {name}: {{generates_content: [video], markets: [CN], prompt_filter_for_works: false, covered_by_character_licences: {covered}, monetised: true}}\n"
        for name, covered in (("licensed", "true"), ("other", "false"), ("silent", "unknown"))
    )
    for rule in ("copyright/organisation/character-licences", "copyright/output-other/china-film-platforms"):
        verdicts = {f.subject.partition("/")[2]: f.verdict for f in judge(text).findings(rule)}
        assert (verdicts["licensed"], verdicts["silent"]) == ("clear", "unknown")
        assert verdicts["other"] == "exposed"


def test_pirate_sources_of_one_suit_do_not_colour_another_against_the_same_model(judge):
    """Misfire 4."""
    found = judge(
        "company: {name: X}\nmodels:\n  m: {datasets: [books, songs]}\ndatasets:\n  books: {pirate_source: true}\n  songs: {pirate_source: false}\ndisputes:\n"
        "  authors: {models: [m], datasets: [books], forum_country: US, subject_matter: [copyright], stage: filed, wilfulness_alleged: false}\n"
        "  labels: {models: [m], datasets: [songs], forum_country: US, subject_matter: [copyright], stage: filed, wilfulness_alleged: false}\n"
    )
    verdicts = {f.subject: f.verdict for f in found.findings("copyright/training-us/destruction-remedy")}
    assert verdicts == {"disputes/authors": "exposed", "disputes/labels": "clear"}


def test_storage_in_china_settles_the_duty_of_critical_infrastructure_and_says_so(judge, installed):
    """Misfire 5, accepted: nothing adverse can come of it (decision 0002); the note tells what "met" does not say."""
    text = "company: {name: X, designations: %s}\nflows:\n  f: {origin_country: CN, data_categories: [important_data_cn], storage_countries: [%s]}\n"
    rule = "data-residency/cn/critical-infrastructure-storage"
    assert judge(text % ("unknown", "CN")).finding(rule).verdict == "met"
    assert judge(text % ("unknown", "SG")).finding(rule).verdict == "unknown"
    assert judge(text % ("[cn_ciio]", "SG")).finding(rule).verdict == "breached"
    assert judge(text % ("[]", "CN")).finding(rule).verdict == "out_of_scope"
    for language in ("en", "zh"):
        assert installed.texts(language).entry("rules", rule)["note"]


def test_a_brand_mark_opens_no_damages_that_nobody_pleads(judge, minimax):
    """Misfire 6."""
    assert minimax.finding("copyright/output-us/brand-mark-on-outputs", "systems/hailuo").verdict == "exposed"
    assert minimax.exposures(family="us-rights-information") == []


def test_the_registration_message_says_that_the_share_is_taken(installed, minimax):
    """Misfire 7: 100 % is an inference of the profile; the message must not assert it."""
    found = minimax.finding("copyright/training-us/registration", "disputes/disney-v-minimax")
    assert (found.verdict, found.standing) == ("exposed", "inferred")
    assert "taken as registered in time" in " ".join(installed.texts("en").entry("rules", found.rule)["message"].split())
    assert "按所采用的" in installed.texts("zh").entry("rules", found.rule)["message"]
