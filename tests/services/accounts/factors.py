"""Somebody with an authenticator app, for tests of the second factor."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import httpx
import pyotp

from tests.platform.tokens import bearer
from tests.services.accounts.world import PASSWORD, Organisation, World, new_login, token_at


@dataclass
class Somebody:
    """An account with a password, and the secret of its app once there is one."""

    world: World
    id: str
    login: str
    secret: str = ""
    offset: int = -1
    tokens: dict[str, Any] = field(default_factory=dict)

    def code(self) -> str:
        """A code that was not used: of the step before, of now, of the next one; there are three in a window."""
        code = pyotp.TOTP(self.secret).at(time.time(), counter_offset=self.offset)
        self.offset += 1
        return code

    async def post(self, path: str, body: Any = None, token: str | None = None) -> httpx.Response:
        """One request with this account's token."""
        headers = bearer(token or self.tokens["access_token"])
        return await self.world.http.post(path, json=body, headers=headers)

    async def get(self, path: str) -> httpx.Response:
        """The same."""
        return await self.world.http.get(path, headers=bearer(self.tokens["access_token"]))

    async def challenge(self) -> dict[str, Any]:
        """What is asked after the right password; a secret that comes with it is remembered."""
        answer = await self.world.sign_in(self.login)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        if told.get("enrolment"):
            self.secret = told["enrolment"]["secret"]
        return told

    async def answer(self, challenge: dict[str, Any], code: str | None = None) -> httpx.Response:
        """Answer a challenge."""
        body = {"challenge_token": challenge["challenge_token"], "code": code or self.code()}
        return await self.world.ask("POST", "/v1/sessions/second-factor", None, body)

    async def sign_in(self) -> dict[str, Any]:
        """Sign in with whatever is asked."""
        told = await self.challenge()
        if "challenge_token" in told:
            answer = await self.answer(told)
            assert answer.status_code == 200, answer.text
            told = answer.json()
        self.tokens = told
        return told

    async def sign_in_with(self, password: str) -> None:
        """Sign in with another password, where no code is asked for."""
        answer = await self.world.sign_in(self.login, password)
        assert answer.status_code == 200, answer.text
        self.tokens = answer.json()

    async def refresh(self) -> dict[str, Any]:
        """Go on with the session."""
        body = {"refresh_token": self.tokens["refresh_token"]}
        answer = await self.world.ask("POST", "/v1/sessions/refresh", None, body)
        assert answer.status_code == 200, answer.text
        self.tokens = answer.json()
        return self.tokens


async def somebody(world: World, *roles: str, at: Organisation | None = None, name: str = "王某") -> Somebody:
    """An account with roles (a reviewer's, unless told) and a password."""
    where = at or world.root
    body = {
        "organisation_id": where["id"],
        "name": name,
        "login": new_login(),
        "roles": list(roles) or ["REVIEWER"],
    }
    answer = await world.ask("POST", "/v1/staff", token_at(where), body)
    assert answer.status_code == 201, answer.text
    made = answer.json()["record"]
    await world.activate(made["activation"], PASSWORD)
    return Somebody(world, made["account"]["id"], made["account"]["login"])
