"""Recognition of titles from elsewhere (一（六）): verified by the HRSS of the level, confirmed by the employer."""

from __future__ import annotations

import asyncio
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from services.kit.audit import audit_log
from services.kit.outbox import outbox
from services.workflow.certificate.model import Certificate
from services.workflow.certificate.standing import Cause
from services.workflow.certificate.states import ChangeKind
from services.workflow.contract import CertificateIssued, RecognitionMoved
from tests.platform.tokens import mint, node, seat
from tests.services.workflow.certificate import standings
from tests.services.workflow.integrity.archive import archived
from tests.services.workflow.recognition.parties import (
    BY_WORK,
    DOCUMENT,
    OF_PROVINCE,
    OFFICIAL,
    QUERY,
    codes,
)
from tests.services.workflow.stage import cites, problem

ARTICLE = {"一（六）"}
AT_ONCE = 64
REFUSED = {
    "no province": ({"issued_in": None}, {}, ["PROVINCE_TOLD"]),
    "our province": ({"issued_in": "630000"}, {}, ["PROVINCE_TOLD"]),
    "a ministry's with a province": ({"source": "MINISTRY"}, {}, ["PROVINCE_TOLD"]),
    "a qualification of no table": (
        {"source": "VOCATIONAL_QUALIFICATION", "issued_in": None, "qualification": "WIZARD"},
        {},
        ["QUALIFICATION_CORRESPONDS"],
    ),
    "a qualification of another level": (
        {"source": "VOCATIONAL_QUALIFICATION", "issued_in": None, "qualification": "CONSTRUCTOR_1"},
        {},
        ["QUALIFICATION_CORRESPONDS"],
    ),
    "a qualification and a province": ({"qualification": "CONSTRUCTOR_1"}, {}, ["QUALIFICATION_CORRESPONDS"]),
    "limited to the grass roots": ({}, {"limits": ["GRASS_ROOTS"]}, ["VALID_EVERYWHERE"]),
    "of no series": ({}, {"series": "ALCHEMY"}, ["SERIES_KNOWN"]),
    "without a scan": ({}, {"scanned": False}, ["TITLE_SCANNED"]),
    "several at once": (
        {"issued_in": None},
        {"scanned": False, "series": "ALCHEMY"},
        ["PROVINCE_TOLD", "TITLE_SCANNED", "SERIES_KNOWN"],
    ),
}


async def test_a_formal_confirmation_takes_one_step_a_party(parties, session):
    """Asked, verified, confirmed: a certificate by way of confirmation, with numbers, that anybody can verify."""
    made = await parties.asked()
    assert (made["state"], made["hrss_id"], made["due_on"]) == (
        "UNDER_VERIFICATION",
        str(parties.places.province.id),
        "2023-11-16",
    )
    verified = await parties.did(made, "VERIFY", parties.hrss, OFFICIAL)
    assert (verified["state"], verified["verified_how"], verified["document_number"]) == (
        "AT_EMPLOYER",
        "ONLINE_QUERY",
        DOCUMENT,
    )
    answer = await parties.act(made, "CONFIRM", parties.employer, BY_WORK)
    done = answer.json()["record"]
    assert (done["state"], done["post"], cites(answer.json())) == (
        "CONFIRMED",
        BY_WORK["post"],
        ARTICLE | {"三（一）"},
    )
    path = f"/certificates/{done['certificate_id']}"
    certificate = (await parties.stage.ask("GET", path, parties.own)).json()
    told = ("origin", "way", "level", "obtained_on", "document_number", "committee_name", "specialty_name")
    assert [certificate[each] for each in told] == [
        *("CONFIRMED", "CONFIRMATION", "ASSOCIATE_SENIOR", "2019-12-20", DOCUMENT, None, "机械工程"),
    ]
    asked = f"/certificates/verify?number={certificate['number']}&name=李医生"
    assert (await parties.stage.ask("GET", asked)).json()["valid"] is True
    again = await parties.ask()
    assert codes(problem(again, 422, "RULES_BROKEN")) == ["TITLE_FROM_ELSEWHERE"]
    own = parties.titled(certificate_number=certificate["number"])
    assert codes(problem(await parties.ask(record_id=own), 422, "RULES_BROKEN")) == ["TITLE_FROM_ELSEWHERE"]
    async with session("workflow") as tx:
        sent = list(await tx.scalars(select(outbox.c.type).order_by(outbox.c.time)))
        assert sent.count(RecognitionMoved.type) == 3
        assert sent.count(CertificateIssued.type) == 1
        noted = set(await tx.scalars(select(audit_log.c.action)))
        assert {"recognition.VERIFY", "recognition.CONFIRM", "certificate.ISSUE"} <= noted


