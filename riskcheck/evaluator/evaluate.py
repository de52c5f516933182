"""Runs a program on a profile at a date: one finding for each rule and subject."""

from __future__ import annotations

from datetime import date
from functools import partial
from itertools import groupby

from riskcheck.evaluator.closures import Closures, Test
from riskcheck.evaluator.measures import chooses, measure
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
from riskcheck.records import NamedTuple, maker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, Literal, TypeAlias

    from riskcheck.evaluator.sources import Place
    from riskcheck.model.condition import Condition
    from riskcheck.model.finding import FindingStanding, Timing, Verdict
    from riskcheck.model.profile import Profile
    from riskcheck.model.program import Program
    from riskcheck.model.rule import Day, Definition, Rule, Severity
    from riskcheck.model.values import Truth, Value

Derivation: TypeAlias = "tuple[str, Callable[[Any], Value | None], bool]"
Traces: TypeAlias = "Literal['adverse', 'told', 'all']"
"""Which findings carry a trace: adverse ones, these and why the others do not apply (for reports), or all.

Every finding has one; those of the others are made when asked for."""


class BoundRule(NamedTuple):
    """A rule fixed at a date: its days resolved. ``waits`` are the cases that are bound only from a later day on."""

    rule: Rule
    begins: date | None
    timing: Timing
    waits: tuple[tuple[Condition, date], ...]


