"""What every act of a manager on accounts begins and ends with: the organisation managed, and a line in the audit."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.installation import Desk
from services.accounts.organisation import closure
from services.accounts.organisation import store as organisations
from services.accounts.organisation.model import Organisation
from services.kit import audit
from services.kit.auth import Actor, Seat
from services.kit.errors import Basis


async def managed(
    tx: AsyncSession, desk: Desk, actor: Actor, organisation_id: UUID
) -> tuple[Organisation, Seat, Basis]:
    """An organisation whose accounts the caller manages; an unknown one is refused like one of others.

    Raises:
        RoleMissing: the caller manages neither it nor the one directly above.
    """
    basis = desk.policy.articles["accounts_below"]
    lineage = await organisations.lineage_of(tx, organisation_id)
    seat = authorization.require(Act.MANAGE_ACCOUNTS, actor, lineage, basis)
    return await organisations.get(tx, organisation_id), seat, basis


async def granting(
    tx: AsyncSession, desk: Desk, actor: Actor, organisation_id: UUID
) -> tuple[Organisation, Seat, Basis]:
    """The same where something is granted: an organisation no longer in use grants nothing.

    Raises:
        RoleMissing: the caller manages neither it nor the one directly above.
        OrganisationNotInUse: it is closed, or went into another.
    """
    await closure.hold(tx, desk.installation.province)
    organisation, seat, basis = await managed(tx, desk, actor, organisation_id)
    organisations.refuse_unless_in_use(organisation, desk.policy.articles["life"])
    return organisation, seat, basis


async def audit_role(  # noqa: PLR0913 - the columns of a line, all named
    tx: AsyncSession,
    desk: Desk,
    actor: Actor,
    seat: Seat | None,
    action: str,
    account_id: UUID,
    basis: Basis,
    roles: Iterable[str] = (),
    *,
    at: UUID | None = None,
) -> None:
    """A line of what was done to an account, by which seat, `at` which organisation (the seat's, unless told)."""
    detail = {"roles": list(roles)} if roles else {}
    if seat is not None and seat.on_behalf_of is not None:
        detail["on_behalf_of"] = [str(seat.on_behalf_of.id)]
    await audit.record(
        tx,
        actor=actor,
        action=action,
        subject=f"account/{account_id}",
        moment=desk.moment,
        organisation_id=at or (seat.organisation_id if seat else None),
        role=seat.role if seat else None,
        basis=(basis,),
        detail=detail,
    )
