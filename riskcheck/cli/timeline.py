"""``riskcheck timeline``: the company's calendar of duties."""

from __future__ import annotations

import click

from riskcheck.cli.exits import HELP, Exit
from riskcheck.cli.options import as_of_option, check_packs, lang_option, pack_option, proposed_option, rules_option, today, write_outputs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@click.command(epilog=HELP)
@click.argument("profile")
@click.option("--format", "-f", "shape", type=click.Choice(["terminal", "json", "ics", "markdown"]), default="terminal", show_default=True)
@click.option("--output", "-o", default="-", type=click.Path(), help="File to write (default: standard output).")
@click.option("--all", "binding", is_flag=True, help="Show duties that are met, too.")
@as_of_option
@pack_option
@lang_option
@proposed_option
@rules_option
def command(profile: str, shape: str, output: str, binding: bool, **options: Any) -> int:  # noqa: FBT001 (click's signature)
    """Print the calendar of PROFILE: what binds today, next 90 days, later; adopted and proposed law apart.

    \b
    Examples:
      riskcheck timeline profiles/minimax.yaml
      riskcheck timeline profiles/minimax.yaml --as-of 2026-07-28 -f ics -o build/minimax.ics
    """
    from riskcheck.cli.assessing import assess_file
    from riskcheck.installed import load_installed
    from riskcheck.report.formats.timeline import render_timeline

    installed = load_installed(options["rules_folder"])
    check_packs(options["packs"], installed.program.packs)
    run = assess_file(profile, installed, options["as_of"] or today(), options)
    write_outputs([(output, render_timeline(run, shape, binding=binding))])
    return int(Exit.PASSED)


