"""The whole province recalculated: who may, what it finds, how it goes on after whatever happens to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, text
from starlette.responses import Response

from services.kit.audit import audit_log
from services.quota.contract import TitleLevel
from services.quota.recalculation import counting, store
from services.quota.recalculation.steps import OFFICIALS
from tests.platform.tokens import mint, node, seat
from tests.services.quota.bodies import YEAR
from tests.services.quota.directory import Directory
from tests.services.quota.ground import by_level, post_of
from tests.services.quota.people import Unit, ask, assert_refused, service_token

PATH = "/v1/recalculations"
PROVINCE = ("HRSS", "PROVINCE", None)
PREFECTURE, COUNTY = ("HRSS", "PREFECTURE", None), ("HRSS", "COUNTY", None)
SCHOOL = ("EMPLOYER", "COUNTY", "PUBLIC_INSTITUTION")
Replica = Callable[..., Awaitable[FastAPI]]


@pytest.fixture
def units(directory: Directory) -> list[Unit]:
    """Five schools of one county, known to accounts; and a township, a company and a closed school that are none."""
    root = node("HRSS", "PROVINCE")
    above = (root, node("HRSS", "PREFECTURE"), node("HRSS", "COUNTY"))

    def made(nature: str, **fields: Any) -> Unit:
        last = node("EMPLOYER", "COUNTY").model_copy(update={"nature": nature})
        return directory.add(Unit((*above, last)), region="632521", **fields)

    schools = [made("PUBLIC_INSTITUTION") for _ in range(5)]
    for nature in ("TOWNSHIP", "PRIVATE_ENTERPRISE"):
        made(nature)
    made("PUBLIC_INSTITUTION", status="CLOSED")
    return schools


@pytest.fixture
def official(units) -> str:
    """A title officer of the province."""
    return units[0].at(0, "TITLE_OFFICER")


@pytest.fixture
async def replica(client, directory) -> Replica:
    """`await replica(**settings)`: another process of the service, asking the same accounts."""
    transports = {"accounts": directory.transport}

    async def start(**settings: Any) -> FastAPI:
        http: httpx.AsyncClient = await client("quota", settings=settings, transports=transports)
        return http._transport.app  # noqa: SLF001 - the app behind the client

    return start


@pytest.fixture
def start(quota, official):
    """`await start()`: have the province recalculated, as its title officer or `by` somebody else; the answer."""

    async def begin(*, by: str | None = None, **body: Any) -> httpx.Response:
        return await ask(quota, "POST", PATH, by or official, {"year": YEAR, **body})

    return begin


@pytest.fixture
def seen(quota, official):
    """`await seen(job)`: a recalculation as the title officer sees it now."""

    async def read(job: dict[str, Any]) -> dict[str, Any]:
        return (await ask(quota, "GET", f"{PATH}/{job['id']}", official)).json()

    return read


@pytest.fixture
def stop(quota, official):
    """`await stop(job)`: stop it; the answer."""

    async def end(job: dict[str, Any], *, by: str | None = None, **body: Any) -> httpx.Response:
        return await ask(quota, "POST", f"{PATH}/{job['id']}/actions/STOP", by or official, body)

    return end


async def standing(quota, unit: Unit, token: str | None = None) -> httpx.Response:
    """A unit's standing as its recommender sees it."""
    path = f"/v1/standings/{unit.id}?year={YEAR}"
    return await ask(quota, "GET", path, token or unit.recommender)


async def begun(start) -> dict[str, Any]:
    """A new recalculation."""
    answer = await start()
    assert answer.status_code == 202, answer.text
    return answer.json()["record"]


