"""Jinja environments for reports: the shipped templates, single ones replaced by a user's folder, compiled once.

A user's own templates run sandboxed. Whatever is wrong in them becomes InvalidInput with file, line and cause.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2

from riskcheck import resources
from riskcheck.diagnostics import Diagnostic, InvalidInput
from riskcheck.locations import Span
from riskcheck.report.compiled import Shipped
from riskcheck.report.lean import lean_html

if TYPE_CHECKING:
    from collections.abc import Callable


def environment(folder: Path | None = None, finalize: Callable[[Any], Any] | None = None, kind: str = "html") -> jinja2.Environment:
    """Return the environment of a kind (html, markdown); a template in ``folder`` wins over the shipped one of the same name.

    ``finalize`` is for pages that show values in a way of their own.
    """
    shipped = resources.templates_folder()
    options: dict[str, Any] = {
        "undefined": jinja2.StrictUndefined, "autoescape": True, "trim_blocks": True, "lstrip_blocks": True, "auto_reload": False, "cache_size": 100,
    }  # fmt: skip
    if folder:
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        if kind == "markdown" and finalize is None:
            from riskcheck.report.markdown_text import marked as finalize
        loader = jinja2.ChoiceLoader([_Lean(folder), _Lean(shipped)])
        found: jinja2.Environment = ImmutableSandboxedEnvironment(loader=loader, finalize=finalize, **options)
    elif finalize:
        found = jinja2.Environment(loader=_Lean(shipped), finalize=finalize, **options)  # noqa: S701 (autoescape is in the options)
    else:
        found = jinja2.Environment(loader=Shipped(kind), **options)  # noqa: S701 (autoescape is in the options)
    found.filters["plain"] = str
    found.filters["tongue"] = tongue
    found.filters["css_string"] = css_string
    return found


class _Lean(jinja2.FileSystemLoader):
    """Templates of a folder without optional end tags."""

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Return the text of a template, its file and whether it is still the same."""
        text, file, fresh = super().get_source(environment, template)
        return lean_html(text) if template.endswith(".html.j2") else text, file, fresh


def source(env: jinja2.Environment, name: str) -> str:
    """Return the text of a file in the template folders (style, script)."""
    assert env.loader is not None  # noqa: S101 (environment() always sets one)
    return env.loader.get_source(env, name)[0]


def rendered(env: jinja2.Environment, name: str, values: dict[str, Any]) -> str:
    """Return a rendered template. Raises InvalidInput with file, line and cause where a template is broken."""
    try:
        return env.get_template(name).render(values)
    except jinja2.TemplateSyntaxError as fault:
        raise InvalidInput([_fault(fault.filename or fault.name or name, fault.lineno, fault.message or "syntax")]) from fault
    except jinja2.TemplateNotFound as fault:
        raise InvalidInput([_fault(name, 1, f"no template `{fault.name}`")]) from fault
    except (jinja2.TemplateError, TypeError, AttributeError, ValueError, KeyError, LookupError, ArithmeticError) as fault:
        place = _place(fault)
        if place is None:
            raise
        raise InvalidInput([_fault(*place, f"{type(fault).__name__}: {fault}")]) from fault


def _place(fault: BaseException) -> tuple[str, int] | None:
    """Return file and line of the innermost template in a traceback."""
    found: tuple[str, int] | None = None
    trace = fault.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.endswith(".j2"):
            found = (name, trace.tb_lineno)
        trace = trace.tb_next
    return found


def _fault(file: str, line: int, cause: str) -> Diagnostic:
    try:
        text = Path(file).read_text(encoding="utf-8").split("\n")[line - 1]
    except (OSError, IndexError, UnicodeDecodeError):
        text = ""
    span = Span(line, 1, line, max(len(text), 1) + 1)
    return Diagnostic(
        code="T101", message="the report template is broken", file=file, span=span, label=cause, line_text=text,
        help="mend it, or run without --templates",
    )  # fmt: skip


def tongue(language: str) -> str:
    """Return the BCP 47 tag of a language of reports."""
    return "zh-Hans" if language == "zh" else language


_SAFE = re.compile(r"[^A-Za-z0-9 ]")


def css_string(text: str) -> str:
    """Return text for the inside of a CSS string: every other character as its code."""
    return _SAFE.sub(lambda match: f"\\{ord(match[0]):x} ", str(text))
