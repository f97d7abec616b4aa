"""An extension is taken back before it counts, by a document; no window outlasts the next; due days move along (三（六）)."""

from __future__ import annotations

import asyncio
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from services.kit.outbox import outbox
from services.workflow.contract import ExtensionWithdrawn
from services.workflow.cycle.states import Window
from services.workflow.cycle.steps import EXTENSION_STEPS
from services.workflow.cycle.windows import extended, last_day, longer
from services.workflow.declaration.model import Declaration
from tests.platform.tokens import mint, seat
from tests.services.workflow.applicants import record
from tests.services.workflow.cycle.test_cycle import OTHERS
from tests.services.workflow.cycle.test_extension import approved, published, traces, windows
from tests.services.workflow.stage import cites, problem

BACK = {"document_number": "青人社厅函〔2023〕399号", "note": "改革任务已提前完成"}
LONGER = {"window": "REVIEW", "closes": "2024-01-15"}


async def withdrawing(stage, extension, token=None, **body):
    """An attempt to take it back."""
    path = f"/extensions/{extension['id']}/actions/WITHDRAW"
    return await stage.ask("POST", path, token or stage.officer, body)


def broken(answer):
    """The codes of the rules that a step breaks."""
    return [each["code"] for each in problem(answer, 422, "RULES_BROKEN")["findings"]]


def test_the_table_says_what_is_expected():
    """Approved, published, and withdrawn from either; nothing comes back."""
    assert {(str(s), str(a)): str(step.to) for (s, a), step in EXTENSION_STEPS.items()} == {
        ("APPROVED", "PUBLISH"): "PUBLISHED",
        ("APPROVED", "WITHDRAW"): "WITHDRAWN",
        ("PUBLISHED", "WITHDRAW"): "WITHDRAWN",
    }


@pytest.mark.clause("3.6.0")
async def test_it_is_taken_back_by_a_document_while_the_window_is_still_open_without_it(stage, session):
    """Not without a document; the window and the run are as they were, the document is public; afterwards it is too late."""
    cycle = await stage.opened()
    before = await windows(stage, cycle)
    made = await published(stage, cycle, window="FILE", closes="2024-02-20")
    assert (await windows(stage, cycle))["RUN"][0] == "2024-02-20"
    answer = await withdrawing(stage, made, note="撤回")
    assert (broken(answer), cites(answer.json())) == (["DOCUMENT_NUMBER_MISSING"], {"三（六）"})
    assert broken(await withdrawing(stage, made, **BACK | {"document_number": "口头"})) == [
        "DOCUMENT_NUMBER_MISSING"
    ]
    await stage.time("2024-02-01T00:00+08:00")
    assert broken(await withdrawing(stage, made, **BACK)) == ["EXTENSION_COUNTS_ALREADY"]
    await stage.time("2024-01-31T23:59+08:00")
    done = await withdrawing(stage, made, **BACK)
    assert (done.status_code, cites(done.json())) == (200, {"三（六）"})
    assert await windows(stage, cycle) == before
    told = (await stage.ask("GET", f"/extensions/{made['id']}")).json()
    assert (told["state"], told["withdrawn_by"]) == ("WITHDRAWN", BACK["document_number"])
    problem(await withdrawing(stage, made, **BACK), 409, "ACTION_NOT_AVAILABLE")
    async with session("workflow") as tx:
        (news,) = await tx.scalars(select(outbox.c.data).where(outbox.c.type == ExtensionWithdrawn.type))
    assert (news["closes"], news["document_number"], news["was_public"]) == (
        "2024-01-31",
        BACK["document_number"],
        True,
    )


@pytest.mark.clause("3.6.0")
async def test_what_was_never_published_is_dropped_without_a_word_to_the_public(stage):
    """It needs no document, and nobody but the province ever reads it."""
    cycle = await stage.opened()
    before = await windows(stage, cycle)
    made = await approved(stage, cycle)
    assert (await withdrawing(stage, made)).json()["record"]["state"] == "WITHDRAWN"
    problem(await stage.ask("GET", f"/extensions/{made['id']}"), 404, "EXTENSION_NOT_FOUND")
    assert await windows(stage, cycle) == before


