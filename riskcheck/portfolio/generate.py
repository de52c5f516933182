"""Random portfolios, seeded: tables of companies whose facts depend on each other as far as a vocabulary can tell.

Every company has a size, a maturity and an openness. Size drives headcount, money and the number of subjects; maturity
the controls that are in place; openness how much is told. Figures fall around the limits that the rules name, since a
value far from every limit tests nothing. The same seed gives the same tables. The companies are invented.
"""

from __future__ import annotations

import zlib
from datetime import date

import numpy as np
import pyarrow as pa

from riskcheck.evaluator.planes.records import schema_of
from riskcheck.model.condition import Compare, Constant, ParameterRef
from riskcheck.model.parameters import ParameterBook
from riskcheck.model.values import Money
from riskcheck.model.vocabulary import COMPANY, PLURAL_OF, SET_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from riskcheck.model.program import Program
    from riskcheck.model.vocabulary import Fact

_PLACES = (
    ("US", 30), ("CN", 22), ("DE", 12), ("FR", 10), ("GB", 10), ("EU", 6), ("JP", 7), ("KR", 6), ("SG", 7), ("IE", 6), ("NL", 5), ("IN", 6),
    ("CA", 5), ("CH", 4), ("BR", 4), ("US-CA", 4), ("US-IL", 2), ("US-TX", 2), ("HK", 5), ("TW", 2), ("ES", 4), ("IT", 4), ("SE", 3), ("PL", 3),
    ("AU", 3), ("AE", 2), ("SA", 2), ("RU", 2), ("VN", 2), ("TH", 2), ("ID", 2), ("MX", 2), ("NO", 2), ("IS", 1), ("LI", 1), ("TR", 1), ("ZA", 1),
    ("NG", 1), ("CA-QC", 1), ("NZ", 1),
)  # fmt: skip
_CURRENCIES = ("EUR", "USD", "CNY", "JPY")
_MEAN = {"system": 2.3, "model": 1.2, "dataset": 1.3, "flow": 2.0, "customer": 1.2, "dispute": 0.5}
_FIRST_DAY, _LAST_DAY = (date(2018, 1, 1) - date(1970, 1, 1)).days, (date(2027, 6, 1) - date(1970, 1, 1)).days


