"""Acts on a form that also touch the ledger and the reservations: filing, filling in, taking a step."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import OrganisationKind, Role
from services.kit import audit, transition
from services.kit.auth import Actor, Seat
from services.kit.clock import Moment
from services.kit.errors import Basis
from services.kit.steps import Move, decide
from services.quota.annual_form import ledgered, store
from services.quota.annual_form.errors import (
    DepartmentCannotFile,
    FormOpen,
    NoHrssAbove,
    OnlyInstitutionsFile,
)
from services.quota.annual_form.model import AnnualForm, annual_form
from services.quota.annual_form.rules import CellReason, FormCase, Table
from services.quota.annual_form.states import OPEN, Action, FormState
from services.quota.annual_form.steps import STEPS
from services.quota.contract import AnnualFormMoved, PostPool
from services.quota.ledger import store as ledger
from services.quota.ledger.changes import places_changed
from services.quota.ledger.rules import Shortfall, shortfalls
from services.quota.policy import YearPolicy
from services.quota.system import SYSTEM

ARTICLES = ("form_flow", "form_required", "form_cells", "derived_cells", "legal_persons")
"""The articles this module names itself."""


async def file(
    tx: AsyncSession,
    unit_id: UUID,
    table: Table | None,
    policy: YearPolicy,
    actor: Actor,
    moment: Moment,
    *,
    province: str,
) -> AnnualForm:
    """Begin the unit's form of the policy's year; after an approved one, its next version.

    Raises:
        RoleMissing: the caller does not recommend for this unit.
        DepartmentCannotFile, OnlyInstitutionsFile, NoHrssAbove: the unit files no form.
        RulesBroken, FiguresMissing: see `ledgered.columns_for`.
        FormOpen: one is on its way.
    """
    seat = actor.require(Role.RECOMMENDER, within=(unit_id,))
    _refuse_unfit(seat, policy)
    columns = await ledgered.columns_for(tx, unit_id, table, policy, moment)
    former = await store.newest(tx, unit_id, policy.year)
    if former is not None and former.state in OPEN:
        raise FormOpen(year=policy.year, field="unit_id", basis=policy.basis("form_flow"))
    form = await store.add(tx, {"province": province, **_beginning(seat, former, policy)})
    await store.fill(tx, form.id, columns)
    await transition.begin(
        tx,
        annual_form,
        subject_id=form.id,
        state=form.state,
        actor=actor,
        moment=moment,
        organisation_id=unit_id,
        role=seat.role,
        basis=tuple(policy.basis("form_flow")),
    )
    return form


async def fill(
    tx: AsyncSession,
    form: AnnualForm,
    table: Table | None,
    policy: YearPolicy,
    actor: Actor,
    moment: Moment,
    *,
    version: int,
) -> tuple[Basis, ...]:
    """Fill in a form that the unit still has in hand; `form` is locked.

    Raises:
        ActionNotAvailable, NotYourStep, StaleVersion: as for any step.
        RulesBroken, FiguresMissing: see `ledgered.columns_for`.
    """
    move = decide(STEPS, case_of(form), Action.FILL, actor, policy.articles, version=version)
    columns = await ledgered.columns_for(tx, form.unit_id, table, policy, moment)
    await store.fill(tx, form.id, columns)
    form.version += 1
    await audit.record(
        tx,
        actor=actor,
        action=f"{annual_form.name}.{Action.FILL}",
        subject=f"{annual_form.name}/{form.id}",
        moment=moment,
        organisation_id=move.seat.organisation_id,
        basis=move.basis,
    )
    return move.basis


@dataclass(frozen=True, slots=True)
class Taken:
    """A step as its taker asks for it; `version` is the one that was read."""

    action: Action
    version: int
    note: str | None = None
    reasons: tuple[CellReason, ...] = ()

    def words(self) -> str | None:
        """What is told of it: the taker's note, else the reasons cell by cell."""
        return self.note or "；".join(each.words() for each in self.reasons) or None


async def act(
    tx: AsyncSession, form: AnnualForm, taken: Taken, policy: YearPolicy, actor: Actor, moment: Moment
) -> tuple[Basis, ...]:
    """Take one step of a form's review; `form` is locked. Approval makes it the one the unit's posts are counted by.

    Raises:
        ActionNotAvailable, NotYourStep, StaleVersion, RulesBroken: see `kit.steps.decide`.
    """
    case = await _judged(tx, form, taken, policy, moment)
    move = decide(STEPS, case, taken.action, actor, policy.articles, version=taken.version)
    if move.after is FormState.APPROVED:
        await _put_in_force(tx, form, move.seat, policy, actor, moment)
    await _take(tx, form, move, actor, moment, taken.words())
    if taken.action is Action.SUBMIT:
        await ledgered.rest_on(tx, form, policy, moment)
    if taken.reasons:
        await store.note(tx, form.id, taken.reasons, organisation_id=move.seat.organisation_id, moment=moment)
    return move.basis


