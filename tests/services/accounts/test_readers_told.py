"""Accounts and notifications together, as they run: who is told by e-mail or SMS is who accounts says reads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.accounts.contract import PersonCreated
from tests.services.accounts.test_roles import change, hired
from tests.services.accounts.world import PROVINCE, World
from tests.services.notifications.events import declaration_moved
from tests.services.notifications.sending import Scene, opened
from tests.services.notifications.test_contacts import asking, verified


@pytest.fixture
async def scene(world: World, apps: Any, session: Any) -> AsyncIterator[Scene]:
    """Notifications with its own contacts, which asks the accounts of that province."""
    transport = httpx.ASGITransport(app=await apps.get("accounts"))
    async with opened(apps, session, kept=True, accounts=transport) as open_scene:
        yield open_scene


async def reached(scene: Scene, account: dict[str, Any]) -> str:
    """Somebody's e-mail address, shown by a code to be the own one."""
    address = f"{account['id']}@example.test"
    told = {"channel": "EMAIL", "address": address}
    await verified(scene, asking(scene, UUID(account["id"])), told, scene.mail)
    return address


async def test_seats_are_told_by_mail_as_they_are_held(world: World, scene: Scene):
    """What awaits a hospital's review goes to its reviewers; not to other roles there, nor elsewhere, nor to who was one."""
    hospital = await world.hospital()
    beside = await world.create(world.root, kind="EMPLOYER", level="PROVINCE", region_code=PROVINCE)
    one, other = [await hired(world, hospital, "REVIEWER", "RECOMMENDER") for _ in range(2)]
    told = [await reached(scene, each) for each in (one, other)]
    for each in (await hired(world, hospital, "RECOMMENDER"), await hired(world, beside, "REVIEWER")):
        await reached(scene, each)
    scene.mail.has.clear()
    here = UUID(hospital["id"])
    await scene.happens(declaration_moved(at_organisation_id=here))
    await scene.work()
    assert sorted(each.address for each in scene.mail.has.values()) == sorted(told)
    assert {each.title for each in scene.mail.has.values()} == {"有申报材料待审核"}
    assert (await change(world, "DELETE", hospital, other["id"], "REVIEWER")).status_code == 200
    scene.mail.has.clear()
    await scene.happens(declaration_moved(at_organisation_id=here))
    await scene.work()
    assert [each.address for each in scene.mail.has.values()] == told[:1]


async def test_who_has_told_nothing_is_told_by_law_where_accounts_knows(world: World, scene: Scene):
    """A new person's telephone is asked of accounts: a return goes there, ordinary news does not."""
    hospital = await world.hospital()
    person = (await world.add_person(hospital, phone="13997000001"))["person"]
    person_id = UUID(person["id"])
    await scene.happens(PersonCreated(person_id=person_id, employer_id=UUID(hospital["id"])))
    assert await scene.app.state.contact_copier.once() == 1
    await scene.happens(declaration_moved(person_id=person_id, action="SUBMIT", after="SUBMITTED"))
    await scene.happens(
        declaration_moved(person_id=person_id, action="SEND_BACK", after="RETURNED", note="缺页")
    )
    await scene.work()
    assert [(each.address, each.title) for each in scene.sms.has.values()] == [
        ("13997000001", "申报材料被退回，请修改")
    ]
