"""Output files that are never half-written: all are rendered first, written beside their target, then moved into place."""

from __future__ import annotations

import os


def write_files(outputs: list[tuple[str, str | bytes]]) -> None:
    """Write (target, content) to files; standard output (``-``) is left out. Raises OSError, and then leaves nothing behind."""
    staged: list[tuple[str, str]] = []
    files = [(target, content) for target, content in outputs if target != "-"]
    devices = [(target, content) for target, content in files if _is_device(target)]
    try:
        for target, content in files:
            if (target, content) not in devices:
                staged.append((_stage(target, content), target))
        for temporary, final in staged:
            os.replace(temporary, final)
        for target, content in devices:
            with open(target, "wb", buffering=0) as file:  # a device has no folder of its own to write beside
                file.write(_encoded(content))
    except OSError:
        for temporary, _ in staged:
            if os.path.lexists(temporary):
                os.unlink(temporary)
        raise


def _is_device(target: str) -> bool:
    """Whether something stands there that must be written to and never replaced: /dev/null, a pipe."""
    return os.path.exists(target) and not os.path.isfile(target) and not os.path.isdir(target)


def _encoded(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")


def _stage(target: str, content: str | bytes) -> str:
    """Write content to a new file beside its target, and return that file."""
    folder, name = os.path.split(target)
    if folder:
        os.makedirs(folder, exist_ok=True)
    temporary = os.path.join(folder, f".{name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        with open(temporary, "xb") as file:
            file.write(_encoded(content))
        os.chmod(temporary, 0o644)
    except OSError:
        if os.path.lexists(temporary):
            os.unlink(temporary)  # a full disk: half a file is nobody's
        raise
    return temporary
