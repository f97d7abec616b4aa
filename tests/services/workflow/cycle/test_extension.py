"""A window lasts longer by the province's document alone, and for nobody before that is published (三（六）)."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from services.kit.audit import audit_log
from services.kit.outbox import outbox
from services.kit.transition import history
from services.workflow.contract import CycleClosed, WindowExtended
from tests.services.workflow.cycle.test_cycle import OTHERS
from tests.services.workflow.stage import NOVEMBER, OCTOBER, Places, cites, problem

AT_ONCE = 64
AFTER_THE_RUN = "2024-02-01T00:00+08:00"
EXTENSION = {
    "window": "ARRANGE",
    "closes": "2023-11-10",
    "document_number": "青人社厅函〔2023〕301号",
    "reason": "卫生系列评价标准改革，安排部署顺延",
}


def path_of(cycle):
    """Where the extensions of a cycle are."""
    return f"/cycles/{cycle['id']}/extensions"


async def approved(stage, cycle, **changed):
    """An extension that waits for its publication."""
    return await stage.made(path_of(cycle), stage.officer, EXTENSION | changed)


async def published(stage, cycle, **changed):
    """An extension in force."""
    extension = await approved(stage, cycle, **changed)
    return await stage.made(f"/extensions/{extension['id']}/actions/PUBLISH", stage.officer)


async def arranging(stage, cycle):
    """An attempt that needs the window of arranging."""
    body = {"cycle_id": cycle["id"], "series": "HEALTH", "title": "安排", "text": "按通知执行"}
    return await stage.ask("POST", "/arrangements", stage.office, body)


async def windows(stage, cycle):
    """The last day of every window, and by which document."""
    told = (await stage.ask("GET", f"/cycles/{cycle['id']}")).json()["windows"]
    return {each["name"]: (each["closes"], each["extended_by"]) for each in told}


async def traces(session):
    """How much history, audit and news there is."""
    async with session("workflow") as tx:
        return [
            await tx.scalar(select(func.count()).select_from(each)) for each in (history, audit_log, outbox)
        ]


@pytest.mark.clause("3.6.0")
async def test_an_extension_opens_nothing_before_it_is_published(stage, session):
    """Approved it is read by the province alone; published it is read by anybody, and what was over is possible."""
    cycle = await stage.opened()
    await stage.time(NOVEMBER)
    problem(await arranging(stage, cycle), 422, "OUTSIDE_WINDOW")
    answer = await stage.ask("POST", path_of(cycle), stage.officer, EXTENSION)
    assert (answer.status_code, cites(answer.json())) == (201, {"三（六）"})
    made = answer.json()["record"]
    assert (made["state"], made["published_at"]) == ("APPROVED", None)
    assert made["available_actions"] == ["PUBLISH", "WITHDRAW"]
    problem(await arranging(stage, cycle), 422, "OUTSIDE_WINDOW")
    assert await windows(stage, cycle) == {
        name: (day, None) for name, (day, _) in (await windows(stage, cycle)).items()
    }
    for token in (None, stage.office, stage.places.token("REVIEWER", stage.places.province)):
        problem(await stage.ask("GET", f"/extensions/{made['id']}", token), 404, "EXTENSION_NOT_FOUND")
        assert (await stage.ask("GET", path_of(cycle), token)).json()["items"] == []
    assert (await stage.ask("GET", path_of(cycle), stage.officer)).json()["items"] == [made]

    step = await stage.ask("POST", f"/extensions/{made['id']}/actions/PUBLISH", stage.officer, {"version": 1})
    assert (step.status_code, cites(step.json())) == (200, {"三（六）"})
    told = (await stage.ask("GET", f"/extensions/{made['id']}")).json()
    assert (told["state"], told["document_number"]) == ("PUBLISHED", EXTENSION["document_number"])
    assert (await stage.ask("GET", path_of(cycle))).json()["items"] == [told]
    assert (await windows(stage, cycle))["ARRANGE"] == ("2023-11-10", EXTENSION["document_number"])
    assert (await windows(stage, cycle))["RUN"] == ("2024-01-31", None)
    assert (await arranging(stage, cycle)).status_code == 201
    await stage.time("2023-11-11T00:00+08:00")
    problem(await arranging(stage, cycle), 422, "OUTSIDE_WINDOW")
    async with session("workflow") as tx:
        news = list(await tx.scalars(select(outbox.c.data).where(outbox.c.type == WindowExtended.type)))
    assert [(each["title"], each["closes"]) for each in news] == [("安排部署", "2023-11-10")]


@pytest.mark.clause("3.6.0")
async def test_after_the_run_only_a_published_extension_makes_a_step_possible(stage):
    """The run lasts as long as its longest window; without the document the day after it is too late."""
    cycle = await stage.opened()
    await stage.time(AFTER_THE_RUN)
    told = problem(await arranging(stage, cycle), 422, "RUN_OVER")
    assert ("2024-01-31" in told["message"], cites(told)) == (True, {"三（六）"})
    await published(stage, cycle, closes="2024-02-29")
    number = EXTENSION["document_number"]
    now = await windows(stage, cycle)
    assert {name for name, (_, by) in now.items() if by} == {"ARRANGE", "RUN"}
    assert now["RUN"] == now["ARRANGE"] == ("2024-02-29", number)
    assert (await arranging(stage, cycle)).status_code == 201
    await stage.time("2024-03-01T00:00+08:00")
    problem(await arranging(stage, cycle), 422, "RUN_OVER")


@pytest.mark.clause("3.6.0")
@pytest.mark.parametrize(("role", "place"), OTHERS)
async def test_nobody_but_the_province_extends(stage, session, role, place):
    """Neither approving nor publishing is anybody else's, and a refusal changes nothing."""
    cycle = await stage.opened()
    token = stage.places.token(role, getattr(stage.places, place))
    extension = await approved(stage, cycle)
    before = await traces(session)
    answer = await stage.ask(
        "POST", path_of(cycle), token, EXTENSION | {"window": "PLAN", "closes": "2023-12-05"}
    )
    assert cites(problem(answer, 403, "PROVINCE_ONLY")) == {"三（一）"}
    step = await stage.ask("POST", f"/extensions/{extension['id']}/actions/PUBLISH", token)
    problem(step, 404, "EXTENSION_NOT_FOUND")
    assert await traces(session) == before


