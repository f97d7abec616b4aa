"""What befalls a certificate after its issue is a fact of its own, told to whom it concerns, and once."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import select, text

from services.kit.outbox import outbox
from services.workflow.certificate.errors import ChangeNotPossible
from services.workflow.certificate.standing import Cause
from services.workflow.certificate.states import FOLLOWS, ChangeKind, Standing
from services.workflow.contract import CertificateChanged
from tests.platform.tokens import mint, seat
from tests.services.workflow.certificate.office import DAY_AFTER, all_at_once, certified, publicised
from tests.services.workflow.certificate.standings import DECIDED_ON, DOCUMENT, record
from tests.services.workflow.meeting.season import seed_declaration

WAYS = {
    Standing.IN_FORCE: (),
    Standing.SUPERSEDED: (ChangeKind.CORRECTED,),
    Standing.REVOKED: (ChangeKind.REVOKED,),
    Standing.VOID: (ChangeKind.VOIDED,),
}
"""How a certificate comes to stand where."""


def cause(kind: str = "finding") -> Cause:
    """A new cause."""
    return Cause(kind, uuid4())


async def verify(hall, issued):
    """What anyone is told of a certificate; the answer's body."""
    asked = {"number": issued["number"], "name": issued["holder_name"]}
    return (await hall.http.get("/v1/certificates/verify", params=asked)).json()


@pytest.mark.clause("1.3.3")
async def test_what_is_revoked_is_told_and_what_is_reinstated_too(hall, season, session):
    """Anyone learns that it is revoked and since when; who it concerns learns why, and by which document."""
    issued = await certified(hall)
    await record(session, season, issued["id"], ChangeKind.REVOKED, cause())
    anyone = await verify(hall, issued)
    assert (anyone["valid"], anyone["standing"], anyone["since"]) == (False, "REVOKED", DECIDED_ON)
    assert anyone["certificate"]["number"] == issued["number"]
    assert "经查实" not in str(anyone)
    assert DOCUMENT not in str(anyone)
    place = (season.province, season.authority, season.hospital)
    holder = mint([seat("APPLICANT", *place)], sub=season.applicants[0].account_id)
    for token in (holder, mint([seat("RECOMMENDER", *place)]), season.officer):
        told = (await hall.ask(token, "GET", f"/v1/certificates/{issued['id']}")).json()
        [change] = told["changes"]
        assert (told["standing"], change["kind"], change["note"]) == ("REVOKED", "REVOKED", "经查实")
        assert (change["document_number"], change["decided_by_name"]) == (DOCUMENT, "省厅职称处")
        [line] = (await hall.ask(token, "GET", "/v1/certificates")).json()["items"]
        assert line == told
    await record(session, season, issued["id"], ChangeKind.REINSTATED, cause())
    anyone = await verify(hall, issued)
    assert (anyone["valid"], anyone["standing"], anyone["since"]) == (True, "IN_FORCE", None)
    told = (await hall.ask(season.officer, "GET", f"/v1/certificates/{issued['id']}")).json()
    assert [each["standing"] for each in told["changes"]] == ["REVOKED", "IN_FORCE"]


async def test_what_it_stands_at_allows_or_refuses(hall, season, session):
    """Every change from every standing: what the table has no way for is refused, and changes nothing."""
    async with session("workflow") as tx:
        for _ in range(3):
            await seed_declaration(tx, season)
    await publicised(hall)
    await hall.at(DAY_AFTER, "workflow")
    issued = [answer.json()["record"] for answer in await all_at_once(hall)]
    for (now, ways), each in zip(WAYS.items(), issued, strict=True):
        for kind in ways:
            await record(session, season, each["id"], kind, cause())
        refused = [kind for kind in ChangeKind if (now, kind) not in FOLLOWS]
        assert len(refused) == len(ChangeKind) - sum(before is now for before, _ in FOLLOWS)
        for kind in refused:
            with pytest.raises(ChangeNotPossible, match=each["number"]):
                await record(session, season, each["id"], kind, cause())
        told = (await hall.ask(season.officer, "GET", f"/v1/certificates/{each['id']}")).json()
        assert (told["standing"], len(told["changes"])) == (now, len(ways))


async def test_sixty_four_at_once_write_it_once(hall, season, session):
    """One cause, 64 at once: one row, one event, one audit; of 64 with causes of their own one is first, the rest refused."""
    issued, same = await certified(hall), cause()
    rows = await asyncio.gather(
        *(record(session, season, issued["id"], ChangeKind.REVOKED, same) for _ in range(64))
    )
    assert len({each.id for each in rows}) == 1
    async with session("workflow") as tx:
        told = select(outbox.c.data).where(outbox.c.type == CertificateChanged.type)
        [event] = list(await tx.scalars(told))
        audited = text("select count(*) from audit_log where action = 'certificate.REVOKED'")
        assert await tx.scalar(audited) == 1
    assert (event["standing"], event["person_id"]) == ("REVOKED", issued["person_id"])
    assert (event["decided_on"], event["document_number"]) == (DECIDED_ON, DOCUMENT)
    done = await asyncio.gather(
        *(record(session, season, issued["id"], ChangeKind.REINSTATED, cause()) for _ in range(64)),
        return_exceptions=True,
    )
    [first] = [each for each in done if not isinstance(each, BaseException)]
    assert sum(isinstance(each, ChangeNotPossible) for each in done) == 63
    told = (await hall.ask(season.officer, "GET", f"/v1/certificates/{issued['id']}")).json()
    assert [each["id"] for each in told["changes"]] == [str(rows[0].id), str(first.id)]


@pytest.mark.parametrize("statement", ["delete from", "update"])
async def test_the_service_itself_cannot_change_what_befell(direct_url, statement):
    """A change is a fact: the service's own role may add rows and read them, no more."""
    service = await asyncpg.connect(direct_url("workflow"))
    whole = f"{statement} certificate_change" + (" set no = 2" if statement == "update" else "")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await service.execute(whole)
    await service.close()
