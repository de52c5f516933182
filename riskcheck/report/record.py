"""Plain values of a view, cheap to declare and to make: a report has two thousand, of thirty classes."""

from __future__ import annotations

from types import SimpleNamespace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import dataclass_transform

    @dataclass_transform(kw_only_default=True)
    class Record:
        """A value with named fields, all given by name. A type checker holds callers to them."""

else:

    class Record(SimpleNamespace):
        """A value with named fields, all given by name."""

        __eq__, __hash__ = object.__eq__, object.__hash__  # one that says the same is still another
