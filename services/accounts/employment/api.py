"""Employments and changes of employer over HTTP."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.accounts.employment import change as employer_changes
from services.accounts.employment import changes, errors, service, shown, store
from services.accounts.employment.model import EmployerChange
from services.accounts.employment.schemas import (
    ActIn,
    ChangeIn,
    ChangeOut,
    ContractChangeIn,
    DepartmentIn,
    EmploymentOut,
    Employments,
    EndIn,
    KindIn,
)
from services.accounts.employment.states import Action
from services.accounts.installation import CurrentDesk
from services.accounts.organisation.errors import OrganisationNotInUse
from services.accounts.person import errors as person_errors
from services.accounts.person import identity
from services.accounts.person import store as people
from services.accounts.person.api import DOCUMENT_REFUSALS
from services.accounts.person.model import Person
from services.accounts.person.schemas import PersonOut
from services.kit.auth import CurrentActor
from services.kit.db import Tx
from services.kit.errors import Basis
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion

employments = router(prefix="/v1/people/{person_id}", tags=["employments"])
employer_change = router(prefix="/v1/employer-changes", tags=["changes of employer"])

BELONGING = (
    OrganisationNotInUse,
    person_errors.CountyOnly,
    person_errors.NotAtThisUnit,
    person_errors.RestsOnMissing,
    person_errors.RestsOnNeedless,
    person_errors.ContractMissing,
    person_errors.AidMissing,
    person_errors.AidNeedless,
    person_errors.PeriodWrong,
)
OF_A_PERSON = (
    person_errors.PersonNotFound,
    errors.WithoutEmployer,
    errors.DateOutsideEmployment,
    StaleVersion,
)


@employments.get("/employments", responses=refusals(person_errors.PersonNotFound))
async def history(person_id: UUID, actor: CurrentActor, tx: Tx) -> Employments:
    """Every period of a person whom the caller may see, newest first."""
    person = await people.get(tx, person_id, seen_by=actor)
    found = await store.history(tx, person.id)
    return Employments(
        items=[
            EmploymentOut.model_validate(
                {name: getattr(each, name) for name in EmploymentOut.model_fields if hasattr(each, name)}
                | {"organisation_name": employer}
            )
            for each, employer in found
        ]
    )


@employments.post("/employment/end", responses=refusals(*OF_A_PERSON))
async def end(
    person_id: UUID, body: EndIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Decided[PersonOut]:
    """End a person's employment; the account stays, and can be taken on by a new employer."""
    return _person(desk, *await service.end(tx, desk, actor, person_id, body))


@employments.post("/employment/kind", responses=refusals(*OF_A_PERSON, *BELONGING, errors.NothingChanges))
async def change_kind(
    person_id: UUID, body: KindIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Decided[PersonOut]:
    """Change how a person belongs to the employer, such as from temporary staff to the establishment."""
    return _person(desk, *await service.change_kind(tx, desk, actor, person_id, body))


@employments.post(
    "/employment/department",
    responses=refusals(*OF_A_PERSON, errors.DepartmentElsewhere, errors.NothingChanges),
)
async def change_department(
    person_id: UUID, body: DepartmentIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Decided[PersonOut]:
    """Move a person between departments of the same employer."""
    return _person(desk, *await service.change_department(tx, desk, actor, person_id, body))


@employments.put("/employment/contract", responses=refusals(*OF_A_PERSON, person_errors.PeriodWrong))
async def set_contract(
    person_id: UUID, body: ContractChangeIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Decided[PersonOut]:
    """Keep a new or renewed contract with the present employer."""
    return _person(desk, *await service.set_contract(tx, desk, actor, person_id, body))


@employer_change.post(
    "",
    status_code=201,
    responses=refusals(
        *BELONGING, *DOCUMENT_REFUSALS, errors.NoAccountYet, errors.AlreadyHere, errors.ChangeUnderWay
    ),
)
async def ask(body: ChangeIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> Decided[ChangeOut]:
    """Ask that someone's account be moved to a unit that the caller manages; the person must agree."""
    change, basis = await employer_changes.ask(tx, desk, actor, body)
    return decided(await shown.one(tx, desk, actor, change), basis)


@employer_change.get("", responses=refusals())
async def list_changes(
    actor: CurrentActor,
    desk: CurrentDesk,
    tx: Tx,
    first: First = 50,
    after: After = None,
    awaiting: Annotated[str | None, Query(pattern="^me$", description="`me`: what waits for me")] = None,
) -> Page[ChangeOut]:
    """The changes in which the caller has a part, newest first."""
    query = changes.narrowed(actor, awaiting_me=awaiting is not None)
    items, cursor = await page(tx, query, EmployerChange.id, first, after)
    return Page(items=await shown.many(tx, desk, actor, items), next_cursor=cursor)


@employer_change.get("/{change_id}", responses=refusals(errors.ChangeNotFound))
async def read(change_id: UUID, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> ChangeOut:
    """A change in which the caller has a part."""
    return await shown.one(tx, desk, actor, await changes.get(tx, change_id, seen_by=actor))


@employer_change.post(
    "/{change_id}/actions/{action}",
    responses=refusals(
        errors.ChangeNotFound,
        ActionNotAvailable,
        NotYourStep,
        RulesBroken,
        StaleVersion,
        errors.AlreadyHere,
        *BELONGING,
    ),
)
async def act(
    change_id: UUID, action: Action, body: ActIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Decided[ChangeOut]:
    """Take one step: agree, decline, release, object, decide, withdraw."""
    change, basis = await employer_changes.act(tx, desk, actor, change_id, action, body)
    return decided(await shown.one(tx, desk, actor, change), basis)


def _person(desk: CurrentDesk, person: Person, basis: Sequence[Basis]) -> Decided[PersonOut]:
    return decided(identity.shown(desk.installation.sealer, person), basis)
