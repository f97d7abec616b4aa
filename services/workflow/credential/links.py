"""Links to printed certificates: each is the right to fetch one, for a short while."""

from datetime import datetime
from uuid import UUID

from services.files import links
from services.kit.auth import Actor
from services.kit.sealing import Sealer

CONTEXT = "certificate-papers"
PATH = f"/v1/{CONTEXT}/"


class Link(links.Link):
    """Which certificate."""

    certificate_id: UUID


def issue(sealer: Sealer, actor: Actor, certificate_id: UUID, minutes: int) -> tuple[str, datetime]:
    """The path of a new link, and when it ends."""
    until = links.ending(minutes)
    link = Link(account_id=actor.id, name=actor.name, until=until, certificate_id=certificate_id)
    return f"{PATH}{links.token_of(sealer, link, CONTEXT)}", link.expires_at


def read(sealer: Sealer, token: str) -> Link:
    """What a link says.

    Raises:
        LinkInvalid: altered, made for something else, or over.
    """
    return links.read(sealer, token, CONTEXT, Link)
