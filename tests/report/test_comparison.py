"""A handful of companies beside each other: every company, both languages, figures beside bars, no script, no outside request."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from click.testing import CliRunner

from riskcheck.report.comparison import ORDERS, comparison, render
from riskcheck.report.parts.answer import red_flags
from riskcheck.report.parts.context import Context

COMPANIES = ("minimax", "zhipu", "openai", "deepseek", "moonshot", "stepfun", "alibaba", "bytedance")
LATIN = re.compile(r"[A-Za-z]{4,}")


@pytest.fixture(scope="module")
def runs(make_run):
    return {name: make_run(name) for name in COMPANIES}


class Texts(HTMLParser):
    """The texts of a page, and what it would load."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.loads: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.style = False

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append(tag)
        self.style = tag == "style"
        self.loads += [found[name] for name in ("src", "srcset", "data", "poster", "background") if name in found]
        if tag == "link":
            self.loads.append(found.get("href", ""))
        elif "href" in found:
            self.links.append(found["href"])

    def handle_data(self, data):
        if not self.style and data.strip():
            self.texts.append(data.strip())
        self.style = False


def parsed(page: str) -> Texts:
    found = Texts()
    found.feed(page)
    return found


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_company_stands_in_every_part(runs, language):
    told = comparison(runs, language)
    page = render(runs, language, ("en", "zh"))
    assert {row.key for row in told.rows} == set(COMPANIES)
    for row in told.rows:
        run = runs[row.key]
        score = run.assessment.score
        assert (row.band.least, row.band.most) == tuple(score)
        assert len(row.packs) == len(told.packs) == len(run.program.packs)
        assert len(row.flags) == len(red_flags(Context(run, language)))
        assert page.count(f'href="{row.key}.{language}.html"') >= 1
        assert sum(row.sources) == len(run.profile.evidence)
    assert page.count('class="interval big"') == len(COMPANIES)


@pytest.mark.parametrize("order", ORDERS)
def test_rows_have_a_place_under_every_order(runs, order):
    told = comparison(runs, "en")
    assert sorted(row.ranks[order] for row in told.rows) == list(range(1, len(COMPANIES) + 1))
    ranked = sorted(told.rows, key=lambda row: row.ranks[order])
    if order == "lower":
        assert [row.band.least for row in ranked] == sorted((row.band.least for row in ranked), reverse=True)
        assert told.rows == ranked
    if order == "width":
        widths = [row.band.most - row.band.least for row in ranked]
        assert widths == sorted(widths, reverse=True)
    assert f"--{order}" in render(runs, "en")


def test_intervals_that_overlap_are_never_called_different(runs):
    told = comparison(runs, "en")
    bands = [row.band for row in told.rows]
    apart = sum(a.most < b.least or b.most < a.least for place, a in enumerate(bands) for b in bands[place + 1 :])
    assert "Of 28 pairs" in told.pairs
    assert ("none can be told apart" in told.pairs) == (apart == 0)
    alone = comparison({"minimax": runs["minimax"]}, "en")
    assert alone.pairs == "One company; nothing to compare it with."


def test_links_lead_into_the_reports_that_are_written_beside_it(runs, root, tmp_path):
    from riskcheck.cli.compare import command

    paths = [str(root / "profiles" / f"{name}.yaml") for name in ("minimax", "zhipu")]
    done = CliRunner().invoke(command, [*paths, "-o", str(tmp_path), "--lang", "en,zh", "--as-of", "2026-11-24"], catch_exceptions=False, standalone_mode=False)
    assert done.return_value == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index.en.html", "index.zh.html", "minimax.en.html", "minimax.zh.html", "zhipu.en.html", "zhipu.zh.html"]
    for language in ("en", "zh"):
        links = parsed((tmp_path / f"index.{language}.html").read_text(encoding="utf-8")).links
        assert any("finding-" in link for link in links)
        for link in links:
            file, _, anchor = link.partition("#")
            if not file:
                continue
            target = (tmp_path / file).read_text(encoding="utf-8")
            assert not anchor or re.search(rf'id="?{re.escape(anchor)}["\s>]', target), link


@pytest.mark.parametrize(("paths", "message"), [(["a/x.yaml", "b/x.yaml"], "two pages would be called x.html"), (["index.yaml"], "a profile called index")])
def test_pages_never_overwrite_each_other(paths, message, tmp_path):
    from riskcheck.cli.compare import command

    done = CliRunner().invoke(command, [*paths, "-o", str(tmp_path)])
    assert done.exit_code == 2
    assert message in done.output


def test_nothing_is_loaded_and_nothing_runs(runs):
    page = render(runs, "en", ("en", "zh"))
    found = parsed(page)
    assert found.loads == []
    assert "script" not in found.tags
    assert "default-src 'none'" in page
    assert "@import" not in page
    assert "url(" not in page
    assert page == render(runs, "en", ("en", "zh"))


def test_no_string_is_half_translated(runs):
    told = comparison(runs, "zh")
    page = parsed(render(runs, "zh", ("en", "zh")))
    names = {runs[key].profile.company.label for key in runs}
    english = {word for run in runs.values() for subject in run.profile.all_subjects() for word in LATIN.findall(subject.label)} | {word for name in names for word in LATIN.findall(name)}
    english |= {"riskcheck", "English", "Disney", "UrhG", "Part", "Supplement", "Section"}
    left = {word for text in page.texts for word in LATIN.findall(text)} - english
    cites = {word for row in told.rows for flag in row.flags for word in LATIN.findall(flag.law)}
    titles = {word for row in told.rows for flag in row.flags for word in LATIN.findall(flag.title)}
    assert left - cites - titles == set()
    assert told.missing == 0


def test_hostile_names_are_text(hostile, runs):
    page = render({"evil": hostile(), "minimax": runs["minimax"]}, "en")
    found = parsed(page)
    assert "script" not in found.tags
    assert "img" not in found.tags
    assert any("<script>alert(1)</script>" in text for text in found.texts)
    assert not [link for link in found.links if link.startswith("javascript")]
    assert not set("\u202e\u2066\u001b") & set(page)
