"""Targeted posts of a grass-roots institution: approved separately, within Annex 1, and a stock of their own (一（四）1)."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date
from fractions import Fraction
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from starlette.responses import Response

from services.kit.auth import Actor, Seat
from services.kit.clock import now
from services.quota import policy
from services.quota.contract import PostPool, TitleLevel
from services.quota.main import articles_named
from services.quota.staffing.bulk import (
    Batch,
    Opening,
    OpeningPost,
    OpeningQualification,
    Plan,
    record_many,
)
from services.quota.staffing.service import keeper_of
from tests.platform.settings import POLICIES
from tests.platform.tokens import mint, node, seat
from tests.services.quota.bodies import YEAR
from tests.services.quota.deciding import PLANS, plan, planned
from tests.services.quota.ground import post_of
from tests.services.quota.people import Unit, ask, assert_refused, both_languages, service_token

NOTICE = policy.load(POLICIES, "qinghai", used=articles_named()).newest
TARGETED, MIDDLE = PostPool.TARGETED, TitleLevel.MIDDLE
POOL, ROW_3 = "一（四）1", "附件1 第3行"
PROVINCE, PREFECTURE, COUNTY = (("HRSS", level, None) for level in ("PROVINCE", "PREFECTURE", "COUNTY"))
INSTITUTION = ("EMPLOYER", "COUNTY", "PUBLIC_INSTITUTION")
SLOW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def station(directory) -> Unit:
    """A county's institution in 格尔木: row 3 of Annex 1, 7 % senior and 10 % middle."""
    return directory.unit(PROVINCE, PREFECTURE, COUNTY, INSTITUTION, region="632801")


@pytest.fixture
def approve_plan(acquainted):
    """`await approve_plan(unit, MIDDLE=(3, 1, 0))`: as the unit's HRSS; the answer as it came."""

    async def take(unit: Unit, **given):
        return await ask(acquainted, "POST", PLANS, unit.hrss, plan(unit, **given))

    return take


@pytest.fixture
def free(acquainted):
    """`await free(unit, "TARGETED")`: what is left of each level of a pool."""

    async def look(unit: Unit, pool: str) -> dict[str, int]:
        path = f"/v1/availability?unit_id={unit.id}&year={YEAR}&pool={pool}"
        told = (await ask(acquainted, "GET", path, unit.recommender)).json()
        return {each["level"]: each["free"] for each in told["levels"]}

    return look


@pytest.mark.clause("1.4.1", "A1")
async def test_the_hrss_approves_targeted_posts(approve_plan, station, free):
    """Senior and middle posts within what the row makes of the headcount; what is vacant and to declare follows."""
    answer = await approve_plan(station, FULL_SENIOR=(1, 0, 0), ASSOCIATE_SENIOR=(2, 1, 0), MIDDLE=(4, 1, 2))
    told = answer.json()
    assert answer.status_code == 201, answer.text
    assert [each["cite"] for each in told["basis"]] == [ROW_3, POOL]
    made = told["record"]
    assert (made["state"], made["revision"], made["row_code"]) == ("IN_FORCE", 1, "COUNTIES_1")
    assert (made["headcount"], made["senior_posts"], made["middle_posts"]) == (45, 3, 4)
    assert (made["document_no"], made["approved_by"]) == ("青人社厅函〔2023〕88号", "测试人员")
    assert made["hrss_id"] == str(station.lineage[2].id)
    assert [(e["level"], e["vacant"], e["declarable"]) for e in made["levels"]] == [
        ("FULL_SENIOR", 1, 1),
        ("ASSOCIATE_SENIOR", 1, 1),
        ("MIDDLE", 3, 1),
    ]
    assert [line["action"] for line in made["history"]] == ["APPROVE"]
    assert await free(station, "TARGETED") == {"FULL_SENIOR": 1, "ASSOCIATE_SENIOR": 1, "MIDDLE": 1}
    assert await free(station, "GENERAL") == {}


