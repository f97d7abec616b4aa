"""What a link to a material's file says; `services.files.links` seals and reads it."""

from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from services.files import links
from services.kit.auth import Actor
from services.kit.sealing import Sealer


class Purpose(StrEnum):
    """What a link lets its holder do."""

    UPLOAD = "uploads"
    DOWNLOAD = "downloads"
    PART = "upload-parts"
    WHOLE = "whole-uploads"


class Link(links.Link):
    """Which material."""

    material_id: UUID

    @property
    def actor(self) -> Actor:
        """Whom the link was given to; the link is the only right this actor has."""
        return Actor(id=self.account_id, kind="person", name=self.name)


class PartLink(Link):
    """Which part of its file, and how many bytes the file has."""

    number: int
    size: int


class WholeLink(Link):
    """How many bytes the file has whose parts are all there."""

    size: int


def issue(
    sealer: Sealer, purpose: Purpose, material_id: UUID, actor: Actor, minutes: int
) -> tuple[str, datetime]:
    """The path of a new link, and when it ends."""
    until = links.ending(minutes)
    link = Link(material_id=material_id, account_id=actor.id, name=actor.name, until=until)
    return path_of(sealer, purpose, link), link.expires_at


def path_of(sealer: Sealer, purpose: Purpose, link: Link) -> str:
    """The path of a link."""
    return f"/v1/{purpose.value}/{links.token_of(sealer, link, purpose)}"


L = TypeVar("L", bound=Link)


def read(sealer: Sealer, purpose: Purpose, token: str, kind: type[L]) -> L:
    """What a link says.

    Raises:
        LinkInvalid: altered, made for something else, or over.
    """
    return links.read(sealer, token, purpose, kind)
