"""Verdict planes to one row a company: counts, scores as intervals, coverage, the heaviest findings.

Scores are those of ``assess.score``: findings are counted by severity, and each distinct outcome is worked out once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from riskcheck.evaluator.planes.bits import Counter, pack, unpack
from riskcheck.evaluator.planes.verdicts import judge
from riskcheck.model.rule import SEVERITIES
from riskcheck.model.vocabulary import PLURAL_OF

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
        found = sum(self.counts[name] for name in COUNTED if name != "upcoming")
        return found


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
    levels = [level for level in SEVERITIES if weights[level] > 0]
    companies = len(by_level[levels[0]])
    rest = np.zeros(companies)
    worst = np.full(companies, len(levels))
    for place, level in enumerate(levels):
        rest += by_level[level] * float(weights[level])
        worst[(worst == len(levels)) & (by_level[level] > 0)] = place
    found = np.zeros(companies)
    for place, level in enumerate(levels):
        here = worst == place
        low, high = scoring["bands"][level]
        values, inverse = np.unique(rest[here] - float(weights[level]), return_inverse=True)
        ends = [round(low + (high - low) * (1.0 - 2.0 ** (-value / float(scoring["half"]))), 1) for value in values.tolist()]
        found[here] = np.array(ends)[inverse] if ends else 0.0
    return found


def coverage(counts: Mapping[str, Array], judged: Array) -> Array:
    """Return the share of judged pairs that is decided, rounded as `assess.score` rounds it."""
    decided = judged - counts["unknown"]
    keys = decided * (int(judged.max(initial=0)) + 1) + judged
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    shares = [round(d / t, 4) if t else 0.0 for d, t in zip(decided[first].tolist(), judged[first].tolist(), strict=True)]
    return np.array(shares)[inverse] if shares else np.zeros(0)


# --- the heaviest findings ------------------------------------------------------------------------------------------


def _top(session: Session, sure: Mapping[Severity, Sequence[Sure]]) -> Any:
    """Return, for every company, the first identities of its calculation of ``least``, as an Arrow list array."""
    companies = session.batch.size
    found = np.zeros(companies, np.int64)
    company_of: list[Array] = []
    rule_of: list[Array] = []
    rows_of: list[tuple[Scope, Array]] = []
    ids: list[str] = []
    needs: dict[str, Plane] = {}
    ranks: dict[str, Array] = {}
    for items in sure.values():
        for turn, item in enumerate(sorted(items, key=lambda item: item.rule.id + "@")):
            scope = item.scope
            if turn % _REFRESH == 0:
                needs = {}
            if scope.name not in needs:
                needs[scope.name] = pack((found < TOP)[scope.company])
            plane = item.plane & needs[scope.name]
            if not plane.any():
                continue
            rows = np.nonzero(unpack(plane, scope.rows))[0]
            if scope.name not in ranks:
                ranks[scope.name] = _ranks(session, scope)
            company = scope.company[rows]
            order = np.lexsort((ranks[scope.name][rows], company))
            rows, company = rows[order], company[order]
            np.add.at(found, company, 1) if len(company) < companies // 64 else found.__iadd__(np.bincount(company, minlength=companies))
            company_of.append(company)
            rule_of.append(np.full(len(rows), len(ids)))
            rows_of.append((scope, rows))
            ids.append(item.rule.id)
    if not ids:
        return pa.array([[]] * companies, pa.list_(pa.string()))
    return _identities(session, company_of, rule_of, rows_of, ids)


def _identities(session: Session, company_of: list[Array], rule_of: list[Array], rows_of: list[tuple[Scope, Array]], ids: list[str]) -> Any:
    companies = session.batch.size
    company = np.concatenate(company_of)
    rule = np.concatenate(rule_of)
    order = np.argsort(company, kind="stable")
    counts = np.bincount(company, minlength=companies)
    starts = np.cumsum(counts) - counts
    place = np.arange(len(company)) - np.repeat(starts, counts)
    kept = order[place < TOP]
    paths: list[Any] = []
    position = np.full(len(company), -1, np.int64)
    position[kept] = np.arange(len(kept))
    begin = 0
    back: list[Array] = []
    for scope, rows in rows_of:
        mine = position[begin : begin + len(rows)]
        chosen = mine >= 0
        begin += len(rows)
        if chosen.any():
            paths.append(_paths(session, scope, rows[chosen]))
            back.append(mine[chosen])
    joined = pa.concat_arrays([path.cast(pa.string()) for path in paths])
    placed = np.empty(len(joined), np.int64)
    placed[np.concatenate(back)] = np.arange(len(joined))
    subjects = joined.take(pa.array(placed))
    rules = pa.DictionaryArray.from_arrays(pa.array(rule[kept].astype(np.int32)), pa.array(ids)).cast(pa.string())
    identities = pc.binary_join_element_wise(rules, subjects, "@")
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.minimum(counts, TOP))]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), identities)


def _keys(session: Session, kind: str) -> Any:
    """Return the keys of all rows of a kind, those that nobody wrote as ``*``."""
    table = session.batch.tables[kind]
    written = table.data["key"].combine_chunks().cast(pa.string()) if table.data is not None and table.written else pa.nulls(0, pa.string())
    return pa.concat_arrays([written if not isinstance(written, pa.ChunkedArray) else written.chunk(0), pa.array(["*"] * (table.rows - table.written), pa.string())])


def _paths(session: Session, scope: Scope, rows: Array) -> Any:
    if not scope.index:
        return pa.array(["company"] * len(rows))
    parts = []
    for kind, index in scope.index.items():
        keys = _keys(session, kind).take(pa.array(rows if index is None else index[rows]))
        parts.append(pc.binary_join_element_wise(f"{PLURAL_OF[kind]}/", keys, ""))
    return parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, "+")


def _ranks(session: Session, scope: Scope) -> Array:
    """Return the place of each row's path in the order of texts, within its company."""
    rank = np.zeros(scope.rows, np.int64)
    for kind, index in scope.index.items():
        coded = _keys(session, kind).dictionary_encode()
        names = [f"{name}+" if len(scope.index) > 1 else str(name) for name in coded.dictionary.to_pylist()]
        places = np.empty(len(names), np.int64)
        places[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
        own = places[coded.indices.to_numpy(zero_copy_only=False)]
        rank = rank * (len(names) + 1) + (own if index is None else own[index])
    return rank
