"""Links by which a roster is sent and a report fetched: each is the right to do that once, for a short while."""

from uuid import UUID

from services.accounts.contract import Role
from services.files import links
from services.kit.auth import Actor, Seat

PATH = "/v1/staffing-files/"


class Link(links.Link):
    """Which import, and by whose seat."""

    import_id: UUID
    unit_id: UUID

    @property
    def actor(self) -> Actor:
        """Whom the link was given to, with the one seat for which it was given."""
        seat = Seat(role=Role.RECOMMENDER, organisation_id=self.unit_id, lineage=())
        return Actor(self.account_id, "person", self.name, (seat,))


SENDING = links.Kind(PATH, "staffing-files.send", Link)
REPORTS = links.Kind(PATH, "staffing-files.report", Link)
