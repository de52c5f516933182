"""The report as a workbook, read back: typed tables with filters and frozen headers, no formula ever, the same bytes twice."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from riskcheck.report.formats import xlsx
from riskcheck.report.view import view

FORMULA = ("=", "+", "-", "@", "\t", "\r")
SHEETS = ["Findings", "Questions", "Evidence", "Remediation plan", "Money", "About"]


@pytest.fixture(scope="module")
def minimax(make_run):
    run = make_run("minimax", languages=("en", "zh"))
    file = xlsx.render(run)
    return run, load_workbook(io.BytesIO(file))


def rows(sheet) -> list[dict[str, object]]:
    head, *lines = sheet.iter_rows(values_only=True)
    return [dict(zip(head, line, strict=True)) for line in lines]


def test_each_language_has_its_sheets_with_one_typed_table_each(minimax):
    _, book = minimax
    assert book.sheetnames[:6] == SHEETS
    assert len(book.sheetnames) == 12
    for sheet in book:
        (table,) = sheet.tables.values()
        assert table.ref == sheet.dimensions
        assert table.autoFilter is not None
        assert sheet.freeze_panes == "A2"
        heads = [cell.value for cell in sheet[1]]
        assert heads == [column.name for column in table.tableColumns]
        assert len(set(heads)) == len(heads)


def test_every_finding_question_step_and_source_is_a_row(minimax):
    run, book = minimax
    told = view(run)
    assert [row["Id"] for row in rows(book["Findings"])] == [item.identity for item in (*told.flags, *told.high, *told.rest)]
    asked = rows(book["Questions"])
    assert len(asked) == sum(len(dict.fromkeys(item.paths)) for item in told.questions)
    assert {row[told.word("csv_question")] for row in asked} == {item.text for item in told.questions}
    assert len(rows(book["Remediation plan"])) == len(told.plan)
    assert sum(len(item.facts) for item in told.evidence) == len(rows(book["Evidence"]))


def test_numbers_are_numbers_and_dates_are_dates(minimax):
    _, book = minimax
    findings, money, questions = rows(book["Findings"]), rows(book["Money"]), rows(book["Questions"])
    assert [row["No."] for row in findings] == list(range(1, len(findings) + 1))
    days = [row["Binds since or from"] for row in findings if row["Binds since or from"] is not None]
    assert days
    assert all(isinstance(day, datetime) for day in days)
    claimed = next(row for row in money if row["Item"] == "Sum claimed or disclosed")
    assert (claimed["At least"], claimed["At most"], claimed["Currency"]) == (75_000_000, 75_000_000, "USD")
    assert all(isinstance(row["Points"], (int, float)) for row in questions)
    about = {row["Item"]: row["Detail"] for row in rows(book["About"])}
    assert 0 <= about["Score, lower end"] <= about["Score, upper end"] <= 100


def test_no_cell_is_a_formula_whatever_a_profile_says(hostile):
    file = xlsx.render(hostile(languages=("en", "zh")))
    book = load_workbook(io.BytesIO(file))
    dangerous = 0
    for sheet in book:
        for line in sheet.iter_rows():
            for cell in line:
                assert cell.data_type != "f", (sheet.title, cell.coordinate, cell.value)
                if isinstance(cell.value, str) and cell.value.lstrip().startswith(FORMULA):
                    dangerous += 1
                    assert cell.quotePrefix, (sheet.title, cell.coordinate, cell.value)
                assert cell.hyperlink is None or cell.hyperlink.target.startswith(("https://", "http://"))
    assert dangerous
    texts = [cell.value for sheet in book for line in sheet.iter_rows() for cell in line if isinstance(cell.value, str)]
    assert any("<script>alert(1)</script>" in text for text in texts)
    assert not any(set("\u202e\u2066\u001b\u0000\u0007") & set(text) for text in texts)
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        sheets = [package.read(name) for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
    assert not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", " =1", "\uff1d1", "#N/A", '=HYPERLINK("https://evil.example")'])
def test_text_stays_as_it_was_written(text):
    from riskcheck.report.office.workbook import Book, Column

    book = Book()
    book.sheet("S", "s", [Column("a", 10)], [[text]], empty="")
    from datetime import date

    cell = load_workbook(io.BytesIO(book.file("t", date(2026, 1, 2))))["S"]["A2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix == (not text.startswith("#"))


def test_a_profile_of_which_nothing_is_known_has_sheets_that_say_so(make_run):
    book = load_workbook(io.BytesIO(xlsx.render(make_run("minimal"))))
    assert book.sheetnames == SHEETS
    assert not book["Findings"].tables
    assert book["Findings"]["A2"].value == "Nothing to list."


def test_same_bytes_twice_and_no_clock(make_run):
    first, second = (xlsx.render(make_run("minimax", languages=("zh", "en"))) for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(2026, 11, 24, 0, 0, 0)}
        assert package.read("docProps/core.xml").count(b"2026-11-24T00:00:00Z") == 2


@pytest.mark.parametrize("part", ["office", "comparison"])
def test_both_languages_have_the_same_words(part, root):
    folder = Path(root) / "riskcheck" / "report" / "locale"
    english, chinese = (json.loads((folder / f"{part}.{language}.json").read_text(encoding="utf-8")) for language in ("en", "zh"))
    assert english.keys() == chinese.keys()
    same = {key for key, text in english.items() if text == chinese[key]}
    assert same == set()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"), ("http://example.org/\u6cd5", "http://example.org/%E6%B3%95"),
        ('https://example.org/a b"onclick=x', "https://example.org/a%20b%22onclick=x"), ("javascript:alert(1)", ""), ("file:///etc/passwd", ""),
        ("\\\\server\\share", ""), (" https://example.org", ""), ("https://example.org/" + "a" * 3000, ""), ("", ""),
    ],
)  # fmt: skip
def test_only_addresses_of_the_web_become_links(url, expected):
    from riskcheck.report.office.addresses import address

    assert address(url) == expected
