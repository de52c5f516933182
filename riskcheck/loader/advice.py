"""What a careful keeper of a profile would mend, though the profile can be used (profile-shape, section 10)."""

from __future__ import annotations

import re

from riskcheck.model.profile import CARRYING
from riskcheck.model.values import Money, SetValue
from riskcheck.model.vocabulary import COMPANY, PLURAL_OF

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from riskcheck.diagnostics import Diagnostics
    from riskcheck.locations import Route
    from riskcheck.model.profile import Profile, Subject
    from riskcheck.model.vocabulary import Vocabulary
    from riskcheck.source.document import Document


_REFERENCE = "USD"
_RATE = re.compile(r"fx-[a-z]{3}-per-[a-z]{3}\Z")


def advise(profile: Profile, document: Document, vocabulary: Vocabulary, sink: Diagnostics, parameters: Collection[str] = ()) -> None:
    """Report warnings: values without evidence, answers that do not fit together, amounts that no rate makes comparable.

    ``parameters`` are the names of the packs' parameters; without them rates are not looked at.
    """

    def warn(route: Route, code: str, message: str, hint: str) -> None:
        sink.add(document.diagnostic(route, code, message, help=hint, level="warning"))

    carried = {(piece.path, piece.fact) for piece in profile.evidence if piece.standing in CARRYING}
    if profile.evidence:
        for subject in profile.all_subjects():
            for fact in subject.facts:
                if (subject.path, fact) not in carried:
                    warn(
                        (*_route(subject), fact),
                        "P201",
                        f"`{subject.path}/{fact}` has no evidence",
                        f"add `- for: {subject.path}/{fact}` with standing, source and date",
                    )
    _establishments(profile, warn)
    if parameters:
        _rates(profile, {*parameters, *profile.assumptions}, warn)
    for key, system in (profile.subjects.get("system") or {}).items():
        if system.facts.get("only_human_defined_rules") is True and system.facts.get("ai_system") is True:
            warn(("systems", key, "ai_system"), "P203", "a system of human-defined rules only is no AI system", "answer one of the two with false")
        _markets(profile, system, warn)
    for key, flow in (profile.subjects.get("flow") or {}).items():
        mechanisms = flow.facts.get("transfer_mechanisms")
        if (
            isinstance(mechanisms, SetValue)
            and "scc_eu" in mechanisms.yes
            and "scc_edition" not in flow.facts
            and "flow.scc_edition" in vocabulary.facts
        ):
            warn(("flows", key, "transfer_mechanisms"), "P205", "standard contractual clauses are named, but not which edition", "add scc_edition")


def _route(subject: Subject) -> Route:
    return (COMPANY,) if subject.kind == COMPANY else (PLURAL_OF[subject.kind], subject.key)


def _rates(profile: Profile, names: Collection[str], warn: object) -> None:
    """Warn of amounts in a currency that no exchange rate, direct or over others, leads to the one in which law and claims count."""
    pairs = [(name[3:6].upper(), name[-3:].upper()) for name in names if _RATE.match(name)]
    reached = {_REFERENCE}
    while grown := {c for pair in pairs if reached & set(pair) for c in pair} - reached:
        reached |= grown
    told: set[str] = set()
    for subject in profile.all_subjects():
        for fact, value in subject.facts.items():
            if isinstance(value, Money) and value.currency not in reached | told:
                told.add(value.currency)
                code = value.currency.lower()
                warn(  # type: ignore[operator]
                    (*_route(subject), fact), "P206",
                    f"no exchange rate for {value.currency}: amounts in it are shown, but never set against claims, fines or other figures",
                    f"add `assumptions: {{fx-usd-per-{code}: RATE}}`, how many dollars one {value.currency} costs; every report prints it",
                )  # fmt: skip


def _establishments(profile: Profile, warn: object) -> None:
    subsidiaries = profile.company.facts.get("subsidiaries")
    places = profile.company.facts.get("establishments")
    if isinstance(subsidiaries, SetValue) and isinstance(places, SetValue) and places.closed:
        for code in sorted(subsidiaries.yes - places.yes):
            warn((COMPANY, "subsidiaries"), "P202", f"a subsidiary in {code} is an establishment too", f"add {code} to establishments")  # type: ignore[operator]


def _markets(profile: Profile, system: Subject, warn: object) -> None:
    markets = system.facts.get("markets")
    for key in system.links.get("models", ()):
        model = (profile.subjects.get("model") or {}).get(key)
        offered = model.facts.get("markets") if model else None
        if isinstance(markets, SetValue) and isinstance(offered, SetValue) and offered.closed and markets.yes - offered.yes:
            missing = ", ".join(sorted(markets.yes - offered.yes))
            warn(
                ("systems", system.key, "markets"),
                "P204",
                f"the system is offered in {missing}, its model {key} is not",
                "a model inside a product is on that market too",
            )  # type: ignore[operator]
