"""Program to JSON and back, so that packs are compiled once. Conditions are a table of nodes, children before parents.

Raise `store.FORMAT` when the shape changes.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from riskcheck.model import measure as m
from riskcheck.model.condition import All, AnyOf, Compare, Constant, Every, FactRef, Member, Not, ParameterRef, Some, UnionOf
from riskcheck.model.parameters import DatedValue, Parameter
from riskcheck.model.program import Program
from riskcheck.model.rule import Citation, Definition, Exemption, PackInfo, Rule, SeverityStep, Transition
from riskcheck.model.values import Money
from riskcheck.model.vocabulary import Fact, Link, Vocabulary

_NODES: tuple[Any, ...] = (
    Constant, ParameterRef, FactRef, UnionOf, All, AnyOf, Not, Compare, Member, Some, Every,
    m.Number, m.Read, m.Dated, m.Times, m.Divide, m.Percent, m.Sum, m.By, m.FirstOf,
)  # fmt: skip
_TAG = {node: index for index, node in enumerate(_NODES)}
_REFERENCE = "@"


_GROUPS = frozenset({_TAG[All], _TAG[AnyOf]})
_LAST_IS_NODE = frozenset({_TAG[Not], _TAG[Compare], _TAG[Member], _TAG[Some], _TAG[Every]})
"""The nodes of conditions keep their children as plain numbers: parts of a group as a list, the part of the others last."""


class _Table:
    """Nodes numbered as met, children before parents. Where a child may stand beside values it is ``["@", number]``."""

    def __init__(self) -> None:
        self.rows: list[Any] = []
        self._index: dict[Any, int] = {}

    def add(self, node: Any) -> int:
        known = self._index.get(id(node))
        if known is None:
            row = self._row(_TAG[type(node)], node)
            known = self._index[id(node)] = len(self.rows)
            self.rows.append(row)
        return known

    def _row(self, tag: int, node: Any) -> list[Any]:
        if tag in _GROUPS:
            return [tag, [self.add(part) for part in node.parts]]
        if tag in _LAST_IS_NODE:
            return [tag, *node[:-1], self.add(node[-1])]
        return [tag, *(self._part(part) for part in node)]

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


def _maker(record: Any) -> Any:
    """Return the constructor of a record from the list of all its fields; its own goes through a Python function."""
    return partial(tuple.__new__, record)


_MAKERS = tuple([_maker(node) for node in _NODES])
_citation, _fact, _link_of, _rule, _dated = _maker(Citation), _maker(Fact), _maker(Link), _maker(Rule), _maker(DatedValue)


def _nodes(rows: list[Any]) -> list[Any]:
    """Return the nodes of a table."""
    nodes: list[Any] = []

    def part(item: Any) -> Any:
        kind = item.__class__
        if kind is str:
            return item
        if kind is list:
            if item and item[0] == _REFERENCE:
                return nodes[item[1]]
            return tuple([part(inner) for inner in item])
        return _value(item) if kind is dict else item

    for row in rows:
        tag = row[0]
        if tag in _LAST_IS_NODE:
            nodes.append(_MAKERS[tag]((*row[1:-1], nodes[row[-1]])))
        elif tag in _GROUPS:
            nodes.append(_MAKERS[tag]((tuple([nodes[index] for index in row[1]]),)))
        else:
            nodes.append(_MAKERS[tag]([part(item) for item in row[1:]]))
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
    days: dict[str, date] = {}

    def cites(found: list[list[str]]) -> tuple[Citation, ...]:
        return tuple([_citation(cite) for cite in found])

    def day(value: Any) -> Any:
        if value is None:
            return None
        if value.__class__ is dict:
            return ParameterRef(value["p"])
        known = days.get(value)
        if known is None:
            known = days[value] = date.fromisoformat(value)
        return known

    def unless(found: list[Any]) -> tuple[Exemption, ...]:
        return tuple([Exemption(nodes[when], cites(cite)) for when, cite in found])

    def rule(row: list[Any]) -> Rule:
        (
            identity, pack, about, per_customer, test, applies, condition, exemptions, severity, steps, status, confidence, verified,
            jurisdiction, cite, begins, ends, enacted, transitions, owner, effort, penalty, damages, consequences, conduct, conflict,
            catalogue, sources, formerly,
        ) = row  # fmt: skip
        return _rule((  # type: ignore[no-any-return]
            identity, pack, about, per_customer, test, nodes[applies], nodes[condition], unless(exemptions), severity,
            tuple([SeverityStep(level, nodes[when], cites(why)) for level, when, why in steps]), status, confidence, day(verified),
            tuple(jurisdiction), cites(cite), day(begins), day(ends), day(enacted),
            tuple([Transition(nodes[when], day(until), cites(why)) for when, until, why in transitions]), owner, effort, penalty, damages,
            tuple(consequences), tuple(conduct), cites(conflict) if conflict else None, tuple(catalogue), tuple(sources), tuple(formerly),
        ))  # fmt: skip

    words = data["vocabulary"]
    vocabulary = Vocabulary(
        facts={f[0]: _fact((f[0], f[1], f[2], tuple(f[3]), f[4], f[5])) for f in words["facts"]},
        links={link[0]: _link_of(link) for link in words["links"]},
        written_links={link[0]: _link_of(link) for link in words["written"]},
        kinds=tuple(words["kinds"]),
    )
    definitions = tuple([
        Definition(
            fact=d[0], about=d[1], pack=d[2], cite=cites(d[3]), holds=None if d[4] is None else nodes[d[4]], unless=unless(d[5]),
            union_of=tuple(d[6]), measure=None if d[7] is None else nodes[d[7]], confidence=d[8], catalogue=tuple(d[9]), id=d[10],
        )
        for d in data["definitions"]
    ])  # fmt: skip
    parameters = {
        name: Parameter(
            name, kind, tuple([_dated((tuple(v) if v.__class__ is list else _value(v), day(b), day(e), s, c)) for v, b, e, s, c in rows]), unit,
        )
        for name, kind, rows, unit in data["parameters"]
    }  # fmt: skip
    packs = {
        i[0]: PackInfo(id=i[0], version=i[1], last_verified=day(i[2]), law=tuple(i[3]), classification={k: tuple(v) for k, v in i[4].items()})
        for i in data["packs"]
    }
    return Program(
        vocabulary=vocabulary, parameters=parameters, definitions=definitions, rules=tuple([rule(row) for row in data["rules"]]), packs=packs,
        unions=data["unions"], scoring=data["scoring"], money=data["money"], digest=data["digest"],
    )  # fmt: skip
