"""A report holds agenda, publicity and filing of the one it is about; found true, its result is void and the others go on."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from services.workflow.declaration.model import Declaration
from services.workflow.recommendation.model import Recommendation
from tests.services.workflow.certificate.office import DAY_AFTER, DOCUMENT, file
from tests.services.workflow.meeting.hall import Hall
from tests.services.workflow.meeting.season import seed_declaration


async def checked(hall: Hall, number: str, *actions: str) -> str:
    """Something is reported, and goes through these steps of its check; its id."""
    body = {"number": number, "text": "业绩不实", "anonymous": True}
    report_id: str = (await hall.ask(None, "POST", "/v1/reports", body)).json()["record"]["id"]
    await on_with(hall, report_id, *actions)
    return report_id


async def on_with(hall: Hall, report_id: str, *actions: str) -> None:
    """Further steps of its check."""
    for action in actions:
        path, body = f"/v1/reports/{report_id}/actions/{action}", {"reason": "经核查"}
        answer = await hall.ask(hall.season.supervisor, "POST", path, body)
        assert answer.is_success, answer.text


def held(answer: Any) -> bool:
    """Whether it was refused for the report."""
    return [each["code"] for each in answer.json()["findings"]] == ["REPORT_BEING_CHECKED"]


async def public(hall) -> list[str]:
    """The results that are made public."""
    return [each["subject_id"] for each in (await hall.ask(None, "GET", "/v1/publicities")).json()["items"]]


@pytest.mark.clause("3.2.3", "3.6.3")
async def test_from_the_agenda_to_the_filing(hall, season, session):
    """One of three is reported before the agenda and comes to no meeting; another after the vote, and its result is void."""
    async with session("workflow") as tx:
        for _ in range(2):
            await seed_declaration(tx, season)
        numbers = dict((await tx.execute(select(Declaration.id, Declaration.number))).all())
    first, second, third = season.declarations
    await checked(hall, numbers[third], "TAKE_UP")
    season.declarations.remove(third)
    await hall.decide(in_favour=8)
    report = await checked(hall, numbers[second], "TAKE_UP")
    await hall.did("PUBLISH_RESULTS")
    assert await public(hall) == [str(first)]
    await on_with(hall, report, "UPHOLD")
    await hall.did("PUBLISH_RESULTS")
    void = {
        "kind": "RESULT_VOID",
        "declaration_ids": [str(second)],
        "reason": "业绩不实",
        "document_number": DOCUMENT,
    }
    answers = await asyncio.gather(
        *(hall.ask(season.officer, "POST", "/v1/supervision/findings", void) for _ in range(4))
    )
    assert sum(each.status_code == 201 for each in answers) == 1
    over = await hall.act("PUBLISH_RESULTS")
    assert [each["code"] for each in over.json()["findings"]] == ["RESULTS_ALL_PUBLIC"]
    assert await public(hall) == [str(first)]
    last = await checked(hall, numbers[first], "TAKE_UP")
    await hall.at(DAY_AFTER, "workflow")
    assert held(await file(hall, first))
    await on_with(hall, last, "DISMISS")
    assert (await file(hall, first)).status_code == 201
    async with session("workflow") as tx:
        states = dict((await tx.execute(select(Declaration.id, Declaration.state))).all())
        source = await tx.get_one(Declaration, second)
        place = await tx.get_one(Recommendation, source.recommendation_id)
    assert states == {first: "CERTIFIED", second: "ENDED", third: "ACCEPTED"}
    assert place.state == "LAPSED"
