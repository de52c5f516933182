"""PyYAML, imported at two thirds of its price.

At import PyYAML compiles the patterns of its reader, resolver and constructor written in Python. The loader in C needs none
of them, and they are a twentieth of a whole `riskcheck score`. Here they are compiled when first used, if ever.
"""

from __future__ import annotations

import re
from typing import Any


class _Later:
    """A pattern that is compiled by its first use."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self._given = (pattern, flags)

    def __getattr__(self, name: str) -> Any:
        return getattr(re.compile(*self._given), name)


_compile = re.compile
re.compile = _Later  # type: ignore[assignment]  # for the next lines only; import is under Python's own lock
try:
    import yaml
finally:
    re.compile = _compile

__all__ = ["yaml"]
