"""The administrative divisions over HTTP, with their validity."""

from collections.abc import Mapping, Sequence

from services.accounts.installation import CurrentDesk
from services.accounts.organisation.regions import Former, Region
from services.accounts.organisation.schemas import FormerRegionOut, RegionOut
from services.accounts.policy import Policy
from services.kit.auth import CurrentActor
from services.kit.http import refusals, router

regions = router(prefix="/v1/regions", tags=["organisations"])


@regions.get("", responses=refusals())
async def read_regions(_: CurrentActor, desk: CurrentDesk) -> RegionOut:
    """The province with its prefectures and their counties, and the codes and names they had before."""
    return tree(desk.policy)


def tree(policy: Policy) -> RegionOut:
    """The divisions of a policy from the province down."""
    [province] = (each for each in policy.regions.values() if each.parent is None)
    below: dict[str, list[Region]] = {}
    for each in policy.regions.values():
        if each.parent is not None:
            below.setdefault(each.parent.code, []).append(each)
    return _told(province, below, policy.former_regions)


def _told(region: Region, below: Mapping[str, list[Region]], formers: Sequence[Former]) -> RegionOut:
    return RegionOut(
        code=region.code,
        name=region.name,
        level=region.level,
        valid_from=region.since,
        valid_to=None,
        formerly=[
            FormerRegionOut(
                code=each.code,
                name=each.name,
                valid_from=each.since,
                valid_to=each.until,
                successor_code=region.code,
            )
            for each in formers
            if each.successor == region
        ],
        below=[_told(each, below, formers) for each in below.get(region.code, ())],
    )
