"""Sentences: messages with their fields filled, questions, and explanations of a step in words."""

from __future__ import annotations

from riskcheck.report.safe import NAME, clean
from riskcheck.report.words import Words, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from riskcheck.installed import Texts
    from riskcheck.model.finding import Finding, Step, Trace
    from riskcheck.model.profile import Profile
    from riskcheck.report.run import Run


def subject_label(path: str, profile: Profile, word: Words) -> str:
    """Return the name that people read for a subject path (``systems/hailuo``, ``flows/a+customers/b``)."""
    if path == "company":
        return clean(profile.company.label, NAME) or word("the_company")
    labels = []
    for part in path.split("+"):
        plural, _, key = part.partition("/")
        kind = plural.removesuffix("s")
        if key == "*":
            labels.append(word(f"any_{kind}"))
            continue
        subject = (profile.subjects.get(kind) or {}).get(key)
        labels.append(clean(subject.label if subject else key, NAME))
    return " / ".join(labels)


def status_on(status: str, *, upcoming: bool) -> str:
    """Return the status of a rule on a day: what was adopted is in force from the day on which it binds."""
    return "in_force" if status == "adopted" and not upcoming else status


def fill(message: str, finding: Finding, run: Run, language: str | None = None, texts: Texts | None = None) -> str:
    """Return a rule's message with subjects named and facts as the finding saw them."""
    word = words(language or run.languages[0])
    texts = texts or run.texts(word.language)
    seen = _seen(finding)

    def named(name: str) -> str:
        return word.in_sentence(seen.get(name), name, texts) if "." in name else _subject(name, finding, run, word)

    head, *rest = message.split("{")
    for piece in rest:
        name, end, tail = piece.partition("}")
        # The compiler of rules has looked at the fields; any other brace is the reader's.
        head += f"{named(name)}{tail}" if end and name.replace(".", "_").isidentifier() else f"{{{piece}"
    return head


def _subject(kind: str, finding: Finding, run: Run, word: Words) -> str:
    if kind == "company":
        return subject_label("company", run.profile, word)
    for part in finding.subject.split("+"):
        if part.startswith(f"{kind}s/"):
            return subject_label(part, run.profile, word)
    if kind == "system" and finding.subject.startswith("flows/"):
        flow = (run.profile.subjects.get("flow") or {}).get(finding.subject.partition("/")[2].partition("+")[0])
        keys = flow.links.get("system", ()) if flow else ()
        if keys:
            return subject_label(f"systems/{keys[0]}", run.profile, word)
    return word(f"any_{kind}")


def _seen(finding: Finding) -> dict[str, Any]:
    """Return the values that the trace of a finding read, by fact; a known value wins over an unknown one."""
    values: dict[str, Any] = {}
    if finding.trace is None:
        return values
    stack: list[Step] = [finding.trace.applies, finding.trace.test, *finding.trace.unless]
    while stack:
        step = stack.pop(0)
        if step.label == "fact" and values.get(step.fact) is None:
            values[step.fact] = step.value
        stack.extend(step.children)
    return values


def question_text(fact: str, texts: Texts) -> str:
    """Return the question that a person is asked for a fact, or for a list of subjects."""
    found = texts.get("facts", fact, "ask")
    if not found:
        found = texts.get("links", fact, "ask")
    if not found:
        plural = fact.partition(".")[2]
        found = texts.get("subjects", plural.removesuffix("s"), "ask")
    return str(found or fact)


def reasons(trace: Trace, profile: Profile, word: Words, texts: Texts, *, depth: int = 3) -> list[dict[str, Any]]:
    """Return the decisive steps of a trace as sentences with their truth, outermost first.

    ``part`` says whether a sentence belongs to what the rule ``applies`` to, to its ``test`` or to an exception (``unless``).
    """
    found: list[dict[str, Any]] = []
    for part, steps in (("applies", (trace.applies,)), ("test", (trace.test,)), ("unless", trace.unless)):
        start = len(found)
        for step in steps:
            _reason(step, profile, word, texts, found, 0, depth)
        for reason in found[start:]:
            reason["part"] = part
    return found


def _reason(step: Step, profile: Profile, word: Words, texts: Texts, found: list[dict[str, Any]], level: int, depth: int) -> None:
    if step.label in ("all", "any", "not"):
        for child in _decisive(step):
            _reason(child, profile, word, texts, found, level, depth)
        return
    found.append({"level": level, "truth": step.truth, "text": step_text(step, profile, word, texts), "fact": step.fact, "subject": step.subject})
    if level < depth:
        for child in step.children:
            for inner in _decisive(child) if child.label in ("all", "any", "not") else [child]:
                _reason(inner, profile, word, texts, found, level + 1, depth)


def _decisive(step: Step) -> list[Step]:
    """Return the children that made a node what it is: of a true `any` the true ones, of a false `all` the false ones."""
    if step.label == "any" and step.truth is True:
        return [child for child in step.children if child.truth is True]
    if step.label == "all" and step.truth is False:
        return [child for child in step.children if child.truth is False]
    return list(step.children)


def step_text(step: Step, profile: Profile, word: Words, texts: Texts) -> str:
    """Return one step as a sentence: the question, and what the profile answers."""
    subject = subject_label(step.subject, profile, word)
    question = question_text(step.fact, texts) if texts.entry("facts", step.fact) else _title(step.fact, texts)
    if step.label in ("some", "every"):
        shown = word(f"step_{step.label}_{'whole' if step.value else 'open'}", count=len(step.children))
        return word("step", subject=subject, question=question, answer=shown)
    answer = word.value(step.value, step.fact, texts)
    compared = _compared(step, word, texts)
    return word("step", subject=subject, question=question, answer=answer) + compared


def _title(fact: str, texts: Texts) -> str:
    return str(texts.get("definitions", fact, "title") or question_text(fact, texts))


def _compared(step: Step, word: Words, texts: Texts) -> str:
    if step.test is None or step.test[0] not in ("more_than", "at_least", "before", "since", "within", "overlaps"):
        return ""
    operator, operand = step.test
    shown = word.value(operand, step.fact, texts) if not isinstance(operand, str) else operand
    if isinstance(operand, (tuple, list)) and len(operand) > 12:  # noqa: PLR2004 (a list longer than a line tells nothing)
        shown = word("many_places", count=len(operand))
    return word("compared", test=word(f"test_{operator}"), operand=shown)
