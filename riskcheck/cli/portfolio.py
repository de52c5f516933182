"""``riskcheck portfolio``: screen many companies at once."""

from __future__ import annotations

import os
from pathlib import Path

import click

from riskcheck.cli.exits import HELP, Exit
from riskcheck.cli.options import as_of_option, check_packs, lang_option, pack_option, proposed_option, rules_option, today
from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from riskcheck.cli.progress import Progress
    from riskcheck.installed import Installed
    from riskcheck.portfolio.items import Aside
    from riskcheck.portfolio.results import Summary
    from riskcheck.portfolio.run import Part, Store

FORMATS = ("parquet", "csv", "html")
_SHOWN = 5


@click.command(epilog=HELP)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--output", "-o", "out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder of the results.")
@click.option(
    "--format", "-f", "formats", multiple=True, type=click.Choice(FORMATS), help="What to write besides Parquet (repeat for more; default: html)."
)
@click.option("--workers", "-w", default=1, show_default=True, type=click.IntRange(1, 256), help="Processes. One needs at most 600 MB.")
@click.option(
    "--worst", default=20, show_default=True, type=click.IntRange(0, 500), help="Pages of single companies in the overview, for the worst ones."
)
@click.option("--since", type=click.Path(exists=True, path_type=Path), help="Results of an earlier run (its folder): show what changed.")
@lang_option
@as_of_option
@pack_option
@proposed_option
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
@rules_option
def command(paths: tuple[str, ...], out: Path, **options: Any) -> int:
    """Screen all companies of PATHs: folders of profiles, JSON Lines, or portfolios written by `riskcheck encode`.

    Companies are judged by the facts as written (what is alleged or inferred stays unknown) and by the same figures (a
    profile's own assumptions are left aside), so that they compare. A record that can't be read is set aside with its file,
    row and reason; it never stops the run, and the exit code is then 3. An interrupted run goes on where it stopped when the
    same command is given again.

    \b
    Examples:
      riskcheck portfolio profiles -o build/portfolio
      riskcheck portfolio universe.jsonl -o build/universe --workers 4 -f csv -f html --lang en,zh
      riskcheck portfolio build/encoded -o build/november --since build/october --as-of 2026-11-23
    """
    _needs_extra()
    from riskcheck.cli.progress import Progress
    from riskcheck.evaluator.planes.compile import NotPlanar
    from riskcheck.installed import load_installed
    from riskcheck.portfolio.items import NothingToScreen, items_of
    from riskcheck.portfolio.run import LostWorkers, Order, Store

    installed = load_installed(options["rules_folder"])
    check_packs(options["packs"], installed.program.packs)
    before = _results_of(options["since"]) if options["since"] else None
    day = options["as_of"] or today()
    order = Order(str(installed.root), installed.program.digest, day.isoformat(), options["include_proposed"], options["packs"])
    try:
        items = items_of(paths)
    except (NothingToScreen, FileNotFoundError) as error:
        raise click.UsageError(str(error)) from error
    store = Store(out / ".parts", items, order)
    progress = Progress(sum(item.companies for item in items), quiet=options["quiet"])
    job = Job(installed, store, out, frozenset(options["formats"] or ("html",)), before, options["languages"], options["worst"])
    try:
        out.mkdir(parents=True, exist_ok=True)
        _screen(job, progress, workers=options["workers"], quiet=options["quiet"])
        summary, untranslated = _written(job)
    except NotPlanar as error:
        message = f"a rule can't run on portfolios: {error}"
        raise click.ClickException(message) from error
    except KeyboardInterrupt:
        progress.end()
        click.echo(_kept(store, "interrupted"), err=True)
        return int(Exit.INTERRUPTED)
    except LostWorkers as error:
        progress.end()
        click.echo(_kept(store, f"error: {error}; --workers 1 needs the least memory"), err=True)
        return int(Exit.BUG)
    except OSError as error:
        progress.end()
        click.echo(_kept(store, f"error: {fault_of(error)}: {error.filename or out}"), err=True)
        return int(Exit.INPUT)
    store.remove()
    return _tell(summary, out, progress, untranslated, quiet=options["quiet"])


class Job(NamedTuple):
    """One run: what is screened, and what is written of it."""

    installed: Installed
    store: Store
    out: Path
    formats: frozenset[str]
    before: Path | None
    languages: tuple[str, ...]
    worst: int