@pytest.mark.clause("1.4.1", "A1")
async def test_above_the_row_it_is_refused_with_the_working(acquainted, station):
    """Full and associate senior count together; the refusal names the group, the ceiling and how it came about."""
    body = plan(station, FULL_SENIOR=(1, 0, 0), ASSOCIATE_SENIOR=(3, 0, 0), MIDDLE=(5, 0, 0))
    answer = await ask(acquainted, "POST", PLANS, station.hrss, body)
    assert_refused(answer, 422, "RULES_BROKEN", field="levels.0.approved", cites={ROW_3})
    assert {each["code"] for each in answer.json()["findings"]} == {"ABOVE_ANNEX_1"}
    zh, en = await both_languages(acquainted, "POST", PLANS, station.hrss, body)
    assert "高级核定 4 个，超过上限 3 个：“双定向”高级 3 = 45 × 7% = 3.15，取整数" in zh
    assert "中级核定 5 个，超过上限 4 个：“双定向”中级 4 = 45 × 10% = 4.5，取整数" in zh
    assert "SENIOR: 4 approved, above the ceiling of 3: targeted SENIOR 3 = 45 × 7% = 3.15, cut" in en
    listed = await ask(acquainted, "GET", f"{PLANS}?unit_id={station.id}", station.hrss)
    assert listed.json()["total"] == 0


ROWS = {
    "EAST_COUNTIES": ("630121", "COUNTY", "TOWNSHIP", 3, 5),
    "PREFECTURES_1": ("632800", "PREFECTURE", "PUBLIC_INSTITUTION", 7, 10),
    "COUNTIES_1": ("632801", "COUNTY", "PUBLIC_INSTITUTION", 7, 10),
    "PREFECTURES_2": ("632600", "PREFECTURE", "PUBLIC_INSTITUTION", 8, 10),
    "COUNTIES_2": ("632621", "COUNTY", "PUBLIC_INSTITUTION", 8, 10),
}
"""Per row of Annex 1 a unit that it covers, and the targeted per cents, senior and middle."""


@pytest.mark.clause("1.4.1", "A1")
@SLOW
@given(
    row=st.sampled_from(sorted(ROWS)),
    headcount=st.integers(0, 400),
    full=st.integers(0, 20),
    associate=st.integers(0, 20),
    middle=st.integers(0, 40),
)
async def test_any_figures_are_held_to_whole_posts(
    directory, approve_plan, row, headcount, full, associate, middle
):
    """For any row, headcount and posts: approved exactly where neither group exceeds the largest whole number in its share."""
    region, level, nature, senior_share, middle_share = ROWS[row]
    unit = directory.unit(PROVINCE, ("HRSS", level, None), ("EMPLOYER", level, nature), region=region)
    columns = {"FULL_SENIOR": (full,), "ASSOCIATE_SENIOR": (associate,), "MIDDLE": (middle,)}
    answer = await approve_plan(unit, unless={"headcount": headcount}, **columns)
    fits = full + associate <= Fraction(headcount * senior_share, 100) and middle <= Fraction(
        headcount * middle_share, 100
    )
    assert (answer.status_code == 201) is fits, answer.text
    if fits:
        assert answer.json()["record"]["row_code"] == row


@pytest.mark.clause("1.4.1", "A1")
@pytest.mark.parametrize(
    ("level", "region", "cites"),
    [
        ("COUNTY", "630104", {"附件1"}),
        ("COUNTY", "630121", {"附件1"}),
        ("COUNTY", "630202", {"附件1"}),
        ("PREFECTURE", "630100", {"附件1"}),
        ("PROVINCE", "630000", {"附件1"}),
    ],
)
async def test_no_row_no_posts(acquainted, directory, level, region, cites):
    """A unit that Annex 1 does not list is refused with the reason: 西宁's districts and city, counties' own in the east, the province."""
    unit = directory.unit(
        PROVINCE, ("HRSS", level, None), ("EMPLOYER", level, "PUBLIC_INSTITUTION"), region=region
    )
    body = plan(unit, MIDDLE=(0, 0, 0))
    answer = await ask(acquainted, "POST", PLANS, unit.hrss, body)
    assert_refused(answer, 422, "NO_ROW_OF_ANNEX_1", field="unit_id", cites=cites)
    zh, en = await both_languages(acquainted, "POST", PLANS, unit.hrss, body)
    assert f"未列行政区划 {region} 的" in zh
    assert f"No row of Annex 1 applies: it lists no institutions of level {level} in region {region}." in en


