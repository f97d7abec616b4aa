"""npm's loadtest sends requests at a steady rate, whether or not those before were answered, over as many connections as that takes.

How long an answer took is counted from the moment when its request was due, not from when it was sent: had the generator
been late, or the server been slow to take a connection, that is in it (coordinated omission).
"""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.last_hour.mix import Request
from bench.page.peers import PeerMissing
from tests.platform import npm

SENDER = Path(__file__).with_name("sender")
REFUSED, BUSY = frozenset({429, 503}), frozenset({"TOO_BUSY", "THROTTLED"})
MILLISECONDS = 1000.0


@dataclass(frozen=True, slots=True)
class Phase:
    """Requests that are due at equal distances within so many seconds."""

    requests: Sequence[Request]
    seconds: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one request: seconds since it was due, and by how many of them the generator was late; None: no answer."""

    request: Request
    seconds: float | None = None
    late: float = 0.0
    status: int = 0
    again: str | None = None
    code: str | None = None
    due: float = 0.0
    """When it was, in seconds since the first of its phase."""

    @property
    def sent_away(self) -> bool:
        """Whether it was refused for want of room."""
        return self.status in REFUSED or self.code in BUSY

    @property
    def polite(self) -> bool:
        """Whether who was sent away was told when to come again, with the stable code; a page says it in words."""
        told = self.code in BUSY or "html" in self.request.headers["accept"]
        return self.sent_away and told and (self.again or "").isdigit()


def installed() -> Path:
    """Where loadtest is, with our own script beside it.

    Raises:
        PeerMissing: it cannot be had.
    """
    if (home := npm.fetched(SENDER)) is None:
        raise PeerMissing("npm cannot install loadtest here")
    return home


async def send(home: Path, folder: Path, url: str, phases: Sequence[Phase]) -> list[list[Answer]]:
    """Send the requests of each phase within its seconds, one phase right after the other; the answers of each."""
    asked, told = folder / "requests.jsonl", folder / "answers.jsonl"
    with asked.open("w", encoding="utf-8") as lines:
        lines.writelines(
            f"{json.dumps(asdict(each), ensure_ascii=False)}\n" for phase in phases for each in phase.requests
        )
    rates = json.dumps([{"count": len(each.requests), "seconds": each.seconds} for each in phases])
    run = ("node", str(home / "send.mjs"), url, str(asked), str(told), rates)
    process = await asyncio.create_subprocess_exec(
        *run, cwd=home, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL
    )
    if await process.wait():
        raise PeerMissing("the requests could not be sent")
    return _answers(told, phases)


def _answers(told: Path, phases: Sequence[Phase]) -> list[list[Answer]]:
    """An answer for each request, also for one that got none."""
    lines = {line["number"]: line for line in map(json.loads, told.read_text(encoding="utf-8").splitlines())}
    answers, first = [], 0
    for phase in phases:
        answers.append(
            list(_of_phase(phase, [lines.get(first + each) for each in range(len(phase.requests))]))
        )
        first += len(phase.requests)
    return answers


def _of_phase(phase: Phase, lines: Sequence[Mapping[str, Any] | None]) -> Iterator[Answer]:
    apart = phase.seconds / len(lines) * MILLISECONDS
    began = min((line["sent"] - number * apart for number, line in enumerate(lines) if line), default=0.0)
    for number, (request, line) in enumerate(zip(phase.requests, lines, strict=True)):
        due = began + number * apart
        if line is None:
            yield Answer(request, due=(due - began) / MILLISECONDS)
            continue
        yield Answer(
            request,
            seconds=(line["answered"] - due) / MILLISECONDS,
            late=(line["sent"] - due) / MILLISECONDS,
            due=(due - began) / MILLISECONDS,
            status=line["status"],
            again=line["again"],
            code=line["code"],
        )
