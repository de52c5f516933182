"""Runs a program on a profile at a date: one finding for each rule and subject."""

from __future__ import annotations

from datetime import date
from functools import cached_property, partial
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from riskcheck.evaluator.closures import Closures, Test
from riskcheck.evaluator.measures import measure
from riskcheck.evaluator.sources import Sources
from riskcheck.evaluator.steps import Explainer
from riskcheck.evaluator.verdict import TABLE
from riskcheck.evaluator.world import Env, Facts, World
from riskcheck.model.condition import ParameterRef
from riskcheck.model.finding import ADVERSE, Finding, Trace
from riskcheck.model.parameters import ParameterBook
from riskcheck.model.profile import ANONYMOUS
from riskcheck.model.rule import SEVERITIES
from riskcheck.model.values import OPEN, SetValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from riskcheck.evaluator.sources import Place
    from riskcheck.model.condition import Condition
    from riskcheck.model.finding import FindingStanding, Timing, Verdict
    from riskcheck.model.profile import Profile
    from riskcheck.model.program import Program
    from riskcheck.model.rule import Day, Definition, Rule, Severity
    from riskcheck.model.values import Truth, Value

Derivation: TypeAlias = "tuple[str, Callable[[Any], Value | None], bool]"
Traces = Literal["adverse", "told", "all"]
"""Which findings carry a trace: adverse ones, these and why the others do not apply (for reports), or all.

Every finding has one; those of the others are made when asked for."""


_NOTHING: frozenset[str] = frozenset()


class BoundRule:
    """A rule fixed at a date: its dates resolved, its conditions compiled when first asked. Most rules go no further than their scope."""

    def __init__(self, rule: Rule, begins: date | None, waits: tuple[tuple[Condition, date], ...], test: Callable[[Condition], Test]) -> None:
        self.rule = rule
        self.begins = begins
        self._waits = waits
        self._test = test

    @cached_property
    def applies(self) -> Test:
        """Whether the rule concerns a subject."""
        return self._test(self.rule.applies)

    @cached_property
    def condition(self) -> Test:
        """What the rule demands, bans or looks for."""
        return self._test(self.rule.condition)

    @cached_property
    def unless(self) -> tuple[Test, ...]:
        """The exceptions, in their order."""
        return tuple([self._test(item.when) for item in self.rule.unless])

    @cached_property
    def transitions(self) -> tuple[tuple[Test, date], ...]:
        """The cases that are bound only from a later day on."""
        return tuple([(self._test(when), until) for when, until in self._waits])

    @cached_property
    def severity_when(self) -> tuple[tuple[Severity, Test], ...]:
        """The severities that replace the rule's own, in their order."""
        return tuple([(step.level, self._test(step.when)) for step in self.rule.severity_when])

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """All conditions that a verdict, a day or a severity may hang on."""
        rule = self.rule
        return (rule.applies, rule.condition, *[u.when for u in rule.unless], *[w for w, _ in self._waits], *[s.when for s in rule.severity_when])


class Judged(NamedTuple):
    """Findings, and the plain and the full reading behind them (the same one where nothing is alleged or inferred)."""

    findings: tuple[Finding, ...]
    plain: World
    full: World


