"""Links to printed forms: each is the right to fetch one, for a short while."""

from uuid import UUID

from services.files import links
from services.quota.printing.states import PaperFormat


class Link(links.Link):
    """Which annual form, as what."""

    form_id: UUID
    format: PaperFormat


PAPERS = links.Kind("/v1/papers/", "papers", Link)
