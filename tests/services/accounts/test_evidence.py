"""Scans of records: sent, judged, kept by content, opened before anything is confirmed, frozen with it."""

from __future__ import annotations

import hashlib
import time
from typing import Any

import pytest

from services.accounts.evidence.sweeping import sweep
from services.files import links
from services.kit.errors import Unavailable
from tests.files.documents import blank, blurred, image, of_two_kinds, pages, pdf, saved
from tests.services.accounts.records import EVIDENCE, Staff, body, new_staff
from tests.services.accounts.scans import PLAIN, SCAN, Scans
from tests.services.accounts.world import cites, new_resident_id, refused, token_at

DIGEST = hashlib.sha256(SCAN).hexdigest()


@pytest.fixture
async def staff(world, answers) -> Staff:
    """Someone of the hospital who has passed the online test."""
    return await new_staff(world, await world.hospital(), answers)


@pytest.fixture
async def scans(staff, apps, session) -> Scans:
    """The scans of that person."""
    return Scans.of(staff, await apps.get("accounts"), session)


async def test_a_scan_is_sent_and_comes_back_as_it_was(scans, staff):
    """Kept under its digest, told with the record, served as an attachment; who did what is on record."""
    record = await scans.declared()
    answer = await scans.ask_to_send(record)
    assert cites(answer.json()) == ["二（五）3", "二（五）3"]
    assert answer.json()["record"]["limit_bytes"] == 10 << 20
    sent = (await scans.put(answer.json()["record"]["upload_url"])).json()
    assert cites(sent) == ["二（五）3"]
    file = sent["record"]
    assert (file["number"], file["file_name"], file["media_type"]) == (1, "毕业证.pdf", "application/pdf")
    assert (file["size"], file["sha256"], file["replaced_at"]) == (len(SCAN), DIGEST, None)
    assert DIGEST in scans.kept()
    now = await staff.read(record)
    assert now["evidence"] == {**PLAIN, "sha256": DIGEST, "file": file}
    assert (now["state"], now["version"]) == ("DECLARED", record["version"] + 1)
    assert await scans.versions(record) == [file]
    fetched = await scans.opened(record)
    assert (fetched.content, fetched.headers["content-type"]) == (SCAN, "application/pdf")
    assert fetched.headers["content-disposition"].startswith("attachment;")
    assert fetched.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert fetched.headers["x-content-type-options"] == "nosniff"
    steps = (await staff.world.ask("GET", f"/v1/records/{record['id']}/history", staff.own)).json()["items"]
    assert [(each["action"], each["role"]) for each in steps] == [
        ("DECLARE", "APPLICANT"),
        ("SEND_EVIDENCE", "APPLICANT"),
    ]
    [event] = await scans.rows("select data from outbox where type like '%record.evidence_sent%'")
    assert (event["record_id"], event["number"]) == (record["id"], 1)


async def test_every_opening_is_in_the_audit_log(scans, staff):
    """Who asked for a link and who fetched the file, each time, in which role and on which article."""
    record = await scans.declared()
    await scans.sent(record)
    for token in (staff.own, staff.reviewer, staff.reviewer, token_at(staff.world.root, "SUPERVISOR")):
        await scans.opened(record, token)
    done = await scans.rows("select action from audit_log where action like 'evidence_file.%' order by id")
    assert done == [
        "evidence_file.ASK_TO_SEND",
        "evidence_file.STORE",
        *["evidence_file.OPEN", "evidence_file.FETCH"] * 4,
    ]
    where = "select organisation_id::text from audit_log where action = 'evidence_file.FETCH' order by id"
    unit, root = staff.unit["id"], staff.world.root["id"]
    assert await scans.rows(where) == [unit, unit, unit, root]
    whose = "select distinct detail->>'record_id' from audit_log where action ~ 'evidence_file.(OPEN|FETCH|STORE)'"
    assert await scans.rows(whose) == [record["id"]]
    basis = "select distinct basis->0->>'cite' from audit_log where action ~ 'evidence_file.(OPEN|FETCH)'"
    assert await scans.rows(basis) == ["三（二）"]


