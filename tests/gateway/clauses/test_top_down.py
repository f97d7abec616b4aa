"""附件3 二 through the gateway: who creates what, who is refused, and who is named instead."""

from __future__ import annotations

import pytest

from tests.gateway.clauses.province import PLACES, Province, cites, only_error
from tests.gateway.clauses.telling import allowed, refused

HRSS, AUTHORITY, CENTRE = "HRSS", "AUTHORITY", "TALENT_EXCHANGE_CENTRE"
EMPLOYER, UNIT, DEPARTMENT = "EMPLOYER", "SUBORDINATE_UNIT", "INTERNAL_DEPARTMENT"
PROVINCE, PREFECTURE, COUNTY = "PROVINCE", "PREFECTURE", "COUNTY"
NOT_YOURS, OUTSIDE = "NOT_YOURS_TO_CREATE", "OUTSIDE_YOUR_REGION"


@pytest.mark.clause("A3.2.1")
async def test_a_fresh_system_has_one_organisation(province: Province) -> None:
    """The provincial HRSS, without superior and with no way to move, close or merge it; nobody creates another."""
    root = province.root
    assert await province.organisations() == [root["id"]]  # this test stands first in its file
    assert (root["kind"], root["level"], root["parent"]) == (HRSS, PROVINCE, None)
    assert not {"MOVE", "CLOSE", "MERGE"} & set(root["availableActions"])
    error = only_error(await province.create("province", HRSS, PROVINCE, "630000"))
    assert (error["code"], error["findings"], cites(error)) == ("ROOT_IS_GIVEN", [], ["附件3 二（一）"])
    below = await province.at("haixi")
    acts = {
        "closeOrganisation": {},
        "moveOrganisation": {"superiorId": below["id"]},
        "mergeOrganisation": {"intoId": below["id"]},
    }
    for act, more in acts.items():
        payload = await province.act(
            province.token("province"), act, "organisation { id }", id=root["id"], reason="机构调整", **more
        )
        error = only_error(payload)
        told = [error["code"], *(finding["code"] for finding in error["findings"])]
        assert (told[0], cites(error)[0]) == ("RULES_BROKEN", "附件3 二（一）"), act
        assert "ROOT_STAYS" in told, act


SKIPPED = [
    ("province", HRSS, COUNTY, "632801", NOT_YOURS, "附件3 二（三）", "haixi"),
    ("province", AUTHORITY, COUNTY, "632801", NOT_YOURS, "附件3 二（四）", "golmud"),
    ("haixi", EMPLOYER, COUNTY, "632801", NOT_YOURS, "附件3 二（四）", "golmud"),
    ("health", UNIT, PROVINCE, "630000", NOT_YOURS, "附件3 二（五）", "hospital"),
]
SIDEWAYS = [
    ("haixi", HRSS, PREFECTURE, "630200", NOT_YOURS, "附件3 二（二）", "province"),
    ("hospital", EMPLOYER, PROVINCE, "630000", NOT_YOURS, "附件3 二（五）", "health"),
    ("golmud health", AUTHORITY, COUNTY, "632801", NOT_YOURS, "附件3 二（四）", "golmud"),
]
UPWARDS = [
    ("golmud", HRSS, PREFECTURE, "632800", NOT_YOURS, "附件3 二（二）", "province"),
    ("golmud", AUTHORITY, PREFECTURE, "632800", NOT_YOURS, "附件3 二（三）", "haixi"),
    ("hospital", AUTHORITY, PROVINCE, "630000", NOT_YOURS, "附件3 二（二）", "province"),
]


@pytest.mark.clause("A3.2.0")
@pytest.mark.parametrize("row", SKIPPED + SIDEWAYS + UPWARDS, ids=lambda row: "-".join(row[:4]))
async def test_no_level_is_skipped_and_nobody_creates_sideways_or_upwards(
    province: Province, row: tuple[str, ...]
) -> None:
    """The refusal rests on the rule and on the article by which another may; that one is named."""
    creator, kind, level, region, code, article, who = row
    await refused(province, creator, (kind, level, region), code, ["附件3 二", article], who)


