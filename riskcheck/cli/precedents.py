"""``riskcheck precedents``: suits, fines and licences that calibrate the rules."""

from __future__ import annotations

import click

from riskcheck.cli.exits import HELP, Exit
from riskcheck.cli.options import lang_option, rules_option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from riskcheck.assess.precedents import Near


@click.command(epilog=HELP)
@click.option("--like", metavar="RULE", help="Only precedents near this rule, the nearest first, with the reason.")
@click.option("--jurisdiction", metavar="CODE", help="Only precedents of this place (US, EU, CN …).")
@click.option("--format", "-f", "shape", type=click.Choice(["text", "json", "md"]), default="text", show_default=True)
@lang_option
@rules_option
def command(like: str | None, jurisdiction: str | None, shape: str, languages: tuple[str, ...], rules_folder: Path | None) -> int:
    """List precedents: parties, court, docket where it is sure, status and its date, amounts, source, confidence.

    \b
    Examples:
      riskcheck precedents --jurisdiction CN
      riskcheck precedents --like copyright/output-us/own-advertising --lang zh
    """
    from riskcheck.assess.precedents import Near, near
    from riskcheck.installed import load_installed

    installed = load_installed(rules_folder)
    texts = installed.texts(languages[0])
    cases = [(identity, texts.entry("precedents", identity)) for identity in texts.ids("precedents")]
    if jurisdiction:
        cases = [(identity, case) for identity, case in cases if jurisdiction in case.get("jurisdiction", ())]
    if like:
        from riskcheck.cli.explain import find_rule

        rule = find_rule(like, installed.program)
        if rule is None:
            message = f"'{like}' is a fact, not a rule"
            raise click.UsageError(message)
        found = near(rule, cases)
    else:
        found = tuple(Near(identity, case, (), (), ()) for identity, case in cases)
    if shape == "json":
        import json

        rows = [{**item.case, "id": item.id, "shares": {"conduct": item.conduct, "places": item.places}} for item in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1, sort_keys=True))
    else:
        for item in found:
            click.echo(_markdown(item) if shape == "md" else _text(item))
        click.echo(f"{len(found)} precedents", err=True)
    return int(Exit.PASSED)


def _amount(case: Any) -> str:
    if not case.get("amount"):
        return ""
    kind = f" ({case['amount_kind']})" if case.get("amount_kind") else ""
    return f"{case.get('currency', '')} {case['amount']:,}{kind}".strip()


def _parts(item: Near) -> list[str]:
    case = item.case
    place = case.get("court") or case.get("authority") or ""
    status, seen = str(case.get("status") or case.get("outcome") or ""), str(case.get("status_date") or "")
    parts = [str(place), str(case.get("docket") or ""), f"{status} [{seen}]" if status and seen else status, _amount(case)]
    return [" ".join(part.split()) for part in parts if part]


def _text(item: Near) -> str:
    lines = [f"{item.case.get('title', item.id)} [{item.id}]", *(f"  {part}" for part in _parts(item))]
    if item.conduct:
        lines.append("  near: " + ", ".join((*item.conduct, *item.places)))
    lines.append(f"  {item.case.get('confidence', '')}")
    return "\n".join(lines) + "\n"


def _markdown(item: Near) -> str:
    why = f" Near: {', '.join((*item.conduct, *item.places))}." if item.conduct else ""
    return f"- **{item.case.get('title', item.id)}** ({'; '.join(_parts(item))}).{why} _{item.case.get('confidence', '')}_"
