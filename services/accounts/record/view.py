"""A person's records seen on a day: what is confirmed, and what will be if everything declared is confirmed too."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar
from uuid import UUID

from services.accounts.contract.records import Amount
from services.accounts.organisation.regions import Region
from services.accounts.record.bodies import Body
from services.accounts.record.policy import RecordRules
from services.kit.errors import Basis

B = TypeVar("B", bound=Body)


@dataclass(frozen=True, slots=True)
class Told:
    """A record that counts: confirmed, or declared and so perhaps in place of another."""

    id: UUID
    body: Body
    confirmed: bool
    supersedes_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class View:
    """Records of one person seen on a day under a year's rules.

    `regions` are the divisions by their codes, former ones included; `place` is that of the present unit.
    """

    records: Sequence[Told]
    on: date
    rules: RecordRules
    articles: Mapping[str, Basis]
    regions: Mapping[str, Region]
    employer_id: UUID | None
    place: Region | None

    def of(self, kind: type[B]) -> list[tuple[Told, B]]:
        """The records of a kind that have begun by the day."""
        return [
            (each, each.body)
            for each in self.records
            if isinstance(each.body, kind) and each.body.span()[0] <= self.on
        ]

    def on_the_day(self, kind: type[B]) -> list[B]:
        """The records of a kind that hold on the day itself."""
        found = (body for _, body in self.of(kind))
        return [body for body in found if (until := body.span()[1]) is None or until >= self.on]

    def confirmed(self) -> "View":
        """What is confirmed."""
        return replace(self, records=[each for each in self.records if each.confirmed])

    def hoped(self) -> "View":
        """What will be if everything declared is confirmed."""
        replaced = {each.supersedes_id for each in self.records if not each.confirmed}
        return replace(self, records=[each for each in self.records if each.id not in replaced])

    def amount(self, count: Callable[["View"], int]) -> Amount:
        """A figure in both ways."""
        return Amount(confirmed=count(self.confirmed()), with_declared=count(self.hoped()))
