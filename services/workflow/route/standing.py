"""What accounts says follows from a person's records on a day, asked as the service."""

from datetime import date
from uuid import UUID

from pydantic import ValidationError

from services.accounts.contract import PersonStanding
from services.kit.client import Neighbour
from services.kit.errors import Unavailable


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
