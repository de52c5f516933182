"""Where findings and changes point in a profile: always at one key, the narrowest that concerns them."""

from __future__ import annotations

import re
from itertools import islice

from riskcheck.locations import Route, Span
from riskcheck.model.finding import ADVERSE
from riskcheck.model.profile import ANONYMOUS
from riskcheck.model.vocabulary import COMPANY, PLURAL_OF
from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskcheck.model.change import Change, Edit
    from riskcheck.model.finding import Finding, Step
    from riskcheck.source.document import Document


class Place(NamedTuple):
    """A key of a document: its route, where it stands, and the text of its line."""

    route: Route
    span: Span
    line_text: str


def finding_place(finding: Finding, document: Document) -> Place:
    """Return the place of a finding: the first fact of its own subject that its trace read and the document writes.

    What was tested comes before what makes the rule apply. A finding without such a fact, and an unknown one, stands at its subject's key.
    """
    subject = finding.subject.split("+")[0]
    if finding.verdict in ADVERSE:
        for path, fact in _read(finding):
            if path == subject and (route := written(document, fact_route(path, fact))):
                return place(document, route)
    return place(document, subject_route(finding.subject))


def related_places(finding: Finding, document: Document, limit: int = 10) -> list[Place]:
    """Return further facts that an adverse finding rests on and the document writes, in the order in which they were read."""
    found: dict[Route, Place] = {}
    for path, fact in _read(finding):
        route = written(document, fact_route(path, fact))
        if route and route not in found:
            found[route] = place(document, route)
        if len(found) >= limit:
            break
    return list(found.values())


def change_place(change: Change, document: Document) -> Place | None:
    """Return the place of the first decisive edit of a change; None where nothing in the profile caused it."""
    for cause in change.causes:
        for edit in cause.edits:
            return place(document, edit_route(edit, document))
    return None


def edit_route(edit: Edit, document: Document) -> Route:
    """Return the route of an edit in the newer document; of what was removed, that of its parent."""
    if edit.kind in ("fact", "link"):
        return fact_route(edit.path, edit.fact)
    if edit.kind == "incomplete":
        return ("incomplete",)
    if edit.kind == "assumption":
        return ("assumptions", edit.path)
    if edit.kind == "evidence":
        return _evidence_route(edit, document)
    return tuple(edit.path.split("/"))


def fact_route(path: str, fact: str) -> Route:
    """Return the route of a fact: ``systems/hailuo`` and ``markets`` (or ``markets/US``) to ``(systems, hailuo, markets)``."""
    name = fact.partition("/")[0]
    plural, _, key = path.partition("/")
    return (COMPANY, name) if plural == COMPANY else (plural, key, name)


def subject_route(path: str) -> Route:
    """Return the route of a subject, for a pair that of its first part; of a stand-in that of the mapping that is missing."""
    plural, _, key = path.split("+", maxsplit=1)[0].partition("/")
    return (plural,) if not key or key == ANONYMOUS else (plural, key)


def written(document: Document, route: Route) -> Route | None:
    """Return the route if the document writes it, else None."""
    here = document.data
    for part in route:
        if not isinstance(here, dict) or part not in here:
            return None
        here = here[part]
    return route


def place(document: Document, route: Route) -> Place:
    """Return the place of the longest part of a route that the document writes; at worst its first key."""
    here = document.data
    last: Route = ()
    for index, part in enumerate(route):
        if isinstance(here, dict) and part in here:
            here = here[part]
            last = route[: index + 1]
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            here = here[part]
        else:
            break
    if not last:
        last = next(((key,) for key in ("company", "profile", *document.data) if key in document.data), ())
    span = document.key_span(last)
    text = document.lines[span.line - 1] if span.line <= len(document.lines) else ""
    return Place(last, _outside(document, span), text)


def _read(finding: Finding) -> Iterator[tuple[str, str]]:
    """Yield (path, short fact) of the known facts that a trace read, the test first."""
    if finding.trace is None:
        return
    for root in (finding.trace.test, finding.trace.applies):
        yield from _leaves(root)


def _leaves(step: Step) -> Iterator[tuple[str, str]]:
    if step.label == "fact" and not step.children and step.value is not None:
        kind, _, short = step.fact.partition(".")
        path = COMPANY if kind == COMPANY else step.subject
        if path == COMPANY or path.startswith(PLURAL_OF[kind] + "/"):
            yield path, short
    for child in step.children:
        yield from _leaves(child)


def _evidence_route(edit: Edit, document: Document) -> Route:
    wanted = f"{edit.path}/{edit.fact}"
    for index, piece in enumerate(document.data.get("evidence") or ()):
        paths = piece.get("for") if isinstance(piece, dict) else None
        if wanted == paths or (isinstance(paths, list) and wanted in paths):
            return ("evidence", index, "for")
    return ("evidence",)


_OTHER_BREAKS = re.compile("[\x85\u2028\u2029]")


def _outside(document: Document, span: Span) -> Span:
    """Return a span as other programs count lines. YAML's reader also counts U+0085, U+2028 and U+2029 as line ends; they do not."""
    if not _OTHER_BREAKS.search(document.text):
        return span
    ends = islice(re.finditer("\r\n|[\r\n\x85\u2028\u2029]", document.text), span.line - 1)
    extra = sum(match.group() in "\x85\u2028\u2029" for match in ends)
    return Span(span.line - extra, span.column, span.end_line - extra, span.end_column)
