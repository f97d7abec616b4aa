"""The stage of the season: its cast, its clock, and the timeline of what happened."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from demo.api import Done, Gateway, Refused, Session, mutate

SHANGHAI = ZoneInfo("Asia/Shanghai")
PASSWORD = "Qinghai-Demo-2023!"  # noqa: S105 - of the demonstration's own accounts
OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline."""

    at: datetime
    step: int
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
    now: datetime = field(default_factory=lambda: datetime(2023, 10, 12, 9, tzinfo=SHANGHAI))
    step: int = 0
    cast: dict[str, Session] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)
    timeline: list[Entry] = field(default_factory=list)

    async def sign_in(self, part: str, login: str, password: str = PASSWORD) -> Session:
        """Let someone of the cast sign in (again, when roles have changed since)."""
        returning = "session { accessToken account { id name login personId } }"
        done = await mutate(self.gateway, "signIn", returning, {"login": login, "password": password})
        session = done["session"]
        self.cast[part] = Session(self.gateway, session["account"]["name"], session["accessToken"], session["account"])
        return self.cast[part]

    async def activate(self, part: str, activation: dict[str, str]) -> Session:
        """Set the password with the code shown once, then sign in."""
        given = {"login": activation["login"], "code": activation["code"], "password": PASSWORD}
        await mutate(self.gateway, "activateAccount", "account { id }", given)
        return await self.sign_in(part, activation["login"])

    async def move_clock(self, to: datetime) -> None:
        """Let the platform's time go on from `to`."""
        self.now = to
        await self.cast[OPERATOR].do("setClock", "clock { instant }", instant=to.isoformat())

    async def act(self, part: str, what: str, act: str, returning: str, **given: Any) -> Done:
        """Someone does something; the timeline gets a line."""
        self.announce(what)
        done = await self.cast[part].do(act, returning, **given)
        self.note(part, what, done.basis)
        return done

    async def refused(self, part: str, what: str, code: str, act: str, returning: str, **given: Any) -> Refused:
        """Someone tries what the rules forbid; anything but the refusal `code` is an error."""
        self.announce(what)
        try:
            await self.cast[part].do(act, returning, **given)
        except Refused as refusal:
            if refusal.code != code:
                raise
            self.note(part, f"{what} ✗ {refusal.message}", refusal.basis, refused=True)
            return refusal
        raise AssertionError(f"{act} should have been refused with {code}")

    def note(self, part: str, what: str, basis: list[dict[str, str]], *, refused: bool = False) -> None:
        """Add a line to the timeline."""
        cites = tuple(dict.fromkeys(each["cite"] for each in basis))
        self.timeline.append(Entry(self.now, self.step, self.cast[part].name, what, cites, refused))


