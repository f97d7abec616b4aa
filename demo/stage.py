"""The stage of the season: its cast, its clock, and the timeline of what happened."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from demo.api import Done, Gateway, Refused, Session, mutate
from demo.identities import Identities
from demo.keyring import Keyring

SHANGHAI = ZoneInfo("Asia/Shanghai")
PASSWORD = "Lantern-Demo-2023!"  # noqa: S105 - of the demonstration's own accounts
OPERATOR = "operator"
HEARD_SECONDS = 30
HEARD_PAUSE_SECONDS = 0.2
INBOX = "{ inbox(first: 50, unread: true) { edges { node { id title basis { cite summary } } } } }"
ME = "{ me { id name login seats { role organisation { id } } } }"
AUTUMN = 10
FIRST_YEAR = 2023


def at(month: int, day: int, hour: int = 9) -> datetime:
    """A working hour of the season: October to December of its first year, January of the next."""
    year = FIRST_YEAR if month >= AUTUMN else FIRST_YEAR + 1
    return datetime(year, month, day, hour, tzinfo=SHANGHAI)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline."""

    at: datetime
    scene: int
    who: str
    what: str
    basis: tuple[str, ...]
    refused: bool = False


@dataclass(slots=True)
class Stage:
    """Everything the scenes share."""

    gateway: Gateway
    run: str
    announce: Callable[[str], None]
    identities: Identities
    now: datetime = field(default_factory=lambda: at(10, 12))
    keyring: Keyring = field(default_factory=Keyring)
    scene: int = 0
    cast: dict[str, Session] = field(default_factory=dict)
    organisations: dict[str, str] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)
    timeline: list[Entry] = field(default_factory=list)

    async def sign_in(self, part: str, login: str) -> Session:
        """Let someone of the cast sign in (again, when roles have changed since)."""
        token = await self.keyring.sign_in(self.gateway, login, PASSWORD)
        account = (await self.gateway.query(ME, token=token))["me"]
        self.cast[part] = Session(self.gateway, account["name"], token, account)
        return self.cast[part]

    async def activate(self, part: str, activation: dict[str, str]) -> Session:
        """Set the password with the code shown once, then sign in."""
        given = {"login": activation["login"], "code": activation["code"], "password": PASSWORD}
        try:
            await mutate(self.gateway, "activateAccount", "account { id }", given)
        except Refused:
            self.announce("激活码已用过，直接登录")  # the answer to an earlier try was lost on its way
        return await self.sign_in(part, activation["login"])

    async def staff(self, part: str, employer: str, *, name: str, login: str, roles: list[str]) -> bool:
        """Someone with roles at an organisation; whether it took a new account."""
        try:
            await self.sign_in(part, login)
        except Refused:
            given = {
                "organisationId": self.organisations[employer],
                "name": name,
                "login": login,
                "roles": roles,
            }
            returning = "account { id } activation { login code }"
            done = await self.silently(
                employer, f"为{name}创建账号", "createStaffAccount", returning, **given
            )
            await self.activate(part, done["activation"])
            return True
        return False

    async def grant(self, part: str, *roles: str) -> None:
        """A manager takes on more roles at the own organisation, and signs in again to have them."""
        session = self.cast[part]
        held = {seat["role"] for seat in session.account["seats"]}
        missing = [role for role in roles if role not in held]
        for role in missing:
            given = {
                "organisationId": self.organisations[part],
                "accountId": session.account["id"],
                "role": role,
            }
            await self.act(part, f"授予角色 {role}", "grantRole", "account { id }", **given)
        if missing:
            await self.sign_in(part, session.account["login"])

    def remember_organisation(self, part: str) -> None:
        """Remember the organisation that someone of the cast manages."""
        roles = self.cast[part].account["seats"]
        self.organisations[part] = next(
            r["organisation"]["id"] for r in roles if r["role"] == "ORGANISATION_MANAGER"
        )

    async def move_clock(self, to: datetime) -> None:
        """Let the platform's time go on from `to`."""
        self.now = to
        await self.cast[OPERATOR].do("setClock", "clock { instant }", instant=to.isoformat())

    async def ask(self, part: str, document: str, **variables: Any) -> dict[str, Any]:
        """Someone asks something."""
        return await self.cast[part].ask(document, **variables)

    async def act(self, part: str, what: str, act: str, returning: str, **given: Any) -> Done:
        """Someone does something; the timeline gets a line."""
        done = await self.silently(part, what, act, returning, **given)
        self.note(self.cast[part].name, what, done.basis)
        return done

    async def silently(self, part: str, what: str, act: str, returning: str, **given: Any) -> Done:
        """Someone does something of many of its kind; the scene tells of them together."""
        self.announce(what)
        return await self.cast[part].do(act, returning, **given)

    async def heard(self, part: str, title: str) -> None:
        """Someone finds a message in the inbox, and reads it.

        Raises:
            AssertionError: it has not come after half a minute.
        """
        self.announce(f"收件箱：{title}")
        deadline = asyncio.get_running_loop().time() + HEARD_SECONDS
        while True:
            edges = (await self.ask(part, INBOX))["inbox"]["edges"]
            found = next((edge["node"] for edge in edges if edge["node"]["title"] == title), None)
            if found is not None:
                break
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError(
                    f"{part} should have heard: {title}; there is {[e['node']['title'] for e in edges]}"
                )
            await asyncio.sleep(HEARD_PAUSE_SECONDS)
        await self.silently(part, title, "readMessage", "message { id }", id=found["id"])
        self.note(self.cast[part].name, f"收到消息：{title}", found["basis"])

    async def refused(
        self, part: str, what: str, code: str, act: str, returning: str, **given: Any
    ) -> Refused:
        """Someone tries what the rules forbid; anything but the refusal `code` is an error."""
        self.announce(what)
        try:
            await self.cast[part].do(act, returning, **given)
        except Refused as refusal:
            if refusal.code != code:
                raise
            who = self.cast[part].name
            self.note(who, f"{what} ✗ {refusal.message}", refusal.basis, refused=True)
            return refusal
        raise AssertionError(f"{act} should have been refused with {code}")

    def note(self, who: str, what: str, basis: list[dict[str, str]], *, refused: bool = False) -> None:
        """Add a line to the timeline."""
        cites = tuple(dict.fromkeys(each["cite"] for each in basis))
        self.timeline.append(Entry(self.now, self.scene, who, what, cites, refused))

    async def upload(self, url: str, content: bytes) -> None:
        """Send a file where the link says."""
        await self.gateway.transfer("PUT", url, content)

    async def download(self, url: str) -> bytes:
        """Read a file behind a link."""
        return await self.gateway.transfer("GET", url)
