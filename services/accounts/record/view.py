"""A person's records seen on a day: what is confirmed, and what will be if everything declared is confirmed too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar
from uuid import UUID

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
    """Records of one person seen on a day under a year's rules."""

    records: Sequence[Told]
    on: date
    rules: RecordRules
    articles: Mapping[str, Basis]
    employer_id: UUID | None

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
