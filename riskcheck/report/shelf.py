"""The shipped templates compiled to Python, kept in one file that is checked, never trusted, and run without Jinja.

Jinja compiles them. What it makes of a template is Python that calls `jinja2.runtime`; here it calls `riskcheck.report.runtime` instead, and a
value becomes plain text at once. A template that would need more of Jinja than that is left to Jinja (`holds` says which).
"""

from __future__ import annotations

import marshal
import os
from importlib.machinery import PathFinder

from riskcheck import resources
from riskcheck.installed import kept
from riskcheck.patterns import later
from riskcheck.report import runtime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import CodeType
    from typing import Any

    import jinja2

_SHOWN = {
    "html": "from riskcheck.report.shown import html as escape",
    "markdown": "from riskcheck.report.markdown_text import shown as escape",
}
"""How a template of each kind turns a value into text."""
_USES = (
    (later(r"environment\.(\w+)"), frozenset({"getattr", "getitem", "undefined", "concat", "filters", "get_template"})),
    (later(r"context\.(\w+)"), frozenset({"vars", "exported_vars", "resolve_or_missing", "call", "get_all", "eval_ctx"})),
    (later(r"template\.(\w+)"), frozenset({"root_render_func", "new_context"})),
)  # fmt: skip
"""What compiled templates may use of the environment, of the context and of other templates."""
_FILTER = later(r"environment\.filters\['(\w+)'\]")
_NAMED = later(r"environment\.get_template\('([^']+)'")
_HEAD = later(r"from jinja2\.runtime import ([\w, ]+)\n")


class Shelf:
    """The shipped templates of one kind (html, markdown), in the place of a Jinja environment."""

    getitem = staticmethod(runtime.item)
    undefined = staticmethod(runtime.undefined)
    concat = staticmethod("".join)

    def __init__(self, kind: str, filters: Mapping[str, Callable[..., Any]]) -> None:
        self.kind = kind
        self.filters: dict[str, Callable[..., Any]] = {**runtime.FILTERS, **filters}
        self._own = dict(filters)
        self._made: dict[str, runtime.Template] = {}
        self._code: dict[str, bytes] = {}
        self._pages: dict[str, bool] = {}
        self._jinja: jinja2.Environment | None = None

    def holds(self, name: str) -> bool:
        """Whether a template, with all that it includes, can be rendered without Jinja."""
        if name not in self._pages:
            codes = self._kept(name)
            self._code |= codes
            self._pages[name] = bool(codes)
        return self._pages[name]

    def render(self, name: str, values: Mapping[str, Any]) -> str:
        """Return a rendered template. Raises TemplateNotFound where it is not held."""
        if not self.holds(name):
            raise runtime.TemplateNotFound(name)
        context = runtime.Context({**runtime.GLOBALS, **values})
        try:
            return "".join(self.get_template(name).root_render_func(context))
        except AttributeError as fault:
            raise runtime.TemplateRuntimeError(str(fault)) from fault

    def get_template(self, name: str, parent: str | None = None) -> runtime.Template:  # noqa: ARG002 (Jinja's signature)
        """Return a template by name."""
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = runtime.Template(marshal.loads(self._code[name]), self)  # noqa: S302 (checked against its digest)
        return found

    def jinja(self) -> jinja2.Environment:
        """Return the same templates and filters in Jinja itself, the same environment every time."""
        if self._jinja is None:
            from riskcheck.report.templates import jinja_environment

            self._jinja = jinja_environment(None, kind=self.kind)
        self._jinja.filters |= {name: function for name, function in self.filters.items() if name not in runtime.FILTERS}
        return self._jinja

    def _kept(self, page: str) -> dict[str, bytes]:
        """Return a page's compiled templates by name, from its file if that fits the folder as it is now; none where Jinja is needed."""
        found: dict[str, bytes] = kept(page, _sources(), lambda: self._compiled(page))
        return found

    def _compiled(self, page: str) -> dict[str, bytes]:
        """Return the code of a template and of all that it includes, if they need nothing but the runtime."""
        from riskcheck.report.lean import lean_html
        from riskcheck.report.templates import jinja_environment

        environment, folder = jinja_environment(None, kind=self.kind), resources.templates_folder()
        environment.finalize = None  # what `escape` stands for does it
        found: dict[str, bytes] = {}
        wanted = [page]
        while wanted:
            name = wanted.pop()
            path = folder / name
            text = path.read_text(encoding="utf-8")
            made = environment.compile(lean_html(text) if self.kind == "html" else text, name, str(path), raw=True)
            if not self._plain(made):
                return {}
            found[name] = marshal.dumps(self._code_of(made, str(path)))
            wanted += [other for other in _NAMED.findall(made) if other not in found]
        return found

    def _plain(self, text: str) -> bool:
        """Whether the code of a template uses nothing that the runtime has not."""
        head = _HEAD.match(text)
        known = head is not None and all(hasattr(runtime, name) for name in head[1].split(", "))
        used = all(set(pattern.findall(text)) <= allowed for pattern, allowed in _USES)
        return known and used and set(_FILTER.findall(text)) <= {*runtime.FILTERS, *self._own} and "\nblocks = {}\n" in text

    def _code_of(self, text: str, file: str) -> CodeType:
        from riskcheck.report.direct import direct

        head, _, rest = text.partition("\n")
        own = head.replace("from jinja2.runtime import", "from riskcheck.report.runtime import")
        return direct(f"{own}; {_SHOWN[self.kind]}\n{rest}", file)


def _sources() -> list[str]:
    """Return the files that the code of a template hangs on: the templates, Jinja's compiler and ours."""
    here = os.path.dirname(__file__)
    files = [os.path.join(here, name) for name in ("shelf.py", "runtime.py", "lean.py", "direct.py")]
    found = PathFinder.find_spec("jinja2")
    if found is not None and found.origin:
        files.append(os.path.join(os.path.dirname(found.origin), "compiler.py"))
    templates = resources.templates_path()
    for folder in (templates, os.path.join(templates, "partials")):
        files.extend(os.path.join(folder, name) for name in os.listdir(folder))
    return sorted(files)
