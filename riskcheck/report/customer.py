"""The answer to one customer, point by point: what is asked, whether it is met, on which rules and facts, and what would mend it.

Which facts make a demand and which rules answer it stands in the packs (``demands.yaml``). Nothing is judged here: the answers are read
off the findings of this customer, of the flows and systems that serve it, and of the company.
"""

from __future__ import annotations

from riskcheck.model.values import SetValue
from riskcheck.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from typing import Any, Literal, TypeAlias

    from riskcheck.model.finding import Finding, Step
    from riskcheck.model.profile import Evidence, Subject
    from riskcheck.model.values import Truth
    from riskcheck.report.run import Run

Group: TypeAlias = "Literal['contract', 'law']"
Status: TypeAlias = "Literal['met', 'not_met', 'risk', 'later', 'unknown', 'nothing', 'not_judged']"
STATUSES: tuple[Status, ...] = ("not_met", "risk", "unknown", "later", "not_judged", "met", "nothing")
"""How a demand can be answered, the gravest first. ``later``: a rule that is not met begins to bind on a day to come. ``nothing``: no flow
is touched. ``not_judged``: no rule of the packs answers, so a person does."""
GROUPS: tuple[Group, ...] = ("contract", "law")
_VERDICTS = ("breached", "exposed", "unknown", "met", "clear", "exempt")


class Relied(NamedTuple):
    """A fact that an answer rests on, with the evidence that the profile holds for it."""

    subject: str
    fact: str
    value: Any
    evidence: tuple[Evidence, ...]


class Point(NamedTuple):
    """One demand. ``asked`` are its facts with the customer's values, ``unsure`` those that leave open whether it is made at all."""

    id: str
    group: Group
    status: Status
    asked: tuple[tuple[str, tuple[str, ...]], ...]
    unsure: tuple[str, ...]
    findings: tuple[Finding, ...]
    relied: tuple[Relied, ...]
    open: tuple[tuple[str, str], ...]
    begins: date | None


class Answers(NamedTuple):
    """The answer sheet as plain data: points that are asked, and points of which the customer has not said whether it asks them."""

    customer: str
    points: tuple[Point, ...]
    to_ask: tuple[Point, ...]

    def count(self, status: str) -> int:
        """Return how many points have a status."""
        return sum(1 for point in self.points if point.status == status)


class UnknownCustomerError(ValueError):
    """The profile describes no such customer. ``key`` is what was asked, ``known`` the keys that there are."""

    def __init__(self, key: str, known: tuple[str, ...]) -> None:
        from riskcheck.diagnostics import did_you_mean

        self.key, self.known = key, known
        close = did_you_mean(key, known)
        listed = f"the customers are {', '.join(known)}" if known else "the profile describes no customer"
        super().__init__(f"no customer `{key}`: {close or listed}")


def customer_of(run: Run) -> Subject:
    """Return the customer that the run is for. Raises UnknownCustomerError with a suggestion."""
    customers = run.profile.subjects.get("customer") or {}
    if run.customer not in customers:
        raise UnknownCustomerError(run.customer, tuple(customers))
    return customers[run.customer]


def answers(run: Run) -> Answers:
    """Return the answers to the demands of the run's customer. Pure; raises UnknownCustomerError."""
    customer = customer_of(run)
    texts = run.texts("en")
    near = _near(run, customer)
    evidence: dict[tuple[str, str], list[Evidence]] = {}
    for piece in run.profile.evidence:
        evidence.setdefault((piece.path, f"{piece.kind}.{piece.fact}"), []).append(piece)
    points: list[Point] = []
    to_ask: list[Point] = []
    for identity in texts.ids("demands"):
        demand = texts.entry("demands", identity)
        made = {fact: _made(customer, fact, wanted) for fact, wanted in demand["asked"].items()}
        if False in made.values():
            continue
        unsure = tuple(fact for fact, truth in made.items() if truth is None)
        point = _point(identity, demand, customer, near, evidence, run)
        if unsure:
            to_ask.append(point._replace(unsure=unsure))
        else:
            points.append(point)
    points.sort(key=lambda point: GROUPS.index(point.group))
    return Answers(customer.key, tuple(points), tuple(to_ask))