async def test_a_title_whose_certificate_is_void_may_be_asked_for_anew(parties, session):
    """In force it is confirmed once; declared void it is another matter."""
    done = await parties.did(await parties.verified(), "CONFIRM", parties.employer, BY_WORK)
    assert codes(problem(await parties.ask(), 422, "RULES_BROKEN")) == ["TITLE_FROM_ELSEWHERE"]
    cause = Cause("finding", uuid4())
    await standings.record(session, parties.places, done["certificate_id"], ChangeKind.VOIDED, cause)
    assert (await parties.asked())["state"] == "UNDER_VERIFICATION"


async def test_who_is_barred_is_not_recognised(parties, session):
    """Neither what is asked for nor what waits for the employer, on article and document; the day after the bar it is (一（八）)."""
    made = await parties.verified()
    other = parties.titled(certificate_number="第二本")
    await archived(session, parties.places.province, parties.person.id, "2023-11-01", "2023-11-05")
    for answer in (
        await parties.ask(record_id=other),
        await parties.act(made, "CONFIRM", parties.employer, BY_WORK),
    ):
        assert cites(problem(answer, 422, "BARRED")) == {"一（八）"}
    assert (await parties.read(made))["state"] == "AT_EMPLOYER"
    await parties.stage.time("2023-11-06T09:00+08:00")
    assert (await parties.did(made, "CONFIRM", parties.employer, BY_WORK))["state"] == "CONFIRMED"


async def test_inside_the_unit_there_is_no_procedure(parties, session):
    """Verified and noted by the employer it is in use: no document, no certificate; later it may be confirmed formally."""
    made = await parties.asked(wish="INTERNAL_USE")
    verified = await parties.did(made, "VERIFY", parties.hrss, OFFICIAL)
    assert verified["document_number"] is None
    done = await parties.did(made, "CONFIRM", parties.employer, BY_WORK)
    assert (done["state"], done["certificate_id"], done["available_actions"]) == ("IN_USE", None, [])
    async with session("workflow") as tx:
        assert await tx.scalar(select(func.count()).select_from(Certificate)) == 0
    assert (await parties.asked())["wish"] == "FORMAL_CONFIRMATION"


@pytest.mark.parametrize(
    ("level", "told"),
    [("ASSOCIATE_SENIOR", "province"), ("MIDDLE", "prefecture"), ("JUNIOR", "prefecture")],
)
async def test_who_manages_the_level_verifies(parties, level, told):
    """By 职称管理权限: of a prefecture's clinic, which no county is above, junior titles too are the prefecture's."""
    clinic = parties.stage.employ(parties.places.clinic)
    title = parties.titled(clinic, title_level=level)
    own = parties.stage.applicant(clinic, parties.places.clinic)
    made = await parties.asked(own, record_id=title)
    officers = {
        name: parties.places.token("TITLE_OFFICER", getattr(parties.places, name))
        for name in ("province", "prefecture")
    }
    assert made["hrss_id"] == str(getattr(parties.places, told).id)
    [other] = set(officers) - {told}
    problem(await parties.act(made, "VERIFY", officers[other], OFFICIAL), 403, "NOT_YOUR_STEP")
    assert (await parties.did(made, "VERIFY", officers[told], OFFICIAL))["state"] == "AT_EMPLOYER"


