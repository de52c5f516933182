"""The report as one HTML file: no outside request, readable without script, in one language or both."""

from __future__ import annotations

from riskcheck.report.safe import Marked
from riskcheck.report.templates import environment, rendered, script, source
from riskcheck.report.view import views

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from riskcheck.report.run import Run
    from riskcheck.report.view import View

SECTIONS = (
    ("answer", "sec_answer", False), ("red-flags", "sec_flags", False), ("high", "sec_high", True), ("rest", "sec_rest", True),
    ("heat", "sec_heat", True), ("ranked", "sec_bars", True), ("calendar", "sec_timeline", False),
    ("classification", "sec_classification", True), ("rule-sets", "sec_packs", True), ("questions", "sec_questions", False),
    ("money", "sec_money", False), ("flows", "sec_flows", True), ("evidence", "sec_evidence", True), ("cited", "sec_acts", True),
    ("glossary", "sec_glossary", True),
    ("plan", "sec_plan", True), ("conflicts", "sec_conflicts", True), ("waivers", "sec_waivers", False),
    ("changes", "sec_changes", False), ("method", "sec_method", False), ("limits", "sec_limits", False),
    ("provenance", "sec_provenance", False),
)  # fmt: skip
"""Anchor, title and whether a board report leaves it out, in the order of the page."""


def render(run: Run, templates: Path | None = None) -> str:
    """Return the page. Raises InvalidInput where a user's template is broken."""
    if run.customer:
        from riskcheck.report.formats import customer

        return customer.html(run, templates)
    env = environment(templates)
    text, fingerprint = script(env, "report.js")
    told = views(run)
    absent = absent_sections(told[0])
    return rendered(env, "report.html.j2", {
        "views": told, "version": run.version, "css": Marked(source(env, "report.css")), "script": Marked(text), "script_hash": fingerprint,
        "sections": [item for item in SECTIONS if item[0] not in absent],
    })  # fmt: skip


def absent_sections(view: View) -> set[str]:
    """Return the sections that a report leaves out because there is nothing that they could be about."""
    found = {
        "flows": view.flow_map, "classification": view.classification, "waivers": view.waivers, "changes": view.since, "glossary": view.glossary,
    }  # fmt: skip
    return {name for name, there in found.items() if not there}
