"""Writes the overview of a run and a page for each of the worst companies: all of it rendered first, then moved into place at once."""

from __future__ import annotations

import re
import shutil
from datetime import date

from riskcheck.portfolio.front import Told, front
from riskcheck.portfolio.items import ASIDE
from riskcheck.portfolio.names import PAGES
from riskcheck.portfolio.results import RESULTS, TABLE
from riskcheck.portfolio.since import CHANGES
from riskcheck.portfolio.single import Company, file_of, single
from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import Any

    from riskcheck.installed import Installed
    from riskcheck.model.profile import Profile
    from riskcheck.portfolio.results import Ranked, Summary
    from riskcheck.portfolio.run import Order, Store
    from riskcheck.portfolio.since import Since
    from riskcheck.report.run import Run
    from riskcheck.report.templates import Environment

INDEX = "index.html"
_STAGE = ".overview"
_BLANK = re.compile(r"\n\s*")


def write_overview(
    out: Path, summary: Summary, store: Store, installed: Installed, *, languages: Sequence[str], worst: int, changed: Since | None,
) -> int:  # fmt: skip
    """Write the overview into the folder of results; return how many texts of rules fell back to English."""
    from riskcheck import __version__
    from riskcheck.report.templates import environment, script, source

    env = environment()
    page = _Page(env, source(env, "report.css") + source(env, "portfolio.css"), *script(env, "portfolio.js"))
    profiles = _profiles(summary.worst[:worst], store, installed)
    companies = [
        _company(rank, one, summary.companies, store, profiles[one.row["id"]])
        for rank, one in enumerate(summary.worst[:worst], 1) if one.row["id"] in profiles
    ]  # fmt: skip
    pages = {company.id: company.number for company in companies}
    told = Told(summary, store.order, installed, pages, _files(out, changed=changed is not None), changed, __version__)
    views = [front(told, language, f"{language}-" if number else "") for number, language in enumerate(languages)]
    missing = {place for view in views for place in view.missing}
    stage = out / _STAGE
    shutil.rmtree(stage, ignore_errors=True)
    (stage / PAGES).mkdir(parents=True)
    try:
        _write(stage / INDEX, page.rendered("portfolio.html.j2", {"views": views}))
        for company, around in _with_neighbours(companies):
            run = _run(profiles[company.id], store.order, installed, languages)
            told_in = [single(run, company, around, language, f"{language}-" if place else "") for place, language in enumerate(languages)]
            missing |= {place for one in told_in for place in one.missing}
            _write(stage / PAGES / f"{company.number:03d}.html", page.rendered("portfolio-company.html.j2", {"views": told_in}))
        remove_overview(out)
        (stage / PAGES).replace(out / PAGES)
        (stage / INDEX).replace(out / INDEX)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return len(missing)


def remove_overview(out: Path) -> None:
    """Remove the overview of an earlier run, the pages that it wrote and nothing else."""
    (out / INDEX).unlink(missing_ok=True)
    folder = out / PAGES
    if folder.is_dir():
        for path in folder.glob("[0-9][0-9][0-9].html"):
            path.unlink()
        if not any(folder.iterdir()):
            folder.rmdir()


class _Page(NamedTuple):
    """What all pages share: templates, style, script and the hash of it that their policy names."""

    env: Environment
    css: str
    script: str
    script_hash: str

    def rendered(self, template: str, values: dict[str, Any]) -> str:
        from riskcheck import __version__
        from riskcheck.report.safe import Marked
        from riskcheck.report.templates import rendered

        shared = {"css": Marked(self.css), "script": Marked(self.script), "script_hash": self.script_hash, "version": __version__}
        return _BLANK.sub("\n", rendered(self.env, template, {**shared, **values}))


def _files(out: Path, *, changed: bool) -> list[str]:
    """Return the files that stand beside the overview."""
    found = [name for name in (RESULTS, TABLE, ASIDE) if (out / name).is_file()]
    return [*found, CHANGES] if changed else found


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", errors="backslashreplace")


# --- single companies -----------------------------------------------------------------------------------------------


def _with_neighbours(companies: Sequence[Company]) -> Iterator[tuple[Company, tuple[Company | None, Company | None]]]:
    """Yield each company with the ones ranked before and after it."""
    for place, company in enumerate(companies):
        yield company, (companies[place - 1] if place else None, companies[place + 1] if place + 1 < len(companies) else None)


def _company(rank: int, one: Ranked, companies: int, store: Store, profile: Profile) -> Company:
    item = store.items[one.item]
    file = file_of(item, one.row["id"])
    return Company(
        number=rank, rank=rank, of=companies, id=one.row["id"], name=one.row["name"] or "", path=item.path,
        group=item.start if item.kind == "group" else None, file=file,
        assumptions=tuple(sorted(profile.assumptions)),
    )  # fmt: skip


def _run(profile: Profile, order: Order, installed: Installed, languages: Sequence[str]) -> Run:
    """Return the assessment of a profile as the run judged it: facts as written, no assumptions of its own."""
    from riskcheck import __version__
    from riskcheck.assess.assess import assess
    from riskcheck.report.run import Run
    from riskcheck.source.document import Document

    program = installed.program.only(order.packs) if order.packs else installed.program
    plain = profile._replace(evidence=(), assumptions={})
    found = assess(program, plain, date.fromisoformat(order.as_of), include_proposed=order.include_proposed, simulated=False)
    nothing = Document(plain.file, "", None, {})
    return Run(
        assessment=found, profile=plain, document=nothing, program=program, installed=installed, languages=tuple(languages), version=__version__
    )


def _profiles(ranked: Sequence[Ranked], store: Store, installed: Installed) -> dict[str, Profile]:
    by_item: dict[int, list[str]] = {}
    for one in ranked:
        by_item.setdefault(one.item, []).append(one.row["id"])
    found: dict[str, Profile] = {}
    for item, ids in by_item.items():
        found.update(_read(store, item, ids, installed))
    return found


def _read(store: Store, number: int, ids: list[str], installed: Installed) -> dict[str, Profile]:
    from riskcheck.evaluator.planes.batch import Batch
    from riskcheck.evaluator.planes.records import profile_of
    from riskcheck.loader.profiles import known_places
    from riskcheck.portfolio.items import ItemReader

    program, item = installed.program, store.items[number]
    facts = {name for name, fact in program.vocabulary.facts.items() if fact.kind != "derived"}
    reader = ItemReader(program, facts, set(program.vocabulary.written_links))
    if item.kind != "group":
        first: dict[str, Profile] = {}
        for _, identity, profile in reader.profiles(item, frozenset(ids)):
            if not isinstance(profile, str):
                first.setdefault(identity, profile)  # the first company of an id is the one that was judged
        return first
    tables, _ = reader.tables(item)
    batch = Batch(tables, program.vocabulary, known_places(program))
    at = {identity: row for row, identity in reversed(list(enumerate(tables["company"]["id"].to_pylist())))}
    return {identity: profile_of(batch, at[identity]) for identity in ids}
