"""Writing into the staffing ledger: one movement, a reversal, a person's particulars; each under the book's lock."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import OrganisationKind, Role
from services.kit import audit, outbox
from services.kit.auth import Actor
from services.kit.clock import Moment
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.steps import refuse_broken
from services.quota.contract import PostPool, TargetedEmployment, TargetedEmploymentWithdrawn
from services.quota.contract import StaffingCause as Cause
from services.quota.ledger.changes import places_changed
from services.quota.policy import YearPolicy
from services.quota.staffing import people, store
from services.quota.staffing.draft import TERMS, Case, Draft, settled
from services.quota.staffing.effects import entries_of, entries_of_plan, reversed_entries
from services.quota.staffing.errors import (
    AlreadyReversed,
    DepartmentKeepsNone,
    NotTheLatest,
    OnlyInstitutionsKeep,
)
from services.quota.staffing.model import StaffingMovement, StaffMember, staffing_movement
from services.quota.staffing.people import Named
from services.quota.staffing.rules import COMMON, KINDS
from services.quota.staffing.standing import Standing, standing_after
from services.quota.staffing.states import EXITS, FILED, OPENINGS
from services.quota.staffing.store import Recorded, Written


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who keeps a unit's ledger: the caller in the role and place that allow it."""

    actor: Actor
    role: str
    unit_id: UUID
    lineage: tuple[UUID, ...]
    province: str

    def wrote(self, moment: Moment) -> dict[str, Any]:
        """What every movement tells of its writer."""
        return {
            "unit_id": self.unit_id,
            "province": self.province,
            "actor_id": self.actor.id,
            "actor_name": self.actor.named(self.unit_id, self.role),
            "recorded_at": moment.instant,
        }


def keeper_of(actor: Actor, unit_id: UUID, policy: YearPolicy, province: str) -> Keeper:
    """The caller as keeper of the unit's ledger; a nature that the token does not tell is left to reviewers.

    Raises:
        RoleMissing: the caller does not recommend for this unit.
        DepartmentKeepsNone, OnlyInstitutionsKeep: the unit keeps no ledger.
    """
    seat = actor.require(Role.RECOMMENDER, within=(unit_id,))
    unit = seat.organisation
    if unit.kind == OrganisationKind.INTERNAL_DEPARTMENT:
        raise DepartmentKeepsNone(field="unit_id", basis=policy.basis("legal_persons"))
    if unit.nature is not None and unit.nature not in policy.posts.form.natures:
        raise OnlyInstitutionsKeep(field="unit_id", basis=policy.basis(policy.posts.form.article))
    return Keeper(actor, seat.role, unit_id, tuple(node.id for node in seat.lineage), province)


async def record(
    tx: AsyncSession, draft: Draft, named: Named | None, keeper: Keeper, policy: YearPolicy, moment: Moment
) -> UUID:
    """Record one movement; its id.

    Raises:
        MemberNotFound, NameAmbiguous: who it is of is not clear.
        RulesBroken: it does not fit what the ledger knows, or is not whole; every fault is named.
    """
    refuse_broken(draft.cause, COMMON, case_of(draft, Recorded(), policy, moment), policy.articles)
    await store.lock(tx, keeper.unit_id, keeper.lineage, keeper.province)
    if draft.cause is Cause.PLAN_SET:
        written = await _plan(tx, draft, keeper, policy, moment)
    else:
        assert named is not None, "the rules ask for a person"
        member = await people.of_unit(tx, keeper.unit_id, named, keeper.province)
        written = await _of_person(tx, draft, member, keeper, policy, moment)
    await store.add(tx, [written])
    await tell(
        tx,
        written,
        keeper,
        moment,
        policy.basis(*basis_keys(draft.cause, written.movement["pool"], bool(draft.by_examination))),
    )
    if draft.cause is Cause.TRANSFERRED_IN:  # who comes back has not left
        await places_changed(tx, keeper.unit_id, PostPool.GENERAL, policy, moment)
    return UUID(str(written.movement["id"]))


