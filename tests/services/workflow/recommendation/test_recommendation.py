"""From the unit's plan to a confirmed recommendation, over HTTP."""

from __future__ import annotations

import pytest

from tests.services.workflow.stage import AFTER_PUBLICITY, cites


@pytest.mark.clause("2.5.3", "3.6.2")
async def test_a_person_is_recommended_publicised_and_confirmed(stage):
    """The way through: a post is held, five working days pass without objection, the unit confirms."""
    made = await stage.recommended()
    assert (made["state"], made["available_actions"]) == ("RESERVED", ["PUBLICISE", "WITHDRAW"])
    assert made["reservation_id"] == stage.around.holds[made["id"]]["id"]
    shown = (await stage.act(made, "PUBLICISE")).json()["record"]
    assert shown["state"] == "IN_PUBLICITY"
    publicity = (await stage.ask("GET", f"/publicities/{shown['publicity_id']}")).json()
    assert (publicity["opens_on"], publicity["closes_on"]) == ("2023-11-02", "2023-11-09")
    await stage.time(AFTER_PUBLICITY)
    confirmed = await stage.act(shown, "CONFIRM")
    assert confirmed.json()["record"]["state"] == "CONFIRMED", confirmed.text
    assert {"三（一）", "人社部令第40号", "三（六）3"} <= cites(confirmed.json())
