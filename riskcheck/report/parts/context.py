"""What all parts of a view share: the run, the language, names of subjects, evidence by fact, anchors."""

from __future__ import annotations

from functools import cached_property

from riskcheck.model.rule import SEVERITIES
from riskcheck.patterns import later
from riskcheck.report.parts.remedied import Remedied
from riskcheck.report.prose import subject_label
from riskcheck.report.told import Passage, Told

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from riskcheck.model.finding import Finding
    from riskcheck.model.parameters import ParameterBook
    from riskcheck.model.profile import Evidence
    from riskcheck.model.rule import Citation
    from riskcheck.report.run import Run

_ODD = later(r"[^A-Za-z0-9._-]")


def slug(text: str) -> str:
    """Return text as part of an anchor: slashes become dots, any other odd character its code."""
    plain = text.replace("/", ".").replace("+", "--").replace("*", "any")
    if plain.isascii() and plain.replace("-", "x").replace(".", "x").replace("_", "x").isalnum():
        return plain
    return _ODD.sub(lambda match: f"_{ord(match[0]):x}", plain)


def anchor_of(finding: Finding) -> str:
    """Return the anchor of a finding, the same in every run: ``finding-<rule>-<subject's key>`` (a rule judges one kind of subject)."""
    return anchor_at(finding.rule, finding.subject)


def anchor_at(rule: str, subject: str) -> str:
    """Return the anchor of the finding of a rule on a subject."""
    return f"finding-{slug(rule)}-{slug(subject_key(subject))}"


def subject_key(subject: str) -> str:
    """Return the part of a subject's path that tells it from others of its kind."""
    return "+".join([part.partition("/")[2] or part for part in subject.split("+")])


