"""Whether the post that a declaration needs is there: asked of quota before a committee's office accepts it."""

from collections.abc import Mapping

from services.kit.errors import NotFound
from services.neighbours.client import Neighbour
from services.quota.contract import PostPool, ReservationState
from services.workflow.declaration.model import Declaration
from services.workflow.recommendation.model import Recommendation

COUNTED_BY: Mapping[PostPool, str] = {
    PostPool.GENERAL: "approved_form_id",
    PostPool.TARGETED: "targeted_plan_id",
}
"""Where quota's answer names what the posts of a pool are counted by: none stands in for the other (一（四）1)."""


async def place_missing(quota: Neighbour, declaration: Declaration, source: Recommendation) -> bool:
    """Whether the place is missing which the declaration needs, under an approved annual form or targeted plan (二（一）).

    Quota knows who is exempt, and for which unit it granted the place: it may have gone into another since. A place
    still held counts: its confirmation is on the way with the recommendation's event.

    Raises:
        Unavailable: quota does not answer, so nothing can be accepted now.
    """
    try:
        held = await quota.get(f"/v1/reservations/{source.reservation_id}", as_service=True)
    except NotFound:
        return True
    state = ReservationState(held["state"])
    if state is ReservationState.EXEMPT:
        return False
    pool = PostPool(declaration.pool)
    stock = {"unit_id": held.get("unit_id", str(declaration.unit_id)), "year": declaration.year, "pool": pool}
    availability = await quota.get("/v1/availability", as_service=True, **stock)
    return state is ReservationState.RELEASED or availability[COUNTED_BY[pool]] is None
