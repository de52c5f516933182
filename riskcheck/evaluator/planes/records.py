"""Profiles to the tables of a batch and back. A value that the tables can't hold exactly is refused, never rounded."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa

from riskcheck.evaluator.planes.bits import Rails, zeros
from riskcheck.evaluator.planes.columns import Sets, bools, sets, whole
from riskcheck.model.profile import Profile, Subject
from riskcheck.model.values import Money, SetValue
from riskcheck.model.vocabulary import COMPANY, PLURAL_OF, SET_TYPES, Fact, Vocabulary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from riskcheck.evaluator.planes.batch import Batch
    from riskcheck.evaluator.planes.bits import Plane

_TYPES: dict[str, Any] = {
    "bool": pa.bool_(), "choice": pa.string(), "country": pa.string(), "choices": pa.list_(pa.string()), "countries": pa.list_(pa.string()),
    "date": pa.date32(), "integer": pa.float64(), "number": pa.float64(), "money": pa.float64(), "text": pa.string(),
}  # fmt: skip


class NotHeld(ValueError):
    """A value that the tables can't hold exactly."""


def fields_of(fact: Fact) -> list[Any]:
    """Return the Arrow fields of one written fact."""
    short = fact.name.partition(".")[2]
    found = [pa.field(short, _TYPES[fact.type])]
    if fact.type in SET_TYPES:
        found += [pa.field(f"{short}.no", pa.list_(pa.string())), pa.field(f"{short}.open", pa.bool_())]
    if fact.type == "money":
        found.append(pa.field(f"{short}.currency", pa.string()))
    return found


def schema_of(kind: str, vocabulary: Vocabulary) -> Any:
    """Return the Arrow schema of the table of one kind of subject."""
    if kind == COMPANY:
        fields = [pa.field("id", pa.string(), nullable=False), pa.field("name", pa.string())]
        for plural in PLURAL_OF.values():
            fields += [pa.field(plural, pa.int32()), pa.field(f"{plural}.incomplete", pa.bool_())]
    else:
        fields = [pa.field("key", pa.string(), nullable=False), pa.field("name", pa.string())]
    for link in vocabulary.written_links.values():
        if link.name.startswith(kind + "."):
            fields.append(pa.field(link.name.partition(".")[2], pa.list_(pa.int32()) if link.many else pa.int32()))
    for fact in vocabulary.facts_of(kind).values():
        if fact.kind != "derived":
            fields += fields_of(fact)
    return pa.schema(fields)


