"""Links by which a file of historic certificates is sent and its report fetched: each the right to do that, for a while."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.accounts.contract import Role
from services.files import links
from services.files.errors import LinkInvalid
from services.kit.auth import Actor, Seat
from services.kit.sealing import Sealer
from services.workflow.historic.model import HistoricImport

CONTEXT = "historic-files"


class Purpose(StrEnum):
    """What a link lets its holder do."""

    SEND = "SEND"
    REPORT = "REPORT"


class Link(links.Link):
    """Which import, and what for."""

    import_id: UUID
    organisation_id: UUID
    purpose: Purpose

    @property
    def actor(self) -> Actor:
        """Whom the link was given to, with the one seat for which it was given."""
        seat = Seat(role=Role.ORGANISATION_MANAGER, organisation_id=self.organisation_id, lineage=())
        return Actor(self.account_id, "person", self.name, (seat,))


def issue(
    sealer: Sealer, actor: Actor, row: HistoricImport, purpose: Purpose, minutes: int
) -> tuple[str, datetime]:
    """The path of a new link, and when it ends."""
    link = Link(
        account_id=actor.id,
        name=actor.name,
        until=links.ending(minutes),
        import_id=row.id,
        organisation_id=row.organisation_id,
        purpose=purpose,
    )
    return f"/v1/historic-files/{links.token_of(sealer, link, CONTEXT)}", link.expires_at


def read(sealer: Sealer, token: str, purpose: Purpose) -> Link:
    """What a link says.

    Raises:
        LinkInvalid: altered, made for something else, or over.
    """
    link = links.read(sealer, token, CONTEXT, Link)
    if link.purpose is not purpose:
        raise LinkInvalid
    return link
