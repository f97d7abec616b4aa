"""Who may create people of which kind: every kind at every organisation there is, held against a table written by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.accounts.test_organisations import count
from tests.services.accounts.world import CHENGXI, PROVINCE, World, cites, refused, token_at

HOME: dict[str, tuple[str, str]] = {
    "PUBLIC_INSTITUTION": ("EMPLOYER", "PROVINCE"),
    "GOVERNMENT_BODY": ("AUTHORITY", "PROVINCE"),
    "STATE_ENTERPRISE": ("EMPLOYER", "PROVINCE"),
    "CENTRAL_UNIT": ("AUTHORITY", "PROVINCE"),
    "TOWNSHIP": ("EMPLOYER", "COUNTY"),
    "PRIVATE_ENTERPRISE": ("EMPLOYER", "COUNTY"),
}
"""A unit of each nature that the county, or the province, creates directly."""
EVERYWHERE = {*HOME}
PUBLIC = {"PUBLIC_INSTITUTION", "GOVERNMENT_BODY", "TOWNSHIP", "CENTRAL_UNIT"}
AT: dict[str, set[str]] = {
    "ON_ESTABLISHMENT": PUBLIC,
    "TEMPORARY": PUBLIC | {"STATE_ENTERPRISE"},
    "ENTERPRISE": {"STATE_ENTERPRISE", "CENTRAL_UNIT", "PRIVATE_ENTERPRISE"},
    "HOSTED": EVERYWHERE,
    "AID_QINGHAI": (PUBLIC - {"CENTRAL_UNIT"}) | {"STATE_ENTERPRISE"},
    "SELF_EMPLOYED": set(),
    "FREELANCER": set(),
    "FARMER_HERDER": set(),
}
"""Units whose people are of a kind; those without employer are the county's."""
COUNTY_ONLY = {"SELF_EMPLOYED", "FREELANCER", "FARMER_HERDER"}
CONTRACT = {"kind": "LABOUR", "signed_on": "2023-03-01", "until": "2026-02-28"}
AID = {
    "sending_unit": "江苏省人民医院",
    "sending_authority": "江苏省卫生健康委员会",
    "starts_on": "2022-07-01",
    "until": "2025-06-30",
}


def told(kind: str) -> dict[str, Any]:
    """What someone of a kind has to tell."""
    more: dict[str, Any] = {"kind": kind}
    if kind in {"SELF_EMPLOYED", "FREELANCER"}:
        more["rests_on"] = "PLACE"
    if kind == "HOSTED":
        more["contract"] = CONTRACT
    if kind == "AID_QINGHAI":
        more["aid"] = AID
    return more


async def unit_of(world: World, nature: str) -> dict[str, Any]:
    """A unit of a nature, made once."""
    if nature not in world.made:
        kind, level = HOME[nature]
        creator = world.root if level == "PROVINCE" else await world.county(CHENGXI)
        region = PROVINCE if level == "PROVINCE" else CHENGXI
        where = {"kind": kind, "level": level, "region_code": region}
        world.made[nature] = await world.create(creator, **where, nature=nature)
    return world.made[nature]


async def try_person(world: World, unit: dict[str, Any], **more: Any):
    """Ask for an account."""
    return await world.ask("POST", "/v1/people", token_at(unit), world.person(unit, **more))


@pytest.mark.clause("2.2.1", "A3.4.1")
@pytest.mark.parametrize("nature", HOME)
async def test_a_unit_creates_people_of_its_kinds_and_of_no_others(world, session, nature):
    """Every kind at a unit of each nature: made where the table says so, else refused with the article, nothing written."""
    unit = await unit_of(world, nature)
    for kind, natures in AT.items():
        before = await count(session, "account")
        answer = await try_person(world, unit, **told(kind))
        if nature in natures:
            assert answer.status_code == 201, (kind, answer.text)
            assert answer.json()["record"]["person"]["kind"] == kind
            continue
        code = "COUNTY_ONLY" if kind in COUNTY_ONLY else "NOT_AT_THIS_UNIT"
        assert cites(refused(answer, 422, code)), kind
        assert await count(session, "account") == before


@pytest.mark.clause("2.2.2", "1.4.2", "A3.4.2")
async def test_the_county_creates_those_without_employer(world):
    """The self-employed, freelancers, farmers and herders: by the county's HRSS, each on its article."""
    county = await world.county(CHENGXI)
    expected = {"SELF_EMPLOYED": ["二（二）2"], "FREELANCER": ["二（二）2"], "FARMER_HERDER": ["一（四）2"]}
    for kind, rests in expected.items():
        answer = await try_person(world, county, **told(kind))
        assert answer.status_code == 201, answer.text
        assert cites(answer.json()) == rests
        assert answer.json()["record"]["person"]["employer_id"] == county["id"]


@pytest.mark.clause("1.4.2")
async def test_a_prefecture_creates_no_farmers(world):
    """It is the county's; there is no residence or place to tell."""
    problem = refused(
        await try_person(world, await world.prefecture(), **told("FARMER_HERDER")), 422, "COUNTY_ONLY"
    )
    assert cites(problem) == ["一（四）2"]
    county = await world.county(CHENGXI)
    told_too_much = await try_person(world, county, kind="FARMER_HERDER", rests_on="PLACE")
    refused(told_too_much, 422, "RESTS_ON_NEEDLESS")


@pytest.mark.clause("2.4.1.0")
async def test_an_aid_talent_has_a_sending_and_a_receiving_unit(world):
    """Facts tell who sends, on whose authority and for how long; the receiving unit is the employer (二（四）1)."""
    hospital = await world.hospital()
    answer = await try_person(world, hospital, kind="AID_QINGHAI", aid=AID | {"doctoral_team": True})
    assert cites(answer.json()) == ["二（四）1（1）"]
    person = answer.json()["record"]["person"]
    asked = {"person_ids": [person["id"]], "cycle": 2023}
    token = token_at(hospital, "REVIEWER")
    [facts] = (await world.ask("POST", "/v1/people/facts", token, asked)).json()["items"]
    assert facts["aid"] == AID | {"doctoral_team": True}
    assert (facts["kind"], facts["employer_id"]) == ("AID_QINGHAI", hospital["id"])


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"kind": "AID_QINGHAI"}, "AID_MISSING", "aid"),
        ({"kind": "TEMPORARY", "aid": AID}, "AID_NEEDLESS", "aid"),
        ({"kind": "AID_QINGHAI", "aid": AID | {"until": "2022-06-30"}}, "PERIOD_WRONG", "aid"),
        ({"kind": "HOSTED"}, "CONTRACT_MISSING", "contract"),
        ({"kind": "HOSTED", "contract": CONTRACT | {"until": "2023-02-01"}}, "PERIOD_WRONG", "contract"),
        ({"kind": "HOSTED", "contract": CONTRACT | {"signed_on": "2999-01-01"}}, "PERIOD_WRONG", "contract"),
        ({"since": "2999-01-01"}, "PERIOD_WRONG", "since"),
    ],
)
async def test_what_a_kind_has_to_tell_is_told_rightly(world, session, more, code, field):
    """A missing, needless or impossible contract, posting or day: the field is named, nothing is written."""
    hospital, before = await world.hospital(), await count(session, "account")
    assert refused(await try_person(world, hospital, **more), 422, code)["field"] == field
    assert await count(session, "account") == before
