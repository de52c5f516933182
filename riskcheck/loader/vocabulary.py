"""Declarations to Vocabulary and parameter histories to Parameter: typed values, links read both ways."""

from __future__ import annotations

from datetime import date

from riskcheck.diagnostics import did_you_mean
from riskcheck.model.money import parse_money
from riskcheck.model.parameters import DatedValue, Parameter
from riskcheck.model.vocabulary import COMPANY, PLURAL_OF, Fact, Link, Vocabulary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from riskcheck.diagnostics import Diagnostics
    from riskcheck.loader.rules import Library
    from riskcheck.loader.surface import ParameterEntry


def build_vocabulary(library: Library, sink: Diagnostics) -> Vocabulary:
    """Return the vocabulary of a library; a fact declared twice is a fault."""
    facts: dict[str, Fact] = {}
    written: dict[str, Link] = {}
    kinds = (COMPANY, *PLURAL_OF)
    for document, file in library.vocabulary:
        if file.subject not in kinds:
            hint = did_you_mean(file.subject, kinds) or f"one of {', '.join(kinds)}"
            sink.add(document.diagnostic(("subject",), "R109", f"`{file.subject}` is no subject that facts can be about", help=hint, at_value=True))
            continue
        for short, entry in file.facts.items():
            name = f"{file.subject}.{short}"
            if name in facts:
                sink.add(document.diagnostic(("facts", short), "R106", f"the fact `{name}` is declared twice"))
                continue
            facts[name] = Fact(
                name=name, type=entry.type, kind=entry.kind, choices=tuple(entry.of), unit=entry.unit or "",
                answered_by=entry.answered_by,
            )  # fmt: skip
            if (entry.type in ("choice", "choices")) != bool(entry.of):
                sink.add(document.diagnostic(("facts", short), "R107", f"`{name}`: `of` goes with choice and choices, and they need it"))
        for short, declared in file.links.items():
            if declared.to not in PLURAL_OF:
                hint = did_you_mean(declared.to, PLURAL_OF) or f"one of {', '.join(PLURAL_OF)}"
                sink.add(document.diagnostic(("links", short, "to"), "R109", f"`{declared.to}` is no subject that a link can lead to",
                                             help=hint, at_value=True))  # fmt: skip
                continue
            written[f"{file.subject}.{short}"] = Link(f"{file.subject}.{short}", declared.to, declared.many, via=declared.via or "")
    links = {name: link for name, link in written.items() if link.many}
    for name, link in written.items():
        kind = name.partition(".")[0]
        back = f"{link.target}.{PLURAL_OF[kind]}"
        if back not in written:
            links[back] = Link(back, kind, reverse=name)
    for plural, kind in ((PLURAL_OF[kind], kind) for kind in PLURAL_OF):
        links[f"{COMPANY}.{plural}"] = Link(f"{COMPANY}.{plural}", kind)
    return Vocabulary(facts=facts, links=links, kinds=(COMPANY, *PLURAL_OF), written_links=written)


def build_parameters(library: Library, sink: Diagnostics) -> dict[str, Parameter]:
    """Return the parameters of a library with typed values."""
    book: dict[str, Parameter] = {}
    for name, (document, entry) in library.parameters.items():
        rows: list[DatedValue] = []
        for index, row in enumerate(entry.values):
            value = _typed(entry, row.value)
            if value is None:
                sink.add(document.diagnostic((name, "values", index, "value"), "R108",
                                             f"`{name}` holds values of type {entry.type}, not `{row.value}`"))  # fmt: skip
                continue
            rows.append(DatedValue(value, row.begins, row.until, row.source, row.confidence))
        book[name] = Parameter(name, entry.type, tuple(rows), entry.unit or "")
    return book


def _typed(entry: ParameterEntry, value: Any) -> Any:
    kind = entry.type
    if kind in ("countries", "choices"):
        return tuple(str(v) for v in value) if isinstance(value, list) else None
    if kind == "money":
        return parse_money(value)
    if kind in ("number", "integer"):
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
    if kind == "date":
        return value if isinstance(value, date) else None
    return str(value) if value is not None else None
