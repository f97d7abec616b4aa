"""A unit recommends only whose every material it has judged (三（二）), and what was found is kept with the recommendation."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text

from services.kit.audit import audit_log
from services.workflow.recommendation.model import Recommendation, RecommendationVerdict
from tests.services.workflow.around import record
from tests.services.workflow.stage import AFTER_PUBLICITY, cites, problem


async def rows(session):
    """How many recommendations and verdicts there are."""
    async with session("workflow") as tx:
        counted = [select(func.count()).select_from(each) for each in (Recommendation, RecommendationVerdict)]
        return [await tx.scalar(each) for each in counted]


@pytest.fixture
async def plan(stage):
    """The hospital's published plan."""
    return await stage.plan(await stage.ready())


def on_record(stage, person, *records):
    """Let this be all that is on the person's record."""
    stage.around.records[person.id] = list(records)


@pytest.mark.clause("3.2.1")
async def test_without_a_verdict_on_every_material_nobody_is_recommended(stage, plan, session):
    """What waits is named by kind and id, on the article; no post is held, nothing is stored."""
    person = stage.employ()
    waiting = [record(person.id, kind, "DECLARED") for kind in ("APPOINTMENT", "HONOUR", "HONOUR")]
    on_record(stage, person, record(person.id), *waiting)
    answer = await stage.ask("POST", "/recommendations", stage.recommender, stage.wish(plan, person))
    told = problem(answer, 422, "MATERIALS_NOT_JUDGED")
    assert (told["field"], cites(told)) == ("person_id", {"三（二）"})
    assert "3 项未审核：聘任、荣誉" in told["message"]
    assert [each["code"] for each in told["findings"]] == ["EVERY_MATERIAL_JUDGED"] * 3
    for finding, each in zip(told["findings"], waiting, strict=True):
        assert each["id"] in finding["message"]
    assert not stage.around.asked
    assert await rows(session) == [0, 0]
    on_record(stage, person, record(person.id))
    await stage.made("/recommendations", stage.recommender, stage.wish(plan, person))


@pytest.mark.clause("3.2.1")
async def test_a_refused_material_has_its_verdict(stage, plan):
    """Confirmed and refused ones are kept with version, digest, reason and when; the answer cites the article."""
    person = stage.employ()
    confirmed, refused = record(person.id), record(person.id, "HONOUR", "REFUSED")
    on_record(stage, person, confirmed, refused)
    answer = await stage.ask("POST", "/recommendations", stage.recommender, stage.wish(plan, person))
    assert "三（二）" in cites(answer.json())
    made = answer.json()["record"]
    assert [(v["record_id"], v["kind"], v["verdict"], v["reason"]) for v in made["verdicts"]] == [
        (confirmed["id"], "DEGREE", "CONFIRMED", None),
        (refused["id"], "HONOUR", "REFUSED", "证书编号与原件不符"),
    ]
    first = made["verdicts"][0]
    assert (first["record_version"], first["sha256"], first["judged_for"]) == (2, "ab" * 32, "RECOMMEND")
    assert first["confirmer_id"] == confirmed["confirmer_id"]
    own = stage.places.token("APPLICANT", stage.places.department, sub=person.account_id, person_id=person.id)
    for reader in (stage.recommender, own):
        shown = await stage.ask("GET", f"/recommendations/{made['id']}", reader)
        (listed,) = (await stage.ask("GET", "/recommendations", reader)).json()["items"]
        assert shown.json()["verdicts"] == listed["verdicts"] == made["verdicts"]


