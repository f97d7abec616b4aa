"""附件3 三 as an official meets it: the wrong creator is told the article and who may; then the right one creates."""

from __future__ import annotations

import pytest

from tests.services.accounts.world import CHENGXI, DAQAIDAM, GOLMUD, HAIXI, PROVINCE, cites, refused


async def authority(world, industry: str, region: str = GOLMUD):
    """A county authority."""
    return await world.create(
        await world.county(region), kind="AUTHORITY", level="COUNTY", region_code=region, industry=industry
    )


@pytest.mark.clause("A3.3.3", "A3.2.0")
async def test_a_private_hospital_is_for_its_countys_health_authority(world):
    """The county HRSS is refused with article and remedy; the county's health authority creates it."""
    county, health = await world.county(), await authority(world, "HEALTH")
    private = {"kind": "EMPLOYER", "level": "COUNTY", "region_code": GOLMUD, "nature": "PRIVATE_HOSPITAL"}
    problem = refused(await world.try_create(county, **private), 422, "BELONGS_TO_ANOTHER")
    assert cites(problem) == ["附件3 三（三）"]
    assert problem["field"] == "creator_id"
    assert "格尔木市的县（市、区、行委）级卫生健康行业主管部门" in problem["message"]
    assert [finding["code"] for finding in problem["findings"]] == ["MAY_BE_CREATED_BY"]
    assert (await world.create(health, **private))["parent_id"] == health["id"]


@pytest.mark.clause("A3.3.3")
async def test_the_health_authority_of_another_county_may_not(world):
    """It is the county where the hospital is registered that counts."""
    elsewhere = await authority(world, "HEALTH", CHENGXI)
    told = {"kind": "EMPLOYER", "level": "COUNTY", "region_code": GOLMUD, "nature": "PRIVATE_HOSPITAL"}
    problem = refused(await world.try_create(elsewhere, **told), 422, "OUTSIDE_YOUR_REGION")
    assert (problem["field"], cites(problem)) == ("region_code", ["附件3 三（三）"])
    assert "格尔木市" in problem["message"]


@pytest.mark.clause("A3.3.4")
async def test_a_private_school_is_for_its_countys_education_authority(world):
    """The health authority is refused, the education authority creates it."""
    health, education = await authority(world, "HEALTH"), await authority(world, "EDUCATION")
    told = {"kind": "EMPLOYER", "level": "COUNTY", "region_code": GOLMUD, "nature": "PRIVATE_SCHOOL"}
    assert cites(refused(await world.try_create(health, **told), 422, "BELONGS_TO_ANOTHER")) == [
        "附件3 三（四）"
    ]
    await world.create(education, **told)


@pytest.mark.clause("A3.3.5")
async def test_a_non_public_organisation_is_for_its_countys_hrss(world):
    """An industry authority is refused, the county HRSS creates it; in 大柴旦 as in any county."""
    industry, county = await authority(world, "INDUSTRY", DAQAIDAM), await world.county(DAQAIDAM)
    told = {"kind": "EMPLOYER", "level": "COUNTY", "region_code": DAQAIDAM, "nature": "PRIVATE_ENTERPRISE"}
    assert cites(refused(await world.try_create(industry, **told), 422, "BELONGS_TO_ANOTHER")) == [
        "附件3 三（五）"
    ]
    created = await world.create(county, **told)
    assert created["region_name"] == "大柴旦行政委员会"


@pytest.mark.clause("A3.3.2")
async def test_a_private_technical_school_is_for_the_vocational_division(world):
    """The department itself is refused; its division, an internal department, creates schools and nothing else."""
    division = await world.create(
        world.root,
        kind="INTERNAL_DEPARTMENT",
        level="PROVINCE",
        region_code=PROVINCE,
        industry="VOCATIONAL_CAPACITY",
    )
    told = {
        "kind": "EMPLOYER",
        "level": "PROVINCE",
        "region_code": HAIXI,
        "nature": "PRIVATE_TECHNICAL_SCHOOL",
    }
    problem = refused(await world.try_create(world.root, **told), 422, "BELONGS_TO_ANOTHER")
    assert cites(problem) == ["附件3 三（二）"]
    await world.create(division, **told)
    other = {"kind": "EMPLOYER", "level": "PROVINCE", "region_code": PROVINCE}
    assert cites(refused(await world.try_create(division, **other), 422, "DEPARTMENT_CREATES_NOTHING")) == [
        "附件3 二（六）、说明2"
    ]


