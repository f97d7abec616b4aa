"""What a unit can still recommend, with a working that a clerk can follow."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.workflow.contract import RecommendationConfirmed, RecommendationEnded
from tests.platform.tokens import mint, node, seat
from tests.services.quota.bodies import YEAR, envelope, wish
from tests.services.quota.people import Unit, ask, service_token

LEVELS = ("FULL_SENIOR", "ASSOCIATE_SENIOR", "MIDDLE", "JUNIOR")
COUNTS = st.integers(0, 6)
TABLES = st.fixed_dictionaries({level: st.tuples(COUNTS, COUNTS, COUNTS, COUNTS) for level in LEVELS})
SLOW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


async def availability(quota, unit: Unit, token: str | None = None, **query):
    """The answer of `GET /v1/availability`."""
    asked = "".join(f"&{key}={value}" for key, value in query.items())
    return await ask(
        quota, "GET", f"/v1/availability?unit_id={unit.id}&year={YEAR}{asked}", token or unit.recommender
    )


@pytest.mark.clause("A2.n2.vacant", "2.1.1")
async def test_the_working_line_by_line(quota, hospital, approve, reserve):
    """Each line carries its figures and its article, in the caller's language."""
    form = await approve(hospital, ASSOCIATE_SENIOR=(5, 4, 0, 0), MIDDLE=(5, 4, 3, 0), JUNIOR=(3, 1, 0, 0))
    await reserve(hospital)
    told = (await availability(quota, hospital)).json()
    assert (told["approved_form_id"], told["limited"]) == (form["id"], True)
    by_level = {each["level"]: each for each in told["levels"]}
    associate = by_level["ASSOCIATE_SENIOR"]
    assert (associate["declarable"], associate["held"], associate["used"], associate["free"]) == (1, 1, 0, 0)
    assert associate["trace"] == [
        {"text": "空缺岗位数 1 = 核准 5 − 聘任 4", "cite": "附件2 说明2"},
        {"text": "职称申报数 1 = 空缺 1 − 已取得资格未聘 0", "cite": "附件2 说明2"},
        {"text": "可用 0 = 申报数 1 − 已预留 1 − 已占用 0", "cite": "二（一）第1段"},
    ]
    middle = by_level["MIDDLE"]
    assert (middle["declarable"], middle["free"]) == (-2, 0)
    assert "职称申报数为负，不能申报，按 0 计" in [line["text"] for line in middle["trace"]]
    junior = by_level["JUNIOR"]
    assert (junior["limited"], junior["free"]) == (False, None)
    assert junior["trace"][-1] == {"text": "初级不受岗位数额限制", "cite": "二（一）第1段"}
    english = await quota.get(
        f"/v1/availability?unit_id={hospital.id}&year={YEAR}",
        headers={"Authorization": f"Bearer {hospital.hrss}", "Accept-Language": "en"},
    )
    assert english.json()["levels"][1]["trace"][-1]["text"] == "free 0 = to declare 1 - held 1 - used 0"


@pytest.mark.clause("2.1.1")
async def test_without_an_approved_form_there_is_nothing(quota, hospital, file):
    """No form, or one not yet approved: no figures, and the clause that asks for it."""
    asked = [await availability(quota, hospital)]
    await file(hospital, MIDDLE=(3, 2, 0, 0))
    asked.append(await availability(quota, hospital, hospital.hrss))
    for told in (answer.json() for answer in asked):
        assert (told["approved_form_id"], told["limited"], told["levels"]) == (None, True, [])
        assert [line["cite"] for line in told["trace"]] == ["二（一）第1段"]


@pytest.mark.clause("2.1.1")
async def test_units_that_are_no_institutions_are_not_limited(quota, hospital):
    """An enterprise needs no form: the answer says by which clause."""
    told = (await availability(quota, hospital, unit_nature="STATE_ENTERPRISE")).json()
    assert (told["limited"], told["basis"][0]["cite"]) == (False, "二（一）第1段")
    assert told["trace"][0]["text"] == "非事业单位，不受岗位数额限制"


async def test_who_may_look(quota, hospital, approve):
    """The unit's own people, applicants of its departments included, and those above; to others it does not exist."""
    await approve(hospital, MIDDLE=(3, 2, 0, 0))
    department = (*hospital.lineage, node("INTERNAL_DEPARTMENT", "PROVINCE"))
    for token in (
        hospital.at(2, "APPLICANT"),
        mint([seat("APPLICANT", *department)]),
        hospital.hrss,
        service_token(),
    ):
        assert (await availability(quota, hospital, token)).status_code == 200
    stranger = mint([seat("REVIEWER", node("HRSS", "PROVINCE"))])
    answer = await availability(quota, hospital, stranger)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (
        404,
        "UNIT_NOT_FOUND",
        "unit_id",
    )


