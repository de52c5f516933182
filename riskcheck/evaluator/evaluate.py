"""Runs a program on a profile at a date: one finding for each rule and subject."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

from riskcheck.evaluator.closures import Closures, Places, Test
from riskcheck.evaluator.measures import measure
from riskcheck.evaluator.verdict import TABLE
from riskcheck.evaluator.world import Env, Facts, World
from riskcheck.model.condition import ParameterRef
from riskcheck.model.finding import ADVERSE, Finding, Step, Trace
from riskcheck.model.measure import Read, Sum
from riskcheck.model.parameters import ParameterBook
from riskcheck.model.profile import ANONYMOUS
from riskcheck.model.rule import SEVERITIES
from riskcheck.model.values import OPEN, SetValue

if TYPE_CHECKING:
    from collections.abc import Callable

    from riskcheck.model.finding import FindingStanding, Timing, Verdict
    from riskcheck.model.profile import Profile
    from riskcheck.model.program import Program
    from riskcheck.model.rule import Day, Definition, Rule, Severity
    from riskcheck.model.values import Truth, Value

Traces = Literal["adverse", "told", "all"]
"""Which findings carry a trace: adverse ones, these and why the others do not apply (for reports), or all.

Every finding has one; those of the others are made when asked for."""


class BoundRule(NamedTuple):
    """A rule fixed at a date: its dates resolved, its conditions compiled."""

    rule: Rule
    begins: date | None
    applies: Test
    condition: Test
    unless: tuple[Test, ...]
    transitions: tuple[tuple[Test, date], ...]
    severity_when: tuple[tuple[Severity, Test], ...]


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
        self.closures = Closures(program.vocabulary, self.book, program.unions, self.explain_fact, self.open_behind)
        self._definitions: dict[str, Definition] = {d.fact: d for d in program.definitions}
        # In order: the kind of subject, the short name of the fact, the function that finds its value.
        self._derivations = [(d.about, d.fact.partition(".")[2], self._bind_definition(d)) for d in program.definitions]
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
        test = self.closures.test
        transitions = [(test(item.when), day) for item in rule.transitions if (day := self._day(item.until)) is not None]
        return BoundRule(
            rule, self._day(rule.begins), test(rule.applies), test(rule.condition),
            tuple([test(item.when) for item in rule.unless]), tuple(transitions),
            tuple([(step.level, test(step.when)) for step in rule.severity_when]),
        )  # fmt: skip

    # --- worlds ----------------------------------------------------------------------------------------------------

    def world(self, profile: Profile, *, full: bool) -> World:
        """Return a reading of a profile with all derived facts filled in."""
        world = World(profile, self.program.vocabulary, full=full)
        self.derive(world)
        return world

    def derive(self, world: World, env: Env | None = None) -> None:
        """Fill the derived facts of all subjects of a world, in dependency order; facts that are given stay."""
        pairs = {kind: [(facts, world.env(facts)) for facts in subjects.values()] for kind, subjects in world.subjects.items()}
        for kind, facts in (env or {}).items():  # an example's own subjects are no part of its world's lists
            pairs[kind].append((facts, env or {}))
        for about, short, value_in in self._derivations:
            for facts, own in pairs[about]:
                if short not in facts and (value := value_in(own)) is not None:
                    facts[short] = value

    def _bind_definition(self, definition: Definition) -> Callable[[Env], Value | None]:
        """Return the function that finds the value of a derived fact; None while it is unknown."""
        if definition.holds is not None:
            holds = self.closures.test(definition.holds)
            return _unless(holds, tuple([self.closures.test(item.when) for item in definition.unless])) if definition.unless else holds
        if definition.union_of:
            return lambda env: self._union(definition, env)
        return lambda env: measure(definition.measure, env, self.closures)

    def _derived(self, definition: Definition, env: Env) -> Value | None:
        return self._bind_definition(definition)(env)

    def _union(self, definition: Definition, env: Env) -> Value | None:
        result: SetValue | None = None
        for fact in definition.union_of:
            kind, _, short = fact.partition(".")
            value = env[kind].get(short)
            part = OPEN if value is None else value if isinstance(value, SetValue) else SetValue(frozenset({value}))
            result = part if result is None else result.union(part)
        return None if result == OPEN else result

    def explain_fact(self, facts: Facts, fact: str) -> tuple[Step, ...]:
        """Return the steps behind a derived fact of one subject, kept for the subject once made: many rules read the same fact."""
        known = facts.explained.get(fact)
        if known is None:
            known = facts.explained[fact] = self._steps_behind(facts, fact)
        return known

    def _steps_behind(self, facts: Facts, fact: str) -> tuple[Step, ...]:
        definition = self._definitions.get(fact)
        if definition is None:
            return ()
        env = facts.world.env(facts)
        if definition.holds is not None:
            steps = [self.closures.tracer(definition.holds)(env)]
            for item in definition.unless:
                child = self.closures.tracer(item.when)(env)
                steps.append(Step("not", None if child.truth is None else not child.truth, children=(child,)))
            return tuple(steps)
        if definition.union_of:
            return tuple(
                Step("fact", None, name, facts.path, env[name.partition(".")[0]].get(name.partition(".")[2]), ("union", ""))
                for name in definition.union_of
            )
        return tuple(self._operands(definition.measure, env))

    def open_behind(self, facts: Facts, fact: str) -> Places:
        """Return the open facts behind an unknown derived fact, kept for the subject once found."""
        known = facts.opened.get(fact)
        if known is not None:
            return known
        definition = self._definitions.get(fact)
        found: Places = {}
        if definition is None:
            found[facts.path, fact] = None
        elif definition.holds is not None:
            env = facts.world.env(facts)
            for node in (definition.holds, *(item.when for item in definition.unless)):
                if self.closures.test(node)(env) is None:
                    self.closures.opener(node)(env, found)
        else:
            _unsettled(self.explain_fact(facts, fact), found)
        facts.opened[fact] = found
        return found

    def _operands(self, expression: object, env: Env) -> list[Step]:
        if isinstance(expression, Read):
            kind, _, short = expression.fact.partition(".")
            facts = env.get(kind)
            return [Step("fact", None, expression.fact, facts.path, facts.get(short), ("measure", ""))] if facts is not None else []
        if isinstance(expression, Sum):
            kind = expression.link.partition(".")[0]
            target = self.program.vocabulary.links[expression.link].target
            items, whole = env[kind].world.linked(env[kind], expression.link)
            found = [step for item in items for step in self._operands(expression.part, {**env, target: item})]
            return [Step("some", None, expression.link, env[kind].path, whole, None, tuple(found))]
        steps: list[Step] = []
        for part in expression if isinstance(expression, tuple) else ():
            if hasattr(part, "_fields"):
                steps.extend(self._operands(part, env))
            elif isinstance(part, tuple):
                for inner in part:
                    steps.extend(self._operands(inner[1] if isinstance(inner, tuple) and not hasattr(inner, "_fields") else inner, env))
        return steps

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
        for about, short, value_in in self._derivations:
            if about == facts.kind and short not in facts and (value := value_in(own)) is not None:
                facts[short] = value

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
        self, bound: BoundRule, plain_env: Env, full_env: Env, path: str, contested: frozenset[tuple[str, str]], traces: Traces,
    ) -> Finding:  # fmt: skip
        rule = bound.rule
        plain, plain_exemption = self.verdict(bound, plain_env)
        verdict, exemption = (plain, plain_exemption) if plain_env is full_env else self.verdict(bound, full_env)
        if verdict == "out_of_scope" and plain == verdict and traces != "all":
            return Finding(
                rule=rule.id, pack=rule.pack, subject=path, verdict=verdict, plain=plain, severity=rule.severity,
                severity_most=rule.severity, timing=self._timing_of(bound.begins), applies_from=bound.begins,
                trace=Trace(applies=self.closures.tracer(rule.applies)(full_env), test=Step("all", None)) if traces == "told" else None,
            )  # fmt: skip
        severity, severity_most = _severity(bound, plain_env, full_env)
        timing, applies_from = self._timing(bound, full_env)
        trace = self._trace(rule, full_env) if verdict in ADVERSE or traces == "all" else None
        standing: FindingStanding = "plain"
        if verdict != plain:
            standing = self._standing(rule, full_env, trace)
        disputed = bool(contested) and (verdict in ADVERSE or verdict in ("met", "clear", "unknown"))
        return Finding(
            rule=rule.id, pack=rule.pack, subject=path, verdict=verdict, plain=plain, severity=severity,
            severity_most=severity_most, standing=standing,
            contested=disputed and self._reads(rule, full_env, trace, contested),
            timing=timing, applies_from=applies_from, exemption=exemption, trace=trace,
            open_facts=self._open(bound, full_env) if verdict == "unknown" else (),
        )  # fmt: skip

    def _open(self, bound: BoundRule, env: Env) -> tuple[tuple[str, str], ...]:
        """Return the (path, fact) whose answer could still decide a rule on what one environment shows."""
        found: Places = {}
        rule = bound.rule
        for test, node in (
            (bound.applies, rule.applies),
            (bound.condition, rule.condition),
            *zip(bound.unless, (u.when for u in rule.unless), strict=True),
        ):
            if test(env) is None:
                self.closures.opener(node)(env, found)
        return tuple(found)

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

    def _trace(self, rule: Rule, env: Env) -> Trace:
        tracer = self.closures.tracer
        return Trace(
            applies=tracer(rule.applies)(env), test=tracer(rule.condition)(env),
            unless=tuple([tracer(item.when)(env) for item in rule.unless]),
            transitions=tuple([tracer(item.when)(env) for item in rule.transitions]),
            severity=tuple([tracer(step.when)(env) for step in rule.severity_when]),
        )  # fmt: skip

    def _standing(self, rule: Rule, env: Env, trace: Trace | None) -> FindingStanding:
        filled = next(iter(env.values())).world.filled
        standings = {filled.get((step.subject, step.fact.partition(".")[2])) for step in _leaves(trace or self._trace(rule, env))}
        return "alleged" if "alleged" in standings else "inferred"

    def _reads(self, rule: Rule, env: Env, trace: Trace | None, places: frozenset[tuple[str, str]]) -> bool:
        return any((step.subject, step.fact) in places for step in _leaves(trace or self._trace(rule, env)))


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


def _leaves(trace: Trace) -> list[Step]:
    """Return the fact steps of a trace, derived facts opened up, transitions and severity left aside."""
    found: list[Step] = []
    stack = [trace.applies, trace.test, *trace.unless]
    while stack:
        step = stack.pop()
        if step.label == "fact" and not step.children:
            found.append(step)
        stack.extend(step.children)
    return found


def _unsettled(steps: tuple[Step, ...], found: Places) -> None:
    """Add the operands of a union or a measure that are not known, or known only in part."""
    for step in steps:
        if step.label == "some":
            if step.value is False:
                found[step.subject, step.fact] = None
            _unsettled(step.children, found)
        elif not _settled(step.value):
            found[step.subject, step.fact] = None


def _settled(value: object) -> bool:
    return value is not None and not (isinstance(value, SetValue) and not value.closed)
