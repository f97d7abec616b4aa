"""Whether a credential still stands: a bit at a random place of a signed list."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, text

from services.workflow.certificate.standing import Cause
from services.workflow.certificate.states import ChangeKind
from services.workflow.credential import store
from tests.services.workflow.certificate.standings import record as befall
from tests.services.workflow.credential.carried import (
    bit,
    body_of,
    copied,
    credential_of,
    issued,
    published_keys,
    status_token,
    unpadded,
)
from verifier.checking import ListFault, Outcome, check

SMALL = 8
MANY, FEW = 50, 5
SIZE = 131_072
PLACED = """insert into status_place select c.id, 1, (place.index + row_number() over ()) % :size
    from status_place place, certificate c where c.id <> place.certificate_id"""
BEFELL = """insert into certificate_change select copy.* from certificate_change change
    join certificate c on c.id <> change.certificate_id, lateral jsonb_populate_record(
    change, jsonb_build_object('id', gen_random_uuid(), 'certificate_id', c.id)) copy"""
TWO_DAYS = 2 * 86_400


@pytest.mark.clause("1.3.3")
async def test_the_bit_follows_the_standing(hall, season, session):
    """In force 0, revoked 1, reinstated 0, void 1; read by other people's tools, and by our offline verifier."""
    record = await issued(session, season)
    credential = await credential_of(hall, record["id"])
    keys = await published_keys(hall)
    for kind, told in (
        (None, 0),
        (ChangeKind.REVOKED, 1),
        (ChangeKind.REINSTATED, 0),
        (ChangeKind.VOIDED, 1),
    ):
        if kind is not None:
            await befall(session, season, record["id"], kind, Cause("finding", uuid4()))
        assert await bit(hall, credential) == told
        checked = check(credential, keys, await status_token(hall, credential))
        assert checked.outcome is (Outcome.REVOKED if told else Outcome.VALID)
    assert await credential_of(hall, record["id"]) == credential


async def test_a_list_of_no_use_is_not_the_fault_of_the_certificate(hall, season, session, monkeypatch):
    """Altered, of another key, no list at all, over: the certificate's signature is good, and so it says."""
    record = await issued(session, season)
    credential = await credential_of(hall, record["id"])
    keys, token = await published_keys(hall), await status_token(hall, credential)
    header, told, signature = token.split(".")
    foreign = (
        base64.urlsafe_b64encode(json.dumps(json.loads(unpadded(header)) | {"kid": "another"}).encode())
        .decode()
        .rstrip("=")
    )
    for list_, fault in (
        (f"{header}.{told}.{'A' * len(signature)}", ListFault.ALTERED),
        (f"{foreign}.{told}.{signature}", ListFault.UNKNOWN_KEY),
        ("nonsense", ListFault.UNREADABLE),
        (credential.split("~")[0], ListFault.UNREADABLE),
    ):
        checked = check(credential, keys, list_)
        assert (checked.outcome, checked.list_fault) == (Outcome.UNCHECKED, fault)
        assert (checked.standing_checked, checked.claims["number"]) == (False, record["number"])
    now = time.time()
    monkeypatch.setattr("verifier.checking.time.time", lambda: now + TWO_DAYS)
    assert check(credential, keys, token).list_fault is ListFault.OVER


async def test_places_are_taken_once_at_random(season, session):
    """Twenty certificates at once fill lists of eight: no place twice, each list in no order, one place a certificate."""
    ids = [UUID((await issued(session, season, number=str(n)))["id"]) for n in range(20)]

    async def placed(certificate_id: UUID) -> tuple[int, int]:
        async with session("workflow") as tx:
            kept = await store.place_of(tx, certificate_id, SMALL)
            return kept.list_no, kept.index

    places = await asyncio.gather(*(placed(each) for each in [*ids, *ids[:5]]))
    assert len(set(places)) == len(ids)
    assert places[:5] == places[20:]
    assert {index for _, index in places} <= set(range(SMALL))
    assert max(list_no for list_no, _ in places) >= len(ids) // SMALL


async def test_a_list_may_hold_more_changes_than_a_statement_takes_values(hall, season, session):
    """Revoked ones are told by one statement with no value of each, and one that was reinstated is told no longer."""
    record = await issued(session, season)
    credential = await credential_of(hall, record["id"])
    await befall(session, season, record["id"], ChangeKind.REVOKED, Cause("finding", uuid4()))
    async with session("workflow") as tx:
        await copied(tx, MANY)
        await tx.execute(text(PLACED), {"size": SIZE})
        await tx.execute(text(BEFELL))
        values: list[int] = []
        connection = (await tx.connection()).sync_connection
        event.listen(connection, "before_cursor_execute", lambda *told: values.append(len(told[3])))
        assert len(await store.invalid(tx, 1)) == MANY + 1
        assert [each < FEW for each in values] == [True]
    await befall(session, season, record["id"], ChangeKind.REINSTATED, Cause("finding", uuid4()))
    assert await bit(hall, credential) == 0


async def test_only_lists_that_were_begun_are_there(hall, season, session):
    """A number beyond the last list, and none at all before the first credential: not found."""
    record = await issued(session, season)
    assert (await hall.ask(None, "GET", "/v1/certificates/status/1")).status_code == 404
    place = body_of(await credential_of(hall, record["id"]))["status"]["status_list"]
    assert place["uri"].endswith("/v1/certificates/status/1")
    assert (await hall.ask(None, "GET", "/v1/certificates/status/1")).status_code == 200
    answer = await hall.ask(None, "GET", "/v1/certificates/status/2")
    assert answer.json()["code"] == "STATUS_LIST_NOT_FOUND"