@pytest.mark.clause("1.4.1", "A1")
async def test_a_township_lies_below_the_county(acquainted, directory):
    """In 大通 it has a row though the county's own units have none; in 城西 it has none, and the article says why."""
    for region, status in (("630121", 201), ("630104", 422)):
        unit = directory.unit(PROVINCE, PREFECTURE, COUNTY, ("EMPLOYER", "COUNTY", "TOWNSHIP"), region=region)
        answer = await ask(acquainted, "POST", PLANS, unit.hrss, plan(unit, MIDDLE=(2, 0, 0)))
        assert answer.status_code == status, answer.text
    assert {each["cite"] for each in answer.json()["basis"]} == {"附件1", "附件3 三（六）"}


@pytest.mark.clause("1.4.1", "A1")
@pytest.mark.parametrize("level", ["PREFECTURE", "COUNTY"])
async def test_medical_institutions_are_pointed_to_their_own_document(directory, approve_plan, level):
    """Of a grass-roots medical institution Annex 1 is refused, with 58号."""
    line = (PROVINCE, ("HRSS", level, None), ("EMPLOYER", level, "PUBLIC_INSTITUTION"))
    unit = directory.unit(*line, region="632801", industry="HEALTH")
    answer = await approve_plan(unit, MIDDLE=(1, 0, 0))
    cites = {"附件1 说明", "青人社厅发〔2022〕58号"}
    assert_refused(answer, 422, "OTHER_RULE_APPLIES", field="unit_id", cites=cites)


@pytest.mark.clause("1.4.1", "A1")
@pytest.mark.parametrize("nature", ["STATE_ENTERPRISE", "GOVERNMENT_BODY", "PRIVATE_HOSPITAL", None])
async def test_who_is_no_institution_has_no_targeted_posts(directory, approve_plan, nature):
    """Enterprises, bodies, private units and departments are refused."""
    unit = directory.unit(PROVINCE, PREFECTURE, COUNTY, ("EMPLOYER", "COUNTY", nature), region="632801")
    answer = await approve_plan(unit, MIDDLE=(1, 0, 0))
    assert_refused(answer, 422, "NOT_AN_INSTITUTION", field="unit_id", cites={"附件1"})


@pytest.mark.clause("1.4.1")
async def test_a_targeted_place_never_serves_a_general_recommendation(
    acquainted, station, approve, reserve, free
):
    """And the other way round: each pool is full by itself while the other has room."""
    assert (await reserve(station, pool="TARGETED")).json()["code"] == "NO_TARGETED_PLAN"
    await planned(acquainted, station, ASSOCIATE_SENIOR=(1, 0, 0), MIDDLE=(2, 0, 0))
    assert (await reserve(station)).json()["code"] == "NO_APPROVED_FORM"
    await approve(station, ASSOCIATE_SENIOR=(6, 4, 0, 0))
    assert (await reserve(station, pool="TARGETED")).status_code == 201
    refused = await reserve(station, pool="TARGETED")
    assert_refused(refused, 422, "NO_PLACE_LEFT", field="level", cites={POOL, "附件2 说明2"})
    assert [(await reserve(station)).status_code for _ in range(3)] == [201, 201, 422]
    assert (await reserve(station, pool="TARGETED", level="MIDDLE")).status_code == 201
    assert await free(station, "TARGETED") == {"FULL_SENIOR": 0, "ASSOCIATE_SENIOR": 0, "MIDDLE": 1}
    general = await free(station, "GENERAL")
    assert (general["ASSOCIATE_SENIOR"], general["MIDDLE"]) == (0, 0)


@pytest.mark.clause("1.4.1")
async def test_who_waits_for_a_targeted_post_is_told_of_no_general_one(
    acquainted, station, approve, reserve, session
):
    """Places that open in one pool are told to those who wait for that pool."""
    await planned(acquainted, station, MIDDLE=(1, 1, 0))
    await approve(station, MIDDLE=(3, 3, 0, 0))
    for pool, name in (("TARGETED", "李青山"), ("GENERAL", "王草原")):
        answer = await reserve(station, pool=pool, level="MIDDLE", person_name=name)
        assert answer.json()["code"] == "NO_PLACE_LEFT"
    await approve(station, MIDDLE=(4, 3, 0, 0))
    await planned(acquainted, station, MIDDLE=(2, 1, 0))
    told = await post_of(session, "titles.quota.place.freed.v1")
    assert [(each["person_name"], each["pool"]) for each in told] == [
        ("王草原", "GENERAL"),
        ("李青山", "TARGETED"),
    ]