@pytest.mark.clause("A1")
async def test_the_whole_province(quota, units, approve, reserve, start, replica, seen, session):
    """Every institution in use, every level: approved or not; what changed is found by the next one."""
    school, other = units[0], units[1]
    await approve(school, ASSOCIATE_SENIOR=(5, 3, 0, 0), MIDDLE=(17, 9, 0, 0), JUNIOR=(11, 9, 0, 0))
    assert (await reserve(school)).status_code == 201
    job = await begun(start)
    assert (job["state"], job["done"], job["total"]) == ("COLLECTING", 0, None)
    recalculator = (await replica()).state.recalculator
    assert await recalculator.once()
    job = await seen(job)
    assert (job["state"], job["done"], job["total"], job["problem"]) == ("DONE", 5, 5, None)
    assert [each["action"] for each in job["history"]] == ["CREATE", "COUNT", "FINISH"]
    assert job["ended_at"]
    told = (await standing(quota, school)).json()
    assert (told["has_form"], told["ratio"], told["row_code"], told["headcount"]) == (
        *(True, "ROW", "COUNTIES_1", 33),
    )
    assert (told["posts"]["targeted_senior"], told["posts"]["overall_middle"]) == (2, 18)
    levels = {each["level"]: each for each in told["levels"]}
    assert list(levels) == list(TitleLevel)
    assert (levels["ASSOCIATE_SENIOR"]["held"], levels["ASSOCIATE_SENIOR"]["free"]) == (1, 1)
    assert (levels["MIDDLE"]["declarable"], levels["MIDDLE"]["free"]) == (8, 9)
    assert levels["JUNIOR"]["free"] is None
    told = (await standing(quota, other)).json()
    assert (told["has_form"], told["headcount"], told["posts"], told["row_code"]) == (
        *(False, None, None, "COUNTIES_1"),
    )
    await approve(other, MIDDLE=(4, 1, 0, 0))
    assert (await standing(quota, other)).json()["has_form"] is False
    await begun(start)
    await recalculator.once()
    assert (await standing(quota, other)).json()["headcount"] == 4
    moved = await post_of(session, "titles.quota.recalculation.moved.v1")
    assert [(each["after"], each["units"]) for each in moved] == [("COUNTING", 5), ("DONE", 5)] * 2


@pytest.mark.clause("A1")
async def test_who_has_it_recalculated(units, start):
    """A title officer or a reviewer of the province's own department; nobody else, and nothing is begun."""
    unit = units[0]
    others = [
        unit.at(0, "ORGANISATION_MANAGER", "RECOMMENDER", "SUPERVISOR", "COMMITTEE_OFFICE", "OPERATOR"),
        unit.at(1, *OFFICIALS),
        unit.at(3, *OFFICIALS),
        mint([seat("TITLE_OFFICER", node("AUTHORITY", "PROVINCE"))]),
        mint([seat("TITLE_OFFICER", node("HRSS", "PREFECTURE"))]),
        service_token(),
        mint(),
    ]
    for token in others:
        assert_refused(await start(by=token), 403, "PROVINCE_ONLY", field=None, cites={"附件1"})
    assert (await start(by=unit.at(0, "REVIEWER"))).status_code == 202


async def test_bad_questions(quota, start, official, units):
    """A year without policy, what is no year, what nobody asked for, ids of nothing: each refused by its own code."""
    assert (await start(year=1999)).json()["code"] == "YEAR_UNKNOWN"
    for body in ({"year": None}, {"year": "next"}, {"year": 0}, {"year": 10**9}, {"force": True}):
        assert (await start(**body)).status_code == 422, body
    for path in (f"{PATH}/{uuid4()}", f"/v1/standings/{uuid4()}?year={YEAR}"):
        assert (await ask(quota, "GET", path, official)).status_code == 404
    for path in (f"{PATH}/none", f"/v1/standings/{units[0].id}", f"{PATH}?first=0", f"{PATH}?year=-1"):
        assert (await ask(quota, "GET", path, official)).status_code == 422, path
    answer = await standing(quota, units[0])
    assert_refused(answer, 404, "NEVER_COUNTED", field="unit_id", cites=set())