class Context:
    """One run told in one language. ``prefix`` stands before every anchor of a second language in the same file."""

    def __init__(self, run: Run, language: str, prefix: str = "") -> None:
        self.run = run
        self.told = Told(run, language)
        self.word = self.told.word
        self.language = language
        self.prefix = prefix
        self.assessment = run.assessment
        self.profile = run.profile
        self.as_of = run.assessment.as_of
        self._names: dict[str, str] = {}
        self._lists: dict[tuple[str, ...], str] = {}
        self._titles: dict[str, str] = {}
        self._questions: dict[str, str] = {}
        self._anchors: dict[str, str] = {}
        self._keys: dict[str, str] = {}
        self._cites: dict[Citation, str] = {}
        self._levels = frozenset(SEVERITIES[: SEVERITIES.index(run.min_severity) + 1])

    def anchor(self, finding: Finding) -> str:
        """Return the anchor of a finding in this language's part of the file."""
        return self._start(finding.rule) + self._key(finding.subject)

    def _start(self, rule: str) -> str:
        if rule not in self._anchors:
            self._anchors[rule] = f"{self.prefix}finding-{slug(rule)}-"
        return self._anchors[rule]

    def _key(self, subject: str) -> str:
        if subject not in self._keys:
            self._keys[subject] = slug(subject_key(subject))
        return self._keys[subject]

    def anchors(self, rule: str, subjects: Iterable[str]) -> list[str]:
        """Return the anchors of a rule's findings."""
        start, keys = self._start(rule), self._keys
        return [start + (keys[subject] if subject in keys else self._key(subject)) for subject in subjects]

    def link(self, finding: Finding) -> str:
        """Return the anchor of a finding if it stands in this very part of the file: undecided ones stand in the leading language only."""
        there = self.shown(finding) and (finding.adverse or (self.run.audience != "board" and not self.prefix))
        return self.anchor(finding) if there else ""

    def name(self, path: str) -> str:
        """Return the name of a subject."""
        if path not in self._names:
            self._names[path] = subject_label(path, self.profile, self.word)
        return self._names[path]

    def each_name(self, paths: Iterable[str]) -> list[str]:
        """Return the names of subjects, each once."""
        names = self._names
        return list(dict.fromkeys([names[path] if path in names else self.name(path) for path in paths]))

    def names(self, paths: Iterable[str]) -> str:
        """Return the names of subjects as a list in a sentence."""
        wanted = tuple(paths)
        if wanted not in self._lists:
            self._lists[wanted] = self.word.listed(self.each_name(wanted))
        return self._lists[wanted]

    def title(self, rule: str) -> str:
        """Return the title of a rule."""
        found = self._titles.get(rule)
        if found is None:
            found = self._titles[rule] = self.told.passage("rules", rule, "title", rule)
        return found

    def cite(self, cite: Citation) -> tuple[str, str]:
        """Return a citation and its official address (empty where none is known)."""
        url, anchor = self.told.passage("acts", cite.act, "url"), self.told.anchor(cite.act, cite.at)
        return self.cited(cite), f"{url}#{anchor}" if url and anchor else url

    def cited(self, cite: Citation) -> str:
        """Return a citation as people write it."""
        if cite not in self._cites:
            short = self.told.passage("acts", cite.act, "short", cite.act)
            text = f"{short}, {cite.at}" if cite.at else str(short)
            self._cites[cite] = Passage(text, short.lang) if isinstance(short, Passage) else text
        return self._cites[cite]

    def question(self, fact: str) -> str:
        """Return the question for a fact, marked where it is not in the page's language."""
        if fact not in self._questions:
            self._questions[fact] = self._question(fact)
        return self._questions[fact]

    def _question(self, fact: str) -> str:
        asked = self.told.passage
        return asked("facts", fact, "ask") or asked("links", fact, "ask") or asked("subjects", fact.partition(".")[2].removesuffix("s"), "ask", fact)

    def shown(self, finding: Finding) -> bool:
        """Whether a finding is severe enough to be shown."""
        return finding.severity_most in self._levels

    @cached_property
    def hidden(self) -> int:
        """How many adverse or unknown findings ``min_severity`` hides."""
        return sum(1 for f in self.assessment.findings if (f.adverse or f.verdict == "unknown") and not self.shown(f))

    @cached_property
    def adverse(self) -> list[Finding]:
        """The adverse findings that are shown, the gravest first: in force before upcoming, plain before alleged."""
        standings = ("plain", "alleged", "inferred")
        found = [f for f in self.assessment.findings if f.adverse and self.shown(f)]
        return sorted(found, key=lambda f: (
            f.timing == "upcoming", SEVERITIES.index(f.severity_most), standings.index(f.standing), -self.stake(f), f.identity,
        ))  # fmt: skip

    @cached_property
    def _stakes(self) -> dict[str, float]:
        found: dict[str, float] = {}
        for item in self.assessment.exposures:
            if item.amount:
                high = float(item.amount.most if item.amount.most is not None else item.amount.least)
                for identity in item.findings:
                    found[identity] = max(found.get(identity, 0.0), high)
        return found

    def stake(self, finding: Finding) -> float:
        """Return the largest amount tied to a finding, for ordering only (currencies are not converted)."""
        return self._stakes.get(finding.identity, 0.0)

    @cached_property
    def by_place(self) -> dict[tuple[str, str], Finding]:
        """The findings by rule and subject."""
        return {(f.rule, f.subject): f for f in self.assessment.findings}

    @cached_property
    def open(self) -> list[Finding]:
        """The findings that open facts keep undecided and that are shown."""
        return [f for f in self.assessment.findings if f.verdict == "unknown" and self.shown(f)]

    @cached_property
    def open_by_pack(self) -> dict[str, dict[str, list[Finding]]]:
        """The undecided findings that are shown, by pack and rule."""
        found: dict[str, dict[str, list[Finding]]] = {}
        for finding in self.open:
            found.setdefault(finding.pack, {}).setdefault(finding.rule, []).append(finding)
        return found

    @cached_property
    def remedied(self) -> Remedied:
        """Both ends of the score with some findings met."""
        return Remedied(self.assessment, self.run.program.scoring)

    @cached_property
    def precedents(self) -> list[tuple[str, Any]]:
        """All precedents with their ids."""
        return [(identity, self.told.entry("precedents", identity)) for identity in self.told.ids("precedents")]

    @cached_property
    def by_identity(self) -> dict[str, Finding]:
        """The findings by identity."""
        return {finding.identity: finding for finding in self.assessment.findings}

    @cached_property
    def claims(self) -> dict[tuple[str, str], list[Evidence]]:
        """Alleged and inferred evidence by (subject path, dotted fact)."""
        found: dict[tuple[str, str], list[Evidence]] = {}
        for evidence in self.profile.evidence:
            if evidence.standing in ("alleged", "inferred") and evidence.says is not None:
                found.setdefault((evidence.path, f"{evidence.kind}.{evidence.fact}"), []).append(evidence)
        return found

    @cached_property
    def book(self) -> ParameterBook:
        """The parameters of the day, with the keeper's own assumptions."""
        from riskcheck.model.parameters import ParameterBook

        book = ParameterBook(self.run.program.parameters, self.as_of)
        return book.override(self.profile.assumptions) if self.profile.assumptions else book

    def fact(self, dotted: str) -> Any:
        """Return a written fact of the company, or None."""
        return self.profile.company.facts.get(dotted.partition(".")[2])

    def written(self, path: str, fact: str) -> bool:
        """Whether the profile itself answers a fact of a subject."""
        subject = self.profile.company if path == "company" else (self.profile.subjects.get(fact.partition(".")[0]) or {}).get(path.partition("/")[2])
        return subject is not None and subject.facts.get(fact.partition(".")[2]) is not None
