"""Links that are themselves the right to send or fetch one file: sealed, for one caller, short-lived, in real time."""

import base64
import binascii
import time
from datetime import UTC, datetime
from uuid import UUID

from pydantic import BaseModel, ValidationError

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.intake.errors import LinkInvalid
from services.accounts.intake.states import Kind, Paper
from services.kit.auth import Actor
from services.kit.sealing import SealBroken, Sealer

PATH = "/v1/import-files/"
CONTEXT = "intake.link"
SECONDS = 60


class Link(BaseModel):
    """What a link says: for whom, until when (seconds of real time), to send the file of an import or to fetch a paper."""

    account_id: UUID
    name: str
    organisation_id: UUID | None = None
    import_id: UUID | None = None
    paper: Paper | None = None
    kind: Kind | None = None
    until: int

    @property
    def expires_at(self) -> datetime:
        """The instant at which it ends."""
        return datetime.fromtimestamp(self.until, UTC)

    @property
    def actor(self) -> Actor:
        """Whom the link was given to, with the one seat for which it was given."""
        where = self.organisation_id
        seats = (authorization.seat_given(Act.IMPORT, where),) if where else ()
        return Actor(self.account_id, "person", self.name, seats)


def issue(
    sealer: Sealer,
    actor: Actor,
    minutes: int,
    *,
    organisation_id: UUID | None = None,
    import_id: UUID | None = None,
    paper: Paper | None = None,
    kind: Kind | None = None,
) -> tuple[str, datetime]:
    """The path of a new link, and when it ends; without a paper it is for sending the file."""
    link = Link(
        account_id=actor.id,
        name=actor.name,
        organisation_id=organisation_id,
        import_id=import_id,
        paper=paper,
        kind=kind,
        until=int(time.time()) + minutes * SECONDS,
    )
    sealed = sealer.seal(link.model_dump_json().encode(), context=CONTEXT)
    return PATH + base64.urlsafe_b64encode(sealed).decode().rstrip("="), link.expires_at


def read(sealer: Sealer, token: str, *, sending: bool) -> Link:
    """What a link says.

    Raises:
        LinkInvalid: altered, made for something else, or over.
    """
    try:
        sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        link = Link.model_validate_json(sealer.open(sealed, context=CONTEXT))
    except (SealBroken, binascii.Error, ValidationError, ValueError) as error:
        raise LinkInvalid from error
    if link.until < time.time() or sending != (link.paper is None):
        raise LinkInvalid
    return link
