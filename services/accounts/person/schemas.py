"""Shapes of people over HTTP. A document's number comes in and goes out whole only where a purpose is recorded."""

import re
import unicodedata
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, SecretStr, StringConstraints, model_validator

from services.accounts.contract import (
    AidPosting,
    ContractKind,
    DocumentKind,
    EmploymentContract,
    PersonFacts,
    PersonKind,
    PersonState,
)
from services.accounts.person.states import Belonging, RestsOn
from services.accounts.sign_in.schemas import ActivationOut, Asked, Login, Name

Phone = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^(\+86)?1[3-9][0-9]{9}$")]
Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_lower=True,
        max_length=120,
        pattern=r"^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$",
    ),
]
Number = Annotated[SecretStr, Field(min_length=1, max_length=40)]
Nationality = Annotated[
    str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z]{3}$")
]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=120)]
Purpose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=200)]


def _without_number(reason: str) -> str:
    """A reason is told and kept in the open, so no number belongs there."""
    if re.search(r"\d{5}", unicodedata.normalize("NFKC", reason)):
        raise ValueError("the reason holds a number; leave it out")
    return reason


Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=2, max_length=200),
    AfterValidator(_without_number),
]


class DocumentIn(Asked):
    """A document by which a person is known."""

    kind: DocumentKind
    number: Number
    nationality: Nationality | None = Field(None, description="three letters; of a passport")


class ContractIn(Asked):
    """The contract with the unit; without `until` it has no term."""

    kind: ContractKind
    signed_on: date
    until: date | None = None

    def contract(self) -> EmploymentContract:
        """As it is kept."""
        return EmploymentContract.model_validate(self.model_dump())


class AidIn(Asked):
    """An aid-Qinghai talent's posting (二（四）1)."""

    sending_unit: Title
    sending_authority: Title
    starts_on: date
    until: date
    doctoral_team: bool = False

    def posting(self) -> AidPosting:
        """As it is kept."""
        return AidPosting.model_validate(self.model_dump())


class BelongingIn(Asked):
    """How someone is to belong to a unit."""

    kind: PersonKind
    rests_on: RestsOn | None = Field(
        None, description="for the self-employed and freelancers: what makes the county the right one"
    )
    contract: ContractIn | None = Field(None, description="required of staff with hosted files")
    aid: AidIn | None = Field(None, description="of aid-Qinghai talents, and of nobody else")

    def belonging(self) -> Belonging:
        """As the rules judge it."""
        contract = self.contract.contract() if self.contract else None
        return Belonging(self.kind, self.rests_on, contract, self.aid.posting() if self.aid else None)


class PersonIn(BelongingIn):
    """An applicant to whom a unit, or its internal department, gives an account."""

    organisation_id: UUID
    name: Name
    document: DocumentIn
    phone: Phone | None = None
    since: date | None = Field(None, description="since when employed here; today where it is left out")
    login: Login


class ContactIn(Asked):
    """A new telephone or e-mail address; what is left out stays."""

    phone: Phone | None = None
    email: Email | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.phone is None and self.email is None:
            raise ValueError("tell a telephone, an e-mail address, or both")
        return self


class DocumentAddedIn(Asked):
    """A further document of a person."""

    document: DocumentIn


class DocumentMendedIn(Asked):
    """A document as it should have been told, and why it was not."""

    document: DocumentIn
    reason: Reason


class DocumentRemovedIn(Asked):
    """Why a document is taken away."""

    reason: Reason


class UnmaskIn(Asked):
    """Why numbers are to be read whole; it is kept with the reader's name."""

    purpose: Purpose


class DocumentOut(BaseModel):
    """A document, its number masked."""

    id: UUID
    kind: DocumentKind
    masked_number: str
    nationality: str | None
    added_at: datetime


class PersonOut(BaseModel):
    """A person, with numbers masked; `masked_resident_id` is there for who has one."""

    id: UUID
    account_id: UUID
    name: str
    state: PersonState
    documents: list[DocumentOut]
    masked_resident_id: str | None
    masked_phone: str | None
    masked_email: str | None
    kind: PersonKind
    rests_on: RestsOn | None
    employer_id: UUID | None
    department_id: UUID | None
    created_at: datetime
    version: int


class WholeDocument(BaseModel):
    """A document with its number."""

    kind: DocumentKind
    number: str
    nationality: str | None


class UnmaskedOut(BaseModel):
    """What was asked for with a purpose."""

    person_id: UUID
    name: str
    documents: list[WholeDocument]
    phone: str | None
    email: str | None
    purpose: str


class AdviceOut(BaseModel):
    """Something worth a second look that stops nothing."""

    code: str
    message: str
    field: str


class PersonCreatedOut(BaseModel):
    """The new person, and the code with which he or she sets a password: it is told this once, and no client."""

    person: PersonOut
    activation: ActivationOut | None
    advice: list[AdviceOut]


class LookupIn(Asked):
    """Ids to look up."""

    ids: list[UUID] = Field(max_length=200)


class People(BaseModel):
    """People found; ids that are unknown, or not the caller's to see, are left out."""

    items: list[PersonOut]


class FactsIn(Asked):
    """Whose facts, and in which cycle the test counts."""

    person_ids: list[UUID] = Field(max_length=200)
    cycle: int


class FactsOut(BaseModel):
    """Facts found; ids that are unknown, or not the caller's to see, are left out."""

    items: list[PersonFacts]


class CreditCheckIn(Asked):
    """For which check at a credit platform (一（八）)."""

    check_id: UUID


class NumbersIn(Asked):
    """Resident ids, as a file tells them."""

    numbers: list[Number] = Field(max_length=500)


class NumberFoundOut(BaseModel):
    """What a resident id is: how it is shown, and whose; `masked_number` is empty where it can be nobody's."""

    masked_number: str | None = None
    person_id: UUID | None = None
    account_id: UUID | None = None
    name: str | None = None


class NumbersOut(BaseModel):
    """One for each number, in their order."""

    items: list[NumberFoundOut]
