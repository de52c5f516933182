"""Where a truth comes from: the open facts that keep a condition unknown, and all facts that it looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from riskcheck.model.condition import All, AnyOf, Compare, Condition, Member, Not, Some
from riskcheck.model.values import SetValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from riskcheck.evaluator.closures import Closures
    from riskcheck.evaluator.steps import Explainer
    from riskcheck.evaluator.world import Env, Facts
    from riskcheck.model.condition import Every
    from riskcheck.model.finding import Step
    from riskcheck.model.rule import Definition
    from riskcheck.model.values import Truth

Place: TypeAlias = tuple[str, str]
"""The path of a subject, and the fact or link that is read there."""
Opener: TypeAlias = "Callable[[Env, list[Place]], Truth]"
"""Returns the truth of a condition; where that is unknown, it has added the places that keep it open."""


class Sources:
    """Finds the facts behind conditions. Answers about derived facts are kept with their subject: many rules ask the same."""

    def __init__(self, closures: Closures, definitions: Mapping[str, Definition], explainer: Explainer) -> None:
        self.closures = closures
        self._definitions = definitions
        self._explainer = explainer
        # By identity, the node beside its function (see Closures).
        self._openers: dict[int, tuple[Opener, Condition]] = {}

    # --- what is open ----------------------------------------------------------------------------------------------

    def opener(self, node: Condition) -> Opener:
        """Return the function that names the places which keep a condition open; none where its truth is settled."""
        known = self._openers.get(id(node))
        if known is None:
            known = self._openers[id(node)] = (self._build(node), node)
        return known[0]

    def _build(self, node: Condition) -> Opener:
        if isinstance(node, (All, AnyOf)):
            return _group([self.opener(part) for part in node.parts], decisive=isinstance(node, AnyOf))
        if isinstance(node, Not):
            part = self.opener(node.part)

            def negated(env: Env, found: list[Place]) -> Truth:
                truth = part(env, found)
                return None if truth is None else not truth

            return negated
        if isinstance(node, (Compare, Member)):
            return self._leaf(node)
        return self._quantified(node)

    def _leaf(self, node: Compare | Member) -> Opener:
        fact, test = node.fact, self.closures.test
        kind, _, short = fact.partition(".")
        behind = self.open_behind if self.closures.vocabulary.facts[fact].kind == "derived" else None

        def leaf(env: Env, found: list[Place]) -> Truth:
            facts = env[kind]
            # Of most companies most is not known: the test is compiled when first there is something to compare.
            truth = test(node)(env) if short in facts else None
            if truth is None:
                if behind is None:
                    found.append((facts.path, fact))
                else:
                    found.extend(behind(facts, fact))
            return truth

        return leaf

    def _quantified(self, node: Some | Every) -> Opener:
        kind, link = node.link.partition(".")[0], node.link
        target = self.closures.vocabulary.links[link].target
        part = self.opener(node.part)
        decisive = isinstance(node, Some)

        def quantified(env: Env, found: list[Place]) -> Truth:
            facts = env[kind]
            items, whole = facts.world.linked(facts, link)
            start = len(found)
            result: Truth = not decisive
            if not whole:
                result = None
                found.append((facts.path, link))
            inner = dict(env)
            for item in items:
                inner[target] = item
                truth = part(inner, found)
                if truth is decisive:
                    del found[start:]
                    return decisive
                if truth is None:
                    result = None
            return result

        return quantified

    def open_behind(self, facts: Facts, fact: str) -> tuple[Place, ...]:
        """Return the open places behind an unknown derived fact of one subject."""
        known = facts.opened.get(fact)
        if known is None:
            known = facts.opened[fact] = tuple(dict.fromkeys(self._behind(facts, fact)))
        return known

    def _behind(self, facts: Facts, fact: str) -> list[Place]:
        definition = self._definitions.get(fact)
        if definition is None:
            return [(facts.path, fact)]
        found: list[Place] = []
        if definition.holds is None:
            _unsettled(self._explainer.behind(facts, fact), found)
            return found
        env = facts.world.env(facts)
        for node in (definition.holds, *(item.when for item in definition.unless)):
            self.opener(node)(env, found)
        return found

    # --- what is looked at -----------------------------------------------------------------------------------------

    def looked_at(self, node: Condition, env: Env, found: set[Place]) -> None:
        """Add every place that a condition looks at in an environment, settled or not; derived facts opened up."""
        if isinstance(node, (All, AnyOf)):
            for part in node.parts:
                self.looked_at(part, env, found)
        elif isinstance(node, Not):
            self.looked_at(node.part, env, found)
        elif isinstance(node, (Compare, Member)):
            self._looked_at_fact(env[node.fact.partition(".")[0]], node.fact, found)
        else:
            facts = env[node.link.partition(".")[0]]
            target = self.closures.vocabulary.links[node.link].target
            for item in facts.world.linked(facts, node.link)[0]:
                self.looked_at(node.part, {**env, target: item}, found)

    def _looked_at_fact(self, facts: Facts, fact: str, found: set[Place]) -> None:
        known = facts.looked_at.get(fact)
        if known is None:
            known = facts.looked_at[fact] = self._looked_at_behind(facts, fact)
        found |= known

    def _looked_at_behind(self, facts: Facts, fact: str) -> set[Place]:
        definition = self._definitions.get(fact)
        if definition is None:
            return {(facts.path, fact)}
        if definition.holds is None:
            return set(_leaves(self._explainer.behind(facts, fact)))
        found: set[Place] = set()
        env = facts.world.env(facts)
        for node in (definition.holds, *(item.when for item in definition.unless)):
            self.looked_at(node, env, found)
        return found


def _group(parts: list[Opener], *, decisive: bool) -> Opener:
    def group(env: Env, found: list[Place]) -> Truth:
        start = len(found)
        result: Truth = not decisive
        for part in parts:
            truth = part(env, found)
            if truth is decisive:
                del found[start:]
                return decisive
            if truth is None:
                result = None
        return result

    return group


def _unsettled(steps: tuple[Step, ...], found: list[Place]) -> None:
    """Add the operands of a union or a measure that are not known, or known only in part."""
    for step in steps:
        if step.label == "some":
            if step.value is False:
                found.append((step.subject, step.fact))
            _unsettled(step.children, found)
        elif step.value is None or (isinstance(step.value, SetValue) and not step.value.closed):
            found.append((step.subject, step.fact))


def _leaves(steps: tuple[Step, ...]) -> Iterator[Place]:
    for step in steps:
        if step.label == "fact":
            yield step.subject, step.fact
        yield from _leaves(step.children)
