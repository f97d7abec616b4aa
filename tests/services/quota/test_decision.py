"""Numbers set by decision of the same-level HRSS after a staffing cut (二（一）第2段)."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tests.platform.tokens import mint, node, seat
from tests.services.quota.bodies import YEAR
from tests.services.quota.deciding import DECISIONS, REASON, decided, decision
from tests.services.quota.ground import post_of
from tests.services.quota.people import Unit, ask, assert_refused, both_languages, service_token

NUMBERS, WITHIN = "二（一）第2段", "二（一）第1段"
SLOW = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def end(quota):
    """`await end(decision, token)`: end it; the answer as it came."""

    async def take(found, token, **body):
        path = f"{DECISIONS}/{found['id']}/actions/END"
        told = {"version": found["version"], "reason": "岗位设置方案已调整到位", **body}
        return await ask(quota, "POST", path, token, told)

    return take


@pytest.fixture
def level(quota):
    """`await level(unit, "MIDDLE")`: what is left of a level."""

    async def look(unit: Unit, name: str):
        path = f"/v1/availability?unit_id={unit.id}&year={YEAR}"
        told = (await ask(quota, "GET", path, unit.recommender)).json()
        return next(each for each in told["levels"] if each["level"] == name)

    return look


async def live(quota) -> int:
    """How many places are held."""
    listed = await ask(quota, "GET", "/v1/reservations?state=HELD&first=1", service_token())
    return listed.json()["total"]


@pytest.mark.clause("2.1.2")
async def test_the_hrss_sets_the_number_and_its_reason_is_kept(quota, hospital, approve, reserve, level):
    """The number decided counts in place of the form's; reason, document, day and decider stay with it."""
    await approve(hospital, ASSOCIATE_SENIOR=(5, 4, 0, 0), MIDDLE=(5, 3, 0, 0))
    answer = await ask(quota, "POST", DECISIONS, hospital.hrss, decision(hospital, ASSOCIATE_SENIOR=3))
    told = answer.json()
    assert answer.status_code == 201, answer.text
    assert [each["cite"] for each in told["basis"]] == [NUMBERS]
    made = told["record"]
    assert (made["state"], made["reason"], made["decided_by"]) == ("IN_FORCE", REASON, "测试人员")
    assert (made["document_no"], made["decided_on"]) == ("西人社函〔2023〕12号", "2023-10-09")
    assert made["levels"] == [{"level": "ASSOCIATE_SENIOR", "declarable": 3}]
    [line] = made["history"]
    assert (line["action"], line["note"], line["basis"][0]["cite"]) == ("DECIDE", REASON, NUMBERS)
    assert (
        (await level(hospital, "ASSOCIATE_SENIOR"))["free"],
        (await level(hospital, "MIDDLE"))["free"],
    ) == (3, 2)
    answers = [await reserve(hospital) for _ in range(4)]
    assert [each.status_code for each in answers] == [201, 201, 201, 422]
    assert answers[-1].json()["code"] == "NO_PLACE_LEFT"


@pytest.mark.clause("2.1.2")
async def test_a_number_below_who_is_recommended_is_refused(quota, hospital, approve, reserve):
    """The refusal names level and figures, in both languages, and the former number stays."""
    await approve(hospital, ASSOCIATE_SENIOR=(7, 4, 0, 0))
    for _ in range(2):
        await reserve(hospital)
    body = decision(hospital, MIDDLE=0, ASSOCIATE_SENIOR=1)
    answer = await ask(quota, "POST", DECISIONS, hospital.hrss, body)
    assert_refused(answer, 422, "RULES_BROKEN", field="levels.ASSOCIATE_SENIOR", cites={WITHIN})
    [finding] = answer.json()["findings"]
    assert finding["code"] == "NUMBERS_COVER_LIVE"
    zh, en = await both_languages(quota, "POST", DECISIONS, hospital.hrss, body)
    assert "副高级申报数 1，已推荐 2 人，缺 1 个岗位" in zh
    assert "ASSOCIATE_SENIOR: 1 to declare, 2 already recommended, short by 1." in en
    listed = await ask(quota, "GET", f"{DECISIONS}?unit_id={hospital.id}", hospital.hrss)
    assert listed.json()["total"] == 0
    assert (await reserve(hospital)).status_code == 201
    assert (await decided(quota, hospital, ASSOCIATE_SENIOR=3))["state"] == "IN_FORCE"


