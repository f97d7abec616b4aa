"""Links to charts: each is the right to fetch one, for what its caller sees, for a short while."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.files import links
from services.kit.auth import Actor
from services.kit.sealing import Sealer
from services.quota.contract import PostPool
from services.quota.overview.states import ChartFormat

CONTEXT = "overview"
MINUTES = 10


class Link(links.Link):
    """Which chart, below which departments (None: all), as what."""

    year: int
    pool: PostPool
    below: list[UUID] | None
    format: ChartFormat


def issue(
    sealer: Sealer, actor: Actor, below: Sequence[UUID] | None, year: int, pool: PostPool, wanted: ChartFormat
) -> tuple[str, datetime]:
    """The path of a new link, and when it ends."""
    link = Link(
        account_id=actor.id,
        name=actor.name,
        until=links.ending(MINUTES),
        year=year,
        pool=pool,
        below=None if below is None else list(below),
        format=wanted,
    )
    return f"/v1/overview-charts/{links.token_of(sealer, link, CONTEXT)}", link.expires_at


def read(sealer: Sealer, token: str) -> Link:
    """What a link says.

    Raises:
        LinkInvalid: altered, made for something else, or over.
    """
    return links.read(sealer, token, CONTEXT, Link)
