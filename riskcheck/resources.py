"""Where the shipped rules and templates are: in a wheel under ``riskcheck/_data``, in a checkout beside the package."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def rules_folder() -> Path:
    """Return the folder of the rules: RISKCHECK_RULES if set, else the built-in ones.

    Raises FileNotFoundError with a sentence if the install is damaged.
    """
    chosen = os.environ.get("RISKCHECK_RULES")
    if chosen:
        return Path(chosen)
    return _find("rules", _PACKAGE.parent / "rules")


def templates_folder() -> Path:
    """Return the folder of the report templates. Raises FileNotFoundError with a sentence if the install is damaged."""
    return _find("templates", _PACKAGE.parent / "reports" / "templates")


def _find(name: str, beside: Path) -> Path:
    # A checkout is asked first: an editable install may leave a stale copy under _data, which must never win. In
    # site-packages a folder called "rules" may be anybody's, hence the look for our own pyproject.toml.
    shipped = _PACKAGE / "_data" / name
    for folder in (beside, shipped) if (_PACKAGE.parent / "pyproject.toml").is_file() else (shipped,):
        if folder.is_dir():
            return folder
    message = f"riskcheck's own {name} are missing from {_PACKAGE}; install it again"
    raise FileNotFoundError(message)
