"""The terminal report: answer first, in the width there is, colour only when asked for."""

from __future__ import annotations

import pytest

from riskcheck.report.formats import terminal


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_no_line_is_wider_than_the_terminal(make_run, language, width):
    text = terminal.render(make_run(languages=(language,)), width=width)
    commands = [line for line in text.split("\n") if "riskcheck " in line]
    wide = [line for line in text.split("\n") if terminal.columns_of(line) > width + 1 and line not in commands]
    assert wide == []  # one column of grace: a full-width stop may hang over the edge


def test_order(make_run):
    text = terminal.render(make_run(), width=100)
    places = [text.index(word) for word in ("Score ", "Red flags", "Dates to come", "What to ask first", "Next:", "not legal advice")]
    assert places == sorted(places)


def test_colour_only_when_asked(make_run):
    assert "\x1b" not in terminal.render(make_run(), width=80)
    assert "\x1b[1;31m" in terminal.render(make_run(), width=80, colour=True)


def test_wide_characters_take_two_columns():
    assert terminal.columns_of("a中é") == 4
    assert terminal.wrapped("中中中中中", 4) == ["中中", "中中", "中"]
    assert terminal.wrapped("one two three", 7) == ["one two", "three"]
    assert terminal.wrapped("中中，中", 4)[1] != "，中"