async def test_who_sees_it(quota, units, start, stop, replica):
    """Those who work at the root see the recalculation; a unit's standing is seen by those at the unit and above it."""
    job = await begun(start)
    await (await replica()).state.recalculator.once()
    unit = units[0]
    for token, found in [
        (unit.at(0, "SUPERVISOR"), True),
        (unit.at(0, "REVIEWER"), True),
        (service_token(), True),
        (unit.at(0, "APPLICANT"), False),
        (unit.at(1, "TITLE_OFFICER"), False),
        (mint(), False),
    ]:
        one = await ask(quota, "GET", f"{PATH}/{job['id']}", token)
        many = (await ask(quota, "GET", f"{PATH}?year={YEAR}", token)).json()["items"]
        assert (one.status_code == 200, len(many) == 1) == (found, found)
        if not found:
            assert one.json()["code"] == "RECALCULATION_NOT_FOUND"
            assert (await stop(job, by=token)).status_code == 404
    for token, found in [
        (unit.hrss, True),
        (unit.at(0, "SUPERVISOR"), True),
        (service_token(), True),
        (units[1].recommender, False),
        (unit.at(3, "APPLICANT"), False),
        (mint(), False),
    ]:
        assert ((await standing(quota, unit, token)).status_code == 200) is found


async def test_two_at_once_are_one(quota, start, official):
    """However many ask at the same time, one recalculation is begun, and all are told of it; another year's is another."""
    answers = await asyncio.gather(*(start() for _ in range(12)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["record"]["id"] for answer in answers}) == 1
    listed = (await ask(quota, "GET", PATH, official)).json()["items"]
    assert [len(each["history"]) for each in listed] == [1]


async def test_every_state_action_and_role(quota, units, start, stop, replica, session):
    """At work it is stopped by an official at the root, with a reason that is kept; what has ended stays as it is."""
    unit = units[0]
    at_root = {role: unit.at(0, role) for role in ("TITLE_OFFICER", "REVIEWER", "SUPERVISOR", "RECOMMENDER")}
    for state in ("COLLECTING", "COUNTING"):
        for role, token in at_root.items():
            job = await begun(start)
            if state == "COUNTING":
                async with session("quota") as tx:
                    await tx.execute(
                        text("update recalculation set state = 'COUNTING' where ended_at is null")
                    )
            answer = await stop(job, by=token, note="数据有误")
            if role in OFFICIALS:
                told = answer.json()["record"]
                assert (told["state"], told["available_actions"]) == ("STOPPED", [])
                assert told["history"][-1]["note"] == "数据有误"
                again = await stop(job, by=token)
                assert (again.status_code, again.json()["code"]) == (409, "ACTION_NOT_AVAILABLE")
            else:
                assert_refused(answer, 403, "NOT_YOUR_STEP", field=None, cites={"附件1"})
    assert (await stop(job, by=at_root["REVIEWER"])).status_code == 200
    job = await begun(start)
    assert (await stop(job, version=99)).json()["code"] == "STALE_VERSION"
    assert (await stop(job, reason="x")).status_code == 422
    await (await replica()).state.recalculator.once()
    for token in at_root.values():
        assert (await stop(job, by=token)).json()["code"] == "ACTION_NOT_AVAILABLE"
    async with session("quota") as tx:
        subject = audit_log.c.subject == f"recalculation/{job['id']}"
        lines = await tx.scalars(select(audit_log.c.action).where(subject).order_by(audit_log.c.id))
        assert [each.partition(".")[2] for each in lines] == ["CREATE", "COUNT", "FINISH"]


@pytest.mark.usefixtures("units")
async def test_a_stopped_one_comes_no_further(quota, start, stop, seen, replica, monkeypatch):
    """Stopped between two chunks, nothing more is counted; the next one begins anew and comes to its end."""
    job = await begun(start)
    recalculator = (await replica(recalculation_batch=2)).state.recalculator
    chunks = counting.next_chunk

    async def stopped_after_one(*given):
        monkeypatch.setattr(counting, "next_chunk", chunks)
        found = await chunks(*given)
        stopping.append(asyncio.create_task(stop(job)))
        await asyncio.sleep(0.1)
        return found

    stopping: list[asyncio.Task] = []
    monkeypatch.setattr(counting, "next_chunk", stopped_after_one)
    await recalculator.once()
    assert (await stopping[0]).status_code == 200
    told = await seen(job)
    assert (told["state"], told["done"], told["total"]) == ("STOPPED", 2, 5)
    anew = await begun(start)
    assert anew["id"] != job["id"]
    await recalculator.once()
    assert (await seen(anew))["state"] == "DONE"


