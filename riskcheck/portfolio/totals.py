"""Verdict planes to one row a company: counts, scores as intervals, coverage, the heaviest findings.

Scores are those of ``assess.score``: findings are counted by severity, and each distinct outcome is worked out once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from riskcheck.evaluator.planes.bits import Counter, pack, unpack
from riskcheck.evaluator.planes.columns import whole
from riskcheck.evaluator.planes.verdicts import judge
from riskcheck.model.rule import SEVERITIES
from riskcheck.model.vocabulary import PLURAL_OF

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from riskcheck.evaluator.planes.bits import Array, Plane
    from riskcheck.evaluator.planes.session import Session
    from riskcheck.evaluator.planes.verdicts import Judged, Scope
    from riskcheck.model.rule import Rule, Severity

COUNTED = ("breached", "exposed", "unknown", "met", "clear", "exempt", "out_of_scope", "upcoming")
"""What is counted for every company and pack: the verdicts, and the adverse ones that do not bind yet."""
TOP = 5
"""How many of the heaviest findings a company's row names."""
_REFRESH = 8


class Sure(NamedTuple):
    """Where one rule counts in ``least`` at one severity."""

    rule: Rule
    scope: Scope
    plane: Plane


class PackTotals:
    """Counts of one pack by company: by verdict, and by severity for both ends of the score."""

    def __init__(self, companies: int) -> None:
        self.counts = {name: np.zeros(companies, np.int64) for name in COUNTED}
        self.least = {level: np.zeros(companies, np.int64) for level in SEVERITIES}
        self.most = {level: np.zeros(companies, np.int64) for level in SEVERITIES}

    def judged(self) -> Array:
        """Return how many pairs of rule and subject were judged."""
        return sum(self.counts[name] for name in COUNTED if name != "upcoming")


class Totals(NamedTuple):
    """Everything about the companies of a batch: by pack, overall, the heaviest findings, and which rules hit them."""

    packs: dict[str, PackTotals]
    whole: PackTotals
    top: list[list[str]] | Any
    adverse: dict[str, Sure]


