"""PyYAML, imported at half of its price.

At import PyYAML compiles the patterns of its reader, resolver and constructor written in Python. The loader in C needs none of
them, and with `re` they are a tenth of a whole `riskcheck score`. While PyYAML is imported, a stand-in takes the place of `re`
where that is not there yet: it compiles a pattern when it is first used, if ever, and passes everything else on to `re`.
"""

from __future__ import annotations

import sys
from types import ModuleType

from riskcheck.patterns import later

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Re(ModuleType):
    """The `re` of PyYAML's modules, and of those that they import first."""

    compile = later
    X = 64
    """`re.VERBOSE`, the one flag that is named while PyYAML is imported."""

    def __getattr__(self, name: str) -> Any:
        import re

        return getattr(re, name)


_absent = "re" not in sys.modules
if _absent:
    sys.modules["re"] = _Re("re")
try:
    import yaml
finally:
    if _absent:
        del sys.modules["re"]

__all__ = ["yaml"]