UNFIT = [
    ("空.pdf", b"", "FILE_EMPTY"),
    ("假.pdf", image(), "FILE_MISTYPED"),
    ("假.png", SCAN, "FILE_MISTYPED"),
    ("程序.jpg", b"MZ" + bytes(200), "FILE_MISTYPED"),
    ("加密.pdf", pdf(password="secret"), "FILE_ENCRYPTED"),
    ("截断.pdf", pdf(pages=3)[:200], "FILE_UNREADABLE"),
    ("太长.pdf", pdf(pages=51), "FILE_UNREADABLE"),
    ("太小.png", image(size=(40, 40)), "FILE_UNREADABLE"),
    ("空白.png", saved(blank()), "FILE_BLANK"),
    ("模糊.pdf", pages(blurred()), "FILE_BLURRED"),
    ("密件.pdf", pdf("机密★10年"), "CLASSIFIED_MATERIAL"),
    ("末页.pdf", pdf("秘密", pages=7), "CLASSIFIED_MATERIAL"),
    *((name, content, "FILE_POLYGLOT") for name, content in of_two_kinds().values()),
]


@pytest.mark.parametrize(("file_name", "content", "code"), UNFIT)
async def test_what_is_no_scan_is_refused_and_not_kept(scans, staff, file_name, content, code):
    """By its content, with the reason; the record is as before, and the same link takes a better file."""
    record, before = await scans.declared(), scans.kept()
    link = await scans.link(record, file_name=file_name)
    problem = refused(await scans.put(link, content), 422, code)
    assert problem["field"] == "file"
    assert problem["basis"][0]["cite"] == "二（五）3"
    assert scans.kept() == before
    assert await scans.rows("select id from evidence_file") == []
    assert (await staff.read(record)) == record
    better = {".pdf": pdf(pages=2), ".png": image(), ".jpg": image("JPEG")}
    assert (await scans.put(link, better[file_name[-4:]])).status_code == 200


async def test_too_large_a_file_is_cut_off_while_it_comes(scans):
    """Nothing is kept, and the sender need not finish."""
    record, before = await scans.declared(), scans.kept()

    async def pieces() -> Any:
        yield SCAN
        for _ in range(40):
            yield bytes(1 << 20)

    answer = await scans.staff.world.http.put(await scans.link(record), content=pieces())
    refused(answer, 413, "FILE_TOO_LARGE")
    assert scans.kept() == before


@pytest.mark.parametrize(
    ("file_name", "code", "articles"),
    [
        ("证书.docx", "FILE_TYPE_NOT_TAKEN", []),
        ("证书", "FILE_TYPE_NOT_TAKEN", []),
        ("绝 密-附件.pdf", "CLASSIFIED_MATERIAL", ["二（五）3"]),
        (f"{new_resident_id()}毕业证.pdf", "FILE_NAMED_BY_RESIDENT_ID", []),
    ],
)
async def test_some_names_are_not_even_given_a_link(scans, file_name, code, articles):
    """Of another type, with a classified word, with somebody's number."""
    record = await scans.declared()
    problem = refused(await scans.ask_to_send(record, file_name=file_name), 422, code)
    assert (problem["field"], cites(problem) if articles else articles) == ("file_name", articles)


MALFORMED: list[dict[str, Any]] = [
    {"file_name": ""},
    {"file_name": "长" * 121 + ".pdf"},
    {"file_name": "a\0.pdf"},
    {"file_name": ["a.pdf"]},
    {"file_name": "a.pdf", "sha256": "ab"},
    {"file_name": "a.pdf", "version": 0},
    {"file_name": "a.pdf", "unheard_of": 1},
    {},
]


@pytest.mark.parametrize("asked", MALFORMED)
async def test_what_is_malformed_is_refused(scans, staff, asked):
    """Never a fault."""
    path = f"/v1/records/{(await scans.declared())['id']}/evidence-file"
    refused(await staff.world.ask("POST", path, staff.own, asked), 422, "REQUEST_MALFORMED")
    for number in (0, 10**30, "x"):
        answer = await staff.world.ask("POST", f"{path}/open", staff.own, {"number": number})
        refused(answer, 422, "REQUEST_MALFORMED")