def case_of(draft: Draft, recorded: Recorded, policy: YearPolicy, moment: Moment) -> Case:
    """The facts a person's movement is judged by."""
    return Case(
        draft=draft,
        today=moment.today,
        pool_levels=policy.staffing.pool_levels,
        standing=standing_after(recorded.steps),
        last_on=recorded.last_on,
        begun=any(step.cause not in OPENINGS for step in recorded.steps),
    )


async def _plan(
    tx: AsyncSession, draft: Draft, keeper: Keeper, policy: YearPolicy, moment: Moment
) -> Written:
    """A plan of posts replaces the one before it on its level."""
    before = (await store.plans_of(tx, keeper.unit_id)).get(draft.place)
    case = case_of(draft, Recorded(), policy, moment)
    if before is not None:
        case = replace(case, last_on=before.on_date)
    refuse_broken(draft.cause, COMMON, case, policy.articles)
    return planned(draft, (before.posts or 0) if before else 0, keeper, moment)


def planned(draft: Draft, so_far: int, keeper: Keeper, moment: Moment) -> Written:
    """The movement that sets the approved posts of a level."""
    whole = settled(draft, Standing())
    entries = entries_of_plan(whole.place, whole.posts or 0, so_far)
    return Written({**_told(whole), **keeper.wrote(moment)}, entries, whole.cause)


async def _of_person(
    tx: AsyncSession,
    draft: Draft,
    member: StaffMember,
    keeper: Keeper,
    policy: YearPolicy,
    moment: Moment,
) -> Written:
    """A movement of a person, upon what stands of him or her."""
    recorded = (await store.steps_of(tx, [member.id]))[member.id]
    case = case_of(draft, recorded, policy, moment)
    refuse_broken(draft.cause, COMMON, case, policy.articles)
    refuse_broken(draft.cause, KINDS[draft.cause].person, case, policy.articles)
    return moved(draft, case.standing, member.id, keeper, moment)


def moved(draft: Draft, standing: Standing, member_id: UUID, keeper: Keeper, moment: Moment) -> Written:
    """The movement of a person who stands so before it."""
    whole = settled(draft, standing)
    movement = {**_told(whole), **keeper.wrote(moment), "member_id": member_id}
    if standing.held and whole.cause in {Cause.PROMOTED, Cause.LOWERED}:
        movement["from_level"] = standing.held.place[1]
    return Written(movement, entries_of(whole.step(movement["id"]), standing), whole.cause)


def _told(draft: Draft) -> dict[str, Any]:
    """A new movement as far as its draft tells it; every column is named, so that many are written as one."""
    told = {name: getattr(draft, name) for name in (*TERMS, "cause", "on_date") if name != "member"}
    absent = dict.fromkeys(("member_id", "from_level", "reverses_id"))
    return {**absent, **told, "id": new_id(), "by_examination": bool(draft.by_examination)}


async def reverse(
    tx: AsyncSession,
    movement: StaffingMovement,
    reason: str,
    document: str | None,
    keeper: Keeper,
    policy: YearPolicy,
    moment: Moment,
) -> UUID:
    """Take a movement back: its entries once more with the other sign, on its own date; the reversal's id.

    Raises:
        AlreadyReversed: it was taken back, or is itself a reversal.
        NotTheLatest: later movements rest on it.
    """
    await store.lock(tx, keeper.unit_id, keeper.lineage, keeper.province)
    if movement.reverses_id is not None or await store.reversals_of(tx, [movement.id]):
        raise AlreadyReversed(field="movement_id")
    if await _latest(tx, movement) != movement.id:
        raise NotTheLatest(field="movement_id", basis=policy.basis("staffing_ledger"))
    kept = {column: getattr(movement, column) for column in KEPT}
    values = {
        **dict.fromkeys(staffing_movement.columns.keys()),
        **kept,
        **keeper.wrote(moment),
        "id": new_id(),
        "cause": Cause.REVERSAL,
        "reason": reason,
        "document": document,
        "by_examination": False,
        "reverses_id": movement.id,
    }
    del values["seq"]
    entries = reversed_entries((await store.entries_of(tx, [movement.id]))[movement.id])
    written = Written(values, entries, Cause(movement.cause))
    await store.add(tx, [written])
    await tell(tx, written, keeper, moment, policy.basis("staffing_ledger"))
    if movement.cause in EXITS:  # a place that it opened is there no more
        await places_changed(tx, keeper.unit_id, PostPool.GENERAL, policy, moment)
    return UUID(str(values["id"]))


