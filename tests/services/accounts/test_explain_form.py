"""What an organisation may create, told before it tries: the same answer that the creation gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.accounts.contract import OrganisationLevel
from services.accounts.installation import ARTICLES_USED
from services.accounts.organisation.options import options
from services.accounts.organisation.rules import Creator, Proposal, judge
from services.accounts.policy import Policy
from tests.platform.tokens import mint
from tests.services.accounts.world import CHENGXI, PROVINCE, refused, token_at

POLICY = Policy(Path(__file__).parents[3] / "policies" / "qinghai" / "2023", 2023, used=ARTICLES_USED)
EXPLAIN = "/v1/organisations/explain-creation"


@pytest.mark.clause("A3.2.0")
@pytest.mark.parametrize("level", OrganisationLevel)
def test_the_options_are_what_the_rules_allow(level: OrganisationLevel) -> None:
    """For every creator of a level: each sort, in each region, is an option exactly where `judge` refuses nothing."""
    rules = POLICY.organisations
    regions = [POLICY.regions[code] for code in ("630000", "630100", "630104", "630105", "632801")]
    home = POLICY.regions[{"PROVINCE": "630000", "PREFECTURE": "630100", "COUNTY": "630104"}[level]]
    for kind, rule in rules.kinds.items():
        for nature in rule.natures or [None]:
            for industry in (None, "HEALTH", "EDUCATION", "VOCATIONAL_CAPACITY"):
                creator = Creator(kind, level, nature, industry, home)
                told = {
                    (each.kind, each.level, each.nature, region.code)
                    for each in options(rules, POLICY.regions, creator)
                    for region in each.regions
                }
                for made, made_rule in rules.kinds.items():
                    for made_level in OrganisationLevel:
                        for made_nature in made_rule.natures or [None]:
                            for region in regions:
                                asked = Proposal(made, made_level, made_nature, None, region)
                                allowed = judge(rules, POLICY.articles, asked, creator).refusal is None
                                assert allowed is ((made, made_level, made_nature, region.code) in told), (
                                    asked
                                )


async def test_a_creator_alone_tells_its_form(world):
    """The root: prefectures' HRSS in eight places, fields with their need, articles; a department: nothing."""
    answer = (await world.ask("POST", EXPLAIN, mint(), {"creator_id": world.root["id"]})).json()
    assert answer["allowed"] is True
    found = {(each["kind"], each["level"], each["nature"]): each for each in answer["creatable"]}
    hrss = found["HRSS", "PREFECTURE", "GOVERNMENT_BODY"]
    assert len(hrss["region_codes"]) == 8
    assert {each["name"]: each["need"] for each in hrss["fields"]} == {
        "name": "REQUIRED",
        "nature": "OPTIONAL",
        "industry": "FORBIDDEN",
        "region_code": "REQUIRED",
        "uscc": "OPTIONAL",
        "manager": "REQUIRED",
    }
    assert hrss["basis"][0]["cite"] == "附件3 二（二）"
    assert ("HRSS", "COUNTY", "GOVERNMENT_BODY") not in found
    industries = {each["code"]: each for each in found["INTERNAL_DEPARTMENT", "PROVINCE", None]["industries"]}
    assert industries["VOCATIONAL_CAPACITY"] == {
        "code": "VOCATIONAL_CAPACITY",
        "zh": "职业能力建设（职建处）",
        "en": "vocational capacity",
    }
    assert hrss["industries"] == []
    department = await world.department(await world.hospital())
    nothing = (await world.ask("POST", EXPLAIN, mint(), {"creator_id": department["id"]})).json()
    assert (nothing["allowed"], nothing["creatable"]) == (False, [])


async def test_industries_are_told_with_their_names(world, installation):
    """All of the policy, in both languages, for whoever is signed in."""
    told = (await world.ask("GET", "/v1/industries", mint())).json()["items"]
    known = installation.policies.of(2023).organisations.industries
    assert {each["code"]: (each["zh"], each["en"]) for each in told} == {
        code: (line.zh, line.en) for code, line in known.items()
    }


@pytest.mark.parametrize("body", [{}, {"kind": "HRSS"}, {"kind": "HRSS", "level": "COUNTY"}])
async def test_half_a_question_is_refused(world, body):
    """Either a whole proposal, or a creator alone."""
    refused(await world.ask("POST", EXPLAIN, mint(), body), 422, "REQUEST_MALFORMED")


async def test_contact_and_person_in_charge(world, session):
    """The organisation or its direct superior keeps them; the person in charge is one of its managers."""
    unit = await world.create(world.root, kind="EMPLOYER", level="PROVINCE", region_code=PROVINCE)
    path = f"/v1/organisations/{unit['id']}"
    contact = {
        "address": "西宁市城西区",
        "postcode": "810000",
        "telephone": "0971-1234567",
        "email": "a@b.cn",
    }
    for by in (unit, world.root):
        answer = await world.ask("PUT", f"{path}/contact", token_at(by), contact)
        assert answer.json()["record"]["contact"] == contact
    refused(
        await world.ask("PUT", f"{path}/contact", token_at(unit, "REVIEWER"), contact), 403, "ROLE_MISSING"
    )
    for wrong in ({"postcode": "81"}, {"email": "x"}, {"telephone": "abc"}, {"address": "x" * 201}):
        refused(await world.ask("PUT", f"{path}/contact", token_at(unit), wrong), 422, "REQUEST_MALFORMED")
    async with session("accounts") as tx:
        from sqlalchemy import text

        manager = await tx.scalar(
            text("select account_id from role_grant where organisation_id = :id"), {"id": unit["id"]}
        )
        stranger = await tx.scalar(
            text("select account_id from role_grant where organisation_id <> :id"), {"id": unit["id"]}
        )
    refused(
        await world.ask("PUT", f"{path}/person-in-charge", token_at(unit), {"account_id": str(stranger)}),
        422,
        "NOT_A_MANAGER_HERE",
    )
    named = await world.ask("PUT", f"{path}/person-in-charge", token_at(unit), {"account_id": str(manager)})
    assert named.json()["record"]["person_in_charge"]["account_id"] == str(manager)
    assert named.json()["basis"][0]["cite"] == "一（三）3"
    assert CHENGXI
