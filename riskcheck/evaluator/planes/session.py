"""One batch under one program: conditions to rails, derived facts to columns, each worked out once."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from riskcheck.evaluator.closures import add_months
from riskcheck.evaluator.planes import places
from riskcheck.evaluator.planes.bits import Array, Rails, all_but, pack, take_rails, zeros
from riskcheck.evaluator.planes.columns import Codes, Days, Numbers, Sets
from riskcheck.evaluator.planes.compile import operand_parts
from riskcheck.evaluator.planes.frames import Frame, Frames
from riskcheck.evaluator.planes.measures import currency_of, measure, rates
from riskcheck.model import values
from riskcheck.model.condition import All, AnyOf, Compare, Constant, Every, FactRef, Member, Not, ParameterRef, Some
from riskcheck.model.money import rate
from riskcheck.model.values import Money, Range
from riskcheck.model.vocabulary import COMPANY

if TYPE_CHECKING:
    from collections.abc import Callable

    from riskcheck.evaluator.planes.batch import Batch
    from riskcheck.evaluator.planes.bits import Plane
    from riskcheck.evaluator.planes.compile import PlaneProgram
    from riskcheck.evaluator.world import World
    from riskcheck.model.condition import Condition, Operand
    from riskcheck.model.rule import Definition

_EPOCH = date(1970, 1, 1)
_NEAR = 1e-9
"""Figures closer than this (relatively) are compared in exact arithmetic."""


class Session:
    """Evaluates conditions on the frames of a batch."""

    def __init__(self, program: PlaneProgram, batch: Batch) -> None:
        self.program = program
        self.batch = batch
        self.frames = Frames(batch)
        self._rails: dict[tuple[int, int], Rails] = {}
        self._derived: dict[str, Any] = {}
        self._rates: dict[tuple[str, str], Decimal | None] = {}
        self._worlds: dict[int, World] = {}
        self.kept: dict[str, Any] = {}
        """What readers of the results work out once for each kind (paths of subjects)."""

    def close(self) -> None:
        """Let go of everything that was worked out."""
        self.frames.close()
        for kept in (self._rails, self._derived, self._worlds, self.kept):
            kept.clear()

    # --- figures ---------------------------------------------------------------------------------------------------

    def rate(self, source: str, target: str) -> Decimal | None:
        """Return the exact rate between two currencies, None without a path."""
        key = (source, target)
        if key not in self._rates:
            self._rates[key] = rate(source, target, self.program.book)
        return self._rates[key]

    def currency(self, name: str) -> int:
        """Return the batch's code of a currency."""
        names = self.batch.currencies
        if name not in names:
            names.append(name)
        return names.index(name) + 1

    def exact(self, kind: str, short: str, row: int) -> Any:
        """Return a derived fact of one row as the reference finds it."""
        from riskcheck.evaluator.planes.records import profile_of

        company = int(self.batch.tables[kind].company[row])
        world = self._worlds.get(company)
        if world is None:
            world = self._worlds[company] = self.program.evaluator.world(profile_of(self.batch, company), full=False)
        place = 0 if kind == "company" else row - int(self.batch.starts[kind][company])
        return list(world.subjects[kind].values())[place].get(short)

    # --- conditions ------------------------------------------------------------------------------------------------

    def rails(self, node: Condition, frame: Frame) -> Rails:
        """Return the truth of a condition on the rows of a frame."""
        key = (id(node), id(frame))
        found = self._rails.get(key)
        if found is None:
            found = self._find(node, frame)
            if self.program.uses[id(node)] > 1:
                self._rails[key] = found
        return found

    def _find(self, node: Condition, frame: Frame) -> Rails:
        kinds = self.program.kinds(node)
        for below in frame.below:
            if kinds <= below.kinds:
                return take_rails(self.rails(node, below.frame), below.frame.rows, below.at())
        if isinstance(node, All):
            true, false = frame.ones, zeros(frame.rows)
            for part in node.parts:
                rails = self.rails(part, frame)
                true, false = true & rails.true, false | rails.false
            return Rails(true, false)
        if isinstance(node, AnyOf):
            true, false = zeros(frame.rows), frame.ones
            for part in node.parts:
                rails = self.rails(part, frame)
                true, false = true | rails.true, false & rails.false
            return Rails(true, false)
        if isinstance(node, Not):
            return self.rails(node.part, frame).negated()
        if isinstance(node, (Some, Every)):
            return self._quantified(node, frame)
        if isinstance(node, Compare):
            return self._compare(node, frame)
        return self._member(node, frame)

    def _quantified(self, node: Some | Every, frame: Frame) -> Rails:
        target = self.program.vocabulary.links[node.link].target
        expanded = frame.expand(node.link, target, self.frames)
        base = self.frames.base(target)
        alone = self.program.kinds(node.part) <= {target, COMPANY}
        inner = base if alone else expanded.frame
        rails = self.rails(node.part, inner)
        if isinstance(node, Every):
            rails = rails.negated()
        # Two bits of each pair: it is true; it is not false. Both are folded over the pairs of a row at once.
        flags = np.unpackbits(rails.true, count=inner.rows, bitorder="little")
        flags |= np.unpackbits(rails.false ^ inner.ones, count=inner.rows, bitorder="little") << 1
        folded = expanded.any(flags, expanded.items if alone else None, frame.rows)
        found = Rails(pack(folded & 1), expanded.whole & ~pack(folded & 2))
        return found.negated() if isinstance(node, Every) else found

    # --- columns ---------------------------------------------------------------------------------------------------

    def column(self, fact: str) -> Any:
        """Return the column of a fact on its own table: written as it is, derived as its definition says."""
        declared = self.program.vocabulary.facts[fact]
        if declared.kind != "derived":
            return self.batch.column(declared)
        found = self._derived.get(fact)
        if found is None:
            definition = self.program.definitions.get(fact)
            found = self._derived[fact] = self.batch.column(declared) if definition is None else self._derive(definition)
        return found

    def _derive(self, definition: Definition) -> Any:
        frame = self.frames.definitions(definition.about)
        blank = self.batch.tables[definition.about].blank
        if definition.holds is not None:
            true, false = self.rails(definition.holds, frame)
            for item in definition.unless:
                exempt = self.rails(item.when, frame)
                true, false = true & exempt.false, false | exempt.true
            if len(blank):
                seen = all_but(blank, frame.rows)
                true, false = true & seen, false & seen
            return Rails(true, false)
        if definition.union_of:
            found = places.union([self._as_set(fact, frame) for fact in definition.union_of], frame.ones)
            return found.without(blank) if len(blank) else found
        figures = measure(definition.measure, frame, self)
        return figures.without(blank) if len(blank) else figures

    def _as_set(self, fact: str, frame: Frame) -> Sets:
        column = self.column(fact).at(frame.index(fact.partition(".")[0]))
        if isinstance(column, Codes):
            return Sets(column.planes(), {}, column.valid, column.valid, frame.rows)
        return column  # type: ignore[no-any-return]

    # --- comparisons -----------------------------------------------------------------------------------------------

    def _at(self, fact: str, frame: Frame) -> Any:
        column = self.column(fact)
        index = frame.index(fact.partition(".")[0])
        if isinstance(column, Rails):
            return take_rails(column, self.batch.tables[fact.partition(".")[0]].rows, index)
        return column.at(index)

    def _compare(self, node: Compare, frame: Frame) -> Rails:
        column = self._at(node.fact, frame)
        if isinstance(node.operand, FactRef):
            return self._against(node.op, column, self._at(node.operand.fact, frame))
        operand = self._operand(node.operand)
        if operand is None:
            return Rails(zeros(frame.rows), zeros(frame.rows))
        if isinstance(column, Rails):
            return column if operand else column.negated()
        if isinstance(column, Codes):
            plane = column.plane(operand)
            true = zeros(frame.rows) if plane is None else plane
            return Rails(true, column.valid & ~true)
        if isinstance(column, Days):
            return self._dated(node.op, column, operand)
        return self._measured(node, column, operand)

    def _operand(self, operand: Operand) -> Any:
        if isinstance(operand, Constant):
            return operand.value
        return self.program.book.value(operand.name) if isinstance(operand, ParameterRef) else None

    def _dated(self, op: str, column: Days, operand: Any) -> Rails:
        if op in ("older_than_days", "older_than_months"):
            limit = _oldest(op, int(operand), self.program.as_of)
            return _settled(column.days <= limit, column.known)
        day = (operand - _EPOCH).days
        if op == "equals":
            return _settled(column.days == day, column.known)
        return _settled(column.days < day if op == "before" else column.days >= day, column.known)

    def _measured(self, node: Compare, column: Numbers, operand: Any) -> Rails:
        op = node.op
        rounded: Any = True
        above = np.greater if op == "more_than" else np.greater_equal
        if isinstance(operand, Money):
            if op == "equals":
                return _settled((column.least == float(operand.amount)) & (currency_of(column) == self.currency(operand.currency)), column.known)
            factor = rates(self, operand.currency)[currency_of(column)]
            least, most, limit = column.least * factor, column.most * factor, float(operand.amount)
            known = column.known & ~np.isnan(factor)
            rounded = factor != 1.0
        else:
            least, most, limit, known = column.least, column.most, float(operand), column.known
            if column.least is column.most:  # written numbers, not worked out: a tie is a tie of the very figure
                tie = limit == operand if op == "equals" else bool(compared(op)(limit, operand))
                if op == "equals":
                    return _settled((least == limit) & tie, known)
                true_plane = pack(least >= limit if tie else least > limit) & column.valid
                return Rails(true_plane, column.valid & ~true_plane)
        true = above(least, limit)
        false = ~above(most, limit)
        # Zero is exact in both arithmetics.
        near = (
            np.zeros(len(known), bool)
            if limit == 0.0
            else (np.abs(least - limit) <= _NEAR * abs(limit)) | (np.isfinite(most) & (np.abs(most - limit) <= _NEAR * abs(limit)))
        )
        if column.least is column.most and isinstance(operand, Money):
            near &= rounded  # an amount as written, in the currency of the limit, is compared as it stands
        if column.doubtful is not None:
            near |= column.doubtful
        true, false = true & known, false & known
        rows = np.nonzero(near & known)[0]
        if len(rows):
            true, false = true.copy(), false.copy()
            for row in rows:
                truth = self._exactly(node, column, int(row), operand)
                true[row], false[row] = truth is True, truth is False
        return Rails(pack(true), pack(false))

    def _exactly(self, node: Compare, column: Numbers, row: int, operand: Any) -> bool | None:
        kind, _, short = node.fact.partition(".")
        if self.program.vocabulary.facts[node.fact].kind == "derived":
            value = self.exact(kind, short, row)
        else:
            value = Money(Decimal(repr(float(column.least[row]))), self.batch.currencies[int(currency_of(column)[row]) - 1])
        if value is None or (isinstance(value, Range) and value.currency and not isinstance(operand, Money)):
            return None
        if isinstance(value, Money):
            factor = self.rate(value.currency, operand.currency)
            return None if factor is None else compared(node.op)(value.amount * factor, operand.amount)
        if isinstance(value, Range) and value.currency:
            factor = self.rate(operand.currency, value.currency)
            return None if factor is None else compared(node.op)(value, operand.amount * factor)
        return compared(node.op)(value, operand.amount if isinstance(operand, Money) else operand)

    def _against(self, op: str, column: Any, other: Any) -> Rails:
        if isinstance(column, Rails):
            same = (column.true & other.true) | (column.false & other.false)
            return Rails(same, (column.true & other.false) | (column.false & other.true))
        if isinstance(column, Codes):
            names = {name: code + 1 for code, name in enumerate(column.names)}
            lookup = np.array([0, *(names.get(name, 65535) for name in other.names)], np.uint16)
            return _settled(lookup[other.codes] == column.codes, (column.codes != 0) & (other.codes != 0))
        if isinstance(column, Days):
            found = {"equals": np.equal, "before": np.less, "since": np.greater_equal}[op](column.days, other.days)
            return _settled(found, column.known & other.known)
        if column.currency is None:
            found = {"equals": np.equal, "more_than": np.greater, "at_least": np.greater_equal}[op](column.least, other.least)
            return _settled(found, column.known & other.known)
        return self._money_against(op, column, other)

    def _money_against(self, op: str, column: Numbers, other: Numbers) -> Rails:
        known = column.known & other.known
        true, false = np.zeros(len(known), bool), np.zeros(len(known), bool)
        names = self.batch.currencies
        here, there = currency_of(column), currency_of(other)
        for row in np.nonzero(known)[0]:
            left = Money(Decimal(repr(float(column.least[row]))), names[int(here[row]) - 1])
            right = Money(Decimal(repr(float(other.least[row]))), names[int(there[row]) - 1])
            truth = self.program.evaluator.closures._truth(op, left, right)  # noqa: SLF001
            true[row], false[row] = truth is True, truth is False
        return Rails(pack(true), pack(false))

    # --- sets ------------------------------------------------------------------------------------------------------

    def _member(self, node: Member, frame: Frame) -> Rails:
        column = self._at(node.fact, frame)
        region, known, fixed = self._region(node, frame)
        full, unions = frame.ones, self.program.unions
        if self.program.vocabulary.facts[node.fact].type in ("country", "countries"):
            if isinstance(column, Codes):
                found = places.place_in(column, region, unions, full, fixed)
            elif node.relation == "within":
                found = places.places_within(column, region, unions, full, fixed)
            else:
                found = places.places_overlap(column, region, unions, full)
        elif isinstance(column, Codes):
            found = places.slug_in(column, region, full)
        elif node.relation == "within":
            found = places.slugs_within(column, region, full)
        else:
            found = places.slugs_overlap(column, region, full)
        return found if fixed is not None else Rails(found.true & known, found.false & known)

    def _region(self, node: Member, frame: Frame) -> tuple[dict[str, Plane], Plane, frozenset[str] | None]:
        """Return where each code belongs to a set operand, where the operand is known, and its codes if they are fixed."""
        codes: set[str] = set()
        facts: list[str] = []
        for part in operand_parts(node.operand):
            if isinstance(part, FactRef):
                facts.append(part.fact)
            else:
                codes.update(self._operand(part))
        region: dict[str, Plane] = dict.fromkeys(sorted(codes), frame.ones)
        if not facts:
            return region, frame.ones, frozenset(codes)
        known = frame.ones
        for fact in facts:
            members = self._as_set(fact, frame)
            known = known & members.closed
            for name, plane in members.yes.items():
                region[name] = region[name] | plane if name in region else plane
        return region, known, None


def compared(op: str) -> Callable[[Any, Any], bool | None]:
    """Return the exact comparison of an operator."""
    return values.more_than if op == "more_than" else values.at_least


def _settled(true: Array, known: Array) -> Rails:
    plane = pack(true & known)
    return Rails(plane, pack(known) & ~plane)


def _oldest(op: str, count: int, as_of: date) -> int:
    """Return the last day (since 1970) that lies more than so many days or months before ``as_of``."""
    if op == "older_than_days":
        return (as_of - timedelta(days=count) - _EPOCH).days - 1
    low, high = 1, as_of.toordinal() + 1  # ordinals; add_months never falls as the day rises
    while low < high:
        middle = (low + high) // 2
        if add_months(date.fromordinal(middle), count) < as_of:
            low = middle + 1
        else:
            high = middle
    return low - 1 - _EPOCH.toordinal()
