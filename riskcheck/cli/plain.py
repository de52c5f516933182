"""The commonest call, ``riskcheck score PROFILE [--as-of DAY]``, without click: its import would be a fifth of the whole run.

Only what goes well is answered here. Any other option, any fault of the input, anything odd is left to click's own way, which
starts anew and says what is wrong; nothing has been written by then. A test holds both ways to the same bytes.
"""

from __future__ import annotations

import sys


def answered(args: list[str]) -> bool:
    """Whether the arguments are a plain call and its report has been written to standard output."""
    if len(args) not in (2, 4) or args[0] != "score" or args[1].startswith("-") or args[2:3] not in ([], ["--as-of"]):
        return False
    try:
        text = _report(args[1], args[3] if args[2:] else "")
    except Exception:  # noqa: BLE001 (click's way meets the same fault again and reports it)
        return False
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader went away (head, less): stop quietly, and keep Python from complaining at exit.
        sys.stdout = open("/dev/null", "w", encoding="utf-8")  # noqa: SIM115, PTH123 (it stays open to the end)
    except OSError:
        return False
    return True


def _report(path: str, day: str) -> str:
    from riskcheck.cli.assessing import assess_file, day_of, today
    from riskcheck.cli.streams import colour_wanted, prepare_streams
    from riskcheck.installed import load_installed
    from riskcheck.report.formats import terminal

    prepare_streams()
    run = assess_file(path, load_installed(), day_of(day) if day else today(), {})
    return terminal.render(run, colour=colour_wanted("auto"))