class Evaluator:
    """A program fixed at ``as_of``. Reusable for many profiles; holds no state of any of them.

    ``include_proposed`` lets rules of proposed law run. Raises nothing: what the packs promise was checked at load.
    """

    def __init__(self, program: Program, as_of: date, *, include_proposed: bool = False, assumptions: dict[str, object] | None = None) -> None:
        self.program = program
        self.as_of = as_of
        book = ParameterBook(program.parameters, as_of)
        self.book = book.override(assumptions) if assumptions else book
        self.closures = Closures(program.vocabulary, self.book, program.unions)
        definitions = {d.fact: d for d in program.definitions}
        self.explainer = Explainer(self.closures, definitions)
        self.sources = Sources(self.closures, definitions, self.explainer)
        # In order, and neighbours about one kind of subject together: a step is the short name of a fact, the function that finds
        # its value, and whether that function looks at the subject's own facts only (else at its environment).
        self._derivations = [
            (about, [(d.fact.partition(".")[2], *self._bind_definition(d)) for d in group]) for about, group in groupby(program.definitions, _about)
        ]
        self.rules = [
            bound for rule in program.rules
            if (include_proposed or rule.status != "proposed") and (bound := self.bind(rule)) is not None
        ]  # fmt: skip

    # --- binding ---------------------------------------------------------------------------------------------------

    def _day(self, day: Day) -> date | None:
        value = self.book.value(day.name) if isinstance(day, ParameterRef) else day
        return value if isinstance(value, date) else None

    def bind(self, rule: Rule) -> BoundRule | None:
        """Return the rule at this date, or None where it has lapsed or was not law yet."""
        ends = self._day(rule.ends)
        if (ends is not None and self.as_of > ends) or (rule.enacted is not None and self.as_of < rule.enacted):
            return None
        waits = tuple([(item.when, day) for item in rule.transitions if (day := self._day(item.until)) is not None])
        return BoundRule(rule, self._day(rule.begins), waits, self.closures.test)

    # --- worlds ----------------------------------------------------------------------------------------------------

    def world(self, profile: Profile, *, full: bool) -> World:
        """Return a reading of a profile with all derived facts filled in."""
        world = World(profile, self.program.vocabulary, full=full)
        self.derive(world)
        return world

    def derive(self, world: World, env: Env | None = None) -> None:
        """Fill the derived facts of all subjects of a world, in dependency order; facts that are given stay."""
        pairs = {kind: [(facts, world.env(facts)) for facts in subjects.values()] for kind, subjects in world.subjects.items() if subjects}
        for kind, facts in (env or {}).items():  # an example's own subjects are no part of its world's lists
            pairs.setdefault(kind, []).append((facts, env or {}))
        for about, steps in self._derivations:
            subjects = pairs.get(about, ())
            if len(subjects) == 1:
                _derive(*subjects[0], steps)
                continue
            for step in steps:  # fact by fact: the next one may look at what this one gave to the other subjects
                for facts, own in subjects:
                    _derive(facts, own, (step,))

    def _bind_definition(self, definition: Definition) -> tuple[Callable[[Any], Value | None], bool]:
        """Return the function that finds the value of a derived fact (None while it is unknown), and whether it looks at one subject only."""
        if definition.holds is not None:
            if not definition.unless:
                holds = self.closures.compiled(definition.holds)
                return (holds.run, True) if holds.kind == definition.about else (self.closures.test(definition.holds), False)
            return _unless(self.closures.test(definition.holds), tuple([self.closures.test(item.when) for item in definition.unless])), False
        if definition.union_of:
            return lambda env: self._union(definition, env), False
        return lambda env: measure(definition.measure, env, self.closures), False

    def _union(self, definition: Definition, env: Env) -> Value | None:
        result: SetValue | None = None
        for fact in definition.union_of:
            kind, _, short = fact.partition(".")
            value = env[kind].get(short)
            part = OPEN if value is None else value if isinstance(value, SetValue) else SetValue(frozenset({value}))
            result = part if result is None else result.union(part)
        return None if result == OPEN else result

    # --- rules -----------------------------------------------------------------------------------------------------

    def evaluate(self, profile: Profile, *, traces: Traces = "adverse") -> tuple[Finding, ...]:
        """Return the findings of all rules on all subjects of a profile, in the order of rules and subjects."""
        return self.judge(profile, traces=traces).findings

    def judge(self, profile: Profile, *, traces: Traces = "adverse") -> Judged:
        """Return the findings together with both readings of the profile that they come from."""
        plain = self.world(profile, full=False)
        doubtful = any(e.standing in ("alleged", "inferred") and e.says is not None for e in profile.evidence)
        full = self.world(profile, full=True) if doubtful else plain
        findings: list[Finding] = []
        envs_of = {about: self._envs(plain, full, about) for about in {_scope(bound.rule) for bound in self.rules}}
        contested = _contested(plain, profile)
        differing = _differing(plain, full, envs_of.values()) if doubtful else frozenset()
        reads = self.sources.reads
        for bound in self.rules:
            # A rule that reads nothing of what the readings differ in says the same of both.
            once = differing.isdisjoint(_NOTHING.union(*map(reads, bound.conditions))) if differing else True
            for plain_env, full_env, path in envs_of[_scope(bound.rule)]:
                findings.append(self._finding(bound, full_env if once else plain_env, full_env, path, contested, traces))
        return Judged(tuple(findings), plain, full)

    def _envs(self, plain: World, full: World, scope: str) -> list[tuple[Env, Env, str]]:
        if scope == "flow+customer":
            plain_envs, full_envs = list(plain.pairs()), list(full.pairs())
            paths = [f"{env['flow'].path}+{env['customer'].path}" for env in plain_envs]
        else:
            plain_envs, full_envs = list(plain.envs(scope)), list(full.envs(scope))
            paths = [env[scope].path for env in plain_envs]
        for env in (*plain_envs, *full_envs):
            for facts in env.values():
                self._derive_anonymous(facts, env)
        return list(zip(plain_envs, full_envs, paths, strict=True))

    def _derive_anonymous(self, facts: Facts, env: Env) -> None:
        # An anonymous subject is in no list of its world; its derived facts (what silence settles) are filled here.
        if facts.key != ANONYMOUS:
            return
        own = {**env, facts.kind: facts}
        for about, steps in self._derivations:
            if about == facts.kind:
                _derive(facts, own, steps)

    def verdict(self, bound: BoundRule, env: Env) -> tuple[Verdict, int | None]:
        """Return the verdict of a rule on what one environment shows, and the exception that holds, if one does."""
        applies = bound.applies(env)
        if applies is False:
            return "out_of_scope", None
        condition = bound.condition(env)
        good: Truth = condition if bound.rule.test == "requires" else (None if condition is None else not condition)
        exempt: Truth = False
        exemption: int | None = None
        for index, test in enumerate(bound.unless):
            truth = test(env)
            if truth:
                exempt, exemption = True, index
                break
            if truth is None:
                exempt = None
        found = TABLE[bound.rule.exposure, applies, exempt, good]
        return found, exemption if found == "exempt" else None

    def _finding(  # both readings and what they share
        self, bound: BoundRule, plain_env: Env, full_env: Env, path: str, contested: frozenset[Place], traces: Traces,
    ) -> Finding:  # fmt: skip
        rule = bound.rule
        plain, plain_exemption = self.verdict(bound, plain_env)
        verdict, exemption = (plain, plain_exemption) if plain_env is full_env else self.verdict(bound, full_env)
        trace = Trace(rule, partial(self.explainer.explain, env=full_env)) if traces == "all" or verdict in ADVERSE else None
        if verdict == plain == "out_of_scope" and traces != "all":
            return Finding(
                rule=rule.id, pack=rule.pack, subject=path, verdict=verdict, plain=plain, severity=rule.severity,
                severity_most=rule.severity, timing=self._timing_of(bound.begins), applies_from=bound.begins,
                trace=Trace(rule, partial(self.explainer.explain, env=full_env)) if traces == "told" else None,
            )  # fmt: skip
        severity, severity_most = _severity(bound, plain_env, full_env)
        timing, applies_from = self._timing(bound, full_env)
        standing: FindingStanding = "plain"
        if verdict != plain:
            filled = next(iter(full_env.values())).world.filled
            # Where what was filled is all of one standing, no more need be known.
            standings: set[str | None] = set(filled.values())
            if len(standings) > 1:
                standings = {filled.get((path, fact.partition(".")[2])) for path, fact in self._looked_at(rule, full_env)}
            standing = "alleged" if "alleged" in standings else "inferred"
        disputed = bool(contested) and verdict not in ("out_of_scope", "exempt")
        return Finding(
            rule.id, rule.pack, path, verdict, plain, severity, severity_most, standing,
            disputed and not contested.isdisjoint(self._looked_at(rule, full_env)),
            timing, applies_from, exemption, trace, self._open(bound, full_env) if verdict == "unknown" else (),
        )  # fmt: skip

    def _looked_at(self, rule: Rule, env: Env) -> set[Place]:
        """Return the places that decide the verdict of a rule, transitions and severity left aside."""
        found: set[Place] = set()
        for node in (rule.applies, rule.condition, *[item.when for item in rule.unless]):
            self.sources.looked_at(node, env, found)
        return found

    def _open(self, bound: BoundRule, env: Env) -> tuple[Place, ...]:
        """Return the places whose answer could still decide a rule on what one environment shows."""
        found: list[Place] = []
        rule = bound.rule
        for node in (rule.applies, rule.condition, *[item.when for item in rule.unless]):
            self.sources.opener(node)(env, found)
        return tuple(dict.fromkeys(found))

    def _timing_of(self, begins: date | None) -> Timing:
        return "in_force" if begins is None or begins <= self.as_of else "upcoming"

    def _timing(self, bound: BoundRule, env: Env) -> tuple[Timing, date | None]:
        latest = bound.begins
        possible = bound.begins
        for test, until in bound.transitions:
            truth = test(env)
            if truth is True and (latest is None or until > latest):
                latest = until
            if truth is not False and (possible is None or until > possible):
                possible = until
        if possible is not None and (latest is None or possible > latest) and possible > self.as_of and self._timing_of(latest) == "in_force":
            return "unsettled", latest
        return self._timing_of(latest), latest


