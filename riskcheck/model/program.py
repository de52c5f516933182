"""Packs checked and made ready to run: the one object that evaluators take."""

from __future__ import annotations

from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from riskcheck.model.parameters import Parameter
    from riskcheck.model.rule import Definition, PackInfo, Rule
    from riskcheck.model.vocabulary import Vocabulary


class Program(NamedTuple):
    """Rules, definitions in dependency order, vocabulary and parameters. It holds no date: evaluation takes ``as_of``.

    ``unions`` names the parameter behind each union code (``EU``); ``scoring`` and ``money`` are the data of
    ``rules/scoring.yaml`` and ``rules/money.yaml``; ``digest`` is the SHA-256 of the rule files.
    """

    vocabulary: Vocabulary
    parameters: Mapping[str, Parameter]
    definitions: tuple[Definition, ...]
    rules: tuple[Rule, ...]
    packs: Mapping[str, PackInfo]
    unions: Mapping[str, str]
    scoring: Mapping[str, Any]
    money: Mapping[str, Any]
    digest: str = ""

    def __repr__(self) -> str:
        return f"Program({len(self.rules)} rules, {self.digest[:12]})"

    def only(self, packs: tuple[str, ...]) -> Program:
        """Return the program with the rules of some packs only; definitions are shared and stay."""
        return Program(
            vocabulary=self.vocabulary, parameters=self.parameters, definitions=self.definitions,
            rules=tuple(rule for rule in self.rules if rule.pack in packs),
            packs={pack: info for pack, info in self.packs.items() if pack in packs},
            unions=self.unions, scoring=self.scoring, money=self.money, digest=self.digest,
        )  # fmt: skip