async def test_a_unit_asks_for_its_own_people_only(parties):
    """Another unit's recommender, and another applicant, are told that there is nobody."""
    made = await parties.asked(parties.employer, person_id=str(parties.person.id))
    assert made["by_unit"] is True
    assert "WITHDRAW" in (await parties.read(made, parties.employer))["available_actions"]
    other = parties.places.token("RECOMMENDER", parties.places.clinic)
    stranger = parties.stage.applicant(parties.stage.employ())
    for token in (other, stranger, parties.hrss):
        told = problem(await parties.ask(token, person_id=str(parties.person.id)), 404, "PERSON_NOT_YOURS")
        assert told["field"] == "person_id"
    problem(await parties.ask(parties.employer), 404, "PERSON_NOT_YOURS")
    problem(await parties.ask(parties.employer, person_id=str(uuid4())), 404, "PERSON_NOT_YOURS")


@pytest.mark.parametrize("case", REFUSED)
async def test_what_is_not_recognised_is_refused_at_once(parties, case):
    """With every rule that is broken, on the article; nothing is written."""
    told, title, broken = REFUSED[case]
    record_id = parties.titled(**title)
    body = {key: value for key, value in (OF_PROVINCE | told).items() if value is not None}
    body |= {"record_id": record_id, "wish": "FORMAL_CONFIRMATION"}
    refused = problem(
        await parties.stage.ask("POST", "/recognitions", parties.own, body), 422, "RULES_BROKEN"
    )
    assert (codes(refused), cites(refused)) == (broken, ARTICLE)
    assert (await parties.stage.ask("GET", "/recognitions", parties.own)).json()["items"] == []


async def test_the_title_is_on_the_persons_record(parties):
    """Somebody else's, one that is none, one that the unit refused: there is none; who has left has no employer."""
    other = parties.titled(parties.stage.employ())
    refused = parties.titled(state="REFUSED")
    degree = parties.on_record(parties.titled())
    degree["kind"] = "DEGREE"
    for each in (other, refused, degree["id"], str(uuid4())):
        told = problem(await parties.ask(record_id=each), 422, "TITLE_NOT_ON_RECORD")
        assert (cites(told), told["field"]) == (ARTICLE, "record_id")
    parties.stage.around.people[parties.person.id]["employer_id"] = None
    assert cites(problem(await parties.ask(), 422, "NOT_EMPLOYED")) == ARTICLE
    parties.stage.around.down.add("accounts")
    problem(await parties.ask(), 503, "PART_UNAVAILABLE")


async def test_a_qualification_corresponds_to_a_title_and_keeps_its_limit(parties):
    """一级建造师 is a middle title of engineering; a separate pass mark of publishing stays with the certificate (二（五）5)."""
    engineer = parties.titled(title_level="MIDDLE", certificate_number="建00123")
    vocational = {"source": "VOCATIONAL_QUALIFICATION", "issued_in": None}
    made = await parties.asked(record_id=engineer, qualification="CONSTRUCTOR_1", **vocational)
    assert (made["level"], made["qualification"]) == ("MIDDLE", "CONSTRUCTOR_1")
    limited = ["MINORITY_LANGUAGE_PUBLISHING"]
    editor = parties.titled(
        series="PUBLISHING", title_level="MIDDLE", limits=limited, certificate_number="出9"
    )
    made = await parties.asked(record_id=editor, qualification="PUBLISHING_MIDDLE", **vocational)
    await parties.did(made, "VERIFY", parties.hrss, OFFICIAL)
    done = await parties.did(made, "CONFIRM", parties.employer, BY_WORK)
    path = f"/certificates/{done['certificate_id']}"
    [limit] = (await parties.stage.ask("GET", path, parties.own)).json()["limits"]
    assert (limit["code"], limit["cite"]) == (limited[0], "二（五）5")