def _derive(facts: Facts, env: Env, steps: Iterable[Derivation]) -> None:
    for short, value_in, alone in steps:
        if short not in facts:
            value = value_in(facts.get if alone else env)
            if value is not None:
                facts[short] = value


def _about(definition: Definition) -> str:
    return definition.about


def _unless(holds: Test, exemptions: tuple[Test, ...]) -> Test:
    def truth(env: Env) -> Truth:
        result = holds(env)
        for exemption in exemptions:
            if result is False:
                return False
            exempt = exemption(env)
            result = False if exempt else (None if exempt is None or result is None else result)
        return result

    return truth


def _differing(plain: World, full: World, pairs: Iterable[list[tuple[Env, Env, str]]]) -> frozenset[str]:
    """Return the names of the facts in which two readings differ for some subject, anonymous ones included."""
    found: set[str] = set()
    seen = [(one, full.subjects[kind][key]) for kind, subjects in plain.subjects.items() for key, one in subjects.items()]
    seen += [(facts, full_env[kind]) for envs in pairs for plain_env, full_env, _ in envs for kind, facts in plain_env.items()]
    for one, other in seen:
        if one != other:
            found.update(f"{one.kind}.{short}" for short in one.keys() | other.keys() if one.get(short) != other.get(short))
    return frozenset(found)


