"""What the overview tells, in either language: nothing half-translated, nothing added up, nothing said of a company that is not so."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

pytest.importorskip("numpy")
pa = pytest.importorskip("pyarrow")
lxml_html = pytest.importorskip("lxml.html")

import pyarrow.parquet as pq

from riskcheck.assess.assess import assess
from riskcheck.cli.main import main
from riskcheck.evaluator.planes.batch import Batch
from riskcheck.evaluator.planes.records import profile_of
from riskcheck.loader.profiles import known_places
from riskcheck.portfolio.front import STEPS, Told, front, share
from riskcheck.portfolio.generate import Generator
from riskcheck.portfolio.items import items_of
from riskcheck.portfolio.layout import PortfolioWriter
from riskcheck.portfolio.results import RANKED, frequent, merge
from riskcheck.portfolio.run import Order, Store, screen_items
from riskcheck.portfolio.since import since
from riskcheck.report.part_words import part_words
from riskcheck.report.words import words

DAY = "2026-11-24"


def portfolio(*arguments) -> int:
    return main(["portfolio", *map(str, arguments), "--as-of", DAY, "--quiet"])


@pytest.fixture(scope="module")
def stored(tmp_path_factory, program):
    """80 companies in two row groups, with Chinese names, so that no English word is the user's."""
    folder = tmp_path_factory.mktemp("overview") / "in"
    generator = Generator(program, 31)
    with PortfolioWriter(folder, program.vocabulary) as writer:
        for part in range(2):
            tables = generator.tables(40)
            names = pa.array([f"第{part * 40 + row}号有限公司" for row in range(40)])
            tables["company"] = tables["company"].set_column(1, "name", names)
            writer.write(tables)
    return folder


@pytest.fixture(scope="module")
def both(stored, tmp_path_factory):
    out = tmp_path_factory.mktemp("both")
    assert portfolio(stored, "-o", out, "--lang", "en,zh", "--worst", 40) == 0
    return out


@pytest.fixture(scope="module")
def told(stored, tmp_path_factory, installed) -> Told:
    folder = tmp_path_factory.mktemp("told")
    order = Order(str(installed.root), installed.program.digest, DAY)
    store = Store(folder / "parts", items_of([str(stored)]), order)
    screen_items(order, store, installed.program, workers=1, told=lambda _: None)
    summary = merge(store, folder, tuple(installed.program.packs), frozenset())
    return Told(summary, order, installed, {}, ["results.parquet"], None, "0")


# --- languages ------------------------------------------------------------------------------------------------------


def test_both_languages_have_the_same_words_with_the_same_fields():
    english, chinese = (part_words("portfolio", language)._words for language in ("en", "zh"))
    base = words("en")._words
    assert english.keys() == chinese.keys()
    for key in english.keys() - base.keys():
        fields = [set(re.findall(r"\{([a-z_]+)", text[key])) for text in (english, chinese)]
        assert fields[0] == fields[1], key
        assert chinese[key].strip(), key


def test_no_text_of_the_rules_is_untranslated(told):
    assert front(told, "zh").missing == frozenset()


_CODES = ("riskcheck", "results.parquet", "results.csv", "score", "HTML", "GDPR", "English", "SHA")


def english_left(article) -> set[str]:
    """Words of English in an article of Chinese that are neither names of acts, cases and companies, nor codes, keys and files."""
    for gone in article.xpath(".//code | .//*[@lang='en'] | .//small[contains(@class, 'id')] | .//a[contains(@class, 'ext')] | .//dl[contains(@class,'facts')]"):
        gone.drop_tree()
    text = " ".join(article.itertext())
    text = re.sub(r"(system|model|dataset|flow|customer|dispute)-\d+|C\d{9}|[A-Z]{3}\xa0[\d,]+", " ", text)
    return {word for word in re.findall(r"[a-z]{3,}", text) if word not in " ".join(_CODES).lower()}


ENGLISH = {"the", "and", "not", "for", "with", "today", "score", "open", "sure", "company", "companies", "finding", "findings", "unknown", "row", "lines", "group", "more", "nothing", "none", "rank", "copyright", "critical", "high", "medium", "low"}


