"""Whether the post that a declaration needs is there: asked of quota before a committee's office accepts it."""

from services.kit.client import Neighbour
from services.kit.errors import NotFound
from services.quota.contract import ReservationState
from services.workflow.declaration.model import Declaration
from services.workflow.recommendation.model import Recommendation


async def place_missing(quota: Neighbour, declaration: Declaration, source: Recommendation) -> bool:
    """Whether the place under an approved annual form is missing which the declaration needs (二（一）).

    Quota knows who is exempt, and for which unit it granted the place: it may have gone into another since. A place still held counts: its confirmation is on the way with the recommendation's event.

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
    unit = {"unit_id": held.get("unit_id", str(declaration.unit_id)), "year": declaration.year}
    availability = await quota.get("/v1/availability", as_service=True, **unit)
    return state is ReservationState.RELEASED or availability["approved_form_id"] is None
