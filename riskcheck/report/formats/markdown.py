"""The report as Markdown that GitHub and GitLab show alike; whatever a profile says stays text."""

from __future__ import annotations

import re

from riskcheck.report.templates import environment, rendered
from riskcheck.report.view import views

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from riskcheck.report.run import Run

_BLANKS = re.compile(r"\n{3,}")


def render(run: Run, templates: Path | None = None) -> str:
    """Return the document. Raises InvalidInput where a user's template is broken."""
    env = environment(templates, kind="markdown")
    if run.customer:
        from riskcheck.report.formats import customer

        text = customer.markdown(run, env)
    else:
        text = rendered(env, "report.md.j2", {"views": views(run)})
    lines = [line.rstrip() for line in text.split("\n")]
    return _BLANKS.sub("\n\n", "\n".join(lines)).strip("\n") + "\n"
