"""The caller's inbox: what is addressed to the person, the account, and the seats it holds."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request

from services.kit.auth import CurrentActor
from services.kit.clock import CurrentMoment
from services.kit.db import Tx
from services.kit.http import Decided, Page, decided, language_of, refusals, router
from services.kit.paging import After, First
from services.notifications.inbox import store, threads
from services.notifications.inbox.errors import MessageNotFound
from services.notifications.inbox.schemas import Counts, MessageOut, Summary, ThreadIn, ThreadOut

Subject = Annotated[str | None, Query(max_length=160, description="what they are about, as `kind/id`")]
routes = router(prefix="/v1/inbox", tags=["inbox"])


@routes.get("", responses=refusals())
async def read_inbox(
    request: Request,
    actor: CurrentActor,
    tx: Tx,
    first: First = 20,
    after: After = None,
    unread: bool = False,
    subject: Subject = None,
) -> Page[MessageOut]:
    """The caller's messages, newest first; `unread` leaves out those read, `subject` those of other threads."""
    rows = await store.page(tx, actor, first=first + 1, after=after, unread=unread, subject=subject)
    language = language_of(request)
    items = [MessageOut.of(row, language) for row in rows[:first]]
    return Page(items=items, next_cursor=str(items[-1].id) if len(rows) > first else None)


@routes.get("/summary", responses=refusals())
async def summary(actor: CurrentActor, tx: Tx) -> Summary:
    """How many of the caller's messages are unread."""
    return Summary(unread=await store.unread_count(tx, actor))


@routes.get("/counts", responses=refusals())
async def read_counts(actor: CurrentActor, tx: Tx) -> Counts:
    """How many messages are unread: in all, to the caller personally, and for each seat; `cursor` is where to listen from."""
    return await threads.counts(tx, actor)


@routes.get("/threads", responses=refusals())
async def read_threads(
    request: Request, actor: CurrentActor, tx: Tx, first: First = 20, after: After = None
) -> Page[ThreadOut]:
    """The caller's messages by what they are about, that with the newest message first."""
    rows = await threads.page(tx, actor, first=first + 1, after=after)
    language = language_of(request)
    items = [ThreadOut.of_thread(row, language) for row in rows[:first]]
    return Page(items=items, next_cursor=str(items[-1].place) if len(rows) > first else None)


@routes.post("/threads/read", responses=refusals())
async def read_thread(body: ThreadIn, actor: CurrentActor, tx: Tx, moment: CurrentMoment) -> Decided[Summary]:
    """Mark everything read that is there now about one thing; what is unread besides is told."""
    await threads.mark_read(tx, actor, body.subject, moment)
    return decided(Summary(unread=await store.unread_count(tx, actor)))


@routes.post("/read-all", responses=refusals())
async def read_all(actor: CurrentActor, tx: Tx, moment: CurrentMoment) -> Decided[Summary]:
    """Mark everything read that is there now."""
    await store.mark_all_read(tx, actor, moment)
    return decided(Summary(unread=await store.unread_count(tx, actor)))


@routes.post("/{message_id}/read", responses=refusals(MessageNotFound))
async def read_message(
    message_id: UUID, request: Request, actor: CurrentActor, tx: Tx, moment: CurrentMoment
) -> Decided[MessageOut]:
    """Mark one message read; the first time counts."""
    if await store.one(tx, actor, message_id) is None:
        raise MessageNotFound
    await store.mark_read(tx, actor, message_id, moment)
    row = await store.one(tx, actor, message_id)
    assert row is not None
    return decided(MessageOut.of(row, language_of(request)))
