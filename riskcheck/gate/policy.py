"""What a gate refuses: settings from flags, environment, ``.riskcheck.yaml`` and ``pyproject.toml``, each with the place it comes from."""

from __future__ import annotations

import os

from riskcheck.diagnostics import Diagnostic, Diagnostics, did_you_mean
from riskcheck.gate.files import refuse
from riskcheck.model.money import parse_money
from riskcheck.model.rule import SEVERITIES
from riskcheck.records import NamedTuple
from riskcheck.source.document import Document, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from riskcheck.gate.trees import Tree

FILE = ".riskcheck.yaml"
PYPROJECT = "pyproject.toml"
WAIVER_FILE = ".riskcheck-waivers.yaml"
NEVER = "never"
BUILT_IN = "built-in"


class Setting(NamedTuple):
    """One setting of a policy: its type, the sentence that explains it, and its default."""

    type: str
    about: str
    default: Any = None


SETTINGS: dict[str, Setting] = {
    "new": Setting("severity", "Refuse new adverse findings of this severity or worse.", "high"),
    "worse": Setting("severity", "Refuse adverse findings that have become worse and are now of this severity or worse.", "high"),
    "newly_unknown": Setting("severity", "Refuse where an answer was removed on which a finding of this severity or worse rests.", "high"),
    "score_above": Setting("number", "Refuse if the upper end of the score is above."),
    "exposure_above": Setting("money", "Refuse if the money at stake is above: the greatest of the sums of fines, of damages and of claims."),
    "coverage_below": Setting("number", "Undecided (exit 4) if fewer percent of the rules could be decided."),
    "count_upcoming": Setting("bool", "Count findings that bind only from a later day.", default=False),
    "count_alleged": Setting("bool", "Count findings that rest on allegations or inferences.", default=True),
    "deleted_profiles": Setting("choice", "What a deleted profile means: refuse or allow.", "refuse"),
    "waivers": Setting("text", "File of waivers, beside this one.", WAIVER_FILE),
    "accept_new_waivers": Setting("bool", "Let a waiver count in the very change that adds it.", default=False),
    "strict_waivers": Setting("bool", "Refuse waivers that match no finding.", default=False),
    "waiver_days": Setting("integer", "Longest time for which a waiver may be given.", 365),
    "warn_days": Setting("integer", "Days before the end of a waiver from which on it is warned of.", 30),
}
_CHOICES = {"deleted_profiles": ("refuse", "allow")}


class Value(NamedTuple):
    """The value of a setting and where it stands."""

    value: Any
    source: str


class Policy:
    """All settings, each with its source. ``folder`` is that of the policy file, from the root of the tree (empty: the root)."""

    def __init__(self, values: Mapping[str, Value], folder: str = "") -> None:
        self.values = dict(values)
        self.folder = folder

    def __getitem__(self, name: str) -> Any:
        return self.values[name].value

    def source(self, name: str) -> str:
        """Return where the value of a setting stands."""
        return self.values[name].source

    def shown(self) -> str:
        """Return every value with its source, as ``--show-config`` prints it."""
        rows = [(name, _written(held.value), held.source) for name, held in self.values.items()]
        width = max(len(name) for name, _, _ in rows)
        wide = max(len(value) for _, value, _ in rows)
        return "".join(f"{name:<{width}}  {value:<{wide}}  {source}\n" for name, value, source in rows)


def _written(value: Any) -> str:
    return "–" if value is None else str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


def load_policy(tree: Tree | None, near: str, flags: Mapping[str, Any], *, config: str | None = None, origin: str = "") -> Policy:
    """Return the policy for a profile: flag before environment before ``.riskcheck.yaml`` before ``pyproject.toml`` before the built-in.

    ``near`` is the profile's path in the tree; the files are looked for beside it and upward. ``config`` names a file instead; with
    no ``tree`` no file is read. ``origin`` is put behind the names of files of a commit. Raises InvalidInput with every fault.
    """
    values = {name: Value(setting.default, BUILT_IN) for name, setting in SETTINGS.items()}
    folder = ""
    if tree is not None:
        layers, folder = _files(tree, near, config, origin)
        for layer in layers:
            values |= layer
    values |= _environment()
    values |= {name: Value(value, f"flag --{_FLAGS.get(name, name).replace('_', '-')}") for name, value in flags.items() if value is not None}
    return Policy({name: values[name] for name in SETTINGS}, folder)


_FLAGS = {"new": "fail_on", "worse": "fail_on", "score_above": "max_score", "exposure_above": "max_exposure", "coverage_below": "min_coverage"}


def _files(tree: Tree, near: str, config: str | None, origin: str) -> tuple[list[dict[str, Value]], str]:
    """Return the settings of the nearest files, the weaker first, and the folder of the nearest one."""
    suffix = f" ({origin})" if origin else ""
    if config is not None:
        raw = tree.read(config)
        if raw is None:
            refuse("G120", "there is no such policy file", config, "name it with --config, or leave the flag out")
        return [_settings(raw, config, suffix)], config.rpartition("/")[0]
    layers: list[dict[str, Value]] = []
    place = ""
    for name, found in ((PYPROJECT, tree.upward(near, PYPROJECT, _has_table)), (FILE, tree.upward(near, FILE))):
        if found is None:
            continue
        path, raw = found
        layers.append(_settings(raw, path, suffix) if name == FILE else _toml_settings(raw, path, suffix))
        place = path.rpartition("/")[0]
    return layers, place


def _has_table(raw: bytes) -> bool:
    return b"[tool.riskcheck" in raw


# --- reading --------------------------------------------------------------------------------------------------------


