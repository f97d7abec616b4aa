"""What the other services hear of recommendations."""

from __future__ import annotations

from sqlalchemy import select

from services.kit.outbox import outbox
from tests.services.workflow.stage import AFTER_PUBLICITY


async def published(session):
    """Type and data of every event, in order."""
    async with session("workflow") as tx:
        rows = await tx.execute(select(outbox.c.type, outbox.c.data, outbox.c.subject).order_by(outbox.c.seq))
        return [(row.type.split("titles.workflow.")[-1], row.data, row.subject) for row in rows]


async def test_every_step_is_told_with_the_posts_reservation(stage, session):
    """Reserved, publicised and confirmed follow each other under one subject; quota finds its reservation in each."""
    made = await stage.publicised()
    await stage.time(AFTER_PUBLICITY)
    await stage.act(made, "CONFIRM")
    told = [each for each in await published(session) if each[2] == f"recommendation/{made['id']}"]
    kinds = [f"recommendation.{what}.v1" for what in ("reserved", "publicised", "confirmed")]
    assert [kind for kind, _, _ in told] == kinds
    assert {data["reservation_id"] for _, data, _ in told} == {made["reservation_id"]}
    assert (told[1][1]["opens_on"], told[1][1]["closes_on"]) == ("2023-11-02", "2023-11-09")


async def test_a_withdrawal_tells_quota_that_the_post_is_free(stage, session):
    """The end carries its reason."""
    made = await stage.recommended()
    await stage.act(made, "WITHDRAW", note="本人放弃")
    kind, data, _ = (await published(session))[-1]
    assert (kind, data["reason"], data["recommendation_id"]) == (
        "recommendation.ended.v1",
        "本人放弃",
        made["id"],
    )


async def test_a_refusal_tells_nobody(stage, session):
    """A refused recommendation leaves no event."""
    stage.around.places = 0
    plan = await stage.plan(await stage.ready())
    before = await published(session)
    await stage.ask("POST", "/recommendations", stage.recommender, stage.wish(plan, stage.employ()))
    assert await published(session) == before
