"""What a provider is given, what it answers, and the three ways in which it fails."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.kit.errors import Basis, Language


@dataclass(frozen=True, slots=True)
class Item:
    """One notice in the reader's language."""

    title: str
    body: str
    at: datetime
    basis: tuple[Basis, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """What goes out at once: one notice, or several that were gathered.

    Its `id` stays the same however often it is tried; a provider that knows ids drops what it has already.
    """

    id: UUID
    address: str
    language: Language
    items: tuple[Item, ...]
    legal: bool

    @property
    def title(self) -> str:
        """One line for the whole."""
        if len(self.items) == 1:
            return self.items[0].title
        count = len(self.items)
        return f"{count} notices for you" if self.language is Language.EN else f"您有 {count} 条消息"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the provider answered when it took the message; never an address."""

    text: str


class Provider(Protocol):
    """Takes messages of one channel out."""

    async def send(self, message: Message) -> Receipt:
        """Hand the message over.

        Raises:
            Away: the provider itself fails; it says nothing of this message.
            NotNow: it does not take this message now.
            Refused: it will never take it.
        """
        ...

    async def close(self) -> None:
        """Give back what is held."""
        ...


class Away(Exception):
    """The provider does not answer, or nothing at all goes through it."""


class NotNow(Exception):
    """It does not take this message now; later it may."""


class Refused(Exception):
    """It will not take this message; `address_failing`: nothing arrives at that address."""

    def __init__(self, why: str, *, address_failing: bool) -> None:
        self.address_failing = address_failing
        super().__init__(why)
