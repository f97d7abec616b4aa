"""The gateway before the four real services in one process: from signing in to the places a hospital has."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from asgi_lifespan import LifespanManager
from stdnum.cn import uscc

from gateway.clients import PARTS
from gateway.main import create
from gateway.settings import GatewaySettings
from services.accounts.installation import Desk
from services.accounts.seed import seed
from services.kit import clock
from services.kit.auth import TokenVerifier
from tests.gateway.conftest import Asker
from tests.platform.tokens import trusted

PASSWORD = "Long-enough-for-2023!"
ERRORS = "basis { cite } errors { code message field findings { message } }"
ROWS = [
    {"level": "FULL_SENIOR", "approved": 2, "employed": 2, "qualifiedNotEmployed": 0, "exits": 0},
    {"level": "ASSOCIATE_SENIOR", "approved": 5, "employed": 4, "qualifiedNotEmployed": 0, "exits": 0},
    {"level": "MIDDLE", "approved": 9, "employed": 9, "qualifiedNotEmployed": 0, "exits": 0},
]


def code_of(login: str) -> str:
    """Return a credit code with a right check character."""
    body = f"12630104{sum(login.encode()) * 7919 % 10**9:09}"
    return body + str(uscc.calc_check_digit(body))


class Caller:
    """Somebody who acts through the gateway."""

    def __init__(self, front: Asker, token: str | None = None) -> None:
        self.front = front
        self.token = token
        self.home = ""

    async def do(self, act: str, returning: str, **given: Any) -> dict[str, Any]:
        """The payload of a mutation that is not refused."""
        kind = act[0].upper() + act[1:]
        document = f"mutation($input: {kind}Input!) {{ {act}(input: $input) {{ {returning} {ERRORS} }} }}"
        told: dict[str, Any] = (await self.front.data(document, token=self.token, input=given))[act]
        assert told["errors"] == [], told["errors"]
        return told

    async def see(self, document: str, **given: Any) -> dict[str, Any]:
        """The data of a query."""
        return await self.front.data(document, token=self.token, **given)

    async def sign_in(self, login: str) -> Caller:
        """Somebody else, signed in."""
        session = (await self.do("signIn", "session { accessToken }", login=login, password=PASSWORD))[
            "session"
        ]
        other = Caller(self.front, session["accessToken"])
        seats = (await other.see("{ me { seats { organisation { id } } } }"))["me"]["seats"]
        other.home = seats[0]["organisation"]["id"]
        return other

    async def create(self, name: str, login: str, *roles: str, **what: Any) -> Caller:
        """The manager of a new organisation below this one, with more roles there."""
        own = {"creatorId": self.home, "name": name, "uscc": code_of(login)}
        given = own | {"manager": {"name": "管理员", "login": login}, **what}
        made = await self.do("createOrganisation", "organisation { id } activation { login code }", **given)
        stranger = Caller(self.front)
        await stranger.do("activateAccount", "account { id }", password=PASSWORD, **made["activation"])
        manager = await stranger.sign_in(login)
        me = (await manager.see("{ me { id } }"))["me"]["id"]
        for role in roles:
            await manager.do(
                "grantRole",
                "account { seats { role } }",
                organisationId=manager.home,
                accountId=me,
                role=role,
            )
        return await stranger.sign_in(login) if roles else manager


@pytest.fixture
async def front(apps: Any, session: Any, database: str) -> AsyncIterator[Asker]:
    """A front end of the whole platform, the province seeded."""
    async with AsyncExitStack() as stack:
        running = {name: await apps.get(name) for name in PARTS if name != "workflow"}
        inner = {name: httpx.ASGITransport(app=app) for name, app in running.items()}
        workflow = await apps.fresh("workflow", stack, {}, {"transports": inner})
        transports = inner | {"workflow": httpx.ASGITransport(app=workflow)}
        async with session("accounts") as tx:
            installation = running["accounts"].state.installation
            await seed(tx, Desk(installation, await clock.now(tx, simulated=True)), PASSWORD)
        app = create(GatewaySettings(), verifier=TokenVerifier(trusted()), transports=transports)
        await stack.enter_async_context(LifespanManager(app))
        http = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://gateway.test")
        yield Asker(await stack.enter_async_context(http))


async def test_from_signing_in_to_the_places_of_a_hospital(front: Asker) -> None:
    """What the services really answer fits the schema: organisations, annual form, places, cycle, catalogues, inbox."""
    stranger = Caller(front)
    operator = await stranger.sign_in("operator")
    clock_set = await operator.do(
        "setClock", "clock { instant simulated } parts", instant="2023-10-20T09:00:00+08:00"
    )
    assert len(clock_set["parts"]) == 4
    province = await stranger.sign_in("province.hrss")
    health = await province.create(
        "青海省卫生健康委员会",
        "health",
        "REVIEWER",
        kind="AUTHORITY",
        level="PROVINCE",
        industry="HEALTH",
        regionCode="630000",
    )
    what = {
        "kind": "EMPLOYER",
        "level": "PROVINCE",
        "nature": "PUBLIC_INSTITUTION",
        "industry": "HEALTH",
        "regionCode": "630000",
    }
    hospital = await health.create("青海省试验医院", "hospital", "RECOMMENDER", **what)
    await places_after_approval(province, health, hospital)
    await cycle_of_the_year(province, stranger)
    await catalogues(stranger)
    inbox = await province.see(
        "{ inbox(first: 10) { edges { node { id title basis { cite } } } } unreadMessages }"
    )
    assert isinstance(inbox["unreadMessages"], int)


async def places_after_approval(province: Caller, health: Caller, hospital: Caller) -> None:
    """The hospital's form goes its way, and one place is free."""
    form = "annualForm { id version state availableActions totals { declarable } history { action at organisation { name } } }"
    made = (await hospital.do("createAnnualForm", form, unitId=hospital.home, year=2023, levels=ROWS))[
        "annualForm"
    ]
    for who, action in ((hospital, "SUBMIT"), (health, "AUTHORITY_PASS"), (province, "APPROVE")):
        given = {"id": made["id"], "action": action, "version": made["version"]}
        made = (await who.do("actOnAnnualForm", form, **given))["annualForm"]
    assert made["state"] == "APPROVED"
    document = "query($u: ID!) { availability(unitId: $u, year: 2023) { unit { name parent { name } } approvedForm { state } levels { level free trace { text cite } } } }"
    told = (await hospital.see(document, u=hospital.home))["availability"]
    assert told["unit"]["parent"]["name"] == "青海省卫生健康委员会"
    assert told["approvedForm"]["state"] == "APPROVED"
    assert {each["level"]: each["free"] for each in told["levels"]}["ASSOCIATE_SENIOR"] == 1


