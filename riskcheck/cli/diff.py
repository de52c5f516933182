"""``riskcheck diff``: what changed between two states of a company, and why."""

from __future__ import annotations

from pathlib import Path

import click

from riskcheck.cli.earlier import bytes_of, is_revision
from riskcheck.cli.exits import HELP, Exit
from riskcheck.cli.gate_options import gated, output_options, outputs_of, write_gate
from riskcheck.cli.options import DayType, check_packs, today

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from riskcheck.gate.judge import Law
    from riskcheck.gate.side import Side


@click.command(epilog=HELP)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--as-of-old", type=DayType(), help="Judge OLD by the law and the calendar of this day (default: that of NEW).")
@click.option("--rules-old", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Judge OLD by this rules folder.")
@output_options
def command(old: str, new: str, **options: Any) -> int:
    """Tell what changed from OLD to NEW: new, worse, better, fixed, newly unknown; each with its cause.

    OLD is a profile file, a file of a git revision (REV:PATH) or a result saved by `score -f json`; NEW is a profile file or a file of a
    revision. Both are judged by the same law on the same day, unless --as-of-old or --rules-old say otherwise. `diff` measures and exits 0;
    `gate` decides.

    \b
    Examples:
      riskcheck diff origin/main:profiles/minimax.yaml profiles/minimax.yaml
      riskcheck diff profiles/minimax.yaml profiles/minimax.yaml --as-of-old 2026-07-20 --as-of 2026-07-28
      riskcheck diff last-month.json profiles/minimax.yaml -f html=changes.html
    """
    from riskcheck.gate.judge import Law, difference, read
    from riskcheck.installed import load_installed
    from riskcheck.report.gated import Gate, relative_path

    outputs = outputs_of(options)
    installed = load_installed(options["rules_folder"])
    check_packs(options["packs"], installed.program.packs)
    program = installed.program.only(options["packs"]) if options["packs"] else installed.program
    law = Law(program, options["as_of"] or today(), options["include_proposed"])
    raw = bytes_of(new)
    from riskcheck.gate.baseline import is_result

    if is_result(raw):
        message = "NEW is a saved result; it takes a profile, since a change is shown at its place in the file"
        raise click.UsageError(message)
    newer = read(raw, new, law)
    before = _before(old, law, options)
    path = relative_path(new.partition(":")[2] if is_revision(new) else new)
    judged = difference(path, newer, before, law, new)
    write_gate(
        Gate(
            items=(gated(judged, installed, options),), changes_only=True, include_waived=options["sarif_include_waived"],
            security_severity=options["sarif_security_severity"],
        ),
        outputs, options,
    )  # fmt: skip
    return int(Exit.PASSED)


def _before(old: str, law: Law, options: dict[str, Any]) -> Side:
    from riskcheck.gate.baseline import is_result, result_side
    from riskcheck.gate.judge import Law, read, side_of

    raw = bytes_of(old)
    if is_result(raw):
        if options["as_of_old"] or options["rules_old"]:
            message = "--as-of-old and --rules-old go with a profile; a saved result has its own day and law"
            raise click.UsageError(message)
        return result_side(raw, old)
    program = law.program
    if options["rules_old"]:
        from riskcheck.installed import load_installed

        program = load_installed(options["rules_old"]).program
        program = program.only(options["packs"]) if options["packs"] else program
    theirs = Law(program, options["as_of_old"] or law.day, law.include_proposed)
    label = old + (f" ({theirs.day.isoformat()})" if theirs.day != law.day else "")
    return side_of(read(raw, old, theirs), theirs, label)
