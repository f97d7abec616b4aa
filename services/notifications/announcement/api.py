"""Announcements over HTTP: made in one request, seen to progress, withdrawn."""

from uuid import UUID

from services.kit.auth import InsufficientScope, RoleMissing
from services.kit.http import OWN, Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, NotYourStep, StaleVersion, available_actions
from services.notifications.announcement import service, store
from services.notifications.announcement.errors import (
    AnnouncementNotFound,
    DocumentNumberMissing,
    EnglishIncomplete,
    TooManyAnnouncements,
)
from services.notifications.announcement.model import Announcement
from services.notifications.announcement.schemas import (
    AnnouncementActIn,
    AnnouncementIn,
    AnnouncementOut,
    CopiesOut,
)
from services.notifications.announcement.service import CurrentDesk, Desk
from services.notifications.announcement.states import AnnouncementAction
from services.notifications.announcement.steps import ANNOUNCERS, STEPS
from services.notifications.announcement.store import NOBODY, Progress

routes = router(prefix="/v1/announcements", tags=["announcements"])


@routes.post(
    "",
    status_code=201,
    openapi_extra=OWN,
    responses=refusals(
        RoleMissing, InsufficientScope, DocumentNumberMissing, EnglishIncomplete, TooManyAnnouncements
    ),
)
async def announce(body: AnnouncementIn, desk: CurrentDesk) -> Decided[AnnouncementOut]:
    """Announce something to everybody below an organisation, however many they are; no client does it in a person's name."""
    row = await service.announce(desk, body)
    return decided(await whole(desk, row), service.basis_of(desk.announcements, row))


@routes.get("", responses=refusals(RoleMissing))
async def every_announcement(
    desk: CurrentDesk, organisation_id: UUID | None = None, first: First = 20, after: After = None
) -> Page[AnnouncementOut]:
    """The announcements of the caller's organisations and of those below, newest first."""
    desk.actor.require(*ANNOUNCERS)
    query = store.visible(desk.actor)
    if organisation_id is not None:
        query = query.where(Announcement.organisation_id == organisation_id)
    found, cursor = await page(desk.tx, query, Announcement.id, first, after)
    come = await store.progress(desk.tx, [row.id for row in found])
    return Page(items=[shown(desk, row, come.get(row.id)) for row in found], next_cursor=cursor)


@routes.get("/{announcement_id}", responses=refusals(AnnouncementNotFound))
async def read(announcement_id: UUID, desk: CurrentDesk) -> AnnouncementOut:
    """An announcement and how far it has come."""
    return await whole(desk, await store.one(desk.tx, announcement_id, desk.actor))


@routes.post(
    "/{announcement_id}/actions/{action}",
    openapi_extra=OWN,
    responses=refusals(
        AnnouncementNotFound, InsufficientScope, ActionNotAvailable, NotYourStep, StaleVersion
    ),
)
async def act(
    announcement_id: UUID, action: AnnouncementAction, body: AnnouncementActIn, desk: CurrentDesk
) -> Decided[AnnouncementOut]:
    """Withdraw an announcement; the answer tells how many copies had gone out, which stay sent."""
    row, basis = await service.act(desk, announcement_id, action, body)
    return decided(await whole(desk, row), basis)


async def whole(desk: Desk, row: Announcement) -> AnnouncementOut:
    """An announcement with its copies counted."""
    come = (await store.progress(desk.tx, [row.id])).get(row.id)
    copies = CopiesOut.model_validate(come or NOBODY)
    return shown(desk, row, come).model_copy(update={"copies": copies})


def shown(desk: Desk, row: Announcement, come: Progress | None) -> AnnouncementOut:
    """An announcement as whoever may see it does."""
    own = {name: getattr(row, name) for name in AnnouncementOut.model_fields if hasattr(row, name)}
    possible = available_actions(STEPS, row.as_case(), desk.actor)
    readers = come.readers if come else None
    told = {"roles": row.roles or [], "readers": readers, "available_actions": possible}
    return AnnouncementOut.model_validate(own | told)
