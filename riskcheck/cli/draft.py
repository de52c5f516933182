"""``riskcheck draft``: paperwork drafted from a profile, with gaps marked."""

from __future__ import annotations

from pathlib import Path

import click

from riskcheck.cli.exits import HELP, Exit
from riskcheck.cli.options import as_of_option, rules_option, today, write_outputs


@click.command(epilog=HELP)
@click.argument("name", metavar="NAME")
@click.argument("profile", type=click.Path())
@click.option("--model", "model", metavar="KEY", help="Which model of the profile (needed where there are several).")
@click.option("--lang", "language", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Language of the draft.")
@click.option("--output", "-o", default="-", type=click.Path(), help="File to write (default: standard output).")
@as_of_option
@rules_option
def command(name: str, profile: str, model: str | None, language: str, output: str, as_of: object, rules_folder: Path | None) -> int:
    """Draft the paperwork NAME for a model of PROFILE as Markdown: what the profile says, and a mark for each gap.

    NAME is training-summary (EU AI Act, public summary of training content), model-documentation (Code of Practice, Model
    Documentation Form) or california-ab2013 (training data documentation for California). A draft is a start, never a
    statement that the law is complied with.

    \b
    Examples:
      riskcheck draft training-summary profiles/minimax.yaml --model hailuo-video
      riskcheck draft california-ab2013 profiles/deepseek.yaml --model v3 --lang zh -o build/draft.md
    """
    import sys
    from datetime import date

    from riskcheck.diagnostics import did_you_mean, printable
    from riskcheck.evaluator.evaluate import Evaluator
    from riskcheck.installed import load_installed
    from riskcheck.loader.drafts import draft_names, load_outline
    from riskcheck.loader.profiles import load_profile, read_profile
    from riskcheck.report.drafts import render_draft

    installed = load_installed(rules_folder)
    names = draft_names(installed.root)
    if name not in names:
        message = f"no draft '{printable(name)}'; {did_you_mean(name, names) or 'drafts: ' + ', '.join(names)}"
        raise click.UsageError(message)
    if profile == "-":
        read, _ = read_profile(sys.stdin.buffer.read(), "stdin", installed.program)
    else:
        read, _ = load_profile(Path(profile), installed.program, name=profile)
    models = sorted(read.subjects.get("model") or {})
    if model is None and len(models) == 1:
        model = models[0]
    if model is None or model not in models:
        known = ", ".join(models) or "none"
        message = f"no model '{printable(model)}' in the profile; models: {known}" if model else f"name the model with --model KEY; models: {known}"
        raise click.UsageError(message)
    day = as_of if isinstance(as_of, date) else today()
    world = Evaluator(installed.program, day).world(read, full=False)
    text = render_draft(load_outline(installed.root, name), world, read, model, installed.texts(language), language, day)
    write_outputs([(output, text)])
    return int(Exit.PASSED)
