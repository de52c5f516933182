"""Where the process starts. `--version` and a plain `score` answer before click is imported."""

from __future__ import annotations

import gc
import os
import sys

import riskcheck

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

_FEWER_COLLECTIONS = 200_000
"""New objects between two runs of the garbage collector. Loading the packs makes about a hundred thousand that all stay: at
Python's own 700, a fifth of a short run is spent looking for garbage that is not there."""


def run() -> None:
    """Run the command line and leave the process with its exit code."""
    if sys.argv[1:] == ["--version"]:
        from riskcheck.cli.version import version_text

        print(version_text())  # noqa: T201 (the one line that must not wait for click)
        return
    riskcheck.own_process = True
    gc.set_threshold(_FEWER_COLLECTIONS)
    from riskcheck.cli.plain import answered

    if answered(sys.argv[1:]):
        _leave(0)
    from riskcheck.cli.main import main

    code = main(sys.argv[1:])
    if sys.argv[1:2] == ["score"]:
        _leave(code)
    sys.exit(code)


def _leave(code: int) -> NoReturn:
    """End the process without taking apart, one by one, the hundred thousand objects that the system frees at once."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        sys.exit(code)  # Python's own way out says that the output could not be written
    os._exit(code)
