"""Named tuples that are cheap to declare.

`typing.NamedTuple` compiles the annotation of every field to a forward reference when a class is made. The package declares
some eighty records before its first line of output, so that alone would be a tenth of a short run. To a type checker this
is `typing.NamedTuple` and nothing else; at run time the annotations stay the texts that they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple  # noqa: PLC0414 (told to be exported)
else:
    from collections import namedtuple

    _OWN = frozenset({"__module__", "__qualname__", "__annotations__", "__slots__"})

    class _Maker(type):
        def __new__(cls, name, bases, members):  # noqa: ANN001, ANN204 (what `typing` would see is above)
            if not bases:
                return super().__new__(cls, name, bases, members)
            fields = members.get("__annotations__", {})
            defaults = [members[field] for field in fields if field in members]
            made = namedtuple(name, fields, defaults=defaults, module=members["__module__"])  # noqa: PYI024 (the point of this)
            made.__annotations__ = fields
            for key, member in members.items():
                if key not in _OWN and key not in fields:
                    setattr(made, key, member)
            return made

    class NamedTuple(metaclass=_Maker):
        """The base of records."""
