"""Causes of the staffing ledger by what they have in common; the words themselves are in the contract."""

from services.quota.contract import StaffingCause as Cause

EXITS = (Cause.RETIRED, Cause.TRANSFERRED_OUT, Cause.RESIGNED, Cause.DECEASED)
"""Causes by which a person leaves the unit."""
OPENINGS = (Cause.OPENING_POST, Cause.OPENING_QUALIFIED)
"""Causes that tell how things stood when the ledger was begun."""
FILED = (Cause.EMPLOYED, Cause.PROMOTED, Cause.LOWERED, Cause.TRANSFERRED_IN)
"""Causes that put a person on a post anew; on a targeted one that is filed with the province (一（四）1)."""
