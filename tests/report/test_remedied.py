"""The quick way to a score without some findings gives what the long way gives."""

from __future__ import annotations

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from riskcheck.assess.score import Counted, calculate, without
from riskcheck.model.rule import SEVERITIES
from riskcheck.report.parts.remedied import Remedied

SCORING = {
    "bands": {"critical": [75, 100], "high": [50, 75], "medium": [25, 50], "low": [1, 25], "info": [0, 0]},
    "weights": {"critical": 40.5, "high": 12, "medium": 4.1, "low": 0.1, "info": 0}, "half": 48,
}  # fmt: skip
ends = st.lists(st.tuples(st.integers(0, 30), st.sampled_from(SEVERITIES)), max_size=30, unique_by=lambda item: item[0])


@given(least=ends, most=ends, gone=st.sets(st.integers(0, 30)))
def test_it_agrees_with_the_calculation(least, most, gone):
    lower, upper = (calculate([Counted(f"f{number}", severity, "sure") for number, severity in items], SCORING) for items in (least, most))
    ids = frozenset(f"f{number}" for number in gone)
    quick = Remedied(SimpleNamespace(least=lower, most=upper), SCORING)
    assert quick(ids) == (without(lower, ids, SCORING).score, without(upper, ids, SCORING).score)
    assert quick(ids) == quick(ids)


def test_it_agrees_on_minimax(make_run):
    run = make_run()
    scoring = run.program.scoring
    quick = Remedied(run.assessment, scoring)
    found = [f.identity for f in run.assessment.findings if f.adverse]
    for gone in (frozenset(found), frozenset(found[:7]), *(frozenset({identity}) for identity in found)):
        assert quick(gone) == tuple(without(end, gone, scoring).score for end in (run.assessment.least, run.assessment.most))
