"""``riskcheck encode``: profiles to the Parquet layout that is screened fastest."""

from __future__ import annotations

from pathlib import Path

import click

from riskcheck.cli.exits import HELP, Exit
from riskcheck.cli.options import rules_option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskcheck.cli.progress import Progress
    from riskcheck.model.profile import Profile
    from riskcheck.model.program import Program
    from riskcheck.portfolio.items import Aside, Item, ItemReader


@click.command(epilog=HELP)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--output", "-o", "out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder of the portfolio.")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
@rules_option
def command(paths: tuple[str, ...], out: Path, quiet: bool, rules_folder: Path | None) -> int:  # noqa: FBT001 (click's signature)
    """Write profiles (folders, YAML, JSON, JSON Lines) as a portfolio of Parquet files, which `riskcheck portfolio` reads fastest.

    Facts alone are kept: no evidence, no notes, no assumptions (only how many there were). A record that can't be read is set
    aside with its file, row and reason in aside.jsonl, and the exit code is then 3. The files appear when all is written: an
    interrupted run leaves nothing. `riskcheck schema parquet` prints the layout.

    \b
    Examples:
      riskcheck encode profiles -o build/encoded
      riskcheck encode universe.jsonl more.jsonl -o build/encoded
      riskcheck portfolio build/encoded -o build/portfolio
    """
    from riskcheck.cli.portfolio import _needs_extra, fault_of, tell_aside

    _needs_extra()
    from riskcheck.cli.progress import Progress
    from riskcheck.diagnostics import printable
    from riskcheck.installed import load_installed
    from riskcheck.portfolio.items import ASIDE, NothingToScreen, items_of
    from riskcheck.portfolio.results import write_aside

    program = load_installed(rules_folder).program
    try:
        items = items_of(paths)
    except (NothingToScreen, FileNotFoundError) as error:
        raise click.UsageError(str(error)) from error
    if any(item.kind == "group" for item in items):
        message = "this is a portfolio already; riskcheck portfolio reads it as it is"
        raise click.UsageError(message)
    progress = Progress(sum(item.companies for item in items), quiet=quiet)
    try:
        done, aside = _encoded(items, program, out, progress)
        write_aside(out / ASIDE, aside)
    except KeyboardInterrupt:
        progress.end()
        click.echo(f"interrupted; nothing was written to {out}: give the same command again", err=True)
        return int(Exit.INTERRUPTED)
    except OSError as error:
        progress.end()
        click.echo(f"error: {fault_of(error)}: {printable(str(error.filename or out))}; nothing was written", err=True)
        return int(Exit.INPUT)
    tell_aside(aside, len(aside), out / ASIDE)
    if not quiet:
        click.echo(f"{done:,} {'company' if done == 1 else 'companies'} written to {out}", err=True)
    return int(Exit.INPUT if aside or not done else Exit.PASSED)


def _encoded(items: list[Item], program: Program, out: Path, progress: Progress) -> tuple[int, list[Aside]]:
    """Write a portfolio; return how many companies it holds, and what was set aside."""
    from riskcheck.evaluator.planes.records import Encoder, NotHeld
    from riskcheck.portfolio.items import Aside, ItemReader, with_assumptions
    from riskcheck.portfolio.layout import GROUP, PortfolioWriter

    reader, encoder = ItemReader(program, set(), set()), Encoder(program.vocabulary)
    done = 0
    assumed: list[int] = []
    aside: list[Aside] = []
    with PortfolioWriter(out, program.vocabulary) as writer:
        for item in items:
            for source, identity, profile in _records(reader, item):
                progress.add(1)
                try:
                    if isinstance(profile, str):
                        raise NotHeld(profile)  # noqa: TRY301 (one way of setting aside)
                    encoder.add(identity, profile)
                except NotHeld as error:
                    aside.append(Aside(source, identity, str(error)))
                    continue
                assumed.append(len(profile.assumptions))
                done += 1
                if len(encoder) == GROUP:
                    writer.write(with_assumptions(encoder.tables(), assumed))
                    assumed = []
        writer.write(with_assumptions(encoder.tables(), assumed))
    progress.end()
    return done, aside


def _records(reader: ItemReader, item: Item) -> Iterator[tuple[str, str, Profile | str]]:
    """Yield what can be read of an item; a file that breaks off is one record more that is set aside."""
    try:
        yield from reader.profiles(item)
    except OSError as error:
        yield item.label, "", error.strerror or str(error)
