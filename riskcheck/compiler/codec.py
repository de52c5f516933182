"""Program to plain values and back, so that packs are compiled once. Conditions are a table of nodes, children before parents.

Raise `store.FORMAT` when the shape changes.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from riskcheck.model import measure as m
from riskcheck.model.condition import All, AnyOf, Compare, Constant, Every, FactRef, Member, Not, ParameterRef, Some, UnionOf
from riskcheck.model.parameters import DatedValue, Parameter
from riskcheck.model.program import Program
from riskcheck.model.rule import Citation, Definition, Exemption, PackInfo, Rule, SeverityStep, Transition
from riskcheck.model.values import Money
from riskcheck.model.vocabulary import Fact, Link, Vocabulary
from riskcheck.records import maker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_NODES: tuple[Any, ...] = (
    Constant, ParameterRef, FactRef, UnionOf, All, AnyOf, Not, Compare, Member, Some, Every,
    m.Number, m.Read, m.Dated, m.Times, m.Divide, m.Percent, m.Sum, m.By, m.FirstOf,
)  # fmt: skip
_TAG = {node: index for index, node in enumerate(_NODES)}
_REFERENCE = "@"


_GROUPS = frozenset({_TAG[All], _TAG[AnyOf]})
_LAST_IS_NODE = frozenset({_TAG[Not], _TAG[Compare], _TAG[Member], _TAG[Some], _TAG[Every]})
"""The nodes of conditions keep their children as plain numbers: parts of a group as one tuple, the part of the others last."""


class _Table:
    """Nodes numbered as met, children before parents: tag, fields, and the number of the last field where that is a node.

    Where a child may stand beside values it is ``("@", number)``, and the third place says that there is something to look for.
    """

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

    def _row(self, tag: int, node: Any) -> tuple[Any, ...]:
        if tag in _GROUPS:
            return (tag, tuple([self.add(part) for part in node.parts]), None)
        if tag in _LAST_IS_NODE:
            return (tag, tuple(node[:-1]), self.add(node[-1]))
        fields = tuple([self._part(part) for part in node])
        return (tag, fields, fields != tuple(node))

    def _part(self, part: Any) -> Any:
        if type(part) in _TAG:
            return (_REFERENCE, self.add(part))
        if isinstance(part, tuple) and not isinstance(part, Money):
            return tuple([self._part(item) for item in part])
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


_MAKERS = tuple([maker(node) for node in _NODES])
_citation, _fact, _link, _rule = maker(Citation), maker(Fact), maker(Link), maker(Rule)
_dated, _parameter, _transition, _exemption = maker(DatedValue), maker(Parameter), maker(Transition), maker(Exemption)


def _nodes(rows: list[Any]) -> list[Any]:
    """Return the nodes of a table."""
    nodes: list[Any] = []

    def part(item: Any) -> Any:
        kind = item.__class__
        if kind is tuple:
            if item and item[0] == _REFERENCE:
                return nodes[item[1]]
            return tuple([part(inner) for inner in item])
        return _value(item) if kind is dict else item

    add = nodes.append
    for tag, fields, child in rows:
        made = _MAKERS[tag]
        if tag in _LAST_IS_NODE:
            add(made((*fields, nodes[child])))
        elif tag in _GROUPS:
            add(made((tuple([nodes[index] for index in fields]),)))
        else:
            add(made([part(item) for item in fields] if child else fields))
    return nodes


def encode(program: Program) -> dict[str, Any]:
    """Return a program as plain values."""
    table = _Table()
    vocabulary = program.vocabulary

    def cites(found: tuple[Citation, ...]) -> tuple[Any, ...]:
        return tuple([tuple(cite) for cite in found])

    def day(value: Any) -> Any:
        return (value.name,) if isinstance(value, ParameterRef) else value.isoformat() if value else None

    def unless(found: tuple[Exemption, ...]) -> tuple[Any, ...]:
        return tuple([(table.add(item.when), cites(item.cite)) for item in found])

    rules = [
        (
            r.id, r.pack, r.about, r.per_customer, r.test, table.add(r.applies), table.add(r.condition), unless(r.unless), r.severity,
            tuple([(s.level, table.add(s.when), cites(s.cite)) for s in r.severity_when]), r.status, r.confidence, day(r.last_verified),
            r.jurisdiction, cites(r.cite), day(r.begins), day(r.ends), day(r.enacted),
            tuple([(table.add(t.when), day(t.until), cites(t.cite)) for t in r.transitions]), r.owner, r.effort, r.penalty, r.damages,
            r.consequences, r.conduct, cites(r.conflict) if r.conflict else None, r.catalogue, r.sources, r.formerly,
        )
        for r in program.rules
    ]  # fmt: skip
    definitions = [
        (
            d.fact, d.about, d.pack, cites(d.cite), None if d.holds is None else table.add(d.holds), unless(d.unless), d.union_of,
            None if d.measure is None else table.add(d.measure), d.confidence, d.catalogue, d.id,
        )
        for d in program.definitions
    ]  # fmt: skip
    return {
        "vocabulary": {
            "facts": [tuple(fact) for fact in vocabulary.facts.values()],
            "links": [tuple(link) for link in vocabulary.links.values()],
            "written": [tuple(link) for link in vocabulary.written_links.values()],
            "kinds": vocabulary.kinds,
        },
        "parameters": [
            (p.name, p.type, [(_plain(r.value), day(r.begins), day(r.ends), r.source, r.confidence) for r in p.rows], p.unit)
            for p in program.parameters.values()
        ],
        "rules": rules,
        "definitions": definitions,
        "nodes": table.rows,
        "packs": [
            (i.id, i.version, day(i.last_verified), [dict(x) for x in i.law], {k: tuple(v) for k, v in i.classification.items()})
            for i in program.packs.values()
        ],
        "unions": dict(program.unions),
        "scoring": data_of(program.scoring),
        "money": data_of(program.money),
        "digest": program.digest,
    }  # fmt: skip


def data_of(value: Any) -> Any:
    """Return YAML data as JSON values; dates become text."""
    if isinstance(value, dict):
        return {str(key): data_of(item) for key, item in value.items()}
    if isinstance(value, list):
        return [data_of(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def decode(data: dict[str, Any]) -> Program:
    """Return the program of plain values made by `encode`."""
    nodes = _nodes(data["nodes"])
    days: dict[Any, date | ParameterRef] = {}

    def cites(found: tuple[Any, ...]) -> tuple[Citation, ...]:
        return tuple([_citation(cite) for cite in found])

    def day(value: Any) -> Any:
        if value is None:
            return None
        known = days.get(value)
        if known is None:
            known = days[value] = date.fromisoformat(value) if value.__class__ is str else ParameterRef(*value)
        return known

    def unless(found: tuple[Any, ...]) -> tuple[Exemption, ...]:
        return tuple([_exemption((nodes[when], cites(cite))) for when, cite in found])

    def rule(row: tuple[Any, ...]) -> Rule:
        (
            identity, pack, about, per_customer, test, applies, condition, exemptions, severity, steps, status, confidence, verified,
            jurisdiction, cite, begins, ends, enacted, transitions, owner, effort, penalty, damages, consequences, conduct, conflict,
            catalogue, sources, formerly,
        ) = row  # fmt: skip
        return _rule((
            identity, pack, about, per_customer, test, nodes[applies], nodes[condition], unless(exemptions), severity,
            tuple([SeverityStep(level, nodes[when], cites(why)) for level, when, why in steps]), status, confidence,
            day(verified), jurisdiction, cites(cite), day(begins), day(ends), day(enacted),
            tuple([_transition((nodes[when], day(until), cites(why))) for when, until, why in transitions]), owner, effort,
            penalty, damages, consequences, conduct, cites(conflict) if conflict else None, catalogue, sources, formerly,
        ))  # fmt: skip

    words = data["vocabulary"]
    vocabulary = Vocabulary(
        facts={fact[0]: _fact(fact) for fact in words["facts"]},
        links={link[0]: _link(link) for link in words["links"]},
        written_links={link[0]: _link(link) for link in words["written"]},
        kinds=words["kinds"],
    )
    definitions = tuple([
        Definition(
            fact, about, pack, cites(cite), None if holds is None else nodes[holds], unless(exemptions), union_of,
            None if measure is None else nodes[measure], confidence, catalogue, identity,
        )
        for fact, about, pack, cite, holds, exemptions, union_of, measure, confidence, catalogue, identity in data["definitions"]
    ])  # fmt: skip
    parameters = {
        name: _parameter((name, kind, tuple([_dated((_value(v), day(b), day(e), s, c)) for v, b, e, s, c in rows]), unit))
        for name, kind, rows, unit in data["parameters"]
    }
    packs = {
        identity: PackInfo(identity, version, day(verified), tuple(law), classification)
        for identity, version, verified, law, classification in data["packs"]
    }
    return Program(
        vocabulary=vocabulary, parameters=parameters, definitions=definitions, rules=tuple([rule(row) for row in data["rules"]]), packs=packs,
        unions=data["unions"], scoring=data["scoring"], money=data["money"], digest=data["digest"],
    )  # fmt: skip
