"""Tables of companies to tables of results: the one function that every runner calls (one process, workers, Spark)."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from riskcheck.evaluator.planes.batch import Batch
from riskcheck.evaluator.planes.compile import PlaneProgram
from riskcheck.evaluator.planes.session import Session
from riskcheck.loader.profiles import known_places
from riskcheck.model.rule import SEVERITIES
from riskcheck.model.vocabulary import COMPANY
from riskcheck.portfolio.layout import ASSUMPTIONS
from riskcheck.portfolio.stakes import column, facts_of_money, stakes
from riskcheck.portfolio.totals import COUNTED, coverage, scores, total
from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from typing import Any

    from riskcheck.model.program import Program
    from riskcheck.model.rule import Severity
    from riskcheck.portfolio.totals import PackTotals


class Screened(NamedTuple):
    """The results of one chunk: a row for each company judged, and (id, reason) for each that was set aside."""

    results: Any
    aside: tuple[tuple[str, str], ...]


class Screen:
    """A program ready to screen. Compiled once, used for any number of chunks; holds no state of any of them."""

    def __init__(self, program: Program, as_of: date, *, include_proposed: bool = False) -> None:
        self.planes = PlaneProgram(program, as_of, include_proposed=include_proposed)
        self.planes.facts |= facts_of_money(program)
        self.places = known_places(program)

    def run(self, tables: Mapping[str, Any]) -> Screened:
        """Return the results of the companies of some tables. Raises BrokenBatch where the tables don't fit each other."""
        batch = Batch(tables, self.planes.vocabulary, self.places)
        session = Session(self.planes, batch)
        totals = total(session)
        exposures = column(stakes(session, totals.adverse), session)
        session.close()
        scoring = self.planes.program.scoring
        company = tables[COMPANY]
        columns: dict[str, Any] = {"id": company["id"], "name": company["name"]}
        columns.update(_columns("", totals.whole, scoring))
        columns["top"] = totals.top
        columns["exposures"] = exposures
        told = ASSUMPTIONS in company.column_names
        columns[ASSUMPTIONS] = company[ASSUMPTIONS].cast(pa.int32()) if told else pa.nulls(company.num_rows, pa.int32())
        for name, found in totals.packs.items():
            columns.update(_columns(f"{name}.", found, scoring))
        results = pa.table(columns)
        if not batch.faults:
            return Screened(results, ())
        sound = np.ones(batch.size, bool)
        sound[list(batch.faults)] = False
        ids = company["id"].to_pylist()
        aside = tuple([(str(ids[row]), reason) for row, reason in sorted(batch.faults.items())])
        return Screened(results.filter(pa.array(sound)), aside)


def _columns(prefix: str, found: PackTotals, scoring: Mapping[str, Any]) -> dict[str, Any]:
    return {
        f"{prefix}score_least": scores(found.least, scoring),
        f"{prefix}score_most": scores(found.most, scoring),
        f"{prefix}worst_least": _worst(found.least, scoring),
        f"{prefix}worst_most": _worst(found.most, scoring),
        f"{prefix}coverage": coverage(found.counts, found.judged()),
        **{f"{prefix}{name}": found.counts[name].astype(np.int32) for name in COUNTED},
    }


def _worst(by_level: Mapping[Severity, Any], scoring: Mapping[str, Any]) -> Any:
    """Return the gravest severity that counts at one end of a score, null where none does. A rounded score can't tell it at a band's edge."""
    levels = [level for level in SEVERITIES if scoring["weights"][level] > 0]
    code = np.select([by_level[level] > 0 for level in levels], range(len(levels)), len(levels)).astype(np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(code, mask=code == len(levels)), pa.array(levels)).cast(pa.string())
