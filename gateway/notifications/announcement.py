"""Announcements (公告): told to everybody of a subtree in one act, seen to progress, withdrawn."""

from datetime import datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.organisation import Organisation
from gateway.clients import Decided
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.notifications.contact import NoticeTopic
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, OneByOne, completed, page
from gateway.told import Told, body_of
from gateway.words import described, id_of, listed, optional, terms
from services.accounts.contract import Role

ANNOUNCEMENTS = "/v1/announcements"


@terms("Where an announcement stands; its message is in the inboxes from the first.")
class AnnouncementState(Enum):
    """State."""

    ANNOUNCED = "发送中"
    FINISHED = "已发送完毕"
    CANCELLED = "已撤回"


@terms("What is done with an announcement; it finishes by itself.")
class AnnouncementAction(Enum):
    """Action."""

    FINISH = "发送完毕"
    CANCEL = "撤回公告"


@strawberry.type(description="Copies of an announcement on outer channels, by where they stand (发送情况).")
class AnnouncementCopies(Told):
    """Figures."""

    waiting: int = described("How many wait to be sent.")
    sent: int = described("How many went out.")
    dead: int = described("How many were given up.")
    withdrawn: int = described("How many were not sent any more when it was withdrawn.")


@strawberry.type(description="What an organisation announced to everybody below it (公告).")
class Announcement(Entity):
    """An announcement."""

    source = OneByOne("notifications", ANNOUNCEMENTS)

    id: relay.NodeID[UUID]
    title: str = described("Its title in Chinese.")
    body: str = described("Its text in Chinese.")
    title_en: str | None = described("Its title in English.")
    body_en: str | None = described("Its text in English.")
    topic: NoticeTopic = described("What it is about, by which readers switch channels off.")
    roles: list[Role] = listed("Who reads it holds one of these; everybody where there are none.")
    legal: bool = described("Whether the law wants it told, so that no channel is switched off for it.")
    document_no: str | None = described("The document it rests on (文号).")
    state: AnnouncementState = described("Where it stands.")
    announced_at: datetime = described("When it was announced.")
    cancelled_for: str | None = described("Why it was withdrawn.")
    version: int = described("How often it has moved.")
    readers: int | None = described(
        "For how many readers it was copied so far, who belong to several organisations once at each; null where the "
        "inbox is the only channel."
    )
    copies: AnnouncementCopies | None = completed("Its copies on outer channels by where they stand.")
    available_actions: list[AnnouncementAction] = listed("What the caller may do with it now.")
    organisation_id: strawberry.Private[UUID]

    @property
    def from_list(self) -> bool:
        """Lists count no copies."""
        return self.copies is None

    @strawberry.field(description="Who announced it.")
    def organisation(self, info: Info) -> Organisation | None:
        """The organisation."""
        return Organisation.edge(info, self.organisation_id)


@strawberry.input(description="What is announced to everybody below an organisation.")
class AnnounceInput(Act):
    """Announce."""

    organisation_id: strawberry.ID = id_of("Organisation", "In whose name, and to whom below it.")
    title: str = described("Title in Chinese.")
    body: str = described("Text in Chinese.")
    title_en: str | None = optional("Title in English.")
    body_en: str | None = optional("Text in English.")
    topic: NoticeTopic = described("What it is about.")
    roles: list[Role] | None = optional("Only who holds one of these.")
    legal: bool | None = optional("Whether the law wants it told; it names its document then.")
    document_no: str | None = optional("The document it rests on (文号).")


@strawberry.input(description="A step of an announcement.")
class ActOnAnnouncementInput(Act):
    """Take it."""

    id: strawberry.ID = id_of("Announcement", "The announcement.")
    action: AnnouncementAction = described("What to do.")
    note: str = described("Why, which its readers are told.")
    version: int | None = optional("The version that was read; refused where it has changed since.")


@strawberry.type(description="What came of an act on an announcement.")
class AnnouncementPayload(Payload):
    """The announcement."""

    announcement: Announcement | None = optional("The announcement as it is now.")


@strawberry.type
class AnnouncementQuery:
    """Announcements."""

    @strawberry.field(description="An announcement of the caller's subtree, and how far it has come.")
    async def announcement(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> Announcement | None:
        """One announcement."""
        return await Announcement.at(info, id)

    @strawberry.field(description="The announcements of the caller's subtree, newest first.")
    async def announcements(
        self,
        info: Info,
        first: First,
        after: After = None,
        organisation_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Those of one organisation.")
        ] = None,
    ) -> Connection[Announcement] | None:
        """Many announcements."""
        where = uuid_of(organisation_id, "Organisation", field="organisation_id") if organisation_id else None
        part = info.context.notifications
        return await page(part, ANNOUNCEMENTS, Announcement.of, first, after, organisation_id=where)


@strawberry.type
class AnnouncementMutation:
    """Acts on announcements: of who works for titles at the organisation, or manages it."""

    @mutation("Announce something to everybody below an organisation, however many they are.")
    async def announce(self, info: Info, input: AnnounceInput) -> AnnouncementPayload | None:
        """Announce it."""
        return _payload(await info.context.notifications.write("POST", ANNOUNCEMENTS, body_of(input)))

    @mutation("Withdraw an announcement; it tells how many copies had gone out, which stay sent.")
    async def act_on_announcement(
        self, info: Info, input: ActOnAnnouncementInput
    ) -> AnnouncementPayload | None:
        """Take the step."""
        path = f"{ANNOUNCEMENTS}/{uuid_of(input.id, 'Announcement')}/actions/{input.action.name}"
        return _payload(await info.context.notifications.write("POST", path, body_of(input, "id", "action")))


def _payload(done: Decided) -> AnnouncementPayload:
    return AnnouncementPayload(announcement=Announcement.of(done.record), basis=Basis.each(done.basis))
