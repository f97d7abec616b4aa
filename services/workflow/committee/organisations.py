"""What committees ask of accounts: which organisations are their office, and whom they serve."""

from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from pydantic import BaseModel, ConfigDict, ValidationError

from services.accounts.contract import OrganisationRef
from services.kit.errors import Unavailable
from services.neighbours.client import Neighbour
from services.workflow.committee.errors import OrganisationUnknown
from services.workflow.neighbours import AccountsService


class Organisation(BaseModel):
    """The part of an organisation that matters here."""

    model_config = ConfigDict(extra="ignore")

    id: UUID
    name: str
    lineage: list[OrganisationRef]

    @property
    def line(self) -> list[UUID]:
        """The ids from the root down to the organisation itself."""
        return [each.id for each in self.lineage]


class Organisations:
    """Looks organisations up in accounts."""

    def __init__(self, accounts: Neighbour) -> None:
        self._accounts = accounts

    async def find(self, ids: Iterable[UUID]) -> dict[UUID, Organisation]:
        """The organisations by id.

        Raises:
            OrganisationUnknown: accounts knows one of them not.
            Unavailable: accounts does not answer, or not in the words of its contract.
        """
        wanted = list(dict.fromkeys(ids))
        found = await self.known(wanted)
        for each in wanted:
            if each not in found:
                raise OrganisationUnknown(id=each)
        return found

    async def known(self, ids: Iterable[UUID]) -> dict[UUID, Organisation]:
        """Those of the organisations that accounts knows, by id.

        Raises:
            Unavailable: accounts does not answer, or not in the words of its contract.
        """
        wanted = list(dict.fromkeys(ids))
        answer = await self._accounts.ask("/v1/organisations/lookup", {"ids": [str(each) for each in wanted]})
        try:
            found = [Organisation.model_validate(each) for each in answer["items"]]
        except (KeyError, TypeError, ValidationError) as error:
            raise Unavailable(part="accounts") from error
        return {each.id: each for each in found}


async def organisations(accounts: AccountsService) -> Organisations:
    """The organisations of the request."""
    return Organisations(accounts)


KnownOrganisations = Annotated[Organisations, Depends(organisations)]
