"""``riskcheck portfolio``: screen many companies at once."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskcheck.cli.exits import HELP, Exit
from riskcheck.cli.options import LANGUAGES, as_of_option, check_packs, pack_option, proposed_option, rules_option, today

if TYPE_CHECKING:
    from riskcheck.portfolio.items import Item
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
@click.option("--lang", "language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of the overview's rules.")
@as_of_option
@pack_option
@proposed_option
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
@rules_option
def command(paths: tuple[str, ...], out: Path, **options: Any) -> int:
    """Screen all companies of PATHs: folders of profiles, JSON Lines, or portfolios written by `riskcheck encode`.

    Companies are judged by the facts as written (what is alleged or inferred stays unknown) and by the same figures (a
    profile's own assumptions are left aside), so that they compare. A record that can't be read is set aside and named; it
    never stops the run. An interrupted run goes on where it stopped when the same command is given again.

    \b
    Examples:
      riskcheck portfolio profiles -o build/portfolio
      riskcheck portfolio universe.jsonl -o build/universe --workers 4 -f csv -f html
      riskcheck portfolio build/encoded -o build/november --since build/october --as-of 2026-11-23
    """
    _needs_extra()
    from riskcheck.evaluator.planes.compile import NotPlanar
    from riskcheck.installed import load_installed
    from riskcheck.portfolio.items import NothingToScreen, items_of
    from riskcheck.portfolio.results import RESULTS, merge, since
    from riskcheck.portfolio.run import LostWorkers, Order, Store, screen_items

    installed = load_installed(options["rules_folder"])
    check_packs(options["packs"], installed.program.packs)
    before = _results_of(options["since"]) if options["since"] else None
    day = options["as_of"] or today()
    order = Order(str(installed.root), installed.program.digest, day.isoformat(), options["include_proposed"], options["packs"])
    formats = frozenset(options["formats"] or ("html",))
    try:
        items = items_of(paths)
    except (NothingToScreen, FileNotFoundError) as error:
        raise click.UsageError(str(error)) from error
    program = installed.program.only(options["packs"]) if options["packs"] else installed.program
    store = Store(out / ".parts", items, order)
    progress = Progress(items, quiet=options["quiet"])
    try:
        out.mkdir(parents=True, exist_ok=True)
        screen_items(order, store, installed.program, workers=options["workers"], told=progress.told)
        progress.end()
        summary = merge(store, out, tuple(program.packs), formats)
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
        click.echo(_kept(store, f"error: {error.strerror or error}: {error.filename or out}"), err=True)
        return int(Exit.INPUT)
    changed = since(out / RESULTS, before) if before and summary.companies else None
    if "html" in formats and summary.companies:
        from riskcheck.portfolio.overview import write_overview

        write_overview(out, summary, store, order, installed, language=options["language"], worst=options["worst"], changed=changed)
    store.remove()
    return _tell(summary, out, progress, quiet=options["quiet"])


def _needs_extra() -> None:
    from importlib.util import find_spec

    missing = [name for name in ("numpy", "pyarrow") if find_spec(name) is None]
    if missing:
        message = f"portfolios need {' and '.join(missing)}: pip install 'riskcheck[portfolio]'"
        raise click.UsageError(message)


def _results_of(folder: Path) -> Path:
    from riskcheck.portfolio.results import RESULTS

    path = folder / RESULTS if folder.is_dir() else folder
    if not path.is_file():
        message = f"--since: no {RESULTS} in {folder}"
        raise click.UsageError(message)
    return path


def _kept(store: Store, why: str) -> str:
    done = sum(1 for _ in store.folder.glob("*.json")) if store.folder.is_dir() else 0
    return f"{why}\n{done} of {len(store.items)} row groups are kept in {store.folder}; give the same command again to go on"


def _tell(summary: Summary, out: Path, progress: Progress, *, quiet: bool) -> int:
    from riskcheck.diagnostics import printable
    from riskcheck.portfolio.items import ASIDE

    for entry in summary.aside[:_SHOWN]:
        click.echo(f"set aside: {printable(entry.source)}{f' ({printable(entry.id)})' if entry.id else ''}: {printable(entry.reason)}", err=True)
    if summary.aside:
        click.echo(f"{len(summary.aside)} set aside in all, with reasons in {out / ASIDE}", err=True)
    if not quiet:
        click.echo(f"{summary.companies:,} companies judged in {progress.seconds:.1f} s; results in {out}".replace(",", "_"), err=True)
    return int(Exit.INPUT if summary.aside or not summary.companies else Exit.PASSED)


class Progress:
    """A line on a terminal with share, rate and time left; silent everywhere else."""

    def __init__(self, items: list[Item], *, quiet: bool) -> None:
        self.total = sum(item.companies for item in items)
        self.counts = [item.companies for item in items]
        self.done = 0
        self.started = time.monotonic()
        self.seconds = 0.0
        self.shown = not quiet and sys.stderr.isatty()

    def told(self, part: Part) -> None:
        """Show that one more item is done."""
        self.done += self.counts[part.item]
        self.seconds = time.monotonic() - self.started
        if self.shown:
            rate = self.done / max(self.seconds, 1e-6)
            left = (self.total - self.done) / rate if rate else 0
            share = 100 * self.done // max(self.total, 1)
            click.echo(
                f"\r{share:3d} %  {self.done:_} of {self.total:_} companies, {rate:,.0f}/s, {left:.0f} s left ".replace(",", "_"), nl=False, err=True
            )

    def end(self) -> None:
        """Leave the line."""
        if self.shown:
            click.echo("", err=True)
