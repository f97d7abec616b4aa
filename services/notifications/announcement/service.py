"""Acts on announcements: made, withdrawn, and come to their end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import clock, outbox
from services.kit.auth import Actor, CurrentActor, Seat
from services.kit.clock import CurrentMoment, Moment
from services.kit.db import Database, Tx
from services.kit.errors import Basis, Language
from services.kit.ids import new_id
from services.kit.policy import Articles
from services.kit.steps import Move, decide
from services.kit.transition import begin, take
from services.notifications.announcement import store
from services.notifications.announcement.errors import (
    DocumentNumberMissing,
    EnglishIncomplete,
    TooManyAnnouncements,
)
from services.notifications.announcement.model import Announcement
from services.notifications.announcement.policy import AnnouncementPolicy
from services.notifications.announcement.schemas import AnnouncementActIn, AnnouncementIn
from services.notifications.announcement.states import AnnouncementAction, AnnouncementState
from services.notifications.announcement.steps import ANNOUNCERS, ARTICLE, STEPS
from services.notifications.contract import AnnouncementMoved
from services.notifications.delivery import withdrawal
from services.notifications.delivery.channel import Channel
from services.notifications.delivery.notice import Notice
from services.notifications.inbox import withdrawal as inbox_withdrawal
from services.notifications.system import SYSTEM
from services.notifications.template.audience import EVERYONE, Audience
from services.notifications.template.rendering import Text
from services.notifications.template.states import Topic

TABLE: Any = Announcement.__table__
TEMPLATE = "announcement"
MADE = "ANNOUNCE"


@dataclass(frozen=True, slots=True)
class Announcements:
    """What this installation says of announcements, and by what they are told."""

    policy: AnnouncementPolicy
    articles: Articles
    channels: Sequence[Channel]
    province: str

    @property
    def basis(self) -> tuple[Basis, ...]:
        """What every act on announcements rests on."""
        return (self.articles[ARTICLE],)


@dataclass(frozen=True, slots=True)
class Desk:
    """One request about announcements."""

    tx: AsyncSession
    actor: Actor
    moment: Moment
    announcements: Announcements


async def current_desk(request: Request, tx: Tx, actor: CurrentActor, moment: CurrentMoment) -> Desk:
    """The request's desk."""
    return Desk(tx, actor, moment, request.app.state.announcements)


CurrentDesk = Annotated[Desk, Depends(current_desk)]


async def announce(desk: Desk, body: AnnouncementIn) -> Announcement:
    """Tell everybody below an organisation: one message, and one row of fan-out in the lane for many.

    Raises:
        RoleMissing, DocumentNumberMissing, EnglishIncomplete, TooManyAnnouncements: nothing was announced.
    """
    seat = desk.actor.require(*ANNOUNCERS, within=(body.organisation_id,))
    await _require_fit(desk, body)
    row = Announcement(
        id=new_id(),
        province=desk.announcements.province,
        lineage=[each.id for each in seat.lineage],
        state=AnnouncementState.ANNOUNCED,
        announced_by=desk.actor.id,
        announced_at=desk.moment.instant,
        announced_on=desk.moment.today,
        **body.model_dump(exclude={"roles"}),
        roles=sorted(set(body.roles)) or None,
    )
    desk.tx.add(row)
    await desk.tx.flush()
    await begin(
        desk.tx,
        TABLE,
        subject_id=row.id,
        state=row.state,
        actor=desk.actor,
        moment=desk.moment,
        organisation_id=row.organisation_id,
        role=seat.role,
        action=MADE,
        basis=basis_of(desk.announcements, row),
    )
    await outbox.publish(desk.tx, moved(row, MADE, None, row.state), desk.moment)
    notice = notice_of(desk.announcements, row, seat)
    for channel in desk.announcements.channels:
        await channel.deliver(desk.tx, [notice])
    return row


