"""The overview as plain values in one language: figures, change, distribution, heat map, ranking. Templates only lay it out."""

from __future__ import annotations

from datetime import date

from riskcheck.model.parameters import ParameterBook
from riskcheck.model.rule import SEVERITIES
from riskcheck.portfolio.amounts import stakes_of
from riskcheck.portfolio.changed import changed_view
from riskcheck.portfolio.names import Names
from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from riskcheck.installed import Installed
    from riskcheck.portfolio.amounts import StakeView
    from riskcheck.portfolio.changed import ChangedView
    from riskcheck.portfolio.results import Ranked, Summary
    from riskcheck.portfolio.run import Order
    from riskcheck.portfolio.since import Since
    from riskcheck.report.words import Words

GRADES = (*(level for level in SEVERITIES if level != "info"), "")
"""What the worst matter of a company can be; the last one is nothing adverse."""
HEAT = {"critical": 4, "high": 3, "medium": 2, "low": 1, "": 0}
STEPS = 20
"""Bars of the distribution."""
_NAMED = 2
"""Heaviest findings named in a row of the ranking."""
_FREQUENT = 15
SORTS = ("rank", "name", "most", "width", "decided", "breached", "exposed", "unknown")
"""What rows can be ordered by, beside the score of each rule set. The figures behind stand in each row, in this order."""


SECTIONS = (
    ("changed", "pf_sec_changed"), ("spread", "pf_sec_spread"), ("frequent", "pf_sec_frequent"), ("ranking", "pf_sec_ranking"), ("map", "pf_sec_map"),
    ("reading", "pf_sec_reading"),
)  # fmt: skip
"""Anchors and titles, in the order of the page."""


class Bar(NamedTuple):
    """Companies between two scores, by either end, and the height of each bar in percent of the highest of its own end."""

    label: str
    least: str
    most: str
    least_height: float
    most_height: float


class Grade(NamedTuple):
    """A worst matter: how many companies have it, sure today and possible."""

    slug: str
    word: str
    choice: str
    """How the filter calls it: what is not sure may still be open."""
    least: str
    least_share: str
    most: str
    most_share: str


class Frequent(NamedTuple):
    """A rule that is among the heaviest findings of several companies."""

    title: str
    pack: str
    companies: str
    share: str
    width: float


class Cell(NamedTuple):
    """The score of a company by one rule set: colour, number and word."""

    interval: str
    word: str
    heat: int
    open: bool


class FindingLink(NamedTuple):
    """One of a company's heaviest findings."""

    title: str
    subject: str
    href: str


class Row(NamedTuple):
    """One company of the ranking. ``packs`` are its cells on the heat map; ``keys`` the figures that it is ordered by."""

    rank: int
    name: str
    id: str
    href: str
    least: float
    most: float
    interval: str
    grade: str
    grade_word: str
    decided: str
    breached: str
    exposed: str
    unknown: str
    findings: list[FindingLink]
    more: str
    stakes: list[StakeView]
    packs: list[Cell]
    hit: str
    keys: str


class Pack(NamedTuple):
    """A rule set: its title, and how many companies have an adverse finding by it."""

    title: str
    hit: str


class Front(NamedTuple):
    """The overview in one language. ``prefix`` stands before the anchors of a second language in the same file."""

    word: Words
    language: str
    prefix: str
    title: str
    document: str
    cover: list[tuple[str, str]]
    sentences: list[str]
    figures: list[tuple[str, str]]
    aside: str
    sections: list[tuple[str, str]]
    changed: ChangedView | None
    bars: list[Bar]
    highest_least: str
    highest_most: str
    grades: list[Grade]
    frequent: list[Frequent]
    packs: list[Pack]
    rows: list[Row]
    listed: list[str]
    sorts: list[tuple[str, str]]
    notes: list[str]
    files: list[tuple[str, str]]
    missing: frozenset[tuple[str, str, str]]


class Told(NamedTuple):
    """What an overview tells of: the run, its summary, the pages of single companies by id, and the files beside it."""

    summary: Summary
    order: Order
    installed: Installed
    pages: Mapping[str, int]
    files: Sequence[str]
    changed: Since | None
    version: str


