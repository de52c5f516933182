"""Checks the demands of customers against the vocabulary and the rules: what they name has to exist."""

from __future__ import annotations

from riskcheck.diagnostics import did_you_mean
from riskcheck.loader.places import ISO_3166

TYPE_CHECKING = False
if TYPE_CHECKING:
    from riskcheck.diagnostics import Diagnostics
    from riskcheck.loader.rules import Library
    from riskcheck.loader.surface import DemandEntry
    from riskcheck.model.vocabulary import Vocabulary
    from riskcheck.source.document import Document

_KINDS = frozenset({"bool", "choice", "choices", "country", "countries"})


def check_demands(library: Library, vocabulary: Vocabulary, sink: Diagnostics) -> None:
    """Report every fact, value and rule of a demand that does not exist, each at its line."""
    folders = {f"{identity.rpartition('/')[0]}/" for identity in library.rules}
    known = sorted({*library.rules, *folders})
    for key, (document, demand) in library.demands.items():
        name = key.partition("/")[2]
        _facts(name, demand, document, vocabulary, sink)
        for index, rule in enumerate(demand.rules):
            if rule not in library.rules and rule not in folders:
                sink.add(document.diagnostic((name, "rules", index), "R304", f"no rule or folder `{rule}`", help=did_you_mean(rule, known)))


def _facts(name: str, demand: DemandEntry, document: Document, vocabulary: Vocabulary, sink: Diagnostics) -> None:
    places = [(fact, ("asked", fact)) for fact in demand.asked] + [(fact, ("shows", index)) for index, fact in enumerate(demand.shows)]
    for fact, route in places:
        declared = vocabulary.facts.get(fact)
        if declared is None or not fact.startswith("customer.") or declared.type not in _KINDS:
            names = [known for known in vocabulary.facts if known.startswith("customer.")]
            hint = did_you_mean(fact, names)
            sink.add(document.diagnostic((name, *route), "R202", f"`{fact}` is no fact of customers that has choices", help=hint))
            continue
        allowed = declared.choices or (sorted(ISO_3166) if declared.type in ("country", "countries") else ())
        for value in values(demand.asked.get(fact, [])):
            if (value not in allowed) if allowed else not isinstance(value, bool):
                sink.add(document.diagnostic((name, *route), "R208", f"`{value}` is no value of `{fact}`", help=did_you_mean(str(value), allowed)))


def values(found: bool | str | list[str]) -> list[bool | str]:  # noqa: FBT001 (a value of a fact)
    """Return what is asked as a list."""
    return list(found) if isinstance(found, list) else [found]
