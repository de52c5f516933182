"""The formats by name. Modules are imported when a format is asked for."""

from __future__ import annotations

from importlib import import_module

from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from riskcheck.report.gated import Gate
    from riskcheck.report.run import Run


class Format(NamedTuple):
    """A format: the module with `render(run) -> str | bytes`, and whether it must go to a file."""

    module: str
    binary: bool = False


FORMATS: dict[str, Format] = {
    "terminal": Format("terminal"),
    "json": Format("json_"),
    "markdown": Format("markdown"),
    "html": Format("html"),
    "sarif": Format("sarif"),
    "github": Format("github"),
    "github-summary": Format("github_summary"),
    "github-output": Format("github_output"),
    "pr-comment": Format("pr_comment"),
    "gitlab": Format("gitlab"),
    "junit": Format("junit"),
    "docx": Format("docx_", binary=True),
    "xlsx": Format("xlsx", binary=True),
    "csv": Format("csv_"),
    "pdf": Format("pdf", binary=True),
}
ALIASES = {"md": "markdown", "json-v1": "json"}


def render(name: str, run: Run, **options: Any) -> str | bytes:
    """Return a run in a format. Raises KeyError for a name that is none."""
    found = FORMATS[ALIASES.get(name, name)]
    module = import_module(f"riskcheck.report.formats.{found.module}")
    rendered: str | bytes = module.render(run, **options)
    return rendered


GATE_FORMATS: dict[str, str] = {
    "terminal": "gate_terminal", "json": "gate_json", "markdown": "gate_page", "html": "gate_page", "sarif": "sarif", "github": "github",
    "github-summary": "github_summary", "github-output": "github_output", "pr-comment": "pr_comment", "gitlab": "gitlab", "junit": "junit",
}  # fmt: skip
"""The formats in which `gate` and `diff` speak, each with the module that has `render_gate(gate)`."""


def render_gate(name: str, gate: Gate, **options: Any) -> str:
    """Return a gate's outcome in a format. Raises KeyError for a name that is none."""
    wanted = ALIASES.get(name, name)
    module = import_module(f"riskcheck.report.formats.{GATE_FORMATS[wanted]}")
    if wanted in ("markdown", "html"):
        options["shape"] = wanted
    rendered: str = module.render_gate(gate, **options)
    return rendered
