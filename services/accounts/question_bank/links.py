"""Links to send a sheet of questions, for a browser or app that has no other way to this service."""

from datetime import datetime

from services.files import links
from services.kit.auth import Actor, Seat
from services.kit.sealing import Sealer

PATH = "/v1/question-files/"
PURPOSE = "question_bank.link"


class SheetLink(links.Link):
    """A link that says for which year, under which title, and by which seat the sheet is taken in."""

    cycle: int
    title: str
    seat: Seat

    @property
    def actor(self) -> Actor:
        """Whom the link was given to, with the one seat for which it was given."""
        return Actor(self.account_id, "person", self.name, (self.seat,))


def issue(
    sealer: Sealer, actor: Actor, seat: Seat, cycle: int, title: str, minutes: int
) -> tuple[str, datetime]:
    """The path of a new link, and when it ends."""
    link = SheetLink(
        account_id=actor.id,
        name=actor.name,
        until=links.ending(minutes),
        cycle=cycle,
        title=title,
        seat=seat,
    )
    return PATH + links.token_of(sealer, link, PURPOSE), link.expires_at


def read(sealer: Sealer, token: str) -> SheetLink:
    """What a link says.

    Raises:
        LinkInvalid: altered, made for something else, or over.
    """
    return links.read(sealer, token, PURPOSE, SheetLink)
