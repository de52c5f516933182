"""Options that several commands share, the clock, and outputs that are never half-written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from riskcheck.cli.assessing import FIRST_YEAR, LAST_YEAR, day_of
from riskcheck.cli.assessing import today as today  # noqa: PLC0414 (commands take it from here with the options)
from riskcheck.cli.outputs import write_files
from riskcheck.cli.values import languages_of, output_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FORMATS_HELP = (
    "Format and file (`-`: standard output), repeat for several in one run: terminal, json, markdown, html, docx, xlsx, pdf, csv, sarif, "
    "junit, gitlab, github, github-summary, github-output, pr-comment."
)
"""Names every format; a test compares it with the registry, which is not imported for a help text."""

SEVERITIES = ("critical", "high", "medium", "low", "info")


class DayType(click.ParamType):  # type: ignore[type-arg]  # generic in the newest click only
    """A date written 2026-12-02."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        """Return the date, or fail with the right form."""
        if isinstance(value, date):
            return value
        try:
            return day_of(value)
        except ValueError:
            self.fail(f"'{value}' is no date between {FIRST_YEAR} and {LAST_YEAR}; write it as 2026-12-02", param, ctx)


class OutputType(click.ParamType):  # type: ignore[type-arg]  # as above
    """A format and where it goes: NAME or NAME=FILE (``-`` is standard output)."""

    name = "NAME[=FILE]"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, str]:
        """Return (format, file); the file is ``-`` where none is named."""
        if isinstance(value, tuple):
            return value
        try:
            return output_of(value)
        except ValueError as fault:
            self.fail(str(fault), param, ctx)


class LanguageType(click.ParamType):  # type: ignore[type-arg]  # as above
    """One or two languages: en, zh, or en,zh for both in one file."""

    name = "language"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, ...]:
        """Return the languages in order."""
        if isinstance(value, tuple):
            return value
        try:
            return languages_of(value)
        except ValueError as fault:
            self.fail(str(fault), param, ctx)


as_of_option = click.option("--as-of", type=DayType(), help="Judge by the law and the calendar of this day (default: today, UTC).")
pack_option = click.option("--pack", "packs", multiple=True, metavar="ID", help="Only this pack (repeat for more).")
lang_option = click.option(
    "--lang", "languages", type=LanguageType(), metavar="LANG", default="en", show_default=True,
    help="Language of the output: en, zh, or en,zh for both.",
)
proposed_option = click.option("--include-proposed", is_flag=True, help="Judge by proposed law too, shown apart.")
rules_option = click.option("--rules", "rules_folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Another rules folder.")


def check_packs(packs: tuple[str, ...], known: Any) -> None:
    """Refuse a pack that does not exist, with a suggestion."""
    from riskcheck.diagnostics import did_you_mean

    for pack in packs:
        if pack not in known:
            message = f"no pack '{pack}'; {did_you_mean(pack, known) or 'packs: ' + ', '.join(known)}"
            raise click.UsageError(message)


def write_outputs(outputs: list[tuple[str, str | bytes]]) -> None:
    """Write every output, all rendered beforehand: files beside their target first, then moved into place."""
    try:
        write_files(outputs)
    except OSError as error:
        raise click.FileError(str(error.filename or "output"), hint=error.strerror or str(error)) from error
    for target, content in outputs:
        if target == "-":
            # Colour was decided when the content was rendered; click would strip it from a pipe even where it is asked for.
            click.echo(content, nl=False, color=True)
