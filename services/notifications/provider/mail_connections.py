"""Connections to a mail server, kept for the next message while messages follow each other.

As many as are asked for at the same time: none waits for another one's message. One that failed in any way is not kept.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage

import aiosmtplib

FRESH_SECONDS = 2.0
"""One that was not used for longer is asked first whether it is still there."""
IDLE_SECONDS = 60.0
CHECK_SECONDS = 2.0
"""How long an unused one has to answer: what nobody ends and nobody answers on is given up before the message's time is."""
MESSAGES = 100
"""Servers end a connection that has brought too many messages."""


@dataclass(slots=True)
class Kept:
    """A connection: how many messages it has brought, and when it was last used."""

    smtp: aiosmtplib.SMTP
    brought: int = 0
    used_at: float = 0.0


class MailConnections:
    """Hands messages over, one at a time on each connection."""

    def __init__(self, make: Callable[[], aiosmtplib.SMTP]) -> None:
        self._make = make
        self._idle: list[Kept] = []

    async def send(self, letter: bytes | EmailMessage, sender: str, recipient: str) -> str:
        """What the server answered; where it ends a kept connection before it heard of the message, by another one."""
        kept = await self._kept()
        if kept is not None:
            with suppress(aiosmtplib.SMTPSenderRefused):
                return await self._by(kept, letter, sender, recipient)
        return await self._by(Kept(self._make()), letter, sender, recipient)

    async def _by(self, kept: Kept, letter: bytes | EmailMessage, sender: str, recipient: str) -> str:
        try:
            if not kept.smtp.is_connected:
                await kept.smtp.connect()
            if isinstance(letter, bytes):
                _, answer = await kept.smtp.sendmail(sender, [recipient], letter)
            else:
                _, answer = await kept.smtp.send_message(letter, sender=sender, recipients=[recipient])
        except BaseException:
            kept.smtp.close()
            raise
        kept.brought, kept.used_at = kept.brought + 1, time.monotonic()
        if kept.brought < MESSAGES:
            self._idle.append(kept)
        else:
            await _ended(kept)
        return answer

    async def _kept(self) -> Kept | None:
        """The one that was used last, if it is still there, else none; those that nobody needs any more are given back."""
        now = time.monotonic()
        unneeded = [each for each in self._idle if each.used_at < now - IDLE_SECONDS]
        self._idle = self._idle[len(unneeded) :]
        await asyncio.gather(*(_ended(each) for each in unneeded))
        last = self._idle.pop() if self._idle else None
        return last if last is not None and await _still_there(last, now) else None

    async def close(self) -> None:
        """Give every connection back."""
        idle, self._idle = self._idle, []
        await asyncio.gather(*(_ended(each) for each in idle))


async def _still_there(kept: Kept, now: float) -> bool:
    if kept.smtp.is_connected and kept.used_at < now - FRESH_SECONDS:
        with suppress(aiosmtplib.SMTPException, OSError):
            await kept.smtp.rset(timeout=CHECK_SECONDS)
            return True
        kept.smtp.close()
        return False
    return kept.smtp.is_connected


async def _ended(kept: Kept) -> None:
    with suppress(aiosmtplib.SMTPException, OSError):
        await kept.smtp.quit(timeout=CHECK_SECONDS)
    kept.smtp.close()
