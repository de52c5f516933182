"""Adverse findings told in full, and undecided ones in a line for each rule."""

from __future__ import annotations

from operator import itemgetter

from riskcheck.model.rule import SEVERITIES
from riskcheck.records import NamedTuple
from riskcheck.report.parts.money import amount_text
from riskcheck.report.parts.precedents import precedents_of
from riskcheck.report.prose import fill, reasons, status_on
from riskcheck.report.record import Record
from riskcheck.report.safe import NAME, clean
from riskcheck.report.told import Passage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from riskcheck.model.finding import Finding, Step
    from riskcheck.model.profile import Evidence
    from riskcheck.report.parts.context import Context
    from riskcheck.report.parts.precedents import PrecedentView
    from riskcheck.report.parts.questions import Numbered

_DEPTH = {"board": 0, "counsel": 2, "engineer": 6}
_DOUBTFUL = ("uncertain", "guidance", "general", "assumption")


class Reason(NamedTuple):
    """One sentence of a trace: ``truth`` is yes, no or open; ``basis`` says if it rests on an allegation or inference."""

    level: int
    part: str
    truth: str
    text: str
    basis: str
    path: str
    truth_word: str

    @property
    def indent(self) -> int:
        """How far a page moves the sentence in."""
        return min(self.level, 3)


class FindingView(Record):
    """One adverse finding in words. ``lead`` says on whose word it rests, where it is no plain fact."""

    anchor: str
    identity: str
    pack: str
    title: str
    subject: str
    verdict: str
    verdict_word: str
    severity: str
    severity_word: str
    standing: str
    standing_word: str
    timing: str
    lead: str
    message: str
    basis: list[str]
    contested: str
    summary: str
    why_grave: str
    reasons: list[Reason]
    cites: list[tuple[str, str]]
    status_word: str
    confidence_word: str
    doubt: str
    deadline: str
    consequences: list[str]
    money: list[str]
    owner_word: str
    effort_word: str
    remedy: str
    after: str
    precedents: list[PrecedentView]
    questions: list[Numbered]
    waiver: str
    note: str
    verified: str


def finding_view(finding: Finding, ctx: Context, numbers: dict[tuple[str, str], Numbered]) -> FindingView:
    """Return one finding with everything that a reader needs to check it and to act on it."""
    run, told, word = ctx.run, ctx.told, ctx.word
    rule = run.rules[finding.rule]
    board = run.audience == "board"
    basis = basis_word(finding, ctx)
    return FindingView(
        anchor=ctx.anchor(finding), identity=finding.identity, pack=told.passage("packs", rule.pack, "title", rule.pack), title=ctx.title(rule.id),
        subject=ctx.name(finding.subject), verdict=finding.verdict, verdict_word=word(f"verdict_{finding.verdict}"),
        severity=finding.severity_most, severity_word=severity_text(finding, ctx),
        standing="alleged" if basis == "mixed" else finding.standing, standing_word=word(f"standing_{basis}"), timing=finding.timing,
        lead=word(f"lead_{basis}") if basis != "plain" else "",
        message=message_of(finding, ctx), basis=basis_of(finding, ctx), contested=word("contested") if finding.contested else "",
        summary=told.passage("rules", rule.id, "summary"), why_grave="" if board else why_grave(finding, ctx),
        reasons=[] if board else reasons_of(finding, ctx), cites=[ctx.cite(cite) for cite in rule.cite],
        status_word=word(f"status_{status_on(rule.status, upcoming=finding.timing == 'upcoming')}"),
        confidence_word=word(f"confidence_{rule.confidence}"),
        doubt=word("doubtful_source") if rule.confidence in _DOUBTFUL else "",
        deadline=deadline_text(finding, ctx),
        consequences=[told.passage("consequences", name, "title", name) for name in rule.consequences],
        money=[amount_text(item, ctx) for item in ctx.assessment.exposures if finding.identity in item.findings and item.amount],
        owner_word=word(f"owner_{rule.owner}"), effort_word=word(f"effort_{rule.effort}"), remedy=told.passage("rules", rule.id, "remedy"),
        after=after_text(frozenset({finding.identity}), ctx),
        precedents=[] if board else precedents_of(rule, ctx, 3 if finding.severity_most == "critical" else 1),
        questions=[numbers[place] for place in finding.open_facts if place in numbers], waiver=waiver_text(finding, ctx),
        note="" if board else told.passage("rules", rule.id, "note") or told.passage("rules", rule.id, "confidence_note"),
        verified=word("verified_on", day=word.day(rule.last_verified)),
    )  # fmt: skip


