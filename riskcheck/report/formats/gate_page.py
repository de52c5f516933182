"""What changed, as a page: one HTML file, or Markdown. Laid out by ``diff.html.j2`` and ``diff.md.j2``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 (the type of an option)

from markupsafe import Markup

from riskcheck.report.gate_view import gate_view
from riskcheck.report.inert import markdown
from riskcheck.report.safe import clean
from riskcheck.report.templates import environment, rendered, source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from riskcheck.report.gated import Gate


def render_gate(gate: Gate, *, shape: str = "html", templates: Path | None = None) -> str:
    """Return the page. Raises InvalidInput where a user's template is broken."""
    env = environment(templates, finalize=_html if shape == "html" else _markdown)
    env.filters["address"] = _address
    values: dict[str, Any] = {"view": gate_view(gate), "language": gate.language}
    if shape == "html":
        css = Markup(source(env, "report.css") + source(env, "diff.css"))  # noqa: S704 (our own style sheet)
        return rendered(env, "diff.html.j2", {**values, "css": css})
    lines = [line.rstrip() for line in rendered(env, "diff.md.j2", values).split("\n")]
    return "\n".join(lines).strip("\n") + "\n"


def _html(found: Any) -> Any:
    return found if isinstance(found, Markup) else clean(str(found))


def _markdown(found: Any) -> Any:
    return found if isinstance(found, Markup) else Markup(markdown(str(found), 1000))  # noqa: S704 (escaped by markdown)


def _address(url: str) -> Markup:
    """Return an address if it is one of the web, else nothing."""
    import re

    return Markup(url) if re.fullmatch(r"https?://[A-Za-z0-9./:?=&%#_~,;+-]+", url) else Markup("")  # noqa: S704 (matched)
