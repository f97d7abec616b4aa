"""What a certificate says wrongly is corrected by request and approval: it is issued anew, and the old one says so."""

from __future__ import annotations

import asyncio
from itertools import product
from uuid import uuid4

from sqlalchemy import func, select, text

from services.kit.outbox import outbox
from services.workflow.certificate.errors import ChangeNotPossible
from services.workflow.certificate.standing import Cause
from services.workflow.certificate.states import ChangeKind
from services.workflow.contract import CertificateChanged, CertificateIssued
from services.workflow.correction.states import CorrectionAction, CorrectionState
from services.workflow.correction.steps import CORRECTION_STEPS
from tests.platform.tokens import mint, seat
from tests.services.workflow.certificate.office import certified
from tests.services.workflow.certificate.standings import record
from tests.services.workflow.credential.carried import issued as elsewhere

PATH = "/v1/certificate-corrections"
DOCUMENT = "青人社厅函〔2024〕31号"
ALLOWED = {
    ("REQUESTED", "REFUSE"): "officer",
    ("REQUESTED", "WITHDRAW"): "holder",
    ("REQUESTED", "APPROVE"): "officer",
}
"""Who alone may do what."""


def people(season):
    """Everybody who might try, by name."""
    place = (season.province, season.authority, season.hospital)
    return {
        "holder": mint([seat("APPLICANT", *place)], sub=season.applicants[0].account_id),
        "unit": mint([seat("RECOMMENDER", *place)]),
        "officer": season.officer,
        "prefecture": season.prefecture_officer,
        "supervisor": season.supervisor,
        "office": season.office,
        "colleague": mint([seat("APPLICANT", *place)]),
    }


def ask(hall, token, issued, **given):
    """Ask for a correction."""
    body = {
        "certificate_id": issued["id"],
        "field": "HOLDER_NAME",
        "value": "申报人壹",
        "reason": "姓名录入有误",
        "evidence": "户口簿",
    }
    return hall.ask(token, "POST", PATH, body | given)


def act(hall, token, correction, action, **given):
    """Take a step of it."""
    return hall.ask(token, "POST", f"{PATH}/{correction['id']}/actions/{action}", given)


async def asked(hall, token, issued, **given):
    """A correction that is asked for."""
    answer = await ask(hall, token, issued, **given)
    assert answer.status_code == 201, answer.text
    return answer.json()["record"]


async def verified(hall, number, name):
    """What anyone is told."""
    asked_for = {"number": number, "name": name}
    told = (await hall.http.get("/v1/certificates/verify", params=asked_for)).json()
    return told["valid"], told["standing"]


async def test_approved_it_is_issued_anew_and_names_the_old_one(hall, season, session):
    """The old number answers that it is invalid, the new one with the right name is valid; the title is as old as it was."""
    issued, who = await certified(hall), people(season)
    name = await asked(hall, who["holder"], issued)
    unit = await asked(hall, who["unit"], issued, field="UNIT_NAME", value="省第一人民医院")
    assert (name["before"], name["available_actions"]) == (season.applicants[0].name, ["WITHDRAW"])
    listed = (await hall.ask(who["officer"], "GET", f"{PATH}?state=REQUESTED")).json()["items"]
    assert [each["id"] for each in listed] == [unit["id"], name["id"]]
    assert (await act(hall, who["officer"], name, "APPROVE")).json()["code"] == "DOCUMENT_NUMBER_INVALID"
    done = await act(hall, who["officer"], name, "APPROVE", document_number=DOCUMENT)
    assert done.status_code == 200, done.text
    approved = done.json()["record"]
    old = (await hall.ask(who["holder"], "GET", f"/v1/certificates/{issued['id']}")).json()
    new = (await hall.ask(who["holder"], "GET", f"/v1/certificates/{approved['replacement_id']}")).json()
    assert (old["standing"], old["replaced_by_id"]) == ("SUPERSEDED", new["id"])
    assert (old["holder_name"], old["number"]) == (issued["holder_name"], issued["number"])
    assert (new["standing"], new["replaces_id"], new["holder_name"]) == ("IN_FORCE", old["id"], "申报人壹")
    assert new["number"] != old["number"]
    for same in ("level", "series", "obtained_on", "document_number", "limits", "declaration_id"):
        assert new[same] == old[same], same
    assert await verified(hall, old["number"], issued["holder_name"]) == (False, "INVALID")
    assert await verified(hall, new["number"], "申报人壹") == (True, "IN_FORCE")
    again = await ask(hall, who["holder"], issued, value="申报人一")
    assert (again.status_code, again.json()["code"]) == (409, "CERTIFICATE_NOT_IN_FORCE")
    assert (await act(hall, who["officer"], unit, "APPROVE", document_number=DOCUMENT)).status_code == 200
    every = (await hall.ask(who["officer"], "GET", "/v1/certificates")).json()["items"]
    assert [each["standing"] for each in every] == ["IN_FORCE", "SUPERSEDED", "SUPERSEDED"]
    assert (every[0]["holder_name"], every[0]["unit_name"]) == ("申报人壹", "省第一人民医院")
    assert every[0]["replaces_id"] == new["id"]
    async with session("workflow") as tx:
        for kind, times in ((CertificateIssued, 3), (CertificateChanged, 2)):
            counted = select(func.count()).select_from(outbox).where(outbox.c.type == kind.type)
            assert await tx.scalar(counted) == times