class Encoder:
    """Gathers profiles and gives their tables. Columns of which nothing is known are still there, as null."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.kinds = (COMPANY, *PLURAL_OF)
        self.schemas = {kind: schema_of(kind, vocabulary) for kind in self.kinds}
        self._facts = {kind: {name: fact for name, fact in vocabulary.facts_of(kind).items() if fact.kind != "derived"} for kind in self.kinds}
        self._rows: dict[str, list[dict[str, Any]]] = {kind: [] for kind in self.kinds}

    def __len__(self) -> int:
        return len(self._rows[COMPANY])

    def add(self, identity: str, profile: Profile) -> None:
        """Add one company. Raises NotHeld, and adds nothing, for a value that the tables can't hold exactly."""
        company = {"id": identity, "name": profile.company.name or None, **self._values(profile.company)}
        rows: dict[str, list[dict[str, Any]]] = {}
        places = {kind: {key: place for place, key in enumerate(profile.subjects.get(kind) or {})} for kind in PLURAL_OF}
        for kind, plural in PLURAL_OF.items():
            subjects = profile.subjects.get(kind)
            company[plural] = None if subjects is None else len(subjects)
            company[f"{plural}.incomplete"] = plural in profile.incomplete or None
            rows[kind] = [
                {"key": key, "name": subject.name or None, **self._links(subject, places), **self._values(subject)}
                for key, subject in (subjects or {}).items()
            ]
        self._rows[COMPANY].append(company)
        for kind, found in rows.items():
            self._rows[kind].extend(found)

    def _links(self, subject: Subject, places: dict[str, dict[str, int]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for short, keys in subject.links.items():
            link = self.vocabulary.written_links[f"{subject.kind}.{short}"]
            ends = [places[link.target][key] for key in keys if key in places[link.target]]
            found[short] = ends if link.many else next(iter(ends), None)
        return found

    def _values(self, subject: Subject) -> dict[str, Any]:
        found: dict[str, Any] = {}
        facts = self._facts[subject.kind]
        for short, value in subject.facts.items():
            fact = facts.get(short)
            if fact is None:
                continue
            if isinstance(value, SetValue):
                found[short] = sorted(value.yes)
                if not value.closed:
                    found[f"{short}.open"] = True
                    if value.no:
                        found[f"{short}.no"] = sorted(value.no)
            elif isinstance(value, Money):
                found[short] = _figure(fact, value.amount)
                found[f"{short}.currency"] = value.currency
            elif fact.type in ("integer", "number"):
                found[short] = _figure(fact, value)
            else:
                found[short] = value
        return found

    def tables(self) -> dict[str, Any]:
        """Return the tables of all companies added since the last call."""
        found = {}
        for kind, schema in self.schemas.items():
            rows = self._rows[kind]
            found[kind] = pa.Table.from_arrays([pa.array([row.get(field.name) for row in rows], field.type) for field in schema], schema=schema)
            self._rows[kind] = []
        return found


def _figure(fact: Fact, value: Any) -> float:
    number = float(value)
    written = value if isinstance(value, Decimal) else Decimal(repr(value))
    if Decimal(repr(number)) != written:
        message = f"{fact.name}: {written} has more digits than a portfolio holds exactly (about 15)"
        raise NotHeld(message)
    return number


def tables_of(profiles: Iterable[tuple[str, Profile]], vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the tables of some profiles with their ids."""
    encoder = Encoder(vocabulary)
    for identity, profile in profiles:
        encoder.add(identity, profile)
    return encoder.tables()


# --- and back -------------------------------------------------------------------------------------------------------


def profile_of(batch: Batch, company: int) -> Profile:
    """Return the profile of one company of a batch, as far as its columns were read. It has no evidence."""
    vocabulary = batch.vocabulary
    head = batch.tables[COMPANY].data.slice(company, 1).to_pylist()[0]
    rows: dict[str, list[dict[str, Any]] | None] = {}
    for kind, plural in PLURAL_OF.items():
        count = head.get(plural)
        data, start = batch.tables[kind].data, int(batch.starts[kind][company])
        found = data.slice(start, count).to_pylist() if count else []
        rows[kind] = None if count is None else [{**row, **_bits(batch, kind, start + place)} for place, row in enumerate(found)]
    keys = {kind: [str(row["key"]) for row in found or []] for kind, found in rows.items()}
    return Profile(
        company=_subject(COMPANY, "", {**head, **_bits(batch, COMPANY, company)}, vocabulary, keys),
        subjects={
            kind: None if found is None else {str(row["key"]): _subject(kind, str(row["key"]), row, vocabulary, keys) for row in found}
            for kind, found in rows.items()
        },
        incomplete=frozenset(plural for plural in PLURAL_OF.values() if head.get(f"{plural}.incomplete")),
        file=str(head.get("id") or ""),
    )  # fmt: skip


def _bits(batch: Batch, kind: str, row: int) -> dict[str, Any]:
    """Return what is stored as bits of one row, as its columns would hold it."""
    found: dict[str, Any] = {}
    table = batch.tables[kind]

    def rail(bits: Plane) -> bool:
        return bool(bits[row // 8] >> row % 8 & 1)

    for fact, (true, false) in table.bits.items():
        if rail(true) != rail(false):
            found[fact] = rail(true)
    for fact, members in table.members.items():
        closed, opened = (rail(bits) for bits in members[""])
        if closed != opened:
            found[fact] = sorted(name for name, (true, _) in members.items() if name and rail(true))
            found[f"{fact}.no"] = sorted(name for name, (_, false) in members.items() if name and opened and rail(false))
            found[f"{fact}.open"] = opened
    return found


def bits_of(kind: str, table: Any, vocabulary: Vocabulary) -> tuple[Any, Any]:
    """Return a table without its bool and set facts, and these as bits: one row a fact or member, with its true and its false rail."""
    rails: dict[str, Rails] = {}
    rows = table.num_rows
    dropped: list[str] = []
    for short, fact in vocabulary.facts_of(kind).items():
        if fact.kind == "derived" or short not in table.column_names:
            continue
        if fact.type == "bool":
            rails[short] = bools(whole(table[short]), rows) if rows else Rails(zeros(0), zeros(0))
            dropped.append(short)
        elif fact.type in SET_TYPES:
            parts = [whole(table[f"{short}{end}"]) if f"{short}{end}" in table.column_names else None for end in ("", ".no", ".open")]
            found = (
                sets(parts[0], parts[1], parts[2], rows, lambda _name: True, lambda _rows, _reason: None)
                if rows
                else Sets({}, {}, zeros(0), zeros(0), 0)
            )
            rails[f"{short}/"] = Rails(found.closed, found.valid & ~found.closed)
            empty = zeros(rows)
            for name in sorted({*found.yes, *found.no}):
                rails[f"{short}/{name}"] = Rails(found.yes.get(name, empty), found.no.get(name, empty))
            dropped += [f"{short}{end}" for end in ("", ".no", ".open") if f"{short}{end}" in table.column_names]
    bits = pa.Table.from_arrays(
        [
            pa.array(list(rails), pa.string()), pa.array([found.true.tobytes() for found in rails.values()], pa.binary()),
            pa.array([found.false.tobytes() for found in rails.values()], pa.binary()),
        ],
        names=["fact", "true", "false"],
    )  # fmt: skip
    return table.drop_columns(dropped), bits


def _subject(kind: str, key: str, row: dict[str, Any], vocabulary: Vocabulary, keys: dict[str, list[str]]) -> Subject:
    facts: dict[str, Any] = {}
    for short, fact in vocabulary.facts_of(kind).items():
        value = row.get(short)
        if value is not None and fact.kind != "derived":
            facts[short] = _value(fact, short, value, row)
    links: dict[str, tuple[str, ...]] = {}
    for link in vocabulary.written_links.values():
        owner, _, short = link.name.partition(".")
        ends = row.get(short) if owner == kind else None
        if ends is not None:
            links[short] = tuple(_keys(ends if link.many else [ends], keys[link.target]))
    return Subject(kind=kind, key=key, name=row.get("name") or "", facts=facts, links=links)


def _keys(ends: Sequence[Any], keys: list[str]) -> list[str]:
    return [end if isinstance(end, str) else keys[end] for end in ends if isinstance(end, str) or (end is not None and 0 <= end < len(keys))]


def _value(fact: Fact, short: str, value: Any, row: dict[str, Any]) -> Any:
    if fact.type in SET_TYPES:
        opened = bool(row.get(f"{short}.open"))
        return SetValue(frozenset(value), frozenset(row.get(f"{short}.no") or ()) - frozenset(value), not opened)
    if fact.type == "money":
        return Money(Decimal(repr(float(value))), row.get(f"{short}.currency") or "")
    if fact.type in ("integer", "number"):
        return value if isinstance(value, int) else int(value) if float(value).is_integer() and abs(value) < 2**53 else float(value)
    return value
