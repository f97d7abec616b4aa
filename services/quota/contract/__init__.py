"""What other services may know of quota: shared words and events."""

from services.quota.contract.events import AnnualFormMoved, ReservationChanged
from services.quota.contract.words import PostPool, ReservationState, TitleLevel

__all__ = [
    "AnnualFormMoved",
    "PostPool",
    "ReservationChanged",
    "ReservationState",
    "TitleLevel",
]
