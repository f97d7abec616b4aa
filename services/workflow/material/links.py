"""Links that are themselves the right to send or fetch one file: sealed, bound to one material, short-lived.

Their time is real time, like that of tokens: a simulated clock does not lengthen them.
"""

import base64
import binascii
import time
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ValidationError

from services.kit.auth import Actor
from services.kit.sealing import SealBroken, Sealer
from services.workflow.material.errors import LinkInvalid


class Purpose(StrEnum):
    """What a link lets its holder do."""

    UPLOAD = "uploads"
    DOWNLOAD = "downloads"


class Link(BaseModel):
    """What a link says: which material, for whom, until when (seconds of real time)."""

    material_id: UUID
    account_id: UUID
    name: str
    until: int

    @property
    def expires_at(self) -> datetime:
        """The instant at which it ends."""
        return datetime.fromtimestamp(self.until, UTC)

    @property
    def actor(self) -> Actor:
        """Whom the link was given to; the link is the only right this actor has."""
        return Actor(id=self.account_id, kind="person", name=self.name)


def issue(
    sealer: Sealer, purpose: Purpose, material_id: UUID, actor: Actor, minutes: int
) -> tuple[str, datetime]:
    """The path of a new link, and when it ends."""
    until = int(time.time()) + minutes * 60
    link = Link(material_id=material_id, account_id=actor.id, name=actor.name, until=until)
    sealed = sealer.seal(link.model_dump_json().encode(), context=purpose)
    token = base64.urlsafe_b64encode(sealed).decode().rstrip("=")
    return f"/v1/{purpose.value}/{token}", link.expires_at


def read(sealer: Sealer, purpose: Purpose, token: str) -> Link:
    """What a link says.

    Raises:
        LinkInvalid: altered, made for something else, or over.
    """
    try:
        sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        link = Link.model_validate_json(sealer.open(sealed, context=purpose))
    except (SealBroken, binascii.Error, ValidationError, ValueError) as error:
        raise LinkInvalid from error
    if link.until < time.time():
        raise LinkInvalid
    return link
