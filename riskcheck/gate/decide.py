"""A policy's decision on a comparison: what it refuses, what it can't decide, what it warns of."""

from __future__ import annotations

from decimal import Decimal

from riskcheck.gate.policy import NEVER
from riskcheck.model.change import Change, Decision, Reason
from riskcheck.model.money import convert
from riskcheck.model.parameters import ParameterBook
from riskcheck.model.rule import SEVERITIES
from riskcheck.model.values import Money

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from riskcheck.gate.policy import Policy
    from riskcheck.model.assessment import Assessment
    from riskcheck.model.change import Comparison, WaiverState
    from riskcheck.model.parameters import Parameter
    from riskcheck.model.rule import Severity


def decide(
    policy: Policy, comparison: Comparison, assessment: Assessment, waivers: tuple[WaiverState, ...], parameters: Mapping[str, Parameter],
) -> Decision:  # fmt: skip
    """Return the decision. Waived findings never refuse; a waiver that is over refuses as long as its finding stands."""
    refused = [reason for setting in ("new", "worse", "newly_unknown") if (reason := _changed(setting, policy, comparison)) is not None]
    limit = policy["score_above"]
    if limit is not None and assessment.score.most > limit:
        refused.append(Reason("score_above", f"{limit:g}", policy.source("score_above"), f"{assessment.score.most:g}"))
    money = _money(policy, assessment, parameters)
    refused += [money] if money else []
    refused += _waivers(waivers, policy, ("expired", "malformed", "too_long"))
    if policy["strict_waivers"]:
        refused += [_waiver("unused", item, policy) for item in waivers if item.status == "unused"]
    undecided: list[Reason] = []
    least = policy["coverage_below"]
    if least is not None and assessment.coverage * 100 < least:
        undecided.append(Reason("coverage_below", f"{least:g} %", policy.source("coverage_below"), f"{assessment.coverage * 100:.0f} %"))
    warnings = _waivers(waivers, policy, ("expiring", "proposed"))
    warnings += [_waiver(item.status, item, policy) for item in waivers if item.status in ("expired", "malformed", "too_long") and not item.finding]
    if not policy["strict_waivers"]:
        warnings += [_waiver("unused", item, policy) for item in waivers if item.status == "unused"]
    return Decision(
        outcome="refused" if refused else "undecided" if undecided else "passed", refused=tuple(refused), undecided=tuple(undecided),
        warnings=tuple(warnings), waivers=waivers, policy={name: held.value for name, held in policy.values.items()},
    )  # fmt: skip


def _changed(setting: str, policy: Policy, comparison: Comparison) -> Reason | None:
    threshold = policy[setting]
    if threshold == NEVER:
        return None
    counted = [change for change in comparison.changes if change.kind == setting and _counts(change, policy) and _reaches(change.severity, threshold)]
    if not counted:
        return None
    return Reason(setting, threshold, policy.source(setting), str(len(counted)), tuple(change.identity for change in counted))


def _reaches(severity: Severity, threshold: Severity) -> bool:
    return SEVERITIES.index(severity) <= SEVERITIES.index(threshold)


def _counts(change: Change, policy: Policy) -> bool:
    if change.waived or change.after is None:
        return False
    if change.kind == "newly_unknown":
        # A question that nobody had answered, or that did not arise, is open but was not removed by anyone.
        return change.before is not None and change.before.verdict not in ("out_of_scope", "unknown")
    if change.after.timing == "upcoming" and not policy["count_upcoming"]:
        return False
    return change.after.standing == "plain" or bool(policy["count_alleged"])


def _waivers(waivers: tuple[WaiverState, ...], policy: Policy, states: tuple[str, ...]) -> list[Reason]:
    return [_waiver(item.status, item, policy) for item in waivers if item.status in states and item.finding]


def _waiver(name: str, item: WaiverState, policy: Policy) -> Reason:
    waiver = item.waiver
    return Reason(f"waiver_{name}", waiver.expires_text, f"{waiver.file}:{waiver.line}", str(policy["waiver_days"]), (waiver.identity,))


def _money(policy: Policy, assessment: Assessment, parameters: Mapping[str, Parameter]) -> Reason | None:
    limit: Money | None = policy["exposure_above"]
    if limit is None:
        return None
    book = ParameterBook(parameters, assessment.as_of)
    sums: dict[str, Decimal] = {}
    for item in assessment.exposures:
        if item.amount is None or item.timing == "upcoming":
            continue
        top = item.amount.most if item.amount.most is not None else item.amount.least
        same = convert(Money(top, item.amount.currency), limit.currency, book)
        if same is not None:
            sums[item.basis] = sums.get(item.basis, Decimal(0)) + same.amount
    worst = max(sums.items(), key=lambda pair: pair[1], default=("", Decimal(0)))
    if worst[1] <= limit.amount:
        return None
    return Reason("exposure_above", str(limit), policy.source("exposure_above"), str(Money(worst[1].quantize(Decimal(1)), limit.currency)))
