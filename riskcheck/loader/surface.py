"""The files of a rules folder as they are written (pydantic). The JSON Schemas for editors are made from these models."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from riskcheck.model.rule import Confidence, Effort, Owner, Severity, Status  # noqa: TC001

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]*$")]
Condition = dict[str, Any]


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


class File(BaseModel):
    """Anything in a rules folder: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Cite(File):
    """A citation: an act of `acts/` and a pinpoint in it."""

    act: Text
    at: str = ""


Cites = Annotated[list[Cite], BeforeValidator(_listed), Field(min_length=1)]


class ParameterDate(File):
    """A date that a parameter holds."""

    parameter: Text


DayFile = date | ParameterDate


class UnlessFile(File):
    """An exception, with its own citation."""

    why: Text
    when: Condition
    cite: Cites


class TransitionFile(File):
    """Cases bound only from `until` on."""

    until: DayFile
    when: Condition
    why: Text
    cite: Cites


class InForceFile(File):
    """When a rule binds."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    begins: DayFile | None = Field(default=None, alias="from")
    until: DayFile | None = None
    enacted: date | None = None
    transition: list[TransitionFile] = []


class SeverityWhenFile(File):
    """A severity that replaces the rule's own while its condition holds."""

    level: Severity
    when: Condition
    why: Text
    cite: Annotated[list[Cite], BeforeValidator(_listed)] = []


class ConflictFile(File):
    """One regime forbids what another compels."""

    forbidden_by: Cite
    compelled_by: Cite


class ExampleFile(File):
    """A case and the verdict it must give: one verdict key with a sentence, and the facts given."""

    breached: Text | None = None
    exposed: Text | None = None
    met: Text | None = None
    clear: Text | None = None
    exempt: Text | None = None
    out_of_scope: Text | None = None
    unknown: Text | None = None
    given: dict[str, Any] = {}
    as_of: date | None = None

    @model_validator(mode="after")
    def _one_verdict(self) -> ExampleFile:
        if len(self.verdicts()) != 1:
            message = "an example names exactly one verdict"
            raise ValueError(message)
        return self

    def verdicts(self) -> dict[str, str]:
        """Return the verdict keys that are set."""
        data = self.model_dump(exclude={"given", "as_of"}, exclude_none=True)
        return {key: str(value) for key, value in data.items()}


class RuleFile(File):
    """One rule."""

    title: Text
    about: Literal["company", "system", "model", "dataset", "flow", "customer", "dispute"]
    per: Literal["customer"] | None = None
    jurisdiction: Annotated[list[Text], Field(min_length=1)]
    catalogue: list[Text] = []
    status: Status
    severity: Severity
    severity_reason: Text
    severity_when: list[SeverityWhenFile] = []
    cite: Cites
    in_force: InForceFile
    confidence: Confidence
    confidence_note: Text | None = None
    last_verified: date
    sources: list[Text] = []
    applies: Condition = {}
    requires: Condition | None = None
    forbids: Condition | None = None
    exposed_when: Condition | None = None
    unless: list[UnlessFile] = []
    summary: Text
    message: Text
    remedy: Text
    owner: Owner
    effort: Effort
    penalty: Text | None = None
    damages: Text | None = None
    consequences: list[Slug] = []
    conduct: list[Slug] = []
    conflict: ConflictFile | None = None
    note: Text | None = None
    formerly: list[Text] = []
    examples: Annotated[list[ExampleFile], Field(min_length=1)]

    @model_validator(mode="after")
    def _one_test(self) -> RuleFile:
        tests = [self.requires, self.forbids, self.exposed_when]
        if sum(test is not None for test in tests) != 1:
            message = "a rule has exactly one of requires, forbids and exposed_when"
            raise ValueError(message)
        if self.per and self.about != "flow":
            message = "per: customer goes with about: flow only"
            raise ValueError(message)
        return self


class DefinitionExampleFile(File):
    """A case and the truth (or the members, or the number) that a definition must give."""

    holds: Text | None = None
    fails: Text | None = None
    unknown: Text | None = None
    gives: Any = None
    given: dict[str, Any] = {}
    as_of: date | None = None
    note: Text | None = None


class DefinitionFile(File):
    """A derived fact."""

    define: Text
    title: Text
    catalogue: list[Text] = []
    cite: Annotated[list[Cite], BeforeValidator(_listed)] = []
    confidence: Confidence
    confidence_note: Text | None = None
    last_verified: date | None = None
    sources: list[Text] = []
    holds_when: Condition | None = None
    unless: list[UnlessFile] = []
    union_of: list[Text] = []
    measure: Any = None
    note: Text | None = None
    examples: list[DefinitionExampleFile] = []

    @model_validator(mode="after")
    def _one_form(self) -> DefinitionFile:
        forms = [self.holds_when is not None, bool(self.union_of), self.measure is not None]
        if sum(forms) != 1:
            message = "a definition has exactly one of holds_when, union_of and measure"
            raise ValueError(message)
        return self


class PackFile(File):
    """The head of a pack."""

    pack: Text
    title: Text
    version: Text
    law: list[dict[str, Any]] = []
    last_verified: date
    classification: dict[str, list[Text]] = {}
    note: Text | None = None


class DemandEntry(File):
    """What a customer can ask: the facts by which it is asked, and the rules (or folders of rules) that answer it."""

    title: Text
    group: Literal["contract", "law"]
    asked: dict[str, bool | str | list[str]] = {}
    shows: list[Text] = []
    rules: list[Text]


class ActFile(File):
    """An instrument that may be cited."""

    title: Text
    short: Text
    kind: Literal[
        "regulation", "directive", "decision", "statute", "case", "guidance", "standard", "code", "proposal", "practice",
    ]  # fmt: skip
    jurisdiction: Text
    url: Text | None = None
    adopted: date | None = None
    confidence: Confidence = "general"
    provisions: list[str] = []
    consolidated: Any = None
    versions: dict[str, Any] = {}
    sources: list[Text] = []
    note: Text | None = None


class DatedValueFile(File):
    """One row of a parameter's history."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    begins: date | None = Field(default=None, alias="from")
    until: date | None = None
    value: Any
    source: Text
    confidence: Confidence
    note: Text | None = None


class ParameterEntry(File):
    """A parameter and its history."""

    describes: Text
    type: Literal["countries", "choices", "choice", "number", "integer", "money", "date", "text"]
    unit: Text | None = None
    values: list[DatedValueFile]


class FactEntry(File):
    """A declared fact."""

    kind: Literal["input", "control", "derived"]
    type: Literal["bool", "choice", "choices", "country", "countries", "date", "integer", "number", "money", "text"]
    of: dict[Slug, Text] = {}
    unit: Text | None = None
    ask: Text
    answered_by: Owner
    help: Text | None = None
    note: Text | None = None


class LinkEntry(File):
    """A link to other subjects."""

    to: Text
    many: bool = True
    via: Text | None = None
    ask: Text | None = None


class VocabularyFile(File):
    """The facts of one kind of subject (or more facts for it)."""

    subject: Text
    title: Text | None = None
    ask: Text | None = None
    note: Text | None = None
    links: dict[str, LinkEntry] = {}
    facts: dict[Slug, FactEntry] = {}
