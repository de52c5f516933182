"""Reading files that may be hostile: regular files of bounded size that lie where they seem to lie."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from riskcheck.diagnostics import Diagnostic, InvalidInput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

LIMIT = 5_000_000
"""Bytes that are read at most; one more is read, so that the reader of profiles can say that there are more."""

RESULT_LIMIT = 100_000_000
"""Bytes of a saved result: it explains every finding, and that of one company is some six million."""


def refuse(code: str, message: str, file: str, hint: str = "") -> NoReturn:
    """Raise InvalidInput with one fault of a whole file."""
    raise InvalidInput([Diagnostic(code=code, message=message, file=file, help=hint)])


def lexical(path: str | Path) -> Path:
    """Return a path made absolute and normal without following links."""
    return Path(os.path.normpath(Path.cwd() / path))


def read_inside(path: str | Path, root: Path, name: str, *, limit: int = LIMIT) -> bytes:
    """Return the bytes of a regular file below ``root``. Raises InvalidInput if it is missing, a link that leads out, or no file."""
    place = lexical(path)
    base = root if place.is_relative_to(root) else place.parent
    try:
        real = place.resolve(strict=True)
        inside = real.is_relative_to(base.resolve())
        regular = inside and stat.S_ISREG(real.stat().st_mode)
        if inside and regular:
            with real.open("rb") as file:
                return file.read(limit + 1)
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "the link turns in a circle"
        refuse("P001", f"can't read this file: {reason}", name, "check the name and the rights")
    if not inside:
        refuse("G101", "this is a link that leads out of the repository; it is not followed", name, "put the file itself into the repository")
    refuse("G102", "this is no regular file", name, "name a file, or a folder of profiles")


def writable_inside(target: str | Path) -> None:
    """Refuse an output whose folder seems to lie below the working folder but is led elsewhere by a link. Raises InvalidInput."""
    here = Path.cwd()
    place = lexical(target)
    if not place.is_relative_to(here):
        return  # named by the caller, outside on purpose
    folder = place.parent
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if not folder.resolve().is_relative_to(here.resolve()):
        refuse("G103", "the folder of this output is a link that leads out of the working folder", str(target),
               "write to a folder of your own, outside the repository")  # fmt: skip
    if place.is_symlink():
        refuse("G103", "this output is a link; it is not written through", str(target), "remove the link")
