"""The shipped templates are rendered without Jinja, to the bytes that Jinja itself would make."""

from __future__ import annotations

import subprocess
import sys

import pytest

from riskcheck import store
from riskcheck.report import shelf
from riskcheck.report.formats import html, markdown
from riskcheck.report.runtime import TemplateRuntimeError
from riskcheck.report.templates import environment


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A user's folder without a template: Jinja renders the shipped ones."""
    return tmp_path_factory.mktemp("templates")


@pytest.mark.parametrize("audience", ["board", "counsel", "engineer"])
@pytest.mark.parametrize(("profile", "languages"), [("minimax", ("en", "zh")), ("zhipu", ("zh",)), ("minimal", ("en",))])
def test_both_ways_give_the_same_bytes(make_run, empty, profile, languages, audience):
    run = make_run(profile, languages=languages, audience=audience)
    assert html.render(run) == html.render(run, templates=empty)
    assert markdown.render(run) == markdown.render(run, templates=empty)


def test_both_ways_agree_on_hostile_text(hostile, empty):
    for languages in (("en",), ("zh", "en")):
        run = hostile(languages=languages, audience="engineer")
        assert html.render(run) == html.render(run, templates=empty)
        assert markdown.render(run) == markdown.render(run, templates=empty)


@pytest.mark.parametrize(("kind", "name"), [("html", "report.html.j2"), ("html", "customer.html.j2"), ("markdown", "report.md.j2"), ("markdown", "customer.md.j2")])
def test_reports_need_no_jinja(kind, name):
    assert environment(kind=kind).holds(name)


def test_a_start_does_not_import_jinja(root, tmp_path):
    score = f"['score', 'profiles/minimal.yaml', '-f', 'html={tmp_path}/r.html', '-f', 'markdown={tmp_path}/r.md']"
    code = f"import sys; from riskcheck.cli.main import main; main({score}); main({score}) or sys.exit(bool([m for m in sys.modules if m.startswith('jinja2')]))"
    environment(kind="html").holds("report.html.j2")
    environment(kind="markdown").holds("report.md.j2")
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


def test_a_missing_field_is_a_fault_and_no_empty_place():
    env = environment()
    with pytest.raises(TemplateRuntimeError):
        env.render("report.html.j2", {"views": []})


@pytest.mark.parametrize("damage", [b"", b"x y\nrubbish", None])
def test_a_damaged_copy_is_made_anew(make_run, tmp_path, monkeypatch, damage):
    monkeypatch.setenv("RISKCHECK_CACHE", str(tmp_path))
    run = make_run("minimal")
    first = html.render(run)
    kept = next(tmp_path.rglob("report.html.j2.bin"))
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-20] if damage is None else damage)
    assert html.render(run) == first
    assert store.read(str(kept), store.stamp_of_files(*shelf._sources())) is not None


def test_a_changed_template_is_compiled_anew(make_run, tmp_path, monkeypatch, root):
    import shutil

    folder = tmp_path / "templates"
    shutil.copytree(root / "reports/templates", folder)
    monkeypatch.setenv("RISKCHECK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(shelf.resources, "templates_path", lambda: str(folder))
    run = make_run("minimal")
    assert "House style" not in html.render(run)
    (folder / "partials/cover.html.j2").write_text("<header><h1>House style</h1></header>", encoding="utf-8")
    assert "House style" in html.render(run)


def test_what_the_runtime_has_not_is_left_to_jinja(tmp_path, monkeypatch, root):
    import shutil

    from riskcheck.report.templates import rendered

    folder = tmp_path / "templates"
    shutil.copytree(root / "reports/templates", folder)
    (folder / "odd.html.j2").write_text("{{ names|sort|first|title }}", encoding="utf-8")
    (folder / "around.html.j2").write_text("{% include 'odd.html.j2' %}", encoding="utf-8")
    monkeypatch.setenv("RISKCHECK_CACHE", "")
    monkeypatch.setattr(shelf.resources, "templates_path", lambda: str(folder))
    env = environment()
    assert not env.holds("odd.html.j2")
    assert not env.holds("around.html.j2")
    assert rendered(env, "around.html.j2", {"names": ["b", "<a>"]}) == "&lt;A&gt;"