def test_a_chinese_page_has_no_english_in_its_frame(both):
    pages = [both / "index.html", *sorted((both / "companies").glob("*.html"))]
    assert len(pages) == 41
    for path in pages:
        tree = lxml_html.fromstring(path.read_text("utf-8"))
        assert tree.get("lang") == "en"
        english, chinese = tree.xpath("//article")
        assert (english.get("lang"), chinese.get("lang")) == ("en", "zh-Hans")
        assert chinese.xpath(".//*[@lang='en']") == [], "a text without a translation"
        left = english_left(chinese) & ENGLISH
        assert not left, (path.name, left)


def test_a_page_of_one_language_says_which_and_has_no_switch(stored, tmp_path):
    assert portfolio(stored, "-o", tmp_path, "--lang", "zh", "--worst", 1) == 0
    for path in (tmp_path / "index.html", tmp_path / "companies" / "001.html"):
        tree = lxml_html.fromstring(path.read_text("utf-8"))
        assert tree.get("lang") == "zh-Hans"
        assert tree.xpath("//input[@name='language']") == []


# --- what it says ---------------------------------------------------------------------------------------------------


def test_every_link_leads_somewhere(both):
    pages = {path.relative_to(both).as_posix(): lxml_html.fromstring(path.read_text("utf-8")) for path in both.rglob("*.html")}
    ids = {name: set(tree.xpath("//@id")) for name, tree in pages.items()}
    seen = 0
    for name, tree in pages.items():
        base = name.rpartition("/")[0]
        for href in tree.xpath("//main//@href"):
            if "://" in href:
                continue
            target, _, anchor = href.partition("#")
            file = name if not target else "index.html" if target == "../index.html" else f"{base}/{target}".lstrip("/")
            if file.endswith(".html"):
                assert file in pages, (name, href)
                assert not anchor or anchor in ids[file], (name, href)
                seen += 1
            else:
                assert (both / file).is_file(), (name, href)
    assert seen > 500


def test_the_ranking_is_that_of_the_results(both):
    rows = pq.read_table(both / "results.parquet").to_pylist()
    ranked = sorted(rows, key=lambda row: (-row["score_least"], -row["score_most"], row["id"]))
    tree = lxml_html.fromstring((both / "index.html").read_text("utf-8"))
    shown = [cell.xpath(".//small")[0].text_content() for cell in tree.xpath("//article[1]//table[contains(@class,'ranking')]//th[@scope='row']")]
    assert shown == [row["id"] for row in ranked]
    cells = tree.xpath("//article[1]//table[contains(@class,'map')]/tbody/tr")
    packs = [name.removesuffix(".score_least") for name in rows[0] if name.endswith(".score_least")]
    word = words("en")
    for row, cell in zip(ranked, cells, strict=True):
        for pack, (number, name) in zip(packs, ((td.xpath("./b")[0].text, td.xpath("./small")[0].text) for td in cell.xpath("./td")), strict=True):
            least, most, worst = row[f"{pack}.score_least"], row[f"{pack}.score_most"], row[f"{pack}.worst_least"]
            assert number == (word.score(least) if word.score(least) == word.score(most) else f"{word.score(least)}–{word.score(most)}")
            assert name == (worst or ("open" if most > 0 else "nothing"))


def test_the_worst_matter_is_that_of_the_assessment(program):
    from riskcheck.portfolio.screen import Screen

    tables = Generator(program, 4).tables(40)
    batch = Batch(tables, program.vocabulary, known_places(program))
    for company, row in enumerate(Screen(program, date.fromisoformat(DAY)).run(tables).results.to_pylist()):
        found = assess(program, profile_of(batch, company), date.fromisoformat(DAY), simulated=False)
        assert (row["worst_least"], row["worst_most"]) == (found.least.worst, found.most.worst)
        for pack in found.packs:
            assert row[f"{pack.pack}.worst_most"] == pack.most.worst


def test_distribution_and_grades_count_every_company_once(told):
    view = front(told, "en")
    assert len(view.bars) == STEPS
    for end in ("least", "most"):
        assert sum(int(getattr(bar, end)) for bar in view.bars) == 80
        assert sum(int(getattr(grade, end)) for grade in view.grades) == 80
    assert view.bars[0].label == "0 to under 5"
    assert view.bars[-1].label == "95 to 100"


def test_a_share_is_never_rounded_to_nothing_or_to_all():
    word = words("en")
    assert (share(0, 1000, word), share(1, 1000, word), share(999, 1000, word), share(1000, 1000, word)) == ("0\xa0%", "under 1 %", "99\xa0%", "100\xa0%")


