"""``riskcheck rules``: list, test and lint the rules, and show what they cover."""

from __future__ import annotations

from pathlib import Path

import click

from riskcheck.cli.exits import HELP, Exit
from riskcheck.cli.options import check_packs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection


@click.group(epilog=HELP)
def command() -> None:
    """List, test and lint rules, and show what they cover.

    \b
    Examples:
      riskcheck rules list --pack eu-ai-act
      riskcheck rules coverage eu-ai-act
      riskcheck rules test data-residency/de
      riskcheck rules lint
    """


_FOLDER = click.option("--rules", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Another rules folder.")


def _check_prefix(prefix: str, ids: Collection[str]) -> None:
    """Refuse a prefix under which nothing stands: a misspelt one would pass with nothing tested."""
    if not prefix or any(name.startswith(prefix) for name in ids):
        return
    from riskcheck.diagnostics import did_you_mean, printable

    folders = {"/".join(name.split("/")[:depth]) for name in ids for depth in (1, 2)}
    hint = did_you_mean(prefix, [*sorted(folders), *sorted(ids)]) or "`riskcheck rules list` shows all rules"
    message = f"no rule or definition begins with '{printable(prefix)}'; {hint}"
    raise click.UsageError(message)


@command.command("test", epilog=HELP)
@click.argument("prefix", default="")
@_FOLDER
@click.option("--verbose", "-v", is_flag=True, help="Name every example.")
def test(prefix: str, folder: Path | None, verbose: bool) -> int:  # noqa: FBT001 (click's signature)
    """Run the examples in rule files whose id begins with PREFIX.

    \b
    Example:
      riskcheck rules test eu-ai-act/transparency
    """
    from riskcheck.installed import load_source
    from riskcheck.testing import ExampleRunner

    library, program, sink = load_source(folder)
    faults = [fault for fault in sink.errors if not prefix or f"/{prefix}" in fault.file]
    if not faults:
        _check_prefix(prefix, [*library.rules, *library.definitions])
    for fault in faults:
        click.echo(fault.render() + "\n", err=True)
    passed = failed = 0
    for result in ExampleRunner(library, program).run(prefix):
        if result.problem:
            failed += 1
            click.echo(result.problem.render() + "\n", err=True)
        else:
            passed += 1
            if verbose:
                click.echo(f"{result.id} [{result.index + 1}] {result.expected}: {result.sentence}")
    click.echo(f"{passed} passed, {failed} failed; {len(faults)} faults in files")
    return int(Exit.REFUSED if failed else Exit.INPUT if faults else Exit.PASSED)


@command.command("lint", epilog=HELP)
@click.argument("prefix", default="")
@_FOLDER
def lint(prefix: str, folder: Path | None) -> int:
    """Judge rule files: faults, missing examples, missing translations, idle exceptions.

    \b
    Example:
      riskcheck rules lint copyright
    """
    from riskcheck.installed import load_source
    from riskcheck.lint import lint_library

    library, program, sink = load_source(folder)
    lint_library(library, program, sink)
    found = [fault for fault in sink.items if not prefix or f"/{prefix}" in fault.file]
    if not found:
        _check_prefix(prefix, [*library.rules, *library.definitions])
    for fault in found:
        click.echo(fault.render() + "\n", err=True)
    errors = sum(fault.level == "error" for fault in found)
    click.echo(f"{len(library.rules)} rules, {len(library.definitions)} definitions: {errors} errors, {len(found) - errors} warnings")
    return int(Exit.INPUT if errors else Exit.PASSED)


@command.command("list", epilog=HELP)
@click.option("--pack", "packs", multiple=True, metavar="ID", help="Only rules of this pack (repeat for more).")
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Language of titles.")
@click.option("--format", "-f", "shape", type=click.Choice(["text", "json", "md"]), default="text", show_default=True, help="Shape of the list.")
@_FOLDER
def list_rules(packs: tuple[str, ...], lang: str, shape: str, folder: Path | None) -> None:
    """List the rules: id, severity, status, citation, title.

    \b
    Example:
      riskcheck rules list --pack copyright --lang zh
    """
    from riskcheck.installed import load_installed

    installed = load_installed(folder)
    check_packs(packs, installed.program.packs)
    texts = installed.texts(lang)
    rows = [
        {
            "id": rule.id, "severity": rule.severity, "status": rule.status, "confidence": rule.confidence,
            "citation": "; ".join(f"{texts.get('acts', cite.act, 'short', cite.act)} {cite.at}".strip() for cite in rule.cite),
            "title": texts.get("rules", rule.id, "title"),
        }
        for rule in installed.program.rules if not packs or rule.pack in packs
    ]  # fmt: skip
    if shape == "json":
        import json

        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif shape == "md":
        click.echo("| id | severity | status | confidence | citation | title |\n| --- | --- | --- | --- | --- | --- |")
        for row in rows:
            click.echo("| " + " | ".join(value.replace("|", "\\|") for value in row.values()) + " |")
    else:
        for row in rows:
            click.echo(f"{row['severity']:<8} {row['id']}  {row['title']} ({row['citation']})")
        click.echo(f"{len(rows)} rules", err=True)


@command.command("coverage", epilog=HELP)
@click.argument("pack")
@click.option("--format", "-f", "shape", type=click.Choice(["text", "md", "json"]), default="text", show_default=True, help="Shape of the list.")
@_FOLDER
def show_coverage(pack: str, shape: str, folder: Path | None) -> None:
    """Show which provisions of its act the rules of PACK cover, by article, and the share.

    \b
    Example:
      riskcheck rules coverage eu-ai-act -f md
    """
    from riskcheck import coverage
    from riskcheck.diagnostics import did_you_mean
    from riskcheck.installed import load_source

    library, program, _ = load_source(folder)
    known = coverage.packs_with_provisions(library)
    if pack not in known:
        hint = did_you_mean(pack, known) or f"packs that do: {', '.join(known) or 'none'}"
        message = f"the pack '{pack}' lists no provisions (coverage/provisions.yaml); {hint}"
        raise click.UsageError(message)
    found = coverage.coverage(library, program, pack)
    if shape == "json":
        import json

        click.echo(json.dumps(coverage.as_data(found), ensure_ascii=False, indent=1))
    else:
        click.echo(coverage.as_markdown(found) if shape == "md" else coverage.as_text(found), nl=False)
