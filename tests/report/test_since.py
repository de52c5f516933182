"""What changed since an earlier report: in the page, in Markdown, in Word and in one line of the terminal."""

from __future__ import annotations

import json
import re

import pytest
from lxml import html as lxml_html

from riskcheck.cli.main import main

DAY = "2026-11-24"


@pytest.fixture(scope="module")
def before(root, tmp_path_factory):
    """A result of the day before Regulation (EU) 2026/1744 moved the deadlines."""
    file = tmp_path_factory.mktemp("since") / "july.json"
    assert main(["score", str(root / "profiles/minimax.yaml"), "--as-of", "2026-07-20", "-f", f"json={file}"]) == 0
    return file


@pytest.fixture(scope="module")
def made(root, before, tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    files = {name: folder / f"r.{name}" for name in ("html", "markdown", "docx", "terminal")}
    outputs = [part for name, file in files.items() for part in ("-f", f"{name}={file}")]
    assert main(["score", str(root / "profiles/minimax.yaml"), "--as-of", DAY, "--since", str(before), "--lang", "en,zh", *outputs]) == 0
    return files


def test_deadlines_that_moved_are_told(made):
    page = lxml_html.fromstring(made["html"].read_text(encoding="utf-8"))
    section = page.xpath("//section[@aria-labelledby='changes']")[0].text_content()
    assert "Deadlines that moved" in section
    assert re.search(r"2 August 2026 → 2 December 2027", section)
    assert "calendar" in section
    assert "2026年8月2日 → 2027年12月2日" in page.xpath("//section[@aria-labelledby='zh-changes']")[0].text_content()


def test_every_format_tells_it(made):
    text = made["markdown"].read_text(encoding="utf-8")
    assert '<a id="changes"></a>' in text
    assert "2 August 2026 → **2 December 2027**" in text
    assert "Since july.json: 0 new" in made["terminal"].read_text(encoding="utf-8")
    from docx import Document

    headings = [p.text for p in Document(str(made["docx"])).paragraphs if p.style.name.startswith("Heading")]
    assert "Change since the last report" in headings
    assert "Deadlines that moved" in headings


def test_no_folder_of_this_machine_is_told(made, before):
    assert str(before.parent) not in made["html"].read_text(encoding="utf-8")


def test_inner_links_of_the_section_lead_somewhere(made):
    page = made["html"].read_text(encoding="utf-8")
    ids = set(re.findall(r"\sid=\"?([^\s\">]+)", page))
    assert set(re.findall(r"\shref=\"?#([^\s\">]+)", page)) <= ids


def test_an_earlier_profile_is_judged_on_the_same_day(root, tmp_path):
    text = (root / "profiles/minimax.yaml").read_text(encoding="utf-8")
    old = tmp_path / "old.yaml"
    old.write_text(text.replace("slogan_suggests_studio_content: true", "slogan_suggests_studio_content: false"), encoding="utf-8")
    assert old.read_text(encoding="utf-8") != text
    page = tmp_path / "r.html"
    assert main(["score", str(root / "profiles/minimax.yaml"), "--as-of", DAY, "--since", str(old), "-f", f"html={page}"]) == 0
    section = lxml_html.fromstring(page.read_text(encoding="utf-8")).xpath("//section[@aria-labelledby='changes']")[0].text_content()
    assert "slogan_suggests_studio_content" in section
    assert "no → yes" in section
    assert "Deadlines that moved" not in section


def test_without_it_there_is_no_section(make_run):
    from riskcheck.report.formats import html

    assert 'id="changes"' not in html.render(make_run())


def test_several_profiles_have_no_common_past(root, capsys):
    both = [str(root / "profiles" / name) for name in ("minimax.yaml", "zhipu.yaml")]
    assert main(["score", *both, "--since", both[0], "-f", "html=/tmp/{name}.html"]) == 2
    assert "name one profile" in capsys.readouterr().err


def test_waivers_are_listed(root, tmp_path):
    run = tmp_path / "r.json"
    assert main(["score", str(root / "profiles/minimax.yaml"), "--as-of", DAY, "-f", f"json={run}"]) == 0
    finding = next(f for f in json.loads(run.read_text(encoding="utf-8"))["findings"] if f["verdict"] in ("breached", "exposed"))
    waivers = tmp_path / "waivers.yaml"
    waivers.write_text(
        f"waivers:\n  - rule: {finding['rule']}\n    subject: {finding['subject']}\n    reason: board decision of May\n"
        "    owner: General Counsel\n    expires: 2026-12-31\n    approved_by: Board\n    approved_on: 2026-11-01\n",
        encoding="utf-8",
    )
    page = tmp_path / "r.html"
    assert main(["score", str(root / "profiles/minimax.yaml"), "--as-of", DAY, "--waivers", str(waivers), "-f", f"html={page}"]) == 0
    section = lxml_html.fromstring(page.read_text(encoding="utf-8")).xpath("//section[@aria-labelledby='waivers']")[0].text_content()
    assert "General Counsel" in section and "board decision of May" in section and "31 December 2026" in section
