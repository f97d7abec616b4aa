"""Links that are themselves the right to send or fetch one file: sealed, for one caller, short-lived.

Their time is real time, like that of tokens: a simulated clock does not lengthen them.
"""

import base64
import binascii
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError

from services.files.errors import LinkInvalid
from services.kit.auth import Actor
from services.kit.sealing import SealBroken, Sealer

SECONDS = 60


class Link(BaseModel):
    """What every link says: for whom, until when (seconds of real time). What it is for, a subclass tells."""

    account_id: UUID
    name: str
    until: int

    @property
    def expires_at(self) -> datetime:
        """The instant at which it ends."""
        return datetime.fromtimestamp(self.until, UTC)


L = TypeVar("L", bound=Link)


def ending(minutes: int) -> int:
    """The `until` of a link that is given now."""
    return int(time.time()) + minutes * SECONDS


def token_of(sealer: Sealer, link: Link, context: str) -> str:
    """A link as it stands in a path, good for the purpose that `context` names and for no other."""
    sealed = sealer.seal(link.model_dump_json().encode(), context=context)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def read(sealer: Sealer, token: str, context: str, kind: type[L]) -> L:
    """What a link says.

    Raises:
        LinkInvalid: altered, made for something else, or over.
    """
    try:
        sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        link = kind.model_validate_json(sealer.open(sealed, context=context))
    except (SealBroken, binascii.Error, ValidationError, ValueError) as error:
        raise LinkInvalid from error
    if link.until < time.time():
        raise LinkInvalid
    return link


@dataclass(frozen=True, slots=True)
class Kind(Generic[L]):
    """Links of one purpose: below which path they are, for what they are good, what they say."""

    path: str
    context: str
    link: type[L]

    def issue(self, sealer: Sealer, actor: Actor, minutes: int, **told: Any) -> tuple[str, datetime]:
        """The path of a new link that says what is `told`, and when it ends."""
        given = {"account_id": actor.id, "name": actor.name, "until": ending(minutes)}
        link = self.link.model_validate(given | told)
        return self.path + token_of(sealer, link, self.context), link.expires_at

    def read(self, sealer: Sealer, token: str) -> L:
        """What a link says.

        Raises:
            LinkInvalid: altered, made for something else, or over.
        """
        return read(sealer, token, self.context, self.link)