@pytest.mark.clause("2.1.2")
async def test_what_rests_on_the_level_above_is_covered_too(quota, hospital, approve, reserve):
    """A decision that takes away the senior vacancy on which a lower recommendation rests is refused, naming that level."""
    await approve(hospital, FULL_SENIOR=(2, 1, 0, 0), ASSOCIATE_SENIOR=(4, 4, 0, 0))
    assert (await reserve(hospital)).status_code == 201
    answer = await ask(quota, "POST", DECISIONS, hospital.hrss, decision(hospital, FULL_SENIOR=0))
    assert_refused(answer, 422, "RULES_BROKEN", field="levels.ASSOCIATE_SENIOR", cites={WITHIN})
    body = decision(hospital, FULL_SENIOR=0, ASSOCIATE_SENIOR=1)
    assert (await ask(quota, "POST", DECISIONS, hospital.hrss, body)).status_code == 201


@pytest.mark.clause("2.1.2")
async def test_a_new_decision_replaces_the_one_in_force(quota, hospital, approve, level):
    """The former one is kept as replaced, with who replaced it; a level that the new one does not name follows the form."""
    await approve(hospital, ASSOCIATE_SENIOR=(5, 4, 0, 0), MIDDLE=(5, 3, 0, 0))
    first = await decided(quota, hospital, ASSOCIATE_SENIOR=3)
    second = await decided(quota, hospital, first, MIDDLE=0)
    listed = (await ask(quota, "GET", f"{DECISIONS}?unit_id={hospital.id}&year={YEAR}", hospital.hrss)).json()
    assert [(each["id"], each["state"]) for each in listed["items"]] == [
        (second["id"], "IN_FORCE"),
        (first["id"], "REPLACED"),
    ]
    former = listed["items"][1]
    assert [line["action"] for line in former["history"]] == ["DECIDE", "REPLACE"]
    assert former["history"][1]["organisation_id"] == str(hospital.lineage[0].id)
    assert (
        (await level(hospital, "ASSOCIATE_SENIOR"))["free"],
        (await level(hospital, "MIDDLE"))["free"],
    ) == (1, 0)


@pytest.mark.clause("2.1.2")
async def test_only_the_decision_that_was_read_is_replaced(quota, hospital, approve, level, end):
    """Who has read none, a former one or one that has ended is told so, and what is in force stays."""
    await approve(hospital, MIDDLE=(5, 3, 0, 0))
    first = await decided(quota, hospital, MIDDLE=1)
    second = await decided(quota, hospital, first, MIDDLE=0)
    for read in (None, first["id"], hospital.id):
        body = decision(hospital, MIDDLE=2, unless={"replaces": read})
        answer = await ask(quota, "POST", DECISIONS, hospital.hrss, body)
        assert_refused(answer, 409, "ANOTHER_DECISION_IN_FORCE", field="replaces", cites={NUMBERS})
    assert (await level(hospital, "MIDDLE"))["free"] == 0
    await end(second, hospital.hrss)
    body = decision(hospital, MIDDLE=2, unless={"replaces": second["id"]})
    answer = await ask(quota, "POST", DECISIONS, hospital.hrss, body)
    assert_refused(answer, 409, "ANOTHER_DECISION_IN_FORCE", field="replaces", cites={NUMBERS})
    assert (await decided(quota, hospital, MIDDLE=2))["state"] == "IN_FORCE"


@pytest.mark.clause("2.1.2")
async def test_ended_it_gives_way_to_the_form(quota, hospital, approve, level, end):
    """The reason for its end is kept, and the form's numbers count again."""
    await approve(hospital, ASSOCIATE_SENIOR=(5, 4, 0, 0))
    made = await decided(quota, hospital, ASSOCIATE_SENIOR=3)
    assert made["available_actions"] == ["END"]
    answer = await end(made, hospital.hrss)
    assert answer.status_code == 200, answer.text
    ended = answer.json()["record"]
    assert (ended["state"], ended["version"], ended["available_actions"]) == ("ENDED", 2, [])
    assert (ended["history"][-1]["note"], ended["reason"]) == ("岗位设置方案已调整到位", REASON)
    assert (await level(hospital, "ASSOCIATE_SENIOR"))["free"] == 1
    assert (await decided(quota, hospital, ASSOCIATE_SENIOR=2))["state"] == "IN_FORCE"


@pytest.mark.clause("2.1.2")
async def test_who_waits_is_told_when_a_decision_opens_places(quota, hospital, approve, reserve, session):
    """A raised number makes places: as many who were refused are told as there are, in their order."""
    await approve(hospital, ASSOCIATE_SENIOR=(4, 4, 0, 0))
    for name in ("李青山", "王草原", "张伟"):
        assert (await reserve(hospital, person_name=name)).json()["code"] == "NO_PLACE_LEFT"
    await decided(quota, hospital, ASSOCIATE_SENIOR=2)
    told = await post_of(session, "titles.quota.place.freed.v1")
    assert [each["person_name"] for each in told] == ["李青山", "王草原"]


