"""Drafts of paperwork: what the profile says, a mark for each gap, and never a word of compliance."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from riskcheck.cli.main import main
from riskcheck.evaluator.evaluate import Evaluator
from riskcheck.loader.drafts import draft_names, load_outline
from riskcheck.loader.profiles import read_profile
from riskcheck.report.drafts import render_draft

DAY = date(2026, 11, 24)
NAMES = ("california-ab2013", "model-documentation", "training-summary")
LANGUAGES = ("en", "zh")
TOLD = """company: {name: Lumen, copyright_policy: true, gpai_code_chapters_signed: [copyright]}
models:
  one: {name: Lumen-1, datasets: [web, users], output_modalities: [text], training_flops: 3.1e24, on_eu_market_since: 2026-03-01, weights_public: false, provider_country: DE}
datasets:
  web: {name: Web pages, web_crawled: true, third_party: false, user_content: false, content_types: [news, books], robots_txt_obeyed: true, licensed_share: 12}
  users: {name: Chats, web_crawled: false, third_party: false, user_content: true, user_content_permitted: false, content_types: [user_content]}
"""


@pytest.fixture(scope="module")
def draft(installed):
    def drafted(name, text=TOLD, *, key="one", language="en"):
        profile, _ = read_profile(("profile: 1\n" + text).encode(), "p.yaml", installed.program)
        world = Evaluator(installed.program, DAY).world(profile, full=False)
        return render_draft(load_outline(installed.root, name), world, profile, key, installed.texts(language), language, DAY)

    return drafted


def test_the_three_forms_are_there(installed):
    assert tuple(draft_names(installed.root)) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_an_outline_names_facts_links_and_pinpoints_that_exist(installed, source, name):
    _, program, _ = source
    outline = load_outline(installed.root, name)
    for section in outline.sections:
        for item in section.items:
            assert item.name or item.facts or item.each or item.ask, item.label.en
            assert {fact.partition(".")[0] for fact in item.facts} <= {"model", "company"}
            assert set(item.facts) | set(item.show) | set(item.when) <= set(program.vocabulary.facts)
            assert not item.each or item.each in program.vocabulary.links
            for fact, wanted in item.when.items():
                assert isinstance(wanted, bool) or wanted in program.vocabulary.facts[fact].choices
    acts = installed.texts("en")
    for cite in outline.cite:
        assert acts.entry("acts", cite.act)
        assert cite.at in str((Path(installed.root) / "acts").joinpath(f"{cite.act}.yaml").read_text(encoding="utf-8")) if cite.act != "eu-ai-act" else cite.at.startswith("Art. 53(1)")


@pytest.mark.parametrize("name", NAMES)
def test_an_outline_is_whole_in_chinese(installed, name):
    outline = load_outline(installed.root, name)
    texts = [outline.title, outline.form, outline.confidence_note]
    texts += [part for section in outline.sections for part in (section.title, *(x for item in section.items for x in (item.label, item.ask) if x))]
    for told in texts:
        assert re.search(r"[\u4e00-\u9fff]", told.zh), told
        assert not re.search(r"[\u4e00-\u9fff]", told.en), told


def test_the_training_summary_has_the_three_sections_of_the_template(draft):
    assert re.findall(r"^## (.*)$", draft("training-summary"), re.MULTILINE) == [
        "Section 1: General information", "Section 2: List of data sources", "Section 3: Data processing aspects",
    ]  # fmt: skip


def test_the_model_documentation_has_the_eight_sections_of_the_form(draft):
    heads = re.findall(r"^## (.*)$", draft("model-documentation"), re.MULTILINE)
    assert len(heads) == 8
    assert (heads[0], heads[3], heads[-1]) == ("General information", "Use", "Energy consumption")


def test_california_asks_twelve_topics(draft):
    assert [int(n) for n in re.findall(r"^- \*\*(\d+)\. ", draft("california-ab2013"), re.MULTILINE)] == list(range(1, 13))


def field(text, label):
    """The lines of one field."""
    match = re.search(rf"^- \*\*{re.escape(label)}\*\*.*?(?=^- \*\*|^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return match[0]


def test_facts_fill_the_fields_and_only_what_is_missing_is_a_gap(draft):
    text = draft("training-summary")
    assert field(text, "Country of the provider") == "- **Country of the provider**: Germany\n"
    assert field(text, "Date of placing on the Union market") == "- **Date of placing on the Union market**: 1 March 2026\n"
    assert field(text, "Data crawled and scraped from the web") == "- **Data crawled and scraped from the web**:\n  - Web pages: Books, News\n"
    assert field(text, "User data") == "- **User data**:\n  - Chats: no\n"
    assert field(text, "Synthetic data").startswith("- **Synthetic data**:\n  - none\n")
    respect = field(text, "Respect of reservations of rights (text and data mining)")
    assert "obey robots.txt? yes" in respect
    assert "not in profile: Were other machine-readable reservations obeyed" in respect
    assert ": 3.1e24\n" in field(draft("model-documentation"), "Amount of computation (floating-point operations)")


def test_no_fact_no_answer(draft):
    text = draft("training-summary", "company: {name: Lumen}\nmodels:\n  one: {name: Lumen-1}\n")
    assert "2 of 24 fields filled" in text
    assert "not in profile: On which sources was the model trained?" in field(text, "User data")
    assert not re.search(r": (yes|no|none)$", text, re.MULTILINE)


def test_an_open_list_is_given_as_far_as_it_is_known_and_marked(draft):
    text = draft("model-documentation", TOLD.replace("output_modalities: [text]", "output_modalities: {text: true, video: false}"))
    assert re.search(r"Output modalities\*\*: Text.*not in profile: What can the model generate\?", text)


def test_allegations_and_inferences_fill_nothing(draft):
    text = TOLD.replace("robots_txt_obeyed: true, ", "") + "evidence:\n- {for: datasets/web/robots_txt_obeyed, says: false, standing: alleged, source: complaint}\n"
    assert "not in profile: Did the crawler obey robots.txt?" in draft("training-summary", text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_draft_says_that_it_is_one_and_never_that_anything_is_compliant(draft, name, language):
    text = draft(name, language=language)
    assert text.startswith("# Draft: " if language == "en" else "# 草稿：")
    assert not re.search(r"complian|conform|合规", text, re.IGNORECASE)
    assert text.count("not in profile" if language == "en" else "档案中没有") == int(re.search(r"(\d+) gaps marked" if language == "en" else r"缺口(\d+)处", text)[1])


@pytest.mark.parametrize("name", NAMES)
def test_the_text_of_a_profile_stays_text(draft, name):
    evil = "<script>alert(1)</script> ](javascript:x) ::error:: @team \u202e | `x` " + "A" * 5000
    text = draft(name, TOLD.replace("name: Lumen-1", f"name: {evil!r}".replace("\\u202e", "\u202e")).replace("name: Web pages", "name: '# head <img src=x>'"))
    assert "<script" not in text
    assert "<img" not in text
    assert "\u202e" not in text
    assert "](javascript" not in text.replace("\\](", "")
    assert max(map(len, text.splitlines())) < 5000


@pytest.mark.parametrize("language", LANGUAGES)
def test_same_facts_same_bytes(draft, language):
    assert draft("training-summary", language=language) == draft("training-summary", language=language)


# --- the command --------------------------------------------------------------------------------------------------


def test_the_command_writes_a_file(root, tmp_path):
    target = tmp_path / "draft.md"
    assert main(["draft", "training-summary", str(root / "profiles" / "minimax.yaml"), "--model", "m2-7", "--lang", "zh", "-o", str(target), "--as-of", "2026-11-24"]) == 0
    assert target.read_text(encoding="utf-8").startswith("# 草稿：训练内容公开摘要 · MiniMax-M2.7\n")


def test_the_command_leaves_out_what_is_only_alleged(root, capsys):
    """The complaint says that the video data were crawled; the profile does not."""
    assert main(["draft", "training-summary", str(root / "profiles" / "minimax.yaml"), "--model", "hailuo-video"]) == 0
    assert "Training data of the video model: \\[not in profile: Was it collected by crawling the web?" in capsys.readouterr().out


def test_the_only_model_needs_no_name_and_several_do(root, tmp_path, capsys):
    path = tmp_path / "p.yaml"
    path.write_text("profile: 1\n" + TOLD, encoding="utf-8")
    assert main(["draft", "model-documentation", str(path)]) == 0
    assert "Lumen-1" in capsys.readouterr().out
    assert main(["draft", "model-documentation", str(root / "profiles" / "minimax.yaml")]) == 2
    assert "hailuo-video, m1, m2, m2-5, m2-7" in capsys.readouterr().err


@pytest.mark.parametrize(("words", "said"), [(["training-sumary"], "training-summary"), (["training-summary", "--model", "nobody"], "no model 'nobody'")])
def test_a_wrong_name_is_met_with_the_right_ones(root, tmp_path, capsys, words, said):
    path = tmp_path / "p.yaml"
    path.write_text("profile: 1\n" + TOLD, encoding="utf-8")
    assert main(["draft", words[0], str(path), *words[1:]]) == 2
    assert said in capsys.readouterr().err


def test_a_faulty_profile_is_refused_with_its_line(tmp_path, capsys):
    path = tmp_path / "p.yaml"
    path.write_text("profile: 1\ncompany: {nam: X}\n", encoding="utf-8")
    assert main(["draft", "training-summary", str(path)]) == 3
    assert "p.yaml:2" in capsys.readouterr().err
