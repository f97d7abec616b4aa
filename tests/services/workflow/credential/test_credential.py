"""A certificate as SD-JWT VC: other people's tools accept it, reject any alteration, and see what the holder shows."""

from __future__ import annotations

import json
import string
from typing import Any

import pytest

from services import typesetting
from services.workflow.credential.claims import CLAIMS, DISCLOSABLE
from services.workflow.credential.sd_jwt import presented
from tests.platform.crowds import Slow, assert_bounded, while_many
from tests.platform.tokens import mint, node, seat
from tests.services.workflow.credential.carried import (
    body_of,
    by_reference,
    credential_of,
    issued,
    path_of,
    published_keys,
    unpadded,
)
from tests.services.workflow.meeting.neighbour import MASKED
from verifier.checking import Refused, check


@pytest.fixture
async def credential(hall, season, session) -> str:
    """The credential of a certificate."""
    return await credential_of(hall, (await issued(session, season))["id"])


def flipped(told: str, place: int) -> str:
    """The same with one character another one."""
    other = next(c for c in string.ascii_letters if c != told[place])
    return told[:place] + other + told[place + 1 :]


def taken(credential: str, keys: dict[str, Any]) -> dict[str, Any] | None:
    """What the reference implementation reads; of what it did not disclose itself it says nothing, which is none too."""
    try:
        claims = by_reference(credential, keys)
    except Exception:  # noqa: BLE001 - whatever that library raises
        return None
    return claims if len(claims) == len(credential.split("~")) - 2 + len(body_of(credential)) - 2 else None


@pytest.mark.clause("1.3.3")
async def test_the_reference_implementation_accepts_it_and_nothing_altered(hall, season, credential):
    """sd-jwt of PyPI reads every claim; with one character changed in header, payload, signature or disclosure none."""
    keys = await published_keys(hall)
    claims = by_reference(credential, keys)
    assert (claims["name"], claims["masked_resident_id"]) == (season.applicants[0].name, MASKED)
    assert (claims["obtained_on"], claims["limits"]) == ("2024-01-10", [])
    assert claims["iss"] == (await hall.ask(None, "GET", "/.well-known/jwt-vc-issuer")).json()["issuer"]
    assert taken(credential, {"keys": []}) is None
    start = 0
    for part in credential.rstrip("~").replace("~", ".").split("."):
        assert taken(flipped(credential, start + len(part) // 2), keys) is None, part
        start += len(part) + 1


async def test_no_single_character_can_be_changed(hall, credential):
    """Our offline verifier, which shares no code with the service, rejects a change at each place, the last bits too."""
    keys = await published_keys(hall)
    assert check(credential, keys).claims["number"]
    for place in range(len(credential)):
        with pytest.raises(Refused):
            check(flipped(credential, place), keys)


async def test_the_holder_shows_what_is_wanted(hall, credential):
    """Of a presentation a verifier learns what was disclosed; what the title is stays in it, and hashes tell no more."""
    keys = await published_keys(hall)
    shown = by_reference(presented(credential, {"name"}), keys)
    whole = by_reference(credential, keys)
    assert set(whole) - set(shown) == DISCLOSABLE & set(whole) - {"name"}
    assert {"number", "series", "specialty", "level", "limits", "status", "iss", "vct", "iat"} <= set(shown)
    plain = body_of(credential)
    assert not DISCLOSABLE & set(plain)
    salts = [json.loads(unpadded(each))[0] for each in credential.split("~")[1:-1]]
    assert len({*salts}) == len(salts)
    assert min(len(unpadded(salt)) for salt in salts) == 16
    assert await credential_of(hall, await the_id(hall)) == credential


async def the_id(hall) -> str:
    """The id of the only certificate."""
    [only] = (await hall.ask(hall.season.officer, "GET", "/v1/certificates")).json()["items"]
    return only["id"]


async def test_what_the_type_means_is_published(hall, credential):
    """`vct` leads to metadata that name every claim, and whether the holder may leave it out."""
    plain = body_of(credential)
    told = (await hall.ask(None, "GET", path_of(hall, plain["vct"]))).json()
    assert told["vct"] == plain["vct"]
    sd = {claim["path"][0]: claim["sd"] for claim in told["claims"]}
    assert sd == {claim.name: "always" if claim.disclosable else "never" for claim in CLAIMS}
    other = await hall.ask(None, "GET", "/v1/certificates/types/driving-licence")
    assert (other.status_code, other.json()["code"]) == (404, "CREDENTIAL_TYPE_NOT_FOUND")


async def test_holder_and_line_fetch_it_and_nobody_else(hall, season, credential):
    """Credential and paper go to the holder and the organisations above; a stranger finds no certificate."""
    certificate_id = await the_id(hall)
    line = [season.province, season.authority, season.hospital]
    holder = mint([seat("APPLICANT", *line)], sub=season.applicants[0].account_id)
    strangers = [
        mint([seat("APPLICANT", *line)]),
        mint([seat("RECOMMENDER", season.province, node("EMPLOYER", "PROVINCE"))]),
    ]
    path, paper = f"/v1/certificates/{certificate_id}/credential", "/v1/certificate-papers"
    assert (await hall.ask(holder, "GET", path)).json()["credential"] == credential
    for token in strangers:
        for answer in (
            await hall.ask(token, "GET", path),
            await hall.ask(token, "POST", paper, {"certificate_id": certificate_id}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (404, "CERTIFICATE_NOT_FOUND")
    assert (await hall.ask(None, "GET", f"{paper}/nonsense")).json()["code"] == "LINK_INVALID"


async def test_whoever_waits_for_a_paper_keeps_nobody_else_waiting(hall, season, credential, monkeypatch):
    """More want the certificate on paper than there are connections: its credential is told meanwhile."""
    certificate_id, slow = await the_id(hall), Slow()
    line = [season.province, season.authority, season.hospital]
    holder = mint([seat("APPLICANT", *line)], sub=season.applicants[0].account_id)
    link = await hall.ask(holder, "POST", "/v1/certificate-papers", {"certificate_id": certificate_id})
    path = link.json()["record"]["path"]
    monkeypatch.setattr(typesetting, "_compiled", slow.work)
    told, crowd = await while_many(
        slow,
        lambda: hall.http.get(path),
        lambda: hall.ask(holder, "GET", f"/v1/certificates/{certificate_id}/credential"),
    )
    assert told.json()["credential"] == credential
    assert_bounded(crowd)
