"""Links to charts of signs: each is the right to fetch one, of what its caller sees, for a short while."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from services.files import links
from services.kit.auth import Actor
from services.kit.sealing import Sealer
from services.workflow.supervision.indicator_schemas import SignsLinkIn
from services.workflow.supervision.states import ChartFormat, Group

CONTEXT = "review-signs"
MINUTES = 10


class Link(links.Link):
    """Whose signs, at and below which organisations, since when, as what."""

    below: list[UUID]
    of: Group
    organisation_id: UUID | None
    since: date | None
    format: ChartFormat


def issue(sealer: Sealer, actor: Actor, below: Sequence[UUID], asked: SignsLinkIn) -> tuple[str, datetime]:
    """The path of a new link, and when it ends."""
    link = Link(
        account_id=actor.id,
        name=actor.name,
        until=links.ending(MINUTES),
        below=list(below),
        **asked.model_dump(),
    )
    return f"/v1/review-sign-charts/{links.token_of(sealer, link, CONTEXT)}", link.expires_at


def read(sealer: Sealer, token: str) -> Link:
    """What a link says.

    Raises:
        LinkInvalid: altered, made for something else, or over.
    """
    return links.read(sealer, token, CONTEXT, Link)
