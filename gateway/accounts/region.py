"""Administrative divisions (行政区划, GB/T 2260) with their validity."""

from datetime import date

import strawberry

from gateway.context import Info
from gateway.told import Told
from gateway.words import described, listed
from services.accounts.contract import OrganisationLevel


@strawberry.type(description="A code and name that a division had (原行政区划).")
class FormerRegion(Told):
    """A former code and name."""

    code: str = described("The former code (行政区划代码).")
    name: str = described("The former name (行政区划名称).")
    valid_from: date | None = described("From when; null from the beginning.")
    valid_to: date = described("The day from which it is out of use.")
    successor_code: str = described("The code that stands for it now.")


@strawberry.type(description="An administrative division and those that lie in it.")
class Region(Told):
    """A division."""

    code: str = described("Code (行政区划代码).")
    name: str = described("Name (行政区划名称).")
    level: OrganisationLevel = described("Level (层级).")
    valid_from: date | None = described("From when its code and name are valid; null from the beginning.")
    valid_to: date | None = described("Until when; null while there is no end.")
    formerly: list[FormerRegion] = listed("The codes and names it had.")
    below: "list[Region]" = listed("Those that lie in it.")


@strawberry.type
class RegionQuery:
    """Divisions."""

    @strawberry.field(description="The province, its prefectures and their counties.")
    async def regions(self, info: Info) -> Region | None:
        """The tree."""
        return Region.of(await info.context.accounts.get("/v1/regions"))
