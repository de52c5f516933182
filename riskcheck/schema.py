"""JSON Schemas (draft-07, which YAML language servers read) made from the vocabulary and the file models.

With them an editor completes facts, values and keys, shows the question for each, and marks what is misspelt. They are
committed under ``rules/schema`` and a test compares them with what this module makes.
"""

from __future__ import annotations

import json

from riskcheck.compiler.conditions import OPERATORS
from riskcheck.loader.places import ISO_3166
from riskcheck.model.profile import CARRYING
from riskcheck.model.vocabulary import PLURAL_OF, SET_TYPES, Fact, Vocabulary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from riskcheck.installed import Installed, Texts
    from riskcheck.model.program import Program

_DRAFT = "http://json-schema.org/draft-07/schema#"
_MONEY = r"^-?[0-9][0-9_,]*(\.[0-9]+)? [A-Z]{3}$"
_STANDINGS = [*CARRYING, "alleged", "inferred"]
NAMES = ("profile", "rule", "definition", "pack", "act", "vocabulary", "parameters", "demands", "result")


def schemas(installed: Installed) -> dict[str, dict[str, Any]]:
    """Return every schema by name."""
    program = installed.program
    english, chinese = installed.texts("en"), installed.texts("zh")
    found = {"profile": profile_schema(program, english, chinese), "result": result_schema(), **_file_schemas(program, english)}
    return {name: found[name] for name in NAMES}


