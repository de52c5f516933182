"""The shipped templates compiled to Python, kept in one file that is checked, never trusted.

Jinja's own cache looks at each template by itself and makes an object of each value that a template shows. Here all templates of one
kind lie in one file, valid as long as the file system says the same of their folder, and a value becomes plain text at once.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2

from riskcheck import resources, store
from riskcheck.report.lean import lean_html

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping
    from types import CodeType

_SHOWN = {"html": "from riskcheck.report.shown import html as escape", "markdown": "from riskcheck.report.markdown_text import shown as escape"}
"""How a template of each kind turns a value into text, in place of Jinja's `escape`."""


class Shipped(jinja2.BaseLoader):
    """The loader of the shipped templates: compiled once, read as one file."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._folder = resources.templates_folder()
        self._code: dict[str, bytes] | None = None

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:  # noqa: ARG002 (Jinja's signature)
        """Return the text of a file of the folder."""
        path = self._folder / template
        try:
            text = path.read_text(encoding="utf-8")
        except OSError:
            raise jinja2.TemplateNotFound(template) from None
        return lean_html(text) if template.endswith(".html.j2") else text, str(path), None

    def load(self, environment: jinja2.Environment, name: str, globals: MutableMapping[str, Any] | None = None) -> jinja2.Template:  # noqa: A002 (Jinja's own name)
        """Return a compiled template."""
        if self._code is None:
            self._code = self._kept(environment)
        if name not in self._code:
            raise jinja2.TemplateNotFound(name)
        return environment.template_class.from_code(environment, marshal.loads(self._code[name]), globals or {}, None)  # noqa: S302 (checked against its digest)

    def _kept(self, environment: jinja2.Environment) -> dict[str, bytes]:
        """Return the compiled templates by name, from the file if it fits the folder as it is now."""
        place = store.folder_of(resources.rules_path())
        if place is None:
            return self._compiled(environment)
        stamp, file = self._stamp(), f"{place}/templates-{self._kind}.bin"
        stored = store.read(file, stamp)
        if stored is not None:
            found: dict[str, bytes] = marshal.loads(stored)  # noqa: S302 (checked against its digest)
            return found
        made = self._compiled(environment)
        try:
            os.makedirs(place, exist_ok=True)  # noqa: PTH103 (see store)
            store.write(file, stamp, marshal.dumps(made))
        except OSError:
            pass  # where the folder can't be written, go on without
        return made

    def _compiled(self, environment: jinja2.Environment) -> dict[str, bytes]:
        suffix = ".md.j2" if self._kind == "markdown" else ".html.j2"
        names = sorted(path.relative_to(self._folder).as_posix() for path in self._folder.rglob(f"*{suffix}"))
        return {name: marshal.dumps(self._code_of(name, environment)) for name in names}

    def _code_of(self, name: str, environment: jinja2.Environment) -> CodeType:
        text, file, _ = self.get_source(environment, name)
        made = environment.compile(text, name, file, raw=True)
        head, _, rest = made.partition("\n")
        return compile(f"{head}; {_SHOWN[self._kind]}\n{rest}", file or name, "exec")

    def _stamp(self) -> str:
        """Return a digest of what the file system says of the templates, of Jinja, of Python and of this module."""
        entries = [sys.implementation.cache_tag or "", jinja2.__version__, str(Path(__file__).stat().st_mtime_ns)]
        for folder in (str(self._folder), str(self._folder / "partials")):
            with os.scandir(folder) as found:
                for entry in found:
                    info = entry.stat()
                    entries.append(f"{entry.path}\0{info.st_size}\0{info.st_mtime_ns}")
        return hashlib.sha256("\n".join(sorted(entries)).encode()).hexdigest()
