"""Compiled packs on disk: made once, checked, never trusted.

A file begins with a stamp of what it was made from (path, size, time of change of each file) and the BLAKE2 digest of its own
payload. If either does not fit, all is made anew and the file replaced in one move. The payload is in the format in which Python
keeps compiled modules: it is read at every start, and JSON takes twice as long with its import. Paths are plain text for the same
reason: importing pathlib would be a thirtieth of a short run.
"""

from __future__ import annotations

import marshal
import os
import sys

from riskcheck.digests import blake2b

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FORMAT = 7
"""The shape of the stored program and texts: raise it when that changes, and older copies are compiled anew."""
_SIZE = 16
"""Bytes of a digest."""
_PACKAGE = os.path.dirname(os.path.realpath(__file__))


def stamp_of(root: str) -> str:
    """Return a digest of what the file system says of the rule files below a folder; cheap, and different after any change."""
    entries: list[str] = []
    stack = [root]
    while stack:
        with os.scandir(stack.pop()) as found:
            for entry in found:
                if entry.name.endswith(".yaml"):
                    entries.append(_status(entry.path, entry.stat()))
                elif entry.is_dir(follow_symlinks=False):
                    stack.append(entry.path)
    entries.sort()
    return digest_of(_engine(), root, *entries)


def stamp_of_files(*paths: str) -> str:
    """Return a digest of what the file system says of single files, and of this Python. Raises OSError where one is missing."""
    return digest_of(sys.implementation.cache_tag or "", *[_status(path, os.stat(path)) for path in paths])


def _status(path: str, info: os.stat_result) -> str:
    return f"{path}\0{info.st_size}\0{info.st_mtime_ns}"


def digest_of(*parts: str) -> str:
    """Return one digest of several texts."""
    return _digest("\n".join(parts).encode("utf-8", "surrogateescape"))


def _digest(data: bytes | memoryview) -> str:
    return blake2b(data, digest_size=_SIZE).hexdigest()


def _engine() -> str:
    folders = [os.path.join(_PACKAGE, name) for name in ("compiler", "loader", "model")]
    changed = max(entry.stat().st_mtime_ns for folder in folders for entry in os.scandir(folder) if entry.name.endswith(".py"))
    return f"{FORMAT} {sys.implementation.cache_tag} {changed}"


def folder_of(root: str) -> str | None:
    """Return the folder of the compiled copies of a rules folder: RISKCHECK_CACHE, the checkout's own, or the user's; None for none."""
    chosen = os.environ.get("RISKCHECK_CACHE")
    if chosen == "":
        return None
    name = digest_of(root)[:16]
    if chosen:
        return os.path.join(chosen, name)
    checkout = os.path.dirname(root)
    if os.path.isfile(os.path.join(checkout, "pyproject.toml")):
        return os.path.join(checkout, ".cache", "riskcheck", name)
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(home, "riskcheck", name)


def read(path: str, stamp: str) -> Any:
    """Return what is stored in a file if its stamp and its digest fit, else None."""
    try:
        with open(path, "rb", buffering=0) as file:
            whole = file.read()
    except OSError:
        return None
    start = whole.find(b"\n") + 1
    payload = memoryview(whole)[start:]  # no second copy of a megabyte
    if whole[: max(start - 1, 0)] != _head(stamp, payload):
        return None
    try:
        return marshal.loads(payload)  # noqa: S302 (our own file, as compiled modules are; its digest was just checked)
    except (EOFError, TypeError, ValueError):
        return None


def write(path: str, stamp: str, value: Any) -> None:
    """Store a value of plain Python types under a stamp, in one move. Raises OSError where that can't be done."""
    payload = marshal.dumps(_shared(value, {}))
    temporary = f"{path}.{os.getpid()}"
    with open(temporary, "wb") as file:
        file.write(_head(stamp, payload) + b"\n" + payload)
    os.replace(temporary, path)


def _head(stamp: str, payload: bytes | memoryview) -> bytes:
    return f"{stamp} {_digest(payload)}".encode()


def _shared(value: Any, met: dict[str, str]) -> Any:
    """Return a value whose equal texts are one text, which is then stored and made once."""
    if isinstance(value, str):
        return met.setdefault(value, str(value))
    if isinstance(value, (tuple, list)):
        return type(value)([_shared(item, met) for item in value])
    if isinstance(value, dict):
        return {_shared(key, met): _shared(item, met) for key, item in value.items()}
    return value
