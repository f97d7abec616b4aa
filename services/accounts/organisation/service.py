"""Creating an organisation, and explaining beforehand what would come of it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import authorization
from services.accounts.authorization import IN_CHARGE, Act
from services.accounts.contract import (
    OrganisationCreated,
    OrganisationKind,
    OrganisationLevel,
    OrganisationNature,
)
from services.accounts.installation import Desk
from services.accounts.organisation import closure, store
from services.accounts.organisation.details import Checker, compact_uscc, malformed, single_key
from services.accounts.organisation.errors import RegionFormer, RegionUnknown
from services.accounts.organisation.model import Organisation
from services.accounts.organisation.options import Option, options
from services.accounts.organisation.regions import Region
from services.accounts.organisation.rules import Creator, Proposal, Verdict, judge
from services.accounts.organisation.schemas import ExplainIn, OrganisationIn, ProposalIn
from services.accounts.organisation.states import State
from services.accounts.policy import Policy
from services.accounts.role import service as roles
from services.accounts.role.store import Granted
from services.accounts.sign_in.activation import Code
from services.kit import outbox, transition
from services.kit.auth import Actor, Seat
from services.kit.errors import Basis
from services.kit.ids import new_id


def region_of(policy: Policy, code: str) -> Region:
    """A region by its present code.

    Raises:
        RegionFormer: the code went out of use; the present one is named.
        RegionUnknown: the province has none such.
    """
    if code in policy.regions:
        return policy.regions[code]
    basis = (policy.articles["regions"],)
    for former in policy.former_regions:
        if former.code == code:
            present = former.successor
            raise RegionFormer(
                code=code,
                former=former.name,
                until=former.until,
                present=present.name,
                present_code=present.code,
                field="region_code",
                basis=basis,
            )
    raise RegionUnknown(code=code, field="region_code", basis=basis)


def proposal_of(policy: Policy, asked: ProposalIn) -> Proposal:
    """What matters of the organisation asked for, its usual nature filled in.

    Raises:
        RegionUnknown: the province has no such region.
    """
    region = region_of(policy, asked.region_code)
    proposal = Proposal(asked.kind, asked.level, asked.nature, asked.industry, region)
    return Checker(policy.organisations, policy.articles).completed(proposal)


def as_creator(policy: Policy, row: Organisation) -> Creator:
    """What matters of an organisation as a creator; one that still has a former region code counts for the present one."""
    return Creator(
        OrganisationKind(row.kind),
        OrganisationLevel(row.level),
        OrganisationNature(row.nature) if row.nature else None,
        row.industry,
        policy.placed.get(row.region_code) or region_of(policy, row.region_code),
    )


async def live(tx: AsyncSession, desk: Desk, organisation_id: UUID) -> Organisation:
    """An organisation in use, which stays so until the transaction ends: asked first by whoever adds anything to it.

    Raises:
        OrganisationNotFound: there is none.
        OrganisationNotInUse: it is closed, or went into another.
    """
    await closure.hold(tx, desk.installation.province)
    row = await store.get(tx, organisation_id)
    store.refuse_unless_in_use(row, desk.policy.articles["life"])
    return row


async def explain(tx: AsyncSession, desk: Desk, asked: ExplainIn) -> tuple[Verdict, list[Option]]:
    """What the creation would answer, and all that the creator may create; a code not yet told is not asked for.

    Raises:
        RegionUnknown, RegionFormer: the province has no such region now.
        OrganisationNotFound: there is no such creator.
        OrganisationNotInUse: the creator is closed, or went into another.
    """
    policy = desk.policy
    creator = as_creator(policy, await live(tx, desk, asked.creator_id)) if asked.creator_id else None
    possible = list(options(policy.organisations, policy.regions, creator)) if creator else []
    told = asked.proposal
    if told is None:
        return Verdict(None, (), ()), possible
    proposal = proposal_of(policy, told)
    verdict = judge(policy.organisations, policy.articles, proposal, creator)
    if verdict.refusal is None and creator is not None:
        found = Checker(policy.organisations, policy.articles).findings(
            proposal, compact_uscc(told.uscc), creator
        )
        wrong = [each for each in found if told.uscc or each.field != "uscc"]
        verdict = replace(verdict, refusal=malformed(wrong) if wrong else None)
    return verdict, possible


async def create(
    tx: AsyncSession, desk: Desk, actor: Actor, asked: OrganisationIn
) -> tuple[UUID, Code, tuple[Basis, ...]]:
    """Create an organisation directly below one that the caller manages, with its manager's account.

    Raises:
        RoleMissing: the caller does not manage the creator.
        CreationRefused: the rules forbid it; says which and who may instead.
        OrganisationMalformed: what is told does not fit its kind.
        OrganisationNotInUse: the creator is closed, or went into another.
        OrganisationExists: it was created before.
        LoginTaken: the manager's sign-in name is in use.
    """
    policy = desk.policy
    here, article = [asked.creator_id], policy.articles["top_down"]
    seat = authorization.require(Act.CREATE_ORGANISATION, actor, here, article)
    superior = await live(tx, desk, asked.creator_id)
    proposal, creator = proposal_of(policy, asked), as_creator(policy, superior)
    verdict = judge(policy.organisations, policy.articles, proposal, creator)
    if verdict.refusal:
        raise verdict.refusal
    uscc = compact_uscc(asked.uscc)
    if findings := Checker(policy.organisations, policy.articles).findings(proposal, uscc, creator):
        raise malformed(findings)
    told = {"name": asked.name, "uscc": uscc, "province": desk.installation.province}
    values = row_of(policy, proposal, told, superior.lineage)
    await store.add(tx, values, policy.articles["not_again"])
    code = await _first_manager(tx, desk, actor, values["id"], asked)
    await _tell(tx, desk, actor, seat, values, verdict.basis)
    return values["id"], code, verdict.basis


def row_of(policy: Policy, proposal: Proposal, told: Mapping[str, Any], above: list[UUID]) -> dict[str, Any]:
    """The row of a new organisation below the last of `above`."""
    organisation_id = new_id()
    return {
        **told,
        "id": organisation_id,
        "kind": proposal.kind,
        "level": proposal.level,
        "nature": proposal.nature,
        "industry": proposal.industry,
        "region_code": proposal.region.code,
        "parent_id": above[-1] if above else None,
        "single_key": single_key(policy.organisations, proposal),
        "state": State.ACTIVE,
        "lineage": [*above, organisation_id],
    }


async def _first_manager(
    tx: AsyncSession, desk: Desk, actor: Actor, organisation_id: UUID, asked: OrganisationIn
) -> Code:
    _, code = await roles.open_account(
        tx,
        desk,
        login=asked.manager.login,
        name=asked.manager.name,
        roles=[IN_CHARGE],
        granted=Granted(organisation_id, actor.id),
    )
    return code


async def _tell(
    tx: AsyncSession,
    desk: Desk,
    actor: Actor,
    seat: Seat,
    values: Mapping[str, Any],
    basis: tuple[Basis, ...],
) -> None:
    """History, audit and event of a new organisation."""
    await begin_history(tx, desk, actor, seat, values, basis)
    event = OrganisationCreated(
        organisation_id=values["id"],
        parent_id=values["parent_id"],
        name=values["name"],
        kind=values["kind"],
        level=values["level"],
    )
    await outbox.publish(tx, event, desk.moment)


async def begin_history(
    tx: AsyncSession,
    desk: Desk,
    actor: Actor,
    seat: Seat | None,
    values: Mapping[str, Any],
    basis: tuple[Basis, ...],
) -> None:
    """The first line of a new organisation's history, and its audit; the root is made by nobody's seat."""
    table = Organisation.__table__
    assert isinstance(table, Table)
    await transition.begin(
        tx,
        table,
        subject_id=values["id"],
        state=State.ACTIVE,
        actor=actor,
        moment=desk.moment,
        organisation_id=values["parent_id"],
        role=seat.role if seat else None,
        basis=basis,
    )
