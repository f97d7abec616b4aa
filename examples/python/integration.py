"""An integration: mirrors the directory of its organisation, and has itself told what happens there.

`python integration.py <address of the receiver>`, with TITLES_URL, TITLES_ISSUER, TITLES_CLIENT_ID, TITLES_CLIENT_SECRET,
TITLES_ORGANISATION (for which the client was registered) and TITLES_WEBHOOK_SECRET (the file that keeps the receiver's) in the environment.
"""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from uuid import uuid4

from connection import ClientCredentials, NotAnswered, answered, answered_at_once, connected, pages
from titles_client import (
    PingWebhookEndpointInput,
    Refused,
    RegisterWebhookEndpointInput,
    RotateWebhookSecretInput,
    TitlesClient,
)

PAGE = 2
"""Small, to show how pages follow each other; 100 is the largest."""
EVENTS = ["titles.workflow.declaration.*"]


class ActRefused(Exception):
    """An act that changed nothing: why, for programs (`code`, `field`) and for people, with the articles."""

    def __init__(self, refusal: Refused) -> None:
        self.code, self.field = refusal.code, refusal.field
        self.cites = [each.cite for each in refusal.basis]
        super().__init__(f"{refusal.code}: {refusal.message}")


def done(errors: Sequence[Refused]) -> None:
    """Nothing, unless an act was refused.

    Raises:
        ActRefused: why.
    """
    if errors:
        raise ActRefused(errors[0])


async def directory(client: TitlesClient) -> list[str]:
    """The names of all organisations that we may see."""
    listed = partial(client.organisations, PAGE)
    return [edge.node.name async for page in pages(listed) for edge in page.edges]


async def receiver(client: TitlesClient, organisation: str, url: str, secret: Path) -> str:
    """Our receiver; its secret lies in a file that its owner alone reads.

    Acts that answer with a secret take no key, and no answer of theirs is kept: they are sent once. Where the answer was lost, the
    next run finds the receiver, registers no second one, and has a secret made anew.
    """
    found = await registered(client, url)
    if found is None:
        asked = RegisterWebhookEndpointInput(organisation_id=organisation, url=url, event_types=EVENTS)
        made = await answered_at_once(partial(client.register_receiver, asked))
        done(made.errors)
        assert made.endpoint is not None
        assert made.secret is not None
        keep(secret, made.secret)
        return made.endpoint.id
    if not kept(secret):
        anew = await answered_at_once(partial(client.rotate_secret, RotateWebhookSecretInput(id=found)))
        done(anew.errors)
        assert anew.secret is not None
        keep(secret, anew.secret)
    return found


async def registered(client: TitlesClient, url: str) -> str | None:
    """The receiver of this address, where there is one."""
    async for page in pages(partial(client.receivers, PAGE)):
        for edge in page.edges:
            if edge.node.url == url:
                return edge.node.id
    return None


def kept(file: Path) -> bool:
    """Whether a secret is there."""
    return file.exists()


def keep(file: Path, secret: str) -> None:
    """Write a secret where nobody else reads it, and nowhere beside."""
    with open(file, "w", encoding="utf-8", opener=partial(os.open, mode=0o600)) as written:
        written.write(secret)


async def ping(client: TitlesClient, endpoint: str) -> str:
    """Have a test message sent. With a key it is sent once, however often we have to ask."""
    asked = PingWebhookEndpointInput(id=endpoint, idempotency_key=uuid4().hex)
    made = await answered(partial(client.ping, asked))
    done(made.errors)
    assert made.delivery is not None
    return made.delivery.id


async def main(url: str) -> int:
    """All of it; refusals are told as JSON."""
    told = os.environ
    auth = ClientCredentials(
        told["TITLES_ISSUER"],
        told["TITLES_CLIENT_ID"],
        told["TITLES_CLIENT_SECRET"],
        "titles.read titles.write",
    )
    async with connected(told["TITLES_URL"], auth) as client:
        try:
            print(json.dumps({"organisations": await directory(client)}, ensure_ascii=False))
            secret = Path(told["TITLES_WEBHOOK_SECRET"])
            endpoint = await receiver(client, told["TITLES_ORGANISATION"], url, secret)
            print(json.dumps({"receiver": endpoint, "delivery": await ping(client, endpoint)}))
        except (ActRefused, NotAnswered) as problem:
            print(json.dumps({"code": problem.code, "message": str(problem)}, ensure_ascii=False))
            return 1
    return 0


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    sys.exit(asyncio.run(main(sys.argv[1])))
