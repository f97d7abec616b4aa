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

NETWORK, NUMBER, EVERYWHERE = 30, 20, 1000
"""What the policy allows of one network, of one number from it, and of one number from everywhere."""
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
async def test_one_number_is_tried_so_often(hall, season, session):
    """Who guesses the name to a number is stopped and stops nobody else; from everywhere it ends too; known or not, alike."""
    record = await issued(session, season)
    app = hall.http._transport.app  # noqa: SLF001 - the app that the hall talks to

    async def from_network(n: int, number: str, name: str):
        transport = over_asgi(app)
        transport._transport.client = (f"10.0.{n}.1", 1)  # noqa: SLF001 - whom the request comes from
        async with transport as http:
            return await http.get("/v1/certificates/verify", params={"number": number, "name": name})

    for place, number in enumerate((record["number"], UNKNOWN)):
        answers = [await from_network(place, number, f"某{n}") for n in range(NUMBER + 1)]
        assert codes(answers) == [200] * NUMBER + [429]
        assert {each.content for each in answers[:NUMBER]} == {answers[0].content}
        assert (await from_network(9, number, "申报人1")).status_code == 200
        digest = app.state.sealer.index(number, context="verification/everywhere")
        async with session("workflow") as tx:
            tried = text("update verification_count set used = :used where digest = :digest returning used")
            assert await tx.scalar(tried, {"used": EVERYWHERE - 1, "digest": digest}) is not None
        assert [(await from_network(n, number, "某")).status_code for n in (10, 11)] == [200, 429]


async def test_what_is_counted_tells_nothing_and_is_forgotten(hall, session):
    """Rows hold neither number nor address; once over they are swept away."""
    await asked(hall, UNKNOWN)
    async with session("workflow") as tx:
        rows = list(await tx.scalars(select(VerificationCount)))
        assert len(rows) == 3
        assert all(len(row.digest) == 32 for row in rows)
        await tx.execute(text("update verification_count set until = now() - interval '1 second'"))
    app = hall.http._transport.app  # noqa: SLF001 - as above
    await sweep(app.state.db)
    async with session("workflow") as tx:
        assert await tx.scalar(select(func.count()).select_from(VerificationCount)) == 0
