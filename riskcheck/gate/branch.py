"""A change as a gate sees it: the profiles on disk, what they were at the base, the policy and waivers that govern the change."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from riskcheck.diagnostics import Diagnostic, InvalidInput
from riskcheck.gate.baseline import baseline_side, read_baseline
from riskcheck.gate.files import lexical, read_inside, refuse
from riskcheck.gate.git import Repository
from riskcheck.gate.judge import Judged, Law, Read, Waivers, find_waivers, judge, looks_like_profile, profiles_in, read
from riskcheck.gate.policy import Policy, load_policy
from riskcheck.gate.trees import CommitTree, WorkTree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from riskcheck.gate.side import Side


@dataclass(kw_only=True)
class Change:
    """Where to look: a root folder, and either a base revision, a baseline file, or neither."""

    root: Path
    repository: Repository | None = None
    base: str = ""
    tip: str = ""
    fork: str = ""
    head: str = ""
    baseline: Mapping[str, Any] | None = None
    baseline_name: str = ""
    config: str | None = None
    no_config: bool = False
    waivers: str | None = None
    flags: Mapping[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    # --- paths -----------------------------------------------------------------------------------------------------

    def relative(self, path: str | Path) -> str:
        """Return a path from the root, with slashes; of a file outside, its name."""
        if self.repository is not None:
            found = self.repository.relative(path)
            if found is not None:
                return found
        place = lexical(path)
        return place.relative_to(self.root).as_posix() if place.is_relative_to(self.root) else place.name

    # --- policy ----------------------------------------------------------------------------------------------------

    def policy(self, near: str) -> Policy:
        """Return the policy that governs a profile: with a base that of the base, since no change may loosen its own gate."""
        here = load_policy(None if self.no_config else self._work(), near, self.flags, config=self.config)
        if not self.tip or self.no_config or self.repository is None:
            return here
        tree = CommitTree(self.repository, self.tip)
        config = self.config
        if config is not None and (config.startswith("../") or tree.read(config) is None):
            config = None
        based = load_policy(tree, near, self.flags, config=config, origin=self.base)
        if any(held.value != here[name] for name, held in based.values.items()):
            self._note(f"the policy of this change differs from that of {self.base}; it counts once it is merged")
        return based

    def waivers_for(self, policy: Policy, near: str) -> Waivers:
        """Return the waivers of the working folder and those of the base."""
        here = find_waivers(policy, self._work(), near, self.waivers)
        if not self.tip or self.repository is None:
            return Waivers(here, None)
        return Waivers(here, find_waivers(policy, CommitTree(self.repository, self.tip), near, self.waivers))

    def _work(self) -> WorkTree:
        return WorkTree(self.root)

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    # --- profiles --------------------------------------------------------------------------------------------------

    def judge(self, path: str, law: Law) -> Judged:
        """Return the judgement on one profile. Raises InvalidInput with every fault of the newer file."""
        near = self.relative(path)
        new = read(read_inside(path, self.root, path), path, law)
        policy = self.policy(near)
        old, label = self._old(near, new, law)
        return judge(near, new, old, law, policy, self.waivers_for(policy, near), (label, "working tree" if self.tip else near))

    def _old(self, near: str, new: Read, law: Law) -> tuple[Read | Side | None, str]:
        if self.baseline is not None:
            found = baseline_side(self.baseline, near, self.baseline_name)
            return found, self.baseline_name
        if not self.tip or self.repository is None:
            return None, "–"
        former = self.repository.former_path(self.fork, self.head, near) if self.head else near
        if former == near and self.repository.entry(self.fork, near) is None:
            former = self.repository.moved_in_tree(self.fork, near, new.raw)
        label = f"{self.base} ({self.fork[:12]})" + (f": {former}" if former != near else "")
        raw = self.repository.read(self.fork, former, guess=new.raw)
        if raw is None:
            return None, label
        try:
            return read(raw, f"{self.base}:{former}", law), label
        except InvalidInput as fault:
            self._note(f"{former} can't be read as it was in {self.base} ({fault.diagnostics[0].message}); every finding counts as new")
            return None, label

    def deleted(self, paths: list[str], named: list[str]) -> list[str]:
        """Return profiles of the base that are gone: those named, and those beside the profiles named (or below folders named)."""
        if not self.tip or self.repository is None:
            return []
        here = {self.relative(path) for path in paths}
        folders = {self.relative(path).rstrip("/") for path in named if Path(path).is_dir()}
        beside = {near.rpartition("/")[0] for near in here}
        there = {near for near in here if os.path.lexists(self.root / near)}
        renamed = {self.repository.former_path(self.fork, self.head, near) for near in there} if self.head else set()
        found: list[str] = []
        for entry in self.repository.entries(self.fork):
            if not entry.path.endswith((".yaml", ".yml")) or os.path.lexists(self.root / entry.path) or entry.path in renamed:
                continue
            below = any(folder in ("", ".") or entry.path.startswith(folder + "/") for folder in folders)
            if not (below or entry.path.rpartition("/")[0] in beside or entry.path in {self.relative(path) for path in named}):
                continue
            raw = self.repository.read(self.fork, entry.path) if entry.mode.startswith("100") else None
            if raw is not None and looks_like_profile(raw):
                found.append(entry.path)
        return [path for path in found if not self._moved(path, there)]

    def _moved(self, path: str, here: set[str]) -> bool:
        """Whether a profile that is gone lies elsewhere with the same bytes, not yet committed."""
        if self.repository is None:
            return False
        raw = self.repository.read(self.fork, path)
        return any(raw == read_inside(self.root / near, self.root, near) for near in here if self.repository.entry(self.fork, near) is None)


def find_change(first: str, *, base: str | None, baseline: str | None, update: bool) -> Change:
    """Return where to look. Raises InvalidInput where the base can't be found or the baseline can't be read."""
    repository = Repository.around(first, *((base, "HEAD") if base else ())) if base or _marked(lexical(first)) else None
    start = lexical(first)
    outside = Path.cwd() if start.is_relative_to(Path.cwd()) else start.parent
    change = Change(root=repository.root if repository else outside, repository=repository)
    if base:
        if repository is None:
            refuse("G112", "there is no git repository here (or no git), so there is no base to compare with", first,
                   "leave --base out, or compare with --baseline FILE")  # fmt: skip
        change.base, change.tip = base, repository.commit(base)
        change.head = repository.commit("HEAD")
        change.fork = repository.fork(change.tip, change.head)
    if baseline:
        change.baseline_name = baseline
        if Path(baseline).exists() or not update:
            change.baseline = read_baseline(read_inside(baseline, change.root, baseline), baseline)
        else:
            change.baseline = {"profiles": {}}
    return change


def _marked(place: Path) -> bool:
    return any((folder / ".git").exists() for folder in (place, *place.parents))


def expand(named: list[str]) -> list[str]:
    """Return the files named, and those in folders named."""
    found: list[str] = []
    for name in named:
        if Path(name).is_dir() and not Path(name).is_symlink():
            inside = profiles_in(Path(name))
            found += [str(path) for path in inside if path.is_symlink() or not path.is_file() or _is_profile(path)]
        else:
            found.append(name)
    return list(dict.fromkeys(found))


def _is_profile(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return looks_like_profile(file.read(20_000))
    except OSError:
        return True  # the reader says what is wrong


def judge_all(change: Change, paths: list[str], law: Law, gone: list[str]) -> list[Judged]:
    """Return the judgement on every profile. Raises InvalidInput with the faults of all of them."""
    faults: list[Diagnostic] = []
    found: list[Judged] = []
    for path in paths:
        if change.relative(path) in gone:
            continue
        try:
            found.append(change.judge(path, law))
        except InvalidInput as fault:
            faults += [item for item in fault.diagnostics if item not in faults]
    if faults:
        raise InvalidInput(faults)
    return found
