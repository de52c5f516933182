"""``riskcheck gate``: whether a change may go in."""

from __future__ import annotations

import click

from riskcheck.cli.exits import HELP, Exit, worst
from riskcheck.cli.gate_options import gated, output_options, outputs_of, write_gate
from riskcheck.cli.options import SEVERITIES, check_packs, today, write_outputs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from riskcheck.gate.branch import Change
    from riskcheck.gate.judge import Judged
    from riskcheck.report.gated import Gate

_LEVELS = click.Choice([*SEVERITIES, "never"])
_CODES = {"passed": Exit.PASSED, "refused": Exit.REFUSED, "undecided": Exit.UNDECIDED}


@click.command(epilog=HELP)
@click.argument("profiles", nargs=-1, required=True, metavar="PROFILE...")
@click.option("--base", metavar="REV", help="Compare with this git revision, where this branch parts from it. Its policy and waivers govern.")
@click.option("--baseline", metavar="FILE", help="Compare with a baseline file instead.")
@click.option("--update-baseline", is_flag=True, help="Write the baseline file anew; what is new is accepted, the rest of the policy counts.")
@click.option("--fail-on", type=_LEVELS, help="Refuse new or worse findings of this severity or worse [default: high].")
@click.option("--newly-unknown", type=_LEVELS, help="Refuse removed answers on which a finding of this severity or worse rests [default: high].")
@click.option("--max-score", type=click.FloatRange(0, 100), help="Refuse if the upper end of the score is above.")
@click.option("--max-exposure", metavar="AMOUNT", help="Refuse if the money at stake is above: '5_000_000 EUR'.")
@click.option("--min-coverage", type=click.FloatRange(0, 100), help="Exit 4 if fewer percent of the rules could be decided.")
@click.option("--waivers", metavar="FILE", help="File of waivers [default: the nearest .riskcheck-waivers.yaml].")
@click.option("--accept-new-waivers", is_flag=True, default=None, help="Let waivers count that this very change adds.")
@click.option("--strict-waivers", is_flag=True, default=None, help="Refuse waivers that match no finding.")
@click.option("--config", "-c", metavar="FILE", help="Policy file [default: the nearest .riskcheck.yaml, then pyproject.toml].")
@click.option("--no-config", is_flag=True, help="Read no policy file.")
@click.option("--show-config", is_flag=True, help="Print every setting with its source, and stop.")
@click.option("--name", default="default", help="Name of the pull-request comment, where one request gets several.")
@click.option("--exit-zero", is_flag=True, help="Exit 0 instead of 1 and 4; bad input stays 3.")
@output_options
def command(profiles: tuple[str, ...], **options: Any) -> int:
    """Decide whether a change of PROFILE (a file, or a folder of profiles) may go in.

    Without --base and --baseline there is nothing to compare with, and every finding counts as new.

    \b
    Examples:
      riskcheck gate profiles/ --base origin/main
      riskcheck gate profile.yaml --base origin/main -f sarif=o.sarif -f github -f pr-comment=comment.md
      riskcheck gate profile.yaml --baseline riskcheck-baseline.json
      riskcheck gate profile.yaml --show-config
    """
    from riskcheck.gate.branch import expand, find_change, judge_all
    from riskcheck.gate.judge import Law
    from riskcheck.installed import load_installed

    _check(options)
    outputs = outputs_of(options)
    change = find_change(profiles[0], base=options["base"], baseline=options["baseline"], update=options["update_baseline"])
    change.no_config, change.flags = options["no_config"], _flags(options)
    change.config = None if options["config"] is None else change.relative(options["config"])
    change.waivers = None if options["waivers"] is None else change.relative(options["waivers"])
    paths = expand(list(profiles))
    if options["show_config"]:
        return _show(change, paths)
    installed = load_installed(options["rules_folder"])
    check_packs(options["packs"], installed.program.packs)
    program = installed.program.only(options["packs"]) if options["packs"] else installed.program
    law = Law(program, options["as_of"] or today(), options["include_proposed"])
    gone = change.deleted(paths, list(profiles))
    judged = judge_all(change, paths, law, gone)
    if not judged and not gone:
        from riskcheck.gate.files import refuse

        refuse("G113", "there is no profile here", ", ".join(profiles), "name a file that begins with `profile: 1`, or a folder that holds one")
    if options["update_baseline"]:
        judged = [_accepted(item) for item in judged]
    gate = _gate(change, judged, gone, installed, options)
    write_gate(gate, outputs, options)
    if options["update_baseline"]:
        _update(change, judged, options["baseline"])
    _tell(gate, change)
    code = worst([_CODES[item.decision.outcome] for item in judged if item.decision] + ([Exit.REFUSED] if gate.deleted else []))
    return int(Exit.PASSED if options["exit_zero"] else code)