@pytest.mark.clause("1.4.1")
async def test_a_senior_targeted_vacancy_serves_no_lower_level(acquainted, station, reserve):
    """The notice lets general posts step down; of targeted ones it says nothing, so none does."""
    await planned(acquainted, station, ASSOCIATE_SENIOR=(3, 0, 0))
    answer = await reserve(station, pool="TARGETED", level="MIDDLE")
    assert answer.json()["code"] == "NO_PLACE_LEFT"


@pytest.mark.clause("1.4.1")
async def test_a_decision_on_general_numbers_leaves_targeted_posts_alone(acquainted, station, approve, free):
    """Both pools of a unit are changed by their own act only."""
    await approve(station, MIDDLE=(5, 3, 0, 0))
    await planned(acquainted, station, MIDDLE=(2, 0, 0))
    body = {
        "unit_id": station.id,
        "year": YEAR,
        "document_no": "格人社〔2023〕7号",
        "decided_on": "2023-10-09",
        "reason": "编制精简",
        "levels": [{"level": "MIDDLE", "declarable": 0}],
    }
    assert (await ask(acquainted, "POST", "/v1/post-decisions", station.hrss, body)).status_code == 201
    assert ((await free(station, "GENERAL"))["MIDDLE"], (await free(station, "TARGETED"))["MIDDLE"]) == (0, 2)


@pytest.mark.clause("1.4.1")
async def test_a_later_approval_is_a_new_revision(acquainted, station, free):
    """The former one is kept as replaced; the unit's posts are counted by the new one."""
    first = await planned(acquainted, station, MIDDLE=(2, 0, 0))
    second = await planned(acquainted, station, MIDDLE=(4, 1, 0))
    assert (second["revision"], second["state"]) == (2, "IN_FORCE")
    found = (await ask(acquainted, "GET", f"{PLANS}/{first['id']}", station.hrss)).json()
    assert (found["state"], [line["action"] for line in found["history"]]) == (
        "REPLACED",
        ["APPROVE", "REPLACE"],
    )
    of_unit = await ask(
        acquainted, "GET", f"{PLANS}/of-unit?unit_id={station.id}&year={YEAR}", station.recommender
    )
    assert of_unit.json()["id"] == second["id"]
    assert (await free(station, "TARGETED"))["MIDDLE"] == 3


@pytest.mark.clause("1.4.1")
async def test_it_never_falls_below_who_is_recommended(acquainted, station, approve_plan, reserve):
    """A lower approval under live targeted recommendations is refused by level and figures; general ones do not matter."""
    await planned(acquainted, station, MIDDLE=(4, 0, 0))
    for _ in range(2):
        assert (await reserve(station, pool="TARGETED", level="MIDDLE")).status_code == 201
    answer = await approve_plan(station, MIDDLE=(3, 2, 0))
    assert_refused(answer, 422, "RULES_BROKEN", field="levels.MIDDLE", cites={POOL})
    assert "中级申报数 1，已推荐 2 人，缺 1 个岗位" in answer.json()["message"]
    assert (await approve_plan(station, MIDDLE=(3, 1, 0))).status_code == 201


@pytest.fixture
def enter(session, station):
    """`await enter(openings, plans)`: what the unit's own ledger of targeted posts begins with."""
    seat = Seat(role="RECOMMENDER", organisation_id=station.lineage[-1].id, lineage=station.lineage)
    keeper = keeper_of(Actor(uuid4(), "person", "测试人员", (seat,)), seat.organisation_id, NOTICE, "qinghai")

    async def begin(openings=(), plans=()) -> None:
        batch = Batch(on=date(2022, 12, 31), openings=openings, plans=plans)
        async with session("quota") as tx:
            await record_many(tx, batch, keeper, NOTICE, await now(tx, simulated=True))

    return begin