def front(told: Told, language: str, prefix: str = "") -> Front:
    """Return the overview in one language."""
    names = Names(told.installed, language, told.pages, prefix)
    word, summary, order = names.word, told.summary, told.order
    day = word.day(date.fromisoformat(order.as_of))
    packs = [Pack(names.pack(pack), word.number(summary.hit.get(pack, 0))) for pack in summary.packs]
    book = ParameterBook(told.installed.program.parameters, date.fromisoformat(order.as_of))
    changed = changed_view(told.changed, order, names) if told.changed else None
    parts = Front(
        word=word, language=language, prefix=prefix, title=word("pf_title", count=summary.companies),
        document=word("pf_document", count=summary.companies, day=day), cover=_cover(told, names, day), sentences=_sentences(summary, word),
        figures=_figures(summary, word), aside=word("pf_aside", count=len(summary.aside), file="aside.jsonl") if summary.aside else "",
        sections=[(anchor, word(key)) for anchor, key in SECTIONS if changed or anchor != "changed"], changed=changed,
        bars=_bars(summary, word), highest_least=word.number(max(_steps(summary.least))), highest_most=word.number(max(_steps(summary.most))),
        grades=_grades(summary, word), frequent=_frequent(summary, told.installed, names), packs=packs,
        rows=[_row(rank, ranked, summary.packs, names, book) for rank, ranked in enumerate(summary.worst, 1)], listed=_listed(told, word),
        sorts=[
            *((name, word(f"pf_sort_{name}")) for name in SORTS),
            *((f"p{number}", word("pf_sort_pack", pack=pack.title)) for number, pack in enumerate(packs)),
        ],
        notes=_notes(summary, word), files=_files(told, word), missing=frozenset(),
    )  # fmt: skip
    return parts._replace(missing=frozenset(names.told.missing))


def grade_word(grade: str, word: Words) -> str:
    """Return what the worst matter of a company is called."""
    return word(f"severity_{grade}" if grade else "pf_grade_none")


# --- the top of the page --------------------------------------------------------------------------------------------


def _cover(told: Told, names: Names, day: str) -> list[tuple[str, str]]:
    word, program = names.word, told.installed.program
    rows = [(word("as_of"), day), (word("tool"), f"riskcheck {told.version}")]
    if told.order.include_proposed:
        rows.append((word("pf_with_proposed"), word("pf_included")))
    versions = [f"{names.pack(pack)} {program.packs[pack].version}" for pack in told.summary.packs]
    name = "pf_packs_limited" if told.order.packs else "law_state"
    return [*rows, (word(name), word("list_joiner").join(versions))]


def _sentences(summary: Summary, word: Words) -> list[str]:
    companies = summary.companies
    clean = summary.grades_most.get("", 0)
    critical, possible = summary.grades_least.get("critical", 0), summary.grades_most.get("critical", 0)
    return [
        word("pf_answer_critical", count=critical, companies=companies, share=share(critical, companies, word), possible=possible,
            possible_share=share(possible, companies, word)),
        word("pf_answer_clean" if clean else "pf_answer_clean_none", count=summary.grades_least.get("", 0), none=clean),
        word("pf_answer_coverage", coverage=word.share(summary.coverage / companies)),
    ]  # fmt: skip


def _figures(summary: Summary, word: Words) -> list[tuple[str, str]]:
    found = [(word.number(summary.grades_least.get("critical", 0)), word("pf_figure_critical"))]
    found += [(word.number(summary.counts.get(name, 0)), word(f"pf_figure_{name}")) for name in ("breached", "exposed", "upcoming", "unknown", "met")]
    if summary.aside:
        found.append((word.number(len(summary.aside)), word("pf_figure_aside")))
    return found


def share(part: int, whole: int, word: Words) -> str:
    """Return a share in percent; a part that exists never reads 0, one that lacks something never 100."""
    if not part or not whole:
        return word.share(0)
    if part / whole < 0.01:  # noqa: PLR2004 (one percent)
        return word("under_one_percent")
    return word.share(min(part / whole, 0.99) if part < whole else 1)


# --- how scores are spread ------------------------------------------------------------------------------------------


def _steps(tenths: Sequence[int]) -> list[int]:
    """Return companies by step of the distribution; the last step holds the full score too."""
    size = (len(tenths) - 1) // STEPS
    return [sum(tenths[place * size : (place + 1) * size + (place == STEPS - 1)]) for place in range(STEPS)]


def _bars(summary: Summary, word: Words) -> list[Bar]:
    least, most = _steps(summary.least), _steps(summary.most)
    width = 100 // STEPS
    return [
        Bar(
            word("pf_step_last" if place == STEPS - 1 else "pf_step", **{"from": str(place * width), "to": str((place + 1) * width)}),
            word.number(low), word.number(high), _percent(low, max(least)), _percent(high, max(most)),
        )
        for place, (low, high) in enumerate(zip(least, most, strict=True))
    ]  # fmt: skip


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0


