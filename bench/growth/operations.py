"""The hot operations, each asked of the gateway as a front end asks, and each time about something else."""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.growth.copies import CERTIFICATE, DAYS_LEFT, DUE_DAYS, PUBLICITY
from bench.last_hour.mix import RECOMMEND, SUBMIT, Mix, Request, operations
from bench.page.growth import DECLARATION, PERSON, RECENT, key, name
from bench.page.province import node
from demo.stage import FIRST_YEAR

ASKED = Path(__file__).with_name("asked.graphql")
PAGE = 20
WRITES = ("save a section", "link for a file", SUBMIT, "pass on", RECOMMEND)
"""What the mix of the last hour has of writing; each of them is about somebody else, and what it tells is heard."""
CONTROL = "series (nothing that grows)"
Requests = Callable[[int], Sequence[Request]]


@dataclass(frozen=True, slots=True)
class Operation:
    """One of them: its next requests, whether they write, and whether strangers ask, each from another network."""

    requests: Requests
    writes: bool = False
    strangers: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """What is asked about: how many declarations there are, the unit with its places, and the day they were sent up."""

    size: int
    unit: UUID
    sent_on: date

    @property
    def recent(self) -> int:
        """How many of them anybody asks for: those of former years have no applicants here."""
        return min(self.size, RECENT)

    def some(self, kind: str, of: int) -> str:
        """The global id of any copy of a kind."""
        return node(kind, key(of, random.randint(1, self.recent)))

    @property
    def middle(self) -> str:
        """A place in the middle of what waits, which is by the day that is due, then by id."""
        day = self.sent_on + timedelta(DAYS_LEFT + DUE_DAYS // 2)
        return f"{day}.{key(DECLARATION, self.recent // 2)}"


class Asking:
    """Requests of the reviewer, of applicants and of anybody to the gateway."""

    def __init__(self, mix: Mix, reviewer: str) -> None:
        self._mix = mix
        self._reviewer = reviewer
        self._documents = operations(ASKED)

    def operations(self, place: Place) -> Mapping[str, Operation]:
        """All of them at one size; the reading ones first."""
        told = {
            CONTROL: self._told("Series"),
            "worklist, first page": self._told("Worklist", first=PAGE),
            "worklist, in its middle": self._told("Worklist", first=PAGE, after=place.middle),
            "worklist, counted": self._told("WorklistCounts"),
            "declaration": self._about("Declaration", lambda: place.some("Declaration", DECLARATION)),
            "own declaration": Operation(lambda times: self._mix.of("own declaration", times)),
            "declarations, first page": self._told("Declarations", first=PAGE),
            "publicities, first page": self._told("Publicities", first=PAGE),
            "publicity": self._about("Publicity", lambda: place.some("Publicity", PUBLICITY)),
            "certificate": self._about("Certificate", lambda: place.some("Certificate", CERTIFICATE)),
            "certificate verified": Operation(
                lambda times: [self._verified(place) for _ in range(times)], strangers=True
            ),
            "inbox, first page": self._told("Inbox", first=PAGE),
            "unread, counted": self._told("Unread"),
            "places free": self._told("Places", unitId=node("Organisation", place.unit), year=FIRST_YEAR),
            "person": self._about("Person", lambda: place.some("Person", PERSON)),
            "people, searched": Operation(lambda times: [self._searched(place) for _ in range(times)]),
        }
        return told | {kind: self._written(kind) for kind in WRITES}

    def _written(self, kind: str) -> Operation:
        return Operation(lambda times: self._mix.of(kind, times), writes=True)

    def _told(self, operation: str, **variables: Any) -> Operation:
        return Operation(lambda times: [self._ask(operation, self._reviewer, **variables)] * times)

    def _about(self, operation: str, some: Callable[[], str]) -> Operation:
        return Operation(
            lambda times: [self._ask(operation, self._reviewer, id=some()) for _ in range(times)]
        )

    def _searched(self, place: Place) -> Request:
        return self._ask("People", self._reviewer, first=PAGE, q=name(random.randint(1, place.recent)))

    def _verified(self, place: Place) -> Request:
        number = random.randint(1, place.recent)
        return self._ask("Verify", None, number=f"B{number}", name=name(number))

    def _ask(self, operation: str, token: str | None, **variables: Any) -> Request:
        headers = {"content-type": "application/json"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        body = json.dumps({"query": self._documents[operation], "variables": variables})
        return Request(operation, "POST", "/graphql", headers, body)
