"""Plain values of a view. Named tuples would do as well, but making thirty of their classes costs a start more than filling them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, dataclass_transform
else:

    def dataclass_transform() -> Any:
        """Stand in for the mark that type checkers read."""
        return lambda marked: marked


@dataclass_transform()
class Record:
    """A value with named fields, given in the order of the class or by name. A type checker holds callers to them."""

    def __init__(self, *values: Any, **named: Any) -> None:
        self.__dict__ = {**dict(zip(type(self).__annotations__, values, strict=False)), **named} if values else named

    def __repr__(self) -> str:
        """Return the fields."""
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.__dict__.items())})"
