"""The report as a Word file: opened by LibreOffice, headings and tables counted, hostile text inert, the same bytes twice."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import zipfile

import pytest
from docx import Document
from docx.oxml.ns import qn

from riskcheck.report.formats import docx_
from riskcheck.report.formats.html import SECTIONS
from riskcheck.report.view import view

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def minimax(make_run):
    run = make_run("minimax", languages=("en", "zh"))
    return run, docx_.render(run)


def opened(file: bytes):
    return Document(io.BytesIO(file))


def headings(document, level: int) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == f"Heading {level}"]


def full_text(document) -> str:
    return "\n".join("".join(node.text or "" for node in paragraph.iter(qn("w:t"))) for paragraph in document.element.body.iter(qn("w:p")))


def test_sections_stand_in_the_order_of_the_html_report_in_both_languages(minimax):
    run, file = minimax
    document = opened(file)
    expected = []
    for language in ("en", "zh"):
        told = view(run, language)
        optional = {"flows": told.flow_map, "classification": told.classification, "waivers": told.waivers, "changes": told.since}
        absent = {name for name, there in optional.items() if not there}
        expected += [told.word(key) for name, key, _ in SECTIONS if name not in absent]
    assert headings(document, 1) == expected
    assert [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Title"] == ["MiniMax", "MiniMax"]


def test_every_finding_has_a_numbered_heading_and_its_numbers_begin_anew_in_the_second_language(minimax):
    run, file = minimax
    document = opened(file)
    numbered: dict[str, list[str]] = {}
    for paragraph in document.paragraphs:
        number = paragraph._p.find(f"{W}pPr/{W}numPr/{W}numId")
        if number is not None and paragraph.style.name == "Heading 2":
            numbered.setdefault(number.get(f"{W}val"), []).append(paragraph.text)
    told = [view(run, language) for language in ("en", "zh")]
    assert list(numbered.values()) == [[f"{item.title} · {item.subject}" for item in (*v.flags, *v.high, *v.rest)] for v in told]
    text = full_text(document)
    for item in (*told[0].flags, *told[0].high, *told[0].rest):
        assert text.count(item.identity) == 2  # once in each language
        assert item.remedy in text


def test_tables_have_header_rows_that_repeat_and_rows_that_stay_whole(minimax):
    document = opened(minimax[1])
    ruled = [table for table in document.tables if table.style is not None and table.style.name == "Ruled"]
    assert len(ruled) > 20
    for table in ruled:
        rows = table._tbl.findall(f"{W}tr")
        assert rows[0].find(f"{W}trPr/{W}tblHeader") is not None
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
        assert len(rows) > 1
        assert table._tbl.find(f"{W}tblPr/{W}tblCaption").get(f"{W}val")


def test_every_open_question_is_in_its_table(minimax):
    run, file = minimax
    told = view(run)
    heads = [told.word(key) for key in ("number", "question", "answered_by", "points", "rules_waiting")]
    found = [table for table in opened(file).tables if [cell.text for cell in table.rows[0].cells] == heads]
    assert len(found) == 1
    assert len(found[0]._tbl.findall(f"{W}tr")) - 1 == len(told.questions)


def test_chinese_has_its_font_and_links_lead_somewhere(minimax):
    document = opened(minimax[1])
    for name in ("Normal", "Heading 1", "Title", "Table Text"):
        assert document.styles[name].element.find(f"{W}rPr/{W}rFonts").get(f"{W}eastAsia")
    body = document.element.body
    marks = {mark.get(f"{W}name") for mark in body.iter(f"{W}bookmarkStart")}
    inner = [link.get(f"{W}anchor") for link in body.iter(f"{W}hyperlink") if link.get(f"{W}anchor")]
    assert len(inner) > 100
    assert set(inner) <= marks
    outer = [relation.target_ref for relation in document.part.rels.values() if relation.is_external]
    assert outer
    assert all(target.startswith(("https://", "http://")) for target in outer)


def test_board_report_leaves_depth_out_but_no_red_flag(make_run):
    run = make_run("minimax", audience="board")
    document = opened(docx_.render(run))
    told = view(run)
    assert told.waivers == [] and told.since is None  # the sections about them are left out with them
    assert headings(document, 1) == [told.word(key) for name, key, wide in SECTIONS if not wide and name not in ("waivers", "changes")]
    assert all(item.identity in full_text(document) for item in told.flags)


def test_a_profile_of_which_nothing_is_known_is_written_too(make_run):
    document = opened(docx_.render(make_run("minimal", languages=("zh",))))
    assert document.tables


def test_hostile_text_is_text(hostile):
    file = docx_.render(hostile(languages=("en", "zh")))
    document = opened(file)
    text = full_text(document)
    assert "<script>alert(1)</script>" in text
    assert "{{ 7*7 }}" in text
    assert not set("\u202e\u2066\u001b\u0000\u0007") & set(text)
    for relation in document.part.rels.values():
        if relation.is_external:
            assert re.fullmatch(r"https?://[-._~:/?#@!$&*+,;=%()A-Za-z0-9]+", relation.target_ref)
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        assert not [name for name in package.namelist() if "vba" in name.lower()]
        assert b"javascript:" not in package.read("word/_rels/document.xml.rels")
    fields = {node.text for node in document.element.body.iter(f"{W}instrText")} | {node.get(f"{W}instr") for node in document.element.body.iter(f"{W}fldSimple")}
    assert fields == {' TOC \\o "1-1" \\h \\z \\u '}


def test_same_bytes_twice_and_no_clock(make_run):
    first, second = (docx_.render(make_run("minimax", languages=("en", "zh"))) for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(2026, 11, 24, 0, 0, 0)}
    found = opened(first).core_properties
    assert (found.created.date().isoformat(), found.modified.date().isoformat()) == ("2026-11-24", "2026-11-24")
    assert found.author == "riskcheck"


@pytest.fixture(scope="session")
def soffice() -> str:
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if not found:
        if os.environ.get("CI") == "true" and os.environ.get("RISKCHECK_OFFICE_TESTS") == "1":
            pytest.fail("soffice is missing (apt-get install -y --no-install-recommends libreoffice-writer libreoffice-calc)")
        pytest.skip("soffice is missing (apt-get install -y --no-install-recommends libreoffice-writer libreoffice-calc)")
    return found


def test_libreoffice_opens_it_and_keeps_headings_and_tables(soffice, minimax, tmp_path):
    run, file = minimax
    (tmp_path / "report.docx").write_bytes(file)
    base = [soffice, f"-env:UserInstallation={(tmp_path / 'office').as_uri()}", "--headless", "--norestore"]
    done = subprocess.run([*base, "--convert-to", "odt", "--outdir", str(tmp_path), str(tmp_path / "report.docx")], capture_output=True, timeout=300, check=False)
    assert (tmp_path / "report.odt").is_file(), done.stderr
    with zipfile.ZipFile(tmp_path / "report.odt") as package:
        content = package.read("content.xml").decode()
    document = opened(file)
    wanted = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name.startswith("Heading") and paragraph.text]
    assert content.count("<text:h ") == len(wanted)
    assert content.count("<table:table ") == len(document.tables)
    subprocess.run([*base, "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "report.odt")], capture_output=True, timeout=300, check=True)
    page = (tmp_path / "report.pdf").read_bytes()
    assert page.startswith(b"%PDF")
    if shutil.which("pdftotext"):
        told = subprocess.run(["pdftotext", "-layout", str(tmp_path / "report.pdf"), "-"], capture_output=True, text=True, encoding="utf-8", check=True).stdout
        assert "The answer" in told
        assert view(run, "zh").word("sec_answer") in told
