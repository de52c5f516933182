"""The report as Markdown that GitHub and GitLab show alike; whatever a profile says stays text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from riskcheck.report.inert import inert
from riskcheck.report.safe import clean
from riskcheck.report.templates import environment, rendered
from riskcheck.report.view import views

if TYPE_CHECKING:
    from pathlib import Path

    from riskcheck.report.run import Run

_PLAIN = "-._~:/?#@!$&*+,;=%"
_BLANKS = re.compile(r"\n{3,}")


def render(run: Run, templates: Path | None = None) -> str:
    """Return the document. Raises InvalidInput where a user's template is broken."""
    env = environment(templates, finalize=_value)
    env.filters["address"] = address
    env.filters["codespan"] = codespan
    if run.customer:
        from riskcheck.report.formats import customer

        text = customer.markdown(run, env)
    else:
        text = rendered(env, "report.md.j2", {"views": views(run)})
    lines = [line.rstrip() for line in text.split("\n")]
    return _BLANKS.sub("\n\n", "\n".join(lines)).strip("\n") + "\n"


def _value(found: Any) -> Any:
    """Return a value as inert Markdown; what a template or filter made is left as it is."""
    return found if isinstance(found, Markup) else Markup(inert(str(found)))  # noqa: S704 (escaped by inert)


def address(url: str) -> Markup:
    """Return an address for the round brackets of a link."""
    safe = "".join(c if (c.isalnum() and c.isascii()) or c in _PLAIN else "".join(f"%{byte:02X}" for byte in c.encode()) for c in str(url))
    return Markup(safe.replace("&", "&amp;"))  # noqa: S704 (every other character is percent-encoded)


def codespan(text: str) -> Markup:
    """Return text for the inside of a code span, in a table cell too."""
    return Markup(clean(str(text)).replace("`", "'").replace("|", "\\|").replace("\n", " "))  # noqa: S704 (a code span shows it raw)