@pytest.mark.clause("A3.2.2")
@pytest.mark.parametrize(
    ("kind", "level", "region"),
    [
        (HRSS, PREFECTURE, "632500"),
        (AUTHORITY, PROVINCE, "630000"),
        (EMPLOYER, PROVINCE, "630000"),
        (EMPLOYER, PROVINCE, "632801"),
        (CENTRE, PROVINCE, "630000"),
    ],
)
async def test_what_the_province_creates(province: Province, kind: str, level: str, region: str) -> None:
    """Prefectures' HRSS, bodies managed by the province wherever they sit, its centre; no other HRSS creates them."""
    for other in ("haixi", "golmud"):
        code = OUTSIDE if level != PROVINCE and other == "province" else NOT_YOURS
        await refused(
            province, other, (kind, level, region), code, ["附件3 二", "附件3 二（二）"], "province"
        )
    await allowed(province, "province", (kind, level, region), "附件3 二（二）")


@pytest.mark.clause("A3.2.3")
@pytest.mark.parametrize(
    ("kind", "level", "region", "elsewhere"),
    [
        (HRSS, COUNTY, "632802", "630105"),
        (AUTHORITY, PREFECTURE, "632800", "630100"),
        (EMPLOYER, PREFECTURE, "632801", "630104"),
        (CENTRE, PREFECTURE, "632800", "630100"),
    ],
)
async def test_what_a_prefecture_creates(
    province: Province, kind: str, level: str, region: str, elsewhere: str
) -> None:
    """Its counties' HRSS, its own bodies, its centre; in another prefecture that one is named; the province creates none."""
    article = "附件3 二（三）"
    await refused(province, "haixi", (kind, level, elsewhere), OUTSIDE, [article], "xining")
    await refused(province, "province", (kind, level, region), NOT_YOURS, ["附件3 二", article], "haixi")
    await allowed(province, "haixi", (kind, level, region), article)


@pytest.mark.clause("A3.2.4")
@pytest.mark.parametrize("kind", [AUTHORITY, EMPLOYER, CENTRE])
async def test_what_a_county_creates(province: Province, kind: str) -> None:
    """Its own bodies and its centre; in another county that one is named; its prefecture creates none."""
    article = "附件3 二（四）"
    await refused(province, "golmud", (kind, COUNTY, "630104"), OUTSIDE, [article], "chengxi")
    await refused(province, "haixi", (kind, COUNTY, "632801"), NOT_YOURS, ["附件3 二", article], "golmud")
    await allowed(province, "golmud", (kind, COUNTY, "632801"), article)


@pytest.mark.clause("A3.2.4")
async def test_a_county_creates_no_hrss(province: Province) -> None:
    """A county's HRSS is its prefecture's to create, even in the county's own region."""
    what = (HRSS, COUNTY, "632801")
    await refused(province, "golmud", what, NOT_YOURS, ["附件3 二", "附件3 二（三）"], "haixi")


@pytest.mark.clause("A3.2.5")
@pytest.mark.parametrize(
    ("creator", "kind", "level", "region", "wrong"),
    [
        ("health", EMPLOYER, PROVINCE, "630000", "hospital"),
        ("golmud health", EMPLOYER, COUNTY, "632801", "health"),
        ("hospital", UNIT, PROVINCE, "630000", "branch"),
        ("hospital", UNIT, PROVINCE, "630104", "centre"),
    ],
)
async def test_bodies_create_the_next_level(
    province: Province, creator: str, kind: str, level: str, region: str, wrong: str
) -> None:
    """An authority creates employers, an employer subordinate units; a subordinate unit and a centre create none."""
    error = only_error(await province.create(wrong, kind, level, region))
    assert (error["code"], error["field"]) == (NOT_YOURS, "creatorId")
    assert cites(error)[0] == "附件3 二"
    assert "附件3 二（五）" in cites(error)
    await allowed(province, creator, (kind, level, region), "附件3 二（五）")


@pytest.mark.clause("A3.2.6")
@pytest.mark.parametrize(
    "creator", sorted(name for name, (_, kind, *_) in PLACES.items() if kind != DEPARTMENT)
)
async def test_all_but_departments_have_departments(province: Province, creator: str) -> None:
    """Every kind at every level may; a department has no departments, and its unit is named."""
    there = await province.at(creator)
    what = (DEPARTMENT, there["level"], there["regionCode"])
    await allowed(province, creator, what, "附件3 二（六）、说明2")


@pytest.mark.clause("A3.2.6")
@pytest.mark.parametrize("kind", [DEPARTMENT, UNIT, EMPLOYER])
async def test_a_department_creates_no_organisation(province: Province, kind: str) -> None:
    """Neither departments nor units: it is told who may."""
    error = only_error(await province.create("department", kind, PROVINCE, "630000"))
    assert (error["code"], cites(error)) == ("DEPARTMENT_CREATES_NOTHING", ["附件3 二（六）、说明2"])
    assert {each["code"] for each in error["findings"]} == {"MAY_BE_CREATED_BY"}