def _settings(raw: bytes, path: str, suffix: str) -> dict[str, Value]:
    sink = Diagnostics()
    document = parse(raw, path, sink)
    if document is None:
        sink.fail()
    data = document.data
    if not isinstance(data, dict) or not isinstance(data.get("gate", {}) or {}, dict):
        sink.add(document.diagnostic((), "G121", "a policy is a mapping with the key `gate`", help="write `gate:` and below it `new: high`"))
        sink.fail()
    for key in data:
        if key != "gate":
            close = did_you_mean(key, ["gate", *SETTINGS])
            sink.add(document.diagnostic((key,), "G122", f"unknown key `{key}`", label=close, help="the one key here is `gate`"))
    found = _checked(data.get("gate") or {}, document, path, suffix, sink)
    sink.raise_if_errors()
    return found


def _toml_settings(raw: bytes, path: str, suffix: str) -> dict[str, Value]:
    import tomllib

    try:
        data = tomllib.loads(raw.decode("utf-8")).get("tool", {}).get("riskcheck", {})
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        refuse("G121", f"this is no valid TOML: {error}", path)
    sink = Diagnostics()
    gate = data.get("gate", {}) if isinstance(data, dict) else {}
    for key in data if isinstance(data, dict) else ():
        if key != "gate":
            hint = did_you_mean(key, ["gate"]) or "the one table here is [tool.riskcheck.gate]"
            sink.add(Diagnostic(code="G122", message=f"unknown key `tool.riskcheck.{key}`", file=path, help=hint))
    if not isinstance(gate, dict):
        refuse("G121", "[tool.riskcheck.gate] is a table", path)
    found = _checked(gate, None, path, suffix, sink)
    sink.raise_if_errors()
    return found


def _checked(data: dict[str, Any], document: Document | None, path: str, suffix: str, sink: Diagnostics) -> dict[str, Value]:
    def fault(key: str, code: str, message: str, hint: str, *, at_value: bool = False) -> None:
        label = hint if hint.startswith("did you mean") else ""
        if document is None:
            sink.add(Diagnostic(code=code, message=message, file=path, help=hint))
        else:
            sink.add(document.diagnostic(("gate", key), code, message, label=label, help="" if label else hint, at_value=at_value))

    found: dict[str, Value] = {}
    for key, written in data.items():
        if key not in SETTINGS:
            fault(key, "G122", f"unknown setting `{key}`", did_you_mean(key, SETTINGS) or f"settings: {', '.join(SETTINGS)}")
            continue
        value, hint = _value(key, written)
        if hint:
            fault(key, "G123", f"`{key}` can't be `{written}`", hint, at_value=True)
            continue
        line = f":{document.key_span(('gate', key)).line}" if document is not None else ""
        found[key] = Value(value, f"{path}{line}{suffix}")
    return found


def _environment() -> dict[str, Value]:
    found: dict[str, Value] = {}
    for name, setting in SETTINGS.items():
        variable = f"RISKCHECK_{name.upper()}"
        text = os.environ.get(variable)
        if text is None:
            continue
        written: Any = text
        if setting.type == "bool":
            written = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(text.lower(), text)
        elif setting.type in ("number", "integer"):
            written = _number(text)
        value, hint = _value(name, written)
        if hint:
            refuse("G123", f"`{variable}` can't be `{text}`", "environment", hint)
        found[name] = Value(value, f"environment {variable}")
    return found


def _number(text: str) -> Any:
    try:
        return int(text) if text.lstrip("-").isdigit() else float(text)
    except ValueError:
        return text


def _value(name: str, written: Any) -> tuple[Any, str]:
    """Return a checked value and an empty hint, or anything and the hint how to write it."""
    kind = SETTINGS[name].type
    if kind == "severity":
        return written, "" if written in (*SEVERITIES, NEVER) else f"one of {', '.join(SEVERITIES)}, {NEVER}"
    if kind == "bool":
        return written, "" if isinstance(written, bool) else "write true or false"
    if kind == "choice":
        return written, "" if written in _CHOICES[name] else f"one of {', '.join(_CHOICES[name])}"
    if kind == "text":
        return written, "" if isinstance(written, str) and written else "write the name of a file"
    if written is None:
        return None, ""
    if kind == "money":
        money = parse_money(written)
        return money, "" if money else "write an amount with its currency: 5_000_000 EUR"
    good = isinstance(written, (int, float)) and not isinstance(written, bool) and (kind == "number" or isinstance(written, int))
    top = 100 if kind == "number" else 3660
    return written, "" if good and 0 <= written <= top else f"write a number from 0 to {top}"


def policy_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft-07) of ``.riskcheck.yaml``."""
    shapes: dict[str, dict[str, Any]] = {
        "severity": {"enum": [*SEVERITIES, NEVER]}, "bool": {"type": "boolean"}, "text": {"type": "string", "minLength": 1},
        "number": {"type": ["number", "null"], "minimum": 0, "maximum": 100}, "integer": {"type": "integer", "minimum": 0, "maximum": 3660},
        "money": {"type": ["string", "null"], "pattern": r"^-?[0-9][0-9_,]*(\.[0-9]+)?\s+[A-Z]{3}$"},
    }  # fmt: skip
    properties = {
        name: {"description": setting.about, "default": setting.default, **shapes.get(setting.type, {"enum": list(_CHOICES.get(name, ()))})}
        for name, setting in SETTINGS.items()
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#", "title": "riskcheck policy", "type": "object", "additionalProperties": False,
        "properties": {"gate": {"type": ["object", "null"], "additionalProperties": False, "properties": properties}},
    }  # fmt: skip
