"""GitHub's own line hash, by which code scanning follows an alert through a file.

A 64-bit rolling hash over the hundred characters that begin at a line (UTF-16 units; blanks and tabs left out, line ends as LF), with the
count of its occurrence in the file. The upload action computes the same and complains about any other value.
"""

from __future__ import annotations

import sys

_BASE = 37
_WINDOW = 100
_BITS = (1 << 64) - 1
_FIRST = pow(_BASE, _WINDOW, 1 << 64)
_END = 65535
_UNITS = "utf-16-le" if sys.byteorder == "little" else "utf-16-be"
_LF, _CR, _TAB, _BLANK = 10, 13, 9, 32


def line_hashes(text: str) -> list[str]:
    """Return the hash of every line of a text, the first line first."""
    window = [0] * _WINDOW
    starts = [-1] * _WINDOW
    found: dict[int, str] = {}
    counts: dict[int, int] = {}
    rolling = index = line = 0
    line_start, after_return = True, False
    units = memoryview(text.encode(_UNITS, "surrogatepass")).cast("H")
    for unit in (*units, _END):
        current = unit
        if current in (_BLANK, _TAB) or (after_return and current == _LF):
            after_return = False
            continue
        after_return = current == _CR
        if after_return:
            current = _LF
        if starts[index] != -1:
            counts[rolling] = counts.get(rolling, 0) + 1
            found[starts[index]] = f"{rolling:x}:{counts[rolling]}"
            starts[index] = -1
        if line_start:
            line_start = False
            line += 1
            starts[index] = line
        line_start = current == _LF
        rolling = (rolling * _BASE + current - _FIRST * window[index]) & _BITS
        window[index] = current
        index = (index + 1) % _WINDOW
    for _ in range(_WINDOW):
        if starts[index] != -1:
            counts[rolling] = counts.get(rolling, 0) + 1
            found[starts[index]] = f"{rolling:x}:{counts[rolling]}"
            starts[index] = -1
        rolling = (rolling * _BASE - _FIRST * window[index]) & _BITS
        window[index] = 0
        index = (index + 1) % _WINDOW
    return [found[number] for number in range(1, line + 1)]
