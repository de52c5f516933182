"""riskcheck: which laws a company's AI business breaks, risks breaking or will have to meet.

The public functions are imported when first used, so that ``import riskcheck`` costs nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__version__ = "0.1.0"

own_process = False
"""Whether this process runs the command line and nothing else, as `riskcheck.cli.entry` says. What is global may then be trimmed to it."""

_PUBLIC = {
    "load_installed": "riskcheck.installed",
    "load_profile": "riskcheck.loader.profiles",
    "Evaluator": "riskcheck.evaluator.evaluate",
    "assess": "riskcheck.assess.assess",
    "InvalidInput": "riskcheck.diagnostics",
}
__all__ = ["Evaluator", "InvalidInput", "assess", "load_installed", "load_profile"]


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        message = f"module 'riskcheck' has no attribute {name!r}"
        raise AttributeError(message)
    from importlib import import_module

    return getattr(import_module(_PUBLIC[name]), name)
