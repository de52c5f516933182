"""The HTML overview of a run: who is worst, how scores are spread, company by pack, what changed; a page for each of the worst."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from riskcheck.model.finding import ADVERSE
from riskcheck.model.rule import SEVERITIES

if TYPE_CHECKING:
    from pathlib import Path

    from riskcheck.installed import Installed, Texts
    from riskcheck.model.assessment import Assessment
    from riskcheck.model.profile import Profile
    from riskcheck.model.rule import Rule
    from riskcheck.portfolio.results import Ranked, Since, Summary
    from riskcheck.portfolio.run import Order, Store

PAGES = "companies"
_SHADES = 5
_HEAT = 40
"""Companies on the heat map."""


def write_overview(
    out: Path, summary: Summary, store: Store, order: Order, installed: Installed, *, language: str, worst: int, changed: Since | None,
) -> None:  # fmt: skip
    """Write ``index.html`` and a page for each of the worst companies into the folder of results."""
    from riskcheck.report.templates import environment, rendered, source

    env = environment()
    texts = installed.texts(language)
    style = source(env, "report.css") + source(env, "portfolio.css")
    pages = _pages(summary.worst[:worst], store, order, installed)
    folder = out / PAGES
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.html"):
        path.unlink()
    for number, (_, assessment) in enumerate(pages.items(), 1):
        values = {"style": style, "language": language, "order": order, **_company(assessment, installed, texts)}
        _place(folder / f"{number:03d}.html", rendered(env, "portfolio-company.html.j2", values))
    links = {identity: f"{PAGES}/{number:03d}.html" for number, identity in enumerate(pages, 1)}
    values = {
        "style": style, "language": language, "order": order, "summary": summary, "links": links, "changed": changed,
        "packs": [(pack, str(texts.get("packs", pack, "title", pack))) for pack in summary.packs],
        "rows": [ranked.row for ranked in summary.worst], "heat": [ranked.row for ranked in summary.worst[:_HEAT]], "shade": _shade, "clean": _clean,
        "bars": _bars(summary), "script": source(env, "portfolio.js"),
    }  # fmt: skip
    _place(out / "index.html", rendered(env, "portfolio.html.j2", values))


def _place(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.part")
    try:
        temporary.write_text(text, encoding="utf-8", errors="backslashreplace")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _clean(text: Any) -> str:
    from riskcheck.report.safe import NAME, clean

    return clean(str(text or ""), NAME)


def _shade(score: float) -> int:
    return min(_SHADES - 1, int(score // (100 / _SHADES)))


def _bars(summary: Summary) -> list[dict[str, Any]]:
    highest = max((*summary.least, *summary.most, 1))
    width = 100 // len(summary.least)
    return [
        {
            "from": place * width,
            "to": (place + 1) * width,
            "least": least,
            "most": most,
            "least_share": 100 * least / highest,
            "most_share": 100 * most / highest,
        }
        for place, (least, most) in enumerate(zip(summary.least, summary.most, strict=True))
    ]


# --- single companies -----------------------------------------------------------------------------------------------


def _pages(worst: list[Ranked], store: Store, order: Order, installed: Installed) -> dict[str, Assessment]:
    """Return the whole assessments of some companies, each read again from where it stands."""
    from riskcheck.assess.assess import assess

    program = installed.program.only(order.packs) if order.packs else installed.program
    found: dict[str, Assessment] = {}
    by_item: dict[int, list[str]] = {}
    for ranked in worst:
        by_item.setdefault(ranked.item, []).append(ranked.row["id"])
    for item, ids in by_item.items():
        for identity, profile in _profiles(store, item, ids, installed).items():
            plain = profile._replace(evidence=(), assumptions={})
            found[identity] = assess(program, plain, date.fromisoformat(order.as_of), include_proposed=order.include_proposed, simulated=False)
    return {ranked.row["id"]: found[ranked.row["id"]] for ranked in worst if ranked.row["id"] in found}


def _profiles(store: Store, number: int, ids: list[str], installed: Installed) -> dict[str, Profile]:
    from riskcheck.evaluator.planes.batch import Batch
    from riskcheck.evaluator.planes.records import profile_of
    from riskcheck.loader.profiles import known_places
    from riskcheck.portfolio.items import ItemReader

    program, item = installed.program, store.items[number]
    facts = {name for name, fact in program.vocabulary.facts.items() if fact.kind != "derived"}
    reader = ItemReader(program, facts, set(program.vocabulary.written_links))
    if item.kind != "group":
        return {identity: profile for _, identity, profile in reader.profiles(item) if identity in ids and not isinstance(profile, str)}
    tables, _ = reader.tables(item)
    batch = Batch(tables, program.vocabulary, known_places(program))
    at = {identity: row for row, identity in reversed(list(enumerate(tables["company"]["id"].to_pylist())))}
    return {identity: profile_of(batch, at[identity]) for identity in ids if identity in at}


def _company(assessment: Assessment, installed: Installed, texts: Texts) -> dict[str, Any]:
    from riskcheck.report.run import citation_text

    rules = {rule.id: rule for rule in installed.program.rules}

    def told(rule: Rule) -> dict[str, Any]:
        return {
            "title": texts.get("rules", rule.id, "title", rule.id), "summary": texts.get("rules", rule.id, "summary"),
            "remedy": texts.get("rules", rule.id, "remedy"), "cites": "; ".join(citation_text(cite, texts) for cite in rule.cite),
        }  # fmt: skip

    adverse = sorted((f for f in assessment.findings if f.verdict in ADVERSE), key=lambda f: (SEVERITIES.index(f.severity), f.identity))
    return {
        "assessment": assessment, "clean": _clean, "shade": _shade,
        "findings": [{"finding": finding, **told(rules[finding.rule])} for finding in adverse],
        "questions": [(question, texts.get("facts", question.fact, "ask", question.fact)) for question in assessment.questions[:10]],
        "exposures": [(exposure, texts.get("money", exposure.family, "title", exposure.family)) for exposure in assessment.exposures],
        "packs": [(pack, texts.get("packs", pack.pack, "title", pack.pack)) for pack in assessment.packs],
    }  # fmt: skip
