"""Where a truth comes from: the open facts that keep a condition unknown, and all facts that it looks at."""

from __future__ import annotations

from riskcheck.model.condition import All, AnyOf, Compare, Condition, Member, Not, Some
from riskcheck.model.values import SetValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TypeAlias

    from riskcheck.evaluator.closures import Closures
    from riskcheck.evaluator.steps import Explainer
    from riskcheck.evaluator.world import Env, Facts
    from riskcheck.model.condition import Every
    from riskcheck.model.finding import Step
    from riskcheck.model.rule import Definition
    from riskcheck.model.values import Truth

Place: TypeAlias = tuple[str, str]
"""The path of a subject, and the fact or link that is read there."""


class Sources:
    """Finds the facts behind conditions. Answers about derived facts are kept with their subject: many rules ask the same.

    Conditions are walked, not compiled: of most companies little is known, so that a walk ends at facts that nobody has told,
    and is over before a function would have been made.
    """

    def __init__(self, closures: Closures, definitions: Mapping[str, Definition], explainer: Explainer) -> None:
        self.closures = closures
        self._definitions = definitions
        self._explainer = explainer
        # Of each fact met: the kind of its subject, its short name, and whether it is derived.
        self._facts: dict[str, tuple[str, str, bool]] = {}

    # --- what is open ----------------------------------------------------------------------------------------------

    def ask(self, node: Condition, env: Env, found: list[Place]) -> Truth:
        """Return the truth of a condition; where that is unknown, the places that keep it open have been added to ``found``."""
        shape = node.__class__
        if shape is Compare or shape is Member:
            return self._ask_leaf(node, env, found)  # type: ignore[arg-type]  # its class was just looked at, here and below
        if shape is All or shape is AnyOf:
            decisive = shape is AnyOf
            start = len(found)
            result: Truth = not decisive
            for part in node.parts:  # type: ignore[union-attr]
                truth = self.ask(part, env, found)
                if truth is decisive:
                    del found[start:]
                    return decisive
                if truth is None:
                    result = None
            return result
        if shape is Not:
            truth = self.ask(node.part, env, found)  # type: ignore[union-attr]
            return None if truth is None else not truth
        return self._ask_linked(node, env, found)  # type: ignore[arg-type]

    def _ask_leaf(self, node: Compare | Member, env: Env, found: list[Place]) -> Truth:
        fact = node.fact
        known = self._facts.get(fact)
        if known is None:
            kind, _, short = fact.partition(".")
            known = self._facts[fact] = (kind, short, self.closures.vocabulary.facts[fact].kind == "derived")
        facts = env[known[0]]
        truth = self.closures.test(node)(env) if known[1] in facts else None
        if truth is None:
            if known[2]:
                found.extend(self.open_behind(facts, fact))
            else:
                places = facts.places
                if fact not in places:
                    places[fact] = (facts.path, fact)
                found.append(places[fact])
        return truth

    def _ask_linked(self, node: Some | Every, env: Env, found: list[Place]) -> Truth:
        facts, link = env[node.link.partition(".")[0]], node.link
        target = self.closures.vocabulary.links[link].target
        items, whole = facts.world.linked(facts, link)
        decisive = isinstance(node, Some)
        start = len(found)
        result: Truth = not decisive
        if not whole:
            result = None
            found.append((facts.path, link))
        inner = dict(env)
        for item in items:
            inner[target] = item
            truth = self.ask(node.part, inner, found)
            if truth is decisive:
                del found[start:]
                return decisive
            if truth is None:
                result = None
        return result

    def open_behind(self, facts: Facts, fact: str) -> tuple[Place, ...]:
        """Return the open places behind an unknown derived fact of one subject."""
        if fact not in facts.opened:
            facts.opened[fact] = tuple(dict.fromkeys(self._behind(facts, fact)))
        return facts.opened[fact]

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
            self.ask(node, env, found)
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
