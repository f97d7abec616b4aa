"""一（三）3 through the gateway: anyone verifies a certificate, and so does another province's system with a client of its own."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID, uuid4

import httpx
import pypdfium2
import pytest
import zxingcpp
from strawberry.relay import GlobalID

from services.kit.db import Database
from tests.gateway.clauses.province import Province
from tests.platform.apps import Apps, over_asgi
from tests.services.workflow.credential.carried import certificate
from verifier.checking import Outcome, check

FACE = "valid standing certificate { number holderName limits { code } }"
LIMIT = {"code": "GRASS_ROOTS", "text": "本资格通过基层“双定向”评审取得，限基层有效", "cite": "一（四）1"}
MINORITY = {
    "code": "MINORITY_LANGUAGE_PUBLISHING",
    "text": "本资格在从事少数民族语言文字出版工作时有效",
    "cite": "二（五）5",
}


@pytest.fixture
async def record(province: Province, test_server: Any, worker_database: str) -> dict[str, Any]:
    """A certificate of the province's, limited in two ways."""
    line = [UUID(GlobalID.from_id(province.root["id"]).node_id)]
    row = certificate(line, number=f"63{uuid4().int % 10**12}", limits=[LIMIT, MINORITY])
    url = test_server.url("workflow", worker_database).replace("postgresql://", "postgresql+asyncpg://", 1)
    database = Database(url, pool_size=1)
    told = {"id": str(GlobalID("Certificate", str(row.id))), "number": row.number, "name": row.holder_name}
    async with database.begin() as tx:
        tx.add(row)
    await database.close()
    return told


async def client_token(province: Province, apps: Apps, scope: str) -> str:
    """The token of another province's system, registered through the gateway, fetched as any OAuth client does."""
    given = {
        "name": "邻省职称系统",
        "organisationId": province.root["id"],
        "kind": "CONFIDENTIAL",
        "scopes": [scope],
        "grants": ["CLIENT_CREDENTIALS"],
    }
    made = await province.act(
        province.token("province", "ORGANISATION_MANAGER"),
        "registerOauthClient",
        "client { clientId } clientSecret",
        **given,
    )
    assert made["errors"] == [], made["errors"]
    basic = base64.b64encode(f"{made['client']['clientId']}:{made['clientSecret']}".encode()).decode()
    async with over_asgi(await apps.get("accounts")) as accounts:
        form = {"grant_type": "client_credentials", "scope": scope}
        answer = await accounts.post("/oauth/token", data=form, headers={"authorization": f"Basic {basic}"})
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["access_token"]
    return token


@pytest.mark.clause("1.3.3")
async def test_anyone_verifies(province: Province, http: httpx.AsyncClient, record: dict[str, Any]) -> None:
    """By number and name; by credential or by the paper's code with the published keys, offline; the limits are in each."""
    front, officer = province.front, province.token("province", "TITLE_OFFICER")
    document = f"query($number: String!, $name: String!) {{ verifyCertificate(number: $number, name: $name) {{ {FACE} }} }}"
    pair = {"number": record["number"], "name": record["name"]}
    told = (await front.data(document, **pair))["verifyCertificate"]
    assert (told["valid"], told["standing"], told["certificate"]["holderName"]) == (
        True,
        "IN_FORCE",
        record["name"],
    )
    assert [each["code"] for each in told["certificate"]["limits"]] == [LIMIT["code"], MINORITY["code"]]
    nothing = {"valid": False, "standing": None, "certificate": None}
    for changed in ({"name": "别人"}, {"number": "632023032000025"}, {"number": "?"}):
        assert (await front.data(document, **pair | changed))["verifyCertificate"] == nothing
    asked = "query($id: ID!) { certificateCredential(id: $id) { credential } }"
    found = await front.data(asked, token=officer, id=record["id"])
    credential = found["certificateCredential"]["credential"]
    keys = (await http.get("/v1/certificates/keys")).json()
    place = check(credential, keys).claims["status"]["status_list"]["uri"]
    status = await http.get("/" + place.split("/", 3)[3])
    assert (status.status_code, status.headers["content-type"]) == (200, "application/statuslist+jwt")
    checked = check(credential, keys, status.text)
    assert (checked.outcome, checked.claims["limits"]) == (Outcome.VALID, [LIMIT, MINORITY])
    linked = await province.act(officer, "requestCertificatePaper", "downloadUrl", certificateId=record["id"])
    paper = await http.get(linked["downloadUrl"])
    assert (paper.status_code, paper.headers["content-type"]) == (200, "application/pdf")
    [page] = pypdfium2.PdfDocument(paper.content)
    [code] = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
    assert check(code.text, keys).claims["limits"] == [LIMIT, MINORITY]
    shown = await http.get("/verify/credential")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert shown.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.clause("1.3.3")
async def test_another_provinces_system_verifies(
    province: Province, apps: Apps, record: dict[str, Any]
) -> None:
    """Its own client asks for many at a time; with any other scope, and as a person, it is refused."""
    document = f"query($pairs: [CertificatePairInput!]!) {{ verifyCertificates(pairs: $pairs) {{ {FACE} }} }}"
    pairs = [{"number": record["number"], "name": name} for name in (record["name"], "别人")]
    token = await client_token(province, apps, "certificates.verify")
    told = await province.front.data(document, token=token, pairs=pairs)
    assert [each["valid"] for each in told["verifyCertificates"]] == [True, False]
    for other, code in (
        (await client_token(province, apps, "titles.read"), "INSUFFICIENT_SCOPE"),
        (province.token("province", "TITLE_OFFICER"), "SYSTEMS_ONLY"),
    ):
        answer = await province.front.ask(document, token=other, pairs=pairs)
        assert [each["extensions"]["code"] for each in answer["errors"]] == [code]
