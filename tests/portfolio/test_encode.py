"""`riskcheck encode` and `riskcheck schema parquet`: profiles to the layout on disk, and the layout in words."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

pytest.importorskip("numpy")
pytest.importorskip("pyarrow")

import pyarrow.parquet as pq

from riskcheck.cli.encode import command as encode
from riskcheck.cli.main import main
from riskcheck.cli.portfolio import command as portfolio
from riskcheck.cli.schema import command as schema
from riskcheck.portfolio.layout import BITS, FILES

FACTS = {"headcount": 12, "dora_designated_on": "2026-03-11", "worldwide_turnover": "48_000_000 EUR", "headquarters": "NO"}


def write(path, *records) -> None:
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")


def test_facts_are_kept_and_nothing_else(tmp_path, capsys):
    evidence = [{"for": "company/headcount", "standing": "reported", "source": "Secret source 4.2", "dated": "2026-03-11"}]
    profile = {"id": "a", "profile": 1, "company": {"name": "海豚创意", "note": "a note", **FACTS}, "evidence": evidence, "assumptions": {"fx-usd-per-eur": 2}}
    write(tmp_path / "a.jsonl", profile, {"id": "b", "profile": 1, "company": {"name": "B"}})
    assert main(["encode", str(tmp_path / "a.jsonl"), "-o", str(tmp_path / "out")]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == f"2 companies written to {tmp_path / 'out'}\n"
    assert {path.name for path in (tmp_path / "out").iterdir()} == {*FILES.values(), *BITS.values()}
    first, second = pq.read_table(tmp_path / "out" / FILES["company"]).to_pylist()
    assert (first["id"], first["name"], first["headcount"], first["dora_designated_on"].isoformat(), first["headquarters"]) == ("a", "海豚创意", 12, "2026-03-11", "NO")
    assert (first["worldwide_turnover"], first["worldwide_turnover.currency"], first["assumptions"]) == (48e6, "EUR", 1)
    assert (second["headcount"], second["assumptions"], second["systems"]) == (None, 0, None)
    raw = b"".join(path.read_bytes() for path in (tmp_path / "out").iterdir())
    assert b"Secret source" not in raw
    assert b"a note" not in raw


def test_what_cannot_be_held_is_set_aside_with_file_and_row(tmp_path, capsys):
    write(tmp_path / "a.jsonl", {"id": "long", "profile": 1, "company": {"headcount": 12345678901234567890}}, {"id": "bad", "profile": 1, "company": {"nmae": 1}}, {"id": "good", "profile": 1, "company": {}})
    assert main(["encode", str(tmp_path / "a.jsonl"), "-o", str(tmp_path / "out"), "--quiet"]) == 3
    aside = [json.loads(line) for line in (tmp_path / "out" / "aside.jsonl").read_text("utf-8").splitlines()]
    assert [(entry["id"], entry["source"].rpartition(", ")[2]) for entry in aside] == [("long", "line 1"), ("bad", "line 2")]
    assert "digits" in aside[0]["reason"]
    assert "2 set aside in all, with reasons in" in capsys.readouterr().err
    assert pq.read_metadata(tmp_path / "out" / FILES["company"]).num_rows == 1
    # What was set aside is no input of the next command.
    assert main(["portfolio", str(tmp_path / "out"), "-o", str(tmp_path / "results"), "--quiet"]) == 0


def test_a_portfolio_is_not_encoded_again(tmp_path, capsys):
    write(tmp_path / "a.jsonl", {"id": "a", "profile": 1, "company": {}})
    assert main(["encode", str(tmp_path / "a.jsonl"), "-o", str(tmp_path / "out")]) == 0
    assert main(["encode", str(tmp_path / "out"), "-o", str(tmp_path / "again")]) == 2
    assert "a portfolio already" in capsys.readouterr().err


def test_the_same_bytes_twice(tmp_path):
    write(tmp_path / "a.jsonl", *({"id": str(number), "profile": 1, "company": {"headcount": number}} for number in range(5)))
    for name in ("one", "two"):
        assert main(["encode", str(tmp_path / "a.jsonl"), "-o", str(tmp_path / name), "--quiet"]) == 0
    for path in (tmp_path / "one").iterdir():
        assert (tmp_path / "two" / path.name).read_bytes() == path.read_bytes()


def test_an_interrupted_run_leaves_nothing(tmp_path, monkeypatch, capsys):
    from riskcheck.portfolio.items import ItemReader

    def stop(self, item, only=None):
        yield from ()
        raise KeyboardInterrupt

    write(tmp_path / "a.jsonl", {"id": "a", "profile": 1, "company": {}})
    monkeypatch.setattr(ItemReader, "profiles", stop)
    assert main(["encode", str(tmp_path / "a.jsonl"), "-o", str(tmp_path / "out")]) == 130
    assert "interrupted; nothing was written" in capsys.readouterr().err
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(("command", "example"), [(encode, "riskcheck encode universe.jsonl"), (portfolio, "--since build/october"), (schema, "riskcheck schema parquet")])
def test_help_has_examples_and_exit_codes(command, example):
    told = CliRunner().invoke(command, ["--help"], terminal_width=110).output
    assert "Examples:" in told
    assert example in " ".join(told.split())
    assert "Exit codes: 0 passed" in " ".join(told.split())


def test_the_layout_in_words_names_every_column_that_is_written(tmp_path, capsys):
    assert main(["schema", "parquet"]) == 0
    told = capsys.readouterr().out
    write(tmp_path / "a.jsonl", {"id": "a", "profile": 1, "company": FACTS, "systems": {"s": {}}})
    assert main(["encode", str(tmp_path / "a.jsonl"), "-o", str(tmp_path / "out")]) == 0
    for kind, file in FILES.items():
        assert file in told
        for column in pq.read_schema(tmp_path / "out" / file).names:
            assert column in told, (kind, column)
