"""Anyone verifies by number and name, so often and no oftener; a right and a wrong answer cost the same count."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select, text

from services.workflow.verification.counting import sweep
from services.workflow.verification.model import VerificationCount
from tests.platform.apps import over_asgi
from tests.services.workflow.credential.carried import issued
from tests.services.workflow.meeting.hall import Hall

NETWORK, NUMBER = 30, 20
"""What the policy allows of one network and of one number."""
UNKNOWN = "632023031000019"


async def asked(hall: Hall, number: str, name: str = "申报人1"):
    """Ask, as nobody in particular."""
    return await hall.http.get("/v1/certificates/verify", params={"number": number, "name": name})


def codes(answers) -> list[int]:
    """Their statuses, in order."""
    return sorted(answer.status_code for answer in answers)


@pytest.mark.clause("1.3.3")
async def test_one_network_asks_so_often(hall, season, session):
    """Of forty at once, thirty are answered, whatever they ask; the next waits for the seconds that it is told."""
    record = await issued(session, season)
    numbers = [record["number"] if n % 2 else f"{UNKNOWN}{n}" for n in range(NETWORK + 10)]
    answers = await asyncio.gather(*(asked(hall, number) for number in numbers))
    assert codes(answers) == [200] * NETWORK + [429] * 10
    refused = await asked(hall, record["number"])
    problem = refused.json()
    assert (problem["code"], [each["cite"] for each in problem["basis"]]) == (
        "TOO_MANY_VERIFICATIONS",
        ["一（三）3"],
    )
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    async with session("workflow") as tx:
        await tx.execute(text("update verification_count set until = now() - interval '1 second'"))
    assert (await asked(hall, record["number"])).json()["valid"] is True


@pytest.mark.clause("1.3.3")
async def test_one_number_is_tried_so_often_from_everywhere(hall, season, session):
    """Guessing the name to a number from many networks ends after twenty, and a number that nobody has ends alike."""
    record = await issued(session, season)
    app = hall.http._transport.app  # noqa: SLF001 - the app that the hall talks to
    for number in (record["number"], UNKNOWN):
        answers = []
        for n in range(NUMBER + 1):
            transport = over_asgi(app)
            transport._transport.client = (f"10.0.{n}.1", 1)  # noqa: SLF001 - whom the request comes from
            async with transport as http:
                answers.append(
                    await http.get("/v1/certificates/verify", params={"number": number, "name": f"某{n}"})
                )
        assert codes(answers) == [200] * NUMBER + [429]
        assert {each.content for each in answers[:NUMBER]} == {answers[0].content}


async def test_what_is_counted_tells_nothing_and_is_forgotten(hall, session):
    """Rows hold neither number nor address; once over they are swept away."""
    await asked(hall, UNKNOWN)
    async with session("workflow") as tx:
        rows = list(await tx.scalars(select(VerificationCount)))
        assert len(rows) == 2
        assert all(len(row.digest) == 32 for row in rows)
        await tx.execute(text("update verification_count set until = now() - interval '1 second'"))
    app = hall.http._transport.app  # noqa: SLF001 - as above
    await sweep(app.state.db)
    async with session("workflow") as tx:
        assert await tx.scalar(select(func.count()).select_from(VerificationCount)) == 0
