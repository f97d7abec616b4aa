"""What a stream tells, to whom, and how it goes on after a break."""

from __future__ import annotations

from uuid import uuid4

from tests.services.notifications.events import declaration_moved
from tests.services.notifications.live.conftest import Listener


async def test_messages_and_what_is_read_come_live_to_every_tab(live, bring, token, reader):
    """A message comes with its count; read in one tab, it is read in the other, once; and so is everything."""
    url, person, account = await live(), uuid4(), uuid4()
    mine = token(person_id=person, sub=account)
    async with Listener(url, mine) as one, Listener(url, mine) as other:
        assert one.answer.headers["content-type"].startswith("text/event-stream")
        assert one.answer.headers["x-accel-buffering"] == "no"
        assert "no-store" in one.answer.headers["cache-control"]
        assert [(await each.next()).event for each in (one, other)] == ["ready", "ready"]
        assert [(await each.next()).data for each in (one, other)] == ['{"unread":0}'] * 2
        await bring(declaration_moved(person_id=person))
        message = (await one.next("message")).json()
        assert (await other.next("message")).json() == message
        assert (message["title"], message["read_at"]) == ("申报材料已提交", None)
        assert [(await each.next("unread")).json() for each in (one, other)] == [{"unread": 1}] * 2
        http = await reader(person_id=person, sub=account)
        for _ in range(2):
            await http.post(f"/v1/inbox/{message['id']}/read")
        told = (await other.next("read")).json()
        assert told["id"] == message["id"]
        assert told["read_at"]
        assert (await other.next("unread")).json() == {"unread": 0}
        await bring(declaration_moved(person_id=person))
        await other.next("message")
        await http.post("/v1/inbox/read-all")
        assert (await other.next("read_all")).id
        assert [each.event for each in other.seen].count("read") == 1
