"""What the view says, whatever format lays it out."""

from __future__ import annotations

import json
import string
from datetime import date

import pytest

from riskcheck.installed import Texts
from riskcheck.report.parts.answer import red_flags
from riskcheck.report.parts.context import Context
from riskcheck.report.told import Passage
from riskcheck.report.view import untranslated, view, views


@pytest.fixture(scope="module")
def minimax(make_run):
    return view(make_run())


def _findings(parts):
    return [*parts.flags, *parts.high, *parts.rest]


def test_each_adverse_finding_is_told_once(minimax, make_run):
    told = [f.identity for f in _findings(minimax)]
    assert len(told) == len(set(told))
    assert set(told) == {f.identity for f in make_run().assessment.findings if f.adverse}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_allegations_are_worded_as_such(make_run, language):
    run = make_run(languages=(language,))
    parts = view(run)
    standing = {f.identity: f.standing for f in run.assessment.findings}
    alleged = [f for f in _findings(parts) if standing[f.identity] == "alleged"]
    assert alleged
    phrase = {"en": "not found by a court", "zh": "法院尚未认定"}[language]
    for finding in alleged:
        assert phrase in finding.lead
        assert any(phrase in line for line in finding.basis), finding.identity


def test_severity_that_rests_on_allegations_says_so(minimax):
    chain = next(f for f in minimax.flags if "chain-of-infringement" in f.identity)
    assert chain.lead == "Partly alleged, not found by a court:"
    assert minimax.heat.rows[0][2][0].amount == 0  # nothing critical on the facts alone


def test_red_flags_are_grave_few_and_of_today(make_run):
    ctx = Context(make_run(), "en")
    flags = red_flags(ctx)
    assert 1 <= len(flags) <= 5
    assert all(f.severity_most in ("critical", "high") and f.timing != "upcoming" and f.adverse for group in flags for f in group)


def test_claim_is_set_against_what_the_company_has(minimax):
    claimed = next(rows for kind, _, _, rows in minimax.money.kinds if kind == "claimed")
    row = next(row for row in claimed if row.amount == "USD\u00a075,000,000")
    assert row.compared[0] == "95\u00a0% of revenue"
    assert [kind for kind, *_ in minimax.money.kinds] == sorted({kind for kind, *_ in minimax.money.kinds}, key=["claimed", "statutory", "ceiling", "scenario"].index)


def test_calendar_is_parted_by_ninety_days(minimax):
    assert all(day.days <= 0 for day in minimax.timeline.past)
    assert all(0 < day.days <= 90 for day in minimax.timeline.soon)
    assert all(day.days > 90 for day in minimax.timeline.later)
    assert "2 December 2026" in [day.day for day in minimax.timeline.soon]
    assert all(row.status != "proposed" for days in (minimax.timeline.soon, minimax.timeline.later) for day in days for row in (*day.adverse, *day.open))


def test_plan_ends_where_nothing_adverse_is_left(minimax, make_run):
    run = make_run()
    afters = [tuple(float(end) for end in step.after.split("–")) for step in minimax.plan if "–" in step.after]
    assert afters == sorted(afters, reverse=True)
    assert minimax.plan[-1].after.split("–")[0] == "0"
    assert len(minimax.plan) == len({f.rule for f in run.assessment.findings if f.adverse})


def test_calculation_adds_up(minimax, make_run):
    run = make_run()
    for told, score in zip(minimax.calculation, run.assessment.score, strict=True):
        assert told.score == f"{score:.1f}"
        assert told.sentences[-1].endswith(f"= {score:.1f}.")


def test_unknown_classification_is_no_answer(make_run):
    parts = view(make_run("profile: 1\ncompany: {name: Nobody}\nsystems: {a: {name: A}}\n"))
    system = next(c for c in parts.classification if c.name == "A")
    assert system.open
    assert all(row.answer not in ("yes", "no") for row in system.open)
    assert any(row.questions for row in system.open)


def test_words_exist_in_both_languages_with_the_same_fields(root):
    english, chinese = (json.loads((root / f"riskcheck/report/locale/{name}.json").read_text(encoding="utf-8")) for name in ("en", "zh"))
    assert set(english) == set(chinese)
    fields = lambda text: sorted({name for _, name, _, _ in string.Formatter().parse(text) if name})  # noqa: E731
    assert {key for key in english if fields(english[key]) != fields(chinese[key])} == set()


def test_nothing_of_minimax_is_left_in_english(make_run):
    parts = view(make_run(languages=("zh",)))
    assert untranslated(parts) == 0, parts.missing[:10]


def test_a_missing_translation_is_marked_and_counted(make_run, monkeypatch):
    run = make_run(languages=("zh",))
    finding = next(f for f in run.assessment.findings if f.adverse)
    texts = run.texts("zh")
    rules = {rule: texts._own["rules"].get(rule) for rule in texts.ids("rules")}
    rules[finding.rule] = {**rules[finding.rule], "title": "", "remedy": ""}
    poorer = Texts("zh", {**texts._own, "rules": rules}, texts._english)
    monkeypatch.setattr(run, "texts", lambda language=None: poorer)
    parts = view(run)
    assert untranslated(parts) == 2
    told = next(f for f in _findings(parts) if f.identity == finding.identity)
    assert isinstance(told.title, Passage)
    assert told.title.__html__().startswith('<span lang="en">')


def test_two_languages_share_facts_and_keep_anchors_apart(make_run):
    english, chinese = views(make_run(languages=("en", "zh")))
    assert [f.identity for f in english.flags] == [f.identity for f in chinese.flags]
    assert all(f.anchor.startswith("zh-finding-") for f in chinese.flags)
    assert english.answer.interval == chinese.answer.interval


def test_as_of_is_the_only_clock(make_run):
    later = view(make_run(day=date(2026, 12, 3)))
    assert "2 December 2026" not in [day.day for day in later.timeline.soon]


def test_proposed_law_stands_apart(make_run):
    parts = view(make_run(proposed=True))
    assert parts.timeline.proposed
    rows = [row for days in (parts.timeline.past, parts.timeline.soon, parts.timeline.later) for day in days for row in (*day.adverse, *day.open)]
    assert rows
    assert "proposed" not in {row.status for row in rows}