async def test_another_provinces_officer_extends_nothing(stage):
    """A provincial HRSS outside of the cycle's line neither approves nor reads what waits."""
    cycle = await stage.opened()
    stranger = Places()
    token = stranger.token("TITLE_OFFICER", stranger.province)
    problem(await stage.ask("POST", path_of(cycle), token, EXTENSION), 403, "PROVINCE_ONLY")
    extension = await approved(stage, cycle)
    problem(
        await stage.ask("POST", f"/extensions/{extension['id']}/actions/PUBLISH", token),
        404,
        "EXTENSION_NOT_FOUND",
    )


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"closes": "2023-10-31"}, 422, "RULES_BROKEN"),
        ({"closes": "2023-10-20"}, 422, "RULES_BROKEN"),
        ({"window": "RUN", "closes": "2024-01-31"}, 422, "RULES_BROKEN"),
        ({"document_number": "电话通知"}, 422, "DOCUMENT_NUMBER_INVALID"),
        ({"document_number": ""}, 422, "REQUEST_MALFORMED"),
        ({"document_number": "青\0厅〔2023〕1号"}, 422, "REQUEST_MALFORMED"),
        ({"document_number": "号" * 81}, 422, "REQUEST_MALFORMED"),
        ({"window": "HOLIDAY"}, 422, "REQUEST_MALFORMED"),
        ({"closes": "soon"}, 422, "REQUEST_MALFORMED"),
        ({"reason": " "}, 422, "REQUEST_MALFORMED"),
        ({"state": "PUBLISHED"}, 422, "REQUEST_MALFORMED"),
    ],
)
async def test_an_extension_that_does_not_fit(stage, session, changed, status, code):
    """No shorter window, no extension without a document or a reason."""
    cycle = await stage.opened()
    before = await traces(session)
    told = problem(await stage.ask("POST", path_of(cycle), stage.officer, EXTENSION | changed), status, code)
    if code == "RULES_BROKEN":
        (found,) = told["findings"]
        assert (found["code"], found["field"], cites(told)) == ("EXTENDS_THE_WINDOW", "closes", {"三（六）"})
    assert await traces(session) == before


async def test_a_document_extends_a_window_once(stage):
    """The same document may extend another window, not the same one again."""
    cycle = await stage.opened()
    await approved(stage, cycle)
    answer = await stage.ask("POST", path_of(cycle), stage.officer, EXTENSION | {"closes": "2023-11-20"})
    problem(answer, 409, "EXTENSION_EXISTS")
    await approved(stage, cycle, window="PLAN", closes="2023-12-05")


