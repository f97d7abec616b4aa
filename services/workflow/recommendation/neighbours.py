"""What a recommendation asks of accounts and quota, in their contract's words."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from pydantic import BaseModel, ConfigDict, ValidationError

from services.accounts.contract import PersonFacts, PersonRecord
from services.kit.errors import Basis, Refusal, Unavailable
from services.neighbours.client import Neighbour
from services.quota.contract import ReservationState
from services.workflow.neighbours import AccountsService, QuotaService
from services.workflow.recommendation.errors import PersonNotOfUnit
from services.workflow.recommendation.model import Recommendation


class Hold(BaseModel):
    """The part of quota's reservation that a recommendation keeps."""

    model_config = ConfigDict(extra="ignore")

    id: UUID
    state: ReservationState


RELEASED = "RESERVATION_RELEASED"
"""Quota's code for a recommendation whose hold it has given back."""


class HoldReleased(Exception):
    """Quota gave the hold of this id back before the recommendation came to be."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The two services that recommending needs."""

    accounts: Neighbour
    quota: Neighbour

    async def facts(self, person_id: UUID, year: int) -> PersonFacts:
        """What accounts knows of the person.

        Raises:
            PersonNotOfUnit: accounts knows no such person, or does not tell the caller.
            Unavailable: accounts does not answer, or not in the words of its contract.
        """
        asked = {"person_ids": [str(person_id)], "cycle": year}
        answer = await self.accounts.ask("/v1/people/facts", asked)
        try:
            people = [PersonFacts.model_validate(each) for each in answer["items"]]
        except (KeyError, TypeError, ValidationError) as error:
            raise Unavailable(part="accounts") from error
        for person in people:
            if person.person_id == person_id:
                return person
        raise PersonNotOfUnit(field="person_id")

    async def records(self, person_id: UUID) -> list[PersonRecord]:
        """What is live on the person's record, decided or not; all of it, whatever the caller may see.

        Raises:
            Unavailable: accounts does not answer, or not in the words of its contract.
        """
        asked = {"person_ids": [str(person_id)]}
        answer = await self.accounts.ask("/v1/people/records/lookup", asked, as_service=True)
        try:
            return [PersonRecord.model_validate(each) for each in answer["items"]]
        except (KeyError, TypeError, ValidationError) as error:
            raise Unavailable(part="accounts") from error

    async def hold(self, recommendation: Recommendation, year: int) -> tuple[Hold, list[Basis]]:
        """Hold a post for the recommendation; asking again with the same id is harmless.

        Raises:
            HoldReleased: an earlier attempt of this id was given up; take another id.
            Refusal: quota refuses, with its own code, figures and basis.
            Unavailable: quota does not answer; whatever it held it will ask us about.
        """
        try:
            answer = await self.quota.post(
                "/v1/reservations", asked_of_quota(recommendation, year), as_service=True
            )
        except Refusal as refusal:
            if refusal.code == RELEASED:
                raise HoldReleased from refusal
            raise
        try:
            hold = Hold.model_validate(answer["record"])
            basis = [Basis(told["cite"], told["summary"]) for told in answer.get("basis", ())]
        except (KeyError, TypeError, ValidationError) as error:
            raise Unavailable(part="quota") from error
        if hold.state is ReservationState.RELEASED:
            raise HoldReleased
        return hold, basis


def asked_of_quota(recommendation: Recommendation, year: int) -> dict[str, Any]:
    """The body of `POST /v1/reservations`."""
    unit = [str(each) for each in recommendation.lineage]
    return {
        "unit_id": str(recommendation.unit_id),
        "unit_nature": recommendation.unit_nature,
        "lineage_ids": unit[: unit.index(str(recommendation.unit_id)) + 1],
        "year": year,
        "level": recommendation.level,
        "recommendation_id": str(recommendation.id),
        "person_id": str(recommendation.person_id),
        "person_kind": recommendation.person_kind,
        "person_name": recommendation.person_name,
        "pool": recommendation.pool,
        "ground": recommendation.ground,
        "assessment": recommendation.assessment if recommendation.ground else None,
    }


async def neighbours(accounts: AccountsService, quota: QuotaService) -> Neighbours:
    """The neighbours of the request."""
    return Neighbours(accounts, quota)


RecommendationNeighbours = Annotated[Neighbours, Depends(neighbours)]
