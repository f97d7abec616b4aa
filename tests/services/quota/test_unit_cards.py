"""Cards of units: accounts is asked once, and what it tells later is followed."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from starlette.responses import JSONResponse

from services.accounts.contract import (
    OrganisationClosed,
    OrganisationRenamed,
    OrganisationReopened,
)
from services.kit.errors import NotFound
from services.quota.unit.model import UnitCard
from services.quota.unit.reading import cards, with_phone
from tests.services.quota.people import Unit, ask, service_token
from tests.services.quota.test_line import merged, moved

PROVINCE = ("HRSS", "PROVINCE", None)
AUTHORITY = ("AUTHORITY", "COUNTY", None)
COUNTY = (PROVINCE, ("HRSS", "PREFECTURE", None), ("HRSS", "COUNTY", None))
SCHOOL = ("EMPLOYER", "COUNTY", "PUBLIC_INSTITUTION")
TOWNSHIP = ("EMPLOYER", "COUNTY", "TOWNSHIP")
BRANCH = ("SUBORDINATE_UNIT", "COUNTY", "PUBLIC_INSTITUTION")


@pytest.fixture
def read(acquainted, session):
    """`await read(unit, ...)`: their cards, by id."""
    accounts = acquainted._transport.app.state.accounts  # noqa: SLF001 - the app behind the client

    async def read_cards(*units: Unit):
        async with session("quota") as tx:
            return await cards(tx, accounts, [UUID(each.id) for each in units])

    read_cards.accounts = accounts
    return read_cards


@pytest.fixture
def hear(acquainted):
    """`await hear(event)`: deliver it."""

    async def deliver(event) -> None:
        envelope = {
            "id": str(uuid4()),
            "source": "urn:titles:accounts",
            "type": event.type,
            "subject": event.subject,
            "time": "2023-11-20T01:00:00Z",
            "data": event.model_dump(mode="json"),
        }
        answer = await ask(acquainted, "POST", "/events", service_token(), envelope)
        assert answer.status_code == 204, answer.text

    return deliver


@pytest.fixture
def in_use(session):
    """`await in_use(unit)`: whether its card says so."""

    async def told(unit: Unit) -> bool:
        async with session("quota") as tx:
            return await tx.scalar(select(UnitCard.in_use).where(UnitCard.unit_id == UUID(unit.id)))

    return told


async def test_many_are_asked_for_in_one_call_and_once(read, directory):
    """Two hundred and one units: two calls, the second time none; a stranger is left out and asked for again."""
    units = [directory.unit(PROVINCE, ("EMPLOYER", "PROVINCE", "PUBLIC_INSTITUTION")) for _ in range(201)]
    stranger = Unit((units[0].lineage[0].model_copy(update={"id": uuid4()}),))
    assert len(await read(*units)) == 201
    assert [len(ids) for ids in directory.asked] == [200, 1]
    assert await read(*units[:3]) == {UUID(u.id): (await read(u))[UUID(u.id)] for u in units[:3]}
    assert len(directory.asked) == 2
    assert set(await read(units[0], stranger)) == {UUID(units[0].id)}
    assert directory.asked[2:] == [[stranger.id]]


async def test_a_card_tells_who_stands_above(read, directory):
    """The nearest authority by name, the nearest HRSS department, the line, the own level; one call more for townships."""
    unit = directory.unit(*COUNTY, AUTHORITY, TOWNSHIP, BRANCH, industry="EDUCATION", name="某乡学校")
    card = (await read(unit))[UUID(unit.id)]
    assert (card.name, card.industry, card.level, card.nature) == (
        *("某乡学校", "EDUCATION", "BELOW_COUNTY"),
        "PUBLIC_INSTITUTION",
    )
    assert card.authority_name == directory.known[str(unit.lineage[3].id)]["name"]
    assert (card.hrss_id, card.lineage) == (unit.lineage[2].id, tuple(each.id for each in unit.lineage))
    assert directory.asked == [[unit.id], [str(unit.lineage[4].id)]]
    alone = directory.unit(PROVINCE)
    card = (await read(alone))[UUID(alone.id)]
    assert (card.authority_name, card.hrss_id, card.level) == (None, None, "PROVINCE")


async def test_the_telephone_is_that_of_now(read, directory):
    """It is asked for where it is needed; of an organisation that accounts does not know there is none."""
    unit = directory.unit(*COUNTY, SCHOOL)
    card = (await read(unit))[UUID(unit.id)]
    assert card.phone is None
    assert (await with_phone(read.accounts, card)).phone == "0971-1234567"
    del directory.known[unit.id]
    with pytest.raises(NotFound):
        await with_phone(read.accounts, card)


async def test_names_follow(read, directory, hear):
    """A unit, and those of which an organisation is the authority, are shown with the new name without asking."""
    unit = directory.unit(*COUNTY, AUTHORITY, SCHOOL)
    await read(unit)
    for organisation, name in ((unit.lineage[-1], "新名学校"), (unit.lineage[3], "新名教育局")):
        await hear(OrganisationRenamed(organisation_id=organisation.id, former_name="旧名", name=name))
    card = (await read(unit))[UUID(unit.id)]
    assert (card.name, card.authority_name) == ("新名学校", "新名教育局")
    assert len(directory.asked) == 1


async def test_lines_follow(read, directory, hear):
    """After a move the units below are asked for again: level, authority and HRSS are those of the new line."""
    school = directory.unit(*COUNTY, AUTHORITY, SCHOOL, BRANCH)
    beside = directory.unit(*COUNTY, SCHOOL)
    township = directory.unit(*COUNTY, TOWNSHIP)
    await read(school, beside)
    before = Unit(school.lineage[:-1])
    to = Unit((*township.lineage, before.lineage[-1]))
    directory.known.pop(before.id)
    directory.known.pop(school.id)
    after = directory.add(Unit((*to.lineage, school.lineage[-1])))
    await hear(moved(before, to))
    directory.asked.clear()
    card = (await read(after, beside))[UUID(school.id)]
    assert (card.level, card.authority_name, card.hrss_id) == ("BELOW_COUNTY", None, township.lineage[2].id)
    assert card.lineage == tuple(each.id for each in after.lineage)
    assert directory.asked == [[school.id], sorted(str(each.id) for each in to.lineage[-2:])]
    await hear(merged(to, Unit(beside.lineage)))
    directory.asked.clear()
    await read(after, beside)
    assert directory.asked[0] == [school.id]


async def test_closed_and_open_again(read, directory, hear, in_use):
    """Whether a unit is in use is asked again when it was closed, and when it is there again."""
    unit = directory.unit(*COUNTY, SCHOOL)
    told = {"organisation_id": unit.id, "parent_id": unit.lineage[-2].id, "name": "某校"}
    await read(unit)
    for event, status in ((OrganisationClosed, "CLOSED"), (OrganisationReopened, "ACTIVE")):
        directory.known[unit.id]["status"] = status
        await hear(event(**told))
        await read(unit)
        assert await in_use(unit) is (status == "ACTIVE")
    assert len(directory.asked) == 3


async def test_an_answer_under_way_does_not_hide_a_change(read, directory, hear):
    """What accounts said before a unit was renamed, and is kept after it, gets the new name all the same."""
    unit = directory.unit(*COUNTY, SCHOOL, name="旧名学校")
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_):
        answer = JSONResponse({"items": [directory.known[unit.id]]})
        asked.set()
        await go_on.wait()
        return answer

    directory.answer = slow
    reading = asyncio.create_task(read(unit))
    await asked.wait()
    event = OrganisationRenamed(organisation_id=UUID(unit.id), former_name="旧名学校", name="新名学校")
    hearing = asyncio.create_task(hear(event))
    await asyncio.sleep(0.2)
    assert not hearing.done()
    go_on.set()
    assert (await reading)[UUID(unit.id)].name == "旧名学校"
    await hearing
    assert (await read(unit))[UUID(unit.id)].name == "新名学校"


async def test_many_ask_for_the_same_at_once(read, directory, session):
    """Readers who come together all get the card, and one row is kept."""
    unit = directory.unit(*COUNTY, SCHOOL)
    told = await asyncio.gather(*(read(unit) for _ in range(2)))
    assert {each[UUID(unit.id)].name for each in told} == {directory.known[unit.id]["name"]}
    async with session("quota") as tx:
        assert await tx.scalar(text("select count(*) from unit_card")) == 1
