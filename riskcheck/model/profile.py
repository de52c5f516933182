"""A company profile as the evaluator reads it."""

from __future__ import annotations

from types import MappingProxyType

from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from typing import Any, Literal, TypeAlias

    from riskcheck.model.values import Value

_EMPTY: Mapping[str, Any] = MappingProxyType({})

Standing: TypeAlias = "Literal['audited', 'found_by_court', 'admitted', 'reported', 'alleged', 'inferred']"
CARRYING: tuple[Standing, ...] = ("audited", "found_by_court", "admitted", "reported")
"""The standings that may carry a written value; alleged and inferred never do."""

ANONYMOUS = "*"
"""The key of the one subject that stands for a mapping of which nothing is known."""


class Subject(NamedTuple):
    """One company, system, model, dataset, flow, customer or dispute. Facts that are unknown are left out.

    ``links`` holds the keys written under each link; a link that is absent is unknown.
    """

    kind: str
    key: str
    name: str = ""
    note: str = ""
    facts: Mapping[str, Value] = _EMPTY
    links: Mapping[str, tuple[str, ...]] = _EMPTY

    @property
    def path(self) -> str:
        """The stable path of the subject: ``company``, ``systems/hailuo``."""
        return "company" if self.kind == "company" else f"{self.kind}s/{self.key}"

    @property
    def label(self) -> str:
        """The name that people read: the given name, else the key."""
        return self.name or self.key


class Evidence(NamedTuple):
    """What one source says of one fact. ``says`` is None where it supports the written value."""

    path: str
    kind: str
    key: str
    fact: str
    standing: Standing
    member: str = ""
    says: Value | None = None
    source: str = ""
    dated: date | None = None
    url: str = ""
    dispute: str = ""
    note: str = ""


class Profile(NamedTuple):
    """One company: subjects by kind and key, what is incomplete, the evidence, and the keeper's own assumptions.

    ``subjects[kind]`` is None where the mapping is absent (nothing is known), empty where there are none.
    ``file`` names the text, for messages only.
    """

    company: Subject
    subjects: Mapping[str, Mapping[str, Subject] | None]
    incomplete: frozenset[str] = frozenset()
    evidence: tuple[Evidence, ...] = ()
    assumptions: Mapping[str, Any] = _EMPTY
    file: str = ""
    digest: str = ""

    def all_subjects(self) -> list[Subject]:
        """Return the company and every described subject, in file order."""
        found = [self.company]
        for subjects in self.subjects.values():
            found.extend((subjects or {}).values())
        return found
