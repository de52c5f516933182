"""The texts of a library by language: what readers see of rules, facts, acts and packs.

English stands in the files themselves, other languages in side files. A text that is missing in a language is left out
here; the reader of texts falls back to English and marks it.
"""

from __future__ import annotations

from riskcheck.compiler.codec import data_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from riskcheck.loader.rules import Library

SECTIONS = (
    "rules", "definitions", "facts", "subjects", "links", "acts", "packs", "parameters", "consequences", "money", "precedents", "conduct",
    "demands",
)  # fmt: skip


def english(library: Library) -> dict[str, dict[str, Any]]:
    """Return the English texts by section and id."""
    texts: dict[str, dict[str, Any]] = {section: {} for section in SECTIONS}
    for identity, (_, rule) in library.rules.items():
        texts["rules"][identity] = {
            "title": rule.title, "summary": rule.summary, "message": rule.message, "remedy": rule.remedy,
            "severity_reason": rule.severity_reason, "note": rule.note, "confidence_note": rule.confidence_note,
            "unless": [item.why for item in rule.unless],
            "transition": [item.why for item in rule.in_force.transition],
            "severity_when": [item.why for item in rule.severity_when],
        }  # fmt: skip
    for _, definition in library.definitions.values():
        texts["definitions"][definition.define] = {
            "title": definition.title, "unless": [item.why for item in definition.unless], "note": definition.note,
        }  # fmt: skip
    for _, file in library.vocabulary:
        if file.title:
            texts["subjects"][file.subject] = {"title": file.title, "ask": file.ask or ""}
        for short, fact in file.facts.items():
            texts["facts"][f"{file.subject}.{short}"] = {"ask": fact.ask, "of": fact.of, "help": fact.help or ""}
        for short, link in file.links.items():
            texts["links"][f"{file.subject}.{short}"] = {"ask": link.ask or ""}
    for act, (_, entry) in library.acts.items():
        texts["acts"][act] = {
            "title": entry.title, "short": entry.short, "url": entry.url or "", "kind": entry.kind,
            "jurisdiction": entry.jurisdiction,
        }  # fmt: skip
    for pack, (_, info) in library.packs.items():
        texts["packs"][pack] = {"title": info.title, "note": info.note}
    for name, (_, parameter) in library.parameters.items():
        texts["parameters"][name] = parameter.describes
    texts["consequences"] = dict(library.data.get("consequences", {}))
    for family in ("penalties", "damages"):
        for name, entry in library.data.get("money", {}).get(family, {}).items():
            texts["money"][name] = entry.get("title", name)
    for document in library.precedents.values():
        texts["conduct"].update(_conduct(document.data))
        for case in _cases(document.data):
            texts["precedents"][case["id"]] = data_of(case)
    texts["glossary"] = {term["en"]: data_of(term) for term in library.data.get("glossary", {}).get("terms", ())}
    texts["demands"] = {key: demand.model_dump() for key, (_, demand) in library.demands.items()}
    return texts


def translated(library: Library, language: str) -> dict[str, dict[str, Any]]:
    """Return the texts of another language, as far as they are translated."""
    found = library.locales.get(language, {})
    texts: dict[str, dict[str, Any]] = {section: dict(found.get(section, {})) for section in SECTIONS}
    by_file = {identity: definition.define for identity, (_, definition) in library.definitions.items()}
    for identity, fact in by_file.items():
        if identity in texts["rules"]:
            texts["definitions"][fact] = texts["rules"].pop(identity)
    for family in ("penalties", "damages"):
        for name, entry in found.get(family, {}).items():
            texts["money"][name] = entry.get("title", name) if isinstance(entry, dict) else entry
    return {section: data_of(content) for section, content in texts.items()}


def places(language: str) -> dict[str, str]:
    """Return the names of countries in a language (Unicode CLDR, through Babel), so that reports need no Babel."""
    from babel import Locale

    territories = Locale.parse(language.replace("-", "_")).territories
    return {code: str(name) for code, name in sorted(territories.items()) if len(code) == 2}  # noqa: PLR2004 (ISO 3166-1 alpha-2)


def anchors(library: Library) -> dict[str, dict[str, str]]:
    """Return, for acts with an index, the anchor of each pinpoint that is cited."""
    cited: dict[str, dict[str, str]] = {}
    wanted = [cite for _, rule in library.rules.values() for cite in rule.cite]
    for _, rule in library.rules.values():
        for items in (rule.unless, rule.in_force.transition, rule.severity_when):
            wanted += [cite for item in items for cite in item.cite]
    wanted += [cite for _, definition in library.definitions.values() for cite in definition.cite]
    for cite in wanted:
        node = library.provisions.get(cite.act, {}).get(cite.at)
        if node:
            cited.setdefault(cite.act, {})[cite.at] = str(node["id"]).partition(".")[0]
    return cited


def _conduct(data: Any) -> dict[str, str]:
    """Return the labels of the conduct slugs that a file of precedents declares."""
    found = data.get("conduct") if isinstance(data, dict) else None
    return {str(slug): str(label) for slug, label in found.items()} if isinstance(found, dict) else {}


def _cases(data: Any) -> list[dict[str, Any]]:
    if isinstance(data, dict):
        data = data.get("precedents", data.get("cases", []))
    return [case for case in data if isinstance(case, dict) and "id" in case] if isinstance(data, list) else []
