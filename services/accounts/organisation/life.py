"""Renaming, closing and reopening an organisation by its direct superior, moving it by who is above both, with reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.contract import (
    OrganisationClosed,
    OrganisationKind,
    OrganisationLevel,
    OrganisationMoved,
    OrganisationNature,
    OrganisationRef,
    OrganisationRenamed,
    OrganisationReopened,
)
from services.accounts.delegation import lapsing
from services.accounts.installation import Desk
from services.accounts.organisation import closure, relining, store
from services.accounts.organisation.details import Checker, malformed
from services.accounts.organisation.errors import OrganisationNotFound
from services.accounts.organisation.model import PEOPLE_BELOW, FormerName, Organisation
from services.accounts.organisation.rules import Proposal, judge
from services.accounts.organisation.service import as_creator, region_of
from services.accounts.organisation.states import Action, State
from services.accounts.organisation.steps import STEPS, Below, Facts, Other
from services.accounts.person.model import Person
from services.accounts.policy import Policy
from services.kit import transition
from services.kit.auth import Actor
from services.kit.errors import Basis
from services.kit.outbox import Event
from services.kit.steps import Move, decide

NAMED = 3
"""How many organisations a refused closing names."""


@dataclass(frozen=True, slots=True)
class Change:
    """Who changes which organisation, why, and the version that was read."""

    actor: Actor
    organisation_id: UUID
    reason: str
    version: int | None


async def rename(tx: AsyncSession, desk: Desk, change: Change, name: str) -> tuple[Basis, ...]:
    """Give an organisation another name; the former one is kept with its period.

    Raises:
        OrganisationNotFound, RoleMissing, ActionNotAvailable, StaleVersion: see `changed`.
        RulesBroken: it is its name already.
    """
    row = await changed(tx, desk, change)
    move = _decided(desk, change, replace(facts_of(row), new_name=name), Action.RENAME)
    had = select(func.max(FormerName.until)).where(FormerName.organisation_id == row.id)
    since, former = await tx.scalar(had), row.name
    tx.add(FormerName(organisation_id=row.id, name=former, since=since, until=desk.moment.today))
    event = OrganisationRenamed(organisation_id=row.id, former_name=former, name=name)
    await take(tx, desk, change, move, event, {"name": name})
    return move.basis


@closure.alone
async def move(tx: AsyncSession, desk: Desk, change: Change, superior_id: UUID) -> tuple[Basis, ...]:
    """Put an organisation below another superior, with all below it; judged as if the new superior created it.

    Raises:
        OrganisationNotFound, ActionNotAvailable, StaleVersion: see `changed`.
        RoleMissing: the caller manages nothing above it.
        NotYourStep: the caller is above it, and not above the new superior.
        RulesBroken: it is the root, it is there already, the superior is below it or not in use, or it is a
            department with people, whose employer would change.
        CreationRefused, OrganisationMalformed: the new superior could not have created it.
    """
    row = await _moved(tx, desk, change)
    superior = await other_of(tx, superior_id, "superior_id")
    there = (
        select(func.count()).select_from(PEOPLE_BELOW).join(Person, Person.id == PEOPLE_BELOW.c.descendant_id)
    )
    inside = there.where(PEOPLE_BELOW.c.ancestor_id == row.id, Person.department_id == row.id)
    facts = replace(facts_of(row), other=seen_as_other(superior), inside=await tx.scalar(inside) or 0)
    decision = _decided(desk, change, facts, Action.MOVE)
    basis = judged_below(desk.policy, row, superior)
    before, lineage = list(row.lineage), [*superior.lineage, row.id]
    event = OrganisationMoved(
        organisation_id=row.id,
        name=row.name,
        old_parent_id=before[-2],
        parent_id=superior.id,
        parent_name=superior.name,
        lineage_before=before,
        lineage=lineage,
        line=await line_of(tx, lineage),
    )
    decision = replace(decision, basis=tuple(dict.fromkeys([*decision.basis, *basis])))
    await take(tx, desk, change, decision, event, {"parent_id": superior.id, "lineage": lineage})
    await relining.reline(tx, row.id, lineage)
    await relining.reline_people(tx, row.id, lineage)
    return decision.basis


@closure.alone
async def close(tx: AsyncSession, desk: Desk, change: Change) -> tuple[Basis, ...]:
    """Close an organisation with nothing live below it. Its seats no longer count; its code stays known.

    Raises:
        OrganisationNotFound, RoleMissing, ActionNotAvailable, StaleVersion: see `changed`.
        RulesBroken: it is the root, or organisations in use or people are below it.
    """
    row = await changed(tx, desk, change)
    facts = replace(facts_of(row), below=await below_of(tx, row.id))
    decision = _decided(desk, change, facts, Action.CLOSE)
    event = OrganisationClosed(organisation_id=row.id, parent_id=row.lineage[-2], name=row.name)
    await take(tx, desk, change, decision, event)
    await lapsing.with_organisation(tx, desk, row.id)
    return decision.basis


@closure.alone
async def reopen(tx: AsyncSession, desk: Desk, change: Change) -> tuple[Basis, ...]:
    """Take a closed organisation into use again, below a superior in use, by the rules of its creation.

    Raises:
        OrganisationNotFound, RoleMissing, ActionNotAvailable, StaleVersion: see `changed`.
        RulesBroken: its superior is not in use.
        CreationRefused, OrganisationMalformed: the rules of today do not let its superior create it.
    """
    row = await changed(tx, desk, change)
    facts = facts_of(row)
    superior = await store.get(tx, row.parent_id) if row.parent_id else row
    decision = _decided(desk, change, replace(facts, other=seen_as_other(superior)), Action.REOPEN)
    basis = judged_below(desk.policy, row, superior)
    decision = replace(decision, basis=tuple(dict.fromkeys([*decision.basis, *basis])))
    event = OrganisationReopened(organisation_id=row.id, parent_id=superior.id, name=row.name)
    await take(tx, desk, change, decision, event)
    return decision.basis


async def changed(tx: AsyncSession, desk: Desk, change: Change) -> Organisation:
    """The organisation that the caller wants to change, and may.

    Raises:
        OrganisationNotFound: there is none that the caller may see.
        RoleMissing: the caller does not manage its direct superior.
    """
    row = await seen(tx, change.actor, change.organisation_id)
    authorization.require(Act.CHANGE_ORGANISATION, change.actor, row.lineage, desk.policy.articles["life"])
    return row


async def _moved(tx: AsyncSession, desk: Desk, change: Change) -> Organisation:
    """The organisation that the caller wants to move, and is above of; whether also above where it goes is asked later."""
    row = await seen(tx, change.actor, change.organisation_id)
    basis, above = desk.policy.articles["life"], row.lineage[:-1] or row.lineage
    if authorization.seat_above(Act.CHANGE_ORGANISATION, change.actor, above) is None:
        raise authorization.missing(Act.CHANGE_ORGANISATION, basis)
    return row


async def seen(tx: AsyncSession, actor: Actor, organisation_id: UUID) -> Organisation:
    """An organisation in the caller's subtree, or above the caller.

    Raises:
        OrganisationNotFound: there is none such.
    """
    row = await store.get(tx, organisation_id)
    if not authorization.sees_organisation(actor, row.id, row.lineage):
        raise OrganisationNotFound
    return row


async def other_of(tx: AsyncSession, organisation_id: UUID, field: str) -> Organisation:
    """The organisation to move below or to go into; names and lineages are no secret.

    Raises:
        OrganisationNotFound: there is none; `field` names the input.
    """
    row = await tx.get(Organisation, organisation_id)
    if row is None:
        raise OrganisationNotFound(field=field)
    return row


def facts_of(row: Organisation) -> Facts:
    """An organisation as its steps see it."""
    return Facts(row.id, State(row.state), row.version, tuple(row.lineage), row.kind, row.name)


def seen_as_other(row: Organisation) -> Other:
    """The organisation to move below or to go into, as the steps see it."""
    return Other(State(row.state), row.kind, row.parent_id, tuple(row.lineage))


def proposal_of(policy: Policy, row: Organisation) -> Proposal:
    """An organisation as if it were to be created now."""
    return Proposal(
        OrganisationKind(row.kind),
        OrganisationLevel(row.level),
        OrganisationNature(row.nature) if row.nature else None,
        row.industry,
        policy.placed.get(row.region_code) or region_of(policy, row.region_code),
    )


def judged_below(policy: Policy, row: Organisation, superior: Organisation) -> tuple[Basis, ...]:
    """The articles on which `superior` may have `row` directly below it: those on which it might create it.

    Raises:
        CreationRefused, OrganisationMalformed: it might not.
    """
    proposal, creator = proposal_of(policy, row), as_creator(policy, superior)
    verdict = judge(policy.organisations, policy.articles, proposal, creator)
    if verdict.refusal:
        raise verdict.refusal
    if found := Checker(policy.organisations, policy.articles).findings(proposal, row.uscc, creator):
        raise malformed(found)
    return verdict.basis


async def below_of(tx: AsyncSession, organisation_id: UUID) -> Below:
    """What is live below an organisation. One in use is never below one that is not, so the direct ones tell all."""
    direct = select(Organisation.name, func.count().over()).where(
        Organisation.parent_id == organisation_id, Organisation.state == State.ACTIVE
    )
    found = (await tx.execute(direct.order_by(Organisation.id).limit(NAMED))).all()
    people = select(func.count()).where(PEOPLE_BELOW.c.ancestor_id == organisation_id)
    names = tuple(name for name, _ in found)
    return Below(found[0][1] if found else 0, names, await tx.scalar(people) or 0)


async def line_of(tx: AsyncSession, lineage: Sequence[UUID]) -> list[OrganisationRef]:
    """The organisations of a lineage with their names, from the root down."""
    rows = {row.id: row for row in await tx.scalars(select(Organisation).where(Organisation.id.in_(lineage)))}
    return [OrganisationRef.model_validate(rows[each], from_attributes=True) for each in lineage]


def _decided(desk: Desk, change: Change, facts: Facts, action: Action) -> Move:
    return decide(STEPS, facts, action, change.actor, desk.policy.articles, version=change.version)


async def take(
    tx: AsyncSession,
    desk: Desk,
    change: Change,
    decision: Move,
    event: Event,
    values: Mapping[str, Any] | None = None,
) -> None:
    """Write a decided move with its history, audit and event."""
    table = Organisation.__table__
    assert isinstance(table, Table)
    await tx.flush()
    await transition.take(
        tx,
        table,
        decision,
        actor=change.actor,
        moment=desk.moment,
        event=event,
        changes=values,
        note=change.reason,
    )
