"""The condition language as a tree of seven nodes.

Files say more than seven things (`outside`, `lacks`, `none` …); ``compiler.conditions`` reduces them to these. Nodes are
values: equal nodes are interned, so that a condition shared by a hundred rules is one object and is compiled once.
"""

from __future__ import annotations

from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, TypeAlias

Comparison: TypeAlias = "Literal['equals', 'more_than', 'at_least', 'before', 'since', 'older_than_days', 'older_than_months']"
Relation: TypeAlias = "Literal['includes', 'overlaps', 'within']"


class Constant(NamedTuple):
    """A literal operand: scalar, or tuple of slugs and codes."""

    value: object


class ParameterRef(NamedTuple):
    """An operand that is a dated parameter, read at ``as_of``."""

    name: str


class FactRef(NamedTuple):
    """An operand that is another fact."""

    fact: str


class UnionOf(NamedTuple):
    """A set operand made of several."""

    parts: tuple[Operand, ...]


Operand: TypeAlias = "Constant | ParameterRef | FactRef | UnionOf"


class All(NamedTuple):
    """True when every part is."""

    parts: tuple[Condition, ...]


class AnyOf(NamedTuple):
    """True when some part is."""

    parts: tuple[Condition, ...]


class Not(NamedTuple):
    """Kleene's negation."""

    part: Condition


class Compare(NamedTuple):
    """A single-valued fact against an operand."""

    fact: str
    op: Comparison
    operand: Operand


class Member(NamedTuple):
    """A place, slug or set against a set."""

    fact: str
    relation: Relation
    operand: Operand


class Some(NamedTuple):
    """True when the condition holds for a linked subject."""

    link: str
    part: Condition


class Every(NamedTuple):
    """True when the condition holds for every linked subject."""

    link: str
    part: Condition


Condition: TypeAlias = "All | AnyOf | Not | Compare | Member | Some | Every"
