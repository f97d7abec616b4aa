"""What a stream tells, to whom, and how it goes on after a break."""

from __future__ import annotations

from uuid import uuid4

import httpx

from tests.platform.tokens import bearer
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


async def test_what_is_withdrawn_is_told_live_and_waits_to_be_read_no_more(live, token, node, seat):
    """Every open inbox of its readers shows that it was withdrawn, and why; counts fall; who comes later hears of it too."""
    root = node("HRSS", "PROVINCE")
    url, officer = await live(), token([seat("TITLE_OFFICER", root)])
    mine, wish = token(), {"title": "停机维护", "body": "周六停机。", "topic": "SEASON"}
    async with httpx.AsyncClient(base_url=url, headers=bearer(officer), trust_env=False) as http:
        async with Listener(url, mine) as heard, Listener(url, token()) as other:
            made = await http.post("/v1/announcements", json={"organisation_id": str(root.id), **wish})
            message = await heard.next("message")
            await other.next("message")
            assert (await heard.next("unread")).json() == {"unread": 1}
            path = f"/v1/announcements/{made.json()['record']['id']}/actions/CANCEL"
            assert (await http.post(path, json={"note": "日期有误"})).status_code == 200
            told = (await heard.next("withdrawn")).json()
            assert (told["id"], told["title"]) == (message.json()["id"], "（已撤回）停机维护")
            assert told["body"].startswith("本消息已撤回：日期有误")
            assert told["withdrawn_at"]
            assert (await heard.next("unread")).json() == {"unread": 0}
            assert (await other.next("withdrawn")).json() == told
        async with Listener(url, mine, after=message.id) as again:
            assert (await again.next()).event == "withdrawn"
        inbox = {"authorization": f"Bearer {mine}"}
        listed = (await http.get("/v1/inbox", headers=inbox)).json()["items"]
        unread = (await http.get("/v1/inbox", params={"unread": True}, headers=inbox)).json()["items"]
        [thread] = (await http.get("/v1/inbox/threads", headers=inbox)).json()["items"]
        counts = (await http.get("/v1/inbox/counts", headers=inbox)).json()
    assert (listed, unread, thread["unread"], counts["unread"]) == ([told], [], 0, 0)
