"""Rule set by rule set: what is met, broken, open, not applicable and why; and how the company is classified."""

from __future__ import annotations

from riskcheck.model.values import SetValue
from riskcheck.records import NamedTuple
from riskcheck.report.parts.findings import basis_word, interval_text, open_groups
from riskcheck.report.prose import step_text
from riskcheck.report.record import Record
from riskcheck.report.safe import clean
from riskcheck.report.told import Passage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from riskcheck.model.finding import Finding, Step
    from riskcheck.report.parts.context import Context
    from riskcheck.report.parts.findings import OpenGroup
    from riskcheck.report.parts.questions import Numbered


class Settled(Record):
    """A rule that is met, clear, exempt or out of scope for subjects (anchor, name), with the reason where there is one."""

    title: str
    cite: str
    subjects: list[tuple[str, str]]
    size: int
    reason: str


class PackView(Record):
    """One rule set."""

    pack: str
    title: str
    note: str
    version: str
    verified: str
    least: float
    most: float
    interval: str
    coverage: str
    counts: list[tuple[str, str, int]]
    adverse: list[tuple[str, str, str, str, str]]
    open: list[OpenGroup]
    open_count: int
    met: list[Settled]
    exempt: list[Settled]
    outside: list[Settled]
    law: list[tuple[str, str, str]]


_COUNTED = ("breached", "exposed", "unknown", "met", "clear", "exempt", "out_of_scope")


def pack_views(ctx: Context, numbers: dict[tuple[str, str], Numbered]) -> list[PackView]:
    """Return the rule sets of a run."""
    found: list[PackView] = []
    settled: dict[str, list[Finding]] = {}
    for finding in ctx.assessment.findings:
        if finding.verdict != "unknown":
            settled.setdefault(finding.pack, []).append(finding)
    for score in ctx.assessment.packs:
        info = ctx.run.program.packs[score.pack]
        mine = settled.get(score.pack, [])
        undecided = open_groups(ctx, score.pack, numbers)
        found.append(PackView(
            pack=score.pack, title=ctx.told.passage("packs", score.pack, "title", score.pack), note=ctx.told.passage("packs", score.pack, "note"),
            version=info.version, verified=ctx.word.day(info.last_verified), least=score.score.least, most=score.score.most,
            interval=interval_text(score.score.least, score.score.most, ctx), coverage=coverage_text(score.coverage, ctx),
            counts=[(verdict, ctx.word(f"verdict_{verdict}"), score.counts[verdict]) for verdict in _COUNTED],
            adverse=[
                (ctx.anchor(f), ctx.title(f.rule), ctx.name(f.subject), ctx.word(f"standing_{basis_word(f, ctx)}"), ctx.word(f"timing_{f.timing}"))
                for f in ctx.adverse if f.pack == score.pack
            ],
            open=undecided, open_count=sum(len(rule.anchors) for group in undecided for rule in group.rules),
            met=_settled([(f, "") for f in mine if f.verdict in ("met", "clear")], ctx),
            exempt=_settled([(f, _exemption(f, ctx)) for f in mine if f.verdict == "exempt"], ctx),
            outside=_settled([(f, outside_reason(f, ctx)) for f in mine if f.verdict == "out_of_scope"], ctx),
            law=[(str(law.get("title", "")), str(law.get("citation", "")), str(law.get("consolidated_as_of", ""))) for law in info.law],
        ))  # fmt: skip
    return found


def coverage_text(coverage: float, ctx: Context) -> str:
    """Return coverage in percent; a part that is decided never reads 0, a part that is open never 100."""
    if 0 < coverage < 0.01:  # noqa: PLR2004 (one percent)
        return ctx.word("under_one_percent")
    return ctx.word.share(min(coverage, 0.99) if coverage < 1 else 1)


