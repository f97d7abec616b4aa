"""Letters: text and HTML of the same notices. What is the same for all of its readers is written once."""

import re
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from functools import lru_cache
from pathlib import Path
from uuid import UUID

import jinja2

from services.kit.clock import SHANGHAI
from services.kit.errors import Language
from services.notifications.provider.message import Item, Message

WORDS = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "words"),
    autoescape=jinja2.select_autoescape(("html.jinja",)),
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
PLAIN = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}")
"""An address that stands in a header and in a command as it is."""
WIRE = SMTP.clone(cte_type="7bit")
WRITTEN = 32


class Letters:
    """Makes letters from one sender; what many get is kept as it goes over the wire, but for whom it is for."""

    def __init__(self, sender: str, sender_name: str, preferences_url: str | None) -> None:
        self._sender = sender
        self._sender_name = sender_name
        self._preferences_url = preferences_url
        self._same = lru_cache(maxsize=WRITTEN)(self._written)

    def letter(self, message: Message) -> bytes | EmailMessage:
        """The message as it is sent; an address out of the ordinary is for the mail library to judge.

        Raises:
            ValueError: the address is none.
        """
        if not PLAIN.fullmatch(message.address):
            return self.whole(message)
        own = "".join(f"{name}: {value}\r\n" for name, value in self._own(message).items())
        return own.encode("ascii") + self._same(message.items, message.language, message.legal)

    def whole(self, message: Message) -> EmailMessage:
        """The message in both forms, with all that is its own."""
        letter = self._common(message)
        for name, value in self._own(message).items():
            letter[name] = value
        return letter

    def _own(self, message: Message) -> dict[str, str]:
        return {
            "message-id": message_id(message, self._sender),
            "date": format_datetime(datetime.now(UTC)),
            "to": message.address,
        }

    def _written(self, items: tuple[Item, ...], language: Language, legal: bool) -> bytes:
        return self._common(Message(UUID(int=0), "", language, items, legal)).as_bytes(policy=WIRE)

    def _common(self, message: Message) -> EmailMessage:
        letter = EmailMessage(policy=SMTP)
        letter["from"] = formataddr((self._sender_name, self._sender))
        letter["subject"] = " ".join(message.title.split())
        letter["auto-submitted"] = "auto-generated"
        if self._preferences_url is not None and not message.legal:
            letter["list-unsubscribe"] = f"<{self._preferences_url}>"
        told = {
            "message": message,
            "english": message.language is Language.EN,
            "zone": SHANGHAI,
            "settings": {"sender_name": self._sender_name, "preferences_url": self._preferences_url},
        }
        letter.set_content(WORDS.get_template("notices.txt.jinja").render(told))
        letter.add_alternative(WORDS.get_template("notices.html.jinja").render(told), subtype="html")
        letter["content-language"] = "en" if message.language is Language.EN else "zh-CN"
        return letter


def message_id(message: Message, sender: str) -> str:
    """The id of a message's letter, the same however often it is sent."""
    return f"<{message.id}@{sender.rpartition('@')[2]}>"
