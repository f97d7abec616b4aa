"""Keys that change under way: the file that holds them is looked at, and taken anew when it has changed.

So a mounted secret is followed without a restart, in every replica by itself.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from services.kit.background import at_work
from services.workflow.certificate.credential import Signer
from services.workflow.settings import Settings

log = structlog.get_logger(__name__)


class Followed:
    """The keys' file, and what was last found in it."""

    def __init__(self, settings: Settings, signer: Signer) -> None:
        self._settings = settings
        self._signer = signer
        self._seen: str | None = None

    def look(self) -> None:
        """Take the file's keys where they are others than before; keys that cannot be used leave the present ones."""
        try:
            text = self._settings.keys_at_hand()
            if text == self._seen:
                return
            self._seen = text
            kids = self._signer.take(text)
        except ValueError as error:
            log.warning("the credential keys stay as they are", reason=str(error))
        else:
            log.info("credential keys taken", kids=kids)


@asynccontextmanager
async def following(settings: Settings, signer: Signer) -> AsyncIterator[None]:
    """Follow the keys' file in the background; with keys from the environment there is nothing to follow."""
    if settings.credential_keys_file is None:
        yield
        return
    followed = Followed(settings, signer)

    async def look() -> None:
        await asyncio.to_thread(followed.look)

    async with at_work("credential keys", look, every=settings.credential_keys_every_seconds):
        yield
