"""What stands in the sheets of a workbook: columns and rows, from the view and the assessment behind it."""

from __future__ import annotations

from riskcheck.report.office.workbook import Column, Link, Tinted
from riskcheck.report.parts.questions import questions_view

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from riskcheck.report.parts.context import Context
    from riskcheck.report.view import View
    from riskcheck.report.words import Words

    Sheet = tuple[list[Column], list[list[Any]]]

_DAY, _WHOLE, _POINTS, _MONEY = "yyyy-mm-dd", "0", "0.0", "#,##0.##"


def _findings(told: View, ctx: Context, word: Words) -> Sheet:
    columns = [
        Column(word("number"), 6, _WHOLE), Column(word("severity_worst"), 11), Column(word("severity_mildest"), 11), Column(word("verdict"), 11),
        Column(word("standing"), 14), Column(word("timing"), 11), Column(word("rule_set"), 18), Column(word("finding"), 34),
        Column(word("subject"), 24),
        Column(word("message"), 60), Column(word("law"), 28), Column(word("link"), 30), Column(word("status"), 12), Column(word("confidence"), 18),
        Column(word("binds_date"), 12, _DAY), Column(word("consequence"), 44), Column(word("owner"), 16), Column(word("effort"), 12),
        Column(word("next_step"), 60),
        Column(word("after_remedy"), 12), Column(word("open_questions"), 16), Column(word("waived"), 24), Column(word("identity"), 44),
    ]  # fmt: skip
    rows: list[list[Any]] = []
    by_id = {finding.identity: finding for finding in ctx.adverse}
    for number, item in enumerate([*told.flags, *told.high, *told.rest], 1):
        finding = by_id[item.identity]
        joiner = word("list_joiner")
        rows.append([
            number, Tinted(word(f"severity_{item.severity}"), item.severity), Tinted(word(f"severity_{finding.severity}"), finding.severity),
            item.verdict_word,
            item.standing_word, word(f"timing_{item.timing}"), item.pack, item.title, item.subject,
            f"{item.lead}{word('gap') if item.lead else ''}{item.message}", joiner.join(text for text, _ in item.cites),
            next((Link(url) for _, url in item.cites if url), None), item.status_word, item.confidence_word, finding.applies_from,
            joiner.join([*item.money, *item.consequences]) or None, item.owner_word, item.effort_word, item.remedy, item.after,
            word("comma").join(question.short for question in item.questions) or None, item.waiver or None, item.identity,
        ])  # fmt: skip
    return columns, rows


def _questions(_told: View, ctx: Context, word: Words) -> Sheet:
    columns = [
        Column(word("number"), 6, _WHOLE), Column(word("csv_question"), 70), Column(word("subject"), 28), Column(word("answered_by"), 20),
        Column(word("points"), 9, _POINTS),
        Column(word("rules_waiting"), 11, _WHOLE), Column(word("csv_answer"), 36), Column(word("csv_source"), 36), Column(word("csv_fact"), 44),
    ]  # fmt: skip
    rows: list[list[Any]] = []
    for item in questions_view(ctx)[0]:
        for path in dict.fromkeys(item.paths):
            place = f"{path}/{item.fact.partition('.')[2]}"
            rows.append([item.number, item.text, ctx.name(path), item.answered_by, round(item.width, 1), item.rules, None, None, place])
    return columns, rows


def _evidence(told: View, _ctx: Context, word: Words) -> Sheet:
    columns = [
        Column(word("subject"), 24), Column(word("csv_question"), 56), Column(word("csv_answer"), 36), Column(word("standing"), 18),
        Column(word("source"), 50),
        Column(word("day_of_source"), 12, _DAY), Column(word("open_source"), 30), Column(word("remark"), 50), Column(word("path"), 40),
    ]  # fmt: skip
    rows: list[list[Any]] = [
        [subject, question, answer, item.standing_word, item.source, item.dated, Link(item.url) if item.url else None, item.note or None, path]
        for item in told.evidence for subject, question, answer, path in item.facts
    ]  # fmt: skip
    return columns, rows


