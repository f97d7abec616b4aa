"""People over HTTP."""

from uuid import UUID

from fastapi import Request

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.installation import CurrentDesk, CurrentInstallation
from services.accounts.person import errors, resident_id, service, store
from services.accounts.person.model import Person
from services.accounts.person.schemas import (
    AdviceOut,
    FactsIn,
    FactsOut,
    LookupIn,
    People,
    PersonCreatedOut,
    PersonIn,
    PersonOut,
)
from services.accounts.sign_in.errors import LoginTaken
from services.accounts.sign_in.schemas import ActivationOut
from services.kit.auth import CurrentActor
from services.kit.db import Tx
from services.kit.errors import Language
from services.kit.http import Decided, Page, decided, language_of, refusals, router
from services.kit.paging import After, First, page

people = router(prefix="/v1/people", tags=["people"])

REGION_ADVICE = {
    Language.ZH: "身份号码前六位不在行政区划代码表中，请再次核对",
    Language.EN: "The first six digits are no known region. Look again.",
}


@people.post(
    "",
    status_code=201,
    responses=refusals(
        errors.CountyOnly,
        errors.NotAtThisUnit,
        errors.RestsOnMissing,
        errors.RestsOnNeedless,
        errors.ResidentIdWrong,
        errors.PersonExists,
        LoginTaken,
    ),
)
async def create(
    body: PersonIn, request: Request, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Decided[PersonCreatedOut]:
    """Give a person an account at a unit or internal department that the caller manages."""
    person, code, basis = await service.create(tx, desk, actor, body)
    created = PersonCreatedOut(
        person=service.shown(desk.installation.sealer, person),
        activation=ActivationOut.model_validate(code, from_attributes=True),
        advice=_advice(body.resident_id.get_secret_value(), language_of(request)),
    )
    return decided(created, basis)


@people.post("/lookup")
async def lookup(body: LookupIn, actor: CurrentActor, installation: CurrentInstallation, tx: Tx) -> People:
    """People by id, those the caller may see."""
    found = await store.looked_up(tx, body.ids, seen_by=actor)
    return People(items=[service.shown(installation.sealer, each) for each in found])


@people.post("/facts")
async def facts(body: FactsIn, actor: CurrentActor, tx: Tx) -> FactsOut:
    """What the review of declarations needs to know of people the caller may see."""
    return FactsOut(items=await store.facts(tx, body.person_ids, body.cycle, seen_by=actor))


@people.get("", responses=refusals())
async def list_people(
    actor: CurrentActor,
    installation: CurrentInstallation,
    tx: Tx,
    organisation_id: UUID | None = None,
    first: First = 50,
    after: After = None,
) -> Page[PersonOut]:
    """The people of the caller's subtrees, newest first."""
    within = authorization.scope(Act.READ_PERSON, actor)
    items, cursor = await page(tx, store.narrowed(within, organisation_id), Person.id, first, after)
    return Page(items=[service.shown(installation.sealer, each) for each in items], next_cursor=cursor)


@people.get("/{person_id}", responses=refusals(errors.PersonNotFound))
async def read(person_id: UUID, actor: CurrentActor, installation: CurrentInstallation, tx: Tx) -> PersonOut:
    """A person the caller may see."""
    return service.shown(installation.sealer, await store.get(tx, person_id, seen_by=actor))


def _advice(number: str, language: Language) -> list[AdviceOut]:
    if resident_id.region_is_known(resident_id.compact(number)):
        return []
    return [AdviceOut(code="REGION_UNKNOWN", message=REGION_ADVICE[language], field="resident_id")]