def _screen(job: Job, progress: Progress, *, workers: int, quiet: bool) -> None:
    from riskcheck.portfolio.run import screen_items

    store = job.store
    earlier = store.open()
    if earlier and not quiet:
        click.echo(f"going on: {len(earlier):,} of {len(store.items):,} parts were done before", err=True)

    def told(part: Part) -> None:
        progress.add(store.items[part.item].companies, fresh=part.item not in earlier)

    screen_items(store.order, store, job.installed.program, workers=workers, told=told)
    progress.end()


def _written(job: Job) -> tuple[Summary, int]:
    """Write results, change and overview; return the summary and how many texts fell back to English."""
    from riskcheck.portfolio.overview import INDEX, remove_overview, write_overview
    from riskcheck.portfolio.results import RESULTS, TABLE, merge
    from riskcheck.portfolio.since import CHANGES, kept, since

    out, packs = job.out, job.store.order.packs
    program = job.installed.program.only(packs) if packs else job.installed.program
    before = kept(job.before, out, job.store.folder) if job.before else None
    summary = merge(job.store, out, tuple(program.packs), job.formats)
    changed = since(out / RESULTS, before, out) if before and summary.companies else None
    # What an earlier run left and this one does not write would tell of another run.
    stale = {RESULTS: not summary.companies, TABLE: not summary.companies or "csv" not in job.formats, CHANGES: changed is None}
    for name, gone in stale.items():
        if gone:
            (out / name).unlink(missing_ok=True)
    untranslated = 0
    if "html" in job.formats and summary.companies:
        untranslated = write_overview(out, summary, job.store, job.installed, languages=job.languages, worst=job.worst, changed=changed)
    elif (out / INDEX).is_file():
        remove_overview(out)
    return summary, untranslated


def fault_of(error: OSError) -> str:
    """Return what the system says of a fault, without the words of the library in between."""
    return os.strerror(error.errno) if error.errno else str(error)


def _needs_extra() -> None:
    from importlib.util import find_spec

    missing = [name for name in ("numpy", "pyarrow") if find_spec(name) is None]
    if missing:
        message = f"portfolios need {' and '.join(missing)}: pip install 'riskcheck[portfolio]'"
        raise click.UsageError(message)


def _results_of(folder: Path) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from riskcheck.portfolio.results import RESULTS

    path = folder / RESULTS if folder.is_dir() else folder
    if not path.is_file():
        message = f"--since: no {RESULTS} in {folder}"
        raise click.UsageError(message)
    try:
        names = pq.read_schema(path).names
    except (pa.ArrowException, OSError) as error:
        message = f"--since: {path} can't be read: {(str(error).splitlines() or [''])[0]}"
        raise click.UsageError(message) from error
    if not {"id", "name", "score_least", "score_most", "breached", "exposed", "top"} <= set(names):
        message = f"--since: {path} holds no results of riskcheck portfolio"
        raise click.UsageError(message)
    return path


def _kept(store: Store, why: str) -> str:
    from riskcheck.diagnostics import printable

    done = sum(1 for _ in store.folder.glob("*.json")) if store.folder.is_dir() else 0
    return f"{printable(why)}\n{done} of {len(store.items)} parts are kept in {store.folder}; give the same command again to go on"


def _tell(summary: Summary, out: Path, progress: Progress, untranslated: int, *, quiet: bool) -> int:
    from riskcheck.portfolio.items import ASIDE

    tell_aside(summary.aside, len(summary.aside), out / ASIDE)
    if untranslated and not quiet:
        click.echo(f"{untranslated} texts of rules are shown in English, since no translation exists yet", err=True)
    if not summary.companies:
        click.echo("no company could be judged; no results were written", err=True)
    elif not quiet:
        noun = "company" if summary.companies == 1 else "companies"
        click.echo(f"{summary.companies:,} {noun} judged in {progress.seconds:.1f} s; results in {out}", err=True)
    return int(Exit.INPUT if summary.aside or not summary.companies else Exit.PASSED)


def tell_aside(first: list[Aside], count: int, file: Path) -> None:
    """Name the first records that were set aside, how many there are in all and where they are listed."""
    from riskcheck.diagnostics import printable

    for entry in first[:_SHOWN]:
        identity = f" ({printable(entry.id)})" if entry.id else ""
        click.echo(f"set aside: {printable(entry.source)}{identity}: {printable(entry.reason)}", err=True)
    if count:
        click.echo(f"{count:,} set aside in all, with reasons in {file}", err=True)
