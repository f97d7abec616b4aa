"""Every state, every action, everybody who might try: of a spot check and of its items."""

from __future__ import annotations

from itertools import product
from uuid import uuid4

from sqlalchemy import func, select, text

from services.kit.audit import audit_log
from services.kit.outbox import outbox
from services.workflow.spot_check.states import ItemAction, ItemState, SpotCheckAction, SpotCheckState
from services.workflow.spot_check.steps import ITEM_STEPS, SPOT_CHECK_STEPS
from tests.platform.tokens import mint, node, seat
from tests.services.workflow.spot_check.scene import (
    CHECKS,
    ITEMS,
    checker,
    drawn,
    every,
    ordered,
    with_results,
)

PROVINCE = {"officer", "supervisor"}
ALLOWED = {("ORDERED", "DRAW"), ("ORDERED", "CANCEL"), ("UNDER_WAY", "CLOSE")}
ITEMS_ALLOWED = {
    *(("WAITING", "TAKE"), ("IN_HAND", "RELEASE")),
    *(("IN_HAND", "CLEAR"), ("IN_HAND", "FIND")),
}
SEEN = """update spot_check set state = '{state}', drawn_at = {drawn}, opened_seed = {seed}"""


def tokens(season):
    """Everybody's token by name."""
    account = uuid4()
    return account, {
        "officer": checker(season, "TITLE_OFFICER", sub=account),
        "supervisor": checker(season, sub=account),
        "prefecture": season.prefecture_officer,
        "unit's supervisor": mint([seat("SUPERVISOR", season.province, season.authority, season.hospital)]),
        "office": season.office,
        "provincial reviewer": mint([seat("REVIEWER", season.province)]),
        "another province": mint([seat("TITLE_OFFICER", node("HRSS", "PROVINCE"))]),
        "stranger": mint(),
    }


READING = {"officer", "supervisor", "prefecture", "unit's supervisor", "office"}


async def traces(session):
    """Everything a step could have changed."""
    async with session("workflow") as tx:
        rows = [
            (await tx.execute(text(f"select jsonb_agg(to_jsonb(t) order by id) from {name} t"))).scalar()
            for name in ("spot_check", "spot_check_item", "review_finding")
        ]
        counts = [await tx.scalar(select(func.count()).select_from(each)) for each in (audit_log, outbox)]
    return [*rows, *counts]


async def test_spot_checks(hall, season, session, resetter):
    """The province alone draws, closes and cancels; who reads it is told that it is not theirs; others find none."""
    made = (await ordered(hall)).json()["record"]
    _, everybody = tokens(season)
    for state, action, who in product(SpotCheckState, SpotCheckAction, everybody):
        begun = state in ("ORDERED", "CANCELLED")
        drawn_at, seed = "null" if begun else "now()", "'00'" if state == SpotCheckState.CLOSED else "null"
        await resetter.execute(
            "set search_path = workflow; " + SEEN.format(state=state, drawn=drawn_at, seed=seed)
        )
        before = await traces(session)
        path = f"{CHECKS}/{made['id']}/actions/{action}"
        answer = await hall.ask(everybody[who], "POST", path, {})
        code = answer.json().get("code")
        if who not in READING:
            assert code == "SPOT_CHECK_NOT_FOUND", (state, action, who)
        elif (state, action) not in ALLOWED:
            assert code == "ACTION_NOT_AVAILABLE", (state, action, who)
        else:
            assert code == ("RULES_BROKEN" if who in PROVINCE else "NOT_YOUR_STEP"), (state, action, who)
        assert await traces(session) == before


async def test_items(hall, season, session, resetter):
    """The province alone reads and checks them; without a verdict's words, and without an order, nothing is decided."""
    await with_results(session, season, 1, 1, 1)
    made = await drawn(hall)
    item, *_ = await every(hall, season.officer, f"{CHECKS}/{made['id']}/items")
    account, everybody = tokens(season)
    for state, action, who in product(ItemState, ItemAction, everybody):
        if state == "FOUND":
            continue
        holder = "null" if state == "WAITING" else f"'{account}'"
        await resetter.execute(
            "set search_path = workflow; update spot_check_item set "
            f"state = '{state}', checker_id = {holder} where id = '{item['id']}'"
        )
        before = await traces(session)
        answer = await hall.ask(everybody[who], "POST", f"{ITEMS}/{item['id']}/actions/{action}", {})
        code = answer.json().get("code")
        if who not in PROVINCE:
            assert code == "SPOT_CHECK_ITEM_NOT_FOUND", (state, action, who)
        elif (state, action) not in ITEMS_ALLOWED:
            assert code == "ACTION_NOT_AVAILABLE", (state, action, who)
        elif action in ("TAKE", "RELEASE"):
            assert answer.status_code == 200, (state, action, who)
            continue
        else:
            assert code == "RULES_BROKEN", (state, action, who)
        assert await traces(session) == before


def test_the_tables_hold_these_steps_and_no_others():
    """Two ends of a spot check, two verdicts of an item, and no way back from either."""
    assert {(str(s), str(a)) for s, a in SPOT_CHECK_STEPS} == ALLOWED
    assert {(str(s), str(a)): str(step.to) for (s, a), step in ITEM_STEPS.items()} == {
        ("WAITING", "TAKE"): "IN_HAND",
        ("IN_HAND", "RELEASE"): "WAITING",
        ("IN_HAND", "CLEAR"): "IN_ORDER",
        ("IN_HAND", "FIND"): "FOUND",
    }
