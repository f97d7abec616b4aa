"""Review specialties are usable once filed with the provincial HRSS."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from services.workflow.cycle.featured import lies_in
from tests.services.workflow.stage import LEVEL, NOVEMBER, cites, problem

SPECIALTY = {"series": "HEALTH", "name": "高原医学"}


@pytest.mark.clause("1.2")
async def test_a_specialty_is_usable_once_it_is_filed(stage):
    """Proposed, it is refused in a recommendation with the article; filed by the province, it is taken."""
    specialty = await stage.made("/specialties", stage.office, SPECIALTY)
    assert specialty["state"] == "PROPOSED"
    plan = await stage.plan(await stage.ready())
    wish = stage.wish(plan, stage.employ(), specialty_id=specialty["id"])
    answer = await stage.ask("POST", "/recommendations", stage.recommender, wish)
    assert cites(problem(answer, 422, "SPECIALTY_NOT_FILED")) == {"一（二）"}
    filed = await stage.ask("POST", f"/specialties/{specialty['id']}/actions/FILE", stage.officer)
    assert (filed.json()["record"]["state"], cites(filed.json())) == ("FILED", {"一（二）"})
    made = await stage.made("/recommendations", stage.recommender, wish)
    assert made["specialty_id"] == specialty["id"]


@pytest.mark.clause("1.2")
@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("COMMITTEE_OFFICE", "authority"),
        ("TITLE_OFFICER", "prefecture"),
        ("REVIEWER", "province"),
        ("OPERATOR", "province"),
    ],
)
async def test_only_the_province_files(stage, role, place):
    """Neither the proposing office nor a prefecture's HRSS does."""
    specialty = await stage.made("/specialties", stage.office, SPECIALTY)
    token = stage.places.token(role, getattr(stage.places, place))
    answer = await stage.ask("POST", f"/specialties/{specialty['id']}/actions/FILE", token)
    assert cites(problem(answer, 403, "NOT_YOUR_STEP")) == {"一（二）"}


@pytest.mark.clause("1.2")
async def test_a_featured_specialty_names_its_region_or_industry(stage):
    """Featured for nobody is refused; for a region it is another one than the province's of the same name."""
    told = problem(
        await stage.ask("POST", "/specialties", stage.office, SPECIALTY | {"featured": True}),
        422,
        "FEATURED_FOR_WHOM",
    )
    assert told["field"] == "featured"
    await stage.made("/specialties", stage.office, SPECIALTY)
    regional = SPECIALTY | {"featured": True, "region_code": "632801"}
    assert (await stage.made("/specialties", stage.office, regional))["region_code"] == "632801"


async def test_the_registry_is_public_and_filtered(stage):
    """Anybody reads it, by series and state."""
    specialty = await stage.made("/specialties", stage.office, SPECIALTY)
    assert (await stage.ask("GET", f"/specialties/{specialty['id']}")).json()["name"] == "高原医学"
    for query, count in (("series=HEALTH", 1), ("series=ARTS", 0), ("state=FILED", 0), ("state=PROPOSED", 1)):
        assert len((await stage.ask("GET", f"/specialties?{query}")).json()["items"]) == count
    problem(await stage.ask("GET", f"/specialties/{uuid4()}"), 404, "SPECIALTY_NOT_FOUND")


async def test_one_name_once_also_in_a_race(stage):
    """Of four proposals at once one is kept."""
    calls = [stage.ask("POST", "/specialties", stage.office, SPECIALTY) for _ in range(4)]
    answers = await asyncio.gather(*calls)
    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]
    problem(next(each for each in answers if each.status_code == 409), 409, "SPECIALTY_EXISTS")


async def test_a_specialty_belongs_to_its_series(stage):
    """A specialty of engineering does not serve in health."""
    specialty = await stage.made("/specialties", stage.office, {"series": "ENGINEERING", "name": "盐湖化工"})
    await stage.made(f"/specialties/{specialty['id']}/actions/FILE", stage.officer)
    plan = await stage.plan(await stage.ready())
    wish = stage.wish(plan, stage.employ(), specialty_id=specialty["id"])
    answer = await stage.ask("POST", "/recommendations", stage.recommender, wish)
    problem(answer, 422, "SPECIALTY_NOT_OF_SERIES")


async def filed(stage, **changed):
    """A specialty on file with the province."""
    made = await stage.made("/specialties", stage.office, SPECIALTY | changed)
    return await stage.made(f"/specialties/{made['id']}/actions/FILE", stage.officer)


