"""``riskcheck validate``: is a profile sound? Nothing is judged."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from riskcheck.cli.exits import HELP, Exit
from riskcheck.cli.options import rules_option


@click.command(epilog=HELP)
@click.argument("profiles", nargs=-1, required=True, metavar="PROFILE...")
@click.option("--strict", is_flag=True, help="Exit 3 on warnings too (a written value without evidence, for one).")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing where all is well.")
@rules_option
def command(profiles: tuple[str, ...], strict: bool, quiet: bool, rules_folder: Path | None) -> int:  # noqa: FBT001 (click's signature)
    """Check profiles: shape, facts, values, links, evidence. Every fault of every file is shown.

    \b
    Examples:
      riskcheck validate profiles/minimal.yaml
      riskcheck validate --strict profiles/*.yaml
      riskcheck init - | riskcheck validate -
    """
    from riskcheck.diagnostics import Diagnostics, InvalidInput
    from riskcheck.installed import load_installed
    from riskcheck.loader.advice import advise
    from riskcheck.loader.profiles import load_profile, read_profile

    program = load_installed(rules_folder).program
    errors = warnings = 0
    for path in profiles:
        sink = Diagnostics()
        try:
            if path == "-":
                profile, document = read_profile(sys.stdin.buffer.read(), "stdin", program, sink)
            else:
                profile, document = load_profile(Path(path), program, name=path, sink=sink)
            advise(profile, document, program.vocabulary, sink, program.parameters)
        except InvalidInput as fault:
            sink.items = list(fault.diagnostics)
        for diagnostic in sink.items:
            click.echo(diagnostic.render() + "\n", err=True)
        errors += len(sink.errors)
        warnings += len(sink.items) - len(sink.errors)
    if not quiet or errors:
        files = f"{len(profiles)} file{'s' if len(profiles) != 1 else ''}"
        click.echo(f"{files}: {errors} errors, {warnings} warnings", err=True)
    return int(Exit.INPUT if errors or (strict and warnings) else Exit.PASSED)
