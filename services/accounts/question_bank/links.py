"""Links to send a sheet of questions, for a browser or app that has no other way to this service."""

from services.files import links
from services.kit.auth import Actor, Seat

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


SHEETS = links.Kind(PATH, PURPOSE, SheetLink)