def _plan(told: View, ctx: Context, word: Words) -> Sheet:
    columns = [
        Column(word("step_number"), 7, _WHOLE), Column(word("severity_worst"), 11), Column(word("action"), 70), Column(word("closes"), 36),
        Column(word("subject"), 30),
        Column(word("owner"), 18), Column(word("effort"), 14), Column(word("deadline"), 30), Column(word("binds_date"), 12, _DAY),
        Column(word("alone"), 12),
        Column(word("after_step"), 14),
    ]  # fmt: skip
    days = {ctx.anchor(finding): finding.applies_from for finding in ctx.adverse}
    rows: list[list[Any]] = [
        [
            step.number, Tinted(word(f"severity_{step.severity}"), step.severity), step.action, step.title, step.subjects, step.owner_word,
            step.effort_word, step.deadline,
            days.get(step.anchor), step.alone, step.after,
        ]
        for step in told.plan
    ]  # fmt: skip
    return columns, rows


def _money(told: View, ctx: Context, word: Words) -> Sheet:
    columns = [
        Column(word("kind"), 22), Column(word("item"), 36), Column(word("subject"), 26), Column(word("at_least"), 16, _MONEY),
        Column(word("at_most"), 16, _MONEY),
        Column(word("currency"), 9), Column(word("amount_words"), 30), Column(word("standing"), 14), Column(word("timing"), 12),
        Column(word("formula"), 44),
        Column(word("missing_for_amount"), 36), Column(word("set_against"), 28), Column(word("behind"), 44),
    ]  # fmt: skip
    joiner = word("list_joiner")
    rows: list[list[Any]] = []
    for _, title, _, items in told.money.kinds:
        for item in items:
            bounds = item.bounds
            rows.append([
                title, item.title, item.subject, bounds.least if bounds else None, bounds.most if bounds else None,
                bounds.currency if bounds else None, item.amount,
                item.standing_word, word(f"timing_{item.timing}"), joiner.join(f"{name}{word('colon')}{value}" for name,
                    value in item.formula) or None,
                joiner.join(item.missing) or None, joiner.join(item.compared) or None, joiner.join(text for _, text in item.findings) or None,
            ])  # fmt: skip
    simulation = ctx.assessment.simulation
    if simulation is not None and told.simulation is not None:
        for name, text in (("p10", "percentile_p10"), ("p50", "percentile_p50"), ("p90", "percentile_p90")):
            amount = getattr(simulation, name)
            rows.append([
                word("sec_simulation"), word(text), told.company, amount, amount, simulation.currency, word.money(amount, simulation.currency),
                None, None,
                told.simulation.note, None, None, None,
            ])  # fmt: skip
    return columns, rows


def _about(told: View, ctx: Context, word: Words) -> Sheet:
    columns = [Column(word("item"), 34), Column(word("detail"), 110)]
    score = ctx.assessment.score
    rows: list[list[Any]] = [[word("subject"), told.company], [word("score_least"), round(score.least, 1)],
        [word("score_most"), round(score.most, 1)]]
    rows += [[name, value] for name, value in [*told.cover, *told.provenance.rows[2:], (word("command"), told.provenance.command)]]
    rows += [[word("sec_limits"), word(key)] for key in ("limit_advice", "limit_profile", "limit_allegation", "limit_money", "limit_law")]
    if told.hidden:
        rows.append([word("sec_limits"), told.hidden])
    if told.missing:
        rows.append([word("sec_limits"), word("untranslated_note", count=len(told.missing))])
    return columns, rows


SHEETS: dict[str, Callable[[View, Context, Words], Sheet]] = {
    "findings": _findings, "questions": _questions, "evidence": _evidence, "plan": _plan, "money": _money, "about": _about,
}
"""What fills a sheet, by its name, in the order of the sheets."""
