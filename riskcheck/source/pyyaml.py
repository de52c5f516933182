"""PyYAML's parser: the one in C where there is one, imported without what nobody here asks for.

`import yaml` also runs the reader, scanner, parser, emitter and the rest written in Python: a fifteenth of a whole `riskcheck
score`. In a process of the command line, which is nobody else's, only the part in C is imported, beside the modules of errors,
events, nodes and tokens. It looks to the others for the class of one error each; they are stood in for while it is imported.
Anywhere else, and wherever that fails, PyYAML is imported whole (docs/decisions/0013).
"""

from __future__ import annotations

import sys
from types import ModuleType

import riskcheck

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ERRORS = {
    "reader": "ReaderError", "scanner": "ScannerError", "parser": "ParserError", "composer": "ComposerError",
    "constructor": "ConstructorError", "emitter": "EmitterError", "serializer": "SerializerError", "representer": "RepresenterError",
}  # fmt: skip
"""The modules written in Python, and the error of each that the part in C asks for. Of the reader and the writers it is no marked one."""
_UNMARKED = frozenset({"reader", "emitter", "serializer", "representer"})


def _whole() -> tuple[Any, Any]:
    """Return PyYAML and its fastest parser."""
    import yaml

    return yaml, getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _part_in_c() -> tuple[Any, Any]:
    """Return PyYAML's errors, events and nodes, and its parser in C. Raises ImportError or AttributeError where that can't be done."""
    from importlib.machinery import PathFinder

    spec = PathFinder.find_spec("yaml")
    if spec is None or spec.submodule_search_locations is None:
        message = "PyYAML is not there"
        raise ImportError(message)
    package = ModuleType("yaml")
    package.__path__ = list(spec.submodule_search_locations)
    stood_in = ["yaml", *[f"yaml.{name}" for name in _ERRORS]]
    sys.modules["yaml"] = package
    try:
        from yaml import error, events, nodes, tokens  # noqa: F401 (the part in C takes tokens from the package)

        for name, wanted in _ERRORS.items():
            module = ModuleType(f"yaml.{name}")
            setattr(module, wanted, type(wanted, (error.YAMLError if name in _UNMARKED else error.MarkedYAMLError,), {}))
            setattr(package, name, module)
            sys.modules[module.__name__] = module
        from yaml._yaml import CParser
    finally:
        for name in stood_in:
            sys.modules.pop(name, None)
    for names in (error, events, nodes):
        vars(package).update({name: value for name, value in vars(names).items() if not name.startswith("_")})
    return package, CParser


def _imported() -> tuple[Any, Any]:
    if riskcheck.own_process and "yaml" not in sys.modules:
        try:
            return _part_in_c()
        except (ImportError, AttributeError, TypeError):
            pass  # another PyYAML, or one without its part in C
    return _whole()


yaml, Parser = _imported()