KEPT = ("member_id", "on_date", "pool", "level", "from_level", "title", "post_grade")
"""What a reversal tells of what it takes back."""


async def _latest(tx: AsyncSession, movement: StaffingMovement) -> UUID | None:
    """The last movement that stands of the same person, or of the same level's plan."""
    if movement.member_id is not None:
        steps = (await store.steps_of(tx, [movement.member_id]))[movement.member_id].steps
        return steps[-1].id if steps else None
    plan = (await store.plans_of(tx, movement.unit_id)).get(store.step_of(movement).place)
    return plan.id if plan else None


async def mend_member(
    tx: AsyncSession, member: StaffMember, named: Named, keeper: Keeper, policy: YearPolicy, moment: Moment
) -> StaffMember:
    """Write a person's name rightly, tie the person to an account.

    Raises:
        PersonTaken, NameAmbiguous: somebody else has it.
    """
    await store.lock(tx, keeper.unit_id, keeper.lineage, keeper.province)
    mended = await people.mend(tx, member, str(named.name), named.person_id)
    await audit.record(
        tx,
        actor=keeper.actor,
        action="staff_member.MEND",
        subject=f"staff_member/{member.id}",
        moment=moment,
        organisation_id=keeper.unit_id,
        basis=policy.basis("staffing_ledger"),
        role=keeper.role,
    )
    return mended


async def tell(
    tx: AsyncSession, written: Written, keeper: Keeper, moment: Moment, basis: list[Basis]
) -> None:
    """Audit a movement; the province is told who comes onto a targeted post, and when that is taken back (一（四）1)."""
    movement = written.movement
    await audit.record(
        tx,
        actor=keeper.actor,
        action=f"staffing_movement.{movement['cause']}",
        subject=f"staffing_movement/{movement['id']}",
        moment=moment,
        organisation_id=keeper.unit_id,
        basis=basis,
        detail={name: movement[name] for name in ("pool", "level", "posts") if movement[name] is not None},
        role=keeper.role,
    )
    if movement["pool"] == PostPool.TARGETED and written.cause in FILED:
        member = (await store.members_by_id(tx, [movement["member_id"]]))[movement["member_id"]]
        await outbox.publish(tx, _filed(movement, member, keeper), moment)


def _filed(
    movement: Mapping[str, Any], member: StaffMember, keeper: Keeper
) -> TargetedEmployment | TargetedEmploymentWithdrawn:
    """What the province is told: an employment, or that the one it was told of is taken back."""
    told = {
        "unit_id": keeper.unit_id,
        "province_id": keeper.lineage[0],
        "person_name": member.name,
        "level": movement["level"],
        "employed_on": movement["on_date"],
    }
    if movement["reverses_id"] is None:
        return TargetedEmployment(movement_id=movement["id"], **told)
    former = {"movement_id": movement["reverses_id"], "reversal_id": movement["id"]}
    return TargetedEmploymentWithdrawn(**former, **told, reason=movement["reason"])


def basis_keys(cause: str, pool: str, by_examination: bool) -> tuple[str, ...]:
    """The articles that a movement rests on."""
    if cause in EXITS:
        return ("exits_proof", "exits_window")
    if by_examination or cause == Cause.POST_DECISION:
        return ("staffing_ledger", "exam_post")
    if pool == PostPool.TARGETED and cause in FILED:
        return ("staffing_ledger", "targeted_filed")
    return ("staffing_ledger",)
