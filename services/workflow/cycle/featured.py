"""A featured specialty (特色专业) stays in its region or industry, as the line of the applicant's unit tells them (一（二）)."""

from collections.abc import Sequence
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from services.kit.errors import Unavailable
from services.neighbours.client import Neighbour
from services.workflow.cycle.errors import FeaturedElsewhere
from services.workflow.cycle.model import Specialty
from services.workflow.policy import NoticePolicy

PARTS = 2
"""A code of GB/T 2260 is made of parts of so many digits: province, prefecture, county; below a region its own stay."""


class Place(BaseModel):
    """Where an organisation is, and in which line of work."""

    model_config = ConfigDict(extra="ignore")

    region_code: str
    industry: str | None = None


async def require_for(
    accounts: Neighbour, specialty: Specialty | None, line: Sequence[UUID], policy: NoticePolicy
) -> None:
    """Refuse a featured specialty to who belongs elsewhere; `line` are the organisations above the person.

    Raises:
        FeaturedElsewhere: none of them is in its region, or none in its industry.
        Unavailable: accounts does not answer, or not in the words of its contract.
    """
    if specialty is None or not specialty.featured:
        return
    places = await _places(accounts, line)
    region, industry = specialty.region_code, specialty.industry
    inside = region is None or any(lies_in(each.region_code, region) for each in places)
    if inside and (industry is None or any(each.industry == industry for each in places)):
        return
    limits = [f"地区 {region}"] * bool(region) + [f"行业 {industry}"] * bool(industry)
    limits_en = [f"region {region}"] * bool(region) + [f"industry {industry}"] * bool(industry)
    raise FeaturedElsewhere(
        name=specialty.name,
        limits="、".join(limits),
        limits_en=" and ".join(limits_en),
        field="specialty_id",
        basis=[policy.articles["specialty_featured"]],
    )


def lies_in(region_code: str, other: str) -> bool:
    """Whether a region is another one or lies in it."""
    parts = [other[at : at + PARTS] for at in range(0, len(other), PARTS)]
    while parts and not parts[-1].strip("0"):
        parts.pop()
    return region_code.startswith("".join(parts))


async def _places(accounts: Neighbour, line: Sequence[UUID]) -> list[Place]:
    asked = {"ids": [str(each) for each in line]}
    answer = await accounts.ask("/v1/organisations/lookup", asked, as_service=True)
    try:
        return [Place.model_validate(each) for each in answer["items"]]
    except (KeyError, TypeError, ValidationError) as error:
        raise Unavailable(part="accounts") from error
