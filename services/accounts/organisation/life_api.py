"""An organisation's life over HTTP: what its superior does with it, its contact, its history, and who stands above it."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.installation import CurrentDesk, Desk
from services.accounts.organisation import contact, errors, listing, merging
from services.accounts.organisation import life as acts
from services.accounts.organisation.life import Change
from services.accounts.organisation.model import Organisation
from services.accounts.organisation.schemas import (
    ContactIn,
    History,
    HistoryOut,
    InChargeIn,
    MergeIn,
    MoveIn,
    Organisations,
    OrganisationWholeOut,
    ReasonedIn,
    RenameIn,
)
from services.kit import transition
from services.kit.auth import Actor, CurrentActor, RoleMissing
from services.kit.db import Tx
from services.kit.errors import Basis
from services.kit.http import Decided, decided, refusals, router
from services.kit.steps import ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion

life = router(prefix="/v1/organisations/{organisation_id}", tags=["organisations"])

CHANGE = (errors.OrganisationNotFound, errors.TreeBusy, ActionNotAvailable, StaleVersion, RulesBroken)
JUDGED = (
    errors.NotYoursToCreate,
    errors.DepartmentCreatesNothing,
    errors.BelongsToAnother,
    errors.CountsAsAnother,
    errors.OutsideYourRegion,
    errors.OrganisationMalformed,
)
UPKEEP = (errors.OrganisationNotFound, errors.OrganisationNotInUse)
Whole = Decided[OrganisationWholeOut]


@life.post("/actions/RENAME", responses=refusals(*CHANGE))
async def rename(
    organisation_id: UUID, body: RenameIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Whole:
    """Give it another name; the former one stays searchable."""
    basis = await acts.rename(tx, desk, _change(actor, organisation_id, body), body.name)
    return await _told(tx, desk, actor, organisation_id, basis)


@life.post("/actions/MOVE", responses=refusals(*CHANGE, NotYourStep, *JUDGED))
async def move(organisation_id: UUID, body: MoveIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> Whole:
    """Put it below another superior, with all below it; judged as a creation by the new superior.

    Asked by a superior of both, the present and the new one, or by that one of them which is above the other.
    """
    basis = await acts.move(tx, desk, _change(actor, organisation_id, body), body.superior_id)
    return await _told(tx, desk, actor, organisation_id, basis)


@life.post("/actions/MERGE", responses=refusals(*CHANGE, errors.CannotTakeOver))
async def merge(
    organisation_id: UUID, body: MergeIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Whole:
    """Let it go into another one of its kind below the same superior, with organisations, people and seats."""
    basis = await merging.merge(tx, desk, _change(actor, organisation_id, body), body.into_id)
    return await _told(tx, desk, actor, organisation_id, basis)


@life.post("/actions/CLOSE", responses=refusals(*CHANGE))
async def close(
    organisation_id: UUID, body: ReasonedIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Whole:
    """Close it; refused while organisations in use, or people, are below it."""
    basis = await acts.close(tx, desk, _change(actor, organisation_id, body))
    return await _told(tx, desk, actor, organisation_id, basis)


@life.post("/actions/REOPEN", responses=refusals(*CHANGE, *JUDGED))
async def reopen(
    organisation_id: UUID, body: ReasonedIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Whole:
    """Take a closed one into use again, below a superior in use and by the rules of creation."""
    basis = await acts.reopen(tx, desk, _change(actor, organisation_id, body))
    return await _told(tx, desk, actor, organisation_id, basis)


@life.put("/contact", responses=refusals(*UPKEEP))
async def update_contact(
    organisation_id: UUID, body: ContactIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Whole:
    """Write down how it is reached (itself, or its direct superior)."""
    basis = await contact.update_contact(tx, desk, actor, organisation_id, body)
    return await _told(tx, desk, actor, organisation_id, (basis,))


@life.put("/person-in-charge", responses=refusals(*UPKEEP, errors.NotAManagerHere))
async def name_person_in_charge(
    organisation_id: UUID, body: InChargeIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Whole:
    """Name the one of its managers who is in charge (专人负责)."""
    basis = await contact.name_person_in_charge(tx, desk, actor, organisation_id, body.account_id)
    return await _told(tx, desk, actor, organisation_id, (basis,))


@life.get("/history", responses=refusals(errors.OrganisationNotFound, RoleMissing))
async def read_history(organisation_id: UUID, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> History:
    """Every step of its life, with reason and article, for whoever works on cases there or above."""
    row = await acts.seen(tx, actor, organisation_id)
    authorization.require(
        Act.READ_ORGANISATION_HISTORY, actor, row.lineage, desk.policy.articles["accounts_below"]
    )
    lines = await transition.history_of(tx, organisation_id)
    return History(items=[HistoryOut.model_validate(line) for line in lines])


@life.get("/ancestors", responses=refusals(errors.OrganisationNotFound))
async def read_ancestors(
    organisation_id: UUID, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Organisations:
    """The organisations above it, from the root down."""
    return Organisations(items=await listing.ancestors(tx, desk, actor, organisation_id))


def _change(actor: Actor, organisation_id: UUID, body: ReasonedIn) -> Change:
    return Change(actor, organisation_id, body.reason, body.version)


async def _told(
    tx: AsyncSession, desk: Desk, actor: Actor, organisation_id: UUID, basis: tuple[Basis, ...]
) -> Whole:
    tx.expire_all()  # the statements wrote past what the session has read
    row = await tx.get_one(Organisation, organisation_id)
    return decided(await listing.told_whole(tx, desk, actor, row), basis)
