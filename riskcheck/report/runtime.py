"""What a compiled template needs while it is rendered. It stands in for `jinja2.runtime`, whose import takes longer than the page.

Jinja compiles the templates (see `shelf`), and renders those of a user's folder. The code that it makes of ours uses what is here and
nothing else; what it might use beside is refused when it is compiled. A test holds both ways to the same bytes.
"""

from __future__ import annotations

from types import SimpleNamespace

from riskcheck.report.safe import Marked, escaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any, NoReturn

missing: Any = object()
"""The value of a name that nothing was given for."""


class TemplateRuntimeError(Exception):
    """A template asks for what is not there."""


class TemplateNotFound(LookupError):
    """There is no template of this name."""


def undefined(hint: str | None = None, obj: Any = missing, name: Any = None) -> NoReturn:
    """Refuse a name or field that is not there."""
    where = "" if obj is missing else f" of {type(obj).__name__}"
    raise TemplateRuntimeError(hint or f"`{name}`{where} is not there")


def Undefined(*_: Any, **__: Any) -> str:  # noqa: N802 (Jinja's own name)
    """Return what a condition without `else` shows: nothing."""
    return ""


def identity(value: Any) -> Any:
    """Return the value."""
    return value


escape = internalcode = Namespace = TemplateReference = identity
Markup = Marked


def str_join(parts: Iterable[Any]) -> str:
    """Return values as one text."""
    return "".join(map(str, parts))


def markup_join(parts: Iterable[Any]) -> str:
    """Return values as one text, marked up if any of them is."""
    return _joined("", list(parts))


def _joined(between: str, parts: list[Any]) -> str:
    """Return values as one text; if one of them is marked up, the others are escaped and the whole is."""
    if not any(hasattr(part, "__html__") for part in (between, *parts)):
        return between.join(map(str, parts))
    first, *rest = [part.__html__() if hasattr(part, "__html__") else escaped(str(part)) for part in (between, *parts)]
    return Marked(first.join(rest))


class LoopContext:
    """The variable `loop`."""

    def __init__(self, items: Iterable[Any], undefined: Any) -> None:  # noqa: ARG002 (Jinja's signature)
        self._items = items if isinstance(items, (list, tuple)) else list(items)
        self.length = len(self._items)
        self.index0 = -1

    def __iter__(self) -> Iterator[tuple[Any, LoopContext]]:
        """Yield each item with the loop."""
        for at, item in enumerate(self._items):
            self.index0 = at
            yield item, self

    @property
    def index(self) -> int:
        """The number of the item."""
        return self.index0 + 1

    @property
    def first(self) -> bool:
        """Whether it is the first one."""
        return self.index0 == 0

    @property
    def last(self) -> bool:
        """Whether it is the last one."""
        return self.index0 + 1 == self.length


class Macro:
    """A macro: what it gives is marked up."""

    def __init__(self, environment: Any, body: Callable[..., str], name: str, arguments: tuple[str, ...], *more: bool) -> None:  # noqa: ARG002 (Jinja's signature)
        if any(more[:3]):
            undefined(f"the macro `{name}` takes more than its named arguments")
        self._body, self._arguments = body, arguments

    def __call__(self, *values: Any, **named: Any) -> Marked:
        """Return the text for some arguments."""
        if named or len(values) < len(self._arguments):
            rest = self._arguments[len(values) :]
            if named.keys() - set(rest):
                undefined(f"unknown arguments: {', '.join(sorted(named))}")
            values = (*values, *(named.get(name, missing) for name in rest))
        return Marked(self._body(*values))


class Context:
    """The names that a template sees."""

    eval_ctx = SimpleNamespace(autoescape=True, volatile=False)

    def __init__(self, parent: Mapping[str, Any]) -> None:
        self.parent = parent
        self.vars: dict[str, Any] = {}
        self.exported_vars: set[str] = set()

    def resolve_or_missing(self, name: str) -> Any:
        """Return the value of a name."""
        return self.vars[name] if name in self.vars else self.parent.get(name, missing)

    def get_all(self) -> Mapping[str, Any]:
        """Return all names with their values."""
        return {**self.parent, **self.vars} if self.vars else self.parent


class Template:
    """A compiled template, run in an environment of its own names."""

    def __init__(self, code: Any, environment: Any) -> None:
        names: dict[str, Any] = {"environment": environment, "__file__": code.co_filename}
        exec(code, names)  # noqa: S102 (compiled from our own templates; the file is checked against its digest)
        self.root_render_func: Callable[[Context], list[str]] = names["root"]
        self._module: Any = None

    @staticmethod
    def new_context(names: Mapping[str, Any], shared: bool, own: Mapping[str, Any]) -> Context:  # noqa: ARG004, FBT001 (Jinja's signature)
        """Return the names of an included template: those of the one around it, with its own laid over."""
        return Context({**names, **{name: value for name, value in own.items() if value is not missing}})

    def _get_default_module(self, context: Context) -> Any:  # noqa: ARG002 (Jinja's signature)
        if self._module is None:
            inner = Context(GLOBALS)
            self.root_render_func(inner)
            self._module = SimpleNamespace(**{name: inner.vars[name] for name in inner.exported_vars})
        return self._module


def field(value: Any, name: str) -> Any:
    """Return a field of a value, or an entry of a mapping."""
    try:
        return getattr(value, name)
    except AttributeError:
        try:
            return value[name]
        except (TypeError, LookupError):
            undefined(obj=value, name=name)


def item(value: Any, key: Any) -> Any:
    """Return an entry of a mapping or list."""
    try:
        return value[key]
    except (TypeError, LookupError, AttributeError):
        if isinstance(key, str):
            return field(value, key)
        undefined(obj=value, name=key)


def _sum(_: Any, values: Iterable[Any], attribute: str = "") -> Any:
    return sum([field(value, attribute) for value in values] if attribute else values)


def _max(_: Any, values: Iterable[Any]) -> Any:
    return max(values)


def _join(_: Any, values: Iterable[Any], between: str = "") -> str:
    return _joined(between, list(values))


def _format(text: str, *values: Any) -> str:
    return str(text) % values


FILTERS: dict[str, Callable[..., Any]] = {"length": len, "sum": _sum, "max": _max, "join": _join, "format": _format, "plain": str}
"""The filters of Jinja that our templates use, called as its compiler calls them."""
GLOBALS: dict[str, Any] = {"range": range}
