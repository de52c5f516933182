"""Verdict planes to one row a company: counts, scores as intervals, coverage, the heaviest findings.

Scores are those of ``assess.score``: findings are counted by severity, and each distinct outcome is worked out once.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from riskcheck.evaluator.planes.bits import Counter, pack, rows_of, unpack
from riskcheck.evaluator.planes.columns import whole
from riskcheck.evaluator.planes.verdicts import judge
from riskcheck.model.rule import SEVERITIES
from riskcheck.model.vocabulary import COMPANY, PLURAL_OF
from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from riskcheck.evaluator.planes.bits import Array, Plane
    from riskcheck.evaluator.planes.session import Session
    from riskcheck.evaluator.planes.verdicts import Judged, Scope
    from riskcheck.model.rule import Rule, Severity

COUNTED = ("breached", "exposed", "unknown", "met", "clear", "exempt", "out_of_scope", "upcoming")
"""What is counted for every company and pack: the verdicts, and the adverse ones that do not bind yet."""
TOP = 5
"""How many of the heaviest findings a company's row names."""
_REFRESH = 16
"""After so many rules companies whose row is full are no longer looked at."""


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
    for (name, level), found in _by_company(tally, companies):
        if name == "least":
            pack_totals.least[level] += found  # type: ignore[index]
        elif name == "most":
            pack_totals.most[level] += found  # type: ignore[index]
        else:
            pack_totals.counts[name] += found
            if name != "upcoming":
                pack_totals.counts["out_of_scope"] -= found


def _by_company(tally: _Tally, companies: int) -> Iterator[tuple[tuple[str, str], Array]]:
    """Yield the sums of each counter by company. Several counts travel in one double: its 53 bits hold them side by side."""
    scope = tally.scope
    if scope.name == COMPANY:
        for key, counter in tally.counters.items():
            yield key, counter.totals().astype(np.int64)
        return
    highest = int(np.bincount(scope.company, minlength=1).max()) * tally.rules
    width = max(1, highest.bit_length())
    at_once = max(1, 53 // width)
    keys = list(tally.counters)
    for start in range(0, len(keys), at_once):
        some = keys[start : start + at_once]
        joined = np.zeros(scope.rows, np.int64)
        for key in reversed(some):
            joined <<= width
            joined |= tally.counters[key].totals()
        sums = np.bincount(scope.company, weights=joined, minlength=companies).astype(np.int64)
        for place, key in enumerate(some):
            yield key, (sums >> (width * place)) & ((1 << width) - 1)


# --- scores ---------------------------------------------------------------------------------------------------------


def scores(by_level: Mapping[Severity, Array], scoring: Mapping[str, Any]) -> Array:
    """Return one end of a score from the number of findings at each severity (`assess.score`)."""
    weights = scoring["weights"]
    half = float(scoring["half"])
    levels = [level for level in SEVERITIES if weights[level] > 0]
    companies = len(by_level[levels[0]])
    rest, low, high = np.zeros(companies), np.zeros(companies), np.zeros(companies)
    first = np.zeros(companies)
    for level in reversed(levels):
        some = by_level[level] > 0
        rest += by_level[level] * float(weights[level])
        low_here, high_here = scoring["bands"][level]
        low, high, first = np.where(some, low_here, low), np.where(some, high_here, high), np.where(some, float(weights[level]), first)
    rest -= first  # what is worst gives the band and does not count again
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


class _Paths(NamedTuple):
    """The paths of a scope's subjects: distinct, in the order of texts, and the rank of every row among them."""

    texts: Any
    ranks: Array


def _top(session: Session, sure: Mapping[Severity, Sequence[Sure]]) -> Any:
    """Return, for every company, the first identities of its calculation of ``least``, as an Arrow list array."""
    companies = session.batch.size
    found = np.zeros(companies, np.int64)
    needs: dict[str, Plane] = {}
    scopes: dict[str, _Paths] = {}
    keys: list[Array] = []
    fresh: list[Array] = []
    rules: list[tuple[str, str]] = []
    for items in sure.values():
        for turn, item in enumerate(sorted(items, key=lambda item: item.rule.id + "@")):
            scope = item.scope
            if turn % _REFRESH == 0:
                needs = {}
                if fresh:
                    found += np.bincount(np.concatenate(fresh), minlength=companies)
                    fresh = []
            if scope.name not in needs:
                needs[scope.name] = pack((found < TOP)[scope.company])
            plane = item.plane & needs[scope.name]
            rows = rows_of(plane)
            if len(rows):
                if scope.name not in scopes:
                    scopes[scope.name] = _paths(session, scope)
                company = scope.company.take(rows).astype(np.int64)
                fresh.append(company)
                keys.append((company << _COMPANY) | (len(rules) << _PLACE) | scopes[scope.name].ranks.take(rows))
                rules.append((item.rule.id, scope.name))
    if not rules:
        return pa.ListArray.from_arrays(pa.array(np.zeros(companies + 1, np.int32)), pa.array([], pa.string()))
    return _identities(session, np.sort(np.concatenate(keys)), rules, scopes)


_PLACE, _COMPANY = 28, 40
"""A sort key holds company, rule (12 bits) and rank of the path (28 bits), from the highest bits down."""


def _identities(session: Session, keys: Array, rules: list[tuple[str, str]], scopes: dict[str, _Paths]) -> Any:
    company = keys >> _COMPANY
    counts = np.bincount(company, minlength=session.batch.size)
    first = np.arange(len(keys)) - np.repeat(np.cumsum(counts) - counts, counts) < TOP
    keys = keys[first]
    rule = (keys >> _PLACE) & 0xFFF
    names = list(scopes)
    starts = np.cumsum([0, *(len(scopes[name].texts) for name in names)])
    start_of = np.array([starts[names.index(scope)] for _, scope in rules])
    subjects = pa.concat_arrays([scopes[name].texts for name in names]).take(pa.array((keys & 0xFFFFFFF) + start_of[rule]))
    ids = pa.array([identity for identity, _ in rules]).take(pa.array(rule))
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.minimum(counts, TOP))]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), pc.binary_join_element_wise(ids, subjects, "@"))


