"""Compiles the written form of a measure (see `model.measure` for the grammar)."""

from __future__ import annotations

from riskcheck.diagnostics import did_you_mean
from riskcheck.model.measure import By, Dated, Divide, Expression, FirstOf, Number, Percent, Read, Sum, Times

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from riskcheck.compiler.conditions import ConditionCompiler
    from riskcheck.locations import Route


def compile_measure(written: Any, conditions: ConditionCompiler, route: Route, kinds: tuple[str, ...]) -> Expression:
    """Return the expression of a measure; faults are reported and replaced by zero."""

    def sub(part: Any, *step: str | int) -> Expression:
        return compile_measure(part, conditions, (*route, *step), kinds)

    def many(parts: Any, key: str) -> tuple[Expression, ...]:
        return tuple(sub(part, key, index) for index, part in enumerate(parts if isinstance(parts, list) else [parts]))

    if isinstance(written, (int, float)) and not isinstance(written, bool):
        return Number(written)
    if isinstance(written, str):
        if written not in conditions.vocabulary.facts:
            conditions.report(route, "R202", f"unknown fact `{written}`", did_you_mean(written, conditions.vocabulary.facts))
        conditions.reads.add(written)
        return Read(written)
    if isinstance(written, dict):
        keys = set(written)
        if keys == {"parameter"}:
            if written["parameter"] not in conditions.parameters:
                conditions.report(
                    route, "R209", f"unknown parameter `{written['parameter']}`", did_you_mean(str(written["parameter"]), conditions.parameters)
                )
            return Dated(str(written["parameter"]))
        if keys == {"times"}:
            return Times(many(written["times"], "times"))
        if keys == {"first_of"}:
            return FirstOf(many(written["first_of"], "first_of"))
        if keys == {"percent"}:
            return Percent(sub(written["percent"], "percent"))
        if keys == {"divide"} and isinstance(written["divide"], list) and len(written["divide"]) == 2:  # noqa: PLR2004 (a quotient has two parts)
            return Divide(sub(written["divide"][0], "divide", 0), sub(written["divide"][1], "divide", 1))
        if {"sum", "over"} <= keys <= {"sum", "over", "where", "once"}:
            return _sum(written, conditions, route, kinds)
        if keys == {"by", "of"} and isinstance(written["of"], dict):
            conditions.reads.add(str(written["by"]))
            return By(str(written["by"]), tuple((str(key), sub(part, "of", key)) for key, part in written["of"].items()))
    conditions.report(
        route, "R210", "this is no measure", "times, divide, percent, sum … over, by … of, first_of, a fact, a number or {parameter: name}"
    )
    return Number(0)


def _sum(written: dict[str, Any], conditions: ConditionCompiler, route: Route, kinds: tuple[str, ...]) -> Expression:
    link = conditions.vocabulary.links.get(str(written["over"]))
    if link is None:
        conditions.report(
            (*route, "over"), "R205", f"`{written['over']}` is no link", did_you_mean(str(written["over"]), conditions.vocabulary.links)
        )
        return Number(0)
    inner = (*(kind for kind in kinds if kind != link.target), link.target)
    where = conditions.compile(written.get("where"), (*route, "where"), inner)
    part = compile_measure(written["sum"], conditions, (*route, "sum"), inner)
    once = str(written.get("once", ""))
    if once and (once not in conditions.vocabulary.facts or not once.startswith(f"{link.target}.")):
        conditions.report((*route, "once"), "R202", f"`{once}` is no fact of a {link.target}", did_you_mean(once, conditions.vocabulary.facts))
    return Sum(part, link.name, where, once)