async def test_the_digest_that_was_told_binds_the_file(scans, staff):
    """Told with the record or with the request: other bytes are refused and not kept, the right ones are taken."""
    record = await scans.declared(sha256=DIGEST)
    problem = refused(await scans.ask_to_send(record, sha256="ab" * 32), 422, "EVIDENCE_DIFFERS")
    assert problem["field"] == "sha256"
    before, link = scans.kept(), await scans.link(record)
    problem = refused(await scans.put(link, pdf(pages=3)), 422, "EVIDENCE_DIFFERS")
    assert DIGEST in problem["message"]
    assert scans.kept() == before
    assert (await scans.put(link)).status_code == 200
    other = await scans.declared("CONTRACT")
    link = await scans.link(other, sha256=DIGEST)
    refused(await scans.put(link, pdf(pages=3)), 422, "EVIDENCE_DIFFERS")
    assert (await scans.put(link)).json()["record"]["sha256"] == DIGEST


@pytest.mark.clause("3.2.1", "3.2.3")
async def test_nobody_confirms_what_he_or_she_has_not_opened(scans, staff):
    """A link is no look, another's look is not one's own; without a file there is nothing to open."""
    record = await scans.declared()
    await scans.sent(record)
    await scans.ask_to_open(record)
    await scans.opened(record, token_at(staff.unit, "REVIEWER"))
    for language, message in (("zh", "尚未打开"), ("en", "not opened")):
        path = f"/v1/records/{record['id']}/actions/CONFIRM"
        answer = await staff.world.ask("POST", path, staff.reviewer, {}, **{"accept-language": language})
        problem = refused(answer, 422, "RULES_BROKEN")
        assert [each["code"] for each in problem["findings"]] == ["EVIDENCE_OPENED"]
        assert message in problem["message"]
        assert cites(problem) == ["三（二）"]
    assert (await staff.read(record))["state"] == "DECLARED"
    await scans.opened(record)
    assert (await staff.act(record, "CONFIRM")).status_code == 200
    without = await scans.declared("CONTRACT")
    assert (await staff.act(without, "CONFIRM")).status_code == 200


async def test_refusing_needs_no_look(scans, staff):
    """A unit may refuse what it sees without the scan to be wrong."""
    record = await scans.declared()
    await scans.sent(record)
    assert (await staff.act(record, "REFUSE", note="非本单位人员学历")).status_code == 200


async def test_a_better_scan_is_a_new_version_and_is_opened_anew(scans, staff):
    """The old one stays readable by its number; having opened it counts for nothing."""
    record, newer = await scans.declared(), pdf("毕业证书（清晰）")
    first = await scans.sent(record)
    await scans.opened(record)
    second = await scans.sent(record, newer, file_name="清晰.pdf")
    assert second["number"] == 2
    told = await scans.versions(record, staff.reviewer)
    assert [(each["number"], each["sha256"], each["replaced_at"] is None) for each in told] == [
        (1, first["sha256"], False),
        (2, second["sha256"], True),
    ]
    assert (await staff.read(record))["evidence"]["sha256"] == second["sha256"]
    refused(await staff.act(record, "CONFIRM"), 422, "RULES_BROKEN")
    assert (await scans.opened(record, number=1)).content == SCAN
    refused(await staff.act(record, "CONFIRM"), 422, "RULES_BROKEN")
    assert (await scans.opened(record)).content == newer
    assert (await staff.act(record, "CONFIRM")).status_code == 200


async def test_what_is_confirmed_is_frozen(scans, staff):
    """No link is given any more, and one given before is of no use; the scan is read as before."""
    record = await scans.declared()
    await scans.sent(record)
    late = await scans.link(record)
    await scans.opened(record)
    assert (await staff.act(record, "CONFIRM")).status_code == 200
    refused(await scans.ask_to_send(record), 409, "ACTION_NOT_AVAILABLE")
    before = scans.kept()
    refused(await scans.put(late, pdf(pages=4)), 409, "ACTION_NOT_AVAILABLE")
    assert scans.kept() == before
    assert (await scans.opened(record, staff.own)).content == SCAN
    [file] = await scans.versions(record)
    assert file["sha256"] == DIGEST


