"""The inbox (站内消息): what happened that concerns the caller, with the articles it rests on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.organisation import Organisation
from gateway.accounts.person import Person
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.quota.annual_form import AnnualForm
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, Known, page
from gateway.told import Told, body_of
from gateway.words import described, id_of, listed, optional
from gateway.workflow.arrangement import Arrangement
from gateway.workflow.certificate import Certificate
from gateway.workflow.committee import Committee
from gateway.workflow.criteria import Criteria
from gateway.workflow.cycle import Cycle
from gateway.workflow.declaration import Declaration
from gateway.workflow.integrity import IntegrityCase
from gateway.workflow.meeting import Meeting
from gateway.workflow.publicity import Publicity
from gateway.workflow.recommendation import Recommendation
from gateway.workflow.recommendation_plan import RecommendationPlan
from gateway.workflow.specialty import Specialty

SUBJECTS: Mapping[str, type[Entity]] = {
    "annual_form": AnnualForm,
    "arrangement": Arrangement,
    "certificate": Certificate,
    "committee": Committee,
    "criteria": Criteria,
    "cycle": Cycle,
    "declaration": Declaration,
    "integrity_case": IntegrityCase,
    "meeting": Meeting,
    "organisation": Organisation,
    "person": Person,
    "publicity": Publicity,
    "recommendation": Recommendation,
    "recommendation_plan": RecommendationPlan,
    "specialty": Specialty,
}
"""What the subjects of events are called, and what they are here."""


@strawberry.type(description="A message to the caller, or to a seat that the caller holds (站内消息).")
class Message(Known):
    """A message."""

    type: str = described("What happened, as a stable name.")
    title: str = described("Title, in the language asked for (标题).")
    body: str = described("Text (正文).")
    at: datetime = described("When it happened.")
    read_at: datetime | None = described("When the caller read it; null before.")
    withdrawn_at: datetime | None = described(
        "When it was withdrawn (撤回): it says why, and waits to be read no more."
    )
    subject: str = described("What it is about, as kind/id.")
    basis: list[Basis] = listed("The articles it rests on (依据).")
    organisation_id: strawberry.Private[UUID | None]

    @strawberry.field(description="What it is about, where the caller may see it.")
    async def about(self, info: Info) -> relay.Node | None:
        """The thing itself."""
        kind, _, key = self.subject.partition("/")
        return await SUBJECTS[kind].find(info, UUID(key)) if kind in SUBJECTS else None

    @strawberry.field(description="For which organisation the caller gets it; null for personal messages.")
    def organisation(self, info: Info) -> Organisation | None:
        """The organisation."""
        return Organisation.edge(info, self.organisation_id)


@strawberry.type(description="Messages about one thing, told by the newest of them (消息会话).")
class MessageThread(Told):
    """A thread."""

    subject: str = described("What they are about, as kind/id.")
    messages: int = described("How many there are; a thousand stands for more, from each place.")
    unread: int = described("How many of them are unread.")
    latest: Message = described("The newest of them.")

    @strawberry.field(description="All of them, newest first.")
    async def all(self, info: Info, first: First, after: After = None) -> Connection[Message] | None:
        """The thread's messages."""
        part = info.context.notifications
        return await page(part, "/v1/inbox", Message.of, first, after, subject=self.subject)


@strawberry.type(description="How many messages wait for whoever holds a role at an organisation.")
class SeatUnread(Told):
    """A seat's count."""

    role: str = described("The role (角色).")
    unread: int = described("How many are unread; one for several roles counts for each.")
    organisation_id: strawberry.Private[UUID]

    @strawberry.field(description="Where the role is held.")
    def organisation(self, info: Info) -> Organisation | None:
        """The organisation."""
        return Organisation.edge(info, self.organisation_id)


@strawberry.type(description="Unread messages: in all, personally, by seat (未读数).")
class UnreadCounts(Told):
    """Counts."""

    unread: int = described("In all; a thousand stands for more.")
    personal: int = described("To the caller personally.")
    seats: list[SeatUnread] = listed("For each seat of the caller's.")
    cursor: str = described("Given as `after` of `inboxChanges`, nothing that is not counted here is missed.")


@strawberry.input(description="A message that was read.")
class ReadMessageInput(Act):
    """Mark it read."""

    id: strawberry.ID = id_of("Message", "The message.")


@strawberry.input(description="Everything that is there now.")
class ReadAllMessagesInput(Act):
    """Mark all read."""


@strawberry.input(description="Everything that is there now about one thing.")
class ReadThreadInput(Act):
    """Mark a thread read."""

    subject: str = described("What it is about, as kind/id.")


@strawberry.type(description="What came of marking a message read.")
class ReadMessagePayload(Payload):
    """The message."""

    message: Message | None = optional("The message.")


@strawberry.type(description="What came of marking all messages read.")
class ReadAllMessagesPayload(Payload):
    """What is left."""

    unread: int | None = optional("How many are unread now.")


@strawberry.type
class InboxQuery:
    """The inbox."""

    @strawberry.field(description="The caller's messages, newest first.")
    async def inbox(
        self,
        info: Info,
        first: First,
        after: After = None,
        unread: Annotated[bool, strawberry.argument(description="Those only that are not read yet.")] = False,
        subject: Annotated[
            str | None, strawberry.argument(description="Those only about this, as kind/id.")
        ] = None,
    ) -> Connection[Message] | None:
        """Many messages."""
        part, chosen = info.context.notifications, {"unread": unread or None, "subject": subject}
        return await page(part, "/v1/inbox", Message.of, first, after, **chosen)

    @strawberry.field(description="The caller's messages by what they are about, the newest first.")
    async def inbox_threads(
        self, info: Info, first: First, after: After = None
    ) -> Connection[MessageThread] | None:
        """Many threads."""
        return await page(info.context.notifications, "/v1/inbox/threads", MessageThread.of, first, after)

    @strawberry.field(description="How many of the caller's messages are unread, by seat.")
    async def unread_counts(self, info: Info) -> UnreadCounts | None:
        """How many wait, and where."""
        return UnreadCounts.of(await info.context.notifications.get("/v1/inbox/counts"))

    @strawberry.field(description="How many of the caller's messages are unread.")
    async def unread_messages(self, info: Info) -> int | None:
        """How many wait."""
        count: int = (await info.context.notifications.get("/v1/inbox/summary"))["unread"]
        return count


@strawberry.type
class InboxMutation:
    """Acts on messages."""

    @mutation("Mark a message read; the first time counts.")
    async def read_message(self, info: Info, input: ReadMessageInput) -> ReadMessagePayload | None:
        """Mark it."""
        path = f"/v1/inbox/{uuid_of(input.id, 'Message')}/read"
        done = await info.context.notifications.write("POST", path)
        return ReadMessagePayload(message=Message.of(done.record), basis=Basis.each(done.basis))

    @mutation("Mark everything read that is there now about one thing.")
    async def read_thread(self, info: Info, input: ReadThreadInput) -> ReadAllMessagesPayload | None:
        """Mark a thread."""
        path = "/v1/inbox/threads/read"
        done = await info.context.notifications.write("POST", path, body_of(input))
        return ReadAllMessagesPayload(unread=done.record.get("unread"), basis=Basis.each(done.basis))

    @mutation("Mark everything read that is there now.")
    async def read_all_messages(
        self, info: Info, input: ReadAllMessagesInput
    ) -> ReadAllMessagesPayload | None:
        """Mark all."""
        del input
        done = await info.context.notifications.write("POST", "/v1/inbox/read-all")
        return ReadAllMessagesPayload(unread=done.record.get("unread"), basis=Basis.each(done.basis))
