"""What the formats of a gate get: assessed profiles with what changed in them and what the gate decided."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from riskcheck.report.words import Words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from riskcheck.model.change import Comparison, Decision, Outcome, Waiver
    from riskcheck.report.run import Run


@dataclass(kw_only=True)
class Gated:
    """One profile. ``path`` runs from the root of the repository; without ``comparison`` it was only scored.

    ``told`` keeps what `changes.items` has once put into words, since several formats ask for it.
    """

    run: Run
    path: str
    comparison: Comparison | None = None
    decision: Decision | None = None
    waived: Mapping[str, Waiver] = field(default_factory=dict)
    told: dict[bool, Any] = field(default_factory=dict)


@dataclass(kw_only=True)
class Gate:
    """All profiles of one run. ``name`` tells several comments on one pull request apart; ``changes_only`` leaves out what did not change."""

    items: tuple[Gated, ...]
    deleted: tuple[str, ...] = ()
    deleted_refuse: bool = True
    outcome: Outcome | None = None
    name: str = "default"
    changes_only: bool = False
    include_waived: bool = False
    security_severity: bool = False

    @property
    def language(self) -> str:
        """The leading language."""
        return self.items[0].run.languages[0] if self.items else "en"


def single(run: Run, *, include_waived: bool = False, security_severity: bool = False) -> Gate:
    """Return a scored profile in the shape of a gate, for formats that know both."""
    waived = getattr(run, "waivers", None) or {}
    item = Gated(run=run, path=relative_path(run.document.file), waived=waived)
    return Gate(items=(item,), include_waived=include_waived, security_severity=security_severity)


def relative_path(file: str) -> str:
    """Return the name of a file as code hosts want it: relative, slashes, no leading dots; of an absolute one the last part."""
    path = file.replace("\\", "/")
    if path.startswith("/") or path[1:2] == ":":
        return path.rpartition("/")[2]
    parts = [part for part in path.split("/") if part not in ("", ".", "..")]
    return "/".join(parts) or "profile"


def uri(path: str) -> str:
    """Return a relative path as a URI reference."""
    return quote(path, safe="/~")


class _GateWords(Words):
    """The interface with the words of the gate laid over it."""

    def __init__(self, language: str) -> None:
        super().__init__(language)
        file = Path(__file__).resolve().parent / "locale" / f"gate.{language}.json"
        self._words = {**self._words, **json.loads(file.read_text(encoding="utf-8"))}


@lru_cache(maxsize=4)
def gate_words(language: str) -> Words:
    """Return the interface of a language with the words of the gate."""
    return _GateWords(language)
