"""Reservations of posts over HTTP: workflow asks, people look."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement

from services.kit.auth import CurrentActor, CurrentService, ServiceOnly
from services.kit.clock import CurrentMoment
from services.kit.db import Tx
from services.kit.http import LAGS, Decided, Page, decided, problem, refusals, router
from services.quota.contract import PostPool, ReservationState, TitleLevel
from services.quota.policy import CurrentPolicies, YearUnknown
from services.quota.reservation import service, store
from services.quota.reservation.errors import (
    AnotherReservation,
    GroundUnfit,
    LineageUnfit,
    NoApprovedForm,
    NoPlaceLeft,
    NoTargetedPlan,
    ReservationNotFound,
    ReservationReleased,
)
from services.quota.reservation.model import Reservation
from services.quota.reservation.schemas import ReleaseIn, ReservationIn, ReservationOut
from services.quota.reservation.states import Action
from services.quota.waiting import store as waiting

routes = router(prefix="/v1/reservations", tags=["reservations 岗位预留"])
LONGEST_PAGE = 100
REFUSED = (
    NoApprovedForm,
    NoTargetedPlan,
    GroundUnfit,
    NoPlaceLeft,
    LineageUnfit,
    AnotherReservation,
    ReservationReleased,
)


@routes.post(
    "",
    status_code=201,
    response_model=Decided[ReservationOut],
    responses=refusals(YearUnknown, ServiceOnly, *REFUSED),
)
async def reserve(
    body: ReservationIn,
    request: Request,
    actor: CurrentService,
    policies: CurrentPolicies,
    moment: CurrentMoment,
    tx: Tx,
) -> Decided[ReservationOut] | Response:
    """Hold a place for a recommendation, or say which clause exempts it. Asked again, it answers the same.

    Services only: what exempts (a unit's nature, a person's kind) is for accounts to tell, not for the one it exempts.
    Who is refused for lack of places is kept in the waiting order, in this very transaction: no freed place passes by.
    """
    policy = policies.of(body.year)
    if body.lineage_ids[-1] != body.unit_id:
        raise LineageUnfit(field="lineage_ids")
    province = request.app.state.settings.province
    wish = body.wish()
    try:
        found, basis = await service.reserve(tx, wish, policy, actor, moment, province=province)
    except NoPlaceLeft as refusal:
        await waiting.note(tx, wish.waits(), moment, province=province)
        return problem(request, refusal)
    return decided(ReservationOut.model_validate(found), basis)


@routes.post("/{reservation_id}/release", responses=refusals(ReservationNotFound, ServiceOnly))
async def release(
    reservation_id: UUID,
    body: ReleaseIn,
    actor: CurrentService,
    policies: CurrentPolicies,
    moment: CurrentMoment,
    tx: Tx,
) -> Decided[ReservationOut]:
    """Give a place back (services only: a unit ends the recommendation instead). Asked again, it answers the same."""
    known = await store.get(tx, reservation_id, actor)
    policy = policies.of(known.year)
    found = await service.move(tx, known.id, Action.RELEASE, policy, moment, note=body.reason)
    return decided(ReservationOut.model_validate(found), service.basis_of(found, policy))


@routes.get("/{reservation_id}", responses=refusals(ReservationNotFound))
async def read(reservation_id: UUID, actor: CurrentActor, tx: Tx) -> ReservationOut:
    """A reservation."""
    return ReservationOut.model_validate(await store.get(tx, reservation_id, actor))


class ReservationQuery(BaseModel):
    """What a list of reservations is narrowed to."""

    unit_id: UUID | None = None
    year: Annotated[int | None, Field(ge=1, le=9999)] = None
    pool: PostPool | None = None
    level: TitleLevel | None = None
    state: ReservationState | None = None
    flagged: Annotated[bool, Field(description="只看已无岗位依据的")] = False

    def where(self) -> list[ColumnElement[bool]]:
        """The same for the database."""
        given = self.model_dump(exclude={"flagged"}, exclude_none=True)
        flagged = [Reservation.flagged_at.is_not(None)] if self.flagged else []
        return [*(getattr(Reservation, name) == value for name, value in given.items()), *flagged]


@routes.get("", responses=refusals(), openapi_extra=LAGS)
async def list_reservations(
    actor: CurrentActor,
    tx: Tx,
    asked: Annotated[ReservationQuery, Depends()],
    first: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = 20,
    after: UUID | None = None,
) -> Page[ReservationOut]:
    """Reservations of the caller's own organisations and of those below them, newest first."""
    found, cursor, total = await store.page(tx, actor, where=asked.where(), first=first, after=after)
    return Page(
        items=[ReservationOut.model_validate(each) for each in found], next_cursor=cursor, total=total
    )
