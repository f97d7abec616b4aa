"""What accounts says of a person, of what follows from the records on a day, and of the unit; asked as the service."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import PersonFacts, PersonStanding
from services.kit.errors import Unavailable
from services.neighbours.client import Neighbour
from services.workflow.certificate.held import with_ours
from services.workflow.route.case import Unit

AT_ONCE = 100
"""Of how many people one call asks."""


async def facts_of(accounts: Neighbour, person_id: UUID, year: int) -> PersonFacts | None:
    """What accounts knows of the person in that year's cycle.

    Raises:
        Unavailable: accounts does not answer, or not in the words of its contract.
    """
    asked = {"person_ids": [str(person_id)], "cycle": year}
    answer = await accounts.ask("/v1/people/facts", asked, as_service=True)
    try:
        facts = [PersonFacts.model_validate(each) for each in answer["items"]]
    except (KeyError, TypeError, ValidationError) as error:
        raise Unavailable(part="accounts") from error
    return next((each for each in facts if each.person_id == person_id), None)


async def standing_of(accounts: Neighbour, tx: AsyncSession, person_id: UUID, on: date) -> PersonStanding:
    """The standing of a person whom accounts knows, with the titles that our own certificates prove.

    Raises:
        Unavailable: accounts does not answer, or not in the words of its contract.
    """
    found = await standings_of(accounts, tx, [person_id], on)
    if len(found) != 1:
        raise Unavailable(part="accounts")
    return found[0]


async def standings_of(
    accounts: Neighbour, tx: AsyncSession, people: Sequence[UUID], on: date
) -> list[PersonStanding]:
    """The standings of those whom accounts knows, in as many calls as it takes, before anything is locked.

    A title whose certificate is ours counts as long as that is in force (`certificate/held.py`).

    Raises:
        Unavailable: accounts does not answer, or not in the words of its contract.
    """
    found: list[PersonStanding] = []
    for start in range(0, len(people), AT_ONCE):
        ids = [str(each) for each in people[start : start + AT_ONCE]]
        asked = {"person_ids": ids, "on": on.isoformat()}
        answer = await accounts.ask("/v1/people/standing", asked, as_service=True)
        try:
            found += [PersonStanding.model_validate(each) for each in answer["items"]]
        except (KeyError, TypeError, ValidationError) as error:
            raise Unavailable(part="accounts") from error
    return await with_ours(tx, found)


async def unit_of(accounts: Neighbour, unit_id: UUID) -> Unit:
    """The unit of somebody whom accounts knows.

    Raises:
        Unavailable: accounts does not answer, or not in the words of its contract.
    """
    answer = await accounts.ask("/v1/organisations/lookup", {"ids": [str(unit_id)]}, as_service=True)
    try:
        (told,) = answer["items"]
        unit = Unit(uscc=told["uscc"])
    except (KeyError, TypeError, ValueError) as error:
        raise Unavailable(part="accounts") from error
    return unit
