"""The dictionary of facts: what can be asked of a company, of which type, and who can answer."""

from __future__ import annotations

from types import MappingProxyType

from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Literal, TypeAlias

_EMPTY: Mapping[str, Any] = MappingProxyType({})

FactKind: TypeAlias = "Literal['input', 'control', 'derived']"
FactType: TypeAlias = "Literal['bool', 'choice', 'choices', 'country', 'countries', 'date', 'integer', 'number', 'money', 'text']"  # fmt: skip
SET_TYPES = frozenset({"choices", "countries"})


class Fact(NamedTuple):
    """One declared fact. ``name`` is dotted (``system.roles``); ``choices`` are the slugs of choice and choices."""

    name: str
    type: FactType
    kind: FactKind = "input"
    choices: tuple[str, ...] = ()
    unit: str = ""
    answered_by: str = ""


class Link(NamedTuple):
    """A relation between kinds of subject. ``reverse`` is the written link that this one reads back, or empty.

    ``via`` (flow.customers) names the link of the linked subject's own kind that answers when none is written.
    """

    name: str
    target: str
    many: bool = True
    reverse: str = ""
    via: str = ""


class Vocabulary(NamedTuple):
    """All facts by dotted name, and all links by dotted name (``system.models``)."""

    facts: Mapping[str, Fact]
    links: Mapping[str, Link]
    kinds: tuple[str, ...]
    written_links: Mapping[str, Link] = _EMPTY

    def facts_of(self, kind: str) -> dict[str, Fact]:
        """Return the facts of one kind of subject by short name."""
        return self.by_kind().get(kind, {})

    def by_kind(self) -> dict[str, dict[str, Fact]]:
        """Return the facts of each kind of subject by short name."""
        found: dict[str, dict[str, Fact]] = {kind: {} for kind in self.kinds}
        for name, fact in self.facts.items():
            kind, _, short = name.partition(".")
            found.setdefault(kind, {})[short] = fact
        return found


COMPANY = "company"
PLURALS: dict[str, str] = {
    "systems": "system", "models": "model", "datasets": "dataset", "flows": "flow", "customers": "customer",
    "disputes": "dispute",
}  # fmt: skip
"""The mappings of a profile and the kind of subject that each holds."""
PLURAL_OF: dict[str, str] = {kind: plural for plural, kind in PLURALS.items()}
