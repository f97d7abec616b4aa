"""Where experts and those whom applicants name work, as accounts knows it: asked before anything is locked.

Whoever draws or replaces holds the meeting and its whole agenda; an answer that takes its time would hold up everybody who
wants something of them. So it is asked before, and judged afterwards by what is locked: who or what was not asked about then
has come up meanwhile, and the step is refused.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from services.accounts.contract import OrganisationKind, OrganisationRef
from services.kit.errors import Unavailable
from services.neighbours.client import Neighbour
from services.workflow.committee.model import Expert
from services.workflow.committee.organisations import Organisations
from services.workflow.meeting.errors import ChangedMeanwhile

AT_ONCE = 200
"""What accounts is asked for in one call."""


class Place(BaseModel):
    """The part of an account's place that matters here."""

    model_config = ConfigDict(extra="ignore")

    id: UUID
    in_use: bool
    employer: list[OrganisationRef]


@dataclass(frozen=True, slots=True)
class Known:
    """What accounts told: of each account asked about its place, None for none; of each organisation the unit it belongs to."""

    places: Mapping[UUID, Place | None]
    units: Mapping[UUID, UUID]

    def place(self, expert: Expert) -> Place | None:
        """Where an expert's account is.

        Raises:
            ChangedMeanwhile: it was not asked about.
        """
        if expert.account_id not in self.places:
            raise ChangedMeanwhile
        return self.places[expert.account_id]

    def unit(self, organisation_id: UUID) -> UUID:
        """The unit that an organisation belongs to.

        Raises:
            ChangedMeanwhile: it was not asked about.
        """
        if organisation_id not in self.units:
            raise ChangedMeanwhile
        return self.units[organisation_id]


async def known(accounts: Neighbour, experts: Sequence[Expert], named: Collection[UUID]) -> Known:
    """Ask accounts about experts, and about organisations that requests name.

    Raises:
        OrganisationUnknown: accounts knows one of the units not.
        Unavailable: accounts does not answer; a draw without knowing the conflicts is none.
    """
    found = await places_of(accounts, [each.account_id for each in experts])
    resting = [each for each in experts if not (place := found.get(each.account_id)) or not place.employer]
    units = await units_of(accounts, {*named, *(each.organisation_id for each in resting)})
    return Known({each.account_id: found.get(each.account_id) for each in experts}, units)


async def places_of(accounts: Neighbour, account_ids: Collection[UUID]) -> dict[UUID, Place]:
    """Where the owners of accounts work now; an account that accounts knows no more has no place.

    Raises:
        Unavailable: accounts does not answer, or not in the words of its contract.
    """
    found: dict[UUID, Place] = {}
    for some in _by_hundreds(account_ids):
        asked = {"ids": [str(each) for each in some]}
        answer = await accounts.ask("/v1/accounts/places", asked, as_service=True)
        try:
            told = [Place.model_validate(each) for each in answer["items"]]
        except (KeyError, TypeError, ValidationError) as error:
            raise Unavailable(part="accounts") from error
        found |= {each.id: each for each in told}
    return found


async def units_of(accounts: Neighbour, organisation_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The unit that each organisation belongs to: itself, or what an internal department is a part of.

    Raises:
        OrganisationUnknown: accounts knows one of them not.
        Unavailable: accounts does not answer.
    """
    found: dict[UUID, UUID] = {}
    for some in _by_hundreds(organisation_ids):
        known = await Organisations(accounts).find(some)
        found |= {each: unit_of(organisation.lineage) for each, organisation in known.items()}
    return found


def _by_hundreds(ids: Iterable[UUID]) -> Iterable[list[UUID]]:
    asked = sorted(set(ids))
    return (asked[start : start + AT_ONCE] for start in range(0, len(asked), AT_ONCE))


def unit_of(line: Sequence[OrganisationRef]) -> UUID:
    """The legal person at the end of a line, or that its end is a department of (附件3 一)."""
    independent = [each.id for each in line if each.kind != OrganisationKind.INTERNAL_DEPARTMENT]
    return independent[-1] if independent else line[-1].id
