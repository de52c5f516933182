"""A profile in one reading: the facts of each subject, derived facts filled in, links followed both ways.

Two readings exist. The plain one holds the facts as written. The full one also lets alleged and inferred evidence fill
facts that are unknown; it never changes a fact that is written.
"""

from __future__ import annotations

from riskcheck.model.profile import ANONYMOUS, Profile, Subject
from riskcheck.model.values import OPEN, SetValue
from riskcheck.model.vocabulary import COMPANY, PLURAL_OF, Vocabulary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from riskcheck.model.finding import Step


class Facts(dict[str, "Any"]):
    """The known facts of one subject by short name, and the world that it lives in."""

    __slots__ = ("ends", "explained", "key", "kind", "links", "looked_at", "opened", "path", "places", "world")

    ends: dict[str, tuple[list[Facts], bool]]
    """The subjects at the other end of each link, and whether that list is known to be whole; once asked for."""
    places: dict[str, tuple[str, str]]
    """The places of unknown facts, by dotted fact, once met: thousands of findings share them."""
    opened: dict[str, tuple[tuple[str, str], ...]]
    """The open facts behind derived facts, once asked for."""
    looked_at: dict[str, set[tuple[str, str]]]
    """The places that facts hang on, once asked for."""
    explained: dict[str, tuple[Step, ...]]
    """The steps that explain derived facts, once asked for."""

    def __init__(self, world: World, subject: Subject) -> None:
        dict.__init__(self, subject.facts)
        self.world = world
        self.kind = subject.kind
        self.key = subject.key
        self.links = subject.links
        self.path = subject.path
        self.ends = {}
        self.places = {}
        self.opened = {}
        self.looked_at = {}
        self.explained = {}


Env = dict[str, Facts]
"""The facts that a condition may read, by kind."""


class World:
    """All subjects of a profile in one reading. ``filled`` maps (path, fact) to the standing of what filled it."""

    def __init__(self, profile: Profile, vocabulary: Vocabulary, *, full: bool = False) -> None:
        self.profile = profile
        self.vocabulary = vocabulary
        self.company = Facts(self, profile.company)
        self.subjects: dict[str, dict[str, Facts]] = {COMPANY: {"": self.company}}
        self.complete: dict[str, bool] = {COMPANY: True}
        self.filled: dict[tuple[str, str], str] = {}
        for kind, plural in PLURAL_OF.items():
            described = profile.subjects.get(kind)
            self.subjects[kind] = {key: Facts(self, subject) for key, subject in described.items()} if described else {}
            self.complete[kind] = described is not None and plural not in profile.incomplete
        if full:
            self._fill()

    def _fill(self) -> None:
        """Let alleged and inferred evidence fill what is unknown; sources that differ leave it unknown."""
        says: dict[tuple[str, str, str, str], set[Any]] = {}
        standing: dict[tuple[str, str], str] = {}
        for evidence in self.profile.evidence:
            if evidence.standing not in ("alleged", "inferred") or evidence.says is None:
                continue
            says.setdefault((evidence.kind, evidence.key, evidence.fact, evidence.member), set()).add(evidence.says)
            place = (evidence.path, evidence.fact)
            # The weaker standing names the doubt: one alleged source makes the filled fact alleged.
            standing[place] = "alleged" if "alleged" in (evidence.standing, standing.get(place)) else evidence.standing
        for (kind, key, fact, member), values in says.items():
            facts = self.subjects.get(kind, {}).get("" if kind == COMPANY else key)
            if facts is None or len(values) != 1:
                continue
            value = next(iter(values))
            if member:
                value = self._with_member(facts.get(fact), member, value)
            elif fact in facts:
                value = None
            if value is not None:
                facts[fact] = value
                self.filled[facts.path, fact] = standing[facts.path, fact]

    @staticmethod
    def _with_member(present: Any, member: str, value: Any) -> SetValue | None:
        known = present if isinstance(present, SetValue) else OPEN
        if known.closed or member in known.yes or member in known.no:
            return None
        if value:
            return known._replace(yes=known.yes | {member})
        return known._replace(no=known.no | {member})

    # --- subjects --------------------------------------------------------------------------------------------------

    def envs(self, kind: str) -> Iterator[Env]:
        """Yield what can be read about each subject of a kind; one anonymous subject where nothing is described."""
        subjects = list(self.subjects[kind].values())
        if not subjects and kind != COMPANY and not self.complete[kind]:
            subjects = [self.anonymous(kind)]
        for facts in subjects:
            yield self.env(facts)

    def env(self, facts: Facts) -> Env:
        """Return what can be read about one subject: its own facts, the company's, and a flow's one system."""
        env: Env = {COMPANY: self.company, facts.kind: facts}
        if facts.kind == "flow":
            env["system"] = self.system_of(facts)
        return env

    def pairs(self) -> Iterator[Env]:
        """Yield what can be read about each linked pair of flow and customer."""
        flows = list(self.subjects["flow"].values())
        customers = self.subjects["customer"]
        if not flows:
            flows = [] if self.complete["flow"] else [self.anonymous("flow")]
        for flow in flows:
            linked, whole = self.linked(flow, "flow.customers")
            found = linked
            if not found and not whole and not customers and not self.complete["customer"]:
                found = [self.anonymous("customer")]
            for customer in found:
                yield {**self.env(flow), "customer": customer}

    def anonymous(self, kind: str) -> Facts:
        """Return the subject that stands for a mapping of which nothing is known."""
        return Facts(self, Subject(kind=kind, key=ANONYMOUS))

    def system_of(self, flow: Facts) -> Facts:
        """Return the facts of a flow's system; of an unknown one where the link is not written."""
        keys = flow.links.get("system", ())
        found = self.subjects["system"].get(keys[0]) if keys else None
        return found if found is not None else self.anonymous("system")

    # --- links -----------------------------------------------------------------------------------------------------

    def linked(self, facts: Facts, link: str) -> tuple[list[Facts], bool]:
        """Return the subjects at the other end of a link, and whether that list is known to be whole."""
        found = facts.ends.get(link)
        if found is None:
            found = facts.ends[link] = self._follow(facts, link)
        return found

    def _follow(self, facts: Facts, link: str) -> tuple[list[Facts], bool]:
        declared = self.vocabulary.links.get(link) or self.vocabulary.written_links[link]
        everyone = self.subjects[declared.target]
        if facts.kind == COMPANY:
            return list(everyone.values()), self.complete[declared.target]
        if declared.reverse:
            return self._back(facts, declared.target, declared.reverse)
        keys = facts.links.get(link.partition(".")[2])
        if keys is not None:
            return [everyone[key] for key in keys if key in everyone], True
        if declared.via and facts.links.get(declared.via):
            through = self.system_of(facts)
            return self.linked(through, f"{declared.via}.{PLURAL_OF[declared.target]}")
        return [], False

    def _back(self, facts: Facts, kind: str, written: str) -> tuple[list[Facts], bool]:
        whole = self.complete[kind] and facts.key != ANONYMOUS
        found: list[Facts] = []
        single = not self.vocabulary.written_links[written].many
        for other in self.subjects[kind].values():
            if single:
                keys = other.links.get(written.partition(".")[2])
                ends, known = [self.subjects[facts.kind][key] for key in keys or () if key in self.subjects[facts.kind]], keys is not None
            else:
                ends, known = self.linked(other, written)
            if any(end is facts for end in ends):
                found.append(other)
            elif not known:
                whole = False
        return found, whole


