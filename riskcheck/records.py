"""Named tuples that are cheap to declare.

`typing.NamedTuple` compiles the annotation of every field to a forward reference and the constructor of every class from
source, both when the class is made. The package declares some eighty records before its first line of output and makes
values of a third of them, so that alone would be a tenth of a short run. Here annotations stay the texts that they are, and
a constructor is compiled when it is first called. To a type checker this is `typing.NamedTuple` and nothing else.
"""

from __future__ import annotations

from functools import partial

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, TypeVar
    from typing import NamedTuple as NamedTuple  # noqa: PLC0414 (told to be exported)

    R = TypeVar("R")
else:
    from operator import itemgetter

    try:
        from _collections import _tuplegetter as _getter  # what `collections.namedtuple` takes
    except ImportError:

        def _getter(index, doc):
            return property(itemgetter(index), doc=doc)

    _calls = {}
    """How often a class was asked for a value while its constructor was not compiled."""
    _FEW = 3

    def _construct(cls, *values, **named):
        """Construct a value; of a class that is asked more than a few times, compile the constructor. Half of them are not."""
        calls = _calls[cls] = _calls.get(cls, 0) + 1
        if calls <= _FEW and len(values) + len(named) == len(cls._fields) and named.keys() == set(cls._fields[len(values) :]):
            return tuple.__new__(cls, (*values, *[named[field] for field in cls._fields[len(values) :]]))
        # The same way as in `collections`: no other constructor takes names and defaults at this speed.
        arguments = ", ".join(cls._fields)
        code = f"lambda _cls, {arguments}: _new(_cls, ({arguments},))" if cls._fields else "lambda _cls: _new(_cls, ())"
        made = eval(code, {"_new": tuple.__new__, "__builtins__": {}})  # noqa: S307 (the names are those of a class's own fields)
        made.__defaults__ = tuple(cls._field_defaults.values())
        made.__name__ = "__new__"
        made.__qualname__ = f"{cls.__qualname__}.__new__"
        cls.__new__ = made
        return made(cls, *values, **named)

    class _Record(tuple):
        """What named tuples can do, under the names of `collections.namedtuple`."""

        __slots__ = ()
        _fields = ()

        def _replace(self, /, **changes):
            made = tuple.__new__(type(self), [changes.pop(field, value) for field, value in zip(self._fields, self, strict=True)])
            if changes:
                message = f"Got unexpected field names: {list(changes)!r}"
                raise ValueError(message)
            return made

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self):
            return f"{type(self).__name__}({', '.join(f'{field}={value!r}' for field, value in zip(self._fields, self, strict=True))})"

        def __getnewargs__(self):
            return tuple(self)

    class _Maker(type):
        def __new__(cls, name, bases, members):
            if not bases:
                return super().__new__(cls, name, bases, members)
            fields = tuple(members.get("__annotations__", ()))
            defaults = {field: members[field] for field in fields if field in members}
            if fields[len(fields) - len(defaults) :] != tuple(defaults):
                message = f"{name}: a field without a default follows one that has it"
                raise TypeError(message)
            body = {**members, "__slots__": (), "__new__": _construct, "_fields": fields, "_field_defaults": defaults, "__match_args__": fields}
            for index, field in enumerate(fields):
                body[field] = _getter(index, None)
            body.pop("__classcell__", None)
            return type(name, (_Record,), body)

    class NamedTuple(metaclass=_Maker):
        """The base of records."""


def maker(record: Callable[..., R]) -> Callable[[Iterable[Any]], R]:
    """Return a constructor of a record from all its fields in order, at a third of the price; nothing is checked.

    For the few places that make thousands: a record's own constructor goes through a Python function.
    """
    return partial(tuple.__new__, record)  # type: ignore[type-var,arg-type]  # every record is a tuple