def _grades(summary: Summary, word: Words) -> list[Grade]:
    found = []
    for grade in GRADES:
        least, most = summary.grades_least.get(grade, 0), summary.grades_most.get(grade, 0)
        found.append(Grade(
            grade or "none", grade_word(grade, word), grade_word(grade, word) if grade else word("pf_none_sure"), word.number(least),
            share(least, summary.companies, word), word.number(most),
            share(most, summary.companies, word),
        ))  # fmt: skip
    return found


def _frequent(summary: Summary, installed: Installed, names: Names) -> list[Frequent]:
    word, packs = names.word, {rule.id: rule.pack for rule in installed.program.rules}
    ranked = sorted(summary.frequent.items(), key=lambda item: (-item[1], item[0]))[:_FREQUENT]
    return [
        Frequent(names.rule(rule), names.pack(packs[rule]), word.number(count), share(count, summary.companies, word),
            _percent(count, summary.companies))
        for rule, count in ranked
    ]  # fmt: skip


# --- companies ------------------------------------------------------------------------------------------------------


def _row(rank: int, ranked: Ranked, packs: Sequence[str], names: Names, book: ParameterBook) -> Row:
    row, word = ranked.row, names.word
    grade = row["worst_least"] or ""
    cells = [_cell(row, f"{pack}.", word) for pack in packs]
    figures = (
        rank, 0, row["score_most"], row["score_most"] - row["score_least"], row["coverage"], row["breached"], row["exposed"], row["unknown"],
        *(row[f"{pack}.score_least"] for pack in packs),
    )  # fmt: skip
    top = row["top"] or []
    return Row(
        rank=rank, name=names.company(row), id=names.id(row), href=names.page(row["id"]), least=row["score_least"], most=row["score_most"],
        interval=interval(row["score_least"], row["score_most"], word), grade=grade or "none", grade_word=_cell(row, "", word).word,
        decided=decided(row["coverage"], word), breached=word.number(row["breached"]), exposed=word.number(row["exposed"]),
        unknown=word.number(row["unknown"]), findings=[FindingLink(*names.finding(identity, row["id"])) for identity in top[:_NAMED]],
        more=word("pf_more_heavy", count=len(top) - _NAMED) if len(top) > _NAMED else "", stakes=stakes_of(row["exposures"] or [], word, book),
        packs=cells, hit=" ".join(f"p{place}" for place, pack in enumerate(packs) if row[f"{pack}.breached"] + row[f"{pack}.exposed"]),
        keys=" ".join(f"{figure:g}" for figure in figures),
    )  # fmt: skip


def _cell(row: Mapping[str, Any], prefix: str, word: Words) -> Cell:
    least, most = row[f"{prefix}score_least"], row[f"{prefix}score_most"]
    grade = row[f"{prefix}worst_least"] or ""
    unsure = not grade and most > 0
    text = word("pf_open" if unsure else f"severity_{grade}" if grade else "pf_nothing")
    return Cell(interval(least, most, word), text, HEAT[grade], unsure)


def interval(least: float, most: float, word: Words) -> str:
    """Return an interval in whole points."""
    low, high = word.score(least), word.score(most)
    return low if low == high else f"{low}–{high}"


def decided(coverage: float, word: Words) -> str:
    """Return coverage in percent; a part that is decided never reads 0, a part that is open never 100."""
    if 0 < coverage < 0.01:  # noqa: PLR2004 (one percent)
        return word("under_one_percent")
    return word.share(min(coverage, 0.99) if coverage < 1 else 1)


def _listed(told: Told, word: Words) -> list[str]:
    """Return how many companies the page lists, where the others are, and which have a page."""
    count, shown = told.summary.companies, len(told.summary.worst)
    names = [name for name in told.files if name.startswith("results.")]
    files = word("and_list", items=word.listed(names[:-1]), last=names[-1]) if len(names) > 1 else names[0]
    found = [word("pf_ranking_cut", shown=shown, count=count, files=files) if count > shown else word("pf_ranking_whole", files=files)]
    if told.pages:
        found.append(word("pf_ranking_pages", count=len(told.pages)))
    return found


def _notes(summary: Summary, word: Words) -> list[str]:
    found = [word(key) for key in ("pf_read_plain", "pf_read_depth", "pf_read_worst", "pf_read_money")]
    if summary.assumed:
        found.append(word("pf_read_assumed", count=summary.assumed))
    return [*found, word("limit_advice"), word("pf_read_same")]


def _files(told: Told, word: Words) -> list[tuple[str, str]]:
    keys = {"results.parquet": "parquet", "results.csv": "csv", "changes.parquet": "changes", "aside.jsonl": "aside"}
    return [(name, word(f"pf_file_{keys[name]}")) for name in told.files]