def from_example(given: Mapping[str, Any], about: str, vocabulary: Vocabulary, *, per_customer: bool = False) -> tuple[World, Env]:
    """Return a world for an example of a rule: facts by dotted name, links to many as lists of fact mappings.

    Values must already be typed. A nested mapping may give facts of the linked subject and its links.
    """
    builder = _ExampleBuilder(vocabulary)
    return builder.build(given, about, ("system", "customer") if per_customer else ("system",) if about == "flow" else ())


class _ExampleBuilder:
    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.world = World(Profile(company=Subject(kind=COMPANY, key=""), subjects={}), vocabulary)

    def build(self, given: Mapping[str, Any], about: str, beside: tuple[str, ...]) -> tuple[World, Env]:
        env: Env = {COMPANY: self.world.company}
        for name in (about, *(key.partition(".")[0] for key in given)):
            if name not in env:
                env[name] = self._subject(name)
        for kind in beside:
            if kind not in env:
                env[kind] = self._subject(kind)
        self._fill(given, env)
        return self.world, env

    def _subject(self, kind: str) -> Facts:
        return Facts(self.world, Subject(kind=kind, key=ANONYMOUS))

    def _fill(self, given: Mapping[str, Any], env: Env) -> None:
        for name, value in given.items():
            kind, _, short = name.partition(".")
            if name not in self.vocabulary.links:
                env[kind][short] = value
                continue
            target = self.vocabulary.links[name].target
            ends: list[Facts] = []
            for index, item in enumerate(value):
                end = Facts(self.world, Subject(kind=target, key=f"{short}-{index + 1}"))
                inner = {**env, target: end}
                self._fill(item, inner)
                ends.append(end)
            facts = env[kind]
            facts.ends[name] = (ends, True)
            self.world.subjects[target].update({end.key: end for end in ends})