async def test_what_is_refused(hall, season):
    """Whose it is not, what cannot be corrected, and the same a second time; nothing is written by any of them."""
    issued, who = await certified(hall), people(season)
    for name, code in {
        "prefecture": "CERTIFICATE_NOT_FOUND",
        "office": "CERTIFICATE_NOT_FOUND",
        "colleague": "CERTIFICATE_NOT_FOUND",
        "supervisor": "NOT_YOURS_TO_CORRECT",
    }.items():
        assert (await ask(hall, who[name], issued)).json()["code"] == code, name
    same = {"value": issued["holder_name"]}
    assert (await ask(hall, who["holder"], issued, **same)).json()["code"] == "NOTHING_TO_CORRECT"
    unknown = {"field": "SPECIALTY", "value": "炼金术"}
    assert (await ask(hall, who["holder"], issued, **unknown)).json()["code"] == "SPECIALTY_UNKNOWN"
    for bad in ({"field": "LEVEL"}, {"field": "SERIES"}, {"value": " "}, {"value": "a\0"}, {"more": 1}):
        assert (await ask(hall, who["holder"], issued, **bad)).status_code == 422
    known = {"field": "SPECIALTY", "value": "专业1"}
    ways = [ask(hall, who[each], issued, **known) for each in ("holder", "unit", "officer") * 4]
    answers = await asyncio.gather(*ways)
    assert sorted(each.status_code for each in answers) == [201] + [409] * 11
    assert {each.json()["code"] for each in answers if each.status_code == 409} == {"CORRECTION_OPEN"}
    assert len((await hall.ask(who["officer"], "GET", PATH)).json()["items"]) == 1


async def test_what_waits_on_a_certificate_before_still_waits(hall, season):
    """A name that waits to be corrected is not asked for a second time on the certificate that came meanwhile."""
    issued, who = await certified(hall), people(season)
    name = await asked(hall, who["holder"], issued)
    unit = await asked(hall, who["unit"], issued, field="UNIT_NAME", value="省第一人民医院")
    done = await act(hall, who["officer"], unit, "APPROVE", document_number=DOCUMENT)
    anew = {"certificate_id": done.json()["record"]["replacement_id"]}
    again = await ask(hall, who["holder"], issued, **anew)
    assert (again.status_code, again.json()["code"]) == (409, "CORRECTION_OPEN")
    assert (await act(hall, who["holder"], name, "WITHDRAW")).status_code == 200
    assert (await ask(hall, who["holder"], issued, **anew)).status_code == 201


async def test_the_specialty_of_a_title_from_elsewhere_is_none_of_ours(hall, season, session):
    """It was given under another list: what is filed here does not bind its correction."""
    record, who = await elsewhere(session, season), people(season)
    correction = await asked(hall, who["holder"], record, field="SPECIALTY", value="高原病学")
    done = await act(hall, who["officer"], correction, "APPROVE", document_number=DOCUMENT)
    assert done.status_code == 200, done.text
    anew = done.json()["record"]["replacement_id"]
    told = (await hall.ask(who["holder"], "GET", f"/v1/certificates/{anew}")).json()
    assert (told["specialty_name"], told["standing"]) == ("高原病学", "IN_FORCE")