async def test_who_works_for_no_unit_is_confirmed_by_the_county(parties):
    """Not for use inside a unit; the county's HRSS confirms in its place, by another than who verified (二（二）2)."""
    county = node("HRSS", "COUNTY")
    person, line = parties.freelancer(county)
    own = mint([seat("APPLICANT", *line)], sub=person.account_id, person_id=person.id)
    title = parties.titled(person, title_level="JUNIOR")
    told = problem(await parties.ask(own, record_id=title, wish="INTERNAL_USE"), 422, "RULES_BROKEN")
    assert codes(told) == ["UNIT_THAT_USES_IT"]
    made = await parties.asked(own, record_id=title)
    assert {made["unit_id"], made["hrss_id"]} == {str(county.id)}
    both = mint([seat("TITLE_OFFICER", *line), seat("RECOMMENDER", *line)])
    await parties.did(made, "VERIFY", both, OFFICIAL)
    refused = problem(await parties.act(made, "CONFIRM", both, BY_WORK), 422, "RULES_BROKEN")
    assert codes(refused) == ["NOT_BY_WHO_VERIFIED"]
    done = await parties.did(made, "CONFIRM", mint([seat("RECOMMENDER", *line)]), BY_WORK)
    certificate = await parties.stage.ask("GET", f"/certificates/{done['certificate_id']}", own)
    assert (certificate.json()["unit_name"], certificate.json()["holder_name"]) == (None, "赵昆仑")


async def test_what_each_party_has_to_say(parties):
    """How it was found, by which document, for which post and on what standard, why not: nothing moves without it."""
    made = await parties.asked()
    refused = {
        "VERIFICATION_SHOWN": ("VERIFY", {"how": "LETTER", "document_number": DOCUMENT}),
        "CONFIRMED_BY_DOCUMENT": ("VERIFY", QUERY),
        "ITEMS_NAMED": ("RETURN", {"items": []}),
        "REASON_OF_REFUSAL": ("REFUSE", {}),
    }
    for code, (action, body) in refused.items():
        assert codes(problem(await parties.act(made, action, parties.hrss, body), 422, "RULES_BROKEN")) == [
            code
        ]
    bad = {**OFFICIAL, "document_number": "88号"}
    problem(await parties.act(made, "VERIFY", parties.hrss, bad), 422, "DOCUMENT_NUMBER_INVALID")
    problem(await parties.act(made, "VERIFY", parties.hrss, OFFICIAL | {"version": 9}), 409, "STALE_VERSION")
    await parties.did(made, "VERIFY", parties.hrss, {"how": "ORIGINAL", "document_number": DOCUMENT})
    told = problem(await parties.act(made, "CONFIRM", parties.employer), 422, "RULES_BROKEN")
    assert [each["field"] for each in told["findings"]] == ["post", "assessment"]
    told = problem(await parties.act(made, "DECLINE", parties.employer), 422, "RULES_BROKEN")
    assert codes(told) == ["REASON_OF_REFUSAL"]
    declined = await parties.did(made, "DECLINE", parties.employer, {"note": "岗位不需要"})
    assert (declined["state"], declined["reason"]) == ("DECLINED", "岗位不需要")
    assert (await parties.asked())["state"] == "UNDER_VERIFICATION"


async def test_nobody_decides_on_the_own_title(parties):
    """Not the officer whose title it is, nor the recommender."""
    line = parties.places.line(parties.places.department)
    seats = [
        seat("APPLICANT", *line),
        seat("TITLE_OFFICER", line[0]),
        seat("RECOMMENDER", *line[:3]),
    ]
    everything = mint(seats, sub=parties.person.account_id, person_id=parties.person.id)
    made = await parties.asked(everything)
    for action, body in (("VERIFY", OFFICIAL), ("RETURN", {"items": [{"item": "a", "reason": "b"}]})):
        told = problem(await parties.act(made, action, everything, body), 422, "RULES_BROKEN")
        assert codes(told) == ["NOT_ONES_OWN_TITLE"]
    await parties.did(made, "VERIFY", parties.hrss, OFFICIAL)
    told = problem(await parties.act(made, "CONFIRM", everything, BY_WORK), 422, "RULES_BROKEN")
    assert codes(told) == ["NOT_ONES_OWN_TITLE"]


