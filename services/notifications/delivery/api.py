"""Copies over HTTP, for whoever operates the platform: what went where, what was given up, and sending it again."""

from typing import Any
from uuid import UUID

from fastapi import Request
from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import Role
from services.kit import audit
from services.kit.auth import CurrentActor
from services.kit.clock import CurrentMoment
from services.kit.db import Tx
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First
from services.kit.steps import ActionNotAvailable, decide
from services.notifications.contact.states import ChannelKind
from services.notifications.delivery.claiming import WAITING
from services.notifications.delivery.errors import CopyNotFound, NoticeWithdrawn
from services.notifications.delivery.model import Circuit, Copy, Dispatch
from services.notifications.delivery.schemas import ChannelOut, CopyOut
from services.notifications.delivery.states import CopyAction, CopyState
from services.notifications.delivery.steps import STEPS

routes = router(tags=["delivery"])
STANDINGS = {
    CopyState.WAITING: WAITING,
    CopyState.SENT: (Copy.sent_at.is_not(None),),
    CopyState.HANDED_ON: (Copy.handed_on_at.is_not(None),),
    CopyState.DEAD: (Copy.dead_at.is_not(None), Dispatch.withdrawn_at.is_(None)),
    CopyState.WITHDRAWN: (Copy.withdrawn_at.is_not(None),),
}
"""What `Copy.standing` tells, as conditions; of what was given up, that alone which somebody can still send again."""


def every() -> Select[Copy, Dispatch]:
    """Copies, each with its notice."""
    return select(Copy, Dispatch).join(Dispatch, Dispatch.id == Copy.dispatch_id)


@routes.get("/v1/delivery-copies", responses=refusals())
async def every_copy(
    actor: CurrentActor,
    tx: Tx,
    channel: ChannelKind | None = None,
    standing: CopyState | None = None,
    subject: str | None = None,
    first: First = 20,
    after: After = None,
) -> Page[CopyOut]:
    """Copies, newest first (operators)."""
    actor.require(Role.OPERATOR)
    query = every()
    if channel is not None:
        query = query.where(Copy.channel == channel)
    if standing is not None:
        query = query.where(*STANDINGS[standing])
    if subject is not None:
        query = query.where(Dispatch.subject == subject)
    if after is not None:
        query = query.where(Copy.id < after)
    found = [CopyOut.of(*row) for row in await tx.execute(query.order_by(Copy.id.desc()).limit(first + 1))]
    return Page(items=found[:first], next_cursor=str(found[first - 1].id) if len(found) > first else None)


@routes.get("/v1/delivery-channels", responses=refusals())
async def every_channel(request: Request, actor: CurrentActor, tx: Tx) -> list[ChannelOut]:
    """The channels that have a provider or something that waits for one, and how each bears up (operators)."""
    actor.require(Role.OPERATOR)
    providers = request.app.state.delivery.providers
    circuits = {row.channel: row for row in await tx.scalars(select(Circuit))}
    waiting, dead = [await _counted(tx, STANDINGS[each]) for each in (CopyState.WAITING, CopyState.DEAD)]
    return [
        ChannelOut(
            channel=each,
            provided=each in providers,
            away_since=circuits[each].opened_at if each in circuits else None,
            probed_at=circuits[each].probe_at if each in circuits else None,
            waiting=waiting.get(each, 0),
            dead=dead.get(each, 0),
        )
        for each in ChannelKind
        if each in providers or each in waiting or each in dead
    ]


@routes.post(
    "/v1/delivery-copies/{copy_id}/redrive",
    responses=refusals(CopyNotFound, NoticeWithdrawn, ActionNotAvailable),
)
async def redrive(
    copy_id: UUID, actor: CurrentActor, tx: Tx, moment: CurrentMoment, request: Request
) -> Decided[CopyOut]:
    """Send again what was given up, by the same contact and under the id that it has (operators)."""
    actor.require(Role.OPERATOR)
    found = (await tx.execute(every().where(Copy.id == copy_id).with_for_update(of=(Copy, Dispatch)))).first()
    if found is None:
        raise CopyNotFound(field="copy_id")
    copy, dispatch = found
    if dispatch.withdrawn_at is not None:
        raise NoticeWithdrawn
    move = decide(STEPS, copy.as_case(), CopyAction.REDRIVE, actor, request.app.state.delivery.articles)
    again = {"attempts": 0, "due_at": moment.instant, "dead_at": None, "version": copy.version + 1}
    await tx.execute(update(Copy).where(Copy.id == copy.id).values(**again, bundle_id=copy.id))
    await audit.record(
        tx,
        actor=actor,
        action="delivery_copy.REDRIVE",
        subject=f"delivery_copy/{copy.id}",
        moment=moment,
        organisation_id=move.seat.organisation_id,
        role=move.seat.role,
        basis=move.basis,
    )
    await tx.refresh(copy)
    return decided(CopyOut.of(copy, dispatch), move.basis)


async def _counted(tx: AsyncSession, where: tuple[Any, ...]) -> dict[str, int]:
    """How many copies of each channel."""
    every_one = select(Copy.channel, func.count().label("copies")).join(
        Dispatch, Dispatch.id == Copy.dispatch_id
    )
    counted = every_one.where(*where).group_by(Copy.channel)
    return {row.channel: row.copies for row in await tx.execute(counted)}