@pytest.mark.clause("3.6.0")
async def test_of_several_the_last_is_taken_back_first(stage):
    """One that a further extension has overtaken stays until that one is gone; the run spans what others extended."""
    cycle = await stage.opened()
    first = await published(stage, cycle, window="FILE", closes="2024-02-10")
    further = await published(
        stage, cycle, window="FILE", closes="2024-02-20", document_number="青人社厅函〔2023〕302号"
    )
    assert broken(await withdrawing(stage, first, **BACK)) == ["EXTENSION_OVERTAKEN"]
    number = "青人社厅函〔2023〕303号"
    await published(stage, cycle, window="MEET", closes="2024-02-05", document_number=number)
    assert (await withdrawing(stage, further, **BACK)).status_code == 200
    assert (await windows(stage, cycle))["RUN"][0] == "2024-02-10"
    assert broken(await withdrawing(stage, first, **BACK)) == ["WINDOWS_IN_TURN"]


@pytest.mark.clause("3.6.0")
async def test_nothing_rests_on_a_document_that_was_taken_back(stage):
    """The run was extended with a window and then further: both taken back in that order, it is as the policy has it."""
    cycle = await stage.opened()
    before = await windows(stage, cycle)
    first = await published(stage, cycle, window="FILE", closes="2024-02-10")
    number = "青人社厅函〔2023〕302号"
    further = await published(stage, cycle, window="RUN", closes="2024-03-01", document_number=number)
    assert (await withdrawing(stage, first, **BACK)).status_code == 200
    assert (await windows(stage, cycle))["RUN"] == ("2024-03-01", number)
    assert (await withdrawing(stage, further, **BACK)).status_code == 200
    assert await windows(stage, cycle) == before


@pytest.mark.clause("3.6.0")
async def test_no_window_outlasts_the_next(stage):
    """Declaring does not last beyond the reviews, which take it up; with these extended first, it may."""
    cycle = await stage.opened()
    wanted = {
        "window": "DECLARE",
        "closes": "2024-01-05",
        "document_number": "青人社厅函〔2023〕301号",
        "reason": "改革",
    }
    path = f"/cycles/{cycle['id']}/extensions"
    told = problem(await stage.ask("POST", path, stage.officer, wanted), 422, "RULES_BROKEN")
    (found,) = told["findings"]
    assert (found["code"], found["field"], cites(told)) == ("WINDOWS_IN_TURN", "closes", {"三（六）"})
    assert "逐级审核" in found["message"]
    reviews = await published(stage, cycle, **LONGER)
    await published(stage, cycle, **wanted | {"document_number": "青人社厅函〔2023〕304号"})
    assert broken(await withdrawing(stage, reviews, **BACK)) == ["WINDOWS_IN_TURN"]


@pytest.mark.clause("3.6.0")
@pytest.mark.parametrize(("role", "place"), OTHERS)
async def test_nobody_but_the_province_takes_it_back(stage, session, role, place):
    """To others it is published and not theirs; nothing changes."""
    cycle = await stage.opened()
    made = await published(stage, cycle)
    before = await traces(session)
    token = stage.places.token(role, getattr(stage.places, place))
    problem(await withdrawing(stage, made, token, **BACK), 403, "NOT_YOUR_STEP")
    assert await traces(session) == before


async def test_of_many_withdrawals_at_once_one_is_made(stage, session):
    """The windows are restored once."""
    cycle = await stage.opened()
    made = await published(stage, cycle)
    version = (await stage.ask("GET", f"/cycles/{cycle['id']}")).json()["version"]
    answers = await asyncio.gather(*(withdrawing(stage, made, **BACK) for _ in range(32)))
    assert sorted(each.status_code for each in answers) == [200] + [409] * 31
    assert (await stage.ask("GET", f"/cycles/{cycle['id']}")).json()["version"] == version + 1