@pytest.mark.clause("A3.3.2")
async def test_only_the_provincial_hrss_has_a_vocational_division(world):
    """Nobody gets the division's one power by calling a department so."""
    hospital = await world.hospital()
    told = {"kind": "INTERNAL_DEPARTMENT", "level": "PROVINCE", "region_code": PROVINCE}
    answer = await world.try_create(hospital, **told, industry="VOCATIONAL_CAPACITY")
    problem = refused(answer, 422, "ORGANISATION_MALFORMED")
    assert problem["field"] == "industry"


@pytest.mark.clause("A3.3.1")
async def test_a_central_unit_is_for_the_provincial_hrss_and_counts_as_its_authority(world):
    """A prefecture is refused; created by the province it is a provincial authority that creates employers."""
    prefecture = await world.prefecture()
    told = {
        "kind": "AUTHORITY",
        "level": "PROVINCE",
        "region_code": HAIXI,
        "nature": "CENTRAL_UNIT",
        "industry": None,
    }
    assert cites(refused(await world.try_create(prefecture, **told), 422, "BELONGS_TO_ANOTHER")) == [
        "附件3 三（一）"
    ]
    central = await world.create(world.root, **told)
    assert (central["kind"], central["level"], central["industry"]) == ("AUTHORITY", "PROVINCE", None)
    await world.create(
        central, kind="EMPLOYER", level="PROVINCE", region_code=HAIXI, nature="STATE_ENTERPRISE"
    )


@pytest.mark.clause("A3.3.6")
async def test_a_township_counts_as_a_county_level_employer(world):
    """As anything else it is refused, naming what it counts as."""
    county = await world.county()
    wrong = {"kind": "AUTHORITY", "level": "COUNTY", "region_code": GOLMUD, "nature": "TOWNSHIP"}
    problem = refused(await world.try_create(county, **wrong), 422, "COUNTS_AS_ANOTHER")
    assert (cites(problem), problem["field"]) == (["附件3 三（六）"], "kind")
    await world.create(county, **{**wrong, "kind": "EMPLOYER"}, industry=None)


@pytest.mark.clause("A3.2.5")
async def test_a_private_units_own_branch_follows_its_superior(world):
    """A subordinate unit of the same nature is created by the unit above it; one of another private nature is not."""
    told = {"level": "COUNTY", "region_code": GOLMUD, "nature": "PRIVATE_ENTERPRISE"}
    company = await world.create(await world.county(), kind="EMPLOYER", **told)
    await world.create(company, kind="SUBORDINATE_UNIT", **told)
    hospital = {"kind": "SUBORDINATE_UNIT", **told, "nature": "PRIVATE_HOSPITAL"}
    refused(await world.try_create(company, **hospital), 422, "COUNTS_AS_ANOTHER")


@pytest.mark.clause("A3.2.0")
async def test_skipping_a_level_tells_who_is_asked_instead(world):
    """The province does not create a county's HRSS: it names the prefecture that does."""
    told = {"kind": "HRSS", "level": "COUNTY", "region_code": GOLMUD}
    problem = refused(await world.try_create(world.root, **told), 422, "NOT_YOURS_TO_CREATE")
    assert cites(problem) == ["附件3 二", "附件3 二（三）"]
    assert "海西蒙古族藏族自治州的市（州）级人力资源社会保障部门" in problem["message"]


@pytest.mark.clause("A3.2.1")
async def test_the_root_is_not_created_again(world):
    """The provincial HRSS exists from the start, and nobody creates another."""
    told = {"kind": "HRSS", "level": "PROVINCE", "region_code": PROVINCE}
    assert cites(refused(await world.try_create(world.root, **told), 422, "ROOT_IS_GIVEN")) == [
        "附件3 二（一）"
    ]


async def test_explaining_without_a_creator_tells_who_may(world):
    """Before anyone acts: nobody is allowed yet, the right one is named, and in English where asked."""
    from tests.services.accounts.world import token_at

    asked = world.proposal("EMPLOYER", "COUNTY", GOLMUD, nature="PRIVATE_HOSPITAL")
    answer = await world.ask(
        "POST", "/v1/organisations/explain-creation", token_at(world.root), asked, **{"accept-language": "en"}
    )
    told = answer.json()
    assert told["allowed"] is False
    assert told["refusal"] is None
    assert told["who_may"] == [
        {
            "kind": "AUTHORITY",
            "level": "COUNTY",
            "industry": "HEALTH",
            "region_code": GOLMUD,
            "region_name": "格尔木市",
            "summary": "the county-level health industry authority of 格尔木市",
        }
    ]
    assert cites(told) == ["附件3 三（三）"]
