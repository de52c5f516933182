"""Where the process starts. `--version` alone answers before click is imported."""

from __future__ import annotations

import sys


def run() -> None:
    """Run the command line and leave the process with its exit code."""
    if sys.argv[1:] == ["--version"]:
        from riskcheck.cli.version import version_text

        print(version_text())  # noqa: T201 (the one line that must not wait for click)
        return
    from riskcheck.cli.main import main

    sys.exit(main(sys.argv[1:]))