@pytest.mark.clause("3.2.1")
@pytest.mark.parametrize("action", ["PUBLICISE", "CONFIRM"])
async def test_what_is_told_afterwards_is_judged_before_the_next_step(stage, session, action):
    """A record told since the last step stops the next one; judged, it is kept as of that step beside the others."""
    made = await (stage.recommended() if action == "PUBLICISE" else stage.publicised())
    if action == "CONFIRM":
        await stage.time(AFTER_PUBLICITY)
    (before,) = stage.around.records.values()
    late = record(made["person_id"], "WORK_EXPERIENCE", "DECLARED")
    before.append(late)
    told = problem(await stage.act(made, action), 422, "RULES_BROKEN")
    assert [each["code"] for each in told["findings"]] == ["EVERY_MATERIAL_JUDGED"]
    assert late["id"] in told["findings"][0]["message"]
    assert cites(told) == {"三（二）"}
    assert await rows(session) == [1, 1]
    late |= {"state": "CONFIRMED", "version": 2, "decided_at": "2023-11-02T09:30:00+08:00"}
    answer = await stage.act(made, action)
    assert answer.status_code == 200, answer.text
    kept = answer.json()["record"]["verdicts"]
    assert [(each["kind"], each["judged_for"]) for each in kept] == [
        ("DEGREE", "RECOMMEND"),
        ("WORK_EXPERIENCE", action),
    ]


async def test_a_verdict_that_changed_stands_beside_the_former_one(stage):
    """A record revoked and mended since has a verdict of its own version; the one before stays."""
    made = await stage.recommended()
    ((degree,),) = stage.around.records.values()
    degree |= {"state": "REFUSED", "version": 4, "reason": "毕业证书存疑"}
    kept = (await stage.act(made, "PUBLICISE")).json()["record"]["verdicts"]
    assert [(each["record_version"], each["verdict"], each["judged_for"]) for each in kept] == [
        (2, "CONFIRMED", "RECOMMEND"),
        (4, "REFUSED", "PUBLICISE"),
    ]


@pytest.mark.parametrize("part", ["accounts", "records"])
async def test_without_accounts_nothing_is_stored_and_nothing_held(stage, plan, session, part):
    """Who cannot learn of the materials recommends nobody, and quota is not asked; a withdrawal needs no accounts."""
    stage.around.down = {part}
    answer = await stage.ask("POST", "/recommendations", stage.recommender, stage.wish(plan, stage.employ()))
    assert "accounts" in problem(answer, 503, "PART_UNAVAILABLE")["message"]
    assert not stage.around.asked
    assert await rows(session) == [0, 0]
    stage.around.down = set()
    made = await stage.made("/recommendations", stage.recommender, stage.wish(plan, stage.employ()))
    stage.around.down = {part}
    problem(await stage.act(made, "PUBLICISE"), 503, "PART_UNAVAILABLE")
    shown = (await stage.ask("GET", f"/recommendations/{made['id']}", stage.recommender)).json()
    assert (shown["state"], shown["version"]) == ("RESERVED", made["version"])
    assert (await stage.act(made, "WITHDRAW", note="本人放弃")).status_code == 200


async def test_a_refusal_by_quota_keeps_no_verdict(stage, plan, session):
    """Verdicts are kept with the recommendation or not at all."""
    stage.around.places = 0
    answer = await stage.ask("POST", "/recommendations", stage.recommender, stage.wish(plan, stage.employ()))
    problem(answer, 422, "NO_PLACE_LEFT")
    assert await rows(session) == [0, 0]


async def test_what_a_step_rested_on_is_on_record(stage, session):
    """The audit tells for every step which records in which version were judged how."""
    made = await stage.publicised()
    await stage.time(AFTER_PUBLICITY)
    assert (await stage.act(made, "CONFIRM")).status_code == 200
    ((degree,),) = stage.around.records.values()
    async with session("workflow") as tx:
        lines = select(audit_log.c.action, audit_log.c.detail).where(
            audit_log.c.subject == f"recommendation/{made['id']}", audit_log.c.action.contains("JUDGED_FOR")
        )
        found = [tuple(each) for each in await tx.execute(lines.order_by(audit_log.c.id))]
    judged = {"records": [{"id": degree["id"], "version": 2, "verdict": "CONFIRMED"}]}
    assert found == [
        (f"recommendation.JUDGED_FOR_{each}", judged) for each in ("RECOMMEND", "PUBLICISE", "CONFIRM")
    ]


async def test_a_verdict_stays_as_it_was_taken(session):
    """The service's own role can neither alter nor remove it."""
    for statement in ("delete from recommendation_verdict", "update recommendation_verdict set reason = 'x'"):
        with pytest.raises(Exception, match="permission denied"):
            async with session("workflow") as tx:
                await tx.execute(text(statement))
