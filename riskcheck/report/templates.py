"""The templates of reports: the shipped ones, single ones replaced by a user's folder.

The shipped ones are compiled once and rendered without Jinja (`shelf`). A user's own are rendered by Jinja, sandboxed; whatever is wrong in
them becomes InvalidInput with file, line and cause.
"""

from __future__ import annotations

import os

from riskcheck import resources, store
from riskcheck.installed import kept
from riskcheck.report.shelf import Shelf

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any, TypeAlias

    import jinja2

    Environment: TypeAlias = jinja2.Environment | Shelf


def environment(folder: Path | None = None, finalize: Callable[[Any], Any] | None = None, kind: str = "html") -> Environment:
    """Return the environment of a kind (html, markdown); a template in ``folder`` wins over the shipped one of the same name.

    ``finalize`` is for pages that show values in a way of their own.
    """
    if folder or finalize:
        return jinja_environment(folder, finalize, kind)
    return Shelf(kind, {"tongue": tongue, "css_string": css_string, **_more(kind)})


def jinja_environment(folder: Path | None = None, finalize: Callable[[Any], Any] | None = None, kind: str = "html") -> jinja2.Environment:
    """Return Jinja's own environment, sandboxed where a user's folder is in it."""
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    from riskcheck.report.lean import lean_html

    shipped = resources.templates_folder()

    class Lean(jinja2.FileSystemLoader):
        """Templates of a folder without what a browser does not need."""

        def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
            """Return the text of a template, its file and whether it is still the same."""
            text, file, fresh = super().get_source(environment, template)
            return lean_html(text) if template.endswith(".html.j2") else text, file, fresh

    if kind == "markdown" and finalize is None:
        from riskcheck.report.markdown_text import marked as finalize
    options: dict[str, Any] = {
        "loader": jinja2.ChoiceLoader([Lean(path) for path in (folder, shipped) if path]), "undefined": jinja2.StrictUndefined,
        "autoescape": True, "trim_blocks": True, "lstrip_blocks": True, "finalize": finalize, "auto_reload": False, "cache_size": 100,
    }  # fmt: skip
    found = ImmutableSandboxedEnvironment(**options) if folder else jinja2.Environment(bytecode_cache=_bytecode(), **options)  # noqa: S701 (autoescape is in the options)
    found.filters |= {"plain": str, "tongue": tongue, "css_string": css_string, **_more(kind)}
    return found


def _more(kind: str) -> dict[str, Callable[..., Any]]:
    """Return the filters that only one kind has."""
    if kind != "markdown":
        return {}
    from riskcheck.report.markdown_text import address, codespan

    return {"address": address, "codespan": codespan}


def source(env: Environment, name: str) -> str:
    """Return the text of a file in the template folders (style, script)."""
    if isinstance(env, Shelf):
        with open(os.path.join(resources.templates_path(), name), encoding="utf-8") as file:
            return file.read()
    assert env.loader is not None  # noqa: S101 (jinja_environment() always sets one)
    return env.loader.get_source(env, name)[0]


def script(env: Environment, name: str) -> tuple[str, str]:
    """Return a script without what a browser does not need, and the hash by which a content security policy lets it run."""

    def made() -> tuple[str, str]:
        from binascii import b2a_base64

        from riskcheck.digests import sha256
        from riskcheck.report.lean import lean_script

        text = lean_script(source(env, name))
        return text, f"sha256-{b2a_base64(sha256(text.encode()).digest(), newline=False).decode()}"

    if not isinstance(env, Shelf):
        return made()
    files = (os.path.join(resources.templates_path(), name), os.path.join(os.path.dirname(__file__), "lean.py"))
    found: tuple[str, str] = kept(name, files, made)
    return found


def rendered(env: Environment, name: str, values: dict[str, Any]) -> str:
    """Return a rendered template. Raises InvalidInput with file, line and cause where a user's template is broken."""
    if not isinstance(env, Shelf):
        return _by_jinja(env, name, values)
    return env.render(name, values) if env.holds(name) else _by_jinja(env.jinja(), name, values)


def _by_jinja(env: jinja2.Environment, name: str, values: dict[str, Any]) -> str:
    import jinja2

    from riskcheck.diagnostics import InvalidInput

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


def _fault(file: str, line: int, cause: str) -> Any:
    from riskcheck.diagnostics import Diagnostic
    from riskcheck.locations import Span

    try:
        with open(file, encoding="utf-8") as template:
            text = template.read().split("\n")[line - 1]
    except (OSError, IndexError, UnicodeDecodeError):
        text = ""
    span = Span(line, 1, line, max(len(text), 1) + 1)
    return Diagnostic(
        code="T101", message="the report template is broken", file=file, span=span, label=cause, line_text=text,
        help="mend it, or run without --templates",
    )  # fmt: skip


def _bytecode() -> jinja2.BytecodeCache | None:
    """Return where Jinja keeps what it has compiled: beside the compiled packs of this very install, nowhere else."""
    import jinja2

    place = store.folder_of(resources.rules_path())
    if place is None:
        return None
    folder = os.path.join(place, "templates")
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError:
        return None
    return jinja2.FileSystemBytecodeCache(folder)


def tongue(language: str) -> str:
    """Return the BCP 47 tag of a language of reports."""
    return "zh-Hans" if language == "zh" else language



def css_string(text: str) -> str:
    """Return text for the inside of a CSS string: every other character as its code."""
    return "".join([c if (c.isascii() and c.isalnum()) or c == " " else f"\\{ord(c):x} " for c in str(text)])
