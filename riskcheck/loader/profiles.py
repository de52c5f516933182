"""A profile file to Profile. Every fault of the file is reported in one go, with its line and the next step."""

from __future__ import annotations

import os

from riskcheck.diagnostics import Diagnostics, did_you_mean
from riskcheck.digests import sha256
from riskcheck.loader.values import UNKNOWN, Fault, member_value, plausible_day, shown, typed
from riskcheck.model.profile import CARRYING, Evidence, Profile, Standing, Subject
from riskcheck.model.values import SetValue
from riskcheck.model.vocabulary import COMPANY, PLURAL_OF, PLURALS, SET_TYPES, Vocabulary
from riskcheck.patterns import later
from riskcheck.source import yaml12
from riskcheck.source.document import Document, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Any

    from riskcheck.locations import Route
    from riskcheck.model.program import Program
    from riskcheck.model.values import Value

_TOP = ("profile", COMPANY, *PLURALS, "incomplete", "evidence", "assumptions")
_STANDINGS = ("audited", "found_by_court", "admitted", "reported", "alleged", "inferred")
_EVIDENCE_KEYS = ("for", "says", "standing", "source", "dated", "url", "dispute", "note")
_TEXT_LIMIT = 2_000_000
_KEY_LENGTH = 80
_LARGEST = 10**18
_SMALLEST_RATE = 1e-9
_EXCHANGE = later(r"fx-[a-z]{3}-per-[a-z]{3}\Z")


def load_profile(
    path: str | os.PathLike[str], program: Program, *, name: str | None = None, sink: Diagnostics | None = None,
) -> tuple[Profile, Document]:  # fmt: skip
    """Return the profile of a file and its document; warnings stay in ``sink``. Raises InvalidInput with every fault."""
    called = name or os.fspath(path)
    try:
        with open(path, "rb") as file:  # noqa: PTH123 (read at every start; see store)
            raw = file.read()
    except OSError as error:
        raise yaml12.fail_unreadable(called, error) from error
    return read_profile(raw, called, program, sink)


def read_profile(raw: bytes, file: str, program: Program, sink: Diagnostics | None = None) -> tuple[Profile, Document]:
    """Return the profile of a file's bytes and its document; warnings stay in ``sink``. Raises InvalidInput."""
    sink = Diagnostics() if sink is None else sink
    document = parse(raw, file, sink)
    if document is None:
        sink.fail()
    if not isinstance(document.data, dict):
        colon = yaml12.FULL_WIDTH_COLON in document.text
        sink.add(document.diagnostic(
            (), "P011" if colon else "P101",
            f"a full-width colon {yaml12.FULL_WIDTH_COLON} (U+FF1A) makes this text, not keys" if colon else "a profile is a mapping of keys",
            help="write `key: value` with an ASCII colon and a space" if colon else "begin with `profile: 1`; riskcheck init writes a first one",
        ))  # fmt: skip
        sink.fail()
    reader = _Reader(document, program, sink)
    profile = reader.profile(sha256(raw).hexdigest())
    sink.raise_if_errors()
    return profile, document


