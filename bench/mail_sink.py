"""A mail server as a process of its own that takes every letter at once: `python -m bench.mail_sink`.

What it tells on its output, each with the time of the clock that all processes of a machine share: `ready PORT`; `urgent NAME TIME` of a letter whose subject says so; `taken NUMBER TIME` of the last of so many others, ten
times a second.
"""

import asyncio
import re
import sys
import time

HELLO, END = b"220 sink ESMTP\r\n", b"\r\n.\r\n"
SAID = {
    b"EHLO": b"250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
}
FINE = b"250 fine\r\n"
URGENT = re.compile(rb"^subject: urgent (\w+)", re.IGNORECASE | re.MULTILINE)
APART = 0.1


class Sink(asyncio.Protocol):
    """One connection."""

    taken = 0
    last = 0.0

    def __init__(self) -> None:
        self._held = bytearray()
        self._in_letter = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say hello."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(HELLO)

    def data_received(self, data: bytes) -> None:
        """Answer every line, and every letter once it is whole."""
        self._held += data
        while (end := self._held.find(END if self._in_letter else b"\r\n")) >= 0:
            piece = bytes(self._held[:end])
            del self._held[: end + len(END if self._in_letter else b"\r\n")]
            self._transport.write(self._letter(piece) if self._in_letter else self._line(piece))

    def _line(self, line: bytes) -> bytes:
        word = line[:4].upper()
        self._in_letter = word == b"DATA"
        return SAID.get(word, FINE)

    def _letter(self, letter: bytes) -> bytes:
        self._in_letter = False
        now = time.perf_counter()
        if found := URGENT.search(letter):
            _tell("urgent", found[1].decode(), now)
        else:
            Sink.taken, Sink.last = Sink.taken + 1, now
        return FINE


def _tell(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


async def main() -> None:
    """Take letters until killed."""
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0, backlog=200)
    _tell("ready", server.sockets[0].getsockname()[1])
    told = 0
    while True:
        await asyncio.sleep(APART)
        if told != Sink.taken:
            told = Sink.taken
            _tell("taken", told, Sink.last)


if __name__ == "__main__":
    asyncio.run(main())
