"""Who finds what in the inbox, in which language, read or not."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import delete, select, update

from services.kit.ids import first_id_of
from services.notifications.inbox.model import Message, MessageRead, ReadMark
from tests.services.notifications.events import (
    declaration_moved,
    meeting_moved,
    objection_moved,
    recommendation_publicised,
)


@pytest.fixture
def hospital(node):
    """A hospital of the province, and its internal department: lineages from the root down."""
    root, authority = node("HRSS", "PROVINCE"), node("AUTHORITY", "PROVINCE")
    unit, department = node("EMPLOYER", "PROVINCE"), node("INTERNAL_DEPARTMENT", "PROVINCE")
    return {"root": root, "unit": (root, authority, unit), "department": (root, authority, unit, department)}


async def test_a_reviewer_finds_what_awaits_the_organisation(bring, reader, titles, seat, hospital):
    """The message reaches the reviewers' seats at that organisation, and neither other roles there nor reviewers elsewhere."""
    unit = hospital["unit"]
    await bring(declaration_moved(at_organisation_id=unit[-1].id))
    assert await titles(await reader([seat("REVIEWER", *unit)])) == ["有申报材料待审核"]
    assert await titles(await reader([seat("RECOMMENDER", *unit)])) == []
    assert await titles(await reader([seat("REVIEWER", *unit[:-1])])) == []


async def test_the_applicant_finds_the_own_messages_only(bring, reader, titles):
    """A returned declaration is told to its person, with the reviewer's note, and to nobody else."""
    person = uuid4()
    await bring(
        declaration_moved(person_id=person, action="SEND_BACK", after="RETURNED", note="学历证书不清晰")
    )
    http = await reader(person_id=person)
    [message] = (await http.get("/v1/inbox")).json()["items"]
    assert message["title"] == "申报材料被退回，请修改"
    assert "学历证书不清晰" in message["body"]
    assert message["legal"] is True
    assert message["basis"] == [
        {"cite": "三（一）", "summary": "审核中发现的问题汇总后逐级反馈，不得推诿、扯皮"}
    ]
    assert message["subject"].startswith("declaration/")
    assert await titles(await reader(person_id=uuid4())) == []
    assert await titles(await reader()) == []


async def test_a_publicity_reaches_everybody_in_the_unit_and_its_departments(
    bring, reader, titles, seat, node, hospital
):
    """People whose seat lies anywhere below the unit are told once, people elsewhere are not."""
    await bring(recommendation_publicised(unit_id=hospital["unit"][-1].id))
    seats = [seat("APPLICANT", *hospital["department"]), seat("REVIEWER", *hospital["unit"])]
    assert await titles(await reader(seats)) == ["职称推荐公示"]
    assert (
        await titles(await reader([seat("APPLICANT", hospital["root"], node("EMPLOYER", "PROVINCE"))])) == []
    )


async def test_drawn_experts_are_told_by_account(bring, reader, titles):
    """Each drawn expert finds the message under the own account."""
    first, second = uuid4(), uuid4()
    await bring(meeting_moved(expert_account_ids=[first, second]))
    for account in (first, second):
        assert await titles(await reader(sub=account)) == ["您被抽取为评审专家"]
    assert await titles(await reader(sub=uuid4())) == []


async def test_an_objection_is_told_to_those_who_decide_it(bring, reader, titles, seat, hospital):
    """Reviewers of the organisation hear of it; the applicant does not."""
    await bring(objection_moved(organisation_id=hospital["unit"][-1].id))
    assert await titles(await reader([seat("REVIEWER", *hospital["unit"])])) == ["公示期间收到异议"]
    assert await titles(await reader([seat("APPLICANT", *hospital["unit"])])) == []


async def test_the_reader_chooses_the_language(bring, reader):
    """Chinese by default, English when the reader prefers it."""
    person = uuid4()
    await bring(declaration_moved(person_id=person))
    http = await reader(person_id=person)
    english = (await http.get("/v1/inbox", headers={"accept-language": "en"})).json()["items"][0]
    chinese = (await http.get("/v1/inbox")).json()["items"][0]
    assert (english["title"], chinese["title"]) == ("Your declaration is submitted", "申报材料已提交")


