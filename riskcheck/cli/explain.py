"""``riskcheck explain``: one rule (or derived fact) in words, and what it says of a company."""

from __future__ import annotations

import click

from riskcheck.cli.exits import HELP, Exit
from riskcheck.cli.options import as_of_option, lang_option, rules_option, today

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path
    from typing import Any

    from riskcheck.installed import Installed
    from riskcheck.model.program import Program
    from riskcheck.model.rule import Rule


@click.command(epilog=HELP)
@click.argument("rule_id", metavar="RULE")
@click.argument("profile", required=False)
@as_of_option
@lang_option
@click.option(
    "--format", "-f", "shape", type=click.Choice(["text", "markdown", "md", "json"]), default="text", show_default=True, help="Shape of the page.",
)
@rules_option
def command(rule_id: str, profile: str | None, as_of: date | None, languages: tuple[str, ...], shape: str, rules_folder: Path | None) -> int:
    """Explain RULE: what it asks, why, exceptions, examples, sources. With PROFILE, its verdicts and their reasons.

    RULE is an id (eu-ai-act/transparency/...), the identity of a finding (RULE@SUBJECT), an id of the catalogue, or a derived fact
    (system.high_risk).

    \b
    Examples:
      riskcheck explain eu-ai-act/general-purpose/authorised-representative
      riskcheck explain eu-ai-act/general-purpose/authorised-representative profiles/minimax.yaml --lang zh
    """
    from riskcheck.diagnostics import printable
    from riskcheck.installed import load_installed, load_source

    installed = load_installed(rules_folder)
    program = installed.program
    name, _, subject = rule_id.partition("@")
    rule = find_rule(name, program)
    if rule is None:
        return _definition(name, installed, languages[0])
    from riskcheck.report.page import examples_of, findings_on, rule_page

    library = load_source(rules_folder)[0]
    day = as_of or today()
    page = rule_page(rule, installed, languages[0], examples_of(rule, library), starts=_starts(rule, program, day, languages[0]))
    found: list[dict[str, Any]] = []
    if profile:
        from riskcheck.cli.assessing import assess_file

        run = assess_file(profile, installed, day, {"include_proposed": True, "languages": languages, "outputs": [("json", "-")]})
        found = [item for item in findings_on(rule, run, languages[0]) if not subject or item["id"] == f"{rule.id}@{subject}"]
        if subject and not found:
            judged = [finding.subject for finding in run.assessment.findings if finding.rule == rule.id]
            raise click.UsageError(_no_finding(rule, subject, judged, profile))
    elif subject:
        message = f"name the profile too: riskcheck explain {printable(rule_id)} PROFILE"
        raise click.UsageError(message)
    _print(page, found, shape, languages[0])
    return int(Exit.PASSED)


def _no_finding(rule: Rule, subject: str, judged: list[str], profile: str) -> str:
    """Return what to say where a rule judged no such subject of a profile."""
    from riskcheck.diagnostics import did_you_mean, printable

    hint = did_you_mean(subject, judged) or (f"it judged {', '.join(judged)}" if judged else "it judged nothing in it")
    return f"{rule.id} judged no '{printable(subject)}' in {printable(profile)}; {hint}"


def find_rule(name: str, program: Program) -> Rule | None:
    """Return the rule of an id, a former id or a catalogue id; None for a derived fact. Fails with a suggestion otherwise."""
    for rule in program.rules:
        if name == rule.id or name in rule.formerly or name in rule.catalogue:
            return rule
    if name in program.vocabulary.facts:
        return None
    ending = [rule for rule in program.rules if rule.id.endswith("/" + name)]
    if len(ending) == 1:
        return ending[0]
    from riskcheck.diagnostics import did_you_mean, printable, suggestion

    ids = [rule.id for rule in program.rules]
    hint = did_you_mean(name, [*program.vocabulary.facts, *ids] if "." in name.partition("/")[0] else ids)
    if not hint:
        close = suggestion(name.rpartition("/")[2], [rule.rpartition("/")[2] for rule in ids])
        hint = next((f"did you mean `{rule}`?" for rule in ids if close and rule.endswith("/" + close)), "`riskcheck rules list` shows all rules")
    message = f"no rule and no fact '{printable(name)}'; {hint}"
    raise click.UsageError(message)


def _starts(rule: Rule, program: Program, day: date, language: str) -> str:
    from riskcheck.model.condition import ParameterRef
    from riskcheck.model.parameters import ParameterBook
    from riskcheck.report.words import words

    begins = ParameterBook(program.parameters, day).value(rule.begins.name) if isinstance(rule.begins, ParameterRef) else rule.begins
    return words(language).day(begins) if begins else ""


def _definition(name: str, installed: Installed, language: str) -> int:
    from riskcheck.report.run import citation_text

    texts = installed.texts(language)
    definition = next((item for item in installed.program.definitions if item.fact == name), None)
    click.echo(f"{name}: {texts.get('definitions', name, 'title') or texts.get('facts', name, 'ask')}")
    if definition is None:
        declared = installed.program.vocabulary.facts[name]
        helping = texts.get("facts", name, "help")
        click.echo((f"  {helping}\n" if helping else "") + f"  type: {declared.type}; answered by: {declared.answered_by}")
        for slug, label in (texts.get("facts", name, "of") or {}).items():
            click.echo(f"  {slug}: {label}")
        return int(Exit.PASSED)
    click.echo("  " + "; ".join(citation_text(cite, texts) for cite in definition.cite))
    click.echo(f"  {definition.id}.yaml ({definition.confidence})")
    click.echo((installed.root / f"{definition.id}.yaml").read_text(encoding="utf-8").split("examples:")[0].rstrip())
    return int(Exit.PASSED)


def _print(page: dict[str, Any], found: list[dict[str, Any]], shape: str, language: str) -> None:
    if shape == "json":
        import json

        click.echo(
            json.dumps({"schema": "riskcheck-rule/1", "page": page, "findings": found}, ensure_ascii=False, indent=1, sort_keys=True, default=str)
        )
        return
    from riskcheck.report.formats.rule_page import render_page

    click.echo(render_page(page, found, language, markdown=shape in ("md", "markdown")), nl=False)
