"""The text of ``--version``."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version


def tool_version() -> str:
    """Return the version of riskcheck; that of a plain checkout comes from pyproject.toml."""
    try:
        return version("riskcheck")
    except PackageNotFoundError:
        import tomllib
        from pathlib import Path

        text = (Path(__file__).resolve().parents[2] / "pyproject.toml").read_text(encoding="utf-8")
        return str(tomllib.loads(text)["project"]["version"])


def version_text() -> str:
    """Return tool and Python versions in one line."""
    return f"riskcheck {tool_version()} (Python {sys.version.split()[0]})"
