"""Where the shipped rules and templates are: in a wheel under ``riskcheck/_data``, in a checkout beside the package."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

_PACKAGE = os.path.dirname(os.path.realpath(__file__))


def rules_path() -> str:
    """Return the path of the rules: RISKCHECK_RULES if set, else the built-in ones; as text, for the start (see `store`).

    Raises FileNotFoundError with a sentence if the install is damaged.
    """
    return os.environ.get("RISKCHECK_RULES") or _find("rules", "rules")


def rules_folder() -> Path:
    """Return the folder of the rules, as `rules_path` does."""
    from pathlib import Path

    return Path(rules_path())


def templates_path() -> str:
    """Return the path of the report templates, as text. Raises FileNotFoundError with a sentence if the install is damaged."""
    return _find("templates", "reports/templates")


def templates_folder() -> Path:
    """Return the folder of the report templates, as `templates_path` does."""
    from pathlib import Path

    return Path(templates_path())


def _find(name: str, beside: str) -> str:
    # A checkout is asked first: an editable install may leave a stale copy under _data, which must never win. In
    # site-packages a folder called "rules" may be anybody's, hence the look for our own pyproject.toml.
    checkout = os.path.dirname(_PACKAGE)
    shipped = os.path.join(_PACKAGE, "_data", name)
    for folder in (os.path.join(checkout, beside), shipped) if os.path.isfile(os.path.join(checkout, "pyproject.toml")) else (shipped,):
        if os.path.isdir(folder):
            return folder
    message = f"riskcheck's own {name} are missing from {_PACKAGE}; install it again"
    raise FileNotFoundError(message)
