"""Signing in beside the bare password check, and checking a token beside the bare signature."""

import asyncio

from joserfc import jws
from joserfc.jwk import OKPKey
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from bench import scratch
from bench.measure import Row, compete
from services.kit.auth import ALGORITHM, TokenVerifier

CALLERS = 2
"""As many as passwords are checked at a time."""
SECONDS = 2.0
ROUNDS = 3
LOGIN = "province.hrss"


async def run() -> tuple[list[Row], list[Row]]:
    """Signing in, and tokens."""
    async with scratch.accounts(password_workers=CALLERS) as accounts:
        return await _signing_in(accounts), await _tokens(accounts)


async def _signing_in(accounts: scratch.Accounts) -> list[Row]:
    hasher = PasswordHash((Argon2Hasher(),))
    kept = hasher.hash(scratch.PASSWORD)

    async def bare(number: int) -> None:
        del number
        await asyncio.to_thread(hasher.verify, scratch.PASSWORD, kept)

    async def over_http(number: int) -> None:
        del number
        body = {"login": LOGIN, "password": scratch.PASSWORD}
        (await accounts.http.post("/v1/sessions", json=body)).raise_for_status()

    ways = {"Argon2 alone, in threads": bare, "POST /v1/sessions": over_http}
    return await compete(ways, callers=CALLERS, seconds=SECONDS, rounds=ROUNDS)


async def _tokens(accounts: scratch.Accounts) -> list[Row]:
    token = accounts.token_of(accounts.manager_of(accounts.top))
    signer = accounts.installation.signer
    key = OKPKey.import_key(dict(signer.jwks()["keys"][0]))
    verifier = TokenVerifier(signer)

    async def bare(number: int) -> None:
        del number
        jws.deserialize_compact(token, key, algorithms=[ALGORITHM])

    async def strange(number: int) -> None:
        del number
        await TokenVerifier(signer).verify(token)

    async def known(number: int) -> None:
        del number
        await verifier.verify(token)

    ways = {"the signature alone, joserfc": bare, "TokenVerifier.verify": strange, "again, known": known}
    return await compete(ways, callers=1, seconds=SECONDS, rounds=ROUNDS)