def test_a_rule_counts_once_for_a_company_however_many_subjects_it_hits():
    top = pa.array([["a/1@systems/x", "a/1@systems/y", "b/2@company"], [], None, ["a/1@company"]], pa.list_(pa.string()))
    assert frequent(top) == [("a/1", 2), ("b/2", 1)]
    assert frequent(pa.array([[], []], pa.list_(pa.string()))) == []


def test_amounts_of_different_kinds_are_never_added_and_keep_their_currency(told):
    for row in front(told, "en").rows:
        found = next(ranked.row for ranked in told.summary.worst if ranked.row["id"] == row.id)
        for stake in row.stakes:
            kind = {"claimed": "claimed", "statutory damages": "statutory", "ceiling of a fine": "ceiling"}[stake.kind]
            known = {(entry["currency"], f"{entry[end]:,.0f}") for entry in found["exposures"] if entry["basis"] == kind for end in ("least", "most") if entry[end] is not None}
            for currency, amount in re.findall(r"([A-Z]{3})\xa0([\d,]+)", stake.amount):
                assert (currency, amount) in known


# --- size -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def many(tmp_path_factory, program):
    """700 companies: more than the page lists."""
    folder = tmp_path_factory.mktemp("many")
    with PortfolioWriter(folder / "in", program.vocabulary) as writer:
        writer.write(Generator(program, 5).tables(700))
    assert portfolio(folder / "in", "-o", folder / "out", "--lang", "en,zh", "-f", "html", "-f", "csv", "--worst", 3) == 0
    return folder / "out"


def test_a_long_portfolio_lists_the_worst_and_says_where_the_others_are(many):
    page = (many / "index.html").read_text("utf-8")
    assert f"Listed are the worst {RANKED} of 700. All 700 stand in results.parquet and results.csv." in page
    tree = lxml_html.fromstring(page)
    assert len(tree.xpath("//article[1]//table[contains(@class,'ranking')]/tbody/tr")) == RANKED
    assert len(page.encode()) < 2_000_000
    assert pq.read_metadata(many / "results.parquet").num_rows == 700
    assert len((many / "results.csv").read_text("utf-8").splitlines()) == 701


def test_a_page_of_200_companies_in_both_languages_is_small(tmp_path, program):
    with PortfolioWriter(tmp_path / "in", program.vocabulary) as writer:
        writer.write(Generator(program, 6, told=0.9).tables(200))
    assert portfolio(tmp_path / "in", "-o", tmp_path / "out", "--lang", "en,zh") == 0
    assert (tmp_path / "out" / "index.html").stat().st_size < 1_000_000


def test_the_same_bytes_twice(stored, both, tmp_path):
    assert portfolio(stored, "-o", tmp_path, "--lang", "en,zh", "--worst", 40) == 0
    for path in both.rglob("*.*"):
        assert (tmp_path / path.relative_to(both)).read_bytes() == path.read_bytes(), path.name


# --- since ----------------------------------------------------------------------------------------------------------

CLEAN = {"profile": 1, "company": {"name": "X", "headquarters": "DE", "sells_to_united_states": True}, "datasets": {"d": {"pirate_source": False}}}
WORSE = {**CLEAN, "datasets": {"d": {"pirate_source": True, "pirate_copies_retained": True}}}


def write_lines(path, records) -> None:
    path.write_text("".join(json.dumps({"id": name, **record}) + "\n" for name, record in records.items()), encoding="utf-8")


def changed_run(tmp_path, before: dict, after: dict) -> tuple:
    write_lines(tmp_path / "a.jsonl", before)
    write_lines(tmp_path / "b.jsonl", after)
    for name, extra in (("a", ()), ("b", ("--since", tmp_path / "a"))):
        assert portfolio(tmp_path / f"{name}.jsonl", "-o", tmp_path / name, *extra) == 0
    found = since(tmp_path / "b" / "results.parquet", tmp_path / "a" / "results.parquet", tmp_path)
    return found, (tmp_path / "b" / "index.html").read_text("utf-8")