async def test_what_was_returned_is_mended_and_taken_anew(parties):
    """A title that changed after it was told is not verified; mended, it goes to who manages the level that it has now."""
    made = await parties.asked()
    parties.on_record(parties.title)["body"]["title_level"] = "MIDDLE"
    told = problem(await parties.act(made, "VERIFY", parties.hrss, OFFICIAL), 422, "RULES_BROKEN")
    assert codes(told) == ["VERIFIED_AS_TOLD"]
    items = [{"item": "职称层级", "reason": "与证书不一致"}]
    returned = await parties.did(made, "RETURN", parties.hrss, {"items": items})
    assert (returned["state"], returned["returned"], returned["due_on"]) == ("RETURNED", items, None)
    assert (await parties.waiting(parties.own), await parties.waiting(parties.hrss)) == ([made["id"]], [])
    body = {"record_id": parties.title, **OF_PROVINCE}
    refused = problem(
        await parties.act(made, "RESUBMIT", parties.own, body | {"issued_in": "630000"}), 422, "RULES_BROKEN"
    )
    assert codes(refused) == ["PROVINCE_TOLD"]
    mended = await parties.did(made, "RESUBMIT", parties.own, body)
    assert (mended["level"], mended["returned"], mended["state"]) == ("MIDDLE", [], "UNDER_VERIFICATION")
    parties.on_record(parties.title)["evidence"]["file"] = None
    told = problem(await parties.act(made, "VERIFY", parties.hrss, OFFICIAL), 422, "RULES_BROKEN")
    assert codes(told) == ["VERIFIED_AS_TOLD"]


async def test_of_a_title_there_is_one_request(parties):
    """Not two at the same instant, not by mending another into it; withdrawn, it may be asked for again."""
    answers = await asyncio.gather(*(parties.ask() for _ in range(16)))
    assert sorted(each.status_code for each in answers) == [201, *[409] * 15]
    assert {each.json().get("code") for each in answers} == {None, "RECOGNITION_UNDER_WAY"}
    [made] = [each.json()["record"] for each in answers if each.status_code == 201]
    other = await parties.asked(record_id=parties.titled(certificate_number="另一本"))
    await parties.did(other, "RETURN", parties.hrss, {"items": [{"item": "编号", "reason": "有误"}]})
    body = {"record_id": parties.title, **OF_PROVINCE}
    problem(await parties.act(other, "RESUBMIT", parties.own, body), 409, "RECOGNITION_UNDER_WAY")
    await parties.did(made, "WITHDRAW", parties.own)
    assert (await parties.did(other, "RESUBMIT", parties.own, body))["title_number"] == made["title_number"]


async def test_who_has_left_is_not_confirmed_here(parties):
    """The present employer confirms: whoever moved withdraws and asks anew."""
    made = await parties.verified()
    parties.stage.around.people[parties.person.id]["employer_id"] = str(uuid4())
    told = problem(await parties.act(made, "CONFIRM", parties.employer, BY_WORK), 422, "RULES_BROKEN")
    assert codes(told) == ["STILL_EMPLOYED_HERE"]
    assert (await parties.did(made, "WITHDRAW", parties.own))["state"] == "WITHDRAWN"


async def test_many_confirm_at_once_and_one_certificate_is_issued(parties, session):
    """Of 64 calls one is taken; what was withdrawn at the same instant has no certificate."""
    made = await parties.verified()
    calls = [parties.act(made, "CONFIRM", parties.employer, BY_WORK) for _ in range(AT_ONCE)]
    codes_of = [each.status_code for each in await asyncio.gather(*calls)]
    assert (codes_of.count(200), codes_of.count(409)) == (1, AT_ONCE - 1)
    other = await parties.verified(record_id=parties.titled(certificate_number="第二本"))
    confirmed, withdrawn = await asyncio.gather(
        parties.act(other, "CONFIRM", parties.employer, BY_WORK), parties.act(other, "WITHDRAW", parties.own)
    )
    assert sorted([confirmed.status_code, withdrawn.status_code]) == [200, 409]
    async with session("workflow") as tx:
        issued = await tx.scalar(select(func.count()).select_from(Certificate))
        assert issued == 1 + (confirmed.status_code == 200)


