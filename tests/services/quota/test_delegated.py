"""A colleague who acts for somebody on leave, as another service's history and audit tell it."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import text

from services.kit.auth import Principal
from tests.platform.tokens import mint, seat


async def test_an_act_on_behalf_shows_both_names(hospital, file, act, session):
    """李四 submits the annual form for 张三: history and audit name both, the id is that of who acted."""
    form = await file(hospital, MIDDLE=(3, 2, 0, 0))
    principal = Principal(id=uuid4(), name="张三")
    held = seat("RECOMMENDER", *hospital.lineage).model_copy(update={"on_behalf_of": principal})
    acting = uuid4()
    answer = await act(form, "SUBMIT", mint([held], sub=acting, name="李四"))
    assert answer.status_code == 200, answer.text
    async with session("quota") as tx:
        told = (
            await tx.execute(text("select actor_id, actor_name from history where action = 'SUBMIT'"))
        ).one()
        audited = await tx.scalar(text("select actor_name from audit_log where action like '%.SUBMIT'"))
    assert tuple(told) == (acting, "李四（代张三）")
    assert audited == "李四（代张三）"
