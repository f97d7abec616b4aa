"""Anyone verifies a certificate by number and name, or its credential by the published keys; nobody can enumerate."""

from __future__ import annotations

import asyncpg
import pytest
from joserfc.jwk import OKPKey

from services.workflow.certificate.credential import TALLY_TYPE, SignatureBroken, Signer
from services.workflow.certificate.number import Line, compose
from tests.platform.tokens import mint, node, seat
from tests.services.workflow.certificate.office import certified
from tests.services.workflow.meeting.neighbour import MASKED


@pytest.mark.clause("1.3.3")
async def test_number_and_name_verify_without_sign_in(hall, season):
    """Whoever holds both learns what the certificate says, and no identity number, however masked."""
    record = await certified(hall)
    answer = await verify(hall, record["number"], season.applicants[0].name)
    told = answer.json()
    assert told["valid"] is True
    for field in (
        "number",
        "holder_name",
        "series_name",
        "level",
        "obtained_on",
        "document_number",
        "committee_name",
    ):
        assert told["certificate"][field] == record[field]
    assert MASKED not in answer.text
    assert "person_id" not in answer.text
    typed = f"{record['number'][:6]} {record['number'][6:9]}-{record['number'][9:].lower()}"
    assert (await verify(hall, typed, " 申报人 1 ")).json()["valid"] is True


@pytest.mark.clause("1.3.3")
async def test_whatever_does_not_fit_is_answered_alike(hall):
    """A forged number, an unknown number, a wrong name, nonsense and nothing: byte for byte one answer."""
    record = await certified(hall)
    forged = record["number"][:-1] + ("0" if record["number"][-1] != "0" else "1")
    unknown = compose(Line("63", 2023, "03", "2"), 2, 5)
    tried = [(forged, "申报人1"), (unknown, "申报人1"), (record["number"], "别人"), ("!", "?"), ("", "")]
    answers = [await verify(hall, number, name) for number, name in tried]
    assert {(each.status_code, each.content) for each in answers} == {
        (200, b'{"valid":false,"standing":null,"since":null,"certificate":null}')
    }
    assert len({str(sorted(dict(each.headers) | {"x-request-id": ""})) for each in answers}) == 1


def test_what_a_retired_key_signed_still_verifies():
    """The last key signs, every key known verifies; another kind of signed thing is no tally."""
    old, new = (OKPKey.generate_key("Ed25519", {"kid": kid}).as_dict(private=True) for kid in ("old", "new"))
    earlier, later = Signer([old]), Signer([old, new])
    assert later.read(earlier.sign({"n": 1}, kind=TALLY_TYPE), kind=TALLY_TYPE) == {"n": 1}
    assert [key["kid"] for key in later.published()["keys"]] == ["old", "new"]
    with pytest.raises(SignatureBroken):
        earlier.read(later.sign({"n": 1}, kind=TALLY_TYPE), kind=TALLY_TYPE)
    with pytest.raises(SignatureBroken):
        later.read(later.sign({"n": 1}, kind="other+jwt"), kind=TALLY_TYPE)


@pytest.mark.parametrize("told", ["", "[]", "{}", "no json", '[{"kty": "oct", "k": "AAAA"}]', '["x"]'])
def test_without_keys_to_sign_the_service_does_not_start(told):
    """Missing, malformed or foreign keys are one clear error."""
    with pytest.raises(ValueError, match="CREDENTIAL_KEYS"):
        Signer.from_settings(told)


async def test_holder_and_line_read_the_certificate_and_nobody_else(hall, season):
    """The holder, the unit and the HRSS above read it whole; strangers find nothing."""
    record = await certified(hall)
    path = f"/v1/certificates/{record['id']}"
    holder = mint(
        [seat("APPLICANT", season.province, season.authority, season.hospital)],
        sub=season.applicants[0].account_id,
    )
    unit = mint([seat("RECOMMENDER", season.province, season.authority, season.hospital)])
    for token in (holder, unit, season.officer):
        assert (await hall.ask(token, "GET", path)).json() == record
        assert (await hall.ask(token, "GET", "/v1/certificates")).json()["total"] == 1
    elsewhere = mint([seat("RECOMMENDER", season.province, node("EMPLOYER", "PROVINCE"))])
    colleague = mint([seat("APPLICANT", season.province, season.authority, season.hospital)])
    for token in (elsewhere, colleague):
        assert (await hall.ask(token, "GET", path)).json()["code"] == "CERTIFICATE_NOT_FOUND"
        assert (await hall.ask(token, "GET", "/v1/certificates")).json()["items"] == []
    assert (await hall.ask(None, "GET", path)).status_code == 401


@pytest.mark.parametrize(
    "statement", ["delete from certificate", "update certificate set level = 'FULL_SENIOR'"]
)
async def test_the_service_itself_cannot_change_a_certificate(direct_url, statement):
    """A certificate is a fact: the service's own role may add rows and read them, no more."""
    service = await asyncpg.connect(direct_url("workflow"))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await service.execute(statement)
    await service.close()


async def verify(hall, number: str, name: str):
    """Ask, as nobody in particular."""
    return await hall.http.get("/v1/certificates/verify", params={"number": number, "name": name})
