"""Links to reports: each is the right to fetch one, of what its caller sees, for a short while."""

from uuid import UUID

from services.files import links
from services.workflow.season_report.states import SeasonFormat


class Link(links.Link):
    """Of which year, at and below which organisations, as what."""

    cycle_id: UUID
    below: list[UUID]
    format: SeasonFormat


REPORTS = links.Kind("/v1/season-report-files/", "season-report", Link)
