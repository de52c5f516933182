"""The text of ``--version``."""

from __future__ import annotations

import sys

from riskcheck import __version__


def tool_version() -> str:
    """Return the version of riskcheck. A constant: asking the installed metadata costs a third of the start."""
    return __version__


def version_text() -> str:
    """Return tool and Python versions in one line."""
    return f"riskcheck {tool_version()} (Python {sys.version.split()[0]})"
