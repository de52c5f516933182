"""``riskcheck schema``: print or write the JSON Schemas."""

from __future__ import annotations

from pathlib import Path

import click

from riskcheck.cli.exits import HELP, Exit
from riskcheck.cli.options import rules_option

_NAMES = ("profile", "rule", "definition", "pack", "act", "vocabulary", "parameters", "result", "policy", "parquet")


@click.command(epilog=HELP)
@click.argument("name", type=click.Choice(_NAMES), required=False)
@click.option("--write", "folder", type=click.Path(file_okay=False, path_type=Path), help="Write all schemas into this folder.")
@rules_option
def command(name: str | None, folder: Path | None, rules_folder: Path | None) -> int:
    """Print a JSON Schema (draft-07) for editors and checks; `parquet` is the layout of a portfolio on disk, in words.

    \b
    Examples:
      riskcheck schema profile > profile.schema.json
      riskcheck schema parquet
      riskcheck schema --write rules/schema
    """
    from riskcheck import schema
    from riskcheck.installed import load_installed

    if name is None and folder is None:
        message = f"name a schema ({', '.join(_NAMES)}) or a folder to --write them into"
        raise click.UsageError(message)
    if name == "policy":
        from riskcheck.gate.policy import policy_schema

        click.echo(schema.text(policy_schema()), nl=False)
        return int(Exit.PASSED)
    if name == "parquet":
        from riskcheck.portfolio.layout import describe

        click.echo(describe(load_installed(rules_folder).program), nl=False)
        return int(Exit.PASSED)
    installed = load_installed(rules_folder)
    if folder:
        changed = schema.write(installed, folder)
        click.echo(f"wrote {', '.join(changed)}" if changed else "nothing changed", err=True)
    if name:
        click.echo(schema.text(schema.schemas(installed)[name]), nl=False)
    return int(Exit.PASSED)
