"""One comment on a pull request, to be edited in place: what changed for the worse first, the rest folded. Posting it is the caller's work."""

from __future__ import annotations

import re

from riskcheck.report.gate_view import GateView, Group, ProfileView, gate_view
from riskcheck.report.gated import Gate, single
from riskcheck.report.inert import markdown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from riskcheck.report.changes import Item
    from riskcheck.report.run import Run
    from riskcheck.report.words import Words

MOST = 65_000
"""Characters of a comment that GitHub takes."""
_OPEN = ("new", "worse", "newly_unknown", "")
_EACH = 40
_SIGNS = {"passed": "✅", "refused": "⛔", "undecided": "❔", "": "ℹ️"}


def render(run: Run, **_options: Any) -> str:
    """Return the findings of a scored profile as a comment."""
    return render_gate(single(run))


def render_gate(gate: Gate) -> str:
    """Return the comment. Its first line is the hidden mark by which the next run finds it; below that it is empty where nothing changed."""
    mark = f"<!-- riskcheck:{re.sub(r'[^A-Za-z0-9._-]', '-', gate.name)[:60]} -->\n"
    view = gate_view(gate)
    if gate.outcome == "passed" and not view.changed and not view.warnings:
        return f"{mark}{_SIGNS['passed']} {view.headline}. {view.word('nothing_changed')}\n"
    return mark + body(view, MOST - len(mark))


def body(view: GateView, most: int, *, in_bytes: bool = False) -> str:
    """Return the view as Markdown of at most so many characters (or bytes), cut between blocks with a sentence that says so."""
    blocks = _blocks(view)
    tail = f"\n{view.word('disclaimer')}\n"
    cut = f"\n{view.word('truncated')}\n"

    def size(text: str) -> int:
        return len(text.encode("utf-8", "replace")) if in_bytes else len(text)

    left = most - size(tail) - size(cut)
    kept: list[str] = []
    folded = 0
    for block in blocks:
        if size(block) + (len("</details>\n") * (folded + 1)) > left:
            return "".join(kept) + "</details>\n" * folded + cut + tail
        kept.append(block)
        folded += block.count("<details>") - block.count("</details>")
        left -= size(block)
    return "".join(kept) + tail


def _blocks(view: GateView) -> list[str]:
    blocks = [f"### {_SIGNS[view.outcome]} {view.headline}\n\n"]
    for path, reason in view.reasons:
        blocks.append(f"- **{markdown(path)}**: {markdown(reason, 600)}\n")
    for profile in view.profiles:
        blocks += _profile(profile, view.word)
    if view.warnings:
        blocks.append(f"\n#### {view.word('warnings')}\n\n")
        blocks += [f"- {markdown(path)}: {markdown(warning, 600)}\n" for path, warning in view.warnings]
    return blocks


def _profile(profile: ProfileView, word: Words) -> list[str]:
    head = f"\n#### {markdown(profile.company)} ({markdown(profile.path)})\n\n{markdown(profile.scores)}\n"
    blocks = [head + (f"\n{markdown(profile.counts)}\n" if profile.counts else "")]
    blocks += [f"\n{markdown(note, 600)}\n" for note in profile.notes]
    for group in profile.groups:
        blocks += _group(group, word)
    if profile.waived:
        blocks.append(f"\n<details><summary>{word('waived_head')} ({len(profile.waived)})</summary>\n\n")
        blocks += [f"- {markdown(item.title)}: {markdown(item.name)}: {markdown(text, 600)}\n" for item, text in profile.waived[:_EACH]]
        blocks.append("\n</details>\n")
    return blocks


def _group(group: Group, word: Words) -> list[str]:
    folded = group.kind not in _OPEN
    title = f"{group.title} ({len(group.items)})"
    head = f"\n<details><summary>{title}</summary>\n\n" if folded else f"\n**{title}** {markdown(group.lede)}\n\n"
    rows = [_row(item, word, short=folded) for item in group.items[:_EACH]]
    if len(group.items) > _EACH:
        rows.append(f"- {word('more', count=len(group.items) - _EACH)}\n")
    return [head, *rows, *(["\n</details>\n"] if folded else [])]


def _row(item: Item, word: Words, *, short: bool) -> str:
    law = f"[{markdown(item.law)}]({_address(item.url)})" if _address(item.url) else markdown(item.law)
    lines = [f"- **{word(f'severity_{item.severity}')}** {markdown(item.title)}: {markdown(item.name)} ({law})"]
    if not short:
        lines.append(markdown(f"{item.message} {item.remark}".strip(), 600))
    lines += [f"{label}: {markdown(text, 400)}" for label, text in item.causes]
    if item.kind:
        lines.append(f"{markdown(item.was)} → {markdown(item.now)}")
    if not short:
        lines += [f"{word('fix')}: {markdown(item.remedy, 600)}", f"{markdown(item.place_text)} · `riskcheck explain {_code(item.rule)}`"]
    return "<br>".join(line for line in lines if line) + "\n"


def _code(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9/_.@+*-]", "", text)


def _address(url: str) -> str:
    return url if re.fullmatch(r"https?://[A-Za-z0-9./:?=&%#_~,;+-]+", url) else ""
