"""Compiled packs on disk: made once, checked, never trusted.

A file begins with a stamp of the rule files (path, size, time of change) and the SHA-256 of its own payload. If either does
not fit, the folder is compiled anew and the file replaced in one move. Paths are plain text here: this is read at every
start, and importing pathlib would be a thirtieth of a short run.
"""

from __future__ import annotations

import hashlib
import os
import sys

FORMAT = 5
"""The shape of the stored program and texts: raise it when that changes, and older copies are compiled anew."""
_PACKAGE = os.path.dirname(os.path.realpath(__file__))


def stamp_of(root: str) -> str:
    """Return a digest of what the file system says of the rule files below a folder; cheap, and different after any change."""
    digest = hashlib.sha256(f"{_engine()} {root}".encode())
    entries: list[str] = []
    stack = [root]
    while stack:
        with os.scandir(stack.pop()) as found:
            for entry in found:
                if entry.name.endswith(".yaml"):
                    info = entry.stat()
                    entries.append(f"{entry.path}\0{info.st_size}\0{info.st_mtime_ns}")
                elif entry.is_dir(follow_symlinks=False):
                    stack.append(entry.path)
    entries.sort()
    digest.update("\n".join(entries).encode())
    return digest.hexdigest()


def _engine() -> str:
    folders = [os.path.join(_PACKAGE, name) for name in ("compiler", "loader", "model")]
    changed = max(entry.stat().st_mtime_ns for folder in folders for entry in os.scandir(folder) if entry.name.endswith(".py"))
    return f"{FORMAT} {sys.version_info[:2]} {changed}"


def folder_of(root: str) -> str | None:
    """Return the folder of the compiled copies of a rules folder: RISKCHECK_CACHE, the checkout's own, or the user's; None for none."""
    chosen = os.environ.get("RISKCHECK_CACHE")
    if chosen == "":
        return None
    name = hashlib.sha256(root.encode()).hexdigest()[:16]
    if chosen:
        return os.path.join(chosen, name)
    checkout = os.path.dirname(root)
    if os.path.isfile(os.path.join(checkout, "pyproject.toml")):
        return os.path.join(checkout, ".cache", "riskcheck", name)
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(home, "riskcheck", name)


def read(path: str, stamp: str) -> bytes | None:
    """Return the payload of a file if its stamp and its digest fit, else None."""
    try:
        with open(path, "rb") as file:
            head, _, payload = file.read().partition(b"\n")
    except OSError:
        return None
    fields = head.decode("ascii", "replace").split()
    if len(fields) != 2 or fields[0] != stamp or hashlib.sha256(payload).hexdigest() != fields[1]:  # noqa: PLR2004 (stamp and digest)
        return None
    return payload


def write(path: str, stamp: str, payload: bytes) -> None:
    """Write a payload under a stamp, in one move. Raises OSError where that can't be done."""
    temporary = f"{path}.{os.getpid()}"
    with open(temporary, "wb") as file:
        file.write(f"{stamp} {hashlib.sha256(payload).hexdigest()}\n".encode() + payload)
    os.replace(temporary, path)