async def test_the_same_bytes_again_are_the_same_answer(scans):
    """A link is good for one version: other bytes are refused, and replace nothing."""
    record = await scans.declared()
    link = await scans.link(record)
    first, again = await scans.put(link), await scans.put(link)
    assert again.json() == first.json()
    refused(await scans.put(link, pdf(pages=2)), 409, "EVIDENCE_REPLACED")
    assert len(await scans.versions(record)) == 1
    assert await scans.rows("select count(*) from audit_log where action = 'evidence_file.STORE'") == [1]


async def test_a_refused_record_gets_a_better_scan_and_is_declared_again(scans, staff):
    """Its digest is the file's: told otherwise it is refused, left out it stays."""
    record = await scans.declared()
    await scans.sent(record)
    await staff.act(record, "REFUSE", note="扫描件不清晰")
    newer = await scans.sent(record, pdf("清晰"))
    assert (await staff.read(record))["state"] == "REFUSED"
    path = f"/v1/records/{record['id']}"
    mended: dict[str, Any] = {"body": body("DEGREE"), "evidence": EVIDENCE}
    problem = refused(await staff.world.ask("PUT", path, staff.own, mended), 409, "EVIDENCE_SENT")
    assert problem["field"] == "evidence.sha256"
    assert (await staff.world.ask("PUT", path, staff.own, mended | {"evidence": PLAIN})).status_code == 200
    now = await staff.read(record)
    assert (now["state"], now["evidence"]["sha256"]) == ("DECLARED", newer["sha256"])
    assert now["evidence"]["file"] == newer


@pytest.mark.parametrize("state", ["WITHDRAWN", "SUPERSEDED", "REVOKED", "CONFIRMED"])
async def test_nothing_is_sent_for_what_no_longer_waits(scans, staff, session, state):
    """In no state but those in which something is still to be decided."""
    record = await scans.declared()
    await scans.rows(f"update person_record set state = '{state}', reason = 'x' returning id")
    for token in (staff.own, token_at(staff.unit), token_at(staff.unit, "RECOMMENDER")):
        refused(await scans.ask_to_send(record, token), 409, "ACTION_NOT_AVAILABLE")


async def test_whoever_has_read_another_version_is_told_so(scans):
    """As with every step."""
    record = await scans.declared()
    refused(await scans.ask_to_send(record, version=7), 409, "STALE_VERSION")
    assert (await scans.ask_to_send(record, version=record["version"])).status_code == 200


@pytest.mark.clause("2.3")
async def test_nothing_is_sent_before_the_test(scans, staff):
    """Neither is a link given nor one that was given of any use."""
    record = await scans.declared()
    link = await scans.link(record)
    await scans.rows("delete from test_attempt returning id")
    assert cites(refused(await scans.ask_to_send(record), 422, "TEST_NOT_PASSED")) == ["二（三）"]
    refused(await scans.put(link), 422, "TEST_NOT_PASSED")
    assert await scans.rows("select id from evidence_file") == []


@pytest.mark.clause("3.1")
async def test_who_sent_the_scan_for_another_does_not_confirm_it(scans, staff):
    """谁推荐、谁审核: whoever brings what proves a record does not verify it, though the person told it."""
    record, clerk = await scans.declared(), token_at(staff.unit, "RECOMMENDER")
    await scans.sent(record, token=clerk)
    await scans.opened(record, clerk)
    problem = refused(await staff.act(record, "CONFIRM", clerk), 422, "RULES_BROKEN")
    assert [each["code"] for each in problem["findings"]] == ["TWO_PERSONS"]
    other = token_at(staff.unit, "RECOMMENDER")
    await scans.opened(record, other)
    assert (await staff.act(record, "CONFIRM", other)).status_code == 200


