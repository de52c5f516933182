"""``riskcheck init``: a first profile."""

from __future__ import annotations

from pathlib import Path

import click

from riskcheck.cli.exits import HELP, Exit
from riskcheck.cli.options import lang_option, rules_option, write_outputs


@click.command(epilog=HELP)
@click.argument("file", default="profile.yaml", type=click.Path(dir_okay=False))
@click.option("--name", default="", help="Name of the company.")
@click.option(
    "--questions", default=20, show_default=True, type=click.IntRange(0, 200), help="How many of the weightiest questions to write in as `unknown`."
)
@click.option("--force", is_flag=True, help="Replace a file that exists.")
@lang_option
@rules_option
def command(file: str, name: str, questions: int, force: bool, languages: tuple[str, ...], rules_folder: Path | None) -> int:  # noqa: FBT001 (click)
    """Write a first profile to FILE (`-`: standard output): the weightiest questions, each as `unknown` with its question beside it.

    \b
    Examples:
      riskcheck init
      riskcheck init profiles/lumen.yaml --name "Lumen Analytics" --lang zh
    """
    from riskcheck.cli.first import first_profile
    from riskcheck.installed import load_installed

    target = Path(file)
    if target.exists() and not force and file != "-":
        message = f"{file} exists; write --force to replace it"
        raise click.UsageError(message)
    installed = load_installed(rules_folder)
    schema = installed.root / "schema" / "profile.json"
    write_outputs([(file, first_profile(installed, name, questions, languages[0], schema if schema.is_file() else None))])
    if file != "-":
        click.echo(f"wrote {file}; answer what you can, then: riskcheck score {file}", err=True)
    return int(Exit.PASSED)
