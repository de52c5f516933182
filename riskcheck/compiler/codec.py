"""Program to JSON and back, so that packs are compiled once. Conditions are a table of nodes, children before parents."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from riskcheck.model import measure as m
from riskcheck.model.condition import All, AnyOf, Compare, Constant, Every, FactRef, Member, Not, ParameterRef, Some, UnionOf
from riskcheck.model.parameters import DatedValue, Parameter
from riskcheck.model.program import Program
from riskcheck.model.rule import Citation, Definition, Exemption, PackInfo, Rule, SeverityStep, Transition
from riskcheck.model.values import Money
from riskcheck.model.vocabulary import Fact, Link, Vocabulary

FORMAT = 4
"""Raise it when the shape of the stored program changes: older copies are then compiled anew."""

_NODES: tuple[Any, ...] = (
    Constant, ParameterRef, FactRef, UnionOf, All, AnyOf, Not, Compare, Member, Some, Every,
    m.Number, m.Read, m.Dated, m.Times, m.Divide, m.Percent, m.Sum, m.By, m.FirstOf,
)  # fmt: skip
_TAG = {node: index for index, node in enumerate(_NODES)}
_REFERENCE = "@"


class _Table:
    """Nodes numbered as met; a child is stored as ``["@", index]``."""

    def __init__(self) -> None:
        self.rows: list[Any] = []
        self._index: dict[Any, int] = {}

    def add(self, node: Any) -> int:
        known = self._index.get(id(node))
        if known is None:
            row = [_TAG[type(node)], *(self._part(part) for part in node)]
            known = self._index[id(node)] = len(self.rows)
            self.rows.append(row)
        return known

    def _part(self, part: Any) -> Any:
        if type(part) in _TAG:
            return [_REFERENCE, self.add(part)]
        if isinstance(part, tuple) and not isinstance(part, Money):
            return [self._part(item) for item in part]
        return _plain(part)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, Money):
        return {"m": [str(value.amount), value.currency]}
    return value


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        return date.fromisoformat(value["d"]) if "d" in value else Money(Decimal(value["m"][0]), value["m"][1])
    return value


def _nodes(rows: list[Any]) -> list[Any]:
    """Return the nodes of a table."""
    nodes: list[Any] = []

    def part(item: Any) -> Any:
        if type(item) is list:
            if item and item[0] == _REFERENCE:
                return nodes[item[1]]
            return tuple([part(inner) for inner in item])
        return _value(item) if type(item) is dict else item

    for row in rows:
        nodes.append(_NODES[row[0]](*[part(item) for item in row[1:]]))
    return nodes


def encode(program: Program) -> dict[str, Any]:
    """Return a program as JSON values."""
    table = _Table()
    vocabulary = program.vocabulary

    def cites(found: tuple[Citation, ...]) -> list[list[str]]:
        return [list(cite) for cite in found]

    def day(value: Any) -> Any:
        return {"p": value.name} if isinstance(value, ParameterRef) else value.isoformat() if value else None

    def unless(found: tuple[Exemption, ...]) -> list[Any]:
        return [[table.add(item.when), cites(item.cite)] for item in found]

    rules = [
        [
            r.id, r.pack, r.about, r.per_customer, r.test, table.add(r.applies), table.add(r.condition), unless(r.unless), r.severity,
            [[s.level, table.add(s.when), cites(s.cite)] for s in r.severity_when], r.status, r.confidence, day(r.last_verified),
            list(r.jurisdiction), cites(r.cite), day(r.begins), day(r.ends), day(r.enacted),
            [[table.add(t.when), day(t.until), cites(t.cite)] for t in r.transitions], r.owner, r.effort, r.penalty, r.damages,
            list(r.consequences), list(r.conduct), cites(r.conflict) if r.conflict else None, list(r.catalogue), list(r.sources),
            list(r.formerly),
        ]
        for r in program.rules
    ]  # fmt: skip
    definitions = [
        [
            d.fact, d.about, d.pack, cites(d.cite), None if d.holds is None else table.add(d.holds), unless(d.unless),
            list(d.union_of), None if d.measure is None else table.add(d.measure), d.confidence, list(d.catalogue), d.id,
        ]
        for d in program.definitions
    ]  # fmt: skip
    return {
        "vocabulary": {
            "facts": [[f.name, f.type, f.kind, list(f.choices), f.unit, f.answered_by] for f in vocabulary.facts.values()],
            "links": [list(_link(link)) for link in vocabulary.links.values()],
            "written": [list(_link(link)) for link in vocabulary.written_links.values()],
            "kinds": list(vocabulary.kinds),
        },
        "parameters": [
            [p.name, p.type, [[_listed(r.value), day(r.begins), day(r.ends), r.source, r.confidence] for r in p.rows], p.unit]
            for p in program.parameters.values()
        ],
        "rules": rules,
        "definitions": definitions,
        "nodes": table.rows,
        "packs": [
            [i.id, i.version, day(i.last_verified), [dict(x) for x in i.law], {k: list(v) for k, v in i.classification.items()}]
            for i in program.packs.values()
        ],
        "unions": dict(program.unions),
        "scoring": _data(program.scoring),
        "money": _data(program.money),
        "digest": program.digest,
    }


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) and not isinstance(value, Money) else _plain(value)


def _data(value: Any) -> Any:
    """Return YAML data as JSON values; dates become text."""
    if isinstance(value, dict):
        return {str(key): _data(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_data(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _link(link: Link) -> tuple[Any, ...]:
    return (link.name, link.target, link.many, link.reverse, link.via)


def decode(data: dict[str, Any]) -> Program:
    """Return the program of JSON values written by `encode`."""
    nodes = _nodes(data["nodes"])

    def cites(found: list[list[str]]) -> tuple[Citation, ...]:
        return tuple([Citation(act, at) for act, at in found])

    def day(value: Any) -> Any:
        if value is None:
            return None
        return ParameterRef(value["p"]) if type(value) is dict else date.fromisoformat(value)

    def unless(found: list[Any]) -> tuple[Exemption, ...]:
        return tuple([Exemption(nodes[when], cites(cite)) for when, cite in found])

    words = data["vocabulary"]
    vocabulary = Vocabulary(
        facts={f[0]: Fact(f[0], f[1], f[2], tuple(f[3]), f[4], f[5]) for f in words["facts"]},
        links={link[0]: Link(*link) for link in words["links"]},
        written_links={link[0]: Link(*link) for link in words["written"]},
        kinds=tuple(words["kinds"]),
    )
    rules = tuple([
        Rule(
            id=r[0], pack=r[1], about=r[2], per_customer=r[3], test=r[4], applies=nodes[r[5]], condition=nodes[r[6]],
            unless=unless(r[7]), severity=r[8],
            severity_when=tuple([SeverityStep(level, nodes[when], cites(cite)) for level, when, cite in r[9]]),
            status=r[10], confidence=r[11], last_verified=day(r[12]), jurisdiction=tuple(r[13]), cite=cites(r[14]),
            begins=day(r[15]), ends=day(r[16]), enacted=day(r[17]),
            transitions=tuple([Transition(nodes[when], day(until), cites(cite)) for when, until, cite in r[18]]),
            owner=r[19], effort=r[20], penalty=r[21], damages=r[22], consequences=tuple(r[23]), conduct=tuple(r[24]),
            conflict=cites(r[25]) if r[25] else None, catalogue=tuple(r[26]), sources=tuple(r[27]), formerly=tuple(r[28]),  # type: ignore[arg-type]
        )
        for r in data["rules"]
    ])  # fmt: skip
    definitions = tuple([
        Definition(
            fact=d[0], about=d[1], pack=d[2], cite=cites(d[3]), holds=None if d[4] is None else nodes[d[4]], unless=unless(d[5]),
            union_of=tuple(d[6]), measure=None if d[7] is None else nodes[d[7]], confidence=d[8], catalogue=tuple(d[9]), id=d[10],
        )
        for d in data["definitions"]
    ])  # fmt: skip
    parameters = {
        name: Parameter(
            name, kind, tuple([DatedValue(tuple(v) if type(v) is list else _value(v), day(b), day(e), s, c) for v, b, e, s, c in rows]), unit,
        )
        for name, kind, rows, unit in data["parameters"]
    }  # fmt: skip
    packs = {
        i[0]: PackInfo(id=i[0], version=i[1], last_verified=day(i[2]), law=tuple(i[3]), classification={k: tuple(v) for k, v in i[4].items()})
        for i in data["packs"]
    }
    return Program(
        vocabulary=vocabulary, parameters=parameters, definitions=definitions, rules=rules, packs=packs,
        unions=data["unions"], scoring=data["scoring"], money=data["money"], digest=data["digest"],
    )  # fmt: skip
