"""Which provisions of an act the rules of a pack cover: the share of those that put a duty on somebody.

A pack lists them in ``coverage/provisions.yaml``: `duty_bearing` pinpoints, and `not_encodable` ones with a reason each. Rules and
definitions cover a provision by citing it (transitions included), by citing a part of it, or by citing the paragraph that it is a
part of. An article or annex cited whole covers none of its parts.
"""

from __future__ import annotations

from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Literal, TypeAlias

    from riskcheck.loader.rules import Library
    from riskcheck.model.program import Program

FILE = "coverage/provisions.yaml"

How: TypeAlias = "Literal['cited', 'in part', 'by its paragraph', 'not covered']"
"""How a provision is covered, best first."""


class Covered(NamedTuple):
    """One provision that puts a duty on somebody, how it is covered, and the ids of the rules and definitions that do it."""

    at: str
    how: How
    by: tuple[str, ...]

    @property
    def covered(self) -> bool:
        """Whether anything covers it."""
        return bool(self.by)


class Article(NamedTuple):
    """An article or annex: its duty-bearing provisions, and those that no rule can judge, with the reason."""

    at: str
    heading: str
    provisions: tuple[Covered, ...]
    not_encodable: tuple[tuple[str, str], ...]

    @property
    def covered(self) -> int:
        """The number of its duty-bearing provisions that are covered."""
        return sum(item.covered for item in self.provisions)


class Coverage(NamedTuple):
    """The coverage of one act by one pack."""

    pack: str
    act: str
    title: str
    articles: tuple[Article, ...]

    @property
    def counted(self) -> int:
        """The number of duty-bearing provisions."""
        return sum(len(article.provisions) for article in self.articles)

    @property
    def covered(self) -> int:
        """The number of duty-bearing provisions that are covered."""
        return sum(article.covered for article in self.articles)

    @property
    def share(self) -> float:
        """The covered part, between 0 and 1; 1 where nothing is counted."""
        return self.covered / self.counted if self.counted else 1.0


def packs_with_provisions(library: Library) -> list[str]:
    """Return the packs that list the provisions of their act."""
    return [pack for pack, files in library.ledgers.items() if FILE in files]


def coverage(library: Library, program: Program, pack: str) -> Coverage:
    """Return the coverage of a pack. Raises KeyError where the pack lists no provisions."""
    listed: dict[str, Any] = library.ledgers[pack][FILE]
    act = listed["act"]
    index = library.provisions.get(act, {})
    cited = _cited(program, pack, act)
    duties = [_covered(at, cited) for at in listed["duty_bearing"]]
    reasons: dict[str, str] = listed["not_encodable"]
    wanted = sorted({article_of(at) for at in (*listed["duty_bearing"], *reasons)}, key=_order)
    articles = tuple(
        Article(
            at=article, heading=str(index.get(article, {}).get("heading", "")),
            provisions=tuple(item for item in duties if article_of(item.at) == article),
            not_encodable=tuple((at, reason) for at, reason in reasons.items() if article_of(at) == article),
        )
        for article in wanted
    )  # fmt: skip
    return Coverage(pack, act, library.acts[act][1].title, articles)


def article_of(at: str) -> str:
    """Return the article or annex of a pinpoint: ``Art. 5`` of ``Art. 5(1)(f)``, ``Annex III`` of ``Annex III point 1(a)``."""
    return " ".join(at.split()[:2]).partition("(")[0]


def _order(article: str) -> tuple[int, int, str]:
    word, _, number = article.partition(" ")
    digits = "".join(c for c in number if c.isdigit())
    return (0, int(digits), number) if word == "Art." else (1, _roman(number), number)


def _roman(number: str) -> int:
    values = [{"I": 1, "V": 5, "X": 10, "L": 50}[letter] for letter in number]
    return sum(-value if value < max(values[index:]) else value for index, value in enumerate(values))