async def test_a_killed_worker_leaves_the_rest_to_the_next(units, start, seen, replica, monkeypatch, session):
    """Killed in the midst of a chunk, nothing of it is kept: another one counts it, and every unit exactly once."""
    job = await begun(start)
    dying = (await replica(recalculation_batch=2)).state.recalculator
    counted, real = [], counting.count
    never = asyncio.Event()

    async def killed_in_the_second(tx, policy, after, upto):
        await real(tx, policy, after, upto)
        counted.append((after, upto))
        if len(counted) == 2:
            await never.wait()

    monkeypatch.setattr(counting, "count", killed_in_the_second)
    work = asyncio.create_task(dying.once())
    while len(counted) < 2:
        await asyncio.sleep(0.01)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert ((await seen(job))["done"], await standings(session)) == (2, 2)
    heir = (await replica(recalculation_batch=2)).state.recalculator
    assert not await heir.once()
    async with session("quota") as tx:
        await tx.execute(text("update recalculation set lease_until = now() - interval '1 second'"))
    assert await heir.once()
    told = await seen(job)
    assert (told["state"], told["done"], told["total"], await standings(session)) == ("DONE", 5, 5, 5)
    first, lost, again, *rest = counted
    assert (lost, rest[-1][1]) == (again, counting.LAST)
    assert [after for after, _ in (first, again, *rest)] == [
        None,
        *(upto for _, upto in (first, again, *rest)),
    ][:-1]
    assert len(units) == 5


async def standings(session) -> int:
    """How many units have one."""
    async with session("quota") as tx:
        return int(await tx.scalar(text("select count(*) from unit_standing")))


@pytest.mark.usefixtures("units")
async def test_who_lost_the_lease_keeps_nothing(start, seen, replica, session):
    """A worker that was thought dead and goes on writes nothing any more, neither figures nor progress."""
    job = await begun(start)
    slow = (await replica()).state.recalculator
    async with session("quota") as tx:
        lost = await store.take_work(tx, uuid4(), 0.0)
    async with session("quota") as tx:
        mine = uuid4()
        assert await store.take_work(tx, mine, 60) == lost == UUID(job["id"])
    async with session("quota") as tx:
        assert await store.beat(tx, lost, uuid4(), 60, done=99) is None
        await store.let_go(tx, lost, uuid4(), "LATE")
    assert not await slow.once()
    told = await seen(job)
    assert (told["done"], told["problem"]) == (0, None)
    async with session("quota") as tx:
        await store.let_go(tx, lost, mine, "GONE")
    assert await slow.once()
    assert (await seen(job))["state"] == "DONE"


@pytest.mark.usefixtures("units")
async def test_many_workers_share_nothing(start, seen, replica):
    """Replicas that look for work at the same time: one takes it, and it comes to its end once."""
    job = await begun(start)
    running = [(await replica(recalculation_batch=1)).state.recalculator for _ in range(3)]
    await asyncio.gather(*(each.once() for each in running))
    told = await seen(job)
    assert (told["state"], told["done"]) == ("DONE", 5)
    assert [each["action"] for each in told["history"]] == ["CREATE", "COUNT", "FINISH"]


async def test_it_waits_for_accounts(directory, start, seen, replica):
    """While accounts does not answer it waits and says so; with the first answer it goes on where it was."""
    directory.page = 2
    job = await begun(start)
    recalculator = (await replica()).state.recalculator
    pages = 0

    def fails_after_one(asked):
        nonlocal pages
        pages += "nature" in asked
        return Response(status_code=500)

    directory.answer = fails_after_one
    assert not await recalculator.once()
    assert (await seen(job))["problem"] == "PART_UNAVAILABLE"
    directory.answer = None
    directory.asked.clear()
    assert await recalculator.once()
    told = await seen(job)
    assert (told["state"], told["done"], told["problem"], pages) == ("DONE", 5, None, 1)
    assert [each.get("after") is None for each in directory.asked if "nature" in each] == [True, False, False]