@pytest.mark.clause("A2.n2.vacant", "A2.n2.down", "A2")
@SLOW
@given(table=TABLES)
async def test_any_table_gives_the_derived_numbers(quota, approve, table):
    """For any figures: vacant, to declare, totals and free are the notice's sums; a senior vacancy serves one level down."""
    unit = Unit((node("HRSS", "PROVINCE"), node("EMPLOYER", "PROVINCE")))
    form = await approve(unit, **table)
    rows = {row["level"]: row for row in form["rows"]}
    for level, (approved, employed, qualified, exits) in table.items():
        expected = {
            "vacant": approved - employed,
            "declarable": approved - employed - qualified,
            "exits": exits,
        }
        assert {cell: rows[level][cell] for cell in expected} == expected
    assert form["totals"]["declarable"] == sum(a - e - q for a, e, q, _ in table.values())
    told = (await availability(quota, unit)).json()["levels"]
    own = {
        level: approved - employed - qualified for level, (approved, employed, qualified, _) in table.items()
    }
    from_above = {"FULL_SENIOR": 0, "ASSOCIATE_SENIOR": own["FULL_SENIOR"], "MIDDLE": own["ASSOCIATE_SENIOR"]}
    for each in told[:3]:
        assert each["free"] == max(0, own[each["level"]] + max(0, from_above[each["level"]]))


OPERATIONS = st.lists(
    st.tuples(st.sampled_from(["RESERVE", "CONFIRM", "END"]), st.integers(0, 5)), max_size=14
)


@pytest.mark.clause("2.1.1")
@SLOW
@given(places=st.integers(-1, 3), operations=OPERATIONS)
async def test_any_run_of_events_keeps_the_count(quota, approve, places, operations):
    """Whatever is asked, confirmed and ended in whatever order, a plain tally of who holds a place agrees."""
    unit = Unit((node("HRSS", "PROVINCE"), node("EMPLOYER", "PROVINCE")))
    await approve(unit, ASSOCIATE_SENIOR=(max(places, 0), 0, max(-places, 0), 0))
    wishes = [wish(unit) for _ in range(6)]
    tally: dict[int, str] = {}
    for operation, who in operations:
        if operation == "RESERVE":
            answer = await ask(quota, "POST", "/v1/reservations", service_token(), wishes[who])
            live = sum(state in {"HELD", "CONFIRMED"} for state in tally.values())
            if who not in tally and live < places:
                tally[who] = "HELD"
            assert (answer.status_code == 201) == (tally.get(who) in {"HELD", "CONFIRMED"})
            continue
        kind = RecommendationConfirmed if operation == "CONFIRM" else RecommendationEnded
        more = {"reason": "x"} if operation == "END" else {}
        if operation == "CONFIRM" and tally.get(who) == "ENDED":
            continue
        await ask(quota, "POST", "/events", service_token(), envelope(kind, wishes[who], **more))
        if who in tally:
            tally[who] = "CONFIRMED" if operation == "CONFIRM" else "ENDED"
    told = (await availability(quota, unit)).json()["levels"][1]
    held, used = (sum(state == word for state in tally.values()) for word in ("HELD", "CONFIRMED"))
    assert (told["held"], told["used"], told["free"]) == (held, used, max(places, 0) - held - used)


@pytest.mark.parametrize("query", ["year=1999", "year=x", "unit_nature=CLUB"])
async def test_bad_questions_are_refused(quota, hospital, query):
    """Unknown years and words are told by field."""
    path = f"/v1/availability?unit_id={uuid4()}&year={YEAR}&{query}"
    answer = await ask(quota, "GET", path, hospital.recommender)
    assert (answer.status_code, answer.json()["field"]) == (422, query.partition("=")[0])


async def test_the_way_up_is_not_the_way_to_look(quota, hospital):
    """Staff of a unit and of its departments ask for their own unit; of an authority or HRSS above they learn nothing."""
    department = Unit((*hospital.lineage, node("INTERNAL_DEPARTMENT", "PROVINCE")))
    applicant = mint([seat("APPLICANT", *department.lineage)])
    assert (await availability(quota, hospital, applicant)).status_code == 200
    for place in (0, 1):
        above = Unit(hospital.lineage[: place + 1])
        for token in (applicant, hospital.recommender):
            answer = await availability(quota, above, token)
            assert (answer.status_code, answer.json()["code"]) == (404, "UNIT_NOT_FOUND")
