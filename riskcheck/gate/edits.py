"""The differences between two profiles as values: found, applied one by one, and digested without regard to order or comments."""

from __future__ import annotations

import hashlib

from riskcheck.model.change import Edit
from riskcheck.model.values import Money, Range, SetValue
from riskcheck.model.vocabulary import COMPANY, PLURAL_OF, PLURALS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from riskcheck.model.profile import Evidence, Profile, Subject


def edits(before: Profile, after: Profile) -> tuple[Edit, ...]:
    """Return everything that differs and may matter to a rule, in the order of the newer profile. Names and notes never do."""
    found: list[Edit] = list(_subject_edits(before.company, after.company))
    for kind, plural in PLURAL_OF.items():
        old, new = before.subjects.get(kind), after.subjects.get(kind)
        if (old is None) != (new is None):
            found.append(Edit("mapping", plural, "", None if old is None else tuple(old), None if new is None else tuple(new)))
        for key in dict.fromkeys((*(new or {}), *(old or {}))):
            here, there = (old or {}).get(key), (new or {}).get(key)
            if here is None or there is None:
                found.append(Edit("subject", f"{plural}/{key}", "", here, there))
            else:
                found.extend(_subject_edits(here, there))
        was, is_ = plural in before.incomplete, plural in after.incomplete
        if was != is_:
            found.append(Edit("incomplete", plural, "", was, is_))
    said, says = _by_place(before.evidence), _by_place(after.evidence)
    for path, fact in dict.fromkeys((*says, *said)):
        if said.get((path, fact)) != says.get((path, fact)):
            found.append(Edit("evidence", path, fact, said.get((path, fact)), says.get((path, fact))))
    old_values, new_values = before.assumptions, after.assumptions
    found.extend(
        Edit("assumption", name, "", old_values.get(name), new_values.get(name))
        for name in dict.fromkeys((*new_values, *old_values)) if old_values.get(name) != new_values.get(name)
    )  # fmt: skip
    return tuple(found)


def _subject_edits(before: Subject, after: Subject) -> Iterable[Edit]:
    for fact in dict.fromkeys((*after.facts, *before.facts)):
        if before.facts.get(fact) != after.facts.get(fact):
            yield Edit("fact", after.path, fact, before.facts.get(fact), after.facts.get(fact))
    for link in dict.fromkeys((*after.links, *before.links)):
        old, new = before.links.get(link), after.links.get(link)
        if (old is None) != (new is None) or set(old or ()) != set(new or ()):
            yield Edit("link", after.path, link, old, new)


def _by_place(evidence: tuple[Evidence, ...]) -> dict[tuple[str, str], tuple[Evidence, ...]]:
    found: dict[tuple[str, str], list[Evidence]] = {}
    for piece in evidence:
        found.setdefault((piece.path, f"{piece.fact}/{piece.member}".rstrip("/")), []).append(piece)
    return {place: tuple(sorted(pieces, key=repr)) for place, pieces in found.items()}


def put(profile: Profile, edit: Edit, value: Any) -> Profile:
    """Return a profile in which the place of one edit holds a value (its ``before`` undoes it, its ``after`` applies it)."""
    if edit.kind == "assumption":
        return profile._replace(assumptions=_with(profile.assumptions, edit.path, value))
    if edit.kind == "incomplete":
        names = profile.incomplete | {edit.path} if value else profile.incomplete - {edit.path}
        return profile._replace(incomplete=names)
    if edit.kind == "evidence":
        kept = [piece for piece in profile.evidence if (piece.path, f"{piece.fact}/{piece.member}".rstrip("/")) != (edit.path, edit.fact)]
        return profile._replace(evidence=(*kept, *(value or ())))
    if edit.kind == "mapping":
        kind = PLURALS[edit.path]
        # Only whether the mapping stands there at all; its subjects are edits of their own.
        held = profile.subjects.get(kind)
        return _with_subjects(profile, kind, None if value is None and not held else held or {})
    if edit.kind == "subject":
        plural, _, key = edit.path.partition("/")
        kind = PLURALS[plural]
        held = _with(profile.subjects.get(kind) or {}, key, value)
        return _with_subjects(profile, kind, held)
    return _with_fact(profile, edit, value)


def _with_fact(profile: Profile, edit: Edit, value: Any) -> Profile:
    plural, _, key = edit.path.partition("/")
    kind = COMPANY if plural == COMPANY else PLURALS[plural]
    subject = profile.company if kind == COMPANY else (profile.subjects.get(kind) or {}).get(key)
    if subject is None:
        return profile
    changed = subject._replace(links=_with(subject.links, edit.fact, value)) if edit.kind == "link" else \
        subject._replace(facts=_with(subject.facts, edit.fact, value))  # fmt: skip
    if kind == COMPANY:
        return profile._replace(company=changed)
    return _with_subjects(profile, kind, _with(profile.subjects[kind] or {}, key, changed))