def text(schema: dict[str, Any]) -> str:
    """Return a schema as it is committed."""
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write(installed: Installed, folder: Path) -> list[str]:
    """Write every schema into a folder and return the names of those that changed."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, schema in schemas(installed).items():
        path = folder / f"{name}.json"
        content = text(schema)
        if not path.is_file() or path.read_text(encoding="utf-8") != content:
            path.write_text(content, encoding="utf-8")
            changed.append(name)
    return changed


# --- profile --------------------------------------------------------------------------------------------------------


def profile_schema(program: Program, english: Texts, chinese: Texts) -> dict[str, Any]:
    """Return the schema of a company profile; every fact carries its question in both languages."""
    vocabulary = program.vocabulary
    places = sorted(ISO_3166 | set(program.unions))
    subjects = {kind: _subject_schema(kind, vocabulary, english, chinese) for kind in vocabulary.kinds}
    mappings = {
        plural: {
            "description": _both(english.get("subjects", kind, "ask"), chinese.get("subjects", kind, "ask")),
            "anyOf": [{"const": "unknown"}, {"type": "null"}, {"type": "object", "additionalProperties": {"$ref": f"#/definitions/{kind}"}}],
        }
        for kind, plural in PLURAL_OF.items()
    }
    numeric: dict[str, Any] = {name: {} for name, parameter in sorted(program.parameters.items()) if parameter.type in ("number", "integer", "money")}
    return {
        "$schema": _DRAFT,
        "title": "riskcheck profile",
        "type": "object",
        "required": ["profile", "company"],
        "additionalProperties": False,
        "properties": {
            "profile": {"const": 1, "description": "Version of this shape"},
            "company": {"$ref": "#/definitions/company"},
            **mappings,
            "incomplete": {
                "description": "Mappings known not to list everything", "type": "array", "items": {"enum": list(PLURAL_OF.values())},
            },
            "evidence": {"type": "array", "items": {"$ref": "#/definitions/evidence"}},
            "assumptions": {
                "description": "Values of parameters that this profile replaces (exchange rates, amounts); every report prints them",
                "type": "object", "additionalProperties": False, "properties": numeric,
                "patternProperties": {"^fx-[a-z]{3}-per-[a-z]{3}$": {"type": "number", "exclusiveMinimum": 0}},
            },
        },
        "definitions": {
            **subjects,
            "evidence": _evidence_schema(),
            "place": {"anyOf": [{"enum": places}, {"type": "string", "pattern": "^[A-Z]{2}-[A-Z0-9]{1,3}$"}]},
            "truth": {"enum": [True, False, "unknown", "yes", "no"]},
        },
    }  # fmt: skip


def _evidence_schema() -> dict[str, Any]:
    path = {"type": "string", "pattern": "^(company|(systems|models|datasets|flows|customers|disputes)/[^/]+)/[^/]+(/[^/]+)?$"}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["for", "standing"],
        "properties": {
            "for": {
                "description": "Path of a fact, or several: company/cash, systems/KEY/markets/US",
                "anyOf": [path, {"type": "array", "items": path}],
            },
            "says": {"description": "What this source says; required for alleged and inferred"},
            "standing": {"enum": _STANDINGS, "description": "Who stands behind it"},
            "source": {"type": "string"},
            "dated": {"type": "string", "description": "The source's own date"},
            "url": {"type": "string"},
            "dispute": {"type": "string", "description": "Key of the dispute in which it is alleged"},
            "note": {"type": "string"},
        },
    }


def _subject_schema(kind: str, vocabulary: Vocabulary, english: Texts, chinese: Texts) -> dict[str, Any]:
    properties: dict[str, Any] = {"name": {"type": "string", "description": "The name that reports show"}, "note": {"type": "string"}}
    for name, fact in vocabulary.facts_of(kind).items():
        if fact.kind != "derived":
            properties[name] = {"description": _description(fact, english, chinese), **_value_schema(fact, english)}
    for name, link in vocabulary.written_links.items():
        if name.startswith(f"{kind}."):
            one = {"type": "string"}
            properties[name.partition(".")[2]] = {
                "description": f"Keys of {PLURAL_OF[link.target]}" if link.many else f"Key of one of {PLURAL_OF[link.target]}",
                "anyOf": [{"const": "unknown"}, {"type": "array", "items": one} if link.many else one],
            }
    return {"type": ["object", "null"], "additionalProperties": False, "properties": properties}


def _description(fact: Fact, english: Texts, chinese: Texts) -> str:
    ask = _both(english.get("facts", fact.name, "ask"), chinese.get("facts", fact.name, "ask"))
    helping = english.get("facts", fact.name, "help")
    return f"{ask}\n\n{helping}" if helping else ask


def _both(english: str, chinese: str) -> str:
    return f"{english} {chinese}" if chinese and chinese != english else english


def _value_schema(fact: Fact, english: Texts) -> dict[str, Any]:
    unknown: list[dict[str, Any]] = [{"const": "unknown"}, {"type": "null"}]
    labels = english.get("facts", fact.name, "of", {})
    if fact.type == "bool":
        return {"$ref": "#/definitions/truth"}
    if fact.type == "choice":
        return {"anyOf": [*({"const": slug, "description": str(labels.get(slug, slug))} for slug in fact.choices), *unknown]}
    if fact.type in SET_TYPES:
        member: dict[str, Any] = {"enum": list(fact.choices)} if fact.choices else {"$ref": "#/definitions/place"}
        truth = {"$ref": "#/definitions/truth"}
        opened: dict[str, Any] = {"type": "object", "additionalProperties": truth}
        if fact.choices:
            opened = {"type": "object", "additionalProperties": False, "properties": dict.fromkeys(fact.choices, truth)}
        return {"anyOf": [{"type": "array", "items": member, "uniqueItems": True}, opened, *unknown]}
    single: dict[str, dict[str, Any]] = {
        "country": {"$ref": "#/definitions/place"},
        "date": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
        "integer": {"type": "number", "minimum": 0},
        "number": {"type": "number"},
        "money": {"type": "string", "pattern": _MONEY},
        "text": {"type": "string"},
    }
    return {"anyOf": [single[fact.type], *unknown]}


# --- rules ----------------------------------------------------------------------------------------------------------


def _file_schemas(program: Program, english: Texts) -> dict[str, dict[str, Any]]:
    from pydantic import TypeAdapter

    from riskcheck.loader import surface

    found: dict[str, dict[str, Any]] = {}
    models: dict[str, Any] = {
        "rule": surface.RuleFile, "definition": surface.DefinitionFile, "pack": surface.PackFile, "act": surface.ActFile,
        "vocabulary": surface.VocabularyFile, "parameters": TypeAdapter(dict[str, surface.ParameterEntry]),
        "demands": TypeAdapter(dict[str, surface.DemandEntry]),
    }  # fmt: skip
    for name, model in models.items():
        schema = model.json_schema() if isinstance(model, TypeAdapter) else model.model_json_schema(by_alias=True)
        schema = json.loads(json.dumps(schema).replace("#/$defs/", "#/definitions/"))
        schema["definitions"] = schema.pop("$defs", {})
        found[name] = {"$schema": _DRAFT, **schema, "title": f"riskcheck {name}"}
    for name in ("rule", "definition"):
        _with_conditions(found[name], program, english)
        _with_givens(found[name], program, english)
    followed = sorted(english.ids("consequences"))
    found["rule"]["properties"]["consequences"]["items"] = {"enum": followed}
    return found


def _with_givens(schema: dict[str, Any], program: Program, english: Texts) -> None:
    """Let the facts and values of examples be completed as those of conditions are."""
    definitions = schema["definitions"]
    definitions["truth"] = {"enum": [True, False, "unknown", "yes", "no"]}
    definitions["place"] = {"$ref": "#/definitions/code"}
    properties: dict[str, Any] = {}
    for name, fact in program.vocabulary.facts.items():
        shared = f"given-{name}" if fact.choices else f"given-{fact.type}"
        if shared not in definitions:
            definitions[shared] = _value_schema(fact, english)
        properties[name] = {"$ref": f"#/definitions/{shared}"}
    given = {"$ref": "#/definitions/given"}
    properties |= {link: {"type": "array", "items": given} for link in program.vocabulary.links}
    definitions["given"] = {"type": "object", "additionalProperties": False, "properties": properties}
    for name, part in definitions.items():
        if name[:1].isupper() and "given" in (part.get("properties") or {}):
            part["properties"]["given"] = {"description": "Facts of the case; what is not listed is unknown", **given}


_CONDITIONS = ("applies", "requires", "forbids", "exposed_when", "when", "holds_when")


def _with_conditions(schema: dict[str, Any], program: Program, english: Texts) -> None:
    """Replace the free-form conditions by one definition in which the facts are the keys."""
    definitions = schema["definitions"]
    definitions["condition"] = condition_schema(program, english, definitions)
    for part in (schema, *(definition for name, definition in definitions.items() if name[:1].isupper())):
        for key, value in (part.get("properties") or {}).items():
            if key in _CONDITIONS and isinstance(value, dict):
                part["properties"][key] = {"$ref": "#/definitions/condition"}
            if key == "cite":
                one = {"$ref": "#/definitions/Cite"}
                part["properties"][key] = {"anyOf": [one, {"type": "array", "items": one}]}


def condition_schema(program: Program, english: Texts, definitions: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a condition: every fact with the operators and values that fit its type.

    What several facts share goes into ``definitions``, so that the schema stays small enough for an editor.
    """
    condition = {"$ref": "#/definitions/condition"}
    conditions = {"type": "array", "items": condition}
    properties: dict[str, Any] = {
        "all": conditions, "any": conditions, "not": condition, "at_least": {"type": "integer", "minimum": 1}, "of": conditions,
    }  # fmt: skip
    definitions["reference"] = {
        "type": "object", "additionalProperties": False, "properties": {"parameter": {"type": "string"}, "fact": {"type": "string"}},
    }  # fmt: skip
    for kind in SET_TYPES:
        groups = sorted(name for name, parameter in program.parameters.items() if parameter.type == kind)
        definitions[f"groups-{kind}"] = {"enum": groups}
    definitions["code"] = {"type": "string", "pattern": "^[A-Z]{2}(-[A-Z0-9]{1,3})?$"}
    for name, fact in program.vocabulary.facts.items():
        shared = f"operand-{name}" if fact.choices else f"operand-{fact.type}"
        if shared not in definitions:
            definitions[shared] = _operand_schema(fact, definitions, shared)
        properties[name] = {"description": english.get("facts", name, "ask"), "allOf": [{"$ref": f"#/definitions/{shared}"}]}
    definitions["quantified"] = {"type": "object", "additionalProperties": False, "properties": dict.fromkeys(("some", "every", "none"), condition)}
    for name in program.vocabulary.links:
        properties[name] = {"$ref": "#/definitions/quantified"}
    return {"type": "object", "additionalProperties": False, "properties": properties}


