"""The authenticator apps of the cast: who is asked for a second factor sets one up, and has its codes at hand."""

import asyncio
import time
from collections import defaultdict
from typing import Any

import pyotp

from demo.api import Failed, Gateway, Refused, mutate

STEP_SECONDS = 30
AGAIN = {"CODE_WRONG", "CHALLENGE_REFUSED", "SECOND_FACTOR_CHANGED"}
TIMES = 5
TOLD = "session { accessToken } challenge { challengeToken enrolment { secret } } recoveryCodes"


class Keyring:
    """Signs people in; knows the secret of each app, the newest step used of it, and the recovery codes."""

    def __init__(self) -> None:
        self._secrets: dict[str, str] = {}
        self._used: dict[str, int] = defaultdict(int)
        self._codes: dict[str, list[str]] = {}

    async def sign_in(self, gateway: Gateway, login: str, password: str) -> str:
        """An access token.

        An answer that was lost on its way leaves a code used up: then everything is asked once more.

        Raises:
            Refused: name or password are wrong.
            Failed: an earlier run set up the account's app, and nobody here has it.
        """
        for _ in range(TIMES):
            given = {"login": login, "password": password}
            told = (await mutate(gateway, "signIn", TOLD, given)).data
            try:
                token: str = (await self._answered(gateway, login, told))["session"]["accessToken"]
            except Refused as refusal:
                if refusal.code not in AGAIN:
                    raise
            else:
                return token
        raise Failed(f"{login}: no code was taken, {TIMES} times")

    async def _answered(self, gateway: Gateway, login: str, told: dict[str, Any]) -> dict[str, Any]:
        challenge = told["challenge"]
        if challenge is None:
            return told
        if challenge["enrolment"]:
            self._secrets[login] = challenge["enrolment"]["secret"]
        if login not in self._secrets:
            raise Failed(f"{login} has an authenticator app from an earlier run; begin with fresh data")
        given = {"challengeToken": challenge["challengeToken"], "code": await self._code(login)}
        done = (await mutate(gateway, "answerChallenge", TOLD, given)).data
        if done["recoveryCodes"]:
            self._codes[login] = done["recoveryCodes"]
        return done

    async def _code(self, login: str) -> str:
        """A recovery code while there are any: they need no waiting; else the app's next one."""
        if self._codes.get(login):
            return self._codes[login].pop()
        step = max(int(time.time()) // STEP_SECONDS, self._used[login] + 1)
        while step > int(time.time()) // STEP_SECONDS + 1:
            await asyncio.sleep(1)
        self._used[login] = step
        return pyotp.TOTP(self._secrets[login]).generate_otp(step)
