"""Reads one YAML file into one pydantic model, with every fault placed on its line."""

from __future__ import annotations

import os
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from riskcheck.diagnostics import did_you_mean
from riskcheck.source.document import Document, read

TYPE_CHECKING = False
TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from riskcheck.diagnostics import Diagnostics
    from riskcheck.locations import Route

M = TypeVar("M", bound=BaseModel)

_WANTED = {
    "dict_type": "a mapping of keys belongs here", "model_type": "a mapping of keys belongs here", "list_type": "a list belongs here",
    "string_type": "text belongs here; quote what YAML takes for a number, a date or true", "string_too_short": "text belongs here",
    "date_type": "a date belongs here, written 2026-12-02", "date_from_datetime_parsing": "a date belongs here, written 2026-12-02",
}  # fmt: skip
"""What pydantic says of programs, in the words of a file."""


def yaml_files(folder: Path) -> list[Path]:
    """Return the YAML files below a folder in a stable order. Links are not followed out of the folder."""
    found: list[Path] = []
    for root, folders, names in os.walk(folder):
        folders.sort()
        base = type(folder)(root)
        found.extend(base / name for name in sorted(names) if name.endswith(".yaml"))
    return found


def load(path: Path, name: str, model: type[M], sink: Diagnostics) -> tuple[Document, M] | None:
    """Return the document and its model, or None after reporting all faults under ``name``."""
    document = read(path, sink, name)
    if document is None:
        return None
    checked = check(document, document.data, (), model, sink)
    return None if checked is None else (document, checked)


def check(document: Document, data: Any, at: Route, model: type[M], sink: Diagnostics) -> M | None:
    """Return the model of a part of a document, or None after reporting all faults."""
    if not isinstance(data, dict):
        sink.add(document.diagnostic(at, "R101", "a mapping of keys belongs here", help="write `key: value` lines"))
        return None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_input=False):
            sink.add(_fault(document, data, at, model, fault))
        return None


def _fault(document: Document, data: Any, at: Route, model: type[BaseModel], fault: Any) -> Any:
    # pydantic's loc holds union tags that are no keys of the file; keep only the steps that exist, and the last one.
    route: list[str | int] = []
    here = data
    for step in fault["loc"]:
        exists = (isinstance(here, dict) and step in here) or (isinstance(here, list) and isinstance(step, int))
        if exists:
            route.append(step)
            here = here[step]
    last = str(fault["loc"][-1]) if fault["loc"] else ""
    where = (*at, *route)
    if fault["type"] == "extra_forbidden":
        known = [field.alias or name for name, field in model.model_fields.items()]
        return document.diagnostic(where, "R102", f"unknown key `{last}`", label=did_you_mean(last, known),
                                   help=f"keys here: {', '.join(known)}" if len(fault["loc"]) == 1 else "")  # fmt: skip
    if fault["type"] == "missing":
        return document.diagnostic(where, "R103", f"the key `{last}` is missing", help="rules/README.md lists the keys")
    message = _WANTED.get(fault["type"]) or str(fault["msg"]).removeprefix("Value error, ").replace("Input should be", "this should be")
    return document.diagnostic(
        where, "R104", f"{'/'.join(map(str, route)) or 'file'}: {message}", help="rules/README.md shows the shape", at_value=bool(route),
    )  # fmt: skip
