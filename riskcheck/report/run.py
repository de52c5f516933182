"""What every format gets: one assessed profile with everything that explains it."""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from riskcheck.installed import Installed, Texts
    from riskcheck.model.assessment import Assessment
    from riskcheck.model.change import Comparison, Waiver
    from riskcheck.model.profile import Profile
    from riskcheck.model.program import Program
    from riskcheck.model.rule import Citation, Rule
    from riskcheck.source.document import Document


_NO_WAIVERS: Mapping[str, Waiver] = MappingProxyType({})


class Run:
    """One company at one date. ``languages`` are those of the report, the first one leading; ``audience`` sets depth only.

    ``waivers`` are those that count, by the identity of the finding; ``gate`` is the gate's outcome in words;
    ``since`` what changed since an earlier report.
    """

    # Written out: the dataclasses module would cost a start more than all of this.
    def __init__(
        self, *, assessment: Assessment, profile: Profile, document: Document, program: Program, installed: Installed,
        languages: tuple[str, ...] = ("en",), audience: str = "counsel", version: str = "", command: str = "", revision: str = "",
        min_severity: str = "info", customer: str = "", waivers: Mapping[str, Waiver] = _NO_WAIVERS, gate: str = "", since: Comparison | None = None,
    ) -> None:  # fmt: skip
        self.assessment = assessment
        self.profile = profile
        self.document = document
        self.program = program
        self.installed = installed
        self.languages = languages
        self.audience = audience
        self.version = version
        self.command = command
        self.revision = revision
        self.min_severity = min_severity
        self.customer = customer
        self.waivers = waivers
        self.gate = gate
        self.since = since
        self.told: tuple[Any, Any] | None = None
        """The views of the run once made (see `report.view`), and what they were made for."""

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """The rules by id."""
        return {rule.id: rule for rule in self.program.rules}

    def texts(self, language: str | None = None) -> Texts:
        """Return the texts of a language (of the leading one by default)."""
        return self.installed.texts(language or self.languages[0])


def citation_text(cite: Citation, texts: Texts) -> str:
    """Return a citation as people write it: ``AI Act, Art. 50(2)``."""
    short = texts.get("acts", cite.act, "short", cite.act)
    return f"{short}, {cite.at}" if cite.at else str(short)


def citation_url(cite: Citation, texts: Texts) -> str:
    """Return the official address of a citation, with its anchor where the act has an index; empty if none is known."""
    url = str(texts.get("acts", cite.act, "url"))
    anchor = texts.anchor(cite.act, cite.at)
    return f"{url}#{anchor}" if url and anchor else url
