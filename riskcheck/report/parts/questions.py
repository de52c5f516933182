"""What is not known: one question for each fact, the subjects it is open for, who can answer, how much hangs on it."""

from __future__ import annotations

from itertools import chain
from operator import itemgetter

from riskcheck.records import NamedTuple, maker
from riskcheck.report.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from riskcheck.model.assessment import Question
    from riskcheck.report.parts.context import Context


class Numbered(NamedTuple):
    """A question's number, anchor and text, to be pointed at."""

    number: int
    anchor: str
    text: str
    short: str


_numbered = maker(Numbered)


class QuestionView(Record):
    """One question over the subjects for which it is open. ``points`` of the score hang on it."""

    number: int
    anchor: str
    short: str
    text: str
    fact: str
    subjects: list[str]
    paths: list[str]
    answered_by: str
    points: str
    width: float
    rules: int
    rules_word: str
    first_rules: list[str]


class AskedGroup(Record):
    """Questions of little weight that the same people can answer about the same subjects."""

    answered_by: str
    subjects: str
    questions: list[QuestionView]


_NAMED = 3


def questions_view(ctx: Context, most: int = 0) -> tuple[list[QuestionView], dict[tuple[str, str], Numbered]]:
    """Return the questions, the weightiest first (``most`` of them, or all), and the number of each (subject path, fact)."""
    groups: dict[str, list[Question]] = {}
    for question in ctx.assessment.questions:
        groups.setdefault(question.fact, []).append(question)
    widths = {fact: sum([question.width for question in group]) for fact, group in groups.items()}
    rounded = {fact: round(width, 2) for fact, width in widths.items()}
    least = sorted(rounded.values(), reverse=True)[most - 1] if 0 < most < len(widths) else 0.0
    ranked: list[tuple[float, int, str, float, list[Question]]] = []
    for fact, group in groups.items():
        if rounded[fact] < least:
            continue  # none of those wanted; nobody need know how many rules wait for it
        waiting = len(set().union(*[question.rules for question in group]))
        ranked.append((-rounded[fact], -waiting, fact, widths[fact], group))
    ranked.sort(key=itemgetter(0, 1, 2))
    found: list[QuestionView] = []
    numbers: dict[tuple[str, str], Numbered] = {}
    short = ctx.word("question_short")
    counted: dict[int, str] = {}
    for number, (_, waiting, fact, width, group) in enumerate(ranked[: most or None], 1):
        anchor = f"{ctx.prefix}q{number}"
        if waiting not in counted:
            counted[waiting] = ctx.word("rules_count", count=-waiting)
        view = QuestionView(
            number=number, anchor=anchor, short=short.format(number=number), text=ctx.question(fact), fact=fact,
            subjects=_subjects(group, number, ctx),
            paths=[question.subject for question in group], answered_by=ctx.word(f"owner_{group[0].answered_by}"), points=points_text(width),
            width=width, rules=-waiting, rules_word=counted[waiting],
            first_rules=[ctx.title(rule) for rule in _first_rules(group)] if number <= TOP else [],
        )  # fmt: skip
        found.append(view)
        told = _numbered((number, anchor, view.text, view.short))
        for question in group:
            numbers[question.subject, fact] = told
    return found, numbers


def _first_rules(group: list[Question]) -> list[str]:
    """Return the first few rules that wait for the answer."""
    return list(dict.fromkeys(chain.from_iterable([question.rules for question in group])))[:_NAMED]


TOP = 25
"""Questions shown with the rules that wait for them."""


def by_weight(questions: list[QuestionView], ctx: Context) -> tuple[list[QuestionView], list[AskedGroup]]:
    """Return the questions on which more than a tenth of a point hangs (and the first ones in any case), and the others by who can answer."""
    weighty = [question for question in questions if question.number <= TOP or question.width >= _LIGHT]
    groups: dict[tuple[str, tuple[str, ...]], list[QuestionView]] = {}
    for question in questions[len(weighty) :]:
        groups.setdefault((question.answered_by, tuple(sorted(question.paths))), []).append(question)
    found = [AskedGroup(answered_by=people, subjects=ctx.names(asked[0].paths), questions=asked) for (people, _), asked in groups.items()]
    return weighty, sorted(found, key=lambda group: (group.answered_by, group.questions[0].number))


_LIGHT = 0.15
"""What is shown as a tenth of a point or less."""


def _subjects(group: list[Question], number: int, ctx: Context) -> list[str]:
    """Return the names of the subjects for which a question is open; far down the list only the first ones and how many more."""
    names = ctx.each_name([question.subject for question in group])
    if number <= TOP or len(names) <= _NAMED:
        return names
    return [*names[: _NAMED - 1], f"+{len(names) - _NAMED + 1}"]


def points_text(width: float) -> str:
    """Return points of the score with one decimal; what is tiny is not shown as nothing."""
    return "<0.1" if 0 < width < 0.05 else f"{width:.1f}"  # noqa: PLR2004 (half of the last digit shown)
