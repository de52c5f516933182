"""``riskcheck waivers``: who has accepted what until when."""

from __future__ import annotations

from pathlib import Path

import click

from riskcheck.cli.exits import HELP, Exit
from riskcheck.cli.options import DayType, as_of_option, rules_option, today

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date
    from typing import Any

    from riskcheck.gate.policy import Policy
    from riskcheck.model.change import Waiver, WaiverState

_FILE = ".riskcheck-waivers.yaml"
_file_option = click.option("--waivers", "file", default=_FILE, show_default=True, metavar="FILE", help="File of waivers.")


@click.group(epilog=HELP)
def command() -> None:
    """List, check and add waivers: dated, owned, reasoned acceptances of single findings.

    \b
    Examples:
      riskcheck waivers list
      riskcheck waivers check profiles/minimax.yaml
    """


@command.command("list", epilog=HELP)
@_file_option
@click.option("--format", "-f", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True)
@as_of_option
def listed(file: str, shape: str, as_of: date | None) -> int:
    """List all waivers with their state.

    \b
    Example:
      riskcheck waivers list --as-of 2026-12-31 -f json
    """
    waivers, policy = _read(file)
    states = _states(waivers, policy, as_of or today(), None)
    _print(states, shape)
    return int(Exit.PASSED)


@command.command("check", epilog=HELP)
@click.argument("profiles", nargs=-1, metavar="[PROFILE]...")
@_file_option
@click.option("--strict", is_flag=True, help="Exit 1 on waivers that match no finding, too.")
@click.option("--format", "-f", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True)
@as_of_option
@rules_option
def checked(profiles: tuple[str, ...], file: str, strict: bool, shape: str, as_of: date | None, rules_folder: Path | None) -> int:  # noqa: FBT001 (click)
    """Exit 1 if a waiver has expired (a malformed date has) or runs too long. With PROFILE, tell which match no finding.

    \b
    Examples:
      riskcheck waivers check
      riskcheck waivers check profiles/*.yaml --strict
    """
    waivers, policy = _read(file)
    found, rules = _findings(profiles, as_of or today(), rules_folder) if profiles else (None, {})
    states = _states(waivers, policy, as_of or today(), found, rules)
    _print(states, shape)
    bad = [state for state in states if state.status in ("expired", "malformed", "too_long") or (strict and state.status == "unused")]
    for state in bad:
        click.echo(f"refused: {_where(state)}: {state.status} ({state.waiver.expires_text})", err=True)
    return int(Exit.REFUSED if bad else Exit.PASSED)


@command.command("add", epilog=HELP)
@click.option("--rule", required=True, help="Id of the rule.")
@click.option("--subject", required=True, help="Path of the subject: company, systems/KEY.")
@click.option("--reason", required=True, help="Why the risk may be accepted until then.")
@click.option("--owner", required=True, help="Who answers for it.")
@click.option("--expires", required=True, type=DayType(), help="Last day on which it counts.")
@click.option("--ticket", default="", help="Where it was decided.")
@_file_option
@as_of_option
@rules_option
def added(file: str, as_of: date | None, rules_folder: Path | None, **entry: Any) -> int:
    """Write a waiver into the file, which is made if it is missing. It counts once it is merged.

    \b
    Example:
      riskcheck waivers add --rule data-residency/eu/transfer-tool --subject flows/logs --reason "SCCs in signature" --owner jane --expires 2027-01-31
    """
    from riskcheck.cli.explain import find_rule
    from riskcheck.cli.options import write_outputs
    from riskcheck.gate.waivers import entry_text, read_waivers
    from riskcheck.installed import load_installed

    rule = find_rule(entry["rule"], load_installed(rules_folder).program)
    if rule is None:
        message = f"'{entry['rule']}' is a fact, no rule"
        raise click.UsageError(message)
    day = as_of or today()
    if entry["expires"] < day:
        message = f"{entry['expires']} is over"
        raise click.UsageError(message)
    here = Path(file)
    text = here.read_text(encoding="utf-8") if here.is_file() else "waivers:\n"
    if here.is_file():
        read_waivers(text.encode(), file)
    text = text.rstrip("\n").replace("waivers: []", "waivers:") + "\n" + entry_text({**entry, "rule": rule.id, "approved_on": day})
    read_waivers(text.encode(), file)
    write_outputs([(file, text)])
    click.echo(f"wrote {file}; it counts once it is merged", err=True)
    return int(Exit.PASSED)


def _read(file: str) -> tuple[tuple[Waiver, ...], Policy]:
    from riskcheck.gate.branch import find_change
    from riskcheck.gate.files import read_inside
    from riskcheck.gate.waivers import read_waivers

    change = find_change(file, base=None, baseline=None, update=False)
    waivers = read_waivers(read_inside(file, change.root, file), file)
    return waivers, change.policy(change.relative(file))


def _findings(profiles: tuple[str, ...], day: date, rules_folder: Path | None) -> tuple[set[str], dict[str, Any]]:
    from riskcheck.evaluator.evaluate import Evaluator
    from riskcheck.gate.files import read_inside
    from riskcheck.installed import load_installed
    from riskcheck.loader.profiles import read_profile
    from riskcheck.model.finding import ADVERSE

    program = load_installed(rules_folder).program
    found: set[str] = set()
    for path in profiles:
        profile, _ = read_profile(read_inside(path, Path.cwd(), path), path, program)
        runner = Evaluator(program, day, include_proposed=True, assumptions=dict(profile.assumptions))
        found |= {item.identity for item in runner.evaluate(profile) if item.verdict in ADVERSE or item.verdict == "unknown"}
    return found, {rule.id: rule for rule in program.rules}


def _states(
    waivers: tuple[Waiver, ...], policy: Policy, day: date, found: set[str] | None, rules: dict[str, Any] | None = None,
) -> tuple[WaiverState, ...]:  # fmt: skip
    from riskcheck.gate.waivers import judge_waivers

    open_findings = {waiver.identity for waiver in waivers} if found is None else found
    return judge_waivers(waivers, None, open_findings, rules or {}, policy, day)


def _where(state: WaiverState) -> str:
    from riskcheck.diagnostics import printable

    return printable(f"{state.waiver.file}:{state.waiver.line}: {state.waiver.identity}", 400)


def _print(states: tuple[WaiverState, ...], shape: str) -> None:
    from riskcheck.diagnostics import printable

    if shape == "json":
        import json

        from riskcheck.report.formats.gate_json import waiver_value

        rows = [waiver_value(state) for state in states]
        click.echo(json.dumps({"schema": "riskcheck-waivers/1", "waivers": rows}, ensure_ascii=False, indent=1, sort_keys=True))
        return
    for state in states:
        waiver = state.waiver
        days = "" if state.days is None else f", {state.days} days left" if state.days >= 0 else f", {-state.days} days ago"
        click.echo(f"{state.status:<9} {_where(state)}")
        click.echo(printable(f"          until {waiver.expires_text}{days}; {waiver.owner}: {waiver.reason}", 600))
    if not states:
        click.echo("no waivers")
