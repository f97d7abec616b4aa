"""Links to charts of signs: each is the right to fetch one, of what its caller sees, for a short while."""

from datetime import date
from uuid import UUID

from services.files import links
from services.workflow.supervision.states import ChartFormat, Group


class Link(links.Link):
    """Whose signs, at and below which organisations, since when, as what."""

    below: list[UUID]
    of: Group
    organisation_id: UUID | None
    since: date | None
    format: ChartFormat


CHARTS = links.Kind("/v1/review-sign-charts/", "review-signs", Link)
