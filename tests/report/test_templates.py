"""A user's folder replaces single templates; a broken one is named with file, line and cause."""

from __future__ import annotations

import pytest

from riskcheck.diagnostics import InvalidInput
from riskcheck.report.formats import html, markdown
from riskcheck.report.templates import css_string


def _own(tmp_path, name: str, text: str):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return tmp_path


def test_one_partial_is_replaced(make_run, tmp_path):
    folder = _own(tmp_path, "partials/cover.html.j2", "<header><h1>House style: {{ v.company }}</h1></header>")
    page = html.render(make_run("minimal"), templates=folder)
    assert "<h1>House style: Lumen Analytics</h1>" in page
    assert '<h2 id="plan"' in page


def test_style_is_replaced(make_run, tmp_path):
    assert "body{color:#123456}" in html.render(make_run("minimal"), templates=_own(tmp_path, "report.css", "body{color:#123456}"))


@pytest.mark.parametrize(
    ("text", "line", "cause"),
    [
        ("<p>\n{% if %}</p>", 2, "Expected an expression"),
        ("<p>\n\n{{ v.no_such_thing }}</p>", 3, "no_such_thing"),
        ("{{ w('no_such_word') }}", 1, "no_such_word"),
        ("{% include 'nowhere.j2' %}", 1, "nowhere.j2"),
        ("{{ 1 / 0 }}", 1, "division"),
    ],
)
def test_a_broken_template_is_named(make_run, tmp_path, text, line, cause):
    folder = _own(tmp_path, "partials/cover.html.j2", text)
    with pytest.raises(InvalidInput) as caught:
        html.render(make_run("minimal"), templates=folder)
    fault = caught.value.diagnostics[0]
    assert cause in fault.label
    if "nowhere" not in cause:
        assert fault.file.endswith("partials/cover.html.j2")
        assert fault.span.line == line


def test_a_users_template_is_sandboxed(make_run, tmp_path):
    folder = _own(tmp_path, "partials/finding.md.j2", "{{ f.__class__.__mro__ }}")
    with pytest.raises(InvalidInput):
        markdown.render(make_run(), templates=folder)


@pytest.mark.parametrize("name", ["\\", 'a"b', "a\nb", "</style>", "}*{", "星野"])
def test_a_name_cannot_leave_its_css_string(name):
    assert not set(css_string(name)) & set('"\n<>{}')
    assert not css_string(name).endswith("\\")