def message_of(finding: Finding, ctx: Context) -> str:
    """Return a rule's message about a subject, in the page's language or marked as English."""
    text = ctx.told.passage("rules", finding.rule, "message")
    if isinstance(text, Passage):
        english = ctx.run.texts(text.lang)
        return Passage(clean(fill(str(text), finding, ctx.run, text.lang, english)), text.lang)
    return clean(fill(text, finding, ctx.run, ctx.language, ctx.told))


def why_grave(finding: Finding, ctx: Context) -> str:
    """Return why a finding is as grave as it is: the rule's reason and, where a step set the severity, that step's own."""
    reason = ctx.told.passage("rules", finding.rule, "severity_reason")
    steps = finding.trace.severity if finding.trace is not None and finding.severity == finding.severity_most else ()
    truths = [step.truth for step in steps]
    first = truths.index(True) if True in truths else -1
    told = ctx.told.get("rules", finding.rule, "severity_when")
    if first < 0 or None in truths[:first] or isinstance(reason, Passage) or not isinstance(told, (list, tuple)) or first >= len(told):
        return reason
    return f"{reason}{ctx.word('gap')}{told[first]}"


def severity_text(finding: Finding, ctx: Context) -> str:
    """Return the severity as a word, or as two where open facts decide between them."""
    least, most = ctx.word(f"severity_{finding.severity}"), ctx.word(f"severity_{finding.severity_most}")
    return least if finding.severity == finding.severity_most else ctx.word("from_to", least=least, most=most)


def deadline_text(finding: Finding, ctx: Context) -> str:
    """Return since when, or from when on, a rule binds."""
    word, day = ctx.word, finding.applies_from
    if day is None:
        return word("binds_now")
    if finding.timing == "upcoming":
        return word("binds_from", day=word.day(day), days=(day - ctx.as_of).days)
    return word("binds_unsettled" if finding.timing == "unsettled" else "binds_since", day=word.day(day))


def after_text(gone: frozenset[str], ctx: Context) -> str:
    """Return the score as it would be with some findings met."""
    return interval_text(*ctx.remedied(gone), ctx)


def interval_text(least: float, most: float, ctx: Context) -> str:
    """Return an interval in whole points."""
    low, high = ctx.word.score(least), ctx.word.score(most)
    return low if low == high else f"{low}–{high}"


def standings_text(findings: list[Finding], ctx: Context) -> str:
    """Return the standing that several findings of one rule share; what holds of one subject is not said of another."""
    bases = list(dict.fromkeys(basis_word(finding, ctx) for finding in findings))
    if len(bases) > 1 and {"alleged", "mixed"} & set(bases) and {"plain", "mixed"} & set(bases):
        return ctx.word("standing_mixed")
    return ctx.word.listed([ctx.word(f"standing_{basis}") for basis in bases])


def basis_word(finding: Finding, ctx: Context) -> str:
    """Return the standing, or ``mixed``: the verdict is plain fact, its worse severity rests on allegations."""
    if finding.standing == "plain" and finding.severity != finding.severity_most and finding.trace is not None:
        steps = _steps(finding)
        if any(claim.standing == "alleged" for step in steps for claim in ctx.claims.get((step.subject, step.fact), ())):
            return "mixed"
    return finding.standing


def basis_of(finding: Finding, ctx: Context) -> list[str]:
    """Return who says what an alleged or inferred finding rests on, one sentence for each source."""
    if basis_word(finding, ctx) == "plain":
        return []
    found: dict[tuple[str, str], Evidence] = {}
    for step in _steps(finding):
        if not ctx.written(step.subject, step.fact):
            for evidence in ctx.claims.get((step.subject, step.fact), ()):
                found.setdefault((evidence.standing, evidence.dispute or evidence.source), evidence)
    return [claim_text(evidence, ctx) for _, evidence in sorted(found.items(), key=lambda item: item[0][0])]


def claim_text(evidence: Evidence, ctx: Context) -> str:
    """Return one claim with who makes it; an allegation always says that no court has found it."""
    word = ctx.word
    source = clean(evidence.source, 400)
    if evidence.dated:
        source = word("source_dated", source=source, day=word.day(evidence.dated))
    if evidence.standing == "inferred":
        return word("claim_inferred", source=source)
    if not evidence.dispute:
        return word("claim_alleged", source=source)
    dispute = (ctx.profile.subjects.get("dispute") or {}).get(evidence.dispute)
    who = clean(str(dispute.facts.get("claimants", "")), 2 * NAME) if dispute else ""
    return word("claim_in_suit" if who else "claim_in_matter", who=who, dispute=ctx.name(f"disputes/{evidence.dispute}"), source=source)


