"""The verdict table: (applies, exempt, good) to a verdict.

``applies``, ``exempt`` and ``good`` are Kleene values; *good* means that the duty is met, or that the exposure does not exist. The
adverse verdict stands exactly where ``applies ∧ ¬exempt ∧ ¬good`` is true; where that term is false, the part that made it
false names the verdict, in the order scope, exception, duty; otherwise the verdict is unknown.
"""

from __future__ import annotations

from itertools import product

TYPE_CHECKING = False
if TYPE_CHECKING:
    from riskcheck.model.finding import Verdict
    from riskcheck.model.values import Truth


def _row(applies: Truth, exempt: Truth, good: Truth, *, exposure: bool) -> Verdict:
    if applies is False:
        return "out_of_scope"
    if exempt is True:
        return "exempt"
    if good is True:
        return "clear" if exposure else "met"
    if applies is True and exempt is False and good is False:
        return "exposed" if exposure else "breached"
    return "unknown"


_K3: tuple[Truth, ...] = (True, False, None)
TABLE: dict[tuple[bool, Truth, Truth, Truth], Verdict] = {
    (exposure, applies, exempt, good): _row(applies, exempt, good, exposure=exposure)
    for exposure, applies, exempt, good in product((False, True), _K3, _K3, _K3)
}
"""All 54 rows: (exposure, applies, exempt, good) to verdict."""