@pytest.mark.clause("1.2")
async def test_a_featured_specialty_stays_in_its_region_and_industry(stage):
    """A unit elsewhere is refused with the article, by region and by its authority's industry; one inside is taken."""
    here, elsewhere = {"featured": True, "region_code": "630100"}, {"featured": True, "region_code": "632800"}
    inside, outside = await filed(stage, **here), await filed(stage, **elsewhere)
    industrial = await filed(stage, name="藏医药", **here, industry="HEALTH")
    plan = await stage.plan(await stage.ready())
    person = stage.employ()
    for specialty in (outside, industrial):
        wish = stage.wish(plan, person, specialty_id=specialty["id"])
        answer = await stage.ask("POST", "/recommendations", stage.recommender, wish)
        told = problem(answer, 422, "FEATURED_ELSEWHERE")
        assert (cites(told), told["field"]) == ({"一（二）"}, "specialty_id")
    assert stage.around.asked == [], "no post was asked for"
    stage.around.lines_of_work[stage.places.authority.id] = "HEALTH"
    for specialty in (inside, industrial):
        wish = stage.wish(plan, stage.employ(), specialty_id=specialty["id"])
        await stage.made("/recommendations", stage.recommender, wish)


@pytest.mark.clause("1.2")
async def test_an_adjusted_specialty_takes_the_formers_place_once_it_is_filed(stage):
    """Until then the former one is used; from then on it is refused, its criteria and experts serve the new one."""
    stage.know()
    cycle = await stage.opened()
    await stage.arrange(cycle)
    former, unlike = await filed(stage), await filed(stage, name="急诊医学")
    expert = {
        "account_id": str(uuid4()),
        "organisation_id": str(stage.places.hospital.id),
        "series": "HEALTH",
    }
    expert |= {"name": "专家", "title_level": LEVEL, "valid_until": "2024-06-30"}
    await stage.made("/experts", stage.office, expert | {"specialty_ids": [former["id"]]})
    await stage.criteria(specialty_id=former["id"])
    await stage.time(NOVEMBER)
    plan = await stage.plan(cycle)
    proposed = await stage.made(
        f"/specialties/{former['id']}/adjustments", stage.office, {"name": "高原病学"}
    )
    assert (proposed["state"], proposed["former_ids"]) == ("PROPOSED", [former["id"]])
    begun = await stage.made(
        "/recommendations", stage.recommender, stage.wish(plan, stage.employ(), specialty_id=former["id"])
    )
    await stage.made(f"/specialties/{proposed['id']}/actions/FILE", stage.officer)
    wish = stage.wish(plan, stage.employ(), specialty_id=former["id"])
    answer = await stage.ask("POST", "/recommendations", stage.recommender, wish)
    assert cites(problem(answer, 422, "SPECIALTY_PAST")) == {"一（二）"}
    wish = stage.wish(plan, stage.employ(), specialty_id=proposed["id"])
    await stage.made("/recommendations", stage.recommender, wish)
    kept = (await stage.ask("GET", f"/specialties/{former['id']}")).json()
    assert (kept["state"], kept["name"], kept["successor_id"]) == ("ADJUSTED", "高原医学", proposed["id"])
    publicised = await stage.act(begun, "PUBLICISE")
    assert (publicised.status_code, publicised.json()["record"]["specialty_id"]) == (200, former["id"])
    (entry,) = (await stage.ask("GET", "/experts", stage.office)).json()["items"]
    assert entry["specialty_ids"] == [former["id"], proposed["id"]]
    taken = await stage.ask(
        "POST", f"/specialties/{unlike['id']}/adjustments", stage.office, {"name": "高原病学"}
    )
    problem(taken, 409, "SPECIALTY_EXISTS")


