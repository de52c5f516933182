"""The `riskcheck` command: finds the subcommand, turns every way of failing into its exit code and one plain message."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from riskcheck.cli.exits import HELP, Exit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_COMMANDS = {
    "score": "riskcheck.cli.score",
    "explain": "riskcheck.cli.explain",
    "rules": "riskcheck.cli.rules",
    "validate": "riskcheck.cli.validate",
    "schema": "riskcheck.cli.schema",
    "init": "riskcheck.cli.init",
    "timeline": "riskcheck.cli.timeline",
    "diff": "riskcheck.cli.diff",
    "gate": "riskcheck.cli.gate",
    "waivers": "riskcheck.cli.waivers",
    "precedents": "riskcheck.cli.precedents",
    "draft": "riskcheck.cli.draft",
    "portfolio": "riskcheck.cli.portfolio",
    "encode": "riskcheck.cli.encode",
    "compare": "riskcheck.cli.compare",
    "serve": "riskcheck.cli.serve",
}
"""Every subcommand and the module that holds it as `command`; imported only when it is called."""


class LazyGroup(click.Group):
    """A group that imports a subcommand when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """Return all names, in the order in which a newcomer meets them."""
        from importlib.util import find_spec

        return [name for name, module in _COMMANDS.items() if find_spec(module)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a subcommand by name."""
        if cmd_name not in _COMMANDS:
            return None
        found: click.Command = import_module(_COMMANDS[cmd_name]).command
        return found

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Find the subcommand; a misspelt one gets a suggestion."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in _COMMANDS:
            from riskcheck.diagnostics import did_you_mean

            ctx.fail(f"no command '{name}'; {did_you_mean(name, _COMMANDS) or 'riskcheck --help lists them'}")
        return super().resolve_command(ctx, args)


def _version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:  # noqa: FBT001 (click's signature)
    if value:
        from riskcheck.cli.version import version_text

        click.echo(version_text())
        ctx.exit()


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog=HELP,
)
@click.option("--version", is_flag=True, callback=_version, expose_value=False, is_eager=True, help="Show the version and exit.")
@click.option("--debug", is_flag=True, help="Show the traceback of a fault of riskcheck itself.")
@click.pass_context
def command(ctx: click.Context, debug: bool) -> None:  # noqa: FBT001 (click's signature)
    """Which laws a company's AI business breaks, risks breaking or will have to meet.

    \b
    Examples:
      riskcheck score profiles/minimax.yaml
      riskcheck score profiles/minimax.yaml -f html=report.html -f markdown=report.md
      riskcheck gate profiles/*.yaml --base origin/main

    riskcheck indicates risk. It is no legal advice.
    """
    ctx.obj = {"debug": debug}


def main(args: list[str]) -> int:
    """Run one command line and return its exit code. Messages go to standard error, results to standard output."""
    from riskcheck.cli.streams import prepare_streams

    prepare_streams()
    try:
        result = command.main(args=args, prog_name="riskcheck", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return int(stop.exit_code)
    except click.ClickException as error:
        error.show()
        return int(Exit.INPUT if isinstance(error, click.FileError) else Exit.USAGE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return int(Exit.INTERRUPTED)
    except BrokenPipeError:
        # The reader went away (head, less): stop quietly, and keep Python from complaining at exit.
        sys.stdout = open("/dev/null", "w", encoding="utf-8")  # noqa: SIM115, PTH123 (it stays open to the end)
        return int(Exit.PASSED)
    except Exception as error:  # noqa: BLE001 (the last line of defence: any fault of ours is exit 5)
        return _failed(error, debug="--debug" in args)
    return int(result) if isinstance(result, int) else int(Exit.PASSED)


def _failed(error: Exception, *, debug: bool) -> int:
    from riskcheck.diagnostics import InvalidInput, printable

    if isinstance(error, InvalidInput):
        count = len([d for d in error.diagnostics if d.level == "error"])
        click.echo("\n\n".join(d.render() for d in error.diagnostics), err=True)
        click.echo(f"\n{count} fault{'s' if count != 1 else ''}; nothing was written", err=True)
        return int(Exit.INPUT)
    chosen = os.environ.get("RISKCHECK_RULES")
    if isinstance(error, OSError) and chosen and not os.path.isdir(chosen):  # noqa: PTH112 (no import for the last line of defence)
        click.echo(f"Error: RISKCHECK_RULES names '{printable(chosen)}', which is no folder; unset it or name a rules folder", err=True)
        return int(Exit.USAGE)
    if debug:
        import traceback

        traceback.print_exception(error)
    click.echo(f"riskcheck failed: {type(error).__name__}: {printable(str(error))}", err=True)
    click.echo("This is a fault of riskcheck, not of your files. Run again with --debug for the details.", err=True)
    return int(Exit.BUG)
