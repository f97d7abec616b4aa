"""Review specialties are usable once filed with the provincial HRSS."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from tests.services.workflow.stage import cites, problem

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
