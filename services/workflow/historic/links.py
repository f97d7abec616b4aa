"""Links by which a file of historic certificates is sent and its report fetched: each the right to do that, for a while."""

from uuid import UUID

from services.accounts.contract import Role
from services.files import links
from services.kit.auth import Actor, Seat

PATH = "/v1/historic-files/"


class Link(links.Link):
    """Which import, and by whose seat."""

    import_id: UUID
    organisation_id: UUID

    @property
    def actor(self) -> Actor:
        """Whom the link was given to, with the one seat for which it was given."""
        seat = Seat(role=Role.ORGANISATION_MANAGER, organisation_id=self.organisation_id, lineage=())
        return Actor(self.account_id, "person", self.name, (seat,))


SENDING = links.Kind(PATH, "historic-files.send", Link)
REPORTS = links.Kind(PATH, "historic-files.report", Link)
