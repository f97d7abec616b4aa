"""Links to printed forms: each is the right to fetch one, for a short while."""

from datetime import datetime
from uuid import UUID

from services.files import links
from services.kit.auth import Actor
from services.kit.sealing import Sealer
from services.quota.printing.states import PaperFormat

CONTEXT = "papers"
MINUTES = 10


class Link(links.Link):
    """Which annual form, as what."""

    form_id: UUID
    format: PaperFormat


def issue(sealer: Sealer, actor: Actor, form_id: UUID, wanted: PaperFormat) -> tuple[str, datetime]:
    """The path of a new link, and when it ends."""
    until = links.ending(MINUTES)
    link = Link(account_id=actor.id, name=actor.name, until=until, form_id=form_id, format=wanted)
    return f"/v1/papers/{links.token_of(sealer, link, CONTEXT)}", link.expires_at


def read(sealer: Sealer, token: str) -> Link:
    """What a link says.

    Raises:
        LinkInvalid: altered, made for something else, or over.
    """
    return links.read(sealer, token, CONTEXT, Link)
