"""A GraphQL client as a front end would write it: one idempotency key per act, the same key when it tries again."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

PATIENCE_SECONDS = 60.0
PAUSE_SECONDS = 0.3
PASSING = {"PART_UNAVAILABLE"}
VERDICT = "basis { cite summary } errors { code message field basis { cite summary } }"


class Refused(Exception):
    """The platform refused an act; the refusal as data."""

    def __init__(self, act: str, refusal: Mapping[str, Any]) -> None:
        self.code: str = refusal["code"]
        self.message: str = refusal["message"]
        self.basis: list[dict[str, str]] = refusal["basis"]
        super().__init__(f"{act}: {self.code}: {self.message}")


class Failed(Exception):
    """The platform answered with a fault, or not at all."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an act: its record(s), and the articles it rests on."""

    data: dict[str, Any]
    basis: list[dict[str, str]]

    def __getitem__(self, name: str) -> Any:
        return self.data[name]


class Gateway:
    """The one address a front end knows."""

    def __init__(self, url: str, client: httpx.AsyncClient) -> None:
        self.url = url
        self.client = client

    async def query(
        self, document: str, *, token: str | None = None, key: str | None = None, **variables: Any
    ) -> dict[str, Any]:
        """The data of a document; waits for a part that is down to come back.

        Raises:
            Failed: a fault, or a part still down after a minute.
        """
        headers = {"authorization": f"Bearer {token}"} if token else {}
        if key:
            headers["idempotency-key"] = key
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while True:
            data, trouble = await self._once(document, variables, headers)
            if trouble is None:
                return data
            if asyncio.get_running_loop().time() > deadline:
                raise Failed(trouble)
            await asyncio.sleep(PAUSE_SECONDS)

    async def transfer(self, method: str, url: str, content: bytes | None = None) -> bytes:
        """Send or fetch a file behind a link; waits like `query`.

        Raises:
            Failed: the link is refused, or nobody answers for a minute.
        """
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while True:
            try:
                answer = await self.client.request(method, url, content=content)
            except httpx.TransportError as error:
                trouble = repr(error)
            else:
                if answer.is_success:
                    return answer.content
                trouble = f"{answer.status_code} {answer.text}"
                if not answer.is_server_error:
                    raise Failed(trouble)
            if asyncio.get_running_loop().time() > deadline:
                raise Failed(trouble)
            await asyncio.sleep(PAUSE_SECONDS)

    async def _once(
        self, document: str, variables: Mapping[str, Any], headers: Mapping[str, str]
    ) -> tuple[dict[str, Any], str | None]:
        """Data, or what a later try may heal."""
        try:
            answer = await self.client.post(
                self.url, json={"query": document, "variables": dict(variables)}, headers=dict(headers)
            )
        except httpx.TransportError as error:
            return {}, f"the gateway does not answer: {error!r}"
        if answer.is_server_error:
            return {}, f"the gateway answered {answer.status_code}"
        body = answer.json()
        errors = body.get("errors") or []
        if any(e.get("extensions", {}).get("code") in PASSING for e in errors):
            return {}, errors[0]["message"]
        if errors or body.get("data") is None:
            raise Failed(f"{errors or body}")
        return body["data"], None


class Session:
    """Someone signed in."""

    def __init__(self, gateway: Gateway, name: str, token: str, account: Mapping[str, Any]) -> None:
        self.gateway = gateway
        self.name = name
        self.token = token
        self.account = account

    async def ask(self, document: str, **variables: Any) -> dict[str, Any]:
        """The data of a query."""
        return await self.gateway.query(document, token=self.token, **variables)

    async def do(self, act: str, returning: str, **given: Any) -> Done:
        """Carry out a mutation.

        Raises:
            Refused: with the code, the message and the articles.
        """
        return await mutate(self.gateway, act, returning, given, token=self.token)


async def mutate(
    gateway: Gateway, act: str, returning: str, given: Mapping[str, Any], *, token: str | None = None
) -> Done:
    """Carry out the mutation `act` with one input object."""
    kind = act[0].upper() + act[1:]
    document = f"mutation {kind}($input: {kind}Input!) {{ {act}(input: $input) {{ {returning} {VERDICT} }} }}"
    data = (await gateway.query(document, token=token, key=uuid4().hex, input=dict(given)))[act]
    if data["errors"]:
        raise Refused(act, data["errors"][0])
    return Done(data, data["basis"])