async def test_what_is_late_is_told_above_once(parties, staged_app, session):
    """To the HRSS above who verifies, and once; the employer has days of its own."""
    clinic = parties.stage.employ(parties.places.clinic)
    title = parties.titled(clinic, title_level="MIDDLE")
    made = await parties.asked(parties.stage.applicant(clinic, parties.places.clinic), record_id=title)
    sweep = staged_app.state.unanswered
    assert await sweep.once() == 0
    await parties.stage.time("2023-11-17T09:00+08:00")
    assert (await sweep.once(), await sweep.once()) == (1, 0)
    late = select(outbox.c.data).where(
        outbox.c.type == RecognitionMoved.type, outbox.c.data["action"].astext == "ESCALATE"
    )
    async with session("workflow") as tx:
        [told] = list(await tx.scalars(late))
    assert (told["superior_id"], told["due_on"]) == (str(parties.places.province.id), made["due_on"])
    officer = parties.places.token("TITLE_OFFICER", parties.places.prefecture)
    verified = await parties.did(made, "VERIFY", officer, OFFICIAL)
    assert date.fromisoformat(verified["due_on"]) > date(2023, 11, 17)
    await parties.stage.time("2023-12-10T09:00+08:00")
    assert await sweep.once() == 1
    async with session("workflow") as tx:
        assert {each["superior_id"] for each in await tx.scalars(late)} == {
            str(parties.places.province.id),
            str(parties.places.prefecture.id),
        }


async def test_who_reads_and_whose_turn_it_is(parties):
    """The person, the units and bodies on the line; beside them nobody, and each list holds what waits for its reader."""
    made = await parties.asked()
    beside = parties.places.token("TITLE_OFFICER", parties.places.prefecture)
    stranger = parties.stage.applicant(parties.stage.employ())
    expert = parties.places.token("EXPERT", parties.places.province)
    for token in (beside, stranger, expert):
        assert (await parties.stage.ask("GET", f"/recognitions/{made['id']}", token)).status_code == 404
        assert (await parties.stage.ask("GET", "/recognitions", token)).json()["items"] == []
        problem(await parties.act(made, "WITHDRAW", token), 404, "RECOGNITION_NOT_FOUND")
    tokens = (parties.own, parties.hrss, parties.employer)
    assert [await parties.waiting(each) for each in tokens] == [[], [made["id"]], []]
    await parties.did(made, "VERIFY", parties.hrss, OFFICIAL)
    assert [await parties.waiting(each) for each in tokens] == [[], [], [made["id"]]]
    supervisor = parties.places.token("SUPERVISOR", parties.places.authority)
    for token in (*tokens, supervisor):
        assert (await parties.read(made, token))["id"] == made["id"]
    rules = (await parties.stage.ask("GET", "/recognitions/rules", stranger)).json()
    assert "630000" not in {each["code"] for each in rules["places"]}
    assert len(rules["places"]) == 30
    assert {each["cite"] for each in rules["qualifications"]} == {"本省参数", "二（五）5"}


BAD = [
    ("", {"source": "GUILD"}),
    ("", {"issued_in": "61"}),
    ("", {"wish": "WISH"}),
    ("", {"record_id": "no"}),
    ("", {"remark": "a\0b"}),
    ("", {"more": 1}),
    ("/actions/VERIFY", {"how": "TELEPATHY"}),
    ("/actions/VERIFY", {}),
    ("/actions/CONFIRM", {"post": "\0"}),
    ("/actions/RETURN", {"items": [{"item": " ", "reason": "x"}]}),
    ("/actions/ESCALATE", {}),
    ("/actions/SUBMIT", {}),
]


async def test_bad_input_is_told_apart(parties):
    """Never a fault of ours, and nothing moves."""
    made = await parties.asked()
    for path, body in BAD:
        asked = {"record_id": parties.title, "wish": "INTERNAL_USE", **OF_PROVINCE} if not path else {}
        where = f"/recognitions/{made['id']}{path}" if path else "/recognitions"
        answer = await parties.stage.ask("POST", where, parties.hrss if path else parties.own, asked | body)
        assert answer.status_code == 422, (path, body, answer.text)
    assert (await parties.read(made))["version"] == made["version"]
