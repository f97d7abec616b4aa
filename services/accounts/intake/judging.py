"""What is found of a row, whatever it is of: refusals in the words of the API, and what is to be written where there are none."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson

from services.accounts.installation import Desk
from services.accounts.intake.model import Intake
from services.kit.errors import Basis, Finding, Language, Refusal
from services.kit.sealing import Sealer
from services.spreadsheet.columns import Cells

T = TypeVar("T")
Told = dict[str, Any]
"""A refusal as it is kept with its row: code, both messages, field, basis."""


def told(refusal: Refusal | Finding) -> Told:
    """A refusal as it is kept; `findings` of a rule's refusal (who may instead) are in its message already."""
    return {
        "code": refusal.code,
        "zh": refusal.message(Language.ZH),
        "en": refusal.message(Language.EN),
        "field": refusal.field,
        "basis": [asdict(each) for each in refusal.basis],
    }


@dataclass(slots=True)
class Judged(Generic[T]):
    """What was found of a row; `ready` is what it asks for, once nothing is wrong."""

    row_no: int
    refusals: list[Told] = field(default_factory=list)
    parent_id: UUID | None = None
    parent_row: int | None = None
    same: str | None = None
    ready: T | None = None

    def refuse(self, *refusals: Refusal | Finding) -> None:
        """Note what is wrong."""
        self.refusals += [told(each) for each in refusals]


@dataclass(frozen=True, slots=True)
class Job:
    """An import that is worked on, and what it is worked with."""

    desk: Desk
    intake_id: UUID
    organisation_id: UUID
    account_id: UUID
    actor_name: str
    version: int

    @classmethod
    def of(cls, desk: Desk, intake: Intake) -> "Job":
        """The work on an import."""
        return cls(
            desk, intake.id, intake.organisation_id, intake.account_id, intake.actor_name, intake.version
        )

    @property
    def sealer(self) -> Sealer:
        """What rows are sealed with."""
        return self.desk.installation.sealer

    @property
    def basis(self) -> Basis:
        """Where the import itself rests."""
        return self.desk.policy.articles["imports"]

    def cells(self, kept: bytes | None) -> Cells:
        """What a row holds."""
        assert kept is not None, "rows are judged while they have their cells"
        cells: Cells = orjson.loads(self.sealer.open(kept, context=cells_of(self.intake_id)))
        return cells


def cells_of(intake_id: UUID) -> str:
    """What the cells of an import are sealed for."""
    return f"intake.cells/{intake_id}"


def sealed(sealer: Sealer, intake_id: UUID, cells: Cells) -> bytes:
    """A row's cells at rest."""
    return sealer.seal(orjson.dumps(dict(cells)), context=cells_of(intake_id))


def code_of(intake_id: UUID) -> str:
    """What the codes of an import are sealed for."""
    return f"intake.code/{intake_id}"


def texts(values: Iterable[str | None]) -> list[str]:
    """Each text once."""
    return list({each for each in values if each})


def refused(judged: Sequence[Judged[T]]) -> bool:
    """Whether anything is wrong."""
    return any(each.refusals for each in judged)
