"""What exit codes mean. The format of the output never changes them."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """0 passed, 1 refused by a gate, 2 usage, 3 bad input, 4 undecided, 5 a fault of riskcheck, 130 interrupted."""

    PASSED = 0
    REFUSED = 1
    USAGE = 2
    INPUT = 3
    UNDECIDED = 4
    BUG = 5
    INTERRUPTED = 130


PRECEDENCE = (Exit.BUG, Exit.INPUT, Exit.USAGE, Exit.REFUSED, Exit.UNDECIDED, Exit.PASSED)


def worst(codes: list[Exit]) -> Exit:
    """Return the code that wins where several apply."""
    return next(code for code in PRECEDENCE if code in (*codes, Exit.PASSED))


HELP = "Exit codes: 0 passed, 1 refused, 2 usage, 3 bad input, 4 undecided (coverage), 5 a fault of riskcheck, 130 interrupted."
