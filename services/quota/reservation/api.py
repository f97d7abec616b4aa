"""Reservations of posts over HTTP: workflow asks, people look."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request

from services.kit.auth import CurrentActor, CurrentService, ServiceOnly
from services.kit.clock import CurrentMoment
from services.kit.db import Tx
from services.kit.http import Decided, Page, decided, refusals, router
from services.quota.contract import ReservationState, TitleLevel
from services.quota.policy import CurrentPolicies, YearUnknown
from services.quota.reservation import service, store
from services.quota.reservation.errors import (
    AnotherReservation,
    LineageUnfit,
    NoApprovedForm,
    NoPlaceLeft,
    ReservationNotFound,
    ReservationReleased,
)
from services.quota.reservation.model import Reservation
from services.quota.reservation.schemas import ReleaseIn, ReservationIn, ReservationOut
from services.quota.reservation.states import Action

routes = router(prefix="/v1/reservations", tags=["reservations 岗位预留"])
LONGEST_PAGE = 100
REFUSED = (NoApprovedForm, NoPlaceLeft, LineageUnfit, AnotherReservation, ReservationReleased)


@routes.post("", status_code=201, responses=refusals(YearUnknown, ServiceOnly, *REFUSED))
async def reserve(
    body: ReservationIn,
    request: Request,
    actor: CurrentService,
    policies: CurrentPolicies,
    moment: CurrentMoment,
    tx: Tx,
) -> Decided[ReservationOut]:
    """Hold a place for a recommendation, or say which clause exempts it. Asked again, it answers the same.

    Services only: what exempts (a unit's nature, a person's kind) is for accounts to tell, not for the one it exempts.
    """
    policy = policies.of(body.year)
    if body.lineage_ids[-1] != body.unit_id:
        raise LineageUnfit(field="lineage_ids")
    province = request.app.state.settings.province
    found, basis = await service.reserve(tx, body.wish(), policy, actor, moment, province=province)
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


@routes.get("", responses=refusals())
async def list_reservations(
    actor: CurrentActor,
    tx: Tx,
    unit_id: UUID | None = None,
    year: Annotated[int | None, Query(ge=1, le=9999)] = None,
    level: TitleLevel | None = None,
    state: ReservationState | None = None,
    first: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = 20,
    after: UUID | None = None,
) -> Page[ReservationOut]:
    """Reservations of the caller's own organisations and of those below them, newest first."""
    given = {
        Reservation.unit_id: unit_id,
        Reservation.year: year,
        Reservation.level: level,
        Reservation.state: state,
    }
    where = [column == value for column, value in given.items() if value is not None]
    found, total = await store.page(tx, actor, where=where, first=first, after=after)
    cursor = str(found[-1].id) if len(found) == first else None
    return Page(
        items=[ReservationOut.model_validate(each) for each in found], next_cursor=cursor, total=total
    )