async def cycle_of_the_year(province: Caller, stranger: Caller) -> None:
    """The year is opened, and anyone can read of it."""
    made = (await province.do("createCycle", "cycle { id state availableActions }", year=2023))["cycle"]
    assert made["availableActions"] == ["OPEN"]
    await province.do("openCycle", "cycle { state }", id=made["id"])
    seen = await stranger.see(
        "{ cycles(first: 5) { edges { node { year state windows { name opens closes cite } } } } }"
    )
    [edge] = seen["cycles"]["edges"]
    assert (edge["node"]["year"], edge["node"]["state"]) == (2023, "OPEN")
    assert edge["node"]["windows"]


async def catalogues(stranger: Caller) -> None:
    """What is public can be read without signing in."""
    document = """{
      series { code name levels { level names decidedBy } } guides { cycle passMark items { title cite } }
      delegations { body levels cite } ratioRows { code unified { senior middle junior } targeted { senior junior } }
      specialties(first: 1) { totalCount } publicities(first: 1) { totalCount } arrangements(first: 1) { totalCount }
      criteria(first: 1) { totalCount } committees(first: 1) { totalCount } recommendationPlans(first: 1) { totalCount }
      verifyCertificate(number: "forged", name: "李青山") { valid certificate { number } } clock { simulated }
      ratio(unit: {regionCode: "630000", unitLevel: PROVINCE, headcount: 40}) { answer reason posts { overall { senior } } }
    }"""
    told = await stranger.see(document)
    assert told["series"]
    assert told["guides"]["items"]
    assert told["ratioRows"]
    assert told["verifyCertificate"] == {"valid": False, "certificate": None}
