"""Outlines of forms (``rules/drafts/*.yaml``): sections, labels by language and the facts that fill them."""

from __future__ import annotations

from datetime import date  # noqa: TC003 (pydantic reads annotations at run time)
from typing import Any, Literal

from pydantic import Field

from riskcheck.diagnostics import Diagnostics
from riskcheck.loader.files import load
from riskcheck.loader.surface import Cites, File, Text
from riskcheck.model.rule import Confidence  # noqa: TC001

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


class Told(File):
    """A text in both languages."""

    en: Text
    zh: Text


class Item(File):
    """One field of a form: a name, facts, a list of linked subjects, or only a question that no fact answers."""

    label: Told
    name: Literal["company", "model"] | None = None
    facts: tuple[Text, ...] = ()
    each: str = ""
    when: dict[str, Any] = Field(default_factory=dict)
    show: tuple[Text, ...] = ()
    ask: Told | None = None


class Section(File):
    """A part of a form."""

    title: Told
    items: list[Item] = Field(min_length=1)


class Outline(File):
    """A form."""

    title: Told
    form: Told
    cite: Cites
    confidence: Confidence
    confidence_note: Told
    sources: list[Text]
    last_verified: date
    sections: list[Section] = Field(min_length=1)


def draft_names(root: Path) -> list[str]:
    """Return the names of the forms of a rules folder."""
    return sorted(path.stem for path in (root / "drafts").glob("*.yaml"))


def load_outline(root: Path, name: str) -> Outline:
    """Return a form by its name, one of ``draft_names``. Raises InvalidInput with every fault of the file."""
    sink = Diagnostics()
    found = load(root / "drafts" / f"{name}.yaml", f"rules/drafts/{name}.yaml", Outline, sink)
    sink.raise_if_errors()
    if found is None:
        sink.fail()
    return found[1]
