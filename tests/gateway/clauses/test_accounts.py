"""附件3 四 and 二（二）through the gateway: who gets an account from whom, once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gateway.clauses.province import PERSON, Province, cites, only_error
from tests.services.accounts.world import new_login, new_resident_id, new_uscc

AID = {
    "sendingUnit": "江苏省人民医院",
    "sendingAuthority": "江苏省卫生健康委员会",
    "startsOn": "2022-07-01",
    "until": "2025-06-30",
}
LABOUR = {"kind": "LABOUR", "signedOn": "2023-10-01", "until": "2026-09-30"}
CHANGE = "employerChange { id state maskedName employer { name } person { id } availableActions }"


@pytest.mark.clause("A3.4.1", "A3.1")
@pytest.mark.parametrize("place", ["hospital", "department", "branch", "health"])
async def test_an_employer_gives_its_people_their_accounts(province: Province, place: str) -> None:
    """The unit, its internal department, a subordinate unit or an authority for its own staff."""
    made = await province.hire(place)
    assert (made["errors"], cites(made)) == ([], ["附件3 四（一）"])
    person, there = made["person"], await province.at(place)
    home = person["department"] if place == "department" else person["employer"]
    assert home["id"] == there["id"]
    if place == "department":  # which is no employer: its unit is
        assert person["employer"]["id"] == (await province.at("hospital"))["id"]


@pytest.mark.clause("A3.4.1")
@pytest.mark.parametrize("other", ["province", "health", "golmud", "school", "branch"])
async def test_nobody_else_gives_an_account_for_a_unit(province: Province, other: str) -> None:
    """Neither its superiors, nor a county, nor another unit, nor one below it."""
    hospital = await province.at("hospital")
    await province.at(other)
    given = {
        "organisationId": hospital["id"],
        "name": "卓玛",
        "document": {"kind": "RESIDENT_ID", "number": new_resident_id()},
        "kind": "ON_ESTABLISHMENT",
        "login": new_login(),
    }
    error = only_error(await province.act(province.token(other), "createPerson", PERSON, **given))
    assert error["code"] in {"ROLE_MISSING", "ORGANISATION_NOT_FOUND"}
    made = await province.act(province.token("hospital"), "createPerson", PERSON, **given)
    assert made["errors"] == []


@pytest.mark.clause("A3.4.2", "2.2.2")
@pytest.mark.parametrize("kind", ["SELF_EMPLOYED", "FREELANCER"])
@pytest.mark.parametrize(("rests_on", "article"), [("RESIDENCE", "附件3 四（二）"), ("PLACE", "二（二）2")])
async def test_the_county_gives_it_to_who_has_no_employer(
    province: Province, kind: str, rests_on: str, article: str
) -> None:
    """County of residence or of place: the account keeps which; without either it is refused with both articles."""
    made = await province.hire("golmud", kind=kind, restsOn=rests_on)
    assert (made["errors"], cites(made), made["person"]["restsOn"]) == ([], [article], rests_on)
    error = only_error(await province.hire("golmud", kind=kind))
    assert (error["code"], error["field"]) == ("RESTS_ON_MISSING", "restsOn")
    assert set(cites(error)) == {"附件3 四（二）", "二（二）2"}


@pytest.mark.clause("A3.4.2", "2.2.2")
@pytest.mark.parametrize("other", ["province", "haixi", "golmud health", "hospital", "department", "centre"])
@pytest.mark.parametrize("kind", ["SELF_EMPLOYED", "FREELANCER"])
async def test_only_the_county_does(province: Province, other: str, kind: str) -> None:
    """Every other organisation is refused, told both articles, and that the county's HRSS does it."""
    error = only_error(await province.hire(other, kind=kind, restsOn="PLACE"))
    assert (error["code"], error["field"]) == ("COUNTY_ONLY", "organisationId")
    assert set(cites(error)) == {"附件3 四（二）", "二（二）2"}
    assert "县（市、区、行委）人力资源社会保障局" in error["message"]


@pytest.mark.clause("2.2.1")
@pytest.mark.parametrize(
    ("kind", "more", "without"),
    [("TEMPORARY", {"contract": LABOUR}, None), ("HOSTED", {"contract": LABOUR}, "CONTRACT_MISSING")],
)
async def test_temporary_and_hosted_staff_are_of_the_unit_of_their_contract(
    province: Province, kind: str, more: dict[str, Any], without: str | None
) -> None:
    """That unit makes the account, on the article; hosted staff without a contract belong nowhere."""
    made = await province.hire("hospital", kind=kind, **more)
    assert (made["errors"], cites(made)) == ([], ["二（二）1"])
    assert made["person"]["employer"]["id"] == (await province.at("hospital"))["id"]
    if without:
        error = only_error(await province.hire("hospital", kind=kind))
        assert (error["code"], error["field"], cites(error)) == (without, "contract", ["二（二）1"])


