"""三（二）through the gateway: before it recommends, the unit has a verdict on every material of the person."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from demo.scenes import applicants
from demo.stage import Stage, at
from tests.gateway.clauses import season
from tests.gateway.clauses.province import Province
from tests.gateway.clauses.season import listed, newcomer, refusal
from tests.gateway.clauses.test_declaring import DEGREE, wish

RECORD = "record { id state }"
JUDGED = """recommendation { id state
  verdicts { record { id } confirmer { id } kind verdict reason decidedAt judgedFor } }"""
EXPERIENCE = {
    "body": {
        "workExperience": {
            "unit": "青海省江源医院", "unitNature": "PUBLIC_INSTITUTION", "work": "临床医疗",
            "since": "2015-07-01", "until": "2018-06-30",
        },
    },
    "evidence": {"issuer": "青海省江源医院", "issuedOn": "2018-07-01"},
}  # fmt: skip


@pytest.fixture(scope="module")
async def stage(province: Province, http: httpx.AsyncClient) -> Stage:
    """November, with a place and a plan."""
    return await season.begin(province, http)


async def told(stage: Stage, person: str, given: dict[str, Any]) -> str:
    """The person puts a fact on record."""
    done = await stage.cast["doctor"].do("declareRecord", RECORD, personId=person, **given)
    return str(done["record"]["id"])


@pytest.mark.clause("3.2.1")
async def test_nobody_is_recommended_before_every_material_is_judged(stage: Stage) -> None:
    """Unjudged: refused with the article, no place taken; confirmed and refused ones are verdicts; a late one counts too."""
    hospital = stage.cast["hospital"]
    person = await newcomer(stage, "doctor", "department")
    await applicants.take_test(stage, "doctor", right=True)
    degree, earlier = await told(stage, person, DEGREE), await told(stage, person, EXPERIENCE)
    for judge, record, more in (
        ("confirmRecord", degree, {}),
        ("refuseRecord", earlier, {"note": "证明未盖章"}),
    ):
        code, articles, message = await refusal(stage, "hospital", "recommend", **wish(stage, person))
        assert (code, articles[0]) == ("MATERIALS_NOT_JUDGED", "三（二）")
        assert ("学历学位" in message) == (record == degree)
        await hospital.do(judge, RECORD, id=record, **more)
    made = await hospital.do("recommend", JUDGED, **await listed(stage, wish(stage, person)))
    assert "三（二）" in {each["cite"] for each in made.basis}
    found = {each["record"]["id"]: each for each in made["recommendation"]["verdicts"]}
    assert {record: (each["kind"], each["verdict"], each["reason"]) for record, each in found.items()} == {
        degree: ("DEGREE", "CONFIRMED", None),
        earlier: ("WORK_EXPERIENCE", "REFUSED", "证明未盖章"),
    }
    assert all(each["decidedAt"] and each["judgedFor"] == "RECOMMEND" for each in found.values())
    assert found[degree]["confirmer"]["id"] == stage.organisations["hospital"]
    await told_between_publicity_and_confirmation(stage, person, made["recommendation"]["id"])


async def told_between_publicity_and_confirmation(stage: Stage, person: str, recommendation: str) -> None:
    """What the person tells while the publicity lasts stops the confirmation until it is judged."""
    step, hospital = {"id": recommendation}, stage.cast["hospital"]
    await hospital.do("actOnRecommendation", JUDGED, **step, action="PUBLICISE")
    body = {"degree": {**DEGREE["body"]["degree"], "educationLevel": "MASTER", "graduatedOn": "2012-06-30"}}
    late = await told(stage, person, {**DEGREE, "body": body})
    await stage.move_clock(at(11, 10))
    code, articles, _ = await refusal(stage, "hospital", "actOnRecommendation", **step, action="CONFIRM")
    assert (code, articles) == ("RULES_BROKEN", ["三（二）"])
    await hospital.do("confirmRecord", RECORD, id=late)
    done = await hospital.do("actOnRecommendation", JUDGED, **step, action="CONFIRM")
    assert done["recommendation"]["state"] == "CONFIRMED"
    newest = done["recommendation"]["verdicts"][-1]
    assert (newest["record"]["id"], newest["judgedFor"]) == (late, "CONFIRM")