_SET_OPERATORS = frozenset({"within", "outside", "overlaps", "lacks", "not_in", "includes"})


def _operand_schema(fact: Fact, definitions: dict[str, Any], shared: str) -> dict[str, Any]:
    reference = {"$ref": "#/definitions/reference"}
    scalars: dict[str, dict[str, Any]] = {
        "bool": {"type": "boolean"}, "country": {"$ref": "#/definitions/code"}, "integer": {"type": "number"},
        "number": {"type": "number"}, "money": {"type": "string", "pattern": _MONEY}, "date": {"type": "string"}, "text": {"type": "string"},
    }  # fmt: skip
    members: dict[str, Any] = {}
    if fact.type in ("choice", "choices", "country", "countries"):
        places = fact.type in ("country", "countries")
        own = {"$ref": "#/definitions/code"} if places else {"enum": list(fact.choices)}
        member = {"anyOf": [own, {"$ref": f"#/definitions/groups-{'countries' if places else 'choices'}"}, reference]}
        definitions[f"members-{shared}"] = {"anyOf": [member, {"type": "array", "items": member}]}
        members = {"$ref": f"#/definitions/members-{shared}"}
    scalar: dict[str, Any] = scalars.get(fact.type, {"enum": list(fact.choices)})
    operators = {
        name: members if name in _SET_OPERATORS else
        {"anyOf": [{"type": "integer"}, reference]} if name.startswith("older_than") else {"anyOf": [scalar, reference]}
        for name in sorted(OPERATORS[fact.type])
    }  # fmt: skip
    own_keys = {"parameter": {"type": "string"}, "fact": {"type": "string"}}
    forms: list[dict[str, Any]] = [{"type": "object", "additionalProperties": False, "properties": {**operators, **own_keys}}]
    if fact.type not in SET_TYPES:
        forms.append(scalar)
    if fact.type in ("choice", "country"):
        forms.append({"type": "array", "items": members})
    return {"anyOf": forms}


