"""PyYAML, imported at half of its price.

At import PyYAML compiles the patterns of its reader, resolver and constructor written in Python, and imports what they need. The
loader in C needs none of them, and together they are a tenth of a whole `riskcheck score`. While PyYAML is imported, stand-ins take
the place of those modules of the standard library that are not there yet: each passes on to its module what it is asked for, and
the one of `re` compiles a pattern when it is first used, if ever.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

from riskcheck.patterns import later

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Later(ModuleType):
    """A module that is imported when it is first asked for something."""

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self.__name__), name)


class _Patterns(_Later):
    """`re`, whose patterns are compiled by their first use."""

    compile = later
    X = 64
    """`re.VERBOSE`, the one flag that is named while PyYAML is imported."""


_stood_in = {name: _Patterns(name) if name == "re" else _Later(name) for name in ("re", "base64", "binascii") if name not in sys.modules}
sys.modules.update(_stood_in)
try:
    import yaml
finally:
    for name, module in _stood_in.items():
        if sys.modules.get(name) is module:
            del sys.modules[name]

__all__ = ["yaml"]