async def test_an_event_that_comes_again_tells_nothing_again(bring, reader, titles):
    """Duplicates are known by id, even two at the same moment."""
    person, event_id = uuid4(), uuid4()
    event = declaration_moved(person_id=person)
    answers = await asyncio.gather(*(bring(event, id=event_id) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {204}
    assert await titles(await reader(person_id=person)) == ["申报材料已提交"]


async def test_reading_is_kept_by_account(bring, reader, seat, hospital):
    """One reviewer's reading leaves the message unread for the colleague; the first reading counts."""
    unit = hospital["unit"]
    await bring(declaration_moved(at_organisation_id=unit[-1].id))
    one, other = await reader([seat("REVIEWER", *unit)]), await reader([seat("REVIEWER", *unit)])
    [message] = (await one.get("/v1/inbox")).json()["items"]
    assert message["read_at"] is None
    first = (await one.post(f"/v1/inbox/{message['id']}/read")).json()["record"]["read_at"]
    again = (await one.post(f"/v1/inbox/{message['id']}/read")).json()["record"]["read_at"]
    assert first == again is not None
    assert (await one.get("/v1/inbox/summary")).json() == {"unread": 0}
    assert (await other.get("/v1/inbox/summary")).json() == {"unread": 1}
    assert (await one.get("/v1/inbox", params={"unread": True})).json()["items"] == []


async def test_read_all_reads_what_is_there_and_counts_what_comes(bring, reader, titles):
    """After reading all, only what comes later is unread; every message tells when it was read."""
    person = uuid4()
    http = await reader(person_id=person)
    for _ in range(3):
        await bring(declaration_moved(person_id=person))
    assert (await http.get("/v1/inbox/summary")).json() == {"unread": 3}
    answer = await http.post("/v1/inbox/read-all")
    assert answer.json()["record"] == {"unread": 0}
    assert all(each["read_at"] for each in (await http.get("/v1/inbox")).json()["items"])
    await bring(declaration_moved(person_id=person, action="SEND_BACK", after="RETURNED"))
    assert (await http.get("/v1/inbox/summary")).json() == {"unread": 1}
    assert await titles(http, unread=True) == ["申报材料被退回，请修改"]


async def test_a_role_gained_later_brings_its_unread_messages(bring, reader, titles, seat, hospital):
    """Reading everything as a recommender reads nothing that only reviewers are told."""
    unit, account = hospital["unit"], uuid4()
    await bring(declaration_moved(at_organisation_id=unit[-1].id))
    await (await reader([seat("RECOMMENDER", *unit)], sub=account)).post("/v1/inbox/read-all")
    promoted = await reader([seat("RECOMMENDER", *unit), seat("REVIEWER", *unit)], sub=account)
    assert await titles(promoted, unread=True) == ["有申报材料待审核"]


async def test_pages_hold_together_while_messages_come_in(bring, reader):
    """Going on from a cursor neither repeats nor misses a message, though new ones arrive."""
    person = uuid4()
    http = await reader(person_id=person)
    for number in range(7):
        await bring(declaration_moved(person_id=person, number=f"n{number}"))
    seen, after = [], None
    while True:
        page = (await http.get("/v1/inbox", params={"first": 3} | ({"after": after} if after else {}))).json()
        seen += [message["body"] for message in page["items"]]
        await bring(declaration_moved(person_id=person, number="later"))
        after = page["next_cursor"]
        if after is None:
            break
    assert [body.split("编号 ")[1].split("）")[0] for body in seen] == [
        f"n{number}" for number in reversed(range(7))
    ]


async def test_messages_of_others_cannot_be_marked_read(bring, reader):
    """Another's message is as unknown as one that does not exist."""
    person = uuid4()
    await bring(declaration_moved(person_id=person))
    [message] = (await (await reader(person_id=person)).get("/v1/inbox")).json()["items"]
    stranger = await reader(person_id=uuid4())
    for message_id in (message["id"], uuid4()):
        answer = await stranger.post(f"/v1/inbox/{message_id}/read")
        assert (answer.status_code, answer.json()["code"]) == (404, "MESSAGE_NOT_FOUND")


async def test_the_inbox_is_closed_to_strangers(client, reader):
    """Without a token nothing is told; a page is not larger than a hundred."""
    http = await client("notifications")
    for method, path in (("GET", "/v1/inbox"), ("GET", "/v1/inbox/summary"), ("POST", "/v1/inbox/read-all")):
        assert (await http.request(method, path)).status_code == 401
    assert (await (await reader()).get("/v1/inbox", params={"first": 101})).status_code == 422
    assert (await (await reader()).get("/v1/inbox", params={"after": "x"})).status_code == 422


async def test_counting_starts_behind_what_was_read_long_ago(bring, reader, session):
    """Reading all marks each place; what lies before the mark is not counted again, and stays read."""
    person = uuid4()
    http = await reader(person_id=person)
    for _ in range(2):
        await bring(declaration_moved(person_id=person))
    async with session("notifications") as tx:
        old = first_id_of(datetime.now(UTC) - timedelta(hours=1))
        newest = (await tx.scalars(select(Message.id).order_by(Message.id))).first()
        await tx.execute(update(Message).where(Message.id == newest).values(id=old))
    await http.post("/v1/inbox/read-all")
    async with session("notifications") as tx:
        marks = {mark.place: mark.up_to for mark in await tx.scalars(select(ReadMark))}
        assert old < marks[f"person/{person}#"]
        await tx.execute(delete(MessageRead).where(MessageRead.message_id == old))
    assert (await http.get("/v1/inbox/summary")).json() == {"unread": 0}
    assert len((await http.get("/v1/inbox")).json()["items"]) == 2