@pytest.mark.clause("3.6.0")
async def test_a_later_publication_never_shortens(stage):
    """Of two approved extensions the shorter one is refused once the longer is in force."""
    cycle = await stage.opened()
    shorter = await approved(stage, cycle)
    await published(stage, cycle, closes="2023-11-20", document_number="青人社厅函〔2023〕302号")
    step = await stage.ask("POST", f"/extensions/{shorter['id']}/actions/PUBLISH", stage.officer)
    assert [each["code"] for each in problem(step, 422, "RULES_BROKEN")["findings"]] == ["EXTENDS_THE_WINDOW"]
    assert (await windows(stage, cycle))["ARRANGE"][0] == "2023-11-20"


@pytest.mark.clause("3.6.0")
async def test_of_many_publications_at_once_one_is_made(stage, session):
    """One step in the history, one piece of news, the cycle changed once."""
    cycle = await stage.opened()
    extension = await approved(stage, cycle)
    before = await traces(session)
    path = f"/extensions/{extension['id']}/actions/PUBLISH"
    answers = await asyncio.gather(*(stage.ask("POST", path, stage.officer) for _ in range(AT_ONCE)))
    assert sorted(each.status_code for each in answers) == [200] + [409] * (AT_ONCE - 1)
    assert [b - a for a, b in zip(before, await traces(session), strict=True)] == [1, 2, 1]
    assert (await stage.ask("GET", f"/cycles/{cycle['id']}")).json()["version"] == cycle["version"] + 1


async def test_different_extensions_at_once_all_count(stage):
    """Windows are rewritten one at a time: none is lost."""
    cycle = await stage.opened()
    wanted = {"ARRANGE": "2023-11-10", "PLAN": "2023-12-11", "DECLARE": "2023-12-12", "REVIEW": "2024-01-13"}
    made = [await approved(stage, cycle, window=name, closes=day) for name, day in wanted.items()]
    steps = [stage.ask("POST", f"/extensions/{each['id']}/actions/PUBLISH", stage.officer) for each in made]
    assert {each.status_code for each in await asyncio.gather(*steps)} == {200}
    now = await windows(stage, cycle)
    assert {name: now[name][0] for name in wanted} == wanted


async def test_unknown_and_unopened(stage):
    """There is no extension of what is not there, or of a year that is not open."""
    problem(
        await stage.ask("POST", f"/cycles/{uuid4()}/extensions", stage.officer, EXTENSION),
        404,
        "CYCLE_NOT_FOUND",
    )
    problem(await stage.ask("GET", f"/cycles/{uuid4()}/extensions"), 404, "CYCLE_NOT_FOUND")
    problem(
        await stage.ask("POST", f"/extensions/{uuid4()}/actions/PUBLISH", stage.officer),
        404,
        "EXTENSION_NOT_FOUND",
    )
    await stage.time(OCTOBER)
    cycle = await stage.made("/cycles", stage.officer, {"year": 2023})
    problem(await stage.ask("POST", path_of(cycle), stage.officer, EXTENSION), 422, "CYCLE_NOT_OPEN")


@pytest.mark.clause("3.6.0")
async def test_a_year_is_closed_after_its_run_and_for_good(stage, session):
    """Not on the last day; closed, nothing is taken, and no extension opens it again."""
    cycle = await stage.opened()
    waiting = await approved(stage, cycle, closes="2024-03-31")
    close = f"/cycles/{cycle['id']}/actions/CLOSE"
    await stage.time("2024-01-31T23:59+08:00")
    told = problem(await stage.ask("POST", close, stage.officer), 422, "RULES_BROKEN")
    assert ([each["code"] for each in told["findings"]], cites(told)) == (["RUN_IS_OVER"], {"三（六）"})
    await stage.time(AFTER_THE_RUN)
    assert (await stage.made(close, stage.officer))["state"] == "CLOSED"
    problem(await stage.ask("POST", close, stage.officer), 409, "ACTION_NOT_AVAILABLE")
    for answer in (
        await arranging(stage, cycle),
        await stage.ask("POST", path_of(cycle), stage.officer, EXTENSION | {"closes": "2024-04-30"}),
        await stage.ask("POST", f"/extensions/{waiting['id']}/actions/PUBLISH", stage.officer),
    ):
        assert cites(problem(answer, 422, "CYCLE_CLOSED")) == {"三（六）"}
    async with session("workflow") as tx:
        news = list(await tx.scalars(select(outbox.c.type).where(outbox.c.type == CycleClosed.type)))
    assert len(news) == 1


async def test_an_extension_in_force_keeps_the_year_open(stage):
    """What is closed is the run as it lasts now."""
    cycle = await stage.opened()
    await published(stage, cycle, window="RUN", closes="2024-02-29")
    await stage.time(AFTER_THE_RUN)
    answer = await stage.ask("POST", f"/cycles/{cycle['id']}/actions/CLOSE", stage.officer)
    problem(answer, 422, "RULES_BROKEN")