def _near(run: Run, customer: Subject) -> tuple[Finding, ...]:
    """Return the findings on this customer, on the flows and systems that serve it, and on the company."""
    own = customer.path
    flows = {finding.subject.partition("+")[0] for finding in run.assessment.findings if finding.subject.endswith(f"+{own}")}
    systems = {f"systems/{key}" for key in customer.links.get("systems", ())}
    subjects = {"company", own, *flows, *systems, *(f"{flow}+{own}" for flow in flows)}
    return tuple(finding for finding in run.assessment.findings if finding.subject in subjects and finding.verdict != "out_of_scope")


def _made(customer: Subject, fact: str, wanted: bool | str | list[str]) -> Truth:  # noqa: FBT001 (a value of a fact)
    """Tell whether the customer's fact holds what makes the demand; None where the fact is not told."""
    value = customer.facts.get(fact.partition(".")[2])
    options = wanted if isinstance(wanted, list) else [wanted]
    if value is None:
        return None
    if isinstance(value, SetValue):
        if any(option in value.yes for option in options):
            return True
        return False if value.closed or all(option in value.no for option in options) else None
    return any(value == option or _lies_in(value, option) for option in options)


def _lies_in(value: Any, place: bool | str) -> bool:  # noqa: FBT001 (a value of a fact)
    return isinstance(value, str) and isinstance(place, str) and len(place) == 2 and value.startswith(f"{place}-")  # noqa: PLR2004 (ISO 3166)


def _point(  # a demand with all that answers it
    identity: str, demand: dict[str, Any], customer: Subject, near: tuple[Finding, ...], evidence: dict[tuple[str, str], list[Evidence]], run: Run,
) -> Point:  # fmt: skip
    rules = demand["rules"]
    folders = tuple(rule for rule in rules if rule.endswith("/"))
    found = [finding for finding in near if finding.rule in rules or (folders and finding.rule.startswith(folders))]
    found.sort(key=lambda finding: (_VERDICTS.index(finding.verdict), finding.timing == "upcoming"))
    asked = _shown(demand, customer)
    adverse = [finding for finding in found if finding.adverse]
    later = [finding.applies_from for finding in adverse if finding.timing == "upcoming" and finding.applies_from]
    return Point(
        id=identity, group=demand["group"], status=_status(found, judged=bool(rules), whole="flows" not in run.profile.incomplete),
        asked=asked, unsure=(), findings=tuple(found), relied=_relied(found, evidence, run),
        open=tuple(dict.fromkeys(place for finding in found if finding.verdict == "unknown" for place in finding.open_facts)),
        begins=min(later, default=None),
    )  # fmt: skip


def _shown(demand: dict[str, Any], customer: Subject) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what the customer wrote: of a set only the members that make the demand, all of it for facts named in ``shows``."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for fact in demand["shows"] or demand["asked"]:
        value, wanted = customer.facts.get(fact.partition(".")[2]), demand["asked"].get(fact)
        if isinstance(value, SetValue):
            members = (wanted if isinstance(wanted, list) else [wanted]) if wanted else sorted(value.yes)
            found.append((fact, tuple(slug for slug in members if slug in value.yes)))
        elif isinstance(value, str):
            found.append((fact, (value,)))
    return tuple(found)


def _status(found: list[Finding], *, judged: bool, whole: bool) -> Status:
    """Return the answer that findings give together: the worst one that binds today."""
    if not judged:
        return "not_judged"
    today = [finding for finding in found if finding.timing != "upcoming"]
    verdicts = {finding.verdict for finding in today}
    if "breached" in verdicts:
        return "not_met"
    if "exposed" in verdicts:
        return "risk"
    if "unknown" in verdicts or (not found and not whole):
        return "unknown"
    if any(finding.adverse for finding in found):
        return "later"
    return "met" if verdicts & {"met", "clear", "exempt"} else "nothing"