def _scope(rule: Rule) -> str:
    return "flow+customer" if rule.per_customer else rule.about


def _severity(bound: BoundRule, plain: Env, full: Env) -> tuple[Severity, Severity]:
    """Return the mildest and the worst severity that the facts leave possible; one and the same where they settle it."""
    if not bound.severity_when:
        return bound.rule.severity, bound.rule.severity
    possible = _levels(bound, plain)
    return max(possible, key=SEVERITIES.index), min((*possible, *_levels(bound, full)), key=SEVERITIES.index)


def _levels(bound: BoundRule, env: Env) -> list[Severity]:
    levels: list[Severity] = []
    for level, test in bound.severity_when:
        truth = test(env)
        if truth is not False:
            levels.append(level)
        if truth is True:
            return levels
    return [*levels, bound.rule.severity]


def _contested(plain: World, profile: Profile) -> frozenset[tuple[str, str]]:
    """Return (path, fact) where a written answer contradicts an allegation."""
    found: set[tuple[str, str]] = set()
    for evidence in profile.evidence:
        if evidence.standing != "alleged" or evidence.says is None:
            continue
        facts = plain.subjects.get(evidence.kind, {}).get("" if evidence.kind == "company" else evidence.key)
        written = facts.get(evidence.fact) if facts is not None else None
        if written is None:
            continue
        if evidence.member:
            agrees = evidence.member in written.yes if evidence.says else evidence.member in written.no
            open_still = not written.closed and evidence.member not in written.yes and evidence.member not in written.no
            if not agrees and not open_still and not (written.closed and not evidence.says and evidence.member not in written.yes):
                found.add((evidence.path, f"{evidence.kind}.{evidence.fact}"))
        elif written != evidence.says:
            found.add((evidence.path, f"{evidence.kind}.{evidence.fact}"))
    return frozenset(found)
