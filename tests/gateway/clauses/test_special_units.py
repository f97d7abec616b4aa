"""附件3 三 through the gateway: to whom special units belong."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gateway.clauses.province import Province, cites, only_error
from tests.gateway.clauses.telling import allowed, refused

COUNTY_UNIT = ("EMPLOYER", "COUNTY", "632801")
OTHERS, OUTSIDE = "BELONGS_TO_ANOTHER", "OUTSIDE_YOUR_REGION"


async def only_by(
    province: Province, right: str, elsewhere: str, wrong: tuple[str, ...], article: str, nature: str
) -> None:
    """One creates it; others are told who; the right kind of creator in another county is told whose it is."""
    for other in wrong:
        await refused(province, other, COUNTY_UNIT, OTHERS, [article], right, nature=nature)
    await refused(province, elsewhere, COUNTY_UNIT, OUTSIDE, [article], right, nature=nature)
    made = await allowed(province, right, COUNTY_UNIT, article, nature=nature)
    assert (made["nature"], made["level"]) == (nature, "COUNTY")


@pytest.mark.clause("A3.3.1")
async def test_a_central_unit_is_the_provinces_and_counts_as_its_authority(province: Province) -> None:
    """Anyone else is refused; as an authority of the province it creates employers."""
    what, more = ("AUTHORITY", "PROVINCE", "632801"), {"nature": "CENTRAL_UNIT"}
    for other in ("haixi", "golmud", "health", "hospital"):
        await refused(province, other, what, OTHERS, ["附件3 三（一）"], "province", **more)
    province.made["central"] = await allowed(province, "province", what, "附件3 三（一）", **more)
    unit: dict[str, Any] = {"nature": "STATE_ENTERPRISE"}
    await allowed(province, "central", ("EMPLOYER", "PROVINCE", "632801"), "附件3 二（五）", **unit)
    lower = only_error(await province.create("golmud", "EMPLOYER", "COUNTY", "632801", **more))
    assert lower["code"] in {"COUNTS_AS_ANOTHER", "ORGANISATION_MALFORMED"}


@pytest.mark.clause("A3.3.2")
async def test_a_private_technical_school_is_the_vocational_divisions(province: Province) -> None:
    """An internal department of the provincial HRSS, with this one power; no other department can be that division."""
    what, more = ("EMPLOYER", "PROVINCE", "630104"), {"nature": "PRIVATE_TECHNICAL_SCHOOL"}
    for other in ("province", "department", "golmud"):
        await refused(province, other, what, OTHERS, ["附件3 三（二）"], "division", **more)
    await allowed(province, "division", what, "附件3 三（二）", **more)
    for kind in ("EMPLOYER", "INTERNAL_DEPARTMENT"):
        error = only_error(await province.create("division", kind, "PROVINCE", "630000"))
        assert (error["code"], cites(error)) == ("DEPARTMENT_CREATES_NOTHING", ["附件3 二（六）、说明2"])
    false = await province.create(
        "hospital", "INTERNAL_DEPARTMENT", "PROVINCE", "630000", industry="VOCATIONAL_CAPACITY"
    )
    assert (only_error(false)["code"], only_error(false)["field"]) == ("ORGANISATION_MALFORMED", "industry")


@pytest.mark.clause("A3.3.3")
async def test_a_private_hospital_is_its_countys_health_authoritys(province: Province) -> None:
    """Neither the county's HRSS, nor another industry, nor a higher health authority creates it."""
    wrong = ("golmud", "golmud education", "haixi health", "health", "province")
    await only_by(province, "golmud health", "chengxi health", wrong, "附件3 三（三）", "PRIVATE_HOSPITAL")


@pytest.mark.clause("A3.3.4")
async def test_a_private_school_is_its_countys_education_authoritys(province: Province) -> None:
    """Neither the county's HRSS nor another industry creates it."""
    wrong = ("golmud", "golmud health", "haixi", "province")
    right, elsewhere = "golmud education", "chengxi education"
    await only_by(province, right, elsewhere, wrong, "附件3 三（四）", "PRIVATE_SCHOOL")


@pytest.mark.clause("A3.3.5")
async def test_a_non_public_organisation_is_its_countys_hrss(province: Province) -> None:
    """Neither an industry authority of the county, nor the prefecture or province creates it."""
    wrong = ("golmud health", "haixi", "province")
    await only_by(province, "golmud", "chengxi", wrong, "附件3 三（五）", "PRIVATE_ENTERPRISE")


@pytest.mark.clause("A3.3.6")
@pytest.mark.parametrize(
    ("kind", "level"), [("AUTHORITY", "COUNTY"), ("EMPLOYER", "PREFECTURE"), ("SUBORDINATE_UNIT", "COUNTY")]
)
async def test_a_township_is_a_county_level_employer(province: Province, kind: str, level: str) -> None:
    """As anything else it is refused, naming who creates it as what it counts as."""
    creator = "haixi" if level == "PREFECTURE" else "golmud"
    error = only_error(await province.create(creator, kind, level, "632801", nature="TOWNSHIP"))
    assert (error["code"], error["field"], cites(error)) == ("COUNTS_AS_ANOTHER", "kind", ["附件3 三（六）"])
    assert any("格尔木市" in each["message"] for each in error["findings"])
    made = await allowed(province, "golmud", COUNTY_UNIT, "附件3 三（六）", nature="TOWNSHIP")
    assert (made["kind"], made["level"]) == ("EMPLOYER", "COUNTY")
