"""Git as a store of old files. Only plumbing is called, nothing of the repository is executed, no network is touched."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from riskcheck.gate.files import LIMIT, lexical, refuse
from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

_NEUTRAL = (
    "core.fsmonitor=false", "core.hooksPath=/dev/null", "core.attributesFile=/dev/null", "core.pager=cat", "core.sshCommand=false",
    "core.askPass=false", "core.alternateRefsCommand=false", "diff.external=", "protocol.allow=never", "safe.bareRepository=explicit",
    "core.quotePath=false", "gc.auto=0", "maintenance.auto=false", "log.showSignature=false",
)  # fmt: skip
"""Settings by which a repository's own configuration could start a program or fetch; the command line wins over it."""
_SECONDS = 60


class Entry(NamedTuple):
    """A file of a commit: its mode, its object and its path from the root of the repository."""

    mode: str
    object: str
    path: str


class Repository:
    """A git repository, read only. ``root`` is its working folder. Listings and commits are asked for once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._listings: dict[str, dict[str, Entry]] = {}
        self._commits: dict[str, str] = {}
        self._shallow: bool | None = None

    @classmethod
    def around(cls, path: str | Path, *revisions: str) -> Repository | None:
        """Return the repository around a file or folder, or None if there is none (or no git). ``revisions`` are looked up on the way."""
        folder = lexical(path)
        while not folder.is_dir() and folder != folder.parent:
            folder = folder.parent
        wanted = [f"{revision}^{{commit}}" for revision in revisions if _is_name(revision)]
        found = _run(folder, "rev-parse", "--is-shallow-repository", "--show-toplevel", *wanted)
        if wanted and (found is None or found.returncode != 0):
            return cls.around(path)  # the one who asks for the commit says what is wrong with it
        if found is None or found.returncode != 0:
            text = found.stderr.decode("utf-8", "replace") if found else ""
            if "dubious ownership" in text:
                refuse("G110", "git does not read this repository, because somebody else owns it", str(path),
                       "if you trust it: git config --global --add safe.directory FOLDER")  # fmt: skip
            return None
        shallow, root, *commits = found.stdout.rstrip(b"\n").split(b"\n")
        if len(commits) != len(wanted):  # a folder with a line end in its name
            return cls.around(path) if wanted else cls(Path(os.fsdecode(b"\n".join((root, *commits)))))
        repository = cls(Path(os.fsdecode(root)))
        repository._shallow = shallow == b"true"
        repository._commits = dict(zip([name for name in revisions if _is_name(name)], (commit.decode("ascii") for commit in commits), strict=True))
        return repository

    def relative(self, path: str | Path) -> str | None:
        """Return a path from the root of the repository, with slashes; None for a path outside. Links are not followed."""
        place = lexical(path)
        for base in (self.root, self.root.resolve()):
            if place.is_relative_to(base):
                return place.relative_to(base).as_posix()
        real = place.parent.resolve() / place.name
        return real.relative_to(self.root.resolve()).as_posix() if real.is_relative_to(self.root.resolve()) else None

    def commit(self, revision: str) -> str:
        """Return the commit of a revision. Raises InvalidInput with the next step if there is none."""
        if revision not in self._commits:
            found = None
            if _is_name(revision):
                found = _run(self.root, "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
            if found is None or found.returncode != 0:
                self._missing(f"there is no commit `{revision}` here", revision)
            self._commits[revision] = found.stdout.decode("ascii", "replace").strip()
        return self._commits[revision]

    def fork(self, base: str, head: str) -> str:
        """Return the commit at which two commits part; ``base`` itself where they share no history. Raises InvalidInput if it is cut off."""
        if base == head:
            return base
        found = _run(self.root, "merge-base", base, head)
        if found is not None and found.returncode == 0:
            return found.stdout.decode("ascii", "replace").split()[0]
        if self.shallow():
            self._missing("the commit at which this branch parts from its base was not fetched", base[:12])
        return base

    def shallow(self) -> bool:
        """Whether history was cut off when the repository was fetched."""
        if self._shallow is None:
            found = _run(self.root, "rev-parse", "--is-shallow-repository")
            self._shallow = found is not None and found.stdout.strip() == b"true"
        return self._shallow

    def _missing(self, message: str, revision: str) -> NoReturn:
        hint = "git fetch origin, or name a branch, tag or commit that exists"
        if self.shallow():
            hint = "this is a shallow clone: fetch the whole history (actions/checkout: fetch-depth: 0; GitLab: GIT_DEPTH: 0)"
        refuse("G111", message, revision, hint)

    # --- files of a commit -----------------------------------------------------------------------------------------

    def entry(self, commit: str, path: str) -> Entry | None:
        """Return a file of a commit, or None if it has none of that path."""
        return self._listing(commit).get(path)

    def entries(self, commit: str) -> list[Entry]:
        """Return all files of a commit, in order of path."""
        return list(self._listing(commit).values())

    def _listing(self, commit: str) -> dict[str, Entry]:
        if commit not in self._listings:
            found = _run(self.root, "ls-tree", "-r", "-z", "--full-tree", commit)
            if found is None or found.returncode != 0:
                self._missing("the files of this commit were not fetched", commit[:12])
            entries: dict[str, Entry] = {}
            for line in found.stdout.split(b"\0"):
                head, _, name = line.partition(b"\t")
                if name:
                    mode, _, thing = head.decode("ascii").split(" ")
                    path = os.fsdecode(name)
                    entries[path] = Entry(mode, thing, path)
            self._listings[commit] = entries
        return self._listings[commit]

    def read(self, commit: str, path: str, guess: bytes | None = None) -> bytes | None:
        """Return the bytes of a file of a commit, None if there is none. Raises InvalidInput for a link: links are not followed.

        ``guess`` is returned where it is just what git holds; nothing is asked then.
        """
        entry = self.entry(commit, path)
        if entry is None:
            return None
        if not entry.mode.startswith("100"):
            refuse("G101", "this is a link or a submodule in that commit; it is not followed", f"{commit[:12]}:{path}",
                   "put the file itself into the repository")  # fmt: skip
        if guess is not None and _object_name(guess, entry.object) == entry.object:
            return guess
        size = _run(self.root, "cat-file", "-s", entry.object)
        if size is None or size.returncode != 0:
            self._missing(f"the content of `{path}` was not fetched", commit[:12])
        if int(size.stdout) > LIMIT:
            refuse("P010", f"the file has {int(size.stdout):,} bytes; at most {LIMIT:,} are read", f"{commit[:12]}:{path}")
        found = _run(self.root, "cat-file", "blob", entry.object)
        if found is None or found.returncode != 0:
            self._missing(f"the content of `{path}` can't be read", commit[:12])
        return found.stdout

    def former_path(self, base: str, head: str, path: str) -> str:
        """Return under which path a file of ``head`` stood in ``base``: its own, or that from which it was renamed."""
        if base == head or self.entry(base, path) is not None:
            return path
        found = _run(
            self.root, "diff-tree", "-r", "-z", "-M", "--name-status", "--no-ext-diff", "--no-textconv", "--diff-filter=R", base, head,
        )  # fmt: skip
        fields = found.stdout.split(b"\0") if found is not None and found.returncode == 0 else []
        for old, new in zip(fields[1::3], fields[2::3], strict=False):
            if os.fsdecode(new) == path:
                return os.fsdecode(old)
        return path

    def moved_in_tree(self, base: str, path: str, raw: bytes) -> str:
        """Return the path of a file of ``base`` that has the same bytes and is gone from the working folder; else ``path``."""
        same = [
            entry.path for entry in self.entries(base)
            if entry.mode.startswith("100") and _object_name(raw, entry.object) == entry.object and not os.path.lexists(self.root / entry.path)
        ]  # fmt: skip
        return same[0] if len(same) == 1 else path


def _is_name(revision: str) -> bool:
    return bool(revision) and not revision.startswith("-") and "\n" not in revision


def _object_name(raw: bytes, like: str) -> str:
    """Return the name that git gives to a file's bytes, in the kind of hash that another name has."""
    import hashlib

    kind = hashlib.sha1 if len(like) == 40 else hashlib.sha256  # noqa: PLR2004 (hex digits of SHA-1)
    return kind(b"blob %d\0" % len(raw) + raw).hexdigest()


def _run(folder: Path, *args: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes] | None:
    """Return what a git command gave, or None where git is not installed or does not answer."""
    settings = [part for setting in _NEUTRAL for part in ("-c", setting)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name.startswith("GIT_CONFIG_")}
    kept |= {
        "GIT_CONFIG_NOSYSTEM": "1", "GIT_ATTR_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1", "GIT_LITERAL_PATHSPECS": "1", "LC_ALL": "C",
    }  # fmt: skip
    try:
        return subprocess.run(
            ["git", *settings, "-C", str(folder), *args], input=stdin, stdin=None if stdin is not None else subprocess.DEVNULL,
            capture_output=True, env=kept, timeout=_SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
