"""One profile file to a run, and the clock: what every command that judges needs, without click."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from riskcheck.evaluator.evaluate import Traces
    from riskcheck.installed import Installed
    from riskcheck.report.run import Run


FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Between these years a run can be dated: no law of the packs lies outside, and Office files and reckoning with dates overflow."""

_LAST_SECOND = 4_133_980_799


def today() -> date:
    """Return the day of the run: SOURCE_DATE_EPOCH if set, else the clock's day in UTC. The only look at the clock."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isascii() and epoch.isdigit() and len(epoch) <= len(str(_LAST_SECOND)) and int(epoch) <= _LAST_SECOND:
        return datetime.fromtimestamp(int(epoch), tz=UTC).date()
    return datetime.now(tz=UTC).date()


def day_of(text: str) -> date:
    """Return the day that ``--as-of`` names. Raises ValueError where it is none, or lies outside the years above."""
    day = date.fromisoformat(text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(text)
    return day


def assess_file(path: str, installed: Installed, day: date, options: dict[str, Any]) -> Run:
    """Return the run of one profile file. Raises InvalidInput with every fault of the file."""
    import sys

    from riskcheck.assess.assess import assess
    from riskcheck.cli.version import tool_version
    from riskcheck.loader.profiles import load_profile, read_profile
    from riskcheck.report.run import Run

    program = installed.program.only(options["packs"]) if options.get("packs") else installed.program
    if path == "-":
        profile, document = read_profile(sys.stdin.buffer.read(), "stdin", program)
    else:
        profile, document = load_profile(path, program)
    wanted = {name for name, _ in options.get("outputs", ())}
    traces: Traces = "all" if "json" in wanted or options.get("customer") else "told" if wanted & {"html", "markdown", "pdf", "docx"} else "adverse"
    assessment = assess(
        program, profile, day, include_proposed=options.get("include_proposed", False), traces=traces, simulated=bool(wanted - {"terminal"}),
    )  # fmt: skip
    return Run(
        assessment=assessment, profile=profile, document=document, program=program, installed=installed,
        languages=options.get("languages", ("en",)), audience=options.get("audience", "counsel"), version=tool_version(),
        min_severity=options.get("min_severity", "info"), customer=options.get("customer") or "",
    )  # fmt: skip