def _paths(session: Session, scope: Scope) -> _Paths:
    """Return the paths of a scope's rows, `company` or `systems/key` or `flows/key+customers/key`."""
    if not scope.reads:
        return _Paths(pa.array(["company"]), np.zeros(scope.rows, np.int64))
    several = len(scope.reads) > 1
    parts = [(_subjects(session, kind, end="+" if several and place == 0 else ""), index) for place, (kind, index) in enumerate(scope.reads.items())]
    ranks = [found.ranks if index is None else found.ranks.take(index) for found, index in parts]
    if not several:
        return _Paths(parts[0][0].texts, ranks[0])
    size = len(parts[1][0].texts)
    distinct, joined = np.unique(ranks[0] * size + ranks[1], return_inverse=True)
    texts = [found.texts.take(pa.array(rank)) for (found, _), rank in zip(parts, (distinct // size, distinct % size), strict=True)]
    return _Paths(pc.binary_join_element_wise(*texts, ""), joined.astype(np.int64))


def _subjects(session: Session, kind: str, end: str) -> _Paths:
    """Return the paths of all rows of a kind with what follows them; the key of a subject that nobody wrote is ``*``."""
    table = session.batch.tables[kind]
    found: _Paths | None = session.kept.get(kind + end)
    if found is None:
        keys = whole(table.data["key"]) if table.data is not None and table.written else pa.nulls(0, pa.string())
        coded = keys if pa.types.is_dictionary(keys.type) else keys.cast(pa.string()).dictionary_encode()
        names = [f"{PLURAL_OF[kind]}/{name}{end}" for name in [*coded.dictionary.to_pylist(), "*"]]
        order = sorted(range(len(names)), key=names.__getitem__)
        places = np.empty(len(names), np.int64)
        places[order] = np.arange(len(names))
        ranks = np.full(table.rows, places[-1])
        ranks[: table.written] = places.take(coded.indices.fill_null(len(names) - 1).to_numpy(zero_copy_only=False))
        found = session.kept[kind + end] = _Paths(pa.array([names[place] for place in order], pa.string()), ranks)
    return found
