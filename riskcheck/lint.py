"""Opinions about rule files, beyond what the compiler refuses."""

from __future__ import annotations

import re

from riskcheck.compiler.program import message_fields

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from riskcheck.diagnostics import Diagnostics
    from riskcheck.loader.rules import Library
    from riskcheck.loader.surface import DefinitionFile, RuleFile
    from riskcheck.model.program import Program
    from riskcheck.source.document import Document

LANGUAGES = ("zh",)
"""Languages that every text must exist in."""


def lint_library(library: Library, program: Program, sink: Diagnostics) -> None:
    """Report what a careful author would mend: examples, translations, texts, idle parts."""
    for identity, (document, rule) in library.rules.items():
        _examples(document, rule, sink)
        _texts(document, rule, sink)
        for language in LANGUAGES:
            _translation(identity, document, rule, library.locales.get(language, {}).get("rules", {}).get(identity), language, sink)
    for identity, (document, definition) in library.definitions.items():
        _definition(document, definition, sink)
        for language in LANGUAGES:
            found = library.locales.get(language, {}).get("rules", {}).get(identity)
            if not (isinstance(found, dict) and found.get("title")):
                sink.add(
                    document.diagnostic(
                        ("title",), "R502", f"no {language} title", help=f"add it to locale/{language}.yaml beside this file", level="warning"
                    )
                )
    _unused_locales(library, sink)
    _definitions_missing(library, program, sink)


def _examples(document: Document, rule: RuleFile, sink: Diagnostics) -> None:
    given = {next(iter(example.verdicts())) for example in rule.examples}
    exposure = rule.exposed_when is not None
    wanted = ["exposed" if exposure else "breached", "clear" if exposure else "met", "unknown"]
    if rule.unless:
        wanted.append("exempt")
    for verdict in wanted:
        if verdict not in given:
            sink.add(document.diagnostic(("examples",), "R501", f"no example of the verdict `{verdict}`", help="add one"))
    wrong = given & ({"breached", "met"} if exposure else {"exposed", "clear"})
    for verdict in sorted(wrong):
        sink.add(document.diagnostic(("examples",), "R501", f"`{verdict}` is no verdict of this kind of rule"))


_CJK = re.compile(r"[\u4e00-\u9fff]")


def _texts(document: Document, rule: RuleFile, sink: Diagnostics) -> None:
    for key in ("title", "summary", "message", "remedy"):
        text = getattr(rule, key)
        if _CJK.search(text):
            sink.add(document.diagnostic((key,), "R503", f"`{key}` is not English", help="Chinese goes to locale/zh.yaml"))
    if rule.confidence == "uncertain" and (rule.exposed_when is None or rule.severity == "critical"):
        sink.add(document.diagnostic(("confidence",), "R504", "an uncertain row must be an exposure rule of at most severity high"))


def _translation(identity: str, document: Document, rule: RuleFile, found: Any, language: str, sink: Diagnostics) -> None:
    where = f"{identity.rpartition('/')[0]}/locale/{language}.yaml"
    if not isinstance(found, dict):
        sink.add(
            document.diagnostic(("title",), "R502", f"no {language} texts", help=f"add `{identity.rpartition('/')[2]}:` to {where}", level="warning")
        )
        return
    for key in ("title", "summary", "message", "remedy", "severity_reason", "note", "confidence_note"):
        if getattr(rule, key) and not found.get(key):
            sink.add(document.diagnostic((key,), "R502", f"no {language} text of `{key}`", help=f"add it to {where}", level="warning"))
    for key, count in (("unless", len(rule.unless)), ("transition", len(rule.in_force.transition)), ("severity_when", len(rule.severity_when))):
        texts = found.get(key) or []
        if not isinstance(texts, list) or len(texts) != count:
            place = ("in_force",) if key == "transition" else (key,)
            sink.add(document.diagnostic(place, "R502", f"`{key}` has {count} entries, {where} has {len(texts)} {language} texts", level="warning"))
    known = set(message_fields(rule.message))
    try:
        strange = [name for name in message_fields(str(found.get("message", ""))) if name not in known]
    except ValueError:
        strange = ["an unclosed brace"]
    for name in strange:
        sink.add(document.diagnostic(("message",), "R505", f"the {language} message names {{{name}}}, the English one does not"))


def _definition(document: Document, definition: DefinitionFile, sink: Diagnostics) -> None:
    if definition.holds_when is None:
        if not definition.examples:
            sink.add(document.diagnostic(("define",), "R501", "no example"))
        return
    for key in ("holds", "fails", "unknown"):
        if not any(getattr(example, key) is not None for example in definition.examples):
            sink.add(document.diagnostic(("examples",) if definition.examples else ("define",), "R501", f"no example that `{key}`", help="add one"))


def _unused_locales(library: Library, sink: Diagnostics) -> None:
    from riskcheck.diagnostics import Diagnostic

    known = {*library.rules, *library.definitions}
    for language, sections in library.locales.items():
        for identity in sections.get("rules", {}):
            if identity not in known:
                folder = identity.rpartition("/")[0]
                sink.add(Diagnostic(code="R506", message=f"texts for `{identity}`, which is no rule", file=f"rules/{folder}/locale/{language}.yaml"))


def _definitions_missing(library: Library, program: Program, sink: Diagnostics) -> None:
    defined = {definition.fact for definition in program.definitions}
    for document, file in library.vocabulary:
        for short, fact in file.facts.items():
            if fact.kind == "derived" and f"{file.subject}.{short}" not in defined:
                sink.add(document.diagnostic(("facts", short), "R507", f"`{file.subject}.{short}` is derived, but nothing defines it"))