@pytest.mark.clause("3.6.0", "3.1")
async def test_due_days_move_with_the_reviews(office, season, session, at):
    """Extended, who would have had until the last day has longer; what was told as late is not late; taken back, as before."""
    await at("2023-11-28T09:00+08:00", "workflow")
    declaration = await office.submitted(await season.recommended())
    async with session("workflow") as tx:
        came, overdue = "2023-12-27T01:00+00:00", date(2024, 1, 2)
        await tx.execute(
            text("update declaration set moved_at = :m, due_on = '2023-12-31'"), {"m": came_at(came)}
        )
        await tx.execute(text("update declaration set escalated_on = :d"), {"d": overdue})
    officer = mint([seat("TITLE_OFFICER", season.root)])
    path = f"/v1/cycles/{season.cycle_id}/extensions"
    body = LONGER | {"document_number": "青人社厅函〔2023〕301号", "reason": "改革任务"}
    made = record(await office.call("POST", path, officer, json=body), 201)
    step = f"/v1/extensions/{made['id']}/actions"
    record(await office.call("POST", f"{step}/PUBLISH", officer))
    assert await due(session, declaration) == (date(2024, 1, 4), None)
    record(await office.call("POST", f"{step}/WITHDRAW", officer, json=BACK))
    assert await due(session, declaration) == (date(2023, 12, 31), None)


@pytest.mark.clause("3.6.0", "3.1")
async def test_what_changes_hands_meanwhile_is_not_forgotten(office, season, session, at):
    """The extension waits for who is passing it on, who may refer to the cycle; its new due day is by the new window too."""
    await at("2023-11-28T09:00+08:00", "workflow")
    declaration = await office.submitted(await season.recommended())
    officer = mint([seat("TITLE_OFFICER", season.root)])
    path = f"/v1/cycles/{season.cycle_id}/extensions"
    body = LONGER | {"document_number": "青人社厅函〔2023〕301号", "reason": "改革任务"}
    made = record(await office.call("POST", path, officer, json=body), 201)
    async with session("workflow") as tx:
        late = {"m": came_at("2023-12-28T01:00+00:00")}
        await tx.execute(text("update declaration set moved_at = :m, due_on = '2023-12-31'"), late)
        publishing = asyncio.create_task(
            office.call("POST", f"/v1/extensions/{made['id']}/actions/PUBLISH", officer)
        )
        await asyncio.sleep(0.5)
        assert not publishing.done()
        await tx.execute(text("select 1 from cycle for key share"))
    record(await publishing)
    assert await due(session, declaration) == (date(2024, 1, 5), None)


def came_at(instant):
    """An instant as the database takes it."""
    return datetime.fromisoformat(instant)


async def due(session, declaration):
    """Its due day, and when its being late was told."""
    async with session("workflow") as tx:
        row = await tx.get(Declaration, declaration["id"])
        return row.due_on, row.escalated_on


DAYS = st.dates(date(2023, 10, 11), date(2024, 10, 11))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    last=st.lists(DAYS, min_size=8, max_size=8),
    wanted=st.lists(st.tuples(st.sampled_from(sorted(Window)), DAYS), max_size=6),
    back=st.integers(0, 5),
)
def test_without_one_the_windows_are_as_if_it_had_never_been(last, wanted, back):
    """Whatever was extended: no window rests on what was taken back, none is longer for it, and the run spans them all."""
    planned = dict(zip(Window, last, strict=True)) | {Window.RUN: max(last)}
    windows = [{"name": n, "closes": d.isoformat(), "extended_by": None} for n, d in planned.items()]
    published = []
    for no, (name, closes) in enumerate(wanted):
        if closes > last_day(windows, name):
            published.append((name, closes, f"文{no}号"))
            windows = longer(windows, *published[-1])
    assert extended(windows, planned, published) == windows
    others = published[:back] + published[back + 1 :]
    left = extended(windows, planned, others)
    assert {each["extended_by"] for each in left} <= {None, *(document for _, _, document in others)}
    for each in left:
        own = [closes for name, closes, _ in others if name in {each["name"], *SPANNED.get(each["name"], ())}]
        assert each["closes"] == max([planned[each["name"]], *own]).isoformat()


SPANNED = {Window.RUN: tuple(Window)}
"""The run lasts as long as whatever it is the whole of."""
