"""What other services may know of quota: shared words and events."""

from services.quota.contract.events import (
    AnnualFormMoved,
    PlaceFreed,
    PostDecisionMoved,
    RecalculationMoved,
    ReservationChanged,
    ReservationFlagged,
    StaffingImportMoved,
    TargetedEmployment,
    TargetedEmploymentWithdrawn,
    TargetedPlanMoved,
)
from services.quota.contract.words import (
    Bearing,
    Ground,
    PostPool,
    ReservationState,
    StaffingCause,
    StaffingMeasure,
    TitleLevel,
)

__all__ = [
    "AnnualFormMoved",
    "Bearing",
    "Ground",
    "PlaceFreed",
    "PostDecisionMoved",
    "PostPool",
    "RecalculationMoved",
    "ReservationChanged",
    "ReservationFlagged",
    "ReservationState",
    "StaffingCause",
    "StaffingImportMoved",
    "StaffingMeasure",
    "TargetedEmployment",
    "TargetedEmploymentWithdrawn",
    "TargetedPlanMoved",
    "TitleLevel",
]
