"""What links to files of evidence say: for whom and in which seat, to send which file or to fetch one."""

from typing import Literal, Self
from uuid import UUID

from services.files import links
from services.kit.auth import Actor, Seat
from services.kit.sealing import Sealer

PATH = "/v1/evidence-files/"


class Held(links.Link):
    """Base of both: whom the link was given to, and the one seat in which it was asked for."""

    kind: Literal["person", "service", "integration"]
    person_id: UUID | None
    seat: Seat | None

    @property
    def actor(self) -> Actor:
        """The caller, with that seat and no other."""
        seats = (self.seat,) if self.seat else ()
        return Actor(self.account_id, self.kind, self.name, seats, self.person_id)

    @classmethod
    def given_to(cls, actor: Actor, seat: Seat | None, minutes: int, **more: object) -> Self:
        """A link for a caller; where its seat stands is not told, so that the link stays short."""
        return cls.model_validate(
            {
                "account_id": actor.id,
                "name": actor.name,
                "until": links.ending(minutes),
                "kind": actor.kind,
                "person_id": actor.person_id,
                "seat": seat.model_copy(update={"lineage": ()}) if seat else None,
                **more,
            }
        )


class Sending(Held):
    """To send the next version of a record's evidence: in place of which one, and with which digest, where it was told."""

    record_id: UUID
    file_name: str
    sha256: str | None
    replaces_id: UUID | None


class Fetching(Held):
    """To fetch one version."""

    file_id: UUID


def path_of(sealer: Sealer, link: Held) -> str:
    """The path of a link."""
    return PATH + links.token_of(sealer, link, _purpose(type(link)))


def read_sending(sealer: Sealer, token: str) -> Sending:
    """What a link for sending says.

    Raises:
        LinkInvalid: altered, made for something else, or over.
    """
    return links.read(sealer, token, _purpose(Sending), Sending)


def read_fetching(sealer: Sealer, token: str) -> Fetching:
    """What a link for fetching says.

    Raises:
        LinkInvalid: altered, made for something else, or over.
    """
    return links.read(sealer, token, _purpose(Fetching), Fetching)


def _purpose(kind: type[Held]) -> str:
    return f"evidence.{kind.__name__.lower()}"