@pytest.mark.clause("1.2")
async def test_an_adjustment_is_refused_where_it_is_none_or_not_the_callers(stage):
    """The same again, for nobody, by another body, of what is not on file or was adjusted meanwhile."""
    former = await filed(stage)
    path = f"/specialties/{former['id']}/adjustments"
    stranger = stage.places.token("TITLE_OFFICER", stage.places.prefecture)
    new = {"name": "高原病学"}
    for token, body, status, code in (
        (stage.office, {"name": SPECIALTY["name"]}, 422, "ADJUSTS_NOTHING"),
        (stage.office, new | {"featured": True}, 422, "FEATURED_FOR_WHOM"),
        (stage.office, new | {"version": 1}, 409, "STALE_VERSION"),
        (stranger, new, 403, "NOT_YOUR_STEP"),
    ):
        problem(await stage.ask("POST", path, token, body), status, code)
    ways = [await stage.made(path, stage.office, {"name": name}) for name in ("高原病学", "高原外科")]
    answers = await asyncio.gather(
        *(stage.ask("POST", f"/specialties/{each['id']}/actions/FILE", stage.officer) for each in ways)
    )
    assert sorted(each.status_code for each in answers) == [200, 409]
    by_hand = await stage.ask("POST", f"/specialties/{former['id']}/actions/ADJUST", stage.officer)
    problem(by_hand, 422, "REQUEST_MALFORMED")
    problem(await stage.ask("POST", path, stage.office, new), 409, "ACTION_NOT_AVAILABLE")


@pytest.mark.clause("1.2")
async def test_a_specialty_is_withdrawn_once_that_is_filed(stage):
    """Its body proposes it, the province files it; until then it is used, afterwards its name is free."""
    specialty = await filed(stage)
    path = f"/specialties/{specialty['id']}/actions"
    asked = await stage.made(f"{path}/WITHDRAW", stage.office, {"note": "专业人才已纳入内科学"})
    assert asked["state"] == "WITHDRAWAL_PROPOSED"
    plan = await stage.plan(await stage.ready())
    wish = stage.wish(plan, stage.employ(), specialty_id=specialty["id"])
    await stage.made("/recommendations", stage.recommender, wish)
    problem(await stage.ask("POST", f"{path}/FILE", stage.office), 403, "NOT_YOUR_STEP")
    assert (await stage.made(f"{path}/FILE", stage.officer))["state"] == "WITHDRAWN"
    again = wish | {"person_id": str(stage.employ().id)}
    answer = await stage.ask("POST", "/recommendations", stage.recommender, again)
    problem(answer, 422, "SPECIALTY_PAST")
    assert (await filed(stage))["state"] == "FILED"


@pytest.mark.clause("1.2")
async def test_what_is_proposed_has_a_way_out(stage):
    """Its body retracts, the province refuses: a proposal's name is free again, one to be withdrawn stays on file."""
    former = await filed(stage)
    path = f"/specialties/{former['id']}"
    ways = [
        await stage.made(f"{path}/adjustments", stage.office, {"name": n}) for n in ("高原病学", "高原外科")
    ]
    await stage.made(f"/specialties/{ways[0]['id']}/actions/FILE", stage.officer)
    left = f"/specialties/{ways[1]['id']}/actions"
    problem(await stage.ask("POST", f"{left}/FILE", stage.officer), 409, "ACTION_NOT_AVAILABLE")
    problem(await stage.ask("POST", f"{left}/REFUSE", stage.office), 403, "NOT_YOUR_STEP")
    answer = await stage.ask("POST", f"{left}/REFUSE", stage.officer, {"note": "原专业已调整"})
    assert (answer.json()["record"]["state"], cites(answer.json())) == ("WITHDRAWN", {"一（二）"})
    again = await stage.made("/specialties", stage.office, SPECIALTY | {"name": "高原外科"})
    told = await stage.made(f"/specialties/{again['id']}/actions/RETRACT", stage.office)
    assert (told["state"], told["available_actions"]) == ("WITHDRAWN", [])
    path = f"/specialties/{ways[0]['id']}/actions"
    for action, token, other in (
        ("RETRACT", stage.office, stage.places.token("TITLE_OFFICER", stage.places.prefecture)),
        ("REFUSE", stage.officer, stage.office),
    ):
        await stage.made(f"{path}/WITHDRAW", stage.office)
        problem(await stage.ask("POST", f"{path}/{action}", other), 403, "NOT_YOUR_STEP")
        assert (await stage.made(f"{path}/{action}", token))["state"] == "FILED"


@pytest.mark.parametrize(
    ("region", "other", "lies"),
    [
        ("632801", "632800", True),
        ("632857", "632800", True),
        ("632800", "632800", True),
        ("630102", "630000", True),
        ("632800", "632801", False),
        ("630104", "632800", False),
        ("630000", "630100", False),
    ],
)
def test_a_region_lies_in_another_by_its_code(region, other, lies):
    """Province, prefecture, county: two digits each."""
    assert lies_in(region, other) is lies
