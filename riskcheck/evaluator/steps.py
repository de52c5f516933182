"""Explanations: each condition becomes a function that tells what was asked, what was seen and what came out.

Explanations never short-circuit: they show every part. They are made only when somebody reads them.
"""

from __future__ import annotations

from riskcheck.evaluator.closures import FactOperand
from riskcheck.model.condition import All, AnyOf, Compare, Condition, Member, Not, Operand, Some
from riskcheck.model.finding import Step
from riskcheck.model.measure import Read, Sum
from riskcheck.records import maker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeAlias

    from riskcheck.evaluator.closures import Closures
    from riskcheck.evaluator.world import Env, Facts
    from riskcheck.model.condition import Every
    from riskcheck.model.rule import Definition
    from riskcheck.model.values import Truth

Tracer: TypeAlias = "Callable[[Env], Step]"

_step = maker(Step)


class Explainer:
    """Explains conditions, and the definitions behind derived facts. Equal conditions, being one object, are prepared once."""

    def __init__(self, closures: Closures, definitions: Mapping[str, Definition]) -> None:
        self.closures = closures
        self._definitions = definitions
        # By identity, the node beside its function (see Closures).
        self._tracers: dict[int, tuple[Tracer, Condition]] = {}

    def explain(self, node: Condition, env: Env) -> Step:
        """Return the explanation of a condition in an environment."""
        return self.tracer(node)(env)

    def tracer(self, node: Condition) -> Tracer:
        """Return the function that explains a condition step by step."""
        known = self._tracers.get(id(node))
        if known is None:
            known = self._tracers[id(node)] = (self._build(node), node)
        return known[0]

    def _build(self, node: Condition) -> Tracer:
        if isinstance(node, (Compare, Member)):
            return self._leaf(node)
        if isinstance(node, (All, AnyOf)):
            parts = [self.tracer(part) for part in node.parts]
            decisive, label = isinstance(node, AnyOf), "all" if isinstance(node, All) else "any"

            def group(env: Env) -> Step:
                children = tuple([part(env) for part in parts])
                return _step((label, _together(children, decisive=decisive), "", "", None, None, children))

            return group
        if isinstance(node, Not):
            inner = self.tracer(node.part)

            def negated(env: Env) -> Step:
                child = inner(env)
                return _step(("not", None if child.truth is None else not child.truth, "", "", None, None, (child,)))

            return negated
        return self._quantified(node)

    def _leaf(self, node: Compare | Member) -> Tracer:
        kind, _, short = node.fact.partition(".")
        compiled = self.closures.compiled(node)
        truth, alone = compiled.run, bool(compiled.kind)
        fact = node.fact
        if isinstance(node, Compare):
            shown = (str(node.op), self._shown(node.operand))
        else:
            members = self.closures.members(node.operand)
            shown = (str(node.relation), members if members.facts else tuple(sorted(members.codes)))
        if self.closures.vocabulary.facts[fact].kind == "derived":
            behind = self.behind

            def derived(env: Env) -> Step:
                facts = env[kind]
                return _step(("fact", truth(facts.get if alone else env), fact, facts.path, facts.get(short), shown, behind(facts, fact)))

            return derived

        def leaf(env: Env) -> Step:
            facts = env[kind]
            value = facts.get(short)
            found = None if value is None else truth(facts.get if alone else env)
            return _step(("fact", found, fact, facts.path, value, shown, ()))

        return leaf

    def _shown(self, operand: Operand) -> Any:
        found = self.closures.operand(operand)
        return found.fact if isinstance(found, FactOperand) else found

    def _quantified(self, node: Some | Every) -> Tracer:
        kind, link = node.link.partition(".")[0], node.link
        target = self.closures.vocabulary.links[link].target
        part = self.tracer(node.part)
        decisive = isinstance(node, Some)
        label = "some" if decisive else "every"

        def quantified(env: Env) -> Step:
            facts = env[kind]
            items, whole = facts.world.linked(facts, link)
            inner = dict(env)
            children: list[Step] = []
            for item in items:
                inner[target] = item
                name, truth, fact, _, value, test, parts = part(inner)
                children.append(_step((name, truth, fact, item.path, value, test, parts)))
            found = tuple(children)
            result = _together(found, decisive=decisive)
            return _step((label, result if whole or result is decisive else None, link, facts.path, whole, None, found))

        return quantified

    # --- definitions -----------------------------------------------------------------------------------------------

    def behind(self, facts: Facts, fact: str) -> tuple[Step, ...]:
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
            steps = [self.explain(definition.holds, env)]
            for item in definition.unless:
                child = self.explain(item.when, env)
                steps.append(Step("not", None if child.truth is None else not child.truth, children=(child,)))
            return tuple(steps)
        if definition.union_of:
            return tuple(
                Step("fact", None, name, facts.path, env[name.partition(".")[0]].get(name.partition(".")[2]), ("union", ""))
                for name in definition.union_of
            )
        return tuple(self._operands(definition.measure, env))

    def _operands(self, expression: object, env: Env) -> list[Step]:
        if isinstance(expression, Read):
            kind, _, short = expression.fact.partition(".")
            facts = env.get(kind)
            return [Step("fact", None, expression.fact, facts.path, facts.get(short), ("measure", ""))] if facts is not None else []
        if isinstance(expression, Sum):
            kind = expression.link.partition(".")[0]
            target = self.closures.vocabulary.links[expression.link].target
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


def _together(steps: tuple[Step, ...], *, decisive: bool) -> Truth:
    """Return Kleene's "or" of steps where true is decisive, their "and" where false is."""
    result: Truth = not decisive
    for step in steps:
        if step.truth is decisive:
            return decisive
        if step.truth is None:
            result = None
    return result