# --- evidence -----------------------------------------------------------------------------------------------------------


def _relied(found: list[Finding], evidence: dict[tuple[str, str], list[Evidence]], run: Run) -> tuple[Relied, ...]:
    """Return the known facts that make rules met, each once. What the customer itself says of its demand needs no evidence."""
    facts = run.program.vocabulary.facts
    places: dict[tuple[str, str], Relied] = {}
    for finding in found:
        if finding.adverse or finding.verdict == "unknown" or finding.trace is None:
            continue
        chosen = finding.trace.unless[finding.exemption] if finding.verdict == "exempt" and finding.exemption is not None else finding.trace.test
        for step in _leaves(chosen):
            fact = facts.get(step.fact)
            if step.value is None or fact is None or fact.kind == "derived" or (step.fact.startswith("customer.") and fact.kind == "input"):
                continue
            place = (step.subject, step.fact)
            places.setdefault(place, Relied(*place, step.value, tuple(evidence.get(place, ()))))
    return tuple(places.values())


def _leaves(step: Step) -> Iterator[Step]:
    """Yield the facts that made a step what it is: of a true `any` the true branches, of a false `all` the first false one."""
    if step.label == "any" and step.truth is True:
        children = [child for child in step.children if child.truth is True]
    elif step.label == "all" and step.truth is False:
        children = [child for child in step.children if child.truth is False][:1]
    else:
        children = list(step.children)
    if not children and step.label == "fact":
        yield step
    for child in children:
        yield from _leaves(child)


# --- JSON ---------------------------------------------------------------------------------------------------------------


def answers_value(run: Run) -> dict[str, Any]:
    """Return the answer sheet in the shape of the contract (`customer_answers` of `riskcheck-result/1`)."""
    found = answers(run)
    return {
        "customer": found.customer, "name": customer_of(run).label, "counts": {status: found.count(status) for status in STATUSES},
        "answers": [_point_value(point, run) for point in found.points],
        "to_ask": [{"id": point.id, "title": _title(point, run), "facts": list(point.unsure)} for point in found.to_ask],
    }  # fmt: skip


def _title(point: Point, run: Run) -> str:
    return str(run.texts().get("demands", point.id, "title"))


def _point_value(point: Point, run: Run) -> dict[str, Any]:
    from riskcheck.report.formats.json_ import value

    texts = run.texts()
    return {
        "id": point.id, "title": _title(point, run), "group": point.group, "status": point.status,
        "begins": point.begins.isoformat() if point.begins else None,
        "asked": [{"fact": fact, "values": list(values)} for fact, values in point.asked],
        "rules": [
            {"rule": f.rule, "subject": f.subject, "verdict": f.verdict, "standing": f.standing, "severity": f.severity, "timing": f.timing}
            for f in point.findings
        ],
        "relied_on": [
            {
                "fact": item.fact, "subject": item.subject, "value": value(item.value),
                "evidence": [
                    {"source": e.source, "standing": e.standing, "dated": e.dated.isoformat() if e.dated else None, "url": e.url or None}
                    for e in item.evidence
                ],
            }
            for item in point.relied
        ],
        "fixes": [
            {"rule": rule.id, "remedy": texts.get("rules", rule.id, "remedy"), "owner": rule.owner, "effort": rule.effort}
            for rule in fixes(point, run)
        ],
        "open": [list(place) for place in point.open],
    }  # fmt: skip


def fixes(point: Point, run: Run) -> list[Any]:
    """Return the rules whose remedies would mend a point, each once, the gravest first."""
    from riskcheck.model.rule import SEVERITIES

    adverse = sorted((f for f in point.findings if f.adverse), key=lambda f: (f.timing == "upcoming", SEVERITIES.index(f.severity_most)))
    return [run.rules[rule] for rule in dict.fromkeys(finding.rule for finding in adverse)]
