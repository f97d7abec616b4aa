"""Links to reports: each is the right to fetch one, of what its caller sees, for a short while."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.files import links
from services.kit.auth import Actor
from services.kit.sealing import Sealer
from services.workflow.season_report.states import SeasonFormat

CONTEXT = "season-report"
MINUTES = 10


class Link(links.Link):
    """Of which year, at and below which organisations, as what."""

    cycle_id: UUID
    below: list[UUID]
    format: SeasonFormat


def issue(
    sealer: Sealer, actor: Actor, cycle_id: UUID, below: Sequence[UUID], wanted: SeasonFormat
) -> tuple[str, datetime]:
    """The path of a new link, and when it ends."""
    link = Link(
        account_id=actor.id,
        name=actor.name,
        until=links.ending(MINUTES),
        cycle_id=cycle_id,
        below=list(below),
        format=wanted,
    )
    return f"/v1/season-report-files/{links.token_of(sealer, link, CONTEXT)}", link.expires_at


def read(sealer: Sealer, token: str) -> Link:
    """What a link says.

    Raises:
        LinkInvalid: altered, made for something else, or over.
    """
    return links.read(sealer, token, CONTEXT, Link)