async def _require_fit(desk: Desk, body: AnnouncementIn) -> None:
    basis = desk.announcements.basis
    if body.legal and body.document_no is None:
        raise DocumentNumberMissing(field="document_no", basis=basis)
    if (body.title_en is None) != (body.body_en is None):
        raise EnglishIncomplete(field="title_en" if body.title_en is None else "body_en", basis=basis)
    most = desk.announcements.policy.a_day
    if await store.number_on(desk.tx, body.organisation_id, desk.moment.today) >= most:
        raise TooManyAnnouncements(most=most, basis=basis)


def basis_of(announcements: Announcements, row: Announcement) -> tuple[Basis, ...]:
    """The platform's article, and the document that an announcement names."""
    named = (Basis(row.document_no, row.title),) if row.document_no else ()
    return (*named, *announcements.basis)


def notice_of(announcements: Announcements, row: Announcement, seat: Seat) -> Notice:
    """What is told, in the same words everywhere; from the root of the province everybody hears it, who holds no seat too."""
    chinese = Text(row.title, row.body)
    english = Text(row.title_en, row.body_en) if row.title_en and row.body_en else chinese
    texts = {Language.ZH: chinese, Language.EN: english}
    at_root = len(seat.lineage) == 1
    key, roles = EVERYONE if at_root else f"within/{row.organisation_id}", tuple(row.roles or ()) or None
    return Notice(
        audience=Audience(key, roles, row.organisation_id),
        event_id=row.id,
        type=AnnouncementMoved.type,
        template=TEMPLATE,
        topic=Topic(row.topic),
        subject=f"{TABLE.name}/{row.id}",
        at=row.announced_at,
        legal=row.legal,
        texts=texts,
        outside=texts,
        basis=basis_of(announcements, row),
    )


async def act(
    desk: Desk, announcement_id: UUID, action: AnnouncementAction, body: AnnouncementActIn
) -> tuple[Announcement, tuple[Basis, ...]]:
    """Withdraw an announcement: nobody is copied any more, what waits is not sent, its message says so.

    Raises:
        AnnouncementNotFound, ActionNotAvailable, NotYourStep, StaleVersion: nothing was changed.
    """
    row = await store.one(desk.tx, announcement_id, desk.actor, lock=True)
    articles = desk.announcements.articles
    move = decide(STEPS, row.as_case(), action, desk.actor, articles, version=body.version)
    await _take(desk.tx, row, move, desk.actor, desk.moment, note=body.note)
    await withdrawal.withdraw(desk.tx, row.id, desk.moment.instant)
    await inbox_withdrawal.withdraw(desk.tx, row.id, body.note, desk.moment)
    return row, move.basis


class Finishing:
    """Brings announcements to their end that have nothing left to go out; any number may run."""

    def __init__(self, database: Database, announcements: Announcements, *, simulated: bool) -> None:
        self._database = database
        self._announcements = announcements
        self._simulated = simulated

    async def once(self) -> int:
        """Finish all that are at an end; how many were."""
        done = 0
        while await self._one():
            done += 1
        return done

    async def _one(self) -> bool:
        async with self._database.begin() as tx:
            row: Announcement | None = await tx.scalar(store.at_an_end())
            if row is None:
                return False
            moment = await clock.now(tx, simulated=self._simulated)
            articles = self._announcements.articles
            move = decide(STEPS, row.as_case(), AnnouncementAction.FINISH, SYSTEM, articles)
            await _take(tx, row, move, SYSTEM, moment)
        return True


def moved(row: Announcement, action: str, before: str | None, after: str) -> AnnouncementMoved:
    """What other parts may hear of it."""
    return AnnouncementMoved(
        announcement_id=row.id,
        organisation_id=row.organisation_id,
        lineage=list(row.lineage),
        action=action,
        before=before,
        after=after,
    )


async def _take(
    tx: AsyncSession, row: Announcement, move: Move, actor: Actor, moment: Moment, note: str | None = None
) -> None:
    changes = {"cancelled_for": note} if note else {}
    event = moved(row, move.action, move.before, move.after)
    await take(tx, TABLE, move, actor=actor, moment=moment, event=event, changes=changes, note=note)
    await tx.refresh(row)