@pytest.mark.clause("2.2.1")
async def test_a_second_creation_finds_the_first_and_tells_nothing_private(province: Province) -> None:
    """It says at which organisation and what to do there; neither name nor number of the person."""
    number = new_resident_id(born="19790104")
    await province.hire("hospital", number=number, name="索南卓玛")
    hospital = await province.at("hospital")
    payload = await province.hire("school", number=f" {number[:6]} {number[6:].lower()}")
    error = only_error(payload)
    assert (error["code"], error["field"], cites(error)) == ("PERSON_EXISTS", "document", ["二（二）1"])
    assert hospital["name"] in error["message"]
    assert (payload["person"], payload["activation"]) == (None, None)
    assert not any(private in str(payload) for private in ("索南", number, number[-4:]))


@pytest.mark.clause("2.2.1")
async def test_a_change_of_employer_moves_the_account(province: Province) -> None:
    """The school asks, the person agrees, the hospital releases: the same account, now the school's."""
    number = new_resident_id(born="19790203")
    person = (await province.hire("hospital", number=number))["person"]
    school = await province.at("school")
    asked = {
        "organisationId": school["id"],
        "document": {"kind": "RESIDENT_ID", "number": number},
        "kind": "ON_ESTABLISHMENT",
        "reason": "已签订劳动合同",
    }
    await province.at("golmud")
    elsewhere = await province.act(province.token("golmud"), "askEmployerChange", CHANGE, **asked)
    assert only_error(elsewhere)["code"] in {"ROLE_MISSING", "ORGANISATION_NOT_FOUND"}
    payload = await province.act(province.token("school"), "askEmployerChange", CHANGE, **asked)
    assert (payload["errors"], cites(payload)) == ([], ["二（二）1", "附件3 四（一）"])
    change, own = payload["employerChange"], province.applicant(person, "hospital")
    step = {"id": change["id"], "action": "RELEASE"}
    early = await province.act(province.token("school"), "actOnEmployerChange", CHANGE, **step)
    assert early["errors"]
    for token, action in ((own, "CONSENT"), (province.token("hospital"), "RELEASE")):
        done = await province.act(token, "actOnEmployerChange", CHANGE, **step | {"action": action})
        assert done["errors"] == [], action
    assert done["employerChange"]["state"] == "CARRIED_OUT"
    document = "query($id: ID!) { person(id: $id) { id employer { id } } }"
    seen = await province.front.data(document, token=province.token("school"), id=person["id"])
    assert seen["person"] == {"id": person["id"], "employer": {"id": school["id"]}}
    again = only_error(await province.hire("hospital", number=number))
    assert school["name"] in again["message"]


@pytest.mark.clause("2.2.1")
@pytest.mark.parametrize("by", ["province", "health", "golmud"])
async def test_an_organisation_is_created_once(province: Province, by: str) -> None:
    """The same credit code, by whom ever and in any spelling, is told to be there already."""
    level, region = ("COUNTY", "632801") if by == "golmud" else ("PROVINCE", "630000")
    code = new_uscc()
    first = await province.create("health", "EMPLOYER", "PROVINCE", "630000", uscc=code)
    assert first["errors"] == []
    again = await province.create(by, "EMPLOYER", level, region, uscc=f" {code.lower()} ")
    error = only_error(again)
    assert (error["code"], error["field"], cites(error)) == ("ORGANISATION_EXISTS", "uscc", ["二（二）1"])
    assert again["organisation"] is None
    wrong = only_error(
        await province.create(
            by, "EMPLOYER", level, region, uscc=code[:-1] + ("0" if code[-1] != "0" else "1")
        )
    )
    assert (wrong["field"], cites(wrong)) == ("uscc", ["GB 32100"])


@pytest.mark.clause("2.4.1.0", "1.4.2")
async def test_kinds_with_articles_of_their_own(province: Province) -> None:
    """An aid talent is the receiving unit's, with sender and period; a herder is the county's."""
    made = await province.hire("hospital", kind="AID_QINGHAI", aid=AID)
    assert (made["errors"], cites(made)) == ([], ["二（四）1（1）"])
    error = only_error(await province.hire("hospital", kind="AID_QINGHAI"))
    assert (error["code"], cites(error)) == ("AID_MISSING", ["二（四）1（1）"])
    herder = await province.hire("golmud", kind="FARMER_HERDER")
    assert (herder["errors"], cites(herder)) == ([], ["一（四）2"])
    error = only_error(await province.hire("hospital", kind="FARMER_HERDER"))
    assert (error["code"], cites(error)) == ("COUNTY_ONLY", ["一（四）2"])