def _steps(finding: Finding) -> list[Step]:
    found: list[Step] = []
    if finding.trace is None:
        return found
    stack = [finding.trace.applies, finding.trace.test, *finding.trace.unless]
    while stack:
        step = stack.pop(0)
        if step.label == "fact":
            found.append(step)
        stack = [*step.children, *stack]
    return found


def reasons_of(finding: Finding, ctx: Context) -> list[Reason]:
    """Return the decisive steps in words, as deep as the audience asks (for counsel, deepest where the matter is gravest)."""
    if finding.trace is None:
        return []
    word = ctx.word
    depth = _DEPTH[ctx.run.audience]
    if ctx.run.audience == "counsel" and finding.severity_most not in ("critical", "high"):
        depth -= 1
    found: list[Reason] = []
    for item in reasons(finding.trace, ctx.profile, word, ctx.told, depth=depth):
        truth = {True: "yes", False: "no", None: "open"}[item["truth"]]
        claims = ctx.claims.get((item["subject"], item["fact"]), ())
        standing = ""
        if claims and not ctx.written(item["subject"], item["fact"]):
            standing = "alleged" if any(claim.standing == "alleged" for claim in claims) else "inferred"
        own = f"{ctx.name(finding.subject)}{word('colon')}"
        text = item["text"].removeprefix(own) if item["subject"] == finding.subject else item["text"]
        found.append(Reason(
            item["level"], item["part"], truth, clean(text, 600), word(f"standing_{standing}") if standing else "",
            f"{item['subject']} {item['fact']}" if ctx.run.audience == "engineer" else "", word(f"truth_{truth}"),
        ))  # fmt: skip
    return list(dict.fromkeys(found))


def waiver_text(finding: Finding, ctx: Context) -> str:
    """Return who accepted a finding, why and until when; empty where nobody did."""
    waiver = (getattr(ctx.run, "waivers", None) or {}).get(finding.identity)
    if waiver is None:
        return ""
    return ctx.word("waived_by", owner=clean(str(waiver.owner), NAME), reason=clean(str(waiver.reason), 400), day=ctx.word.day(waiver.expires))


class OpenRule(Record):
    """A rule that open facts keep undecided, the anchors of its findings, the first questions that decide and how many more."""

    title: str
    cite: str
    when: str
    anchors: list[str]
    questions: list[Numbered]
    more: int
    asked: str


class OpenGroup(Record):
    """Undecided rules of one severity on the same subjects."""

    severity: str
    severity_word: str
    subjects: str
    rules: list[OpenRule]


_DECIDING = 2


def open_groups(ctx: Context, pack: str, numbers: dict[tuple[str, str], Numbered]) -> list[OpenGroup]:
    """Return the undecided rules of a pack by the worst severity they may have; those in force before those to come."""
    groups: dict[tuple[int, str], list[tuple[bool, str, OpenRule]]] = {}
    asked = {fact: question.number for (_, fact), question in numbers.items()}
    by_number = {question.number: question for question in numbers.values()}
    for rule, findings in ctx.open_by_pack.get(pack, {}).items():
        worst, later, day = len(SEVERITIES), True, None
        facts: set[str] = set()
        subjects: list[str] = []
        for finding in findings:  # one pass: four hundred rules stand here
            worst = min(worst, SEVERITIES.index(finding.severity_most))
            later = later and finding.timing == "upcoming"
            if later and finding.applies_from is not None and (day is None or finding.applies_from < day):
                day = finding.applies_from
            facts.update(map(_fact, finding.open_facts))
            subjects.append(finding.subject)
        deciding = sorted([asked[fact] for fact in facts if fact in asked])
        more = max(len(deciding) - _DECIDING, 0)
        first = [by_number[number] for number in deciding[:_DECIDING]]
        cites = ctx.run.rules[rule].cite
        groups.setdefault((worst, ctx.names(subjects)), []).append((later, rule, OpenRule(
            title=ctx.title(rule), cite=ctx.cited(cites[0]) if cites else "", when=ctx.word.day(day) if later else "",
            anchors=ctx.anchors(rule, subjects), questions=first, more=more,
            asked=" ".join([question.short for question in first]) + (f" +{more}" if more else ""),
        )))  # fmt: skip
    return [
        OpenGroup(
            severity=SEVERITIES[level], severity_word=ctx.word(f"severity_{SEVERITIES[level]}"), subjects=names,
            rules=[item for _, _, item in sorted(rules, key=_in_force_first)],
        )
        for (level, names), rules in sorted(groups.items(), key=lambda item: item[0][0])
    ]  # fmt: skip


_fact, _in_force_first = itemgetter(1), itemgetter(0, 1)
