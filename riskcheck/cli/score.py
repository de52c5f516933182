"""``riskcheck score``: measure one or more companies."""

from __future__ import annotations

from pathlib import Path

import click

from riskcheck.cli.assessing import assess_file
from riskcheck.cli.exits import HELP, Exit, worst
from riskcheck.cli.options import (
    FORMATS_HELP,
    SEVERITIES,
    OutputType,
    as_of_option,
    check_packs,
    lang_option,
    pack_option,
    proposed_option,
    rules_option,
    today,
    write_outputs,
)  # fmt: skip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date
    from typing import Any

    from riskcheck.report.run import Run


@click.command(epilog=HELP)
@click.argument("profiles", nargs=-1, required=True, metavar="PROFILE...")
@click.option("--format", "-f", "outputs", type=OutputType(), multiple=True, help=FORMATS_HELP)
@click.option("--output", "-o", type=click.Path(), help="File of the one format (the same as -f NAME=FILE).")
@as_of_option
@pack_option
@lang_option
@proposed_option
@click.option(
    "--fail-on",
    type=click.Choice([*SEVERITIES, "never"]),
    default="never",
    show_default=True,
    help="Exit 1 on an adverse finding of this severity or worse.",
)
@click.option("--max-score", type=click.FloatRange(0, 100), help="Exit 1 if the upper end of the score is above.")
@click.option("--min-coverage", type=click.FloatRange(0, 100), help="Exit 4 if fewer percent of the rules could be decided.")
@click.option("--waivers", metavar="FILE", help="Show the findings that this file accepts as waived, and leave them out of --fail-on.")
@click.option(
    "--min-severity",
    type=click.Choice(SEVERITIES),
    default="info",
    show_default=True,
    help="Show findings of this severity or worse; decides nothing.",
)
@click.option(
    "--audience",
    type=click.Choice(["board", "counsel", "engineer"]),
    default="counsel",
    show_default=True,
    help="Depth of reports; never other facts.",
)
@click.option("--customer", help="Answer this customer's demands point by point (key of the profile).")
@click.option("--since", metavar="OLD", help="Tell what changed since OLD: a result saved by -f json, a profile file, or REV:PATH.")
@click.option("--templates", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A folder that overrides single report templates.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour on the terminal.")
@click.option("--no-color", is_flag=True, help="The same as --color never.")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors and the formats asked for.")
@click.option("--exit-zero", is_flag=True, help="Exit 0 instead of 1 and 4; bad input stays 3.")
@rules_option
def command(profiles: tuple[str, ...], **options: Any) -> int:
    """Score PROFILE (`-`: standard input): which laws it breaks, risks breaking or will have to meet.

    The score runs from 0 (nothing adverse) to 100 and is an interval: open questions keep its ends apart.

    \b
    Examples:
      riskcheck score profiles/minimax.yaml
      riskcheck score profiles/minimax.yaml -f html=build/minimax.html -f markdown=build/minimax.md
      riskcheck score profiles/zhipu.yaml --as-of 2026-12-03 --lang zh
      riskcheck score profiles/*.yaml --fail-on critical --quiet
      riskcheck score profiles/minimax.yaml --since last-month.json -f html=build/minimax.html
    """
    from riskcheck.installed import load_installed

    installed = load_installed(options["rules_folder"])
    check_packs(options["packs"], installed.program.packs)
    day: date = options["as_of"] or today()
    outputs: list[tuple[str, str]] = list(options["outputs"]) or ([] if options["quiet"] else [("terminal", "-")])
    if options["output"]:
        if len(outputs) != 1:
            message = "-o goes with exactly one format; write -f NAME=FILE for several"
            raise click.UsageError(message)
        outputs = [(outputs[0][0], options["output"])]
    if len(profiles) > 1 and any(file != "-" and "{name}" not in file for _, file in outputs):
        message = "several profiles need a file for each: write -f html=build/{name}.html"
        raise click.UsageError(message)
    if options["since"] and len(profiles) > 1:
        message = "--since compares one company with its earlier state; name one profile"
        raise click.UsageError(message)
    _check_sheet(outputs, options)
    codes: list[Exit] = []
    written: list[tuple[str, str | bytes]] = []
    for path in profiles:
        run = assess_file(path, installed, day, options)
        if options["customer"]:
            _check_customer(run)
        if options["waivers"]:
            from riskcheck.cli.gate_options import waivers_of

            run.waivers = waivers_of(run, options["waivers"])
        if options["since"]:
            from riskcheck.cli.earlier import since

            run.since = since(run, options["since"], include_proposed=options["include_proposed"])
        written.extend(_render(run, outputs, path, options))
        codes.append(_judge(run, options))
    write_outputs(written)
    return int(worst(codes))


_SHEETS = ("terminal", "json", "markdown", "html", "pdf")
"""The formats that answer a customer's demands."""


def _check_sheet(outputs: list[tuple[str, str]], options: dict[str, Any]) -> None:
    """Refuse an answer sheet in a format that would write the whole report in its place."""
    wrong = [name for name, _ in outputs if name not in _SHEETS] if options["customer"] else []
    if wrong:
        message = f"--customer is answered in {', '.join(_SHEETS)}; {wrong[0]} would hold the whole report, so leave one of the two out"
        raise click.UsageError(message)
    if options["customer"] and options["since"]:
        message = "--customer answers demands, --since compares two reports; ask for one at a time"
        raise click.UsageError(message)


def _check_customer(run: Run) -> None:
    """Refuse a customer that the profile does not describe, with the likeliest key that it does."""
    from riskcheck.report.customer import UnknownCustomerError, customer_of

    try:
        customer_of(run)
    except UnknownCustomerError as fault:
        raise click.BadParameter(str(fault), param_hint="'--customer'") from fault


def _render(run: Run, outputs: list[tuple[str, str]], path: str, options: dict[str, Any]) -> list[tuple[str, str | bytes]]:
    from riskcheck.report.formats.registry import render

    found: list[tuple[str, str | bytes]] = []
    for name, file in outputs:
        extra: dict[str, Any] = {}
        if name == "terminal":
            from riskcheck.cli.streams import colour_wanted

            extra["colour"] = colour_wanted("never" if options["no_color"] else options["color"]) and file == "-"
        if name in ("html", "markdown", "pdf") and options["templates"]:
            extra["templates"] = options["templates"]
        try:
            found.append((file.replace("{name}", Path(path).stem), render(name, run, **extra)))
        except ValueError as fault:
            if type(fault).__name__ != "NoBrowserError":
                raise
            raise click.UsageError(str(fault)) from fault
    return found


def _judge(run: Run, options: dict[str, Any]) -> Exit:
    """Return the exit code that the thresholds give, and say on standard error which one was passed over."""
    from riskcheck.model.finding import ADVERSE

    assessment = run.assessment
    code = Exit.PASSED
    if options["min_coverage"] is not None and assessment.coverage * 100 < options["min_coverage"]:
        click.echo(
            f"undecided: {assessment.coverage * 100:.0f} % of the rules could be decided, --min-coverage asks for {options['min_coverage']:g} %",
            err=True,
        )
        code = Exit.UNDECIDED
    if options["max_score"] is not None and assessment.score.most > options["max_score"]:
        click.echo(f"refused: the score reaches {assessment.score.most:g}, --max-score allows {options['max_score']:g}", err=True)
        code = Exit.REFUSED
    if options["fail_on"] != "never":
        worse = SEVERITIES[: SEVERITIES.index(options["fail_on"]) + 1]
        counted = [f for f in assessment.findings if f.verdict in ADVERSE and f.timing != "upcoming" and f.identity not in run.waivers]
        found = [f for f in counted if f.severity_most in worse]
        if found:
            click.echo(
                f"refused: {len(found)} adverse findings of severity {options['fail_on']} or worse (--fail-on); first: {found[0].identity}", err=True
            )
            code = Exit.REFUSED
    return Exit.PASSED if options["exit_zero"] else code
