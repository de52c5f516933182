"""Rules on a batch: verdicts, what binds today, and severities, as planes on the rows that each rule judges."""

from __future__ import annotations

from riskcheck.evaluator.planes.bits import Plane, Rails, ones, pack, zeros
from riskcheck.model.rule import SEVERITIES
from riskcheck.model.vocabulary import COMPANY
from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskcheck.evaluator.planes.bits import Array
    from riskcheck.evaluator.planes.compile import PlaneRule
    from riskcheck.evaluator.planes.session import Session
    from riskcheck.model.rule import Rule, Severity


class Judged(NamedTuple):
    """One rule on all rows of its scope. ``out_of_scope`` is what none of the other four planes has.

    ``binds`` is where the rule binds on the day (or may: ``unsettled``); ``mildest`` and ``worst`` give the planes of the severities
    that open facts leave possible, as ``Finding.severity`` and ``Finding.severity_most`` do.
    """

    rule: Rule
    scope: Scope
    adverse: Plane
    good: Plane
    exempt: Plane
    unknown: Plane
    binds: Plane
    unsettled: Plane
    mildest: dict[Severity, Plane]
    worst: dict[Severity, Plane]


class Scope(NamedTuple):
    """The rows on which rules of one scope are judged: their company, which of them count, and the rows of subjects that name them."""

    name: str
    rows: int
    company: Array
    judged: Plane
    reads: dict[str, Array | None]


def scope_of(name: str, session: Session) -> Scope:
    """Return the rows of a scope: the subjects of a kind, or the pairs of flow and customer."""
    batch = session.batch
    if name == "flow+customer":
        frame = session.frames.pairs()
        flows, customers = frame.index("flow"), frame.index("customer")
        return Scope(name, frame.rows, batch.tables["flow"].company[flows], ones(frame.rows), {"flow": flows, "customer": customers})
    table = batch.tables[name]
    return Scope(name, table.rows, table.company, pack(batch.judged(name)), {name: None} if name != COMPANY else {})


def judge(session: Session) -> Iterator[Judged]:
    """Yield every rule on the batch, in the order of rules."""
    scopes: dict[str, Scope] = {}
    for item in session.program.rules:
        if item.scope not in scopes:
            scopes[item.scope] = scope_of(item.scope, session)
        yield _judge(item, scopes[item.scope], session)


def _judge(item: PlaneRule, scope: Scope, session: Session) -> Judged:
    rule = item.rule
    frame = session.frames.pairs() if item.scope == "flow+customer" else session.frames.base(item.scope)
    applies = session.rails(rule.applies, frame)
    condition = session.rails(rule.condition, frame)
    good = condition if rule.test == "requires" else condition.negated()
    exempt = Rails(zeros(frame.rows), frame.ones)
    for exemption in rule.unless:
        rails = session.rails(exemption.when, frame)
        exempt = Rails(exempt.true | rails.true, exempt.false & rails.false)
    left = scope.judged & ~applies.false
    exempted = left & exempt.true
    left = left & ~exempt.true
    met = left & good.true
    left = left & ~good.true
    adverse = left & applies.true & exempt.false & good.false
    later, perhaps = zeros(frame.rows), zeros(frame.rows)
    for node in item.waits:
        rails = session.rails(node, frame)
        later, perhaps = later | rails.true, perhaps | (frame.ones & ~rails.false)
    binds = frame.ones & ~later if item.binds else zeros(frame.rows)
    mildest, worst = _severities(rule, session, frame)
    return Judged(rule, scope, adverse, met, exempted, left & ~adverse, binds, binds & perhaps, mildest, worst)


def _severities(rule: Rule, session: Session, frame: object) -> tuple[dict[Severity, Plane], dict[Severity, Plane]]:
    from riskcheck.evaluator.planes.frames import Frame

    assert isinstance(frame, Frame)  # noqa: S101 (for the type checker)
    if not rule.severity_when:
        return {rule.severity: frame.ones}, {rule.severity: frame.ones}
    possible: dict[Severity, Plane] = {}
    reach = frame.ones
    for step in rule.severity_when:
        rails = session.rails(step.when, frame)
        possible[step.level] = possible.get(step.level, zeros(frame.rows)) | (reach & ~rails.false)
        reach = reach & ~rails.true
    possible[rule.severity] = possible.get(rule.severity, zeros(frame.rows)) | reach
    return _first(possible, tuple(reversed(SEVERITIES))), _first(possible, SEVERITIES)


def _first(possible: dict[Severity, Plane], order: tuple[Severity, ...]) -> dict[Severity, Plane]:
    found: dict[Severity, Plane] = {}
    taken = None
    for level in order:
        if level in possible:
            found[level] = possible[level] if taken is None else possible[level] & ~taken
            taken = possible[level] if taken is None else taken | possible[level]
    return found
