"""``score --customer``: an unknown key is a usage error with a suggestion, a known one gives the sheet."""

from __future__ import annotations

import pytest

from riskcheck.cli.main import main

EXAMPLE = "profiles/examples/german-hospital-customer.yaml"


@pytest.fixture(autouse=True)
def at_home(root, monkeypatch):
    monkeypatch.chdir(root)


def test_a_known_customer_gets_its_sheet_and_nothing_else(capsys):
    assert main(["score", EXAMPLE, "--as-of", "2026-11-23", "--customer", "klinik-nord"]) == 0
    told = capsys.readouterr().out
    assert "4. [not met] Support and administration from the agreed place only" in told
    assert "/ 100" not in told


def test_a_misspelt_customer_is_a_usage_error_with_the_likeliest_key(capsys, tmp_path):
    target = tmp_path / "sheet.html"
    assert main(["score", EXAMPLE, "--customer", "klinik-nrod", "-f", f"html={target}"]) == 2
    assert "no customer `klinik-nrod`: did you mean `klinik-nord`?" in capsys.readouterr().err
    assert not target.exists()


def test_a_profile_without_customers_says_so(capsys):
    assert main(["score", "profiles/minimal.yaml", "--customer", "anyone"]) == 2
    assert "the profile describes no customer" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["docx", "xlsx", "csv", "sarif"])
def test_a_format_without_answer_sheet_is_refused(root, tmp_path, capsys, name):
    out = tmp_path / f"r.{name}"
    assert main(["score", str(root / "profiles/minimax.yaml"), "--customer", "anyone", "-f", f"{name}={out}"]) == 2
    assert "--customer is answered in terminal, json, markdown, html, pdf" in capsys.readouterr().err
    assert not out.exists()
