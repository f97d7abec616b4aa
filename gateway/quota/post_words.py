"""Words of posts (岗位) that several concepts use, known to the schema once."""

from gateway.words import terms
from services.quota.contract import Ground, PostPool, ReservationState, StaffingCause, StaffingMeasure

terms("The two separate stocks of posts of a unit; they never mix (一（四）1).")(PostPool)
terms("On what ground a unit recommends outside its numbers (一（五）4（1）、一（七）第2段).")(Ground)
terms("Where a reservation of a post stands.")(ReservationState)

terms("Why the staffing ledger of a unit moves (附件2).")(StaffingCause)
terms("What the staffing ledger counts per level (附件2).")(StaffingMeasure)

__all__ = ["Ground", "PostPool", "ReservationState", "StaffingCause", "StaffingMeasure"]
