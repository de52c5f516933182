"""How this very score came out, line by line; where everything came from; how to make the report again."""

from __future__ import annotations

import posixpath

from riskcheck.report.record import Record
from riskcheck.report.safe import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from riskcheck.model.assessment import Calculation
    from riskcheck.report.parts.context import Context

_SHOWN = 12


class CalculationView(Record):
    """One end of the score: the worst finding gives the band, the weights of the others the place in it."""

    end: str
    sentences: list[str]
    lines: list[tuple[str, str, str, str, str]]
    more: int
    more_weight: str
    score: str


class Provenance(Record):
    """What the report was made of."""

    rows: list[tuple[str, str]]
    command: str


def calculation_views(ctx: Context) -> list[CalculationView]:
    """Return both ends of the overall score."""
    assessment = ctx.assessment
    return [_calculation("least", assessment.least, ctx), _calculation("most", assessment.most, ctx)]


def _calculation(end: str, found: Calculation, ctx: Context) -> CalculationView:
    word = ctx.word
    if found.worst is None:
        return CalculationView(end=word(f"end_{end}"), sentences=[word("calculation_nothing")], lines=[], more=0, more_weight="", score=word.score(0))
    by_id = ctx.by_identity
    lines = [
        (ctx.link(by_id[line.finding]), ctx.title(by_id[line.finding].rule), ctx.name(by_id[line.finding].subject),
         word(f"severity_{line.severity}"), f"{word(f'counts_{line.counts_in}')} · {line.weight:g}")
        for line in found.lines[:_SHOWN]
    ]  # fmt: skip
    low, high = found.band
    half = float(ctx.run.program.scoring["half"])
    place = 1 - 2 ** (-found.weight / half)
    sentences = [
        word("calculation_band", severity=word(f"severity_{found.worst}"), low=f"{low:g}", high=f"{high:g}"),
        word("calculation_place", count=len(found.lines) - 1, weight=f"{found.weight:g}", half=f"{half:g}", place=f"{place:.3f}"),
        word("calculation_score", low=f"{low:g}", high=f"{high:g}", place=f"{place:.3f}", score=f"{found.score:.1f}"),
    ]  # fmt: skip
    rest = found.lines[_SHOWN:]
    return CalculationView(
        end=word(f"end_{end}"), sentences=sentences, lines=lines, more=len(rest), more_weight=f"{sum(line.weight for line in rest):g}",
        score=f"{found.score:.1f}",
    )  # fmt: skip


def file_name(ctx: Context) -> str:
    """Return the profile's file as the user named it, without a folder of the machine."""
    name = ctx.profile.file.replace("\\", "/")
    absolute = name.startswith("/") or name[1:3] == ":/"
    return clean(posixpath.basename(name) if absolute else name, 200)


def provenance_view(ctx: Context) -> Provenance:
    """Return versions, digests and the command line that makes this assessment again."""
    run, word, source = ctx.run, ctx.word, ctx.assessment.provenance
    rows = [
        (word("tool"), f"riskcheck {run.version}"),
        (word("profile"), file_name(ctx)),
        (word("profile_digest"), str(source.get("profile", {}).get("sha256", ""))),
    ]
    if run.revision:
        rows.append((word("revision"), clean(run.revision, 80)))
    for pack, info in source.get("packs", {}).items():
        rows.append((word("pack_version", pack=pack), word("pack_verified", version=info["version"], day=info["last_verified"])))
    rows.append((word("rules_digest"), str(source.get("rules", {}).get("sha256", ""))))
    rows += [(word("assumption", name=clean(name, 80)), clean(str(value), 80)) for name, value in source.get("assumptions", {}).items()]
    return Provenance(rows=rows, command=clean(run.command) or _command(ctx))


def _command(ctx: Context) -> str:
    run = ctx.run
    parts = ["riskcheck score", _quoted(file_name(ctx)), f"--as-of {ctx.as_of.isoformat()}"]
    if run.languages != ("en",):
        parts.append(f"--lang {','.join(run.languages)}")
    if run.audience != "counsel":
        parts.append(f"--audience {run.audience}")
    if run.min_severity != "info":
        parts.append(f"--min-severity {run.min_severity}")
    if ctx.assessment.provenance.get("include_proposed"):
        parts.append("--include-proposed")
    chosen = sorted(ctx.run.program.packs)
    if len(chosen) < len(ctx.run.installed.program.packs):
        parts += [f"--pack {pack}" for pack in chosen]
    return " ".join(parts)


def _quoted(name: str) -> str:
    return name if all(c.isalnum() or c in "._-/" for c in name) else "'" + name.replace("'", "'\\''") + "'"
