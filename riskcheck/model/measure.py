"""Measures: the few derived numbers. Arithmetic stands here and nowhere in conditions.

```text
expression := number | subject.fact | {parameter: name}
            | {times: [expression, …]} | {divide: [expression, expression]} | {percent: expression}
            | {sum: expression, over: link, where: condition, once: subject.fact}
            | {by: subject.fact, of: {value: expression, …}}
            | {first_of: [expression, …]}          the first that is not unknown
```

With ``once``, subjects that share the value of that fact count once, with the largest figure. A sum
over a list that is known to be incomplete, or in which an operand is unknown, is a range with a lower bound.
"""

from __future__ import annotations

from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from riskcheck.model.condition import Condition


class Number(NamedTuple):
    """A literal number."""

    value: float


class Read(NamedTuple):
    """A numeric or money fact."""

    fact: str


class Dated(NamedTuple):
    """A parameter at ``as_of``."""

    parameter: str


class Times(NamedTuple):
    """A product."""

    parts: tuple[Expression, ...]


class Divide(NamedTuple):
    """A quotient; money is brought to one currency first."""

    part: Expression
    by: Expression


class Percent(NamedTuple):
    """A hundredth."""

    part: Expression


class Sum(NamedTuple):
    """A sum over linked subjects for which a condition holds; those that share the value of ``once`` count once."""

    part: Expression
    link: str
    where: Condition
    once: str = ""


class By(NamedTuple):
    """A choice between expressions by the value of a fact."""

    fact: str
    of: tuple[tuple[str, Expression], ...]


class FirstOf(NamedTuple):
    """The first expression whose value is known."""

    parts: tuple[Expression, ...]


Expression: TypeAlias = "Number | Read | Dated | Times | Divide | Percent | Sum | By | FirstOf"
