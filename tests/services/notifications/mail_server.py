"""A mail server as a process of its own; what it does with a message is told by whom it is for.

`python -m tests.services.notifications.mail_server PORT FOLDER`: every message taken is a file of the folder, every try to
hand one over a line of `tries`. To `refused@` it says 550, to `full@` 452, to `grey@` 451 the first time, to `spam@` 554
after the message, and to `dropped@` it takes the message and then breaks off the connection once, before it has answered. To
`slow@` it takes the message and the first time never answers.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

ANSWERS = {
    "refused": "550 5.1.1 <{address}>: Recipient address rejected",
    "full": "452 4.2.2 mailbox full",
}


class Handler:
    """Takes messages, or fails as their addresses say."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: Counter[str] = Counter()
        self._taken: Counter[str] = Counter()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Whom a message may be for."""
        del server, session, options
        name = address.partition("@")[0]
        self._seen[address] += 1
        with (self._folder / "tries").open("a") as tries:
            tries.write(address + "\n")
        if name in ANSWERS:
            return ANSWERS[name].format(address=address)
        if name == "grey" and self._seen[address] == 1:
            return "451 4.7.1 Greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - see above
        """Keep a message."""
        del session
        (address,) = envelope.rcpt_tos
        if address.startswith("spam@"):
            return "554 5.7.1 Message rejected"
        self._taken[address] += 1
        number = len(list(self._folder.glob("*.json")))
        told: dict[str, Any] = {"to": address, "content": (envelope.content or b"").decode()}
        begun = self._folder / "begun"
        begun.write_text(json.dumps(told))
        begun.rename(self._folder / f"{number:05}.json")  # whoever looks finds whole letters
        if address.startswith("slow@") and self._taken[address] == 1:
            await asyncio.sleep(3600)
        if address.startswith("dropped@") and self._taken[address] == 1:
            server.transport.abort()
        return "250 2.0.0 Ok: queued as 4D2F"


async def main(port: int, folder: Path) -> None:
    """Serve until killed."""
    handler = Handler(folder)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, hostname="mail.test", enable_SMTPUTF8=True), "127.0.0.1", port
    )
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
