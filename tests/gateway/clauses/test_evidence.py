"""三（二）through the gateway: the unit verifies certificates by looking at them, before anything rests on them."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from demo.api import Gateway, Session
from demo.identities import Identities
from demo.scenes import applicants
from demo.stage import Stage
from tests.files.clamd import EVIL, Clamd, asked_by
from tests.files.documents import blank, blurred, image, pages, pdf, picture, saved
from tests.gateway.clauses.province import Payload, Province, bearer_of, cites, only_error
from tests.gateway.clauses.test_declaring import DEGREE
from tests.platform.apps import Apps

RECORD = (
    "record { id state version evidence { sha256 file { number fileName mediaType size } } availableActions }"
)
LINK = "uploadUrl expiresAt limitBytes"
OPENED = "file { number sha256 } downloadUrl"
SCAN, NEWER = pdf("本科毕业证书"), image("JPEG")


class Evidence:
    """A record of someone of the hospital, and what is done with its scan through the gateway."""

    def __init__(self, province: Province, http: httpx.AsyncClient, own: str, record: dict[str, Any]) -> None:
        self.province, self.http, self.own, self.record = province, http, own, record
        self.reviewer = province.token("hospital", "REVIEWER")

    async def send(self, content: bytes, token: str | None = None, **given: Any) -> httpx.Response:
        """Ask for a link and send the bytes."""
        asked = {"id": self.record["id"], "fileName": "毕业证.pdf", **given}
        payload = await self.province.act(token or self.own, "requestEvidenceUpload", LINK, **asked)
        assert payload["errors"] == [], payload["errors"]
        assert cites(payload) == ["二（五）3", "二（五）3"]
        return await self.http.put(payload["uploadUrl"], content=content)

    async def open(self, token: str | None = None, **given: Any) -> httpx.Response:
        """Ask for a link and fetch the bytes."""
        asked = {"id": self.record["id"], **given}
        payload = await self.province.act(token or self.reviewer, "openEvidence", OPENED, **asked)
        assert payload["errors"] == [], payload["errors"]
        return await self.http.get(payload["downloadUrl"])

    async def decide(self, act: str, token: str | None = None, **given: Any) -> Payload:
        """Confirm, refuse or withdraw the record."""
        return await self.province.act(token or self.reviewer, act, RECORD, id=self.record["id"], **given)

    async def read(self) -> dict[str, Any]:
        """The record as the person reads it."""
        document = f"query($id: ID!) {{ personRecord(id: $id) {{ {RECORD[9:-1]} evidenceFiles {{ number sha256 replacedAt }} history {{ action }} }} }}"
        told = await self.province.front.data(document, token=self.own, id=self.record["id"])
        found: dict[str, Any] = told["personRecord"]
        return found


@pytest.fixture
async def evidence(province: Province, http: httpx.AsyncClient) -> Evidence:
    """A degree that waits, of someone who has passed the online test."""
    person = (await province.hire("hospital"))["person"]
    own = province.applicant(person, "hospital")
    stage = Stage(Gateway("/graphql", http), "evidence", lambda _: None, Identities("evidence"))
    stage.cast["person"] = Session(stage.gateway, "person", own, {})
    await applicants.take_test(stage, "person", right=True)
    made = await province.act(own, "declareRecord", RECORD, personId=person["id"], **DEGREE)
    assert made["errors"] == [], made["errors"]
    assert made["record"]["availableActions"] == ["SEND_EVIDENCE", "WITHDRAW"]
    return Evidence(province, http, own, made["record"])


@pytest.mark.clause("3.2.1", "3.2.3", "2.5.3")
async def test_a_certificate_is_seen_before_it_is_confirmed(evidence: Evidence) -> None:
    """Sent and opened by links; unopened it is not confirmed, on the article; confirmed it is frozen."""
    assert (await evidence.send(SCAN)).status_code == 200
    told = await evidence.read()
    assert told["evidence"]["file"] == {
        "number": 1, "fileName": "毕业证.pdf", "mediaType": "application/pdf", "size": len(SCAN),
    }  # fmt: skip
    error = only_error(await evidence.decide("confirmRecord"))
    assert (error["code"], cites(error)) == ("RULES_BROKEN", ["三（二）"])
    assert [each["code"] for each in error["findings"]] == ["EVIDENCE_OPENED"]
    fetched = await evidence.open()
    assert (fetched.content, fetched.headers["content-type"]) == (SCAN, "application/pdf")
    assert fetched.headers["content-disposition"].startswith("attachment;")
    assert fetched.headers["content-security-policy"] == "default-src 'none'; sandbox"
    done = await evidence.decide("confirmRecord")
    assert (done["errors"], done["record"]["state"]) == ([], "CONFIRMED")
    given = {"id": evidence.record["id"], "fileName": "另一份.pdf"}
    late = await evidence.province.act(evidence.own, "requestEvidenceUpload", LINK, **given)
    assert only_error(late)["code"] == "ACTION_NOT_AVAILABLE"
    assert [each["action"] for each in (await evidence.read())["history"]] == [
        "DECLARE",
        "SEND_EVIDENCE",
        "CONFIRM",
    ]


@pytest.mark.clause("2.5.3")
@pytest.mark.parametrize(
    ("file_name", "content", "code"),
    [
        ("证书.pdf", pdf(password="x"), "FILE_ENCRYPTED"),
        ("证书.pdf", NEWER, "FILE_MISTYPED"),
        ("证书.pdf", b"", "FILE_EMPTY"),
        ("证书.jpg", saved(blurred(), "JPEG"), "FILE_BLURRED"),
        ("证书.pdf", pages(blank(), blank()), "FILE_BLANK"),
        ("证书.pdf", pages(picture((150, 200))), "FILE_UNREADABLE"),
        ("证书.pdf", pdf("绝密★"), "CLASSIFIED_MATERIAL"),
        ("证书.pdf", pdf("关于某事\n机 密", pages=8), "CLASSIFIED_MATERIAL"),
        ("证书.pdf", SCAN + b"<script>alert(1)</script>", "FILE_POLYGLOT"),
        ("证书.pdf", b"x" * (11 << 20), "FILE_TOO_LARGE"),
    ],
)
async def test_only_a_readable_scan_is_kept(
    evidence: Evidence, file_name: str, content: bytes, code: str
) -> None:
    """By its content, with the reason in both languages; the record has no file."""
    refused = await evidence.send(content, fileName=file_name)
    assert refused.json()["code"] == code
    assert refused.json()["message"]
    assert (await evidence.read())["evidence"]["file"] is None


@pytest.mark.clause("2.5.3")
async def test_who_writes_on_secrets_is_not_secret(evidence: Evidence) -> None:
    """The words in running text are no mark, nor is a document refused for one page that is blank."""
    assert (await evidence.send(pdf("侵犯商业秘密罪的认定"))).status_code == 200
    assert (await evidence.send(pages(blank(), picture()))).status_code == 200


@pytest.mark.clause("2.5.3")
async def test_malware_is_not_kept(evidence: Evidence, apps: Apps) -> None:
    """Where a scanner is configured it is asked first; when it does not answer, nothing is taken."""
    accounts = await apps.get("accounts")
    async with Clamd.listening() as clamd:
        with asked_by(accounts, clamd.url):
            assert (await evidence.send(SCAN + EVIL)).json()["code"] == "MALWARE_FOUND"
    with asked_by(accounts, clamd.url):
        away = await evidence.send(SCAN)
    assert (away.status_code, away.json()["code"]) == (503, "PART_UNAVAILABLE")
    assert (await evidence.read())["evidence"]["file"] is None
    assert (await evidence.send(SCAN)).status_code == 200


@pytest.mark.clause("2.5.3")
async def test_a_classified_name_is_given_no_link(evidence: Evidence) -> None:
    """Refused on the article before a byte is sent."""
    given = {"id": evidence.record["id"], "fileName": "机密附件.pdf"}
    payload = await evidence.province.act(evidence.own, "requestEvidenceUpload", LINK, **given)
    error = only_error(payload)
    assert (error["code"], error["field"], cites(error)) == ("CLASSIFIED_MATERIAL", "fileName", ["二（五）3"])
    assert payload["uploadUrl"] is None


async def test_a_new_version_is_opened_anew(evidence: Evidence) -> None:
    """Both are listed and can be read; the one that was told by its digest is the one that is taken."""
    await evidence.send(SCAN)
    await evidence.open()
    differs = await evidence.send(NEWER, fileName="清晰.jpg", sha256="ab" * 32)
    assert differs.json()["code"] == "EVIDENCE_DIFFERS"
    assert (await evidence.send(NEWER, fileName="清晰.jpg")).status_code == 200
    told = await evidence.read()
    assert [(each["number"], each["replacedAt"] is None) for each in told["evidenceFiles"]] == [
        (1, False),
        (2, True),
    ]
    assert told["evidence"]["sha256"] == told["evidenceFiles"][1]["sha256"]
    assert only_error(await evidence.decide("confirmRecord"))["code"] == "RULES_BROKEN"
    assert (await evidence.open(number=1)).content == SCAN
    assert (await evidence.open()).content == NEWER
    assert (await evidence.decide("confirmRecord"))["errors"] == []


async def test_who_may_not_see_the_record_sees_no_scan(evidence: Evidence) -> None:
    """Above it is read, beside and below it is not there; a link is of use to whoever holds it, for one purpose."""
    await evidence.send(SCAN)
    province, given = evidence.province, {"id": evidence.record["id"]}
    for above in (province.token("health", "REVIEWER"), bearer_of(province.root, "SUPERVISOR")):
        assert (await evidence.open(above)).content == SCAN
    for other in ("branch", "school", "golmud"):
        await province.at(other)
        for act in ("openEvidence", "requestEvidenceUpload"):
            more = {"fileName": "a.pdf"} if act == "requestEvidenceUpload" else {}
            payload = await province.act(province.token(other, "REVIEWER"), act, "expiresAt", **given, **more)
            assert only_error(payload)["code"] == "RECORD_NOT_FOUND"
    asked = await province.act(evidence.own, "openEvidence", OPENED, **given)
    refused = await evidence.http.put(asked["downloadUrl"], content=NEWER)
    assert (refused.status_code, refused.json()["code"]) == (404, "LINK_INVALID")


async def test_two_send_at_once_and_one_confirms(evidence: Evidence) -> None:
    """Of many one comes into force; what is confirmed meanwhile was opened by who confirmed it."""
    first = await asyncio.gather(*(evidence.send(pdf(f"第{n}份")) for n in range(8)))
    taken = [each.json().get("code", "TAKEN") for each in first]
    assert set(taken) <= {"TAKEN", "EVIDENCE_REPLACED"}
    assert "TAKEN" in taken
    await evidence.open()
    acts = [evidence.decide("confirmRecord"), evidence.send(NEWER, fileName="清晰.jpg")]
    await asyncio.gather(*acts, return_exceptions=True)
    told = await evidence.read()
    replaced = len(told["evidenceFiles"]) > taken.count("TAKEN")
    assert (told["state"] == "CONFIRMED") is not replaced