def test_since_names_who_came_and_who_went(tmp_path):
    found, page = changed_run(tmp_path, {"stays": CLEAN, "goes": CLEAN}, {"stays": CLEAN, "comes": CLEAN})
    assert (found.entered, found.left, found.same, found.up, found.down) == (1, 1, 1, 0, 0)
    assert [moved.id for moved in found.entries] == ["comes"]
    assert [moved.id for moved in found.exits] == ["goes"]
    assert found.moved == ()
    assert "1 entered, 1 left" in page
    assert "No score moved." in page
    changes = pq.read_table(tmp_path / "b" / "changes.parquet").to_pylist()
    assert {row["id"]: row["change"] for row in changes} == {"comes": "entered", "goes": "left"}


def test_since_names_new_adverse_findings_and_moved_scores(tmp_path):
    found, page = changed_run(tmp_path, {"x": CLEAN, "y": CLEAN}, {"x": CLEAN, "y": WORSE})
    (moved,) = found.more
    assert (moved.id, found.worse, found.up, found.same) == ("y", 1, 1, 1)
    assert moved.certain
    assert any(identity.startswith("copyright/") and identity.endswith("@datasets/d") for identity in moved.fresh)
    assert [one.id for one in found.moved] == ["y"]
    tree = lxml_html.fromstring(page)
    (row,) = tree.xpath("//section[contains(@class,'changed')]//table[not(contains(@class,'moved'))]/tbody/tr")
    assert f"+{moved.after.adverse - moved.before.adverse}" in row.text_content()
    assert len(row.xpath(".//td[@class='fresh']/a")) == len(moved.fresh)
    (row,) = tree.xpath("//table[contains(@class,'moved')]/tbody/tr")
    assert f"+{moved.after.least - moved.before.least:.1f}" in row.text_content()


def test_since_agrees_with_both_results(tmp_path, program):
    tables = Generator(program, 12, told=0.9).tables(60)
    with PortfolioWriter(tmp_path / "one", program.vocabulary) as writer:
        writer.write(tables)
    other = Generator(program, 13, told=0.9).tables(60)
    with PortfolioWriter(tmp_path / "two", program.vocabulary) as writer:
        writer.write(other)
    assert portfolio(tmp_path / "one", "-o", tmp_path / "a") == 0
    assert portfolio(tmp_path / "two", "-o", tmp_path / "b", "--since", tmp_path / "a") == 0
    old, new = ({row["id"]: row for row in pq.read_table(tmp_path / name / "results.parquet").to_pylist()} for name in "ab")
    found = since(tmp_path / "b" / "results.parquet", tmp_path / "a" / "results.parquet", tmp_path)
    more = {i for i in old if new[i]["breached"] + new[i]["exposed"] > old[i]["breached"] + old[i]["exposed"]}
    assert {moved.id for moved in found.more} == more
    assert found.worse == len(more)
    for moved in found.more:
        assert moved.fresh == [identity for identity in new[moved.id]["top"] if identity not in old[moved.id]["top"]]
        if moved.certain:
            assert old[moved.id]["breached"] + old[moved.id]["exposed"] <= len(old[moved.id]["top"])
    sizes = [abs(moved.after.least - moved.before.least) for moved in found.moved]
    assert sizes == sorted(sizes, reverse=True)
    assert found.up == sum(new[i]["score_least"] > old[i]["score_least"] for i in old)


def test_since_the_same_folder_compares_with_what_stood_there(tmp_path):
    write_lines(tmp_path / "a.jsonl", {"stays": CLEAN, "goes": CLEAN})
    assert portfolio(tmp_path / "a.jsonl", "-o", tmp_path / "out") == 0
    write_lines(tmp_path / "a.jsonl", {"stays": CLEAN})
    assert portfolio(tmp_path / "a.jsonl", "-o", tmp_path / "out", "--since", tmp_path / "out") == 0
    assert "0 entered, 1 left" in (tmp_path / "out" / "index.html").read_text("utf-8")
    assert portfolio(tmp_path / "a.jsonl", "-o", tmp_path / "out") == 0
    assert not (tmp_path / "out" / "changes.parquet").exists()


def test_a_change_of_law_is_told_apart_from_a_change_of_facts(tmp_path):
    write_lines(tmp_path / "a.jsonl", {"x": CLEAN})
    assert main(["portfolio", str(tmp_path / "a.jsonl"), "-o", str(tmp_path / "a"), "--as-of", "2026-01-01", "--quiet"]) == 0
    assert portfolio(tmp_path / "a.jsonl", "-o", tmp_path / "b", "--since", tmp_path / "a") == 0
    page = (tmp_path / "b" / "index.html").read_text("utf-8")
    assert "The last run judged by the law of 1 January 2026." in page
    assert "Its day was another one" in page


