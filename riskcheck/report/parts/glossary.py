"""The official terms that a report uses, in both languages, with the law that uses them."""

from __future__ import annotations

from riskcheck.patterns import later
from riskcheck.report.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from riskcheck.report.parts.context import Context
    from riskcheck.report.view import View

_HOUSE = "house usage"
_ACT = later(r".*?(《[^》]+》)\)?(?: Art\. ([0-9, ]+))?")
_BRACKETS = later("[（）]")


class Term(Record):
    """One term: in the page's language, in the other one, and the law that uses it (empty: this tool's wording)."""

    text: str
    other: str
    source: str


class Glossary(Record):
    """The terms that the report uses: those of Chinese law with their source, and those of this tool. ``tongue`` is the other language."""

    official: list[Term]
    house: list[Term]
    tongue: str


def glossary_view(view: View, ctx: Context) -> Glossary | None:
    """Return the terms that stand in the findings, rules and questions of a view; None where there are none."""
    chinese = ctx.language == "zh"
    text = "\n".join(dict.fromkeys(_texts(view))).lower()
    official: list[Term] = []
    house: list[Term] = []
    for key in ctx.told.ids("glossary"):
        entry = ctx.told.entry("glossary", key)
        if not (_used_chinese(entry["zh"], text) if chinese else _used(entry["en"].partition(" (")[0].lower(), text)):
            continue
        own, other = (entry["zh"], entry["en"]) if chinese else (entry["en"], entry["zh"])
        if entry["source"] == _HOUSE:
            house.append(Term(text=own, other=other, source=""))
        else:
            official.append(Term(text=own, other=other, source=_source(entry["source"]) if chinese else entry["source"]))
    if not official and not house:
        return None
    if not chinese:
        official.sort(key=_by_text)
        house.sort(key=_by_text)
    return Glossary(official=official, house=house, tongue="en" if chinese else "zh-Hans")


def _by_text(term: Term) -> str:
    return term.text.lower()


def _texts(view: View) -> Iterable[str]:
    for finding in (*view.flags, *view.high, *view.rest):
        yield from (finding.title, finding.message, finding.summary, finding.remedy, finding.why_grave, finding.note)
    for pack in view.packs:
        yield from (rule.title for group in pack.open for rule in group.rules)
    yield from (question.text for question in view.questions)


def _used(term: str, text: str) -> bool:
    """Whether a term stands in a text as a word of its own, in the plural too."""
    at = text.find(term)
    while at >= 0:
        end = at + len(term)
        end += text.startswith("s", end)
        if not text[at - 1 : at].isalnum() and not text[end : end + 1].isalnum():
            return True
        at = text.find(term, at + 1)
    return False


def _used_chinese(term: str, text: str) -> bool:
    return any(part in text for part in _BRACKETS.split(term.lower()) if part)


def _source(source: str) -> str:
    """Return the Chinese name of an act and its article, where the source names one."""
    found = _ACT.fullmatch(source)
    if not found:
        return source
    articles = "、".join(f"第{part.strip()}条" for part in found[2].split(",")) if found[2] else ""
    return found[1] + articles