@pytest.mark.clause("1.4.1")
async def test_the_figures_are_those_of_the_units_own_ledger(approve_plan, station, enter):
    """Where the unit keeps a ledger of targeted posts, what is typed differently is refused cell by cell."""
    held = [Opening(name=name, post=OpeningPost(level=MIDDLE, pool=TARGETED)) for name in ("李青山", "张伟")]
    waits = Opening(name="王草原", qualified=OpeningQualification(level=MIDDLE, pool=TARGETED))
    general = Opening(name="赵昆仑", post=OpeningPost(level=MIDDLE))
    await enter([general])
    assert (await approve_plan(station, MIDDLE=(4, 0, 0))).status_code == 201
    await enter([*held, waits])
    answer = await approve_plan(station, ASSOCIATE_SENIOR=(1, 1, 0), MIDDLE=(4, 1, 1))
    assert_refused(answer, 422, "RULES_BROKEN", field="levels.ASSOCIATE_SENIOR.employed", cites={POOL})
    assert "中级人员聘任数填写 1，台账为 2" in answer.json()["message"]
    assert {each["code"] for each in answer.json()["findings"]} == {"LEDGER_DISAGREES"}
    assert (await approve_plan(station, MIDDLE=(4, 2, 1))).status_code == 201
    await enter(plans=[Plan(level=MIDDLE, posts=3, document="格人社〔2023〕9号", pool=TARGETED)])
    answer = await approve_plan(station, MIDDLE=(4, 2, 1))
    assert [each["field"] for each in answer.json()["findings"]] == ["levels.MIDDLE.approved"]
    assert (await approve_plan(station, MIDDLE=(3, 2, 1))).status_code == 201


@pytest.mark.clause("1.4.1")
async def test_everything_wrong_with_a_paper_is_told_at_once(approve_plan, station):
    """A level twice, junior posts, and more than the row makes."""
    levels = [
        {"level": level, "approved": number}
        for level, number in (("MIDDLE", 3), ("JUNIOR", 1), ("MIDDLE", 2))
    ]
    answer = await approve_plan(station, unless={"levels": levels})
    assert_refused(answer, 422, "RULES_BROKEN", field="levels.2.level", cites={POOL, ROW_3})
    found = {each["code"]: each["field"] for each in answer.json()["findings"]}
    assert found == {
        "LEVEL_TWICE": "levels.2.level",
        "NO_TARGETED_LEVEL": "levels.1.level",
        "ABOVE_ANNEX_1": "levels.0.approved",
    }


@pytest.mark.parametrize(
    ("unless", "field"),
    [
        ({"headcount": -1}, "headcount"),
        ({"headcount": 10**9}, "headcount"),
        ({"document_no": " "}, "document_no"),
        ({"levels": []}, "levels"),
        ({"levels": [{"level": "MIDDLE"}]}, "levels.0.approved"),
        ({"levels": [{"level": "MIDDLE", "approved": -1}]}, "levels.0.approved"),
        ({"levels": [{"level": "MIDDLE", "approved": 1, "employed": 1.5}]}, "levels.0.employed"),
        ({"levels": [{"level": "HIGHEST", "approved": 1}]}, "levels.0.level"),
        ({"year": 1999}, "year"),
        ({"unit_id": "x"}, "unit_id"),
    ],
)
async def test_bad_input_is_refused_by_field(approve_plan, station, unless, field):
    """What cannot be an approval is told by field."""
    answer = await approve_plan(station, unless=unless, MIDDLE=(1, 0, 0))
    assert (answer.status_code, answer.json()["field"]) == (422, field), answer.text


async def test_without_accounts_nothing_is_approved(approve_plan, station, directory):
    """Of a unit that nothing is known of, and accounts is away: told so, and a retry succeeds."""
    directory.answer = lambda _: Response(status_code=500)
    answer = await approve_plan(station, MIDDLE=(1, 0, 0))
    assert (answer.status_code, answer.json()["code"], answer.json()["part"]) == (
        503,
        "PART_UNAVAILABLE",
        "accounts",
    )
    directory.answer = None
    assert (await approve_plan(station, MIDDLE=(1, 0, 0))).status_code == 201