def case_of(form: AnnualForm) -> FormCase:
    """The facts its steps are judged by, before anything else is asked."""
    return FormCase(
        id=form.id,
        state=FormState(form.state),
        version=form.version,
        lineage=tuple(form.lineage),
        unit_id=form.unit_id,
        authority_id=form.authority_id,
        hrss_id=form.hrss_id,
    )


async def _judged(
    tx: AsyncSession, form: AnnualForm, taken: Taken, policy: YearPolicy, moment: Moment
) -> FormCase:
    """The same with what the step in question asks of ledger and places."""
    case = replace(case_of(form), reasons=taken.reasons)
    if taken.action is Action.APPROVE:
        differing = await ledgered.unlike_ledger(tx, form, policy, moment)
        return replace(case, unlike_ledger=differing, shortfalls=await _shortfalls(tx, form, policy))
    if taken.action is Action.SUBMIT:
        differing = await ledgered.unlike_ledger(tx, form, policy, moment)
        return replace(case, unlike_ledger=differing, undecided=await ledgered.undecided(tx, form, moment))
    return case


async def _shortfalls(tx: AsyncSession, form: AnnualForm, policy: YearPolicy) -> tuple[Shortfall, ...]:
    """Levels that the new form would leave shorter than they are; nobody takes a place meanwhile."""
    known = await ledger.lock(tx, form.unit_id, form.year)
    before = await ledger.standings(tx, form.unit_id, policy, known) if known else {}
    by = ledger.Counted(PostPool.GENERAL, form.id, known.decision_id if known else None, None)
    after = await ledger.standings(tx, form.unit_id, policy, by)
    return shortfalls(before, after)


async def _put_in_force(
    tx: AsyncSession, form: AnnualForm, seat: Seat, policy: YearPolicy, actor: Actor, moment: Moment
) -> None:
    """Retire the version in force, if any, and count the unit's posts by the new one, which `seat` approves."""
    if form.former_id is not None:
        former = await store.lock(tx, form.former_id, SYSTEM)
        move = decide(STEPS, case_of(former), Action.SUPERSEDE, SYSTEM, policy.articles)
        await _take(tx, former, replace(move, seat=seat), actor, moment)
    await ledger.count_by(tx, form.unit_id, form.year, form.id)
    await places_changed(tx, form.unit_id, PostPool.GENERAL, policy, moment)


async def _take(
    tx: AsyncSession, form: AnnualForm, move: Move, actor: Actor, moment: Moment, note: str | None = None
) -> None:
    event = AnnualFormMoved(
        form_id=form.id,
        unit_id=form.unit_id,
        authority_id=form.authority_id,
        hrss_id=form.hrss_id,
        year=form.year,
        revision=form.revision,
        action=move.action,
        before=move.before,
        after=move.after,
        note=note,
        lineage=form.lineage,
    )
    await transition.take(tx, annual_form, move, actor=actor, moment=moment, event=event, note=note)
    await tx.refresh(form)


def _beginning(seat: Seat, former: AnnualForm | None, policy: YearPolicy) -> dict[str, Any]:
    """The head of a new form: whose it is, who reviews it, which version it follows."""
    return {
        "unit_id": seat.organisation_id,
        "year": policy.year,
        "revision": former.revision + 1 if former else 1,
        "former_id": former.id if former else None,
        "state": FormState.DRAFT,
        "lineage": [node.id for node in seat.lineage],
        "authority_id": _nearest(seat, OrganisationKind.AUTHORITY),
        "hrss_id": _nearest(seat, OrganisationKind.HRSS),
    }


def _refuse_unfit(seat: Seat, policy: YearPolicy) -> None:
    """Refuse a unit that files no form; a nature the token does not tell is left to its reviewers."""
    unit = seat.organisation
    if unit.kind == OrganisationKind.INTERNAL_DEPARTMENT:
        raise DepartmentCannotFile(field="unit_id", basis=policy.basis("legal_persons"))
    if unit.nature is not None and unit.nature not in policy.posts.form.natures:
        raise OnlyInstitutionsFile(field="unit_id", basis=policy.basis(policy.posts.form.article))
    if _nearest(seat, OrganisationKind.HRSS) is None:
        raise NoHrssAbove(field="unit_id", basis=policy.basis("form_required"))


def _nearest(seat: Seat, kind: OrganisationKind) -> UUID | None:
    """The nearest organisation of a kind above the unit."""
    return next((node.id for node in reversed(seat.lineage[:-1]) if node.kind == kind), None)
