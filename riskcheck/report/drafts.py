"""Drafts of paperwork: the outline of a form filled with the facts of a profile, every gap marked with its question.

A draft takes facts as they are written, and what follows from them; what is only alleged or inferred stays a gap. The text of a
profile is made inert for Markdown.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

from riskcheck.model.values import SetValue
from riskcheck.report.inert import inert, markdown
from riskcheck.report.prose import question_text, subject_label
from riskcheck.report.words import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from typing import Any

    from riskcheck.evaluator.world import Facts, World
    from riskcheck.installed import Texts
    from riskcheck.loader.drafts import Item, Outline
    from riskcheck.model.profile import Profile

_VALUE = 2000
"""Characters of a value that a draft shows."""


class _Draft:
    """One draft in the making; ``gaps`` counts the marks, ``filled`` the fields that hold an answer."""

    def __init__(self, world: World, profile: Profile, model: Facts, texts: Texts, language: str) -> None:
        self.world, self.profile, self.model, self.texts, self.language = world, profile, model, texts, language
        self.word = words(language)
        file = Path(__file__).resolve().parent / "locale" / f"draft.{language}.json"
        self.phrases: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
        self.gaps = self.filled = self.fields = 0

    def gap(self, question: str) -> str:
        """Return the mark of what the profile does not say."""
        self.gaps += 1
        return markdown(self.phrases["gap"].format(question=question), _VALUE)

    def label(self, path: str) -> str:
        """Return the name of a subject."""
        return markdown(subject_label(path, self.profile, self.word))

    def fact(self, facts: Facts, name: str) -> tuple[str, bool]:
        """Return a fact as text and whether it is known; an unknown or open part is marked with its question."""
        kind, _, short = name.partition(".")
        value = self.world.company.get(short) if kind == "company" else facts.get(short)
        if value is None:
            return self.gap(question_text(name, self.texts)), False
        if isinstance(value, (int, float, Decimal)):  # a number needs no escape, and would look odd with one
            return self.word.value(value, name, self.texts), True
        text = markdown(self.word.value(value, name, self.texts), _VALUE)
        if isinstance(value, SetValue) and not value.closed:
            return f"{text} {self.gap(question_text(name, self.texts))}", bool(value.yes)
        return text, True

    def answer(self, name: str, text: str, *, known: bool) -> str:
        """Return a question with its answer; a gap holds its question already."""
        return f"{inert(question_text(name, self.texts))} {text}" if known else text

    def lines(self, item: Item) -> Iterator[str]:
        """Yield the Markdown lines of one field."""
        self.fields += 1
        parts: list[tuple[str, bool]] = []
        if item.name:
            parts.append((self.label("company" if item.name == "company" else self.model.path), True))
        shown = [(name, *self.fact(self.model, name)) for name in item.facts]
        below: list[str] = []
        if len(shown) == 1:
            parts.append(shown[0][1:])
        else:
            below = [self.answer(name, text, known=known) for name, text, known in shown]
        known = any(known for _, known in parts) or any(known for _, _, known in shown)
        if item.each:
            listed, some = self._each(item)
            below += listed
            known = known or some
        if item.ask is not None:
            below.append(self.gap(getattr(item.ask, self.language)))
        self.filled += known
        head = self.phrases["item"].format(label=f"**{getattr(item.label, self.language)}**", text=" ".join(text for text, _ in parts)).rstrip()
        yield f"- {head}"
        yield from (f"  - {line}" for line in below)

    def _each(self, item: Item) -> tuple[list[str], bool]:
        """Return a line for each linked subject for which ``when`` holds or may hold, and whether any is sure."""
        subjects, whole = self.world.linked(self.model, item.each)
        lines: list[str] = []
        some = False
        for facts in subjects:
            truths = [_holds(facts.get(name.partition(".")[2]), wanted) for name, wanted in item.when.items()]
            if False in truths:
                continue
            open_facts = [name for name, truth in zip(item.when, truths, strict=True) if truth is None]
            if open_facts:
                answers = [self.gap(question_text(name, self.texts)) for name in open_facts]
            else:
                found = [(name, *self.fact(facts, name)) for name in item.show]
                some = some or bool(item.when) or any(known for _, _, known in found)
                answers = [found[0][1]] if len(found) == 1 else [self.answer(name, text, known=known) for name, text, known in found]
            told = self.phrases["between"].join(answers)
            lines.append(self.phrases["item"].format(label=self.label(facts.path), text=told) if told else self.label(facts.path))
        if not whole:
            lines.append(self.gap(question_text(item.each, self.texts)))
        elif not lines:
            lines.append(self.phrases["nothing"])
            some = True
        return lines, some


def _holds(value: Any, wanted: Any) -> bool | None:
    """Whether a fact has a value, or a set the member; None while that is open."""
    if value is None:
        return None
    if isinstance(value, SetValue):
        if wanted in value.yes:
            return True
        return False if value.closed or wanted in value.no else None
    return bool(value == wanted)


def render_draft(outline: Outline, world: World, profile: Profile, key: str, texts: Texts, language: str, day: date) -> str:
    """Return the Markdown draft of a form for one model of a profile, in one language."""
    draft = _Draft(world, profile, world.subjects["model"][key], texts, language)
    body: list[str] = []
    for section in outline.sections:
        body += ["", f"## {getattr(section.title, language)}", ""]
        for item in section.items:
            body.extend(draft.lines(item))
    phrases = draft.phrases
    laws = [f"{texts.get('acts', cite.act, 'short') or cite.act} {cite.at}".strip() for cite in outline.cite]
    head = [
        phrases["item"].format(label=f"# {phrases['head']}", text=f"{getattr(outline.title, language)} · {draft.label(draft.model.path)}"),
        "", f"> {phrases['notice']}", "",
        "- " + phrases["item"].format(label=phrases["form"], text=getattr(outline.form, language)),
        "- " + phrases["item"].format(label=phrases["law"], text=inert(draft.word.listed(laws))),
        "- " + phrases["item"].format(label=phrases["confidence"], text=getattr(outline.confidence_note, language)),
        "- " + phrases["state"].format(day=draft.word.day(day)),
        "- " + phrases["gaps"].format(filled=draft.filled, all=draft.fields, gaps=draft.gaps),
    ]  # fmt: skip
    return "\n".join([*head, *body]) + "\n"
