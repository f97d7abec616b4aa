"""Messages by what they are about, and counts by seat."""

from __future__ import annotations

from uuid import uuid4

from tests.services.notifications.events import declaration_moved, recommendation_publicised


async def test_messages_about_one_declaration_are_one_thread(bring, reader, titles):
    """Threads come by their newest messages, with how much is in them and unread; paging neither repeats nor misses one."""
    person, first, second = uuid4(), uuid4(), uuid4()
    http = await reader(person_id=person)
    returned = {"action": "SEND_BACK", "after": "RETURNED"}
    for declaration in (first, second, uuid4()):
        await bring(declaration_moved(person_id=person, declaration_id=declaration))
    await bring(declaration_moved(person_id=person, declaration_id=first, **returned))
    page = (await http.get("/v1/inbox/threads", params={"first": 1})).json()
    [thread] = page["items"]
    assert (thread["subject"], thread["messages"], thread["unread"]) == (f"declaration/{first}", 2, 2)
    assert thread["latest"]["title"] == "申报材料被退回，请修改"
    rest = (await http.get("/v1/inbox/threads", params={"after": page["next_cursor"]})).json()
    assert [each["messages"] for each in rest["items"]] == [1, 1]
    assert rest["next_cursor"] is None
    assert await titles(http, subject=f"declaration/{first}") == ["申报材料被退回，请修改", "申报材料已提交"]
    assert len(await titles(http, subject=f"declaration/{first}", first=1)) == 1
    read = await http.post("/v1/inbox/threads/read", json={"subject": f"declaration/{first}"})
    assert read.json()["record"] == {"unread": 2}
    assert await titles(http, subject=f"declaration/{first}", unread=True) == []
    counted = (await http.get("/v1/inbox/threads")).json()["items"]
    assert [(each["messages"], each["unread"]) for each in counted] == [(2, 0), (1, 1), (1, 1)]
    await http.post("/v1/inbox/read-all")
    assert [each["unread"] for each in (await http.get("/v1/inbox/threads")).json()["items"]] == [0, 0, 0]


async def test_a_thread_holds_what_its_reader_may_read(bring, reader, seat, node):
    """The applicant's and the reviewers' messages about one declaration are different threads of one name."""
    root, unit, person, declaration = node("HRSS", "PROVINCE"), node("EMPLOYER", "PROVINCE"), uuid4(), uuid4()
    await bring(declaration_moved(declaration_id=declaration, person_id=person, at_organisation_id=unit.id))
    own = (await (await reader(person_id=person)).get("/v1/inbox/threads")).json()["items"]
    theirs = await reader([seat("REVIEWER", root, unit)])
    [reviewed] = (await theirs.get("/v1/inbox/threads")).json()["items"]
    assert [each["subject"] for each in own] == [reviewed["subject"]] == [f"declaration/{declaration}"]
    assert own[0]["latest"]["title"] != reviewed["latest"]["title"]
    assert (await (await reader()).get("/v1/inbox/threads")).json()["items"] == []
    stranger = await reader([seat("RECOMMENDER", root, unit)])
    subject = {"subject": f"declaration/{declaration}"}
    assert (await stranger.get("/v1/inbox", params=subject)).json()["items"] == []
    await stranger.post("/v1/inbox/threads/read", json=subject)
    assert (await theirs.get("/v1/inbox/threads")).json()["items"][0]["unread"] == 1
    assert (await theirs.post("/v1/inbox/threads/read", json={"subject": "x" * 161})).status_code == 422


async def test_counts_tell_in_all_personally_and_by_seat(bring, reader, seat, node):
    """Each seat counts what its role is told there; what everybody below a unit is told counts in all only."""
    root, unit, other = node("HRSS", "PROVINCE"), node("EMPLOYER", "PROVINCE"), node("EMPLOYER", "PROVINCE")
    person = uuid4()
    seats = [seat("REVIEWER", root, unit), seat("RECOMMENDER", root, unit), seat("REVIEWER", root, other)]
    http = await reader(seats, person_id=person)
    for at in (unit, unit, other):
        await bring(declaration_moved(at_organisation_id=at.id))
    await bring(declaration_moved(person_id=person))
    await bring(recommendation_publicised(unit_id=unit.id))
    told = (await http.get("/v1/inbox/counts")).json()
    assert told.pop("cursor").endswith("-0")
    assert told == {
        "unread": 5,
        "personal": 1,
        "seats": [
            {"organisation_id": str(unit.id), "role": "REVIEWER", "unread": 2},
            {"organisation_id": str(unit.id), "role": "RECOMMENDER", "unread": 0},
            {"organisation_id": str(other.id), "role": "REVIEWER", "unread": 1},
        ],
    }
    assert told["unread"] == (await http.get("/v1/inbox/summary")).json()["unread"]
