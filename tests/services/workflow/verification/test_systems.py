"""Another province's system verifies many at a time, with a client and a scope of its own; every call is on record."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select

from services.kit.audit import audit_log
from tests.platform.tokens import mint, seat
from tests.services.workflow.credential.carried import issued

PATH = "/v1/certificates/verifications"
SCOPE = "certificates.verify"
DAILY = 10_000


def system(season, scope: str = SCOPE, **more) -> str:
    """The token of a client that speaks for itself."""
    told = {"kind": "integration", "name": "邻省职称系统", "scope": scope} | more
    return mint([seat("INTEGRATION", season.province)], **told)


def pairs(*told: tuple[str, str]) -> dict:
    """What is asked."""
    return {"pairs": [{"number": number, "name": name} for number, name in told]}


@pytest.mark.clause("1.3.3")
async def test_each_pair_is_answered_in_its_turn_and_the_call_is_audited(hall, season, session):
    """Right, wrong, right again: answered in order by what anyone is told; on record with the client and what was found."""
    record = await issued(session, season)
    right, wrong = (record["number"], record["holder_name"]), (record["number"], "别人")
    client_id = uuid4()
    answer = await hall.ask(
        system(season, sub=client_id), "POST", PATH, pairs(right, wrong, ("!", "?"), right)
    )
    told = answer.json()["items"]
    assert [each["valid"] for each in told] == [True, False, False, True]
    public = await hall.http.get("/v1/certificates/verify", params={"number": right[0], "name": right[1]})
    assert told[0] == told[3] == public.json()
    async with session("workflow") as tx:
        line = (await tx.execute(select(audit_log).where(audit_log.c.action == "certificate.VERIFY"))).one()
    assert (line.actor_id, line.actor_name) == (client_id, "邻省职称系统")
    assert line.detail == {"asked": 4, "found": [record["number"]] * 2}
    assert line.basis[0]["cite"] == "一（三）3"


async def test_a_day_holds_so_many_pairs(hall, season, session, at):
    """A client's day is full, another's is not, and tomorrow it begins anew; what is refused is not counted."""
    from services.workflow.verification.counting import count
    from services.workflow.verification.policy import Allowance

    first, second = uuid4(), uuid4()
    await hall.at("2024-01-18T23:00+08:00", "workflow")
    app = hall.http._transport.app  # noqa: SLF001 - the app that the hall talks to
    day = app.state.sealer.index(f"{first}\n2024-01-18", context="verification/system")
    async with session("workflow") as tx:
        await count(tx, day, Allowance(times=DAILY, seconds=86_400), None, weight=DAILY - 2)
    two, three = (pairs(*[("1", "某")] * n) for n in (2, 3))
    mine = system(season, sub=first)
    assert (await hall.ask(mine, "POST", PATH, three)).json()["code"] == "TOO_MANY_VERIFICATIONS"
    assert (await hall.ask(mine, "POST", PATH, two)).status_code == 200
    assert (await hall.ask(mine, "POST", PATH, two)).status_code == 429
    assert (await hall.ask(system(season, sub=second), "POST", PATH, three)).status_code == 200
    await hall.at("2024-01-19T00:01+08:00", "workflow")
    assert (await hall.ask(mine, "POST", PATH, three)).status_code == 200


async def test_only_a_system_with_that_scope_may(hall, season):
    """A person, even with the scope, one's own sign-in, and a client that may read: each refused with its reason."""
    asked = pairs(("1", "某"))
    officer = [seat("TITLE_OFFICER", season.province)]
    for token, code in (
        (season.officer, "SYSTEMS_ONLY"),
        (mint(officer, scope=SCOPE), "SYSTEMS_ONLY"),
        (system(season, "titles.read"), "INSUFFICIENT_SCOPE"),
        (system(season, "titles.write"), "INSUFFICIENT_SCOPE"),
    ):
        answer = await hall.ask(token, "POST", PATH, asked)
        assert (answer.status_code, answer.json()["code"]) == (403, code)
    assert (await hall.ask(system(season), "GET", "/v1/certificates")).json()["code"] == "INSUFFICIENT_SCOPE"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (pairs(*[("1", "某")] * 101), "TOO_MANY_PAIRS"),
        ({"pairs": []}, "REQUEST_MALFORMED"),
        (pairs(("1" * 65, "某")), "REQUEST_MALFORMED"),
        (pairs(("1", "某" * 121)), "REQUEST_MALFORMED"),
        ({"pairs": [{"number": "1"}]}, "REQUEST_MALFORMED"),
        (pairs(("\x00", "\x00")), "VALUE_UNFIT"),
    ],
)
async def test_what_is_asked_wrongly_is_refused(hall, season, body, code):
    """Too many, none, too long, half a pair, what no database takes as text."""
    answer = await hall.ask(system(season), "POST", PATH, body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
