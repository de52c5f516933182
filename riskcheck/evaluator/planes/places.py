"""Sets of slugs and places against sets, on rails. The meaning is that of ``model.values``, row by row.

A region is a mapping of codes to where they belong to it: a plane, or all rows for a fixed region.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from riskcheck.evaluator.planes.bits import Plane, Rails
from riskcheck.evaluator.planes.columns import Codes, Sets
from riskcheck.model import values

if TYPE_CHECKING:
    from collections.abc import Mapping

    Region: TypeAlias = Mapping[str, Plane]
    Unions: TypeAlias = Mapping[str, frozenset[str]]


# --- slugs ----------------------------------------------------------------------------------------------------------


def slug_in(column: Codes, region: Region, full: Plane) -> Rails:
    """Return where a choice is a member of the region."""
    true = full & 0
    for name in region:
        plane = column.plane(name)
        if plane is not None:
            true = true | (plane & region[name])
    return Rails(true, column.valid & ~true)


def slugs_overlap(column: Sets, region: Region, full: Plane) -> Rails:
    """Return where a set shares a member with the region."""
    true = full & 0
    outside = full
    for name, inside in region.items():
        plane = column.yes.get(name)
        if plane is not None:
            true = true | (plane & inside)
        refused = column.no.get(name)
        outside = outside & ((full & ~inside) if refused is None else (refused | (full & ~inside)))
    return Rails(true & column.valid, column.valid & ~true & (column.closed | outside))


def slugs_within(column: Sets, region: Region, full: Plane) -> Rails:
    """Return where every member of a set is in the region."""
    false = full & 0
    for name, plane in column.yes.items():
        inside = region.get(name)
        false = false | (plane if inside is None else plane & ~inside)
    false = false & column.valid
    return Rails(column.closed & ~false, false)


# --- places ---------------------------------------------------------------------------------------------------------


def place_inside(code: str, region: Region, unions: Unions, full: Plane) -> Rails:
    """Return where one place lies in the region (`values.country_in`)."""
    nowhere = full & 0
    true = region.get(code, nowhere)
    members = unions.get(code)
    if members is not None:
        everything, anything = full, nowhere
        for member in members:
            plane = region.get(member, nowhere)
            everything, anything = everything & plane, anything | plane
        true = true | everything
        return Rails(true, full & ~true & ~anything)
    parent = code.partition("-")[0]
    true = true | region.get(parent, nowhere)
    for union, inside in unions.items():
        if parent in inside and union in region:
            true = true | region[union]
    return Rails(true, full & ~true)


def place_in(column: Codes, region: Region, unions: Unions, full: Plane, fixed: frozenset[str] | None) -> Rails:
    """Return where a single place lies in the region; ``fixed`` holds its codes where they are the same on all rows."""
    true = false = full & 0
    for name, plane in column.planes().items():
        if fixed is not None:
            inside = values.country_in(name, values.Region(fixed, unions))
            if inside:
                true = true | plane
            elif inside is False:
                false = false | plane
        else:
            rails = place_inside(name, region, unions, full)
            true, false = true | (plane & rails.true), false | (plane & rails.false)
    return Rails(true, false)


def places_within(column: Sets, region: Region, unions: Unions, full: Plane, fixed: frozenset[str] | None) -> Rails:
    """Return where every place of a set lies in the region."""
    false = full & 0
    unsure = full & ~column.closed
    for name, plane in column.yes.items():
        if fixed is not None:
            inside = values.country_in(name, values.Region(fixed, unions))
            if inside is False:
                false = false | plane
            elif inside is None:
                unsure = unsure | plane
        else:
            rails = place_inside(name, region, unions, full)
            false = false | (plane & rails.false)
            unsure = unsure | (plane & ~rails.true & ~rails.false)
    false = false & column.valid
    return Rails(column.valid & ~false & ~unsure, false)


def places_overlap(column: Sets, region: Region, unions: Unions, full: Plane) -> Rails:
    """Return where a set touches the region (`values.countries_overlap`)."""
    true = full & 0
    false = full
    for code, inside in region.items():
        touched = touches(code, column, unions, full)
        true = true | (touched.true & inside)
        false = false & (touched.false if inside is full else touched.false | (full & ~inside))
    open_still = full & ~true & ~false
    for union in unions:
        plane = column.yes.get(union)
        if plane is not None:
            true = true | (open_still & plane & place_inside(union, region, unions, full).true)
    return Rails(true & column.valid, false & column.valid & ~true)


def touches(code: str, column: Sets, unions: Unions, full: Plane) -> Rails:
    """Return where a set touches one place; kept with the column, since many conditions ask the same."""
    key = (code, bool(unions))
    found = column.touched.get(key)
    if found is None:
        found = column.touched[key] = _touches(code, column, unions, full)
    return found


def _touches(code: str, column: Sets, unions: Unions, full: Plane) -> Rails:
    nowhere = full & 0
    true = column.yes.get(code, nowhere)
    left = full & ~true
    members = unions.get(code)
    if members is not None:
        settled = full
        for member in members:
            state = touches(member, column, {}, full)
            true = true | state.true
            settled = settled & (state.true | state.false)
        settled = settled | column.no.get(code, nowhere)
        return Rails(true, full & ~true & settled)
    false = nowhere

    def decide(plane: Plane | None, *, truth: bool | None) -> None:
        nonlocal true, false, left
        if plane is None:
            return
        if truth:
            true = true | (left & plane)
        elif truth is False:
            false = false | (left & plane)
        left = left & ~plane

    decide(column.no.get(code), truth=False)
    for plane in column.parts.get(code, ()):
        decide(plane, truth=True)
    parent, dash, _ = code.partition("-")
    if dash:
        decide(column.yes.get(parent), truth=True)
        decide(column.no.get(parent), truth=False)
    for union, inside in unions.items():
        if parent in inside:
            decide(column.yes.get(union), truth=None)
            decide(column.no.get(union), truth=False)
    return Rails(true, false | (left & column.closed))


def union(parts: list[Sets], full: Plane) -> Sets:
    """Return the union of set columns (`SetValue.union`); where nothing is known of any part it is unknown."""
    result = parts[0]
    for other in parts[1:]:
        result = _both(result, other, full)
    known = result.closed
    for plane in (*result.yes.values(), *result.no.values()):
        known = known | plane
    return Sets(result.yes, result.no, result.closed, known, result.rows)


def _both(left: Sets, right: Sets, full: Plane) -> Sets:
    nowhere = full & 0
    names = list(dict.fromkeys((*left.yes, *left.no, *right.yes, *right.no)))
    yes: dict[str, Plane] = {}
    no: dict[str, Plane] = {}
    for name in names:
        here, there = left.yes.get(name, nowhere), right.yes.get(name, nowhere)
        here_not, there_not = left.no.get(name, nowhere), right.no.get(name, nowhere)
        if name in left.yes or name in right.yes:
            yes[name] = here | there
        out_here = here_not | (left.closed & (there_not | there) & ~here)
        out_there = there_not | (right.closed & (here_not | here) & ~there)
        out = out_here & out_there & ~(here | there)
        if out.any():
            no[name] = out
    return Sets(yes, no, left.closed & right.closed, full, left.rows)