@pytest.mark.clause("2.1.2")
async def test_it_does_not_end_while_more_are_recommended_than_the_form_has(
    quota, hospital, approve, reserve, level, end
):
    """Ending would leave recommendations without a place: refused with level and figures, and the decision stays."""
    await approve(hospital, ASSOCIATE_SENIOR=(5, 4, 0, 0))
    made = await decided(quota, hospital, ASSOCIATE_SENIOR=2)
    for _ in range(2):
        assert (await reserve(hospital)).status_code == 201
    answer = await end(made, hospital.hrss)
    assert_refused(answer, 422, "RULES_BROKEN", field="action", cites={WITHIN})
    assert "副高级申报数 1，已推荐 2 人，缺 1 个岗位" in answer.json()["message"]
    assert (await level(hospital, "ASSOCIATE_SENIOR"))["held"] == 2
    assert (await ask(quota, "GET", f"{DECISIONS}/{made['id']}", hospital.hrss)).json()["state"] == "IN_FORCE"


@pytest.mark.clause("2.1.2")
async def test_it_outlives_a_new_version_of_the_form(quota, hospital, approve, level, end):
    """Until it is ended or replaced the decision counts, also beside an adjusted form."""
    await approve(hospital, ASSOCIATE_SENIOR=(5, 4, 0, 0))
    made = await decided(quota, hospital, ASSOCIATE_SENIOR=3)
    await approve(hospital, ASSOCIATE_SENIOR=(9, 4, 0, 0))
    assert (await level(hospital, "ASSOCIATE_SENIOR"))["free"] == 3
    assert (await end(made, hospital.hrss)).status_code == 200
    assert (await level(hospital, "ASSOCIATE_SENIOR"))["free"] == 5


@pytest.mark.clause("2.1.2", "2.1.1")
async def test_without_a_form_in_force_nothing_is_decided(acquainted, directory, hospital, file):
    """Neither for a unit that filed none nor beside one on its way; who sees neither learns nothing of the unit."""
    directory.add(hospital)
    body = decision(hospital, MIDDLE=1)
    for tried in ("no form", "a draft"):
        answer = await ask(acquainted, "POST", DECISIONS, hospital.hrss, body)
        assert_refused(answer, 422, "NO_APPROVED_FORM", field="unit_id", cites={WITHIN})
        stranger = mint([seat("REVIEWER", node("HRSS", "PROVINCE"))])
        answer = await ask(acquainted, "POST", DECISIONS, stranger, body)
        assert (answer.status_code, answer.json()["code"]) == (404, "UNIT_NOT_FOUND")
        if tried == "no form":
            await file(hospital, MIDDLE=(3, 2, 0, 0))
    unknown = decision(Unit((node("HRSS", "PROVINCE"),)))
    answer = await ask(acquainted, "POST", DECISIONS, hospital.hrss, {**body, "unit_id": unknown["unit_id"]})
    assert (answer.status_code, answer.json()["code"]) == (404, "UNIT_NOT_FOUND")


@pytest.mark.clause("2.1.2")
async def test_everything_wrong_with_a_paper_is_told_at_once(quota, hospital, approve, at):
    """A level twice, a level that no number limits, a document of tomorrow."""
    await at("2023-10-20T09:00+08:00", "quota")
    await approve(hospital, MIDDLE=(5, 3, 0, 0))
    body = decision(hospital, MIDDLE=1, JUNIOR=1, unless={"decided_on": "2023-10-21"})
    body["levels"].append({"level": "MIDDLE", "declarable": 2})
    answer = await ask(quota, "POST", DECISIONS, hospital.hrss, body)
    assert_refused(answer, 422, "RULES_BROKEN", field="levels.2.level", cites={NUMBERS, WITHIN})
    found = {each["code"]: each["field"] for each in answer.json()["findings"]}
    assert found == {
        "LEVEL_TWICE": "levels.2.level",
        "LEVEL_NOT_LIMITED": "levels.1.level",
        "DECIDED_LATER": "decided_on",
    }
    today = decision(hospital, MIDDLE=1, unless={"decided_on": "2023-10-20"})
    assert (await ask(quota, "POST", DECISIONS, hospital.hrss, today)).status_code == 201