_made, _bound = maker(Finding), maker(BoundRule)


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
        self._monotone = not any(chooses(definition.measure) for definition in program.definitions)
        self.rules = [
            bound for rule in program.rules
            if (include_proposed or rule.status != "proposed") and (bound := self.bind(rule)) is not None
        ]  # fmt: skip

    # --- binding ---------------------------------------------------------------------------------------------------

    def _day(self, day: Day) -> date | None:
        if not isinstance(day, ParameterRef):
            return day
        value = self.book.value(day.name)
        return value if isinstance(value, date) else None

    def bind(self, rule: Rule) -> BoundRule | None:
        """Return the rule at this date, or None where it has lapsed or was not law yet."""
        ends = self._day(rule.ends)
        if (ends is not None and self.as_of > ends) or (rule.enacted is not None and self.as_of < rule.enacted):
            return None
        waits = tuple([(item.when, day) for item in rule.transitions if (day := self._day(item.until)) is not None])
        begins = self._day(rule.begins)
        return _bound((rule, begins, self._timing_of(begins), waits))

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
        for bound in self.rules:
            for plain_env, full_env, path in envs_of[_scope(bound.rule)]:
                findings.append(self._finding(bound, plain_env, full_env, path, contested, traces))
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
        test = self.closures.test
        return _verdict(bound.rule, lambda node, env, _: test(node)(env), env, [])

    def _finding(  # both readings and what they share
        self, bound: BoundRule, plain_env: Env, full_env: Env, path: str, contested: frozenset[Place], traces: Traces,
    ) -> Finding:  # fmt: skip
        rule = bound.rule
        found: list[Place] = []
        verdict, exemption = _verdict(rule, self.sources.ask, full_env, found)
        open_facts = tuple(dict.fromkeys(found)) if verdict == "unknown" else ()
        if verdict == "unknown" and self._monotone and not (rule.severity_when or bound.waits or contested or traces == "all"):
            # Nine of ten findings on a company seen from outside: nothing more hangs on the facts.
            return _made((
                rule.id, rule.pack, path, verdict, verdict, rule.severity, rule.severity, "plain", False, bound.timing, bound.begins, None, None,
                open_facts,
            ))  # fmt: skip
        if plain_env is full_env or (verdict == "unknown" and self._monotone):
            plain = verdict  # a truth settled by fewer facts stays when more are known, so what is open now was open before
        else:
            plain, _ = self.verdict(bound, plain_env)
        aside = verdict == plain == "out_of_scope"
        told = traces == "all" or verdict in ADVERSE or (aside and traces == "told")
        trace = Trace(rule, partial(self.explainer.explain, env=full_env)) if told else None
        if aside and traces != "all":
            return _made((
                rule.id, rule.pack, path, verdict, plain, rule.severity, rule.severity, "plain", False, bound.timing, bound.begins, None, trace, (),
            ))  # fmt: skip
        severity, severity_most = self._severity(rule, plain_env, full_env) if rule.severity_when else (rule.severity, rule.severity)
        timing, applies_from = self._timing(bound, full_env) if bound.waits else (bound.timing, bound.begins)
        standing: FindingStanding = "plain"
        if verdict != plain:
            filled = next(iter(full_env.values())).world.filled
            # Where what was filled is all of one standing, no more need be known.
            standings: set[str | None] = set(filled.values())
            if len(standings) > 1:
                standings = {filled.get((path, fact.partition(".")[2])) for path, fact in self._looked_at(rule, full_env)}
            standing = "alleged" if "alleged" in standings else "inferred"
        disputed = bool(contested) and verdict not in ("out_of_scope", "exempt")
        return _made((
            rule.id, rule.pack, path, verdict, plain, severity, severity_most, standing,
            disputed and not contested.isdisjoint(self._looked_at(rule, full_env)),
            timing, applies_from, exemption, trace, open_facts,
        ))  # fmt: skip

    def _looked_at(self, rule: Rule, env: Env) -> set[Place]:
        """Return the places that decide the verdict of a rule, transitions and severity left aside."""
        found: set[Place] = set()
        for node in (rule.applies, rule.condition, *[item.when for item in rule.unless]):
            self.sources.looked_at(node, env, found)
        return found

    def _timing_of(self, begins: date | None) -> Timing:
        return "in_force" if begins is None or begins <= self.as_of else "upcoming"

    def _timing(self, bound: BoundRule, env: Env) -> tuple[Timing, date | None]:
        latest = bound.begins
        possible = bound.begins
        for when, until in bound.waits:
            truth = self.closures.test(when)(env)
            if truth is True and (latest is None or until > latest):
                latest = until
            if truth is not False and (possible is None or until > possible):
                possible = until
        if possible is not None and (latest is None or possible > latest) and possible > self.as_of and self._timing_of(latest) == "in_force":
            return "unsettled", latest
        return self._timing_of(latest), latest

    def _severity(self, rule: Rule, plain: Env, full: Env) -> tuple[Severity, Severity]:
        """Return the mildest and the worst severity that the facts leave possible; one and the same where they settle it."""
        possible = self._levels(rule, plain)
        return max(possible, key=SEVERITIES.index), min((*possible, *self._levels(rule, full)), key=SEVERITIES.index)

    def _levels(self, rule: Rule, env: Env) -> list[Severity]:
        levels: list[Severity] = []
        for step in rule.severity_when:
            truth = self.closures.test(step.when)(env)
            if truth is not False:
                levels.append(step.level)
            if truth is True:
                return levels
        return [*levels, rule.severity]


def _derive(facts: Facts, env: Env, steps: Iterable[Derivation]) -> None:
    look = facts.get
    for short, value_in, alone in steps:
        if short not in facts:
            value = value_in(look if alone else env)
            if value is not None:
                facts[short] = value


def _verdict(
    rule: Rule, ask: Callable[[Condition, Env, list[Place]], Truth], env: Env, found: list[Place],
) -> tuple[Verdict, int | None]:  # fmt: skip
    """Return the verdict and the exception that holds, by the truths that ``ask`` tells; it may add to ``found`` what is open."""
    applies = ask(rule.applies, env, found)
    if applies is False:
        return "out_of_scope", None
    condition = ask(rule.condition, env, found)
    good: Truth = condition if rule.test == "requires" else (None if condition is None else not condition)
    exempt: Truth = False
    exemption: int | None = None
    for index, item in enumerate(rule.unless):
        truth = ask(item.when, env, found)
        if truth:
            exempt, exemption = True, index
            break
        if truth is None:
            exempt = None
    verdict = TABLE[rule.exposure, applies, exempt, good]
    return verdict, exemption if verdict == "exempt" else None


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


def _scope(rule: Rule) -> str:
    return "flow+customer" if rule.per_customer else rule.about


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