def _with_subjects(profile: Profile, kind: str, subjects: Mapping[str, Subject] | None) -> Profile:
    return profile._replace(subjects={**profile.subjects, kind: subjects})


def _with(mapping: Mapping[str, Any], key: str, value: Any) -> dict[str, Any]:
    changed = {name: held for name, held in mapping.items() if name != key}
    if value is not None:
        changed[key] = value
    return changed


# --- renamed subjects -----------------------------------------------------------------------------------------------


def renamed(before: Profile, after: Profile) -> tuple[tuple[str, str], ...]:
    """Return (old path, new path) of subjects that have a new key and otherwise the same facts and links.

    Only an exact and unambiguous match counts: a similar subject is another subject, and must not hide what is new in it.
    """
    found: list[tuple[str, str]] = []
    for kind, plural in PLURAL_OF.items():
        old, new = before.subjects.get(kind) or {}, after.subjects.get(kind) or {}
        gone, come = [key for key in old if key not in new], [key for key in new if key not in old]
        for key in gone:
            same = [other for other in come if _same(old[key], new[other])]
            twins = [other for other in gone if _same(old[other], old[key])]
            if old[key].facts and len(same) == 1 and len(twins) == 1:
                found.append((f"{plural}/{key}", f"{plural}/{same[0]}"))
    return tuple(found)


def _same(one: Subject, other: Subject) -> bool:
    return one.facts == other.facts and set(one.links) == set(other.links)


def rename(profile: Profile, names: tuple[tuple[str, str], ...]) -> Profile:
    """Return a profile in which subjects have other keys, wherever they are named."""
    if not names:
        return profile
    by_kind: dict[str, dict[str, str]] = {}
    for old, new in names:
        plural, _, key = old.partition("/")
        by_kind.setdefault(PLURALS[plural], {})[key] = new.partition("/")[2]
    paths = dict(names)
    targets = {"models": "model", "datasets": "dataset", "customers": "customer", "systems": "system", "system": "system"}

    def linked(subject: Subject) -> Subject:
        links = {name: tuple(by_kind.get(targets.get(name, ""), {}).get(key, key) for key in keys) for name, keys in subject.links.items()}
        return subject._replace(key=by_kind.get(subject.kind, {}).get(subject.key, subject.key), links=links)

    subjects = {
        kind: None if held is None else {by_kind.get(kind, {}).get(key, key): linked(subject) for key, subject in held.items()}
        for kind, held in profile.subjects.items()
    }
    evidence = tuple(
        piece._replace(path=paths.get(piece.path, piece.path), key=by_kind.get(piece.kind, {}).get(piece.key, piece.key),
                dispute=by_kind.get("dispute", {}).get(piece.dispute, piece.dispute))
        for piece in profile.evidence
    )  # fmt: skip
    return profile._replace(subjects=subjects, evidence=evidence)


# --- digests --------------------------------------------------------------------------------------------------------


def facts_digest(profile: Profile) -> str:
    """Return a SHA-256 over what the profile says, blind to order, comments, names and notes."""
    rows = [f"{subject.path}\t{name}\t{_plain(value)}" for subject in profile.all_subjects() for name, value in subject.facts.items()]
    rows += [f"{subject.path}\t->{name}\t{sorted(keys)}" for subject in profile.all_subjects() for name, keys in subject.links.items()]
    rows += [f"{subject.path}" for subject in profile.all_subjects()]
    rows += [f"{kind}\tunknown" for kind, held in profile.subjects.items() if held is None]
    rows += [f"incomplete\t{name}" for name in profile.incomplete] + [f"{name}\t=\t{value}" for name, value in profile.assumptions.items()]
    return hashlib.sha256("\n".join(sorted(rows)).encode("utf-8", "surrogatepass")).hexdigest()


def evidence_digest(profile: Profile) -> str:
    """Return a SHA-256 over what the evidence says of which fact, with which standing; blind to order and to sources."""
    rows = [f"{piece.path}\t{piece.fact}\t{piece.member}\t{_plain(piece.says)}\t{piece.standing}" for piece in profile.evidence]
    return hashlib.sha256("\n".join(sorted(rows)).encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: Any) -> str:
    """Return a value as text that is the same in every process (sets have no order)."""
    if isinstance(value, SetValue):
        return f"{sorted(value.yes)} {sorted(value.no)} {value.closed}"
    if isinstance(value, (Money, Range)):
        return " ".join(str(part) for part in value)
    return repr(value)
