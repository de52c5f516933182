"""A Library to a Program: conditions compiled, citations resolved, definitions in dependency order."""

from __future__ import annotations

import graphlib
from string import Formatter
from typing import TypeVar

from riskcheck.compiler.conditions import NOTHING, ConditionCompiler, readable_kinds
from riskcheck.compiler.demands import check_demands
from riskcheck.compiler.measures import compile_measure
from riskcheck.diagnostics import did_you_mean
from riskcheck.model.condition import Condition, ParameterRef
from riskcheck.model.program import Program
from riskcheck.model.rule import Citation, Definition, Exemption, PackInfo, Rule, SeverityStep, Transition
from riskcheck.model.vocabulary import COMPANY

TYPE_CHECKING = False
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from typing import Any

    from riskcheck.diagnostics import Diagnostics
    from riskcheck.loader.rules import Library
    from riskcheck.loader.surface import Cite, DefinitionFile, RuleFile, UnlessFile
    from riskcheck.locations import Route
    from riskcheck.model.parameters import Parameter
    from riskcheck.model.vocabulary import Vocabulary
    from riskcheck.source.document import Document

T = TypeVar("T")


def compile_library(
    library: Library, vocabulary: Vocabulary, parameters: Mapping[str, Parameter], sink: Diagnostics, digest: str = "",
) -> Program:  # fmt: skip
    """Return the program of a library; every fault goes to the sink with its place, and what is faulty is left out."""
    compiler = _LibraryCompiler(library, vocabulary, parameters, sink)
    definitions = compiler.definitions()
    rules = tuple(rule for identity in sorted(library.rules) if (rule := compiler.sound(compiler.rule, identity)) is not None)
    check_demands(library, vocabulary, sink)
    return Program(
        vocabulary=vocabulary, parameters=parameters, definitions=definitions, rules=rules,
        packs={pack: _pack_info(pack, library) for pack in library.packs}, unions=library.regions,
        scoring=library.data.get("scoring", {}), money=library.data.get("money", {}), digest=digest,
    )  # fmt: skip


def _pack_info(pack: str, library: Library) -> PackInfo:
    file = library.packs[pack][1]
    law = tuple({key: str(value) for key, value in entry.items()} for entry in file.law)
    shown = {kind: tuple(facts) for kind, facts in file.classification.items()}
    return PackInfo(id=pack, version=file.version, last_verified=file.last_verified, law=law, classification=shown)