def test_since_something_else_is_a_usage_error(tmp_path, capsys):
    write_lines(tmp_path / "a.jsonl", {"x": CLEAN})
    (tmp_path / "no.parquet").write_bytes(b"PAR1 no")
    pq.write_table(pa.table({"id": ["x"]}), tmp_path / "other.parquet")
    (tmp_path / "empty").mkdir()
    for name, told in (("no.parquet", "can't be read"), ("other.parquet", "holds no results"), ("empty", "no results.parquet")):
        assert portfolio(tmp_path / "a.jsonl", "-o", tmp_path / "out", "--since", tmp_path / name) == 2
        assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


# --- assumptions ----------------------------------------------------------------------------------------------------


def test_assumptions_left_aside_are_told(tmp_path):
    own = {**CLEAN, "assumptions": {"fx-usd-per-eur": 2}}
    write_lines(tmp_path / "a.jsonl", {"own": own, "none": CLEAN})
    assert portfolio(tmp_path / "a.jsonl", "-o", tmp_path / "out", "--lang", "en,zh") == 0
    rows = {row["id"]: row for row in pq.read_table(tmp_path / "out" / "results.parquet").to_pylist()}
    assert (rows["own"]["assumptions"], rows["none"]["assumptions"]) == (1, 0)
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "1 company states assumptions of its own" in page
    assert "1家公司的档案自设假设" in page
    singles = [path.read_text("utf-8") for path in sorted((tmp_path / "out" / "companies").glob("*.html"))]
    assert sum("1 assumption of its own (fx-usd-per-eur)" in single for single in singles) == 1
    assert main(["encode", str(tmp_path / "a.jsonl"), "-o", str(tmp_path / "enc"), "--quiet"]) == 0
    assert portfolio(tmp_path / "enc", "-o", tmp_path / "again") == 0
    assert pq.read_table(tmp_path / "again" / "results.parquet")["assumptions"].to_pylist() == [1, 0]
    assert "states assumptions" in (tmp_path / "again" / "index.html").read_text("utf-8")


def test_nothing_is_said_of_assumptions_where_there_are_none_or_nobody_knows(tmp_path, stored, both):
    write_lines(tmp_path / "a.jsonl", {"none": CLEAN})
    assert portfolio(tmp_path / "a.jsonl", "-o", tmp_path / "out") == 0
    assert "assumptions of" not in (tmp_path / "out" / "index.html").read_text("utf-8")
    assert pq.read_table(both / "results.parquet")["assumptions"].null_count == 80
    assert "assumptions of" not in (both / "index.html").read_text("utf-8")


# --- what is written and what is not --------------------------------------------------------------------------------


def test_the_folder_never_mixes_two_runs(tmp_path):
    write_lines(tmp_path / "a.jsonl", {"x": CLEAN, "y": CLEAN})
    out = tmp_path / "out"
    assert portfolio(tmp_path / "a.jsonl", "-o", out, "-f", "html", "-f", "csv") == 0
    assert {path.name for path in out.iterdir()} == {"results.parquet", "results.csv", "index.html", "companies"}
    (out / "companies" / "notes.txt").write_text("mine", encoding="utf-8")
    write_lines(tmp_path / "a.jsonl", {"x": CLEAN})
    assert portfolio(tmp_path / "a.jsonl", "-o", out, "-f", "parquet") == 0
    assert {path.name for path in out.iterdir()} == {"results.parquet", "companies"}
    assert [path.name for path in (out / "companies").iterdir()] == ["notes.txt"]


def test_results_within_the_folder_of_the_profiles_are_no_input(tmp_path):
    (tmp_path / "a.yaml").write_text("profile: 1\ncompany: {name: A}\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("profile: 1\ncompany: {nmae: B}\n", encoding="utf-8")
    for _ in range(2):
        assert portfolio(tmp_path, "-o", tmp_path / "out") == 3
        assert pq.read_metadata(tmp_path / "out" / "results.parquet").num_rows == 1
        assert len((tmp_path / "out" / "aside.jsonl").read_text("utf-8").splitlines()) == 1
