"""Merging an organisation into another of its kind: all that stood at it goes over, or nothing does."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import OrganisationMerged, PersonKind
from services.accounts.employment.model import EmployerChange
from services.accounts.employment.states import LIVE
from services.accounts.installation import Desk
from services.accounts.intake.model import Intake
from services.accounts.intake.states import State as Importing
from services.accounts.organisation import closure, relining
from services.accounts.organisation.errors import CannotTakeOver
from services.accounts.organisation.life import (
    Change,
    changed,
    facts_of,
    judged_below,
    line_of,
    other_of,
    seen_as_other,
    take,
)
from services.accounts.organisation.model import Organisation
from services.accounts.organisation.states import Action, State
from services.accounts.organisation.steps import STEPS
from services.accounts.person.model import Person
from services.accounts.policy import Policy
from services.kit import audit, transition
from services.kit.errors import Basis, Finding, Refusal
from services.kit.ids import new_id
from services.kit.steps import Move, decide


@closure.alone
async def merge(tx: AsyncSession, desk: Desk, change: Change, into_id: UUID) -> tuple[Basis, ...]:
    """Let an organisation go into another one below the same superior, with its organisations, people and seats.

    Its code and names stay known and lead to the other. The rules ask of whatever goes over whether the other could
    have created it; whatever was closed goes along unasked, and is asked when it is reopened.

    Raises:
        OrganisationNotFound, RoleMissing, ActionNotAvailable, StaleVersion: see `life.changed`.
        RulesBroken: it is the root, or the other is itself, of another kind, elsewhere, or not in use.
        CannotTakeOver: what stands there cannot go over; each kind of it is named once.
    """
    row = await changed(tx, desk, change)
    into = await other_of(tx, into_id, "into_id")
    facts = replace(facts_of(row), other=seen_as_other(into))
    decision = decide(STEPS, facts, Action.MERGE, change.actor, desk.policy.articles, version=change.version)
    own = list(await tx.scalars(select(Organisation).where(Organisation.parent_id == row.id)))
    await _refuse_misfits(tx, desk.policy, row, into, own)
    event = OrganisationMerged(
        organisation_id=row.id,
        name=row.name,
        into_id=into.id,
        into_name=into.name,
        lineage_before=row.lineage,
        lineage=into.lineage,
        line=await line_of(tx, into.lineage),
    )
    await take(tx, desk, change, decision, event, {"successor_id": into.id, "single_key": None})
    await relining.reline(tx, row.id, into.lineage)
    await relining.reline_people(tx, row.id, into.lineage)
    await relining.hand_over(tx, row.id, into.id)
    await _tell_of(tx, desk, change, decision, own)
    return decision.basis


async def _refuse_misfits(
    tx: AsyncSession, policy: Policy, row: Organisation, into: Organisation, own: list[Organisation]
) -> None:
    found = [
        *_organisations_unfit(policy, into, own),
        *await _people_unfit(tx, policy, row, into),
        *await _under_way(tx, policy, row, into),
    ]
    if found:
        raise CannotTakeOver(
            name=into.name,
            reasons_zh="；".join(each.zh for each in found),
            reasons_en=" ".join(each.en for each in found),
            field="into_id",
            findings=found,
            basis=list(dict.fromkeys(basis for each in found for basis in each.basis)),
        )


def _organisations_unfit(policy: Policy, into: Organisation, own: list[Organisation]) -> Iterator[Finding]:
    """One finding for each sort of organisation that the other could not have created."""
    told: set[tuple[str | None, ...]] = set()
    for each in own:
        sort = (each.kind, each.level, each.nature, each.industry, each.region_code)
        if each.state != State.ACTIVE or sort in told:
            continue
        told.add(sort)
        try:
            judged_below(policy, each, into)
        except Refusal as refusal:
            zh, en = refusal.zh.format(**refusal.params), refusal.en.format(**refusal.params)
            yield Finding(
                refusal.code, f"“{each.name}”：{zh}", f"{each.name}: {en}", "into_id", refusal.basis
            )


async def _people_unfit(
    tx: AsyncSession, policy: Policy, row: Organisation, into: Organisation
) -> list[Finding]:
    """One finding for each kind of people that the other does not have; nobody is named."""
    kinds = select(Person.kind).where(Person.employer_id == row.id).distinct().order_by(Person.kind)
    rules = [policy.people.kinds[PersonKind(kind)] for kind in await tx.scalars(kinds)]
    unfit = [
        rule
        for rule in rules
        if (
            (rule.creator.kind, rule.creator.level) != (into.kind, into.level)
            if rule.creator
            else into.nature not in rule.natures
        )
    ]
    return [
        Finding(
            "PEOPLE_OF_ANOTHER_KIND",
            f"“{into.name}”没有{rule.zh}",
            f"{into.name} has no {rule.en}.",
            "into_id",
            (policy.articles[rule.article],),
        )
        for rule in unfit
    ]


async def _under_way(
    tx: AsyncSession, policy: Policy, row: Organisation, into: Organisation
) -> list[Finding]:
    """What has to end first: an import that is being written, and a change of employer from one to the other."""
    both = (row.id, into.id)
    between = select(EmployerChange.id).where(
        EmployerChange.asker_id.in_(both),
        EmployerChange.employer_id.in_(both),
        EmployerChange.asker_id != EmployerChange.employer_id,
        EmployerChange.state.in_(LIVE),
    )
    applying = select(Intake.id).where(Intake.organisation_id == row.id, Intake.state == Importing.APPLYING)
    found = []
    if await tx.scalar(applying.limit(1)) is not None:
        zh, en = f"“{row.name}”正在批量导入", f"{row.name} is importing."
        found.append(Finding("IMPORT_AT_WORK", zh, en, None, (policy.articles["imports"],)))
    if await tx.scalar(between.limit(1)) is not None:
        zh, en = "两机构之间有在办的用人单位变更", "A change of employer between the two is under way."
        found.append(Finding("CHANGE_BETWEEN", zh, en, None, (policy.articles["labour_relation"],)))
    return found


async def _tell_of(
    tx: AsyncSession, desk: Desk, change: Change, decision: Move, own: list[Organisation]
) -> None:
    """A line of history and of the audit for each organisation that has another superior now."""
    if not own:
        return
    told = {"actor_id": change.actor.id, "actor_name": change.actor.name, "at": desk.moment.instant}
    lines = [
        {
            "id": new_id(),
            "subject_kind": "organisation",
            "subject_id": each.id,
            "action": Action.MOVE,
            "before": each.state,
            "after": each.state,
            "role": decision.seat.role,
            "organisation_id": decision.seat.organisation_id,
            "note": change.reason,
            "basis": [asdict(basis) for basis in decision.basis],
            **told,
        }
        for each in own
    ]
    await tx.execute(insert(transition.history), lines)
    kept = [
        audit.row(
            actor=change.actor,
            action=f"organisation.{Action.MOVE}",
            subject=f"organisation/{each.id}",
            moment=desk.moment,
            organisation_id=decision.seat.organisation_id,
            basis=decision.basis,
            detail={"merged": str(change.organisation_id)},
        )
        for each in own
    ]
    await tx.execute(insert(audit.audit_log), kept)