async def test_a_sending_unit_opens_the_evidence_of_its_posting_alone(scans, staff):
    """It confirms that record, and sees no other; the person's own unit sees it and confirms it not."""
    beside = await staff.world.create(
        staff.world.root, kind="EMPLOYER", level="PROVINCE", region_code="630000"
    )
    record = await scans.declared("VILLAGE_POSTING", sending_unit_id=beside["id"])
    degree, sender = await scans.declared(), token_at(beside, "REVIEWER")
    for each in (record, degree):
        await scans.sent(each)
    refused(await scans.ask_to_open(degree, sender), 404, "RECORD_NOT_FOUND")
    refused(await scans.ask_to_send(record, sender), 403, "NOT_YOUR_STEP")
    assert (await scans.opened(record, staff.reviewer)).content == SCAN
    refused(await staff.act(record, "CONFIRM", sender), 422, "RULES_BROKEN")
    assert (await scans.opened(record, sender)).content == SCAN
    assert (await staff.act(record, "CONFIRM", sender)).status_code == 200


async def test_links_end_and_cannot_be_bent(scans, staff, monkeypatch):
    """An altered, a foreign and an old link are not found; one purpose is not the other."""
    record = await scans.declared()
    sending = await scans.link(record)
    await scans.sent(record)
    fetching = (await scans.ask_to_open(record)).json()["record"]["download_url"]
    http = staff.world.http
    bent = sending[:-6] + ("A" if sending[-6] != "A" else "B") + sending[-5:]
    for answer in (
        await http.put(bent, content=SCAN),
        await http.put(fetching, content=SCAN),
        await http.get(sending),
    ):
        refused(answer, 404, "LINK_INVALID")
    later = time.time() + 31 * 60
    monkeypatch.setattr(links.time, "time", lambda: later)
    for answer in (await http.put(sending, content=SCAN), await http.get(fetching)):
        refused(answer, 404, "LINK_INVALID")


async def test_what_was_sent_for_a_withdrawn_record_is_let_go(scans, staff, apps):
    """At once nobody reads it; the sweep takes the bytes, unless another record's file has the same."""
    app = await apps.get("accounts")
    record, other = await scans.declared(), await scans.declared("CONTRACT")
    alone = pdf("只用一次")
    await scans.sent(record, alone)
    await scans.sent(record)
    await scans.sent(other)
    link = (await scans.ask_to_open(record)).json()["record"]["download_url"]
    await staff.act(record, "WITHDRAW", staff.own)
    refused(await scans.ask_to_open(record), 404, "EVIDENCE_NOT_THERE")
    refused(await staff.world.http.get(link), 404, "EVIDENCE_NOT_THERE")
    assert await sweep(app.state.db, app.state.storage) == 2
    assert hashlib.sha256(alone).hexdigest() not in scans.kept()
    assert (await scans.opened(other)).content == SCAN
    assert len(await scans.versions(record)) == 2
    assert await sweep(app.state.db, app.state.storage) == 0


async def test_with_the_storage_away_nothing_is_half_kept(scans, staff, apps, monkeypatch):
    """What was not written is no evidence, and nobody has opened what was not fetched; later the same link works."""
    app, record = await apps.get("accounts"), await scans.declared()
    link = await scans.link(record)

    async def fails(*_: Any) -> None:
        raise Unavailable(part="storage")

    monkeypatch.setattr(app.state.storage, "put", fails)
    refused(await scans.put(link), 503, "PART_UNAVAILABLE")
    assert (await staff.read(record)) == record
    refused(await scans.ask_to_open(record), 404, "EVIDENCE_NOT_THERE")
    monkeypatch.undo()
    assert (await scans.put(link)).status_code == 200
    monkeypatch.setattr(app.state.storage, "open", fails)
    fetching = (await scans.ask_to_open(record)).json()["record"]["download_url"]
    refused(await staff.world.http.get(fetching), 503, "PART_UNAVAILABLE")
    refused(await staff.act(record, "CONFIRM"), 422, "RULES_BROKEN")
    monkeypatch.undo()
    await scans.forsake()
    assert await sweep(app.state.db, app.state.storage) == 1
    assert (await scans.opened(record)).content == SCAN