@pytest.mark.parametrize(
    ("unless", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 1001}, "reason"),
        ({"document_no": "\u3000"}, "document_no"),
        ({"document_no": "x" * 121}, "document_no"),
        ({"decided_on": "去年"}, "decided_on"),
        ({"levels": []}, "levels"),
        ({"levels": [{"level": "MIDDLE", "declarable": -1}]}, "levels.0.declarable"),
        ({"levels": [{"level": "MIDDLE", "declarable": 1e9}]}, "levels.0.declarable"),
        ({"levels": [{"level": "HIGHEST", "declarable": 1}]}, "levels.0.level"),
        ({"year": 1999}, "year"),
        ({"year": 10**30}, "year"),
        ({"unit_id": "x"}, "unit_id"),
    ],
)
async def test_bad_input_is_refused_by_field(quota, hospital, approve, unless, field):
    """What cannot be a decision is told by field, and nothing is decided."""
    await approve(hospital, MIDDLE=(5, 3, 0, 0))
    answer = await ask(quota, "POST", DECISIONS, hospital.hrss, decision(hospital, MIDDLE=1, unless=unless))
    assert (answer.status_code, answer.json()["field"]) == (422, field), answer.text


async def test_what_the_database_cannot_hold_is_refused(quota, hospital, approve):
    """A character that cannot be kept is the caller's fault, not ours."""
    await approve(hospital, MIDDLE=(5, 3, 0, 0))
    body = decision(hospital, MIDDLE=1, unless={"reason": "编制\x00精简"})
    answer = await ask(quota, "POST", DECISIONS, hospital.hrss, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "VALUE_UNFIT")


async def test_a_stale_version_ends_nothing(quota, hospital, approve, end):
    """Who has read another version, or gives no reason, ends nothing."""
    await approve(hospital, MIDDLE=(5, 3, 0, 0))
    made = await decided(quota, hospital, MIDDLE=1)
    assert (await end(made, hospital.hrss, version=2)).json()["code"] == "STALE_VERSION"
    assert (await end(made, hospital.hrss, reason=" ")).json()["field"] == "reason"
    assert (await ask(quota, "GET", f"{DECISIONS}/{made['id']}", hospital.hrss)).json()["version"] == 1


async def test_lists_are_paged_and_limited_by_viewer(quota, hospital, school, approve):
    """Each sees the decisions of the own subtree, newest first, page by page."""
    for unit in (hospital, school):
        await approve(unit, MIDDLE=(5, 3, 0, 0))
    made = [await decided(quota, hospital, MIDDLE=1)]
    for number in (2, 0):
        made.append(await decided(quota, hospital, made[-1], MIDDLE=number))
    other = await decided(quota, school, MIDDLE=1)
    page = (await ask(quota, "GET", f"{DECISIONS}?first=2", hospital.hrss)).json()
    assert ([each["id"] for each in page["items"]], page["total"]) == ([made[2]["id"], made[1]["id"]], 3)
    rest = (await ask(quota, "GET", f"{DECISIONS}?first=2&after={page['next_cursor']}", hospital.hrss)).json()
    assert ([each["id"] for each in rest["items"]], rest["next_cursor"]) == ([made[0]["id"]], None)
    whole = (await ask(quota, "GET", f"{DECISIONS}?first=3", hospital.hrss)).json()
    assert (len(whole["items"]), whole["next_cursor"]) == (3, None)
    assert (await ask(quota, "GET", f"{DECISIONS}/{other['id']}", hospital.hrss)).json()["code"] == (
        "POST_DECISION_NOT_FOUND"
    )
    assert (await ask(quota, "GET", DECISIONS, mint([seat("REVIEWER", node("HRSS", "PROVINCE"))]))).json()[
        "total"
    ] == 0
    assert (await ask(quota, "GET", f"{DECISIONS}?year=1e3", hospital.hrss)).status_code == 422


async def test_every_move_is_told(quota, hospital, approve, end, session):
    """Making, replacing and ending each leave an event with the document, in order."""
    await approve(hospital, MIDDLE=(5, 3, 0, 0))
    first = await decided(quota, hospital, MIDDLE=1)
    second = await decided(quota, hospital, first, MIDDLE=2)
    await end(second, hospital.hrss)
    async with session("quota") as tx:
        told = await tx.execute(
            text(
                "select data->>'action', data->>'after', data->>'document_no' from outbox where type like '%decision%' order by seq"
            )
        )
        rows = [tuple(row) for row in told]
        audited = await tx.scalar(text("select count(*) from audit_log where action like 'post_decision.%'"))
    number = "西人社函〔2023〕12号"
    assert rows == [
        ("DECIDE", "IN_FORCE", number),
        ("REPLACE", "REPLACED", number),
        ("DECIDE", "IN_FORCE", number),
        ("END", "ENDED", number),
    ]
    assert audited == 4