async def test_a_fault_is_no_end(start, seen, replica, monkeypatch, units):
    """What goes wrong within a chunk is undone and tried again; meanwhile it is told that there is a problem."""
    job = await begun(start)
    recalculator = (await replica()).state.recalculator
    real = counting.count

    async def fails(tx, *given):
        await real(tx, *given)
        raise ZeroDivisionError

    monkeypatch.setattr(counting, "count", fails)
    assert not await recalculator.once()
    told = await seen(job)
    assert (told["state"], told["problem"], told["done"]) == ("COUNTING", "INTERNAL", 0)
    monkeypatch.setattr(counting, "count", real)
    assert await recalculator.once()
    assert (await seen(job))["done"] == len(units)


async def test_posts_of_units_that_no_list_tells(quota, units, directory, approve, start, replica, seen):
    """A unit that went into another has its posts still: it is asked for by its id, and counted."""
    gone = directory.add(Unit((*units[0].lineage[:3], node("EMPLOYER", "COUNTY"))), status="MERGED")
    stranger = Unit((units[0].lineage[0], node("EMPLOYER", "PROVINCE")))
    for unit in (gone, stranger):
        await approve(unit, MIDDLE=(4, 1, 0, 0))
    job = await begun(start)
    await (await replica()).state.recalculator.once()
    assert (await seen(job))["total"] == 6
    assert (await standing(quota, gone)).json()["headcount"] == 4
    assert (await standing(quota, stranger)).status_code == 404


@pytest.mark.clause("A2.n2.deemed", "A2.n3")
async def test_it_finds_what_the_ledger_is_worth(
    quota, directory, hospital, ledger, move, approve, reserve, start, replica
):
    """Exits taken back and people who returned open nothing, a post in the figures is deemed vacant: as availability says."""
    directory.add(hospital, region="630000")
    people = await ledger(
        hospital, {"ASSOCIATE_SENIOR": 1, "MIDDLE": 1}, ["ASSOCIATE_SENIOR"] * 5 + ["MIDDLE"]
    )
    left = [await move(hospital, "RETIRED", person, name=f"人员{at}") for at, person in enumerate(people[:4])]
    await approve(hospital)
    assert (await reserve(hospital, person_id=people[-1])).status_code == 201
    back = {"level": "ASSOCIATE_SENIOR", "title": "副主任医师"}
    await move(hospital, "TRANSFERRED_IN", people[0], name="人员0", **back)
    path = f"/v1/staffing/movements/{left[1]['id']}/reversal"
    reversal = await ask(quota, "POST", path, hospital.recommender, {"reason": "误登"})
    assert reversal.status_code == 201, reversal.text
    await begun(start)
    await (await replica()).state.recalculator.once()
    told = await by_level(quota, hospital)
    found = {each["level"]: each for each in (await standing(quota, hospital)).json()["levels"]}
    names = ("held", "borrowed", "lent", "shortage", "free", "declarable")
    assert {level: [each[name] for name in names] for level, each in found.items()} == {
        level: [each[name] or 0 if name != "free" else each[name] for name in names]
        for level, each in told.items()
    }
    assert (found["ASSOCIATE_SENIOR"]["exit_places"], found["ASSOCIATE_SENIOR"]["by_exits"]) == (1, 1)
    assert (found["MIDDLE"]["deemed"], found["MIDDLE"]["free"]) == (1, 1)


async def test_it_works_by_itself(start, seen, replica, units):
    """A recalculation that was begun comes to its end without anybody asking, while the service runs."""
    job = await begun(start)
    await replica(recalculation_poll_seconds=0.02)
    while (await seen(job))["state"] != "DONE":
        await asyncio.sleep(0.02)
    assert (await seen(job))["done"] == len(units)
