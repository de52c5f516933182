"""Regular expressions that are compiled by their first use, and `re` imported with the first of them.

Importing `re` and compiling the patterns of the package would be a tenth of a short run, and a profile without oddities needs none.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import compile as later  # to a type checker it is the compiled pattern
else:

    class _Later:
        """A pattern that is compiled when it is first asked for something."""

        def __init__(self, pattern, flags=0) -> None:
            self._given = (pattern, flags)

        def __getattr__(self, name):
            import re

            compiled = re.compile(*self._given)
            for method in ("match", "fullmatch", "search", "sub", "split", "findall", "finditer"):
                setattr(self, method, getattr(compiled, method))
            return getattr(compiled, name)

    later = _Later


__all__ = ["later"]
