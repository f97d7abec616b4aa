"""What the review of a declaration needs to know of people, and what happens to them."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel

from services.accounts.contract.organisations import OrganisationRef
from services.accounts.contract.words import (
    ContractKind,
    DocumentChange,
    DocumentKind,
    EmploymentEnding,
    OrganisationNature,
    PersonKind,
)
from services.kit.outbox import Event


class EmploymentContract(BaseModel):
    """The contract of an employment; without `until` it has no term."""

    kind: ContractKind
    signed_on: date
    until: date | None = None


class AidPosting(BaseModel):
    """An aid-Qinghai talent's posting: who sends, on whose authority, for how long (二（四）1)."""

    sending_unit: str
    sending_authority: str
    starts_on: date
    until: date
    doctoral_team: bool = False


class PersonFacts(BaseModel):
    """What the review of a declaration needs to know of a person (answer of `POST /v1/people/facts`).

    Someone who left the employer has none: `lineage` ends at the HRSS department that looks after the account.
    """

    person_id: UUID
    account_id: UUID
    name: str
    kind: PersonKind
    employer_id: UUID | None
    department_id: UUID | None
    employer_nature: OrganisationNature | None
    test_passed: bool
    lineage: list[OrganisationRef]
    employed_since: date | None = None
    contract: EmploymentContract | None = None
    aid: AidPosting | None = None


class ReaderContact(BaseModel):
    """Where a person is reached as accounts knows it (answer of `POST /v1/readers/contacts`)."""

    person_id: UUID
    account_id: UUID
    phone: str | None
    email: str | None


class CheckedPerson(BaseModel):
    """Whom a credit platform is asked about (answer of `POST /v1/people/{person_id}/credit-check`).

    `resident_id` is whole; who is known by other documents alone has none.
    """

    person_id: UUID
    name: str
    resident_id: str | None


class PersonCreated(Event):
    """A person got an account from the employer."""

    type: ClassVar[str] = "titles.accounts.person.created.v1"

    person_id: UUID
    employer_id: UUID

    @property
    def subject(self) -> str:
        """The person."""
        return f"person/{self.person_id}"


class PersonDocumentChanged(Event):
    """A person's document was corrected or removed by the employer; no number, not even masked."""

    type: ClassVar[str] = "titles.accounts.person.document_changed.v1"

    person_id: UUID
    document_kind: DocumentKind
    change: DocumentChange
    reason: str

    @property
    def subject(self) -> str:
        """The person."""
        return f"person/{self.person_id}"


class PersonContactChanged(Event):
    """A person told another telephone or e-mail address; neither is in it, not even masked."""

    type: ClassVar[str] = "titles.accounts.person.contact_changed.v1"

    person_id: UUID

    @property
    def subject(self) -> str:
        """The person."""
        return f"person/{self.person_id}"


class PersonMoved(Event):
    """A person belongs elsewhere now: to another employer, or to another department of the same one (二（二）1).

    Lineages run from the root down to the employer, or to its department. Someone who was without employer has no
    old one.
    """

    type: ClassVar[str] = "titles.accounts.person.moved.v1"

    person_id: UUID
    account_id: UUID
    old_employer_id: UUID | None
    employer_id: UUID
    employer_name: str
    department_id: UUID | None
    lineage_before: list[UUID]
    lineage: list[UUID]
    kind: PersonKind
    moved_on: date

    @property
    def subject(self) -> str:
        """The person."""
        return f"person/{self.person_id}"


class PersonKindChanged(Event):
    """A person belongs to the same employer in another way."""

    type: ClassVar[str] = "titles.accounts.person.kind_changed.v1"

    person_id: UUID
    employer_id: UUID
    kind_before: PersonKind
    person_kind: PersonKind
    changed_on: date

    @property
    def subject(self) -> str:
        """The person."""
        return f"person/{self.person_id}"


class EmploymentEnded(Event):
    """A person left the employer and has none now: account and sign-in stay, nothing can be declared."""

    type: ClassVar[str] = "titles.accounts.employment.ended.v1"

    person_id: UUID
    employer_id: UUID
    employer_name: str
    lineage_before: list[UUID]
    lineage: list[UUID]
    kind: PersonKind
    ending: EmploymentEnding
    ended_on: date

    @property
    def subject(self) -> str:
        """The person."""
        return f"person/{self.person_id}"


class EmployerChangeMoved(Event):
    """A change of employer took a step: asked, confirmed by the person, released or objected to, carried out (二（二）1)."""

    type: ClassVar[str] = "titles.accounts.employer_change.moved.v1"

    change_id: UUID
    person_id: UUID
    employer_id: UUID | None
    employer_name: str | None
    asker_id: UUID
    asker_name: str
    superior_id: UUID | None
    action: str
    after: str
    due_on: date | None

    @property
    def subject(self) -> str:
        """The change."""
        return f"employer_change/{self.change_id}"
