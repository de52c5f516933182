"""The commonest calls, ``score PROFILE [--as-of DAY] [-f NAME=FILE]... [--lang L]``, without click.

Importing click would be a fifth of the whole run.
Only what goes well is answered here. Any other option, any fault of the input, anything odd is left to click's own way, which
starts anew and says what is wrong; nothing has been written by then. A test holds both ways to the same bytes.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


_kept: list[Any] = []
"""What a run has made. The process ends with it (see `cli.entry`), and taking a hundred thousand objects apart first would take its time."""


def answered(args: list[str]) -> bool:
    """Whether the arguments are a plain call and its reports have been written."""
    try:
        options = _options(args)
        if options is None:
            return False
        told = _told(args[1], options)
    except Exception:  # noqa: BLE001 (click's way meets the same fault again and reports it)
        return False
    try:
        sys.stdout.write(told)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader went away (head, less): stop quietly, and keep Python from complaining at exit.
        sys.stdout = open("/dev/null", "w", encoding="utf-8")  # noqa: SIM115, PTH123 (it stays open to the end)
    except OSError:
        return False
    return True


def _options(args: list[str]) -> dict[str, Any] | None:
    """Return the options of a plain call by click's names, or None for any other call. Raises ValueError where a value is odd."""
    if len(args) % 2 or args[:1] != ["score"] or args[1].startswith("-"):
        return None
    found: dict[str, Any] = {"outputs": [], "as_of": None, "languages": ("en",)}
    for name, value in zip(args[2::2], args[3::2], strict=True):
        if name == "--as-of":
            from riskcheck.cli.assessing import day_of

            found["as_of"] = day_of(value)
        elif name in ("-f", "--format"):
            from riskcheck.cli.values import output_of

            found["outputs"].append(output_of(value))
        elif name == "--lang":
            from riskcheck.cli.values import languages_of

            found["languages"] = languages_of(value)
        else:
            return None
    return found


def _told(path: str, options: dict[str, Any]) -> str:
    """Write the files that are asked for, and return what belongs on standard output."""
    from riskcheck.cli.assessing import assess_file, today
    from riskcheck.cli.streams import colour_wanted, prepare_streams
    from riskcheck.installed import load_installed

    prepare_streams()
    run = assess_file(path, load_installed(), options["as_of"] or today(), options)
    _kept.append(run)
    outputs: list[tuple[str, str]] = options["outputs"]
    if not outputs:
        from riskcheck.report.formats import terminal

        return terminal.render(run, colour=colour_wanted("auto"))
    from riskcheck.cli.outputs import write_files
    from riskcheck.report.formats.registry import render

    if any(file == "-" or "{name}" in file for _, file in outputs):
        raise ValueError(outputs)  # several texts in a row, names to be filled in: click's way
    write_files([(file, render(name, run)) for name, file in outputs])
    return ""
