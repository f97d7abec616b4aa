"""Events from an outbox through the relay to a service that remembers them, over HTTP and over JetStream, each part killed once."""

import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.faults.relaying import DISORDER, KILLS, world

FEW, MANY, TIMES = 2_000, 100_000, 10
SETTINGS = {
    "LANES_AT_ONCE": "16",
    "POLL_SECONDS": "1",
    "SEAL_SECONDS": "1",
    "DELIVERY_TIMEOUT_SECONDS": "8",
    "LEASE_SECONDS": "10",
}


@dataclass(frozen=True, slots=True)
class Carried:
    """What came of one transport."""

    transport: str
    events: int
    seconds: float
    killed: Sequence[str]


async def run(*, million: bool) -> list[Carried]:
    """Carry everything over each transport, once undisturbed and once with every part killed in the middle."""
    events = MANY if million else FEW
    return [await _carry(transport, events, kills) for transport in KILLS for kills in ((), KILLS[transport])]


async def _carry(transport: str, events: int, kills: Sequence[str]) -> Carried:
    with tempfile.TemporaryDirectory(prefix="titles-bench-") as folder:
        os.chmod(folder, 0o711)  # noqa: PTH101, S103 - run by root, the server is another user
        async with world(Path(folder), transport, **SETTINGS) as parts:
            await parts.publish(events // TIMES, TIMES)
            await parts.relay.start()
            await parts.until_heard(1)  # a process takes its time to start, whatever it carries
            began = time.perf_counter()
            for number, what in enumerate(kills, start=1):
                await parts.until_heard(events * number // (len(kills) + 1))
                await parts.kill(what)
            await parts.until_heard(events)
            seconds = time.perf_counter() - began
            if await parts.heard() != (events, events) or await parts.ask(DISORDER):
                raise RuntimeError(f"lost, doubled or out of order over {transport}")
            return Carried(transport, events, seconds, kills)