class _Reader:
    def __init__(self, document: Document, program: Program, sink: Diagnostics) -> None:
        self.document = document
        self.data: dict[str, Any] = document.data
        self.program = program
        self.vocabulary: Vocabulary = program.vocabulary
        self.sink = sink
        self.places = known_places(program)
        self._subjects: dict[str, dict[str, Subject] | None] = {}
        self.facts_of = self.vocabulary.by_kind()

    def fault(self, route: Route, code: str, message: str, hint: str = "", *, at_value: bool = False) -> None:
        label = hint if hint.startswith("did you mean") else ""
        self.sink.add(self.document.diagnostic(route, code, message, label=label, help="" if label else hint, at_value=at_value))

    # --- the whole -------------------------------------------------------------------------------------------------

    def profile(self, digest: str) -> Profile:
        for key in self.data:
            if key not in _TOP:
                self._unknown_key((key,), key, _TOP)
        if self.data.get("profile") != 1 or self.data["profile"] is True:
            has = "profile" in self.data
            self.fault(("profile",) if has else (), "P113", "this is no profile of version 1", "write `profile: 1` on the first line", at_value=has)
        company = self._subject(COMPANY, "", self.data.get(COMPANY), (COMPANY,))
        if COMPANY not in self.data:
            self.fault((), "P101", "the key `company` is missing", "write `company:` and under it `name: …`")
        subjects: dict[str, dict[str, Subject] | None] = {kind: self._mapping(kind) for kind in PLURAL_OF}
        self._subjects = subjects
        self._check_links()
        company_or_blank = company or Subject(kind=COMPANY, key="")
        evidence = self._evidence()
        self._check_carried(evidence, company_or_blank)
        return Profile(
            company=company_or_blank, subjects=subjects, incomplete=self._incomplete(), evidence=evidence,
            assumptions=self._assumptions(), file=self.document.file, digest=digest,
        )  # fmt: skip

    def _unknown_key(self, route: Route, key: str, known: Collection[str]) -> None:
        if yaml12.FULL_WIDTH_COLON in key:
            self.fault(route, "P011", "a full-width colon (U+FF1A) stands in this key", "write `key: value` with an ASCII colon and a space")
            return
        self.fault(route, "P102", f"unknown key `{key}`", did_you_mean(key, known) or f"keys here: {', '.join(known)}")

    def _incomplete(self) -> frozenset[str]:
        written = self.data.get("incomplete") or []
        if not isinstance(written, list):
            self.fault(("incomplete",), "P101", "`incomplete` is a list of mappings", "write [systems, flows]", at_value=True)
            return frozenset()
        for index, name in enumerate(written):
            if not isinstance(name, str) or name not in PLURALS:
                hint = did_you_mean(str(name), PLURALS) or f"one of {', '.join(PLURALS)}"
                self.fault(("incomplete", index), "P102", f"`{shown(name)}` is no mapping of a profile", hint, at_value=True)
        return frozenset(name for name in written if isinstance(name, str))

    def _assumptions(self) -> dict[str, Any]:
        written = self.data.get("assumptions") or {}
        if not isinstance(written, dict):
            self.fault(("assumptions",), "P101", "`assumptions` maps parameters to values", "write fx-usd-per-eur: 1.17", at_value=True)
            return {}
        found: dict[str, Any] = {}
        for name, value in written.items():
            parameter = self.program.parameters.get(name)
            rate = bool(_EXCHANGE.match(name))
            if parameter is None and not rate:
                hint = did_you_mean(name, self.program.parameters) or "write the name of a parameter of rules/parameters, or fx-usd-per-hkd: RATE"
                self.fault(("assumptions", name), "P102", f"no parameter `{name[:80]}`", hint)
            elif (rate or (parameter and parameter.type in ("number", "integer"))) and _is_number(value):
                if rate and not _SMALLEST_RATE <= value <= 1 / _SMALLEST_RATE:
                    hint = "an exchange rate is a number above 0: how many units of the first currency one of the second costs"
                    self.fault(("assumptions", name), "P103", f"`{name}` can't be `{shown(value)}`", hint, at_value=True)
                else:
                    found[name] = value  # also a rate between currencies that the packs do not hold
            elif parameter and parameter.type == "money" and not isinstance(parse := typed_money(value), Fault):
                found[name] = parse
            else:
                self.fault(("assumptions", name), "P103", f"`{name}` can't be replaced by `{shown(value)}`",
                           "numbers and amounts of rules/parameters can; lists and dates of law can't", at_value=True)  # fmt: skip
        return found

    # --- subjects --------------------------------------------------------------------------------------------------

    def _mapping(self, kind: str) -> dict[str, Subject] | None:
        plural = PLURAL_OF[kind]
        written = self.data.get(plural)
        if written is None or written == "unknown":
            return None
        if not isinstance(written, dict):
            hint = "write a name for each, then its facts: `systems:` / `  hailuo:` / `    markets: [DE]`"
            self.fault((plural,), "P101", f"`{plural}` maps a name to each {kind}", hint, at_value=True)
            return None
        found: dict[str, Subject] = {}
        for key, facts in written.items():
            subject = self._subject(kind, str(key), facts, (plural, key))
            if not _is_key(str(key)):
                self.fault(
                    (plural, key),
                    "P114",
                    f"`{key[:60]}` can't be a name",
                    "names are lower-case letters, digits and hyphens: hailuo-2; the shown name goes under `name:`",
                )
            elif subject is not None:
                found[str(key)] = subject
        return found

    def _subject(self, kind: str, key: str, written: Any, route: Route) -> Subject | None:
        if written is None:
            return Subject(kind=kind, key=key)
        if not isinstance(written, dict):
            self.fault(
                route,
                "P101",
                f"the facts of {'the company' if kind == COMPANY else key} are a mapping",
                "write `fact: value` lines below it",
                at_value=True,
            )
            return Subject(kind=kind, key=key)
        declared = self.facts_of[kind]
        facts: dict[str, Value] = {}
        links: dict[str, tuple[str, ...]] = {}
        texts = {"name": "", "note": ""}
        for name, value in written.items():
            place = (*route, name)
            if name in texts:
                texts[name] = self._text(place, name, value)
            elif f"{kind}.{name}" in self.vocabulary.written_links:
                keys = self._link(kind, name, value, place)
                if keys is not None:
                    links[name] = keys
            elif name not in declared:
                self._unknown_fact(kind, name, place, declared)
            elif declared[name].kind == "derived":
                self.fault(
                    place,
                    "P109",
                    f"`{name}` is worked out from other facts and can't be written",
                    f"riskcheck explain {kind}.{name} tells from which",
                )
            else:
                found = self._value(declared[name], value, place)
                if found is not None:
                    facts[name] = found
        return Subject(kind=kind, key=key, name=texts["name"], note=texts["note"], facts=facts, links=links)

    def _text(self, place: Route, name: str, value: Any) -> str:
        if value is None:
            return ""
        raw = value if isinstance(value, str) else self.document.raw(place)
        if raw is None:
            self.fault(place, "P112", f"`{name}` is text", "put it in quotes", at_value=True)
            return ""
        return raw[:_TEXT_LIMIT]

    def _unknown_fact(self, kind: str, name: str, place: Route, declared: Mapping[str, Any]) -> None:
        known = ["name", "note", *declared, *(link.partition(".")[2] for link in self.vocabulary.written_links if link.startswith(kind + "."))]
        hint = "" if yaml12.FULL_WIDTH_COLON in name else did_you_mean(name, known)
        if not hint:
            elsewhere = [f"{other}.{name}" for other in self.vocabulary.kinds if f"{other}.{name}" in self.vocabulary.facts]
            hint = f"it is a fact of {elsewhere[0].partition('.')[0]}" if elsewhere else ""
        if yaml12.FULL_WIDTH_COLON in name:
            self._unknown_key(place, name, known)
        else:
            self.fault(place, "P102", f"unknown fact `{name[:80]}` of a {kind}", hint or f"riskcheck schema profile lists the facts of a {kind}")

    def _value(self, fact: Any, value: Any, place: Route) -> Value | None:
        found = typed(fact, value, self.places)
        if isinstance(found, Fault):
            where = place
            if found.member and isinstance(value, dict) and found.member in value:
                where = (*place, found.member)
            elif isinstance(value, list):
                where = next(((*place, i) for i, item in enumerate(value) if str(item) == found.member), place)
            self.fault(where, found.code, found.message, found.hint, at_value=not (isinstance(value, dict) and found.member))
            return None
        return found

    def _link(self, kind: str, name: str, value: Any, place: Route) -> tuple[str, ...] | None:
        if value is None or value == "unknown":
            return None
        link = self.vocabulary.written_links[f"{kind}.{name}"]
        if link.many and isinstance(value, list):
            return tuple(str(key) for key in value)
        if not link.many and isinstance(value, str):
            return (value,)
        wanted = "a list of names" if link.many else "one name"
        hint = f"write [{shown(value)}]" if link.many else "write the name alone, without brackets"
        self.fault(place, "P101", f"`{name}` holds {wanted} from `{PLURAL_OF[link.target]}`", hint, at_value=True)
        return None

    def _check_links(self) -> None:
        for kind, subjects in self._subjects.items():
            for key, subject in (subjects or {}).items():
                for name, targets in subject.links.items():
                    link = self.vocabulary.written_links[f"{kind}.{name}"]
                    known = self._subjects[link.target] or {}
                    for index, target in enumerate(targets):
                        if target not in known:
                            route: Route = (PLURAL_OF[kind], key, name, *((index,) if link.many else ()))
                            self.fault(route, "P106", f"no {link.target} is called `{shown(target)}`",
                                       did_you_mean(target, known) or f"add it under `{PLURAL_OF[link.target]}`", at_value=True)  # fmt: skip

    # --- evidence --------------------------------------------------------------------------------------------------

    def _evidence(self) -> tuple[Evidence, ...]:
        written = self.data.get("evidence") or []
        if not isinstance(written, list):
            self.fault(
                ("evidence",), "P101", "`evidence` is a list", "write `- for: company/cash` and below it standing, source, dated", at_value=True
            )
            return ()
        found: list[Evidence] = []
        for index, item in enumerate(written):
            route: Route = ("evidence", index)
            if not isinstance(item, dict):
                self.fault(route, "P101", "a piece of evidence is a mapping", "write for, standing, source, dated", at_value=True)
                continue
            for key in item:
                if key not in _EVIDENCE_KEYS:
                    self._unknown_key((*route, key), key, _EVIDENCE_KEYS)
            standing = item.get("standing")
            if standing not in _STANDINGS:
                at = (*route, "standing") if "standing" in item else route
                told = f"`standing` says who stands behind it, not `{shown(standing)}`" if standing else "the evidence has no `standing`"
                hint = did_you_mean(str(standing), _STANDINGS) or f"one of {', '.join(_STANDINGS)}"
                self.fault(at, "P107", told, hint, at_value="standing" in item)
                continue
            paths = item.get("for")
            if paths is None or paths == []:
                self.fault(route, "P107", "the evidence does not say what it is for", "write `for: company/cash`, or a list of such paths")
                continue
            listed = paths if isinstance(paths, list) else [paths]
            for place, path in enumerate(listed):
                at = (*route, "for", place) if isinstance(paths, list) else (*route, "for")
                piece = self._piece(item, str(path), standing, route, at)
                if piece:
                    found.append(piece)
        return tuple(found)

    def _piece(self, item: Mapping[str, Any], path: str, standing: Standing, route: Route, at: Route) -> Evidence | None:
        place = self._place(path, at)
        if place is None:
            return None
        kind, key, short, member = place
        fact = self.facts_of[kind].get(short)
        says: Value | None = None
        if "says" in item and fact is not None:
            result = member_value(fact, member, item["says"], self.places) if member else typed(fact, item["says"], self.places)
            if isinstance(result, Fault):
                self.fault((*route, "says"), result.code, result.message, result.hint, at_value=True)
            else:
                says = result
        elif "says" in item and fact is None:
            self.fault((*route, "says"), "P107", f"`{shown(path)}` is no fact, so that nothing can be said of it here",
                       "write the link or the name itself in the profile, and leave `says` out", at_value=True)  # fmt: skip
            return None
        elif standing in ("alleged", "inferred"):
            self.fault(
                route,
                "P108",
                f"what is {standing} stands in `says`, never as a written value",
                "add `says: …`, and leave the fact itself unknown or as the company answers it",
            )
            return None
        dated = None if item.get("dated") in (None, UNKNOWN) else plausible_day("dated", item["dated"])
        if isinstance(dated, Fault):
            self.fault((*route, "dated"), dated.code, dated.message, dated.hint, at_value=True)
            dated = None
        dispute = str(item.get("dispute") or "")
        if dispute and dispute not in (self._subjects.get("dispute") or {}):
            self.fault(
                (*route, "dispute"),
                "P106",
                f"no dispute is called `{shown(dispute)}`",
                did_you_mean(dispute, self._subjects.get("dispute") or {}) or "add it under `disputes`, or leave `dispute` out",
                at_value=True,
            )
        return Evidence(
            path="company" if kind == COMPANY else f"{PLURAL_OF[kind]}/{key}", kind=kind, key=key, fact=short, member=member, says=says,
            standing=standing, source=str(item.get("source") or ""), dated=dated, url=str(item.get("url") or ""), dispute=dispute,
            note=str(item.get("note") or ""),
        )  # fmt: skip

    def _place(self, path: str, at: Route) -> tuple[str, str, str, str] | None:
        parts = path.split("/")
        if parts[0] == COMPANY:
            kind, key, rest = COMPANY, "", parts[1:]
        elif parts[0] in PLURALS and len(parts) > 1:
            kind, key, rest = PLURALS[parts[0]], parts[1], parts[2:]
            known = self._subjects.get(kind) or {}
            if key not in known:
                hint = did_you_mean(key, known) or f"add it under `{parts[0]}`, or remove this evidence"
                self.fault(at, "P107", f"evidence for `{shown(path)}`: no {kind} is called `{shown(key)}`", hint, at_value=True)
                return None
        else:
            hint = "write company/cash, systems/KEY/markets or systems/KEY/markets/US"
            self.fault(at, "P107", f"`{shown(path)}` is no path of a fact", hint, at_value=True)
            return None
        short, member = (rest[0] if rest else ""), (rest[1] if len(rest) > 1 else "")
        link = f"{kind}.{short}" in self.vocabulary.written_links
        declared = self.facts_of[kind]
        if short not in declared and not link and short not in ("name", "note"):
            hint = did_you_mean(short, declared) or f"riskcheck schema profile lists the facts of a {kind}"
            self.fault(at, "P107", f"`{shown(path)}`: a {kind} has no fact `{shown(short)}`", hint, at_value=True)
            return None
        if member and (link or short not in declared or declared[short].type not in SET_TYPES):
            self.fault(at, "P107", f"`{shown(path)}`: `{short}` has no members", f"write {'/'.join(parts[:-1])}", at_value=True)
            return None
        if member and isinstance(fault := member_value(declared[short], member, True, self.places), Fault):  # noqa: FBT003 (the answer)
            self.fault(at, "P107", f"`{shown(path)}`: {fault.message}", fault.hint, at_value=True)
            return None
        return kind, key, short, member

    def _check_carried(self, evidence: tuple[Evidence, ...], company: Subject) -> None:
        """Refuse a written value that only an allegation or an inference carries."""
        carried: set[tuple[str, str, str]] = set()
        doubtful: dict[tuple[str, str, str], Evidence] = {}
        for piece in evidence:
            place = (piece.path, piece.fact, piece.member)
            if piece.standing in CARRYING:
                carried.update({place, (piece.path, piece.fact, "")})
            else:
                doubtful[place] = piece
        for (path, fact, member), piece in doubtful.items():
            subject = company if piece.kind == COMPANY else (self._subjects.get(piece.kind) or {}).get(piece.key)
            written = subject.facts.get(fact) if subject else None
            if member:
                written = None if not isinstance(written, SetValue) else ((member in written.yes) if member in written.yes | written.no else None)
            if written is None or written != piece.says or (path, fact, member) in carried or (path, fact, "") in carried:
                continue
            route: Route = (COMPANY, fact) if piece.kind == COMPANY else (PLURAL_OF[piece.kind], piece.key, fact)
            self.fault(route, "P108", f"`{path}/{fact}` is written as fact, but its only evidence is {piece.standing}",
                       "write unknown (the evidence's `says` is used), or add the source that carries it")  # fmt: skip


def _is_number(value: Any) -> bool:
    """Tell whether a value is a number that can be reckoned with: finite, and not absurdly large."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= _LARGEST


def typed_money(value: Any) -> Any:
    """Return an amount, or a Fault."""
    from riskcheck.model.money import parse_money

    money = parse_money(value)
    return money if money is not None and 0 <= money.amount <= _LARGEST else Fault("P111", f"`{shown(value)}` is no amount")


def known_places(program: Program) -> frozenset[str]:
    """Return the country codes that may be written: ISO 3166-1, and the union codes of the vocabulary."""
    from riskcheck.loader.places import ISO_3166

    return frozenset(ISO_3166) | frozenset(program.unions)


def _is_key(key: str) -> bool:
    return (
        0 < len(key) <= _KEY_LENGTH
        and all((c.isalnum() and (c.isascii() is False or c.islower() or c.isdigit())) or c in "-_." for c in key)
        and key[0] not in "-."
    )
