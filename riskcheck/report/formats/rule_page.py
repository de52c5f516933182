"""A rule's page as Markdown, or as plain text for the terminal."""

from __future__ import annotations

import json

from riskcheck.diagnostics import printable
from riskcheck.report.words import Words, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MARK = {True: "✓", False: "✗", None: "?"}


def render_page(page: dict[str, Any], found: list[dict[str, Any]], language: str, *, markdown: bool) -> str:
    """Return the page with its sections in Ruff's order, and the findings on one company where there are any."""
    word = words(language)
    lines = [f"# {page['title']}" if markdown else page["title"], "", f"`{page['id']}`" if markdown else page["id"], ""]

    def section(key: str, *body: str) -> None:
        body = tuple(line for line in body if line)
        if body:
            lines.extend([f"## {word(key)}" if markdown else word(key).upper(), "", *body, ""])

    section("page_asks", page["summary"], word("page_kind", kind=page["test"], about=page["about"]))
    for item in found:
        section_title = word("page_here", subject=item["subject"])
        lines.extend([f"## {section_title}" if markdown else section_title.upper(), ""])
        lines.extend(_finding(item, word))
    section("page_binds", word("page_since", day=page["begins"]) if page["begins"] else "", page["status"], *_reasons(page["transitions"]))
    section("page_severity", f"{page['severity']}: {page['severity_reason']}", *(f"- {item['level']}: {item['why']}" for item in page["escalations"]))
    section("page_money", page["penalty"], page["damages"], word.listed(page["consequences"]))
    section("page_exceptions", *_reasons(page["exceptions"]))
    if page["conflict"]:
        forbidden, compelled = page["conflict"]
        section("page_conflict", word("page_conflict_line", forbidden=forbidden["text"], compelled=compelled["text"]))
    adverse = [item for item in page["examples"] if item["verdict"] in ("breached", "exposed")]
    section("page_example_bad", *(_example(item, word) for item in adverse[:2]))
    section("page_example_good", *[_example(item, word) for item in page["examples"] if item["verdict"] in ("met", "clear")][:2])
    section("page_remedy", page["remedy"], word("page_owner", owner=page["owner"], effort=page["effort"]))
    section("page_waive", word("page_waive_line", rule=page["id"]))
    note = [page["note"], page["confidence_note"]]
    section("page_confidence", word("page_verified", confidence=page["confidence"], day=page["last_verified"]), *note)
    section("page_sources", *_citations(page, markdown=markdown), *(f"- {source}" for source in page["sources"]))
    return "\n".join(lines).rstrip() + "\n"


def _citations(page: dict[str, Any], *, markdown: bool) -> list[str]:
    found = []
    for cite in page["citations"]:
        if markdown and cite["url"]:
            found.append(f"- [{cite['text']}]({cite['url']}): {cite['title']}")
        else:
            found.append(f"- {cite['text']}: {cite['title']}" + (f"\n  {cite['url']}" if cite["url"] else ""))
    return found


def _reasons(items: list[dict[str, Any]]) -> list[str]:
    return [f"- {item['why']} ({'; '.join(cite['text'] for cite in item['citations'])})" for item in items]


def _example(item: dict[str, Any], word: Words) -> str:
    given = json.dumps(item["given"], ensure_ascii=False, default=str)
    return f"- {word('verdict_' + item['verdict'])}: {item['sentence']}\n  {given}"


def _finding(item: dict[str, Any], word: Words) -> list[str]:
    head = f"{item['verdict_word']} ({item['standing_word']}, {item['timing_word']}, {item['applies_from']})"
    lines = [head, *([printable(item["message"])] if item["message"] else []), "", word("because")]
    lines += [f"{'  ' * reason['level']}{_MARK[reason['truth']]} {printable(reason['text'])}" for reason in item["reasons"]]
    return [*lines, ""]
