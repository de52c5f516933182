"""Sets of slugs and places against sets, on rails. The meaning is that of ``model.values``, row by row.

A region is a mapping of codes to where they belong to it: a plane, or all rows for a fixed region.
"""

from __future__ import annotations

import numpy as np

from riskcheck.evaluator.planes.bits import Plane, Rails
from riskcheck.evaluator.planes.columns import Codes, Sets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    Region: TypeAlias = Mapping[str, Plane]
    Unions: TypeAlias = Mapping[str, frozenset[str]]
    Lies: TypeAlias = Callable[[str], bool | None]


# --- slugs ----------------------------------------------------------------------------------------------------------


def slug_in(column: Codes, region: Region, full: Plane) -> Rails:
    """Return where a choice is a member of the region."""
    true = _anything([_inside(plane, region[name], full) for name in region if (plane := column.plane(name)) is not None], full)
    return Rails(true, column.valid ^ true)


def slugs_overlap(column: Sets, region: Region, full: Plane) -> Rails:
    """Return where a set shares a member with the region."""
    true = _anything([_inside(plane, region[name], full) for name in region if (plane := column.yes.get(name)) is not None], full)
    if column.closed is column.valid:
        return Rails(true, column.valid ^ true)
    outside = full
    for name, inside in region.items():
        refused = column.no.get(name)
        beyond = full ^ inside
        outside = outside & (beyond if refused is None else refused | beyond)
    return Rails(true, column.valid & ~true & (column.closed | outside))


def slugs_within(column: Sets, region: Region, full: Plane) -> Rails:
    """Return where every member of a set is in the region."""
    outside = [(plane, region.get(name)) for name, plane in column.yes.items()]
    false = _anything([plane if inside is None else plane & ~inside for plane, inside in outside if inside is not full], full)
    return Rails(column.closed & ~false, false)


def _inside(plane: Plane, inside: Plane, full: Plane) -> Plane:
    return plane if inside is full else plane & inside


def _anything(planes: list[Plane], full: Plane) -> Plane:
    """Return where some of the planes is set."""
    if len(planes) < 2:  # noqa: PLR2004 (nothing to join)
        return planes[0] if planes else np.zeros_like(full)
    found = planes[0] | planes[1]
    for plane in planes[2:]:
        found |= plane
    return found


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


def place_in(column: Codes, region: Region, unions: Unions, full: Plane, lies: Lies | None) -> Rails:
    """Return where a single place lies in the region; ``lies`` tells it of a code where the region is the same on all rows."""
    true: list[Plane] = []
    false: list[Plane] = []
    for name, plane in column.planes().items():
        if lies is not None:
            inside = lies(name)
            if inside is not None:
                (true if inside else false).append(plane)
        else:
            rails = place_inside(name, region, unions, full)
            true.append(plane & rails.true)
            false.append(plane & rails.false)
    return Rails(_anything(true, full), _anything(false, full))


def places_within(column: Sets, region: Region, unions: Unions, full: Plane, lies: Lies | None) -> Rails:
    """Return where every place of a set lies in the region."""
    false: list[Plane] = []
    unsure = [full & ~column.closed]
    for name, plane in column.yes.items():
        if lies is not None:
            inside = lies(name)
            if not inside:
                (unsure if inside is None else false).append(plane)
        else:
            rails = place_inside(name, region, unions, full)
            false.append(plane & rails.false)
            unsure.append(plane & ~rails.true & ~rails.false)
    outside = _anything(false, full) & column.valid
    return Rails(column.valid & ~outside & ~_anything(unsure, full), outside)


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
