"""What every clause on creation asks for: told beforehand and done alike, refused with article and remedy."""

from __future__ import annotations

from typing import Any

from tests.gateway.clauses.province import Organisation, Province, cites, only_error

What = tuple[str, str, str]
"""Kind, level, region."""


async def allowed(province: Province, creator: str, what: What, article: str, **more: Any) -> Organisation:
    """It is allowed beforehand and done, both on that article; it stands below its creator."""
    explained = await province.explain(creator, *what, **more)
    assert (explained["allowed"], explained["refusal"]) == (True, None), explained
    assert article in cites(explained)
    payload = await province.create(creator, *what, **more)
    assert payload["errors"] == [], payload["errors"]
    assert article in cites(payload)
    made: Organisation = payload["organisation"]
    assert made["parent"]["id"] == (await province.at(creator))["id"]
    return made


async def refused(
    province: Province, creator: str, what: What, code: str, articles: list[str], who: str, **more: Any
) -> None:
    """It is refused beforehand and when tried, alike; `who` is named, may do it, and nothing was written."""
    right = await province.at(who)
    await province.at(creator)
    before = await province.organisations()
    explained = await province.explain(creator, *what, **more)
    error = only_error(await province.create(creator, *what, **more))
    assert (error["code"], error["field"]) == (code, FIELDS.get(code, "creatorId")), error["message"]
    assert explained["refusal"]["code"] == code
    assert set(articles) <= set(cites(error))
    assert error["findings"]
    assert {each["code"] for each in error["findings"]} == {"MAY_BE_CREATED_BY"}
    named = [
        each
        for each in explained["whoMay"]
        if (each["kind"], each["level"]) == (right["kind"], right["level"])
        and each["industry"] in {None, right["industry"]}
        and each["regionCode"] in {None, right["regionCode"]}
    ]
    assert named, explained["whoMay"]
    assert any(named[0]["summary"] in each["message"] for each in error["findings"])
    assert (await province.explain(who, *what, **more))["allowed"]
    assert await province.organisations() == before


FIELDS = {"OUTSIDE_YOUR_REGION": "regionCode", "COUNTS_AS_ANOTHER": "kind", "ROOT_IS_GIVEN": "kind"}
