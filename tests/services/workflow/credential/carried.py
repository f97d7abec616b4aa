"""What a certificate is carried as, fetched over HTTP; and tools of others that look at it."""

from __future__ import annotations

import base64
import json
import zlib
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from joserfc import jws
from joserfc.jwk import KeySet
from jwcrypto.jwk import JWK
from sd_jwt.verifier import SDJWTVerifier
from sqlalchemy import text

from services.workflow.certificate.model import Certificate
from services.workflow.certificate.states import Origin
from tests.services.workflow.meeting.hall import Hall
from tests.services.workflow.meeting.neighbour import MASKED
from tests.services.workflow.meeting.season import Season


def certificate(lineage: list[UUID], **more: Any) -> Certificate:
    """A certificate that no review here led to, issued by the first of a line of organisations; as little as one takes."""
    told = {
        "id": uuid4(), "province": "qinghai", "origin": Origin.CONFIRMED, "number": "632023032000025",
        "year": 2023, "person_id": uuid4(), "holder_name": "旦增·多杰", "masked_resident_id": MASKED,
        "unit_id": lineage[-1], "unit_name": "省第一医院", "series": "HEALTH", "series_name": "卫生技术",
        "specialty_name": "普通外科", "level": "ASSOCIATE_SENIOR", "way": "REVIEW", "obtained_on": date(2024, 1, 10),
        "document_number": "青人社厅函〔2024〕12号", "issuer_id": lineage[0], "issuer_name": "省人社厅",
        "issued_on": date(2024, 1, 18), "limits": [], "lineage": lineage,
    }  # fmt: skip
    return Certificate(**told | more)


async def issued(session: Any, season: Season, **more: Any) -> dict[str, Any]:
    """Such a certificate of the season's first applicant."""
    line = [season.province.id, season.authority.id, season.hospital.id]
    holder = season.applicants[0]
    row = certificate(line, account_id=holder.account_id, holder_name=holder.name, **more)
    async with session("workflow") as tx:
        tx.add(row)
        await tx.flush()
        return {"id": str(row.id), "number": row.number, "holder_name": row.holder_name}


async def copied(tx: Any, times: int) -> None:
    """The only certificate as often again, each copy with a number and a holder of its own."""
    another = "'id', gen_random_uuid(), 'number', n, 'number_key', n, 'account_id', gen_random_uuid()"
    await tx.execute(
        text(
            "insert into certificate select copy.* from certificate, generate_series(1, :times) n, "
            f"lateral jsonb_populate_record(certificate, jsonb_build_object({another})) copy"
        ),
        {"times": times},
    )


async def credential_of(hall: Hall, certificate_id: str) -> str:
    """The credential of a certificate, fetched by the HRSS."""
    answer = await hall.ask(hall.season.officer, "GET", f"/v1/certificates/{certificate_id}/credential")
    assert answer.status_code == 200, answer.text
    told: str = answer.json()["credential"]
    return told


async def published_keys(hall: Hall) -> dict[str, Any]:
    """The keys, found as any verifier of SD-JWT VCs finds them."""
    metadata = (await hall.ask(None, "GET", "/.well-known/jwt-vc-issuer")).json()
    keys: dict[str, Any] = (await hall.ask(None, "GET", path_of(hall, metadata["jwks_uri"]))).json()
    return keys


def path_of(hall: Hall, url: str) -> str:
    """The path of an address of ours."""
    del hall
    return "/" + url.split("/", 3)[3]


async def paper_of(hall: Hall, certificate_id: str, token: str | None = None) -> bytes:
    """The certificate as PDF."""
    asked = {"certificate_id": certificate_id}
    linked = await hall.ask(token or hall.season.officer, "POST", "/v1/certificate-papers", asked)
    assert linked.status_code == 201, linked.text
    answer = await hall.ask(None, "GET", linked.json()["record"]["path"])
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), answer.text
    return answer.content


def by_reference(credential: str, keys: dict[str, Any]) -> dict[str, Any]:
    """What the reference implementation of SD-JWT takes a credential for; it raises over what is not good."""

    def key_of(_issuer: str, header: dict[str, Any]) -> JWK:
        [found] = [key for key in keys["keys"] if key["kid"] == header["kid"]]
        return JWK(**found)

    claims: dict[str, Any] = SDJWTVerifier(credential, key_of).get_verified_payload()
    return claims


async def status_token(hall: Hall, credential: str) -> str:
    """The token of the status list that a credential names."""
    uri = body_of(credential)["status"]["status_list"]["uri"]
    answer = await hall.ask(None, "GET", path_of(hall, uri))
    assert answer.headers["content-type"] == "application/statuslist+jwt"
    assert answer.headers["cache-control"] == "public, max-age=900"
    return answer.text


async def bit(hall: Hall, credential: str) -> int:
    """What the status list says, read with tools of others."""
    place = body_of(credential)["status"]["status_list"]
    keys = KeySet.import_key_set(await published_keys(hall))
    token = jws.deserialize_compact(await status_token(hall, credential), keys, algorithms=["Ed25519"])
    assert token.headers()["typ"] == "statuslist+jwt"
    told = json.loads(token.payload)
    assert (told["sub"], told["status_list"]["bits"]) == (place["uri"], 1)
    assert told["iat"] < told["iat"] + told["ttl"] < told["exp"]
    places = zlib.decompress(unpadded(told["status_list"]["lst"]))
    assert len(places) * 8 == 131_072
    return places[place["idx"] // 8] >> place["idx"] % 8 & 1


def body_of(credential: str) -> dict[str, Any]:
    """What the signed part says, unverified."""
    body: dict[str, Any] = json.loads(unpadded(credential.split(".")[1]))
    return body


def unpadded(told: str) -> bytes:
    """The bytes of unpadded base64url."""
    return base64.urlsafe_b64decode(told + "=" * (-len(told) % 4))
