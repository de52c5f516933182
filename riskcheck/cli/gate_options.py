"""What `gate` and `diff` share: their options, their inputs, their outputs."""

from __future__ import annotations

import os
from pathlib import Path

import click

from riskcheck.cli.options import OutputType, as_of_option, lang_option, pack_option, proposed_option, rules_option, write_outputs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from riskcheck.gate.judge import Judged
    from riskcheck.installed import Installed
    from riskcheck.model.change import Waiver
    from riskcheck.report.gated import Gate, Gated
    from riskcheck.report.run import Run


GATE_FORMATS_HELP = (
    "Format and file (`-`: standard output), repeat for several in one run: terminal, json, markdown, html, sarif, junit, gitlab, github, "
    "github-summary, github-output, pr-comment."
)


class GateOutputType(OutputType):
    """A format of the gate and where it goes."""

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, str]:
        """Return (format, file). Fails for formats that only `score` has."""
        name, file = super().convert(value, param, ctx)
        from riskcheck.report.formats.registry import GATE_FORMATS

        if name not in GATE_FORMATS:
            self.fail(f"'{name}' is a format of riskcheck score; here: {', '.join(GATE_FORMATS)}", param, ctx)
        return name, file


_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option("--format", "-f", "outputs", type=GateOutputType(), multiple=True, help=GATE_FORMATS_HELP),
    click.option("--output", "-o", type=click.Path(), help="File of the one format (the same as -f NAME=FILE)."),
    as_of_option, pack_option, lang_option, proposed_option,
    click.option("--templates", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A folder that overrides single templates."),
    click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour on the terminal."),
    click.option("--no-color", is_flag=True, help="The same as --color never."),
    click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors and the formats asked for."),
    click.option("--sarif-include-waived", is_flag=True, help="Write waived findings into SARIF as suppressed (GitHub shows them as open)."),
    click.option("--sarif-security-severity", is_flag=True, help="Mark SARIF results as security alerts."),
    rules_option,
)  # fmt: skip


def output_options(function: Any) -> Any:
    """Add the options that both commands have."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def outputs_of(options: dict[str, Any]) -> list[tuple[str, str]]:
    """Return (format, file) of every output; the terminal where none is asked for."""
    outputs: list[tuple[str, str]] = list(options["outputs"]) or ([] if options["quiet"] else [("terminal", "-")])
    if options["output"]:
        if len(outputs) != 1:
            message = "-o goes with exactly one format; write -f NAME=FILE for several"
            raise click.UsageError(message)
        outputs = [(outputs[0][0], options["output"])]
    return outputs


def write_gate(gate: Gate, outputs: list[tuple[str, str]], options: dict[str, Any]) -> None:
    """Render every output, then write all of them; nothing is written through a link that leads out of the working folder."""
    from riskcheck.cli.streams import colour_wanted
    from riskcheck.gate.files import writable_inside
    from riskcheck.report.formats.registry import render_gate
    from riskcheck.report.inert import no_command

    written: list[tuple[str, str | bytes]] = []
    for name, file in outputs:
        extra: dict[str, Any] = {}
        if name == "terminal":
            extra["colour"] = file == "-" and colour_wanted("never" if options["no_color"] else options["color"])
        if name in ("html", "markdown") and options["templates"]:
            extra["templates"] = options["templates"]
        text = render_gate(name, gate, **extra)
        if file == "-" and name != "github" and os.environ.get("GITHUB_ACTIONS") == "true":
            text = no_command(text)
        if file != "-":
            writable_inside(file)
        written.append((file, text))
    write_outputs(written)


def gated(judged: Judged, installed: Installed, options: dict[str, Any]) -> Gated:
    """Return a judgement in the shape that formats take."""
    from riskcheck.cli.version import tool_version
    from riskcheck.report.gated import Gated
    from riskcheck.report.run import Run

    program = installed.program.only(options["packs"]) if options["packs"] else installed.program
    run = Run(
        assessment=judged.assessment, profile=judged.profile, document=judged.document, program=program, installed=installed,
        languages=options["languages"], version=tool_version(), waivers=judged.waived,
    )  # fmt: skip
    return Gated(run=run, path=judged.path, comparison=judged.comparison, decision=judged.decision, waived=judged.waived)


def waivers_of(run: Run, file: str) -> dict[str, Waiver]:
    """Return the waivers of a file that count on the day of a run, by the identity of the finding. Raises InvalidInput with every fault."""
    from riskcheck.gate.files import read_inside
    from riskcheck.gate.policy import load_policy
    from riskcheck.gate.waivers import accepted, judge_waivers, read_waivers
    from riskcheck.model.finding import ADVERSE

    waivers = read_waivers(read_inside(file, Path.cwd(), file), file)
    open_findings = {finding.identity for finding in run.assessment.findings if finding.verdict in ADVERSE or finding.verdict == "unknown"}
    return accepted(judge_waivers(waivers, None, open_findings, run.rules, load_policy(None, "", {}), run.assessment.as_of))
