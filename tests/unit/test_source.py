"""YAML traps that hit this audience: each has its own message, place and next step."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from riskcheck.diagnostics import Diagnostics
from riskcheck.model.money import parse_money
from riskcheck.model.values import Money
from riskcheck.report.safe import clean
from riskcheck.source.document import parse
from riskcheck.source.yaml12 import lines_of, scalar


def faults(raw: bytes):
    sink = Diagnostics()
    document = parse(raw, "profile.yaml", sink)
    return document, sink.items


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"), ("no", "no"), ("yes", "yes"), ("on", "on"), ("y", "y"), ("null", None), ("~", None), ("true", True), ("False", False),
        ("12:30:45", "12:30:45"), ("22:22", "22:22"), ("010", 10), ("0o10", 8), ("0x1f", 31), ("1e25", 1e25), ("1.5e3", 1500.0), ("1_000", 1000),
        ("-3", -3), (".5", 0.5), ("1.10", 1.1), ("2026-12-02", date(2026, 12, 2)), ("2026-13-45", "2026-13-45"), ("48_000_000 EUR", "48_000_000 EUR"),
        ("-", "-"), ("+", "+"), (".", "."), ("e5", "e5"), ("1_", "1_"), ("0b1", "0b1"), (".inf", ".inf"), ("1.2.3", "1.2.3"),
        ("9" * 5000, "9" * 5000), ("0x" + "f" * 5000, "0x" + "f" * 5000),
    ],
)  # fmt: skip
def test_plain_scalars_follow_yaml_1_2(text, value):
    found = scalar(text)
    assert found == value
    assert type(found) is type(value)


def test_norway_is_never_false():
    document, items = faults(b"company: {headquarters: NO, establishments: [NO, DE]}\n")
    assert document.data["company"] == {"headquarters": "NO", "establishments": ["NO", "DE"]}
    assert not items


@pytest.mark.parametrize(
    ("raw", "code", "words", "line"),
    [
        (b"a: 1\na: 2\n", "P006", "twice", 2),
        (b"a:\n\tb: 1\n", "P005", "tab", 2),
        (b"a: &x 1\nb: *x\n", "P007", "anchors", 1),
        (b"a: !!python/object:os.system {}\n", "P008", "tags", 1),
        (b"a: 1\n---\nb: 2\n", "P009", "several documents", 2),
        ("公司：x\nb: 1\n".encode(), "P011", "full-width colon", 2),
        ("公司: 测试\n".encode("gb18030"), "P002", "GBK", 1),
        ("a: 1\n".encode("utf-16"), "P003", "UTF-16", None),
        (b"", "P004", "empty", None),
        (b"a: [1, 2\n", "P004", "not valid YAML", 2),
        (b"a: b: c\n", "P004", "not valid YAML", 1),
        (b"[" * 60 + b"]" * 60, "P010", "nested", 1),
        (b"a:\n  " + b"- " * 3000 + b"x\n", "P010", "nested", 2),
        (b"a: x\x07y\n", "P012", "control characters", 1),
        (b"a: 1\nb: x\x0cy\x0bz\n", "P012", "the first is U+000C", 2),
        (b"x" * 5_000_001, "P010", "bytes", None),
    ],
)
def test_each_trap_has_its_own_message(raw, code, words, line):
    _, items = faults(raw)
    assert code in [item.code for item in items], [i.render() for i in items]
    found = next(item for item in items if item.code == code)
    assert words in found.message
    assert found.help
    if line:
        assert found.span.line == line


def test_bom_is_read_with_a_warning():
    document, items = faults(b"\xef\xbb\xbfa: 1\n")
    assert document.data == {"a": 1}
    assert [(item.code, item.level) for item in items] == [("P003", "warning")]


def test_alias_bomb_is_refused_quickly():
    bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12))
    document, items = faults(bomb.encode())
    assert document is None
    assert {item.code for item in items} == {"P007"}


def test_all_faults_of_a_file_come_at_once():
    _, items = faults(b"a: 1\na: 2\nb:\n  c: 1\n  c: 2\n")
    assert [item.span.line for item in items] == [2, 5]


def test_caret_stands_under_wide_characters():
    _, items = faults("甲乙: 1\n甲乙: 2\n".encode())
    lines = items[0].render().splitlines()
    assert lines[3].endswith("| 甲乙: 2")
    assert lines[4].endswith("| ^^^^")


def test_diagnostics_can_not_be_forged_by_the_file():
    _, items = faults("k: 1\nk: \u202eevil\x1b[31m\n".replace("\x1b", "").encode())
    assert "\u202e" not in items[0].render()


def hidden(kind: str, depth: int) -> str:
    """Brackets nested ``depth`` deep on few lines, each followed or preceded by closing ones that close nothing."""
    pieces = {"quoted": "']]]]]]]]]]', [[[[[[[[[[\n  ", "comment": "[[[[[[[[[[ # ]]]]]]]]]]\n  ", "multi": "'x\n  ]]]]]]]]]]\n  ', [[[[[[[[[[\n  "}
    start = "" if kind == "comment" else "["
    return f"a: {start}{pieces[kind] * (depth // 10)}x{']' * (depth // 10 * 10 + len(start))}\n"


@pytest.mark.parametrize("depth", [60, 600, 3_000, 100_000])
@pytest.mark.parametrize("kind", ["quoted", "comment", "multi"])
def test_deep_nesting_is_seen_wherever_brackets_are_hidden(kind, depth):
    _, items = faults(hidden(kind, depth).encode())
    assert "P010" in [item.code for item in items]
    found = next(item for item in items if item.code == "P010")
    assert (found.message, found.help) == ("nested deeper than 40 levels", "flatten the file")
    assert found.span.line > 1


@pytest.mark.parametrize("text", ["- " * 5_000 + "x\n", "-  " * 5_000 + "x\n", "- \t" * 5_000 + "x\n", "-\t" * 5_000 + "x\n", "? " * 5_000 + "x\n"])
def test_nesting_without_brackets_ends_in_a_diagnostic(text):
    _, items = faults(text.encode())
    assert items
    assert {item.level for item in items} == {"error"}


# --- what is read with methods of texts is what the grammar says -----------------------------------------------------

INT = re.compile(r"[-+]?[0-9](?:[0-9_]*[0-9])?\Z")
FLOAT = re.compile(r"[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?\Z")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
AMOUNT = re.compile(r"(-?[0-9][0-9_,]*(?:\.[0-9]+)?)\s+([A-Z]{3})\Z")


def by_grammar(text):
    if text[0] not in "0123456789+-.":
        return text
    if INT.match(text):
        return int(text.replace("_", ""))
    if DAY.match(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    if FLOAT.match(text) and text[-1] != "_":
        return float(text.replace("_", ""))
    return text


@settings(max_examples=3_000, deadline=None)
@given(st.text("0123456789+-._eE٣a", min_size=1, max_size=12) | st.dates().map(str))
@example("2026-13-45")
@example("1_0.5_0")
@example("-_5")
@example("+")
@example("5.")
@example(".5")
@example(".E0")
@example("+e5")
def test_numbers_and_days_follow_the_grammar(text):
    found, wanted = scalar(text), by_grammar(text)
    assert (type(found), found) == (type(wanted), wanted)


@settings(max_examples=3_000, deadline=None)
@given(st.text("0123456789_,.- \tUSDé٣u", max_size=14) | st.from_regex(r"-?[0-9_,]{1,6}(\.[0-9]{0,3})?[ \t]{0,2}[A-Z]{0,4}", fullmatch=True))
@example("")
@example(" ")
@example("5 USD EUR")
@example("_5 USD")
@example("5. USD")
def test_amounts_follow_the_grammar(text):
    match = AMOUNT.match(text.strip())
    wanted = Money(Decimal(match[1].replace("_", "").replace(",", "")), match[2]) if match else None
    assert parse_money(text) == wanted


@given(st.text("ab\r\n\x85\u2028\u2029\x0b\x0c", max_size=20))
def test_lines_are_those_of_pyyaml(text):
    assert lines_of(text) == re.split("\r\n|[\n\r\x85\u2028\u2029]", text)


@settings(max_examples=1_000, deadline=None)
@given(st.text(max_size=20))
@example("a\u00a0b\nc")
@example("\u202eevil")
def test_what_is_not_printable_is_cleaned_as_before(text):
    forbidden = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufffe\uffff]"
    assert clean(text) == re.sub(forbidden, "\ufffd", text)
