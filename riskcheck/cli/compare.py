"""``riskcheck compare``: reports of a handful of companies and a page that sets them beside each other."""

from __future__ import annotations

from copy import copy
from pathlib import Path

import click

from riskcheck.cli.exits import HELP, Exit
from riskcheck.cli.options import as_of_option, check_packs, lang_option, pack_option, proposed_option, rules_option, write_outputs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@click.command(epilog=HELP)
@click.argument("profiles", nargs=-1, required=True, metavar="PROFILE...")
@click.option("--output", "-o", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the pages.")
@as_of_option
@pack_option
@lang_option
@proposed_option
@click.option("--audience", type=click.Choice(["board", "counsel", "engineer"]), default="counsel", show_default=True,
    help="Depth of the reports; never other facts.")
@rules_option
def command(profiles: tuple[str, ...], folder: Path, **options: Any) -> int:
    """Compare PROFILEs: one report for each, and index.<language>.html that sets their score intervals beside each other.

    Each language has its own pages. For hundreds of companies there is `riskcheck portfolio`.

    \b
    Examples:
      riskcheck compare profiles/minimax.yaml profiles/zhipu.yaml -o build/companies
      riskcheck compare profiles/*.yaml -o build/companies --lang en,zh --as-of 2026-11-24
    """
    from riskcheck.cli.assessing import assess_file
    from riskcheck.cli.options import today
    from riskcheck.installed import load_installed
    from riskcheck.report.comparison import render
    from riskcheck.report.formats import html

    names = [Path(path).stem for path in profiles]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or "index" in names:
        message = f"two pages would be called {twice[0]}.html; rename a profile" if twice else "a profile called index would overwrite the comparison"
        raise click.UsageError(message)
    installed = load_installed(options["rules_folder"])
    check_packs(options["packs"], installed.program.packs)
    day = options["as_of"] or today()
    runs = {name: assess_file(path, installed, day, {**options, "outputs": (("html", "-"),)}) for name, path in zip(names, profiles, strict=True)}
    languages: tuple[str, ...] = options["languages"]
    pages: list[tuple[str, str | bytes]] = []
    for language in languages:
        told = {name: copy(run) for name, run in runs.items()}
        for run in told.values():
            run.languages = (language,)
        pages += [(str(folder / f"{name}.{language}.html"), html.render(run)) for name, run in told.items()]
        pages.append((str(folder / f"index.{language}.html"), render(told, language, languages)))
    write_outputs(pages)
    click.echo(f"{folder / f'index.{languages[0]}.html'}  ({len(runs)} {'company' if len(runs) == 1 else 'companies'})")
    return int(Exit.PASSED)