async def test_nobody_else_and_nothing_else(hall, season, session):
    """Every state, every action, everybody: what the table does not allow is refused, and changes nothing."""
    issued, who = await certified(hall), people(season)
    correction = await asked(hall, who["holder"], issued)
    blind = {"prefecture", "office", "colleague"}
    for state, action, name in product(CorrectionState, CorrectionAction, who):
        if ALLOWED.get((state, action)) == name:
            continue
        await put_into(session, state)
        before = await rows(session)
        answer = await act(hall, who[name], correction, action, document_number=DOCUMENT, reason="经核查")
        known = (str(state), str(action)) in ALLOWED
        code = "NOT_YOUR_STEP" if known else "ACTION_NOT_AVAILABLE"
        assert answer.json()["code"] == ("CORRECTION_NOT_FOUND" if name in blind else code), (state, action)
        assert await rows(session) == before
    for (state, action), name in ALLOWED.items():
        await put_into(session, state)
        answer = await act(hall, who[name], correction, action, document_number=DOCUMENT, reason="经核查")
        assert answer.status_code == 200, answer.text
    assert {(str(s), str(a)) for s, a in CORRECTION_STEPS} == set(ALLOWED)


async def test_nobody_decides_on_what_he_or_she_asked_for(hall, season):
    """The officer who asked leaves it to a colleague; a refusal gives its reason."""
    issued = await certified(hall)
    root = season.province
    mine, other = (mint([seat("TITLE_OFFICER", root)], sub=uuid4(), name=name) for name in ("甲", "乙"))
    correction = await asked(hall, mine, issued)
    own = await act(hall, mine, correction, "APPROVE", document_number=DOCUMENT)
    assert [each["code"] for each in own.json()["findings"]] == ["CORRECTED_BY_ANOTHER"]
    bare = await act(hall, other, correction, "REFUSE")
    assert [each["code"] for each in bare.json()["findings"]] == ["REASON_GIVEN"]
    refused = (await act(hall, other, correction, "REFUSE", reason="证明材料不足")).json()["record"]
    assert (refused["state"], refused["verdict"]) == ("REFUSED", "证明材料不足")
    assert (await asked(hall, mine, issued))["state"] == "REQUESTED"


async def test_corrected_and_revoked_at_once(hall, season, session):
    """Sixty-four at the same instant, half of each: whichever came first, nobody is left with a certificate in force."""
    issued, who = await certified(hall), people(season)
    correction = await asked(hall, who["holder"], issued)
    cause = Cause("finding", uuid4())
    approving = [
        act(hall, who["officer"], correction, "APPROVE", document_number=DOCUMENT) for _ in range(32)
    ]
    revoking = [record(session, season, issued["id"], ChangeKind.REVOKED, cause) for _ in range(32)]
    done = await asyncio.gather(*approving, *revoking, return_exceptions=True)
    approved = [each for each in done[:32] if each.status_code == 200]
    assert {each.status_code for each in done[:32]} <= {200, 409}
    assert len(approved) <= 1
    assert not [each for each in done[32:] if isinstance(each, ChangeNotPossible)]
    assert len({each.id for each in done[32:]}) == 1
    every = (await hall.ask(who["officer"], "GET", "/v1/certificates")).json()["items"]
    standings = ["REVOKED", "SUPERSEDED"] if approved else ["REVOKED"]
    assert [each["standing"] for each in every] == standings
    await record(session, season, issued["id"], ChangeKind.REINSTATED, Cause("finding", uuid4()))
    every = (await hall.ask(who["officer"], "GET", "/v1/certificates")).json()["items"]
    assert [each["standing"] for each in every].count("IN_FORCE") == 1


async def put_into(session, state):
    """The correction, as it stands in a state."""
    async with session("workflow") as tx:
        await tx.execute(text("update certificate_correction set state = :state"), {"state": str(state)})


async def rows(session):
    """Everything that a step could have changed."""
    tables = ("certificate_correction", "certificate", "certificate_change", "outbox", "audit_log", "history")
    async with session("workflow") as tx:
        return [
            await tx.scalar(text(f"select jsonb_agg(t) from {tables[0]} t")),
            *[await tx.scalar(text(f"select count(*) from {each}")) for each in tables[1:]],
        ]
