"""Standard streams that never fail on a character and never show an escape where nobody can see it."""

from __future__ import annotations

import io
import os
import sys


def prepare_streams() -> None:
    """Write UTF-8 whatever the locale says; characters that can't be written become escapes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def colour_wanted(setting: str) -> bool:
    """Return whether to colour: the setting, else NO_COLOR, FORCE_COLOR, TERM=dumb and whether a terminal listens."""
    if setting in ("always", "never"):
        return setting == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
