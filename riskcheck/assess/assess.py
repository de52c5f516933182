"""The whole assessment of one company."""

from __future__ import annotations

from riskcheck.assess.money import exposures
from riskcheck.assess.questions import rank_questions
from riskcheck.assess.score import NOTHING, calculate, coverage, pack_score, shared_out, weigh
from riskcheck.evaluator.evaluate import Evaluator
from riskcheck.model.assessment import Assessment, Classified, Deadline, Interval
from riskcheck.records import maker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date
    from typing import Any

    from riskcheck.assess.simulate import Simulation
    from riskcheck.evaluator.evaluate import Judged, Traces
    from riskcheck.evaluator.world import World
    from riskcheck.model.assessment import Exposure
    from riskcheck.model.finding import Finding
    from riskcheck.model.profile import Profile
    from riskcheck.model.program import Program


def assess(
    program: Program, profile: Profile, as_of: date, *, include_proposed: bool = False, traces: Traces = "adverse",
    evaluator: Evaluator | None = None, simulated: bool = True,
) -> Assessment:  # fmt: skip
    """Return the assessment of a profile at a date. Pure: no clock, no files; the same inputs give the same value.

    ``simulated`` off leaves out the simulation of suits, for callers that do not show it.
    """
    runner = evaluator or Evaluator(program, as_of, include_proposed=include_proposed, assumptions=dict(profile.assumptions))
    judged = runner.judge(profile, traces=traces)
    findings = judged.findings
    scoring = program.scoring
    by_pack: dict[str, list[Finding]] = {pack: [] for pack in program.packs}
    for finding in findings:
        by_pack[finding.pack].append(finding)
    weighed = weigh(findings, as_of)
    least = calculate([one.sure for one in weighed if one.sure], scoring)
    most = calculate([one.possible for one in weighed if one.possible], scoring)
    pack_of = {finding.identity: finding.pack for finding in findings}
    least_of, most_of = (shared_out(end, pack_of, scoring) for end in (least, most))
    score = Interval(least.score, most.score)
    stakes = exposures(runner, judged)
    return Assessment(
        as_of=as_of, company=profile.company.label, score=score, least=least, most=most, coverage=coverage(findings),
        packs=tuple(pack_score(pack, found, least_of.get(pack, NOTHING), most_of.get(pack, NOTHING)) for pack, found in by_pack.items()),
        findings=findings,
        questions=rank_questions(weighed, score, scoring, program.vocabulary),
        exposures=stakes,
        simulation=_simulation(runner, judged, stakes) if simulated else None,
        calendar=_calendar(findings, program),
        classification=_classification(runner, judged.full, judged.plain, program),
        provenance=_provenance(program, profile, include_proposed),
    )  # fmt: skip


def _simulation(runner: Evaluator, judged: Judged, stakes: tuple[Exposure, ...]) -> Simulation | None:
    from riskcheck.assess.simulate import scenarios, simulate

    return simulate(scenarios(stakes, runner.program.money, runner.book), stakes, judged.plain.company, runner.book)


def _calendar(findings: tuple[Finding, ...], program: Program) -> tuple[Deadline, ...]:
    """Return the days on which rules that apply or may apply begin to bind, in order of days."""
    status = {rule.id: rule.status for rule in program.rules}
    deadline = maker(Deadline)
    found = [
        deadline((finding.applies_from, finding.rule, finding.subject, finding.verdict, status[finding.rule]))
        for finding in findings
        if finding.applies_from is not None and finding.verdict not in ("out_of_scope", "exempt")
    ]
    return tuple(sorted(found))


def _classification(runner: Evaluator, world: World, plain: World, program: Program) -> tuple[Classified, ...]:
    found: list[Classified] = []
    for info in program.packs.values():
        for kind, facts in info.classification.items():
            for key, subject in world.subjects[kind].items():
                written = plain.subjects[kind][key]
                for fact in facts:
                    short = fact.partition(".")[2]
                    value = subject.get(short)
                    opened = () if value is not None else runner.sources.open_behind(subject, fact)
                    found.append(Classified(subject.path, fact, value, opened, written.get(short) == value))
    return tuple(found)


def _provenance(program: Program, profile: Profile, include_proposed: bool) -> dict[str, Any]:  # noqa: FBT001 (one private caller)
    return {
        "profile": {"file": profile.file, "sha256": profile.digest},
        "packs": {pack: {"version": info.version, "last_verified": info.last_verified.isoformat()} for pack, info in program.packs.items()},
        "rules": {"sha256": program.digest},
        "include_proposed": include_proposed,
        "assumptions": {name: str(value) for name, value in sorted(profile.assumptions.items())},
    }
