"""Words of posts (岗位) that several concepts use, known to the schema once."""

from gateway.words import terms
from services.quota.contract import Ground, PostPool, ReservationState

terms("The two separate stocks of posts of a unit; they never mix (一（四）1).")(PostPool)
terms("On what ground a unit recommends outside its numbers (一（五）4（1）、一（七）第2段).")(Ground)
terms("Where a reservation of a post stands.")(ReservationState)

__all__ = ["Ground", "PostPool", "ReservationState"]