class Generator:
    """Draws portfolios for one program. ``told`` is the mean share of facts that are known."""

    def __init__(self, program: Program, seed: int = 1, *, told: float = 0.6) -> None:
        self.program = program
        self.vocabulary = program.vocabulary
        self.random = np.random.default_rng(seed)
        self.told = told
        self.limits = limits_of(program)
        self.drawn = 0

    def tables(self, count: int) -> dict[str, Any]:
        """Return the tables of so many companies more."""
        random = self.random
        size = random.beta(1.2, 3.0, count)
        maturity = random.beta(2.0, 2.0, count)
        told = np.clip(random.beta(2.0, 2.0, count) * 2 * self.told, 0.02, 0.98)
        counts = {kind: np.minimum(random.poisson(mean * (0.4 + 2 * size)), 12) for kind, mean in _MEAN.items()}
        heads: dict[str, Any] = {
            "id": pa.array([f"C{number:09d}" for number in range(self.drawn, self.drawn + count)]),
            "name": pa.array([f"Company {number}" for number in range(self.drawn, self.drawn + count)]),
        }
        self.drawn += count
        for kind, plural in PLURAL_OF.items():
            absent = (counts[kind] == 0) & (random.random(count) < 0.6)
            heads[plural] = pa.array(counts[kind].astype(np.int32), mask=absent)
            incomplete = random.random(count) < 0.3
            heads[f"{plural}.incomplete"] = pa.array(incomplete, mask=~incomplete)
        found = {COMPANY: self._table(COMPANY, heads, size, maturity, told)}
        for kind in PLURAL_OF:
            company = np.repeat(np.arange(count), counts[kind])
            place = np.arange(len(company)) - np.repeat(np.cumsum(counts[kind]) - counts[kind], counts[kind])
            heads = {"key": pa.array([f"{kind}-{number + 1}" for number in place.tolist()]), "name": pa.nulls(len(company), pa.string())}
            for link in self.vocabulary.written_links.values():
                owner, _, short = link.name.partition(".")
                if owner == kind:
                    heads[short] = self._link(counts[link.target][company], many=link.many)
            found[kind] = self._table(kind, heads, size[company], maturity[company], told[company])
        return found

    def _table(self, kind: str, heads: dict[str, Any], size: Any, maturity: Any, told: Any) -> Any:
        columns = dict(heads)
        for fact in self.vocabulary.facts_of(kind).values():
            if fact.kind != "derived":
                self._fact(fact, columns, size, maturity, told)
        schema = schema_of(kind, self.vocabulary)
        return pa.Table.from_arrays([columns[field.name].cast(field.type) for field in schema], schema=schema)

    def _link(self, targets: Any, *, many: bool) -> Any:
        random, rows = self.random, len(targets)
        unknown = random.random(rows) < 0.25
        if not many:
            return pa.array((random.random(rows) * np.maximum(targets, 1)).astype(np.int32), mask=unknown | (targets == 0))
        lengths = np.where(unknown | (targets == 0), 0, np.minimum(random.poisson(0.9, rows), targets))
        ends = (random.random(int(lengths.sum())) * np.repeat(targets, lengths)).astype(np.int32)
        return _lists(lengths, pa.array(ends), unknown)

    # --- facts -----------------------------------------------------------------------------------------------------

    def _fact(self, fact: Fact, columns: dict[str, Any], size: Any, maturity: Any, told: Any) -> None:
        random, rows = self.random, len(size)
        short = fact.name.partition(".")[2]
        hidden = random.random(rows) > told
        tendency = zlib.crc32(fact.name.encode()) % 1000 / 1000
        if fact.type == "bool":
            share = 0.1 + 0.8 * maturity if fact.kind == "control" else 0.05 + 0.5 * tendency + 0.2 * size
            columns[short] = pa.array(random.random(rows) < share, mask=hidden)
        elif fact.type == "choice":
            columns[short] = _coded(self._words(fact, rows), list(fact.choices), hidden)
        elif fact.type == "country":
            columns[short] = _coded(self._words(fact, rows), [code for code, _ in _PLACES], hidden)
        elif fact.type in SET_TYPES:
            self._set(fact, short, columns, size, hidden)
        elif fact.type == "date":
            columns[short] = pa.array(self._days(fact, rows), pa.int32(), mask=hidden).cast(pa.date32())
        elif fact.type == "text":
            columns[short] = pa.array([f"text {number}" for number in random.integers(0, 400, rows).tolist()], mask=hidden)
        else:
            columns[short] = pa.array(self._figures(fact, rows, size), mask=hidden)
            if fact.type == "money":
                columns[f"{short}.currency"] = _coded(random.choice(len(_CURRENCIES), rows, p=[0.35, 0.4, 0.2, 0.05]), list(_CURRENCIES), hidden)

    def _words(self, fact: Fact, rows: int) -> Any:
        if fact.type in ("country", "countries"):
            weights = np.array([weight for _, weight in _PLACES], float)
            return self.random.choice(len(_PLACES), rows, p=weights / weights.sum())
        return np.minimum((self.random.random(rows) ** 1.5 * len(fact.choices)).astype(np.int64), len(fact.choices) - 1)

    def _set(self, fact: Fact, short: str, columns: dict[str, Any], size: Any, hidden: Any) -> None:
        random, rows = self.random, len(size)
        names = [code for code, _ in _PLACES] if fact.type == "countries" else list(fact.choices)
        opened = (random.random(rows) < 0.25) & ~hidden

        def members(mean: float, where: Any) -> tuple[Any, Any]:
            lengths = np.where(where, np.minimum(random.poisson(mean * (0.5 + 2 * size)), len(names)), 0)
            ends = self._words(fact, int(lengths.sum()))
            return lengths, _coded(ends, names, np.zeros(len(ends), bool))

        mean = 2.0 if fact.type == "countries" else min(1.2, len(names) / 3)
        columns[short] = _lists(*members(mean, ~hidden), hidden)
        columns[f"{short}.no"] = _lists(*members(0.8, opened), ~opened)
        columns[f"{short}.open"] = pa.array(opened, mask=~opened)

    def _days(self, fact: Fact, rows: int) -> Any:
        found = self.random.integers(_FIRST_DAY, _LAST_DAY, rows)
        limits = [day for day in self.limits.get(fact.name, ()) if isinstance(day, date)]
        if limits:
            days = np.array([(day - date(1970, 1, 1)).days for day in limits])
            near = self.random.random(rows) < 0.3
            found = np.where(near, self.random.choice(days, rows) + self.random.integers(-1, 2, rows), found)
        return found

    def _figures(self, fact: Fact, rows: int, size: Any) -> Any:
        random = self.random
        limits = [
            float(limit.amount if isinstance(limit, Money) else limit) for limit in self.limits.get(fact.name, ()) if not isinstance(limit, date)
        ]
        if fact.unit == "percent":
            found = np.round(random.random(rows) * 100, 1)
        else:
            middle = np.median(limits) if limits else (2e8 if fact.type == "money" else 500.0)
            found = np.exp(random.normal(np.log(max(middle, 1.0)), 1.6, rows)) * (0.2 + 4 * size**2)
            found = np.round(found, 0 if fact.type == "integer" or middle > 1e6 else 2)
            found = np.where(found < 1e14, found, np.exp2(np.round(np.log2(np.maximum(found, 1.0)))))
        if limits:
            found = np.where(random.random(rows) < 0.1, random.choice(np.array(limits), rows), found)
        return found


def _coded(codes: Any, names: list[str], hidden: Any) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32), mask=hidden), pa.array(names, pa.string())).cast(pa.string())


def _lists(lengths: Any, values: Any, hidden: Any) -> Any:
    offsets = np.concatenate([np.zeros(1, np.int32), np.cumsum(lengths)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), values, mask=pa.array(hidden))


def limits_of(program: Program) -> dict[str, list[Any]]:
    """Return the figures and days with which the rules compare each fact, at the latest day known."""
    book = ParameterBook(program.parameters, date(2026, 11, 24))
    found: dict[str, list[Any]] = {}
    seen: set[int] = set()

    def walk(node: Any) -> None:
        if id(node) in seen or not isinstance(node, tuple):
            return
        seen.add(id(node))
        if isinstance(node, Compare) and node.op in ("more_than", "at_least", "before", "since"):
            operand = node.operand
            value = operand.value if isinstance(operand, Constant) else book.value(operand.name) if isinstance(operand, ParameterRef) else None
            if value is not None and value not in found.setdefault(node.fact, []):
                found[node.fact].append(value)
        for part in node:
            walk(part)

    for item in (*program.rules, *program.definitions):
        walk(item)
    return found