def _settled(found: list[tuple[Finding, str]], ctx: Context) -> list[Settled]:
    """Return settled findings by rule and reason, in the order of rules."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding, reason in found:
        groups.setdefault((finding.rule, reason), []).append(finding)
    told: list[Settled] = []
    for (rule, reason), group in groups.items():
        cites = ctx.run.rules[rule].cite
        subjects = [(ctx.anchor(f), f"{ctx.name(f.subject)}{_doubt(f, ctx)}") for f in group]
        told.append(Settled(title=ctx.title(rule), cite=ctx.cited(cites[0]) if cites else "", subjects=subjects, size=len(group), reason=reason))
    return told


def _doubt(finding: Finding, ctx: Context) -> str:
    """Return that a good verdict rests on inferred or alleged facts, where it does: it comforts less."""
    return "" if finding.standing == "plain" else f" ({ctx.word(f'standing_{finding.standing}')})"


def _exemption(finding: Finding, ctx: Context) -> str:
    return ctx.told.listed("rules", finding.rule, "unless", finding.exemption) if finding.exemption is not None else ""


def outside_reason(finding: Finding, ctx: Context) -> str:
    """Return the first answer that keeps a rule from applying, as a sentence."""
    if finding.trace is None:
        return ""
    step = _false_leaf(finding.trace.applies)
    return clean(step_text(step, ctx.profile, ctx.word, ctx.told), 400) if step else ""


def _false_leaf(step: Step) -> Step | None:
    """Return the outermost fact that is false: what a reader recognises, not its last cause."""
    if step.label in ("fact", "some", "every"):
        return step if step.truth is False else None
    if step.label == "not":
        return next((child for child in step.children if child.label == "fact"), None)
    for child in step.children:
        if child.truth is False:
            return _false_leaf(child)
    return None


class ClassView(NamedTuple):
    """One derived fact of one subject: its title, and its value or the questions that would decide it."""

    title: str
    answer: str
    state: str
    questions: tuple[Numbered, ...]

    @property
    def asked(self) -> str:
        """The questions by their short names."""
        return " ".join([question.short for question in self.questions])


class Classes(Record):
    """The classification of subjects that are alike: what is settled, and what is open (either way is possible)."""

    name: str
    settled: list[ClassView]
    open: list[ClassView]


def classification_view(ctx: Context, numbers: dict[tuple[str, str], Numbered]) -> list[Classes]:
    """Return derived facts by subject. What is unknown is a set of possibilities with the questions that decide, never a no."""
    groups: dict[str, Classes] = {}
    for item in ctx.assessment.classification:
        group = groups.setdefault(item.subject, Classes(name=ctx.name(item.subject), settled=[], open=[]))
        title = definition_title(item.fact, ctx)
        if item.value is None:
            deciding = sorted({numbers[place] for place in item.open_facts if place in numbers})
            group.open.append(ClassView(title, ctx.word("either_way"), "open", tuple(deciding[:_DECIDING])))
        elif isinstance(item.value, bool):
            state = "yes" if item.value else "no"
            answer = ctx.word(state)
            group.settled.append(ClassView(title, answer if item.sure else ctx.word("class_unsure", answer=answer), state, ()))
        else:
            state = "yes" if not isinstance(item.value, SetValue) or item.value.closed else "open"
            answer = clean(ctx.word.value(item.value, item.fact, ctx.told), 300)
            group.settled.append(ClassView(title, answer if item.sure else ctx.word("class_unsure", answer=answer), state, ()))
    alike: dict[tuple[tuple[ClassView, ...], tuple[ClassView, ...]], list[Classes]] = {}
    for group in groups.values():
        key = tuple(row._replace(questions=()) for row in group.settled), tuple(row._replace(questions=()) for row in group.open)
        alike.setdefault(key, []).append(group)
    return [Classes(name=ctx.word.listed([group.name for group in same]), settled=same[0].settled, open=same[0].open) for same in alike.values()]


_DECIDING = 3


def definition_title(fact: str, ctx: Context) -> str:
    """Return what a derived fact is called."""
    title = ctx.told.passage("definitions", fact, "title")
    return title or (ctx.question(fact) if not isinstance(ctx.question(fact), Passage) else Passage(ctx.question(fact), "en"))
