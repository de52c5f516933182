"""An earlier state to compare with: a file, a file of a git revision, or a saved result."""

from __future__ import annotations

from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from riskcheck.model.change import Comparison
    from riskcheck.report.run import Run


def is_revision(name: str) -> bool:
    """Whether a name is REV:PATH and no file."""
    return ":" in name and not Path(name).exists()


def bytes_of(name: str) -> bytes:
    """Return the content of a file or of a file of a revision. Raises InvalidInput."""
    from riskcheck.gate.files import RESULT_LIMIT, read_inside, refuse
    from riskcheck.gate.git import Repository

    if not is_revision(name):
        return read_inside(name, Path.cwd(), name, limit=RESULT_LIMIT)
    revision, _, path = name.partition(":")
    repository = Repository.around(".")
    if repository is None:
        refuse("G112", "there is no git repository here (or no git)", name, "name a file instead of REV:PATH")
    commit = repository.commit(revision)
    # Paths run from the root, as in git itself; one that begins with ./ runs from here.
    inside = repository.relative(path) if path.startswith("./") else path
    raw = repository.read(commit, inside or path)
    if raw is None:
        refuse("G114", f"`{revision}` has no file `{path}`", name, "paths run from the root of the repository; write REV:./PATH for one from here")
    return raw


def since(run: Run, old: str, *, include_proposed: bool) -> Comparison:
    """Return what changed from an earlier result or profile to a run; a profile is judged on the run's own day by its own rules."""
    from riskcheck.gate.baseline import is_result, result_side
    from riskcheck.gate.compare import compare
    from riskcheck.gate.judge import Law, read, side_of
    from riskcheck.gate.side import live_side

    raw = bytes_of(old)
    label = Path(old).name if Path(old).is_absolute() else old  # a report tells nothing of the machine's folders
    law = Law(run.program, run.assessment.as_of, include_proposed)
    before = result_side(raw, label) if is_result(raw) else side_of(read(raw, old, law), law, label)
    after = live_side(Path(run.profile.file).name, run.assessment, run.profile, run.program, include_proposed=include_proposed)
    if run.program.packs.keys() != run.installed.program.packs.keys():
        # A saved result may hold more rule sets than were asked for: what was left out has not been mended.
        rules = run.rules
        before = before._replace(states={name: held for name, held in before.states.items() if name.partition("@")[0] in rules})
    return compare(before, after)
