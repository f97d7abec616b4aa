"""Two units, a person of the one, and what is done with changes of employer all the time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from tests.services.accounts.world import Organisation, World, new_resident_id, token_at

REASON = "已签订劳动合同"


@dataclass
class Stage:
    """A hospital with a person, a school that wants him or her, and their tokens."""

    world: World
    old: Organisation
    new: Organisation
    person: dict[str, Any]
    number: str

    @property
    def own(self) -> str:
        """The person's token."""
        return self.world.applicant(self.person, self.old)

    @property
    def releasing(self) -> str:
        """The manager of the old employer."""
        return token_at(self.old)

    @property
    def asking(self) -> str:
        """The manager of the new employer."""
        return token_at(self.new)

    @property
    def above(self) -> str:
        """The manager of the superior of both."""
        return token_at(self.world.root)

    def asked_of(self, organisation: Organisation) -> dict[str, Any]:
        """What is told to ask for the person."""
        document = {"kind": "RESIDENT_ID", "number": self.number}
        kind = {"kind": "ON_ESTABLISHMENT", "reason": REASON}
        return {"organisation_id": organisation["id"], "document": document} | kind

    async def try_ask(self, organisation: Organisation | None = None, **more: Any) -> httpx.Response:
        """Ask for the person, on behalf of the new employer unless told otherwise."""
        where = organisation or self.new
        body = self.asked_of(where) | more
        return await self.world.ask("POST", "/v1/employer-changes", token_at(where), body)

    async def ask(self, **more: Any) -> dict[str, Any]:
        """A change that was asked for."""
        answer = await self.try_ask(**more)
        assert answer.status_code == 201, answer.text
        record: dict[str, Any] = answer.json()["record"]
        return record

    async def act(self, change: dict[str, Any], token: str, action: str, **more: Any) -> httpx.Response:
        """A step."""
        path = f"/v1/employer-changes/{change['id']}/actions/{action}"
        return await self.world.ask("POST", path, token, more)

    async def done(self, change: dict[str, Any], token: str, action: str, **more: Any) -> dict[str, Any]:
        """A step that is taken; the change after it."""
        answer = await self.act(change, token, action, **more)
        assert answer.status_code == 200, answer.text
        record: dict[str, Any] = answer.json()["record"]
        return record

    async def consented(self, **more: Any) -> dict[str, Any]:
        """A change to which the person agreed."""
        return await self.done(await self.ask(**more), self.own, "CONSENT")

    async def read(self, token: str | None = None) -> httpx.Response:
        """The person, as a caller sees him or her."""
        return await self.world.ask("GET", f"/v1/people/{self.person['id']}", token or self.own)

    async def tell(self, what: str, token: str | None = None, **body: Any) -> httpx.Response:
        """What the employer tells of the person."""
        method = "PUT" if what == "contract" else "POST"
        path = f"/v1/people/{self.person['id']}/employment/{what}"
        return await self.world.ask(method, path, token or self.releasing, body)

    async def periods(self, token: str | None = None) -> list[dict[str, Any]]:
        """The person's employments."""
        path = f"/v1/people/{self.person['id']}/employments"
        items: list[dict[str, Any]] = (await self.world.ask("GET", path, token or self.own)).json()["items"]
        return items


async def stage_of(world: World) -> Stage:
    """The stage, in a province at its moment."""
    old = await world.hospital()
    education = await world.create(
        world.root, kind="AUTHORITY", level="PROVINCE", region_code="630000", industry="EDUCATION"
    )
    new = await world.create(education, kind="EMPLOYER", level="PROVINCE", region_code="630000")
    number = new_resident_id()
    person = (await world.add_person(old, number=number, name="卓玛措"))["person"]
    return Stage(world, old, new, person, number)
