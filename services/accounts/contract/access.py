"""What happens to accounts, their roles, and third parties' clients."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel

from services.accounts.contract.organisations import OrganisationRef
from services.accounts.contract.words import Role
from services.kit.outbox import Event


class AccountPlace(BaseModel):
    """Whether an account can be counted on, and who employs its owner now (answer of `POST /v1/accounts/places`).

    `in_use`: the organisation where it belongs is. `employer` runs from the root down to the employer or its
    department; empty for who has no employer, or no person behind the account.
    """

    id: UUID
    in_use: bool
    employer: list[OrganisationRef]


class Reader(BaseModel):
    """Somebody who reads for an audience (answer of `GET /v1/readers`); `person_id` where a person is behind the account."""

    account_id: UUID
    person_id: UUID | None


class OAuthClientMoved(Event):
    """A third party's client was disabled, or enabled again."""

    type: ClassVar[str] = "titles.accounts.oauth_client.moved.v1"

    client_id: UUID
    organisation_id: UUID
    name: str
    state: str

    @property
    def subject(self) -> str:
        """The client."""
        return f"oauth_client/{self.client_id}"


class AccountOpened(Event):
    """A manager did what lets an account's owner, or somebody who poses as the owner, begin anew."""

    type: ClassVar[str] = "titles.accounts.account.opened.v1"

    account_id: UUID
    organisation_id: UUID
    by: str
    what: Literal["CODE_REISSUED", "SECOND_FACTOR_RESET", "SESSIONS_ENDED"]

    @property
    def subject(self) -> str:
        """The account."""
        return f"account/{self.account_id}"


class RoleOffered(Event):
    """An organisation offers a role to an account of another."""

    type: ClassVar[str] = "titles.accounts.role.offered.v1"

    account_id: UUID
    organisation_id: UUID
    name: str
    role: Role

    @property
    def subject(self) -> str:
        """The account."""
        return f"account/{self.account_id}"


class RoleOfferAnswered(Event):
    """Somebody took the role that was offered, or left it."""

    type: ClassVar[str] = "titles.accounts.role.offer_answered.v1"

    account_id: UUID
    organisation_id: UUID
    person: str
    role: Role
    answer: Literal["ACCEPTED", "DECLINED"]

    @property
    def subject(self) -> str:
        """The account."""
        return f"account/{self.account_id}"


class RoleDelegated(Event):
    """A role was handed to a colleague for a period, or taken back before its end."""

    type: ClassVar[str] = "titles.accounts.role.delegated.v1"

    delegation_id: UUID
    organisation_id: UUID
    delegator_id: UUID
    delegate_id: UUID
    delegator: str
    delegate: str
    role: Role
    begins_on: date
    ends_on: date
    state: Literal["AGREED", "ENDED"]

    @property
    def subject(self) -> str:
        """The delegation."""
        return f"delegation/{self.delegation_id}"