class _LibraryCompiler:
    def __init__(
        self, library: Library, vocabulary: Vocabulary, parameters: Mapping[str, Parameter], sink: Diagnostics,
    ) -> None:  # fmt: skip
        self.library = library
        self.vocabulary = vocabulary
        self.parameters = parameters
        self.sink = sink
        self.interned: dict[str, Any] = {}

    def sound(self, compile_one: Callable[..., T], *args: Any) -> T | None:
        """Return what one file compiles to, or None if it has a fault: a faulty rule never runs."""
        before = len(self.sink.errors)
        compiled = compile_one(*args)
        return compiled if len(self.sink.errors) == before else None

    def conditions(self, document: Document) -> ConditionCompiler:
        def report(route: Route, code: str, message: str, hint: str) -> None:
            label = hint if hint.startswith("did you mean") else ""
            self.sink.add(document.diagnostic(route, code, message, label=label, help="" if label else hint))

        return ConditionCompiler(self.vocabulary, self.parameters, report, self.interned)

    # --- citations -------------------------------------------------------------------------------------------------

    def cites(self, document: Document, cites: list[Cite], route: Route, ends: date | None = None) -> tuple[Citation, ...]:
        for index, cite in enumerate(cites):
            problem, hint = self._unresolved(cite, ends)
            if problem:
                place = (*route, index) if len(cites) > 1 else route
                self.sink.add(document.diagnostic(place, "R301", problem, help=hint))
        return tuple(Citation(cite.act, cite.at) for cite in cites)

    def _unresolved(self, cite: Cite, ends: date | None) -> tuple[str, str]:
        if cite.act not in self.library.acts:
            return f"no act `{cite.act}` in rules/acts", did_you_mean(cite.act, self.library.acts) or "add rules/acts/NAME.yaml"
        act = self.library.acts[cite.act][1]
        index = self.library.provisions.get(cite.act)
        if index is not None:
            node = index.get(cite.at)
            if node is None:
                return f"`{cite.at}` is no pinpoint of {act.short}", did_you_mean(cite.at, index)
            version = _version(act.versions, ends)
            if version and not node.get(version, True):
                return f"`{cite.at}` does not exist in the version of {act.short} that binds here ({version})", ""
            return "", ""
        if not cite.at and act.kind not in ("regulation", "directive", "statute"):
            return "", ""  # a case, a standard or a proposal may be cited whole; a law needs its pinpoint
        if cite.at not in act.provisions and (cite.at or act.provisions):
            if not cite.at:
                return f"the citation of {act.short} needs a pinpoint", f"add at:, one of {', '.join(act.provisions[:6])} …"
            return f"`{cite.at}` is not among the provisions of {act.short}", did_you_mean(cite.at, act.provisions) or "add it there if it exists"
        return "", ""

    # --- definitions -----------------------------------------------------------------------------------------------

    def definitions(self) -> tuple[Definition, ...]:
        found: dict[str, Definition] = {}
        reads: dict[str, set[str]] = {}
        for identity, (document, file) in sorted(self.library.definitions.items()):
            fact = self.vocabulary.facts.get(file.define)
            if fact is None or fact.kind != "derived":
                self.sink.add(document.diagnostic(("define",), "R202", f"`{file.define}` is no derived fact of the vocabulary",
                              help=did_you_mean(file.define, self.vocabulary.facts) or "declare it with kind: derived"))  # fmt: skip
                continue
            if file.define in found:
                self.sink.add(document.diagnostic(("define",), "R302", f"`{file.define}` is already defined in {found[file.define].id}"))
                continue
            compiled = self.sound(self._definition, identity, document, file)
            if compiled is not None:
                found[file.define], reads[file.define] = compiled
        graph = {fact: {read for read in needs if read in found} for fact, needs in reads.items()}
        try:
            order = list(graphlib.TopologicalSorter(graph).static_order())
        except graphlib.CycleError as error:
            cycle = [str(fact) for fact in error.args[1]]
            document = self.library.definitions[found[cycle[0]].id][0]
            self.sink.add(document.diagnostic(("define",), "R303", f"definitions turn in a circle: {' → '.join(cycle)}"))
            return ()
        return tuple(found[fact] for fact in order)

    def _definition(self, identity: str, document: Document, file: DefinitionFile) -> tuple[Definition, set[str]]:
        about = file.define.partition(".")[0]
        kinds = readable_kinds(about, per_customer=False)
        conditions = self.conditions(document)
        holds = conditions.compile(file.holds_when, ("holds_when",), kinds) if file.holds_when is not None else None
        unless = self._unless(document, conditions, file.unless, kinds, None)
        for index, fact in enumerate(file.union_of):
            if fact not in self.vocabulary.facts:
                self.sink.add(
                    document.diagnostic(("union_of", index), "R202", f"unknown fact `{fact}`", help=did_you_mean(fact, self.vocabulary.facts))
                )
            conditions.reads.add(fact)
        measure = compile_measure(file.measure, conditions, ("measure",), kinds) if file.measure is not None else None
        definition = Definition(
            fact=file.define, about=about, pack=identity.partition("/")[0], cite=self.cites(document, file.cite, ("cite",)),
            holds=holds, unless=unless, union_of=tuple(file.union_of), measure=measure, confidence=file.confidence,
            catalogue=tuple(file.catalogue), id=identity,
        )  # fmt: skip
        return definition, conditions.reads

    def _unless(
        self, document: Document, conditions: ConditionCompiler, unless: list[UnlessFile], kinds: tuple[str, ...], ends: date | None,
    ) -> tuple[Exemption, ...]:  # fmt: skip
        return tuple(
            Exemption(
                conditions.compile(item.when, ("unless", index, "when"), kinds),
                self.cites(document, item.cite, ("unless", index, "cite"), ends),
            )
            for index, item in enumerate(unless)
        )

    # --- rules -----------------------------------------------------------------------------------------------------

    def rule(self, identity: str) -> Rule:
        document, file = self.library.rules[identity]
        kinds = readable_kinds(file.about, per_customer=file.per is not None)
        conditions = self.conditions(document)
        day = file.in_force.until
        ends = day if day is None or not hasattr(day, "parameter") else None
        test, condition = self._test(file, conditions, kinds)
        rule = Rule(
            id=identity, pack=identity.partition("/")[0], about=file.about, per_customer=file.per is not None, test=test,
            applies=conditions.compile(file.applies, ("applies",), kinds), condition=condition,
            unless=self._unless(document, conditions, file.unless, kinds, ends),
            severity=file.severity,
            severity_when=tuple(
                SeverityStep(
                    step.level,
                    conditions.compile(step.when, ("severity_when", index, "when"), kinds),
                    self.cites(document, step.cite, ("severity_when", index, "cite")),
                )
                for index, step in enumerate(file.severity_when)
            ),
            status=file.status, confidence=file.confidence, last_verified=file.last_verified,
            jurisdiction=tuple(file.jurisdiction), cite=self.cites(document, file.cite, ("cite",), ends),
            begins=self._day(document, file.in_force.begins, ("in_force", "from")), ends=self._day(document, day, ("in_force", "until")),
            enacted=self._enacted(file),
            transitions=tuple(
                Transition(
                    conditions.compile(item.when, ("in_force", "transition", index, "when"), kinds),
                    self._day(document, item.until, ("in_force", "transition", index, "until")),
                    self.cites(document, item.cite, ("in_force", "transition", index, "cite")),
                )
                for index, item in enumerate(file.in_force.transition)
            ),
            owner=file.owner, effort=file.effort, penalty=file.penalty or "", damages=file.damages or "",
            consequences=tuple(file.consequences), conduct=tuple(file.conduct),
            conflict=self._conflict(document, file), catalogue=tuple(file.catalogue), sources=tuple(file.sources),
            formerly=tuple(file.formerly),
        )  # fmt: skip
        self._check_names(document, file, conditions)
        return rule

    def _test(self, file: RuleFile, conditions: ConditionCompiler, kinds: tuple[str, ...]) -> tuple[Any, Condition]:
        for test in ("requires", "forbids", "exposed_when"):
            written = getattr(file, test)
            if written is not None:
                return test, conditions.compile(written, (test,), kinds)
        return "requires", NOTHING  # the surface model has already refused this file

    def _day(self, document: Document, day: Any, route: Route) -> Any:
        if day is None or not hasattr(day, "parameter"):
            return day
        parameter = self.parameters.get(day.parameter)
        if parameter is None or parameter.type != "date":
            self.sink.add(
                document.diagnostic(
                    route, "R209", f"`{day.parameter}` is no parameter of type date", help=did_you_mean(day.parameter, self.parameters)
                )
            )
        return ParameterRef(day.parameter)

    def _enacted(self, file: RuleFile) -> date | None:
        if file.in_force.enacted:
            return file.in_force.enacted
        acts = [self.library.acts[cite.act][1].adopted for cite in file.cite if cite.act in self.library.acts]
        return acts[0] if acts else None

    def _conflict(self, document: Document, file: RuleFile) -> tuple[Citation, Citation] | None:
        if file.conflict is None:
            return None
        forbidden = self.cites(document, [file.conflict.forbidden_by], ("conflict", "forbidden_by"))
        compelled = self.cites(document, [file.conflict.compelled_by], ("conflict", "compelled_by"))
        return (forbidden[0], compelled[0])

    def _check_names(self, document: Document, file: RuleFile, conditions: ConditionCompiler) -> None:
        consequences = self.library.data.get("consequences", {})
        for index, slug in enumerate(file.consequences):
            if consequences and slug not in consequences:
                self.sink.add(document.diagnostic(("consequences", index), "R304", f"no consequence `{slug}`", help=did_you_mean(slug, consequences)))
        for key, prefix in (("penalty", "penalty-"), ("damages", "damages-")):
            family = getattr(file, key)
            if family and not any(name.startswith(f"{prefix}{family}-") for name in self.parameters):
                known = {name.removeprefix(prefix).rpartition("-")[0] for name in self.parameters if name.startswith(prefix)}
                self.sink.add(document.diagnostic((key,), "R305", f"no parameters {prefix}{family}-…", help=did_you_mean(family, known)))
        readable = {file.about, COMPANY, *conditions.reads}
        if file.about == "flow":
            readable |= {"system", "customer"} if file.per else {"system"}
        for name in message_fields(file.message):
            if name not in readable:
                self.sink.add(document.diagnostic(("message",), "R306", f"the message names `{{{name}}}`, which this rule does not read",
                              help=did_you_mean(name, readable) or "name the subject or a fact that the rule tests"))  # fmt: skip


def _version(versions: Mapping[str, Any], ends: date | None) -> str:
    """Return the version of an act that binds last before a rule ends."""
    known = sorted((str(data.get("from", "")), name) for name, data in versions.items() if isinstance(data, dict))
    fitting = [name for begins, name in known if ends is None or begins <= ends.isoformat()]
    return fitting[-1] if fitting else ""


def message_fields(message: str) -> list[str]:
    """Return the fields that a message names: subjects and facts. Of one whose braces do not pair, what stands at the odd one."""
    try:
        return [name for _, name, _, _ in Formatter().parse(message) if name]
    except ValueError:
        return [message[message.rfind("{") + 1 :][:40]]