async def test_an_unknown_unit_has_no_plan(acquainted, station):
    """Neither a unit that does not exist nor one elsewhere is told of."""
    stranger = mint([seat("REVIEWER", node("HRSS", "PROVINCE"))])
    unknown = plan(station, unless={"unit_id": str(node("EMPLOYER", "COUNTY").id)}, MIDDLE=(1, 0, 0))
    for token, body in ((station.hrss, unknown), (stranger, plan(station, MIDDLE=(1, 0, 0)))):
        answer = await ask(acquainted, "POST", PLANS, token, body)
        assert (answer.status_code, answer.json()["code"]) == (404, "UNIT_NOT_FOUND")


async def test_lists_are_paged_and_limited_by_viewer(acquainted, directory, station):
    """Each sees the plans of the own subtree, newest first, page by page; a unit without one has none."""
    elsewhere = directory.unit(PROVINCE, PREFECTURE, COUNTY, INSTITUTION, region="632621")
    made = [await planned(acquainted, station, MIDDLE=(number, 0, 0)) for number in (1, 2, 3)]
    other = await planned(acquainted, elsewhere, MIDDLE=(1, 0, 0))
    page = (await ask(acquainted, "GET", f"{PLANS}?first=2&year={YEAR}", station.hrss)).json()
    assert ([each["id"] for each in page["items"]], page["total"]) == ([made[2]["id"], made[1]["id"]], 3)
    whole = (await ask(acquainted, "GET", f"{PLANS}?first=3&year={YEAR}", station.hrss)).json()
    assert (len(whole["items"]), whole["next_cursor"]) == (3, None)
    rest = (await ask(acquainted, "GET", f"{PLANS}?first=2&after={page['next_cursor']}", station.hrss)).json()
    assert ([each["id"] for each in rest["items"]], rest["next_cursor"]) == ([made[0]["id"]], None)
    for path in (f"{PLANS}/{other['id']}", f"{PLANS}/of-unit?unit_id={elsewhere.id}&year={YEAR}"):
        answer = await ask(acquainted, "GET", path, station.hrss)
        assert (answer.status_code, answer.json()["code"]) == (404, "TARGETED_PLAN_NOT_FOUND")


async def test_every_move_is_told(acquainted, station, session):
    """Approving and replacing each leave an event, in order, with its line in the audit."""
    for number in (1, 2):
        await planned(acquainted, station, MIDDLE=(number, 0, 0))
    async with session("quota") as tx:
        told = await tx.execute(
            text(
                "select data->>'action', data->>'after', data->>'revision' from outbox"
                " where type like '%targeted_plan%' order by seq"
            )
        )
        rows = [tuple(row) for row in told]
        audited = await tx.scalar(text("select count(*) from audit_log where action like 'targeted_plan.%'"))
    assert rows == [("APPROVE", "IN_FORCE", "1"), ("REPLACE", "REPLACED", "1"), ("APPROVE", "IN_FORCE", "2")]
    assert audited == 3


@pytest.mark.clause("1.4.1")
async def test_a_lower_approval_meets_a_rush(acquainted, station, approve_plan, reserve):
    """Fewer targeted posts and a rush for them together never end with more taken than approved."""
    await planned(acquainted, station, MIDDLE=(4, 0, 0))
    rush = [reserve(station, pool="TARGETED", level="MIDDLE") for _ in range(12)]
    answer, *answers = await asyncio.gather(approve_plan(station, MIDDLE=(2, 0, 0)), *rush)
    granted = sum(each.status_code == 201 for each in answers)
    assert granted == (2 if answer.status_code == 201 else 4)
    listed = await ask(acquainted, "GET", "/v1/reservations?state=HELD&first=1", service_token())
    assert listed.json()["total"] == granted


async def test_of_many_first_approvals_at_once_one_is_in_force(acquainted, station, approve_plan):
    """Whoever comes in the same instant is told so; whoever comes later replaces."""
    answers = await asyncio.gather(*(approve_plan(station, MIDDLE=(n, 0, 0)) for n in (1, 2, 3, 4)))
    assert {each.status_code for each in answers} <= {201, 409}
    assert {e.json()["code"] for e in answers if e.status_code == 409} <= {"TARGETED_PLAN_APPROVED_MEANWHILE"}
    listed = (await ask(acquainted, "GET", PLANS, station.hrss)).json()["items"]
    assert Counter(each["state"] for each in listed)["IN_FORCE"] == 1
    assert len(listed) == sum(each.status_code == 201 for each in answers)