@pytest.mark.clause("2.1.2", "2.1.1")
async def test_a_lower_number_meets_a_rush(quota, hospital, approve, reserve):
    """A decision that lowers the number and a rush for places together never end with more taken than decided."""
    await approve(hospital, ASSOCIATE_SENIOR=(24, 4, 0, 0))
    lower = ask(quota, "POST", DECISIONS, hospital.hrss, decision(hospital, ASSOCIATE_SENIOR=3))
    rush = [reserve(hospital) for _ in range(30)]
    *first, answer = await asyncio.gather(*rush[:10], lower)
    first += await asyncio.gather(*rush[10:])
    granted = sum(each.status_code == 201 for each in first)
    assert granted == await live(quota)
    assert granted == (3 if answer.status_code == 201 else 20)
    assert answer.json().get("code", "RULES_BROKEN") == "RULES_BROKEN"


@pytest.mark.clause("2.1.2", "2.1.1")
async def test_an_end_meets_a_rush(quota, hospital, approve, reserve, end):
    """A decision that raised the number is not ended under recommendations that rest on it."""
    await approve(hospital, ASSOCIATE_SENIOR=(6, 4, 0, 0))
    made = await decided(quota, hospital, ASSOCIATE_SENIOR=12)
    answer, *_ = await asyncio.gather(end(made, hospital.hrss), *(reserve(hospital) for _ in range(20)))
    assert await live(quota) == (2 if answer.status_code == 200 else 12)


@pytest.mark.parametrize("after", ["none", "one"])
async def test_of_many_decisions_at_once_one_is_in_force(quota, hospital, approve, level, after):
    """They queue at the ledger: the first one's number counts, and nobody overwrites what was not read."""
    await approve(hospital, MIDDLE=(9, 3, 0, 0))
    unless = {"replaces": (await decided(quota, hospital, MIDDLE=9))["id"] if after == "one" else None}
    bodies = [decision(hospital, MIDDLE=n, unless=unless) for n in range(8)]
    answers = await asyncio.gather(*(ask(quota, "POST", DECISIONS, hospital.hrss, body) for body in bodies))
    assert Counter(each.status_code for each in answers) == {201: 1, 409: 7}
    listed = (await ask(quota, "GET", DECISIONS, hospital.hrss)).json()["items"]
    states = {"IN_FORCE": 1, "REPLACED": 1} if after == "one" else {"IN_FORCE": 1}
    assert Counter(each["state"] for each in listed) == states
    [in_force] = [each for each in listed if each["state"] == "IN_FORCE"]
    assert (await level(hospital, "MIDDLE"))["free"] == in_force["levels"][0]["declarable"]


ACTS = st.lists(
    st.one_of(st.just(("RESERVE", 0)), st.tuples(st.just("DECIDE"), st.integers(0, 4)), st.just(("END", 0))),
    max_size=14,
)


@pytest.mark.clause("2.1.2")
@SLOW
@given(places=st.integers(0, 3), acts=ACTS)
async def test_any_run_of_decisions_keeps_the_count(quota, approve, reserve, end, level, places, acts):
    """Whatever is decided, ended and reserved in whatever order, nobody is ever without a place, by a plain tally."""
    unit = Unit((node("HRSS", "PROVINCE"), node("EMPLOYER", "PROVINCE")))
    await approve(unit, ASSOCIATE_SENIOR=(places, 0, 0, 0))
    number, made, taken = places, None, 0
    for act, wanted in acts:
        if act == "RESERVE":
            granted = (await reserve(unit)).status_code == 201
            assert granted == (taken < number)
            taken += granted
        elif act == "DECIDE":
            unless = {"replaces": made["id"] if made else None}
            body = decision(unit, ASSOCIATE_SENIOR=wanted, unless=unless)
            answer = await ask(quota, "POST", DECISIONS, unit.hrss, body)
            assert (answer.status_code == 201) == (wanted >= taken), answer.text
            if answer.status_code == 201:
                number, made = wanted, answer.json()["record"]
        elif made is not None:
            answer = await end(made, unit.hrss)
            assert (answer.status_code == 200) == (places >= taken), answer.text
            if answer.status_code == 200:
                number, made = places, None
    told = await level(unit, "ASSOCIATE_SENIOR")
    assert (told["held"], told["free"]) == (taken, number - taken)
