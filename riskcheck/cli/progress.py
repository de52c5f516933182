"""A progress bar for long runs: share, rate and time left on a terminal, nothing anywhere else."""

from __future__ import annotations

import shutil
import sys
import time

_EVERY = 0.1
"""Seconds between two drawings."""
_BAR = 24
_MINUTE, _HOUR = 60, 3600


class Progress:
    """A line that is drawn over itself. What an earlier run had done counts for the share, never for the rate."""

    def __init__(self, total: int, *, quiet: bool = False) -> None:
        self.total = total
        self.done = 0
        self.fresh = 0
        self.started = time.monotonic()
        self.shown = not quiet and sys.stderr.isatty()
        self._drawn = 0.0
        self._width = 0

    @property
    def seconds(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self.started

    def add(self, companies: int, *, fresh: bool = True) -> None:
        """Take note of companies that are done; ``fresh`` ones were done by this run."""
        self.done += companies
        self.fresh += companies if fresh else 0
        now = time.monotonic()
        if self.shown and (now - self._drawn >= _EVERY or self.done >= self.total):
            self._drawn = now
            self._draw(self.line(shutil.get_terminal_size().columns - 1))

    def line(self, columns: int) -> str:
        """Return the line, without its bar where it would not fit."""
        share = self.done / self.total if self.total else 1.0
        rate = self.fresh / max(self.seconds, 1e-6)
        told = f"{int(100 * share):3d} %  {self.done:,} of {self.total:,} companies"
        if rate:
            told += f"  {rate:,.0f}/s  {_span((self.total - self.done) / rate)} left"
        full = int(_BAR * share)
        bar = f"[{'#' * full}{'.' * (_BAR - full)}] "
        return (bar + told if len(bar) + len(told) <= columns else told)[: max(columns, 0)]

    def end(self) -> None:
        """Leave the line as it stands."""
        if self.shown and self._width:
            sys.stderr.write("\n")
            sys.stderr.flush()
            self._width = 0

    def _draw(self, line: str) -> None:
        sys.stderr.write("\r" + line + " " * (self._width - len(line)))
        sys.stderr.flush()
        self._width = max(self._width, len(line))


def _span(seconds: float) -> str:
    """Return a time as people say it: ``40 s``, ``3 min``, ``2 h 10 min``."""
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.0f} min"
    return f"{int(seconds // _HOUR)} h {int(seconds % _HOUR // _MINUTE)} min"
