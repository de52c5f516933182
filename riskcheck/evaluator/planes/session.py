"""One batch under one program: conditions to rails, derived facts to columns, each worked out once."""

from __future__ import annotations

from riskcheck.evaluator.planes import places
from riskcheck.evaluator.planes.bits import Rails, all_but, take_rails, zeros
from riskcheck.evaluator.planes.columns import Codes, Sets
from riskcheck.evaluator.planes.compare import compare
from riskcheck.evaluator.planes.frames import Frame, Frames
from riskcheck.evaluator.planes.measures import measure
from riskcheck.model.condition import All, AnyOf, Compare, Every, Member, Not, Some
from riskcheck.model.money import rate
from riskcheck.model.vocabulary import COMPANY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal
    from typing import Any

    from riskcheck.evaluator.planes.batch import Batch
    from riskcheck.evaluator.planes.bits import Plane
    from riskcheck.evaluator.planes.compile import PlaneProgram
    from riskcheck.evaluator.world import World
    from riskcheck.model.condition import Condition
    from riskcheck.model.rule import Definition

class Session:
    """Evaluates conditions on the frames of a batch."""

    def __init__(self, program: PlaneProgram, batch: Batch) -> None:
        self.program = program
        self.batch = batch
        self.frames = Frames(batch)
        self._rails: dict[tuple[int, int], Rails] = {}
        self._derived: dict[str, Any] = {}
        self._at: dict[tuple[str, int], Any] = {}
        self._rates: dict[tuple[str, str], Decimal | None] = {}
        self._worlds: dict[int, World] = {}
        self.kept: dict[str, Any] = {}
        """What readers of the results work out once for each kind (paths of subjects)."""

    def close(self) -> None:
        """Let go of everything that was worked out."""
        self.frames.close()
        for kept in (self._rails, self._derived, self._at, self._worlds, self.kept):
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
            if kinds <= below.kinds and not (below.dear and id(node) in self.program.plain):
                return below.read(self.rails(node, below.frame))
        if isinstance(node, All):
            true, false = self._folded(node.parts, frame)
            return Rails(true, false)
        if isinstance(node, AnyOf):
            false, true = self._folded(node.parts, frame, negated=True)
            return Rails(true, false)
        if isinstance(node, Not):
            return self.rails(node.part, frame).negated()
        if isinstance(node, (Some, Every)):
            return self._quantified(node, frame)
        if isinstance(node, Compare):
            return compare(node, frame, self)
        return self._member(node, frame)

    def _folded(self, parts: Sequence[Condition], frame: Frame, *, negated: bool = False) -> tuple[Plane, Plane]:
        """Return where all parts are true (negated: false), and where some is false (true)."""
        if not parts:
            return frame.ones, zeros(frame.rows)
        everything, anything = self.rails(parts[0], frame)
        if negated:
            everything, anything = anything, everything
        for place, part in enumerate(parts[1:]):
            true, false = self.rails(part, frame)
            if negated:
                true, false = false, true
            if place == 0:
                everything, anything = everything & true, anything | false
            else:  # both are our own by now
                everything &= true
                anything |= false
        return everything, anything

    def _quantified(self, node: Some | Every, frame: Frame) -> Rails:
        target = self.program.vocabulary.links[node.link].target
        expanded = frame.expand(node.link, target, self.frames)
        alone = self.program.kinds(node.part) <= {target, COMPANY}
        if expanded.square is not None:
            inner, index = expanded.square.frame, None
        elif alone:
            inner, index = self.frames.base(target), expanded.items
        else:
            inner, index = expanded.frame, None
        rails = self.rails(node.part, inner)
        if isinstance(node, Every):
            rails = rails.negated()
        if expanded.square is not None:
            found = expanded.square.some(rails, expanded.whole)
        else:
            found = expanded.some(rails, frame.rows, index=index, inner=inner.rows)
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

    def at(self, fact: str, frame: Frame) -> Any:
        """Return the column of a fact on the rows of a frame."""
        key = (fact, id(frame))
        found = self._at.get(key)
        if found is None:
            kind = fact.partition(".")[0]
            column, index = self.column(fact), frame.index(kind)
            found = take_rails(column, self.batch.tables[kind].rows, index) if isinstance(column, Rails) else column.at(index)
            if not isinstance(column, Sets):  # sets are large, and their conditions are read from the frames below
                self._at[key] = found
        return found

    # --- sets ------------------------------------------------------------------------------------------------------

    def _member(self, node: Member, frame: Frame) -> Rails:
        column = self.at(node.fact, frame)
        region, known, fixed = self._region(node, frame)
        full, unions = frame.ones, self.program.unions
        lies = None if fixed is None else self.program.lies(fixed)
        if self.program.vocabulary.facts[node.fact].type in ("country", "countries"):
            if isinstance(column, Codes):
                found = places.place_in(column, region, unions, full, lies)
            elif node.relation == "within":
                found = places.places_within(column, region, unions, full, lies)
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
        codes, ordered, facts = self.program.members(node)
        region: dict[str, Plane] = dict.fromkeys(ordered, frame.ones)
        if not facts:
            return region, frame.ones, codes
        known = frame.ones
        for fact in facts:
            members = self._as_set(fact, frame)
            known = known & members.closed
            for name, plane in members.yes.items():
                region[name] = region[name] | plane if name in region else plane
        return region, known, None
