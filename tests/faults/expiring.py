"""What has a last day comes to it, and is renewed: the certificate that the database shows, the keys that sign tokens."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from random import Random

import httpx

from deploy.local.keys import Keys
from tests.faults.installation import DATABASE_LINE
from tests.faults.load import PATIENCE, Load

OVER_SECONDS = 4.0


async def certificate(load: Load, _: Random) -> None:
    """Whoever connects finds a certificate whose last day is over, and refuses it; connections that were there break."""
    load.at.certificate.expire()
    _break_off(load)
    await asyncio.sleep(OVER_SECONDS)
    load.at.certificate.renew()


async def signing_keys(load: Load, _: Random) -> None:
    """All keys are replaced at once, as where one became known, and put back; each token of the others is refused meanwhile."""
    file = load.at.stack.layout.signing_keys
    kept = file.read_text(encoding="utf-8")
    await _sign_by(load, file, json.dumps(Keys.generate().signing_keys))
    await load.at.kill("relay")  # its next token is signed by a key that nobody has seen
    await asyncio.sleep(OVER_SECONDS)
    await _sign_by(load, file, kept)


def _break_off(load: Load) -> None:
    line = load.at.lines[DATABASE_LINE]
    line.cut()
    line.mend()


async def _sign_by(load: Load, file: Path, keys: str) -> None:
    """Put the keys there, and wait until accounts has taken them."""
    draft = file.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text(keys, encoding="utf-8")
    draft.replace(file)
    wanted = {each["kid"] for each in json.loads(keys)["keys"]}
    url = f"{load.at.stack.url('accounts')}/.well-known/jwks.json"
    async with asyncio.timeout(PATIENCE), httpx.AsyncClient(trust_env=False) as http:
        while {each["kid"] for each in (await http.get(url)).json()["keys"]} != wanted:
            await asyncio.sleep(0.2)
