"""What accounts says of a person, of what follows from the records on a day, and of the unit; asked as the service."""

from datetime import date
from uuid import UUID

from pydantic import ValidationError

from services.accounts.contract import PersonFacts, PersonStanding
from services.kit.client import Neighbour
from services.kit.errors import Unavailable
from services.workflow.route.case import Unit


async def facts_of(accounts: Neighbour, person_id: UUID, year: int) -> PersonFacts | None:
    """What accounts knows of the person in that year's cycle.

    Raises:
        Unavailable: accounts does not answer, or not in the words of its contract.
    """
    asked = {"person_ids": [str(person_id)], "cycle": year}
    answer = await accounts.post("/v1/people/facts", asked, as_service=True)
    try:
        facts = [PersonFacts.model_validate(each) for each in answer["items"]]
    except (KeyError, TypeError, ValidationError) as error:
        raise Unavailable(part="accounts") from error
    return next((each for each in facts if each.person_id == person_id), None)


async def standing_of(accounts: Neighbour, person_id: UUID, on: date) -> PersonStanding:
    """The standing of a person whom accounts knows.

    Raises:
        Unavailable: accounts does not answer, or not in the words of its contract.
    """
    asked = {"person_ids": [str(person_id)], "on": on.isoformat()}
    answer = await accounts.post("/v1/people/standing", asked, as_service=True)
    try:
        (told,) = answer["items"]
        standing = PersonStanding.model_validate(told)
    except (KeyError, TypeError, ValueError, ValidationError) as error:
        raise Unavailable(part="accounts") from error
    return standing


async def unit_of(accounts: Neighbour, unit_id: UUID) -> Unit:
    """The unit of somebody whom accounts knows.

    Raises:
        Unavailable: accounts does not answer, or not in the words of its contract.
    """
    answer = await accounts.post("/v1/organisations/lookup", {"ids": [str(unit_id)]}, as_service=True)
    try:
        (told,) = answer["items"]
        unit = Unit(region_code=str(told["region_code"]), uscc=told["uscc"])
    except (KeyError, TypeError, ValueError) as error:
        raise Unavailable(part="accounts") from error
    return unit
