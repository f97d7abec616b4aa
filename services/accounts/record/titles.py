"""Titles held on a day with their limits, honours with whether they count, examinations (二（五）5, 一（四）1, 一（五）4)."""

from services.accounts.contract.records import HeldHonour, HeldTitle, PassedExamination
from services.accounts.record.bodies import Examination, Honour, PresentTitle
from services.accounts.record.policy import HonourRule
from services.accounts.record.view import Told, View


def held(view: View) -> list[HeldTitle]:
    """Titles obtained by the day, newest first."""
    found = [_title(view, told, body) for told, body in view.of(PresentTitle)]
    return sorted(found, key=lambda each: (each.obtained_on, each.record_id), reverse=True)


def _title(view: View, told: Told, body: PresentTitle) -> HeldTitle:
    limits = sorted(set(body.limits))
    return HeldTitle(
        record_id=told.id,
        certificate_number=body.certificate_number,
        series=body.series,
        specialty=body.specialty,
        title_level=body.title_level,
        title_name=body.title_name,
        obtained_on=body.obtained_on,
        limits=limits,
        confirmed=told.confirmed,
        basis=[view.articles[view.rules.title_limits[each]] for each in limits],
    )


def honours(view: View) -> list[HeldHonour]:
    """Honours awarded by the day, newest first; one the policy no longer names is left out."""
    found = [
        _honour(view, told, body, rule)
        for told, body in view.of(Honour)
        if (rule := view.rules.honour(body.honour))
    ]
    return sorted(found, key=lambda each: (each.awarded_on, each.record_id), reverse=True)


def _honour(view: View, told: Told, body: Honour, rule: HonourRule) -> HeldHonour:
    articles = [rule.article, *([rule.contest.article] if rule.contest else [])]
    contest = body.contest
    return HeldHonour(
        record_id=told.id,
        honour=body.honour,
        level=rule.level,
        awarded_on=body.awarded_on,
        place=contest.place if contest else None,
        role=contest.role if contest else None,
        counts=contest is None or (contest.on_record and contest.administrative_organiser),
        confirmed=told.confirmed,
        basis=[view.articles[key] for key in articles],
    )


def examinations(view: View) -> list[PassedExamination]:
    """Marks of examinations that are good on the day, newest first (三（六）1)."""
    found = [
        PassedExamination(
            record_id=told.id,
            series=body.series,
            title_level=body.title_level,
            mark=body.mark,
            held_on=body.held_on,
            confirmed=told.confirmed,
        )
        for told, body in view.of(Examination)
        if body.until is None or body.until >= view.on
    ]
    return sorted(found, key=lambda each: (each.held_on, each.record_id), reverse=True)
