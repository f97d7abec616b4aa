"""Links to charts: each is the right to fetch one, for what its caller sees, for a short while."""

from uuid import UUID

from services.files import links
from services.quota.contract import PostPool
from services.quota.overview.states import ChartFormat


class Link(links.Link):
    """Which chart, below which departments (None: all), as what."""

    year: int
    pool: PostPool
    below: list[UUID] | None
    format: ChartFormat


CHARTS = links.Kind("/v1/overview-charts/", "overview", Link)