def _cited(program: Program, pack: str, act: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for rule in program.rules:
        if rule.pack == pack:
            for cite in (*rule.cite, *(cite for transition in rule.transitions for cite in transition.cite)):
                if cite.act == act:
                    found.setdefault(cite.at, []).append(rule.id)
    for definition in program.definitions:
        if definition.pack == pack:
            for cite in definition.cite:
                if cite.act == act:
                    found.setdefault(cite.at, []).append(definition.id)
    return {at: sorted(set(ids)) for at, ids in found.items()}


def _covered(at: str, cited: dict[str, list[str]]) -> Covered:
    if at in cited:
        return Covered(at, "cited", tuple(cited[at]))
    parts = {identity for other, ids in cited.items() if _within(other, at) for identity in ids}
    if parts:
        return Covered(at, "in part", tuple(sorted(parts)))
    wholes = {identity for other, ids in cited.items() if other != article_of(other) and _within(at, other) for identity in ids}
    return Covered(at, "by its paragraph" if wholes else "not covered", tuple(sorted(wholes)))


def _within(part: str, whole: str) -> bool:
    """Tell whether one pinpoint lies inside another: ``Art. 5(1)(f)`` in ``Art. 5(1)``, but ``Art. 50(1)`` not in ``Art. 5``."""
    return part.startswith((f"{whole}(", f"{whole} ")) and part != whole


# --- as text ------------------------------------------------------------------------------------------------------


def as_data(found: Coverage) -> dict[str, Any]:
    """Return the coverage as plain data (schema riskcheck-coverage/1)."""
    return {
        "schema": "riskcheck-coverage/1", "pack": found.pack, "act": found.act, "title": found.title,
        "counted": found.counted, "covered": found.covered, "share": round(found.share, 4),
        "articles": [
            {
                "at": article.at, "heading": article.heading, "counted": len(article.provisions), "covered": article.covered,
                "provisions": [{"at": item.at, "how": item.how, "by": list(item.by)} for item in article.provisions],
                "not_encodable": dict(article.not_encodable),
            }
            for article in found.articles
        ],
    }  # fmt: skip


def as_text(found: Coverage) -> str:
    """Return one line for each article, what is not covered, and the share."""
    lines = [f"{a.at:<10} {a.covered:>3} of {len(a.provisions):>2}  {a.heading}" for a in found.articles if a.provisions]
    lines += [f"not covered: {item.at}" for item in _gaps(found)]
    return "\n".join((*lines, _sum(found), ""))


def as_markdown(found: Coverage) -> str:
    """Return the table by article, each provision with what covers it, and the reasons for what is not counted."""
    made = f"Made by `riskcheck rules coverage {found.pack} -f md`; a test compares this file with the rules."
    lines = [
        f"# What the pack {found.pack} covers", "", found.title, "",
        f"A provision is covered where a rule or definition cites it, a part of it, or the paragraph that it belongs to. {made}", "",
        f"**{_sum(found)}**", "",
        "| article | heading | duties | covered | not counted |", "| --- | --- | ---: | ---: | ---: |",
        *(f"| {a.at} | {_cell(a.heading)} | {len(a.provisions)} | {a.covered} | {len(a.not_encodable)} |" for a in found.articles),
        "", "## Not covered", "", *([f"- {item.at}" for item in _gaps(found)] or ["Nothing."]),
        "", "## Provision by provision", "", "| provision | how | by |", "| --- | --- | --- |",
        *(f"| {item.at} | {item.how} | {'<br>'.join(_short(name, found.pack) for name in item.by)} |" for item in _all(found)),
        "", "## Not counted, and why", "", "| provision | reason |", "| --- | --- |",
        *(f"| {at} | {_cell(reason)} |" for article in found.articles for at, reason in article.not_encodable),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _all(found: Coverage) -> Iterator[Covered]:
    for article in found.articles:
        yield from article.provisions


def _gaps(found: Coverage) -> list[Covered]:
    return [item for item in _all(found) if not item.covered]


def _sum(found: Coverage) -> str:
    return f"{found.covered} of {found.counted} duty-bearing provisions covered ({found.share:.1%})"


def _short(name: str, pack: str) -> str:
    return f"`{name.removeprefix(pack + '/')}`"


def _cell(text: str) -> str:
    return " ".join(str(text).split()).replace("|", "\\|")