def _check(options: dict[str, Any]) -> None:
    from riskcheck.model.money import parse_money

    if options["base"] and options["baseline"]:
        message = "--base and --baseline exclude each other: there is one old side"
        raise click.UsageError(message)
    if options["update_baseline"] and not options["baseline"]:
        message = "--update-baseline goes with --baseline FILE"
        raise click.UsageError(message)
    if options["config"] and options["no_config"]:
        message = "--config and --no-config exclude each other"
        raise click.UsageError(message)
    if options["max_exposure"] and parse_money(options["max_exposure"]) is None:
        message = f"'{options['max_exposure']}' is no amount; write it as '5_000_000 EUR'"
        raise click.UsageError(message)


def _flags(options: dict[str, Any]) -> dict[str, Any]:
    from riskcheck.model.money import parse_money

    return {
        "new": options["fail_on"], "worse": options["fail_on"], "newly_unknown": options["newly_unknown"], "score_above": options["max_score"],
        "exposure_above": parse_money(options["max_exposure"]) if options["max_exposure"] else None, "coverage_below": options["min_coverage"],
        "accept_new_waivers": options["accept_new_waivers"], "strict_waivers": options["strict_waivers"],
    }  # fmt: skip


def _show(change: Change, paths: list[str]) -> int:
    for path in paths:
        click.echo((f"{path}:\n" if len(paths) > 1 else "") + change.policy(change.relative(path)).shown(), nl=False)
    for note in change.notes:
        click.echo(f"note: {note}", err=True)
    return int(Exit.PASSED)


def _gate(change: Change, judged: list[Judged], gone: list[str], installed: Any, options: dict[str, Any]) -> Gate:
    from riskcheck.report.gated import Gate

    refusing = tuple(path for path in gone if change.policy(path)["deleted_profiles"] == "refuse")
    outcomes = [item.decision.outcome for item in judged if item.decision]
    outcome: Any = "refused" if "refused" in outcomes or refusing else "undecided" if "undecided" in outcomes else "passed"
    for path in gone:
        if path not in refusing:
            change.notes.append(f"the profile {path} was deleted")
    return Gate(
        items=tuple(gated(item, installed, options) for item in judged), deleted=refusing, outcome=outcome, name=options["name"],
        include_waived=options["sarif_include_waived"], security_severity=options["sarif_security_severity"],
    )  # fmt: skip


def _accepted(judged: Judged) -> Judged:
    """Return a judgement in which what changed is accepted, since it goes into the baseline; the rest of the policy counts."""
    if judged.decision is None:
        return judged
    kept = tuple(reason for reason in judged.decision.refused if reason.setting not in ("new", "worse", "newly_unknown"))
    outcome: Any = "refused" if kept else "undecided" if judged.decision.undecided else "passed"
    return judged._replace(decision=judged.decision._replace(refused=kept, outcome=outcome))


def _update(change: Change, judged: list[Judged], file: str) -> None:
    from riskcheck.gate.baseline import baseline_text
    from riskcheck.gate.files import writable_inside

    writable_inside(file)
    write_outputs([(file, baseline_text({item.path: item.side for item in judged}, change.baseline))])
    click.echo(f"wrote {file}", err=True)


def _tell(gate: Gate, change: Change) -> None:
    """Say on standard error what was passed over, which setting refused, and what to run to see more."""
    from riskcheck.diagnostics import printable
    from riskcheck.report.changes import reason_text, words_of

    word = words_of(gate)
    for note in change.notes:
        click.echo(f"note: {printable(note)}", err=True)
    for item in gate.items:
        if item.decision is None:
            continue
        for reason in (*item.decision.refused, *item.decision.undecided):
            head = "refused" if reason in item.decision.refused else "undecided"
            place = "" if reason.setting.startswith("waiver_") else f" (policy {reason.setting}: {reason.limit}, from {reason.source})"
            click.echo(printable(f"{head}: {item.path}: {reason_text(reason, word)}{place}", 600), err=True)
            if reason.findings:
                click.echo(printable(f"look further: riskcheck explain {reason.findings[0]} {item.path}", 600), err=True)
    for path in gate.deleted:
        click.echo(printable(f"refused: {word('reason_deleted', file=path)} (policy deleted_profiles: refuse)", 600), err=True)
