"""The request list: one row for each answer wanted, that a spreadsheet opens as text."""

from __future__ import annotations

import csv
import io

from riskcheck.report.formats import csv_


def _rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))


def test_every_open_fact_of_every_subject_is_a_row(make_run):
    run = make_run()
    rows = _rows(csv_.render(run))
    assert {row[-1] for row in rows[1:]} == {f"{q.subject}/{q.fact.partition('.')[2]}" for q in run.assessment.questions}
    assert rows[0][1] == "Question"
    assert all(row[-2] == "" and row[-3] == "" for row in rows[1:])


def test_both_languages_side_by_side(make_run):
    rows = _rows(csv_.render(make_run(languages=("zh", "en"))))
    assert rows[0][1:3] == ["问题", "Question"]
    assert any("\u4e00" <= char <= "\u9fff" for char in rows[1][1])


def test_a_mark_tells_excel_the_encoding(make_run):
    assert csv_.render(make_run(languages=("zh",))).startswith("\ufeff")


def test_formulas_are_neutralised():
    assert csv_.neutral("=1+1") == "'=1+1"
    assert csv_.neutral(" @x") == "' @x"
    assert csv_.neutral("＝1") == "'＝1"
    assert csv_.neutral("a=b") == "a=b"
