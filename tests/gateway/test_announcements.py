"""An announcement through the gateway: made, seen to progress, withdrawn, refused as data."""

from __future__ import annotations

from strawberry.relay import to_base64

from services.notifications.delivery import fan_out
from tests.gateway.test_webhooks import front_of
from tests.platform.tokens import mint, seat
from tests.services.notifications.sending import ROOT, opened
from tests.services.notifications.test_announcements import CITY, HOSPITAL, OTHER, PAGE, officer, readers

SHOWN = """id title topic roles legal documentNo state readers copies { waiting sent dead withdrawn } cancelledFor version
  availableActions"""
TOLD = f"announcement {{ {SHOWN} }} basis {{ cite }} errors {{ code field message }}"
ANNOUNCE = f"mutation($input: AnnounceInput!) {{ announce(input: $input) {{ {TOLD} }} }}"
ACT = f"mutation($input: ActOnAnnouncementInput!) {{ actOnAnnouncement(input: $input) {{ {TOLD} }} }}"
LOOK = f"""query($id: ID!) {{ announcement(id: $id) {{ {SHOWN} organisation {{ id }} }}
  announcements(first: 5) {{ edges {{ node {{ id readers copies {{ sent }} }} }} }} }}"""
INBOX = "{ inbox(first: 5) { edges { node { title body } } } }"
WISH = {
    "organisationId": to_base64("Organisation", str(CITY.id)),
    "title": "申报系统开放",
    "body": "申报系统今日开放。",
    "topic": "SEASON",
}


async def test_an_announcement_is_made_followed_and_withdrawn(database, apps, session, monkeypatch):
    """Progress is seen in one and in the list; withdrawn, it tells how many had gone out; readers see that it was."""
    monkeypatch.setattr(fan_out, "READERS", PAGE)
    async with opened(apps, session) as scene, front_of(scene) as (asker, done):
        readers(scene, 2 * PAGE)
        refused = await done(ANNOUNCE, officer(), **WISH, legal=True)
        assert [(each["code"], each["field"]) for each in refused["errors"]] == [
            ("ANNOUNCEMENT_DOCUMENT_MISSING", "documentNo")
        ]
        assert (await done(ANNOUNCE, officer(ROOT, OTHER), **WISH))["errors"][0]["code"] == "ROLE_MISSING"
        made = await done(ANNOUNCE, officer(), **WISH, roles=["REVIEWER"])
        assert made["basis"] == [{"cite": "本省参数"}]
        mine = made["announcement"]["id"]
        await scene.app.state.fan_out.once()
        scene.mail.behaviour = ["take"] * 3
        scene.mail.always = "away"
        await scene.app.state.copies.once()
        seen = await asker.data(LOOK, token=officer(), id=mine)
        assert (seen["announcement"]["readers"], seen["announcement"]["copies"]["sent"]) == (20, 3)
        (listed,) = seen["announcements"]["edges"]
        assert listed["node"] == {"id": mine, "readers": 20, "copies": {"sent": 3}}
        hidden = await asker.ask(LOOK, token=officer(ROOT, CITY, HOSPITAL), id=mine)
        assert hidden["data"]["announcement"] is None
        step = {"id": mine, "action": "CANCEL", "note": "日期有误"}
        gone = (await done(ACT, officer(), **step))["announcement"]
        assert (gone["state"], gone["copies"]["sent"], gone["availableActions"]) == ("CANCELLED", 3, [])
        assert (await done(ACT, officer(), **step))["errors"][0]["code"] == "ACTION_NOT_AVAILABLE"
        inbox = await asker.data(INBOX, token=mint([seat("REVIEWER", ROOT, CITY)]))
        (message,) = [each["node"] for each in inbox["inbox"]["edges"]]
        assert message["title"] == "（已撤回）申报系统开放"
        assert "日期有误" in message["body"]
