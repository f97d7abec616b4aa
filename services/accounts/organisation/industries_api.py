"""The lines of work of organisations (所属行业) over HTTP, with their names."""

from services.accounts.installation import CurrentDesk
from services.accounts.organisation.explaining import industries_of
from services.accounts.organisation.schemas import Industries
from services.kit.auth import CurrentActor
from services.kit.http import refusals, router

industries = router(prefix="/v1/industries", tags=["organisations"])


@industries.get("", responses=refusals())
async def read_industries(_: CurrentActor, desk: CurrentDesk) -> Industries:
    """Every line of work that an organisation may be told by."""
    return Industries(items=industries_of(desk.policy.organisations.industries))
