"""Shapes of employments and changes of employer over HTTP."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, model_validator

from services.accounts.contract import (
    AidPosting,
    DocumentKind,
    EmploymentContract,
    EmploymentEnding,
    PersonKind,
)
from services.accounts.employment.states import Action, State
from services.accounts.person.schemas import BelongingIn, ContractIn, DocumentIn
from services.accounts.person.states import RestsOn
from services.accounts.sign_in.schemas import Asked

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)]
OURS = (EmploymentEnding.MOVED, EmploymentEnding.KIND_CHANGED, EmploymentEnding.DEPARTMENT_CHANGED)
"""What ends a period without ending the employment, or by a change of employer: not told, but follows."""


class EndIn(Asked):
    """Why and when an employment ended."""

    ending: EmploymentEnding
    on: date
    reason: Reason
    version: int | None = None

    @model_validator(mode="after")
    def _told(self) -> Self:
        if self.ending in OURS:
            raise ValueError("that ending follows from another act")
        return self


class KindIn(BelongingIn):
    """Another kind at the same employer, with what that kind has to tell."""

    on: date
    reason: Reason
    version: int | None = None


class DepartmentIn(Asked):
    """Another internal department of the same employer, or (null) none."""

    department_id: UUID | None = None
    on: date
    reason: Reason
    version: int | None = None


class ContractChangeIn(Asked):
    """A new or renewed contract with the present employer."""

    contract: ContractIn


class EmploymentOut(BaseModel):
    """A period in which someone belonged to an employer in one way."""

    id: UUID
    organisation_id: UUID
    organisation_name: str
    department_id: UUID | None
    kind: PersonKind
    since: date
    began_on: date
    ended_on: date | None
    ending: EmploymentEnding | None
    note: str | None
    contract: EmploymentContract | None
    aid: AidPosting | None


class Employments(BaseModel):
    """All of them, newest first."""

    items: list[EmploymentOut]


class ChangeIn(BelongingIn):
    """A unit, or its department, asks for someone whom it names by a document, and by nothing else."""

    organisation_id: UUID
    document: DocumentIn
    reason: Reason


class ActIn(Asked):
    """What every step of a change takes."""

    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] | None = None
    version: int | None = None


class PartOut(BaseModel):
    """An organisation that has a part in a change."""

    id: UUID
    name: str


class ChangeStepOut(BaseModel):
    """A step that was taken: by which role at which organisation; never by whom, for that could be the person's name."""

    action: str
    after: str
    at: datetime
    role: str | None
    organisation_id: UUID | None
    note: str | None


class ChangeOut(BaseModel):
    """A change of employer. The unit that asks learns neither name nor id before the account is its own."""

    id: UUID
    state: State
    person_id: UUID | None
    masked_name: str | None
    document_kind: DocumentKind
    masked_number: str
    employer: PartOut | None
    asker: PartOut
    department_id: UUID | None
    superior: PartOut | None
    kind: PersonKind
    rests_on: RestsOn | None
    contract: EmploymentContract | None
    aid: AidPosting | None
    reason: str
    due_on: date | None = Field(description="the last day to answer; after it silence counts")
    asked_at: datetime
    version: int
    available_actions: list[Action]
    history: list[ChangeStepOut]
