"""November in that province: the year is open, the hospital has one place, a plan is published."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from demo.api import Gateway, Refused, Session
from demo.identities import Identities
from demo.scenes import opening, posts, recommendation
from demo.stage import OPERATOR, Stage, at
from tests.gateway.clauses.province import Province, bearer_of

ROLES = {
    "province": ("ORGANISATION_MANAGER", "TITLE_OFFICER", "REVIEWER", "COMMITTEE_OFFICE"),
    "hospital": ("ORGANISATION_MANAGER", "RECOMMENDER", "REVIEWER"),
    "department": ("ORGANISATION_MANAGER", "RECOMMENDER", "REVIEWER"),
    "golmud": ("ORGANISATION_MANAGER", "RECOMMENDER", "REVIEWER"),
    "haixi": ("ORGANISATION_MANAGER", "REVIEWER"),
    "health": ("ORGANISATION_MANAGER", "REVIEWER"),
    "xining": ("ORGANISATION_MANAGER",),
}
WISHED = ("planId", "series", "specialtyId", "level", "pool", "route")
RANKED = """query($plan: ID!) { registrations(first: 100, planId: $plan, state: RANKED) { edges { node {
  id level pool person { id } } } } }"""


async def begin(province: Province, http: httpx.AsyncClient) -> Stage:
    """The season's stage with this province's organisations, up to its published plan."""
    stage = Stage(Gateway("/graphql", http), "000096", lambda _: None, Identities("clauses"))
    for place, roles in ROLES.items():
        there = await province.at(place)
        stage.cast[place] = seated(stage, place, bearer_of(there, *roles))
        stage.organisations[place] = there["id"]
    stage.cast[OPERATOR] = seated(stage, OPERATOR, province.token("province", "OPERATOR"))
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(opening, "EXPERTS", 0)  # nobody meets here
        await opening.play(stage)
    await posts.play(stage)
    await stage.move_clock(at(11, 2))
    await recommendation._plan(stage)  # noqa: SLF001 - this part of the scene alone
    return stage


def seated(stage: Stage, name: str, token: str) -> Session:
    """Somebody who holds a token."""
    return Session(stage.gateway, name, token, {})


async def newcomer(stage: Stage, part: str, place: str, **more: Any) -> str:
    """Someone new, signed in; the person's id."""
    given = {
        "organisationId": stage.organisations[place],
        "name": "赵昆仑",
        "document": {"kind": "RESIDENT_ID", "number": stage.identities.resident_id()},
        "kind": "ON_ESTABLISHMENT",
        "login": f"{part}.clauses",
    }
    done = await stage.cast[place].do(
        "createPerson", "person { id } activation { login code }", **given | more
    )
    await stage.activate(part, done["activation"])
    stage.things[part] = done["person"]["id"]
    return str(done["person"]["id"])


async def refusal(stage: Stage, part: str, act: str, **given: Any) -> tuple[str, list[str], str]:
    """Code, articles and words with which an act is refused."""
    with pytest.raises(Refused) as refused:
        await stage.cast[part].do(act, "basis { cite }", **given)
    return refused.value.code, [each["cite"] for each in refused.value.basis], refused.value.message


async def listed(stage: Stage, given: dict[str, Any], place: str = "hospital") -> dict[str, Any]:
    """The same wish, of one who has registered for it and is on the unit's ranked list, with every other as equals.

    Whoever was on another of the plan's lists is passed over there.
    """
    unit, part = stage.cast[place], next(p for p in stage.cast if stage.things.get(p) == given["personId"])
    found = await stage.ask(place, RANKED, plan=given["planId"])
    ranked = [each["node"] for each in found["registrations"]["edges"]]
    for own in ranked:
        if own["person"]["id"] == given["personId"]:
            step = {"id": own["id"], "action": "PASS_OVER", "note": "另行登记"}
            await unit.do("actOnRegistration", "basis { cite }", **step)
    wish = {key: given[key] for key in WISHED if key in given}
    made = await stage.cast[part].do("registerInterest", "registration { id level pool }", **wish)
    posts = {key: made["registration"][key] for key in ("level", "pool")}
    others = [each for each in ranked if each["person"]["id"] != given["personId"]]
    equals = [
        {"registrationId": each["id"], "place": 1, "reason": "同等条件"}
        for each in (*others, made["registration"])
        if posts.items() <= each.items()
    ]
    whole = {"planId": given["planId"], **posts, "ranked": equals}
    await unit.do("publishRankedList", "rankedList { id }", **whole)
    return given
