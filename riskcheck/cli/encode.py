"""``riskcheck encode``: profiles to the Parquet layout that is screened fastest."""

from __future__ import annotations

from pathlib import Path

import click

from riskcheck.cli.exits import HELP, Exit
from riskcheck.cli.options import rules_option


@click.command(epilog=HELP)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--output", "-o", "out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder of the portfolio.")
@rules_option
def command(paths: tuple[str, ...], out: Path, rules_folder: Path | None) -> int:
    """Write profiles (folders, YAML, JSON, JSON Lines) as a portfolio of Parquet files, which `riskcheck portfolio` reads fastest.

    Facts alone are kept: no evidence, no notes, no assumptions. `riskcheck schema parquet` prints the layout.

    \b
    Examples:
      riskcheck encode profiles -o build/encoded
      riskcheck encode universe.jsonl -o build/encoded
    """
    from riskcheck.cli.portfolio import _needs_extra

    _needs_extra()
    from riskcheck.diagnostics import printable
    from riskcheck.evaluator.planes.records import Encoder, NotHeld
    from riskcheck.installed import load_installed
    from riskcheck.portfolio.items import ItemReader, NothingToScreen, items_of
    from riskcheck.portfolio.layout import GROUP, PortfolioWriter

    program = load_installed(rules_folder).program
    try:
        items = items_of(paths)
    except (NothingToScreen, FileNotFoundError) as error:
        raise click.UsageError(str(error)) from error
    if any(item.kind == "group" for item in items):
        message = "this is a portfolio already; riskcheck portfolio reads it as it is"
        raise click.UsageError(message)
    reader, encoder = ItemReader(program, set(), set()), Encoder(program.vocabulary)
    done = aside = 0
    try:
        with PortfolioWriter(out, program.vocabulary) as writer:
            for item in items:
                for source, identity, profile in reader.profiles(item):
                    try:
                        if isinstance(profile, str):
                            raise NotHeld(profile)  # noqa: TRY301 (one way of setting aside)
                        encoder.add(identity, profile)
                        done += 1
                    except NotHeld as error:
                        aside += 1
                        click.echo(f"set aside: {printable(source)}: {printable(str(error))}", err=True)
                    if len(encoder) == GROUP:
                        writer.write(encoder.tables())
            writer.write(encoder.tables())
    except OSError as error:
        raise click.FileError(str(error.filename or out), hint=error.strerror or str(error)) from error
    click.echo(f"{done} companies written to {out}" + (f", {aside} set aside" if aside else ""), err=True)
    return int(Exit.INPUT if aside or not done else Exit.PASSED)