class _Tally:
    """The counters of one pack on one scope."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.rules = 0
        self.counters: dict[tuple[str, str], Counter] = {}

    def add(self, name: str, level: str, plane: Plane) -> None:
        counter = self.counters.get((name, level))
        if counter is None:
            counter = self.counters[name, level] = Counter(self.scope.rows)
        counter.add(plane)


def total(session: Session) -> Totals:
    """Return the totals of a batch."""
    companies = session.batch.size
    tallies: dict[tuple[str, str], _Tally] = {}
    sure: dict[Severity, list[Sure]] = {level: [] for level in SEVERITIES}
    adverse: dict[str, Sure] = {}
    for judged in judge(session):
        rule, scope = judged.rule, judged.scope
        tally = tallies.get((rule.pack, scope.name))
        if tally is None:
            tally = tallies[rule.pack, scope.name] = _Tally(scope)
        _count(judged, tally, sure)
        if rule.penalty or rule.damages:
            adverse[rule.id] = Sure(rule, scope, judged.adverse)
    packs = {name: PackTotals(companies) for name in session.program.program.packs}
    for (name, _), tally in tallies.items():
        _gather(tally, packs[name], companies)
    whole = PackTotals(companies)
    for found in packs.values():
        for mine, theirs in ((whole.counts, found.counts), (whole.least, found.least), (whole.most, found.most)):
            for key in mine:
                mine[key] += theirs[key]  # type: ignore[index]
    weights = session.program.program.scoring["weights"]
    return Totals(packs, whole, _top(session, {level: items for level, items in sure.items() if weights[level] > 0}), adverse)


def _count(judged: Judged, tally: _Tally, sure: dict[Severity, list[Sure]]) -> None:
    rule = judged.rule
    tally.rules += 1
    tally.add("exposed" if rule.exposure else "breached", "", judged.adverse)
    tally.add("clear" if rule.exposure else "met", "", judged.good)
    tally.add("unknown", "", judged.unknown)
    if rule.unless:
        tally.add("exempt", "", judged.exempt)
    upcoming = judged.adverse & ~judged.binds
    if upcoming.any():
        tally.add("upcoming", "", upcoming)
    least = judged.adverse & judged.binds & ~judged.unsettled
    most = (judged.adverse | judged.unknown) & judged.binds
    for level, plane in judged.mildest.items():
        plane = least & plane  # noqa: PLW2901 (narrowed)
        if plane.any():
            tally.add("least", level, plane)
            sure[level].append(Sure(rule, judged.scope, plane))
    for level, plane in judged.worst.items():
        tally.add("most", level, most & plane)


def _gather(tally: _Tally, pack_totals: PackTotals, companies: int) -> None:
    scope = tally.scope
    judged = np.bincount(scope.company[unpack(scope.judged, scope.rows)], minlength=companies)
    pack_totals.counts["out_of_scope"] += judged * tally.rules
    for (name, level), counter in tally.counters.items():
        found = np.bincount(scope.company, weights=counter.totals(), minlength=companies).astype(np.int64)
        if name == "least":
            pack_totals.least[level] += found  # type: ignore[index]
        elif name == "most":
            pack_totals.most[level] += found  # type: ignore[index]
        else:
            pack_totals.counts[name] += found
            if name != "upcoming":
                pack_totals.counts["out_of_scope"] -= found


# --- scores ---------------------------------------------------------------------------------------------------------


def scores(by_level: Mapping[Severity, Array], scoring: Mapping[str, Any]) -> Array:
    """Return one end of a score from the number of findings at each severity (`assess.score`)."""
    weights = scoring["weights"]
    half = float(scoring["half"])
    levels = [level for level in SEVERITIES if weights[level] > 0]
    companies = len(by_level[levels[0]])
    rest, low, high = np.zeros(companies), np.zeros(companies), np.zeros(companies)
    for level in reversed(levels):
        some = by_level[level] > 0
        rest += by_level[level] * float(weights[level])
        low[some], high[some] = scoring["bands"][level]
    for level in reversed(levels):
        # What is worst gives the band and does not count again.
        low_here, high_here = scoring["bands"][level]
        rest -= np.where((low == low_here) & (high == high_here) & (by_level[level] > 0), float(weights[level]), 0.0)
    return rounded(
        low + (high - low) * (1.0 - np.exp2(-rest / half)), 1, lambda row: low[row] + (high[row] - low[row]) * (1.0 - 2.0 ** (-rest[row] / half))
    )


def coverage(counts: Mapping[str, Array], judged: Array) -> Array:
    """Return the share of judged pairs that is decided, rounded as `assess.score` rounds it."""
    shares = (judged - counts["unknown"]) / np.maximum(judged, 1)
    return rounded(shares, 4, lambda row: shares[row])


def rounded(values: Array, digits: int, again: Callable[[int], Any]) -> Array:
    """Return values rounded as Python rounds them; those in the middle between two are worked out ``again`` by Python."""
    scale = 10.0**digits
    scaled = values * scale
    found = np.rint(scaled) / scale
    for row in np.nonzero(np.abs(np.abs(scaled - np.floor(scaled)) - 0.5) < 1e-6)[0]:  # noqa: PLR2004 (wider than any error)
        found[row] = round(float(again(int(row))), digits)
    return found


# --- the heaviest findings ------------------------------------------------------------------------------------------


class _Sorted(NamedTuple):
    """The rows of a scope in the order of company and path: ``rows`` in that order, and the place of each row in it."""

    scope: Scope
    rows: Array
    place: Array


def _top(session: Session, sure: Mapping[Severity, Sequence[Sure]]) -> Any:
    """Return, for every company, the first identities of its calculation of ``least``, as an Arrow list array."""
    companies = session.batch.size
    found = np.zeros(companies, np.int64)
    needs: dict[str, Plane] = {}
    scopes: dict[str, _Sorted] = {}
    keys: list[Array] = []
    rules: list[tuple[str, str]] = []
    for items in sure.values():
        for turn, item in enumerate(sorted(items, key=lambda item: item.rule.id + "@")):
            scope = item.scope
            if turn % _REFRESH == 0:
                needs = {}
                keys = [np.concatenate(keys)] if len(keys) > 1 else keys
                found = np.bincount(keys[0] >> _COMPANY, minlength=companies) if keys else found
            if scope.name not in needs:
                needs[scope.name] = pack((found < TOP)[scope.company])
            plane = item.plane & needs[scope.name]
            if plane.any():
                rows = np.nonzero(unpack(plane, scope.rows))[0]
                if scope.name not in scopes:
                    scopes[scope.name] = _sorted(session, scope)
                keys.append((scope.company[rows].astype(np.int64) << _COMPANY) | (len(rules) << _PLACE) | scopes[scope.name].place[rows])
                rules.append((item.rule.id, scope.name))
    if not rules:
        return pa.ListArray.from_arrays(pa.array(np.zeros(companies + 1, np.int32)), pa.array([], pa.string()))
    return _identities(session, np.sort(np.concatenate(keys)), rules, scopes)


_PLACE, _COMPANY = 28, 40
"""A sort key holds company, rule (12 bits) and place of the row (28 bits), from the highest bits down."""


def _identities(session: Session, keys: Array, rules: list[tuple[str, str]], scopes: dict[str, _Sorted]) -> Any:
    company = keys >> _COMPANY
    counts = np.bincount(company, minlength=session.batch.size)
    first = np.arange(len(keys)) - np.repeat(np.cumsum(counts) - counts, counts) < TOP
    keys = keys[first]
    rule = (keys >> _PLACE) & 0xFFF
    place = keys & 0xFFFFFFF
    names = list(scopes)
    scope_of = np.array([names.index(scope) for _, scope in rules])[rule]
    back: list[Array] = []
    paths: list[Any] = []
    for number, name in enumerate(names):
        mine = np.nonzero(scope_of == number)[0]
        back.append(mine)
        paths.append(_paths(session, scopes[name].scope, scopes[name].rows[place[mine]]))
    placed = np.empty(len(keys), np.int64)
    placed[np.concatenate(back)] = np.arange(len(keys))
    subjects = pa.concat_arrays(paths).take(pa.array(placed))
    ids = pa.DictionaryArray.from_arrays(pa.array(rule.astype(np.int32)), pa.array([identity for identity, _ in rules])).cast(pa.string())
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.minimum(counts, TOP))]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), pc.binary_join_element_wise(ids, subjects, "@"))


def _paths_of(session: Session, kind: str) -> Any:
    """Return the paths of all rows of a kind as a dictionary array; the key of a subject that nobody wrote is ``*``."""
    table = session.batch.tables[kind]
    found = session.kept.get(kind)
    if found is None:
        written = whole(table.data["key"]).cast(pa.string()) if table.data is not None and table.written else pa.nulls(0, pa.string())
        coded = pa.concat_arrays([written, pa.array(["*"] * (table.rows - table.written), pa.string())]).dictionary_encode()
        names = pc.binary_join_element_wise(f"{PLURAL_OF[kind]}/", coded.dictionary, "")
        found = session.kept[kind] = pa.DictionaryArray.from_arrays(coded.indices, names)
    return found


def _paths(session: Session, scope: Scope, rows: Array) -> Any:
    if not scope.reads:
        return pa.array(["company"] * len(rows))
    parts = []
    for kind, index in scope.reads.items():
        parts.append(_paths_of(session, kind).take(pa.array(rows if index is None else index[rows])).cast(pa.string()))
    return parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, "+")


def _sorted(session: Session, scope: Scope) -> _Sorted:
    """Return the rows of a scope in the order of company and path, as texts are ordered."""
    rank = np.zeros(scope.rows, np.int64)
    for kind, index in scope.reads.items():
        coded = _paths_of(session, kind)
        names = [f"{name}+" if len(scope.reads) > 1 else str(name) for name in coded.dictionary.to_pylist()]
        places = np.empty(len(names), np.int64)
        places[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
        own = places[coded.indices.to_numpy(zero_copy_only=False)]
        rank = rank * (len(names) + 1) + (own if index is None else own[index])
    rows = np.lexsort((rank, scope.company))
    place = np.empty(scope.rows, np.int64)
    place[rows] = np.arange(scope.rows)
    return _Sorted(scope, rows, place)