# --- result ---------------------------------------------------------------------------------------------------------


def result_schema() -> dict[str, Any]:
    """Return the schema of `riskcheck score -f json`: a contract to which keys may be added within version 1."""
    score = {"type": "object", "required": ["least", "most"], "properties": {"least": {"type": "number"}, "most": {"type": "number"}}}
    string: dict[str, Any] = {"type": "string"}
    optional: dict[str, Any] = {"type": ["string", "null"]}
    finding = {
        "type": "object",
        "required": [
            "rule", "subject", "verdict", "severity", "standing", "timing", "applies_from", "citations", "message", "remedy", "exposure", "trace",
        ],
        "properties": {
            "rule": string, "subject": string, "severity": string, "applies_from": optional, "message": optional, "remedy": string,
            "verdict": {"enum": ["breached", "exposed", "unknown", "met", "clear", "exempt"]},
            "standing": {"enum": ["plain", "alleged", "inferred"]}, "timing": {"enum": ["in_force", "upcoming", "unsettled"]},
            "citations": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["act", "at", "url"]}},
            "exposure": {"type": "array", "items": string}, "trace": {"type": ["object", "null"]},
        },
    }  # fmt: skip
    answer = {
        "type": "object",
        "required": ["id", "title", "group", "status", "asked", "rules", "relied_on", "fixes", "open"],
        "properties": {
            "id": string, "title": string, "group": {"enum": ["contract", "law"]},
            "status": {"enum": ["met", "not_met", "risk", "later", "unknown", "nothing", "not_judged"]},
        },
    }  # fmt: skip
    customer_answers = {
        "description": "The answer sheet for one customer; there with --customer only.",
        "type": "object",
        "required": ["customer", "counts", "answers", "to_ask"],
        "properties": {"customer": string, "counts": {"type": "object"}, "answers": {"type": "array", "items": answer}},
    }
    return {
        "$schema": _DRAFT,
        "title": "riskcheck result",
        "type": "object",
        "required": ["schema", "as_of", "company", "score", "packs", "findings", "questions", "provenance"],
        "properties": {
            "schema": {"const": "riskcheck-result/1"},
            "as_of": string,
            "company": string,
            "score": score,
            "coverage": {"type": "number", "minimum": 0, "maximum": 1},
            "packs": {
                "type": "object",
                "additionalProperties": {"type": "object", "required": ["score", "coverage", "counts"], "properties": {"score": score}},
            },
            "findings": {"type": "array", "items": finding},
            "questions": {
                "type": "array",
                "items": {"type": "object", "required": ["fact", "subject", "question", "answered_by", "width"]},
            },
            "provenance": {"type": "object"},
            "customer_answers": customer_answers,
        },
    }
