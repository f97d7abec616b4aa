"""Links to printed certificates: each is the right to fetch one, for a short while."""

from uuid import UUID

from services.files import links

CONTEXT = "certificate-papers"
PATH = f"/v1/{CONTEXT}/"


class Link(links.Link):
    """Which certificate."""

    certificate_id: UUID


PAPERS = links.Kind(PATH, CONTEXT, Link)
