"""Where policy and waivers are read from: the working folder, or a commit. Paths run from the root, with slashes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from riskcheck.gate.files import read_inside

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from riskcheck.gate.git import Repository


class Tree(Protocol):
    """A folder of files."""

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file, or None if there is none. Raises InvalidInput for a link that leads out."""

    def upward(self, near: str, name: str, wanted: Callable[[bytes], bool] | None = None) -> tuple[str, bytes] | None:
        """Return path and bytes of the nearest file of a name, beside ``near`` or above it."""


class _Upward:
    def read(self, path: str) -> bytes | None:
        raise NotImplementedError

    def upward(self, near: str, name: str, wanted: Callable[[bytes], bool] | None = None) -> tuple[str, bytes] | None:
        folder = near.rpartition("/")[0]
        while True:
            path = f"{folder}/{name}" if folder else name
            raw = self.read(path)
            if raw is not None and (wanted is None or wanted(raw)):
                return path, raw
            if not folder:
                return None
            folder = folder.rpartition("/")[0]


class WorkTree(_Upward):
    """The working folder below a root."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file, or None if there is none."""
        place = self.root / path
        if not place.exists() and not place.is_symlink():
            return None
        return read_inside(place, self.root, path)


class CommitTree(_Upward):
    """The files of a commit."""

    def __init__(self, repository: Repository, commit: str) -> None:
        self.repository = repository
        self.commit = commit

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file, or None if there is none."""
        return self.repository.read(self.commit, path)
