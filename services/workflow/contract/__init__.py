"""What other services may know of workflow: its events. It imports nothing of this service."""

from services.workflow.contract.avoidance import AvoidanceRequestMoved, RelationMoved
from services.workflow.contract.batch import BatchMoved
from services.workflow.contract.certificate import (
    CertificateChanged,
    CertificateIssued,
    CorrectionMoved,
    HistoricImportMoved,
    TargetedResultFiled,
)
from services.workflow.contract.declaration import (
    CreditListingMoved,
    DeclarationMoved,
    DeclarationOverdue,
    DeclarationRescheduled,
)
from services.workflow.contract.entitlement import EntitlementChanged
from services.workflow.contract.events import (
    ArrangementPublished,
    CommitteeApproved,
    CommitteeWithdrawn,
    CriteriaMoved,
    CycleClosed,
    CycleOpened,
    ExpertMoved,
    ExtensionWithdrawn,
    MeetingMoved,
    ObjectionMoved,
    PassMarkRecorded,
    PlanPublished,
    RecommendationConfirmed,
    RecommendationEnded,
    RecommendationEvent,
    RecommendationPublicised,
    RecommendationReserved,
    ResultPublicised,
    SpecialtyChanged,
    SpecialtyFiled,
    WindowExtended,
    WindowTold,
)
from services.workflow.contract.integrity import (
    IntegrityCaseMoved,
    MeetingCaseCharged,
    MisconductBarShortened,
    MisconductFound,
    MisconductReversed,
)
from services.workflow.contract.meeting import ExpertRecused, HearingArranged
from services.workflow.contract.recognition import RecognitionMoved
from services.workflow.contract.registration import RankedListPublished, RegistrationMoved
from services.workflow.contract.spot_check import SpotCheckItemMoved, SpotCheckMoved
from services.workflow.contract.supervision import FindingMoved, ReportMoved, ReviewFlagged, ReviewFlagMoved

__all__ = [
    "ArrangementPublished",
    "AvoidanceRequestMoved",
    "BatchMoved",
    "CertificateChanged",
    "CertificateIssued",
    "CommitteeApproved",
    "CommitteeWithdrawn",
    "CorrectionMoved",
    "CreditListingMoved",
    "CriteriaMoved",
    "CycleClosed",
    "CycleOpened",
    "DeclarationMoved",
    "DeclarationOverdue",
    "DeclarationRescheduled",
    "EntitlementChanged",
    "ExpertMoved",
    "ExpertRecused",
    "ExtensionWithdrawn",
    "FindingMoved",
    "HearingArranged",
    "HistoricImportMoved",
    "IntegrityCaseMoved",
    "MeetingCaseCharged",
    "MeetingMoved",
    "MisconductBarShortened",
    "MisconductFound",
    "MisconductReversed",
    "ObjectionMoved",
    "PassMarkRecorded",
    "PlanPublished",
    "RankedListPublished",
    "RecognitionMoved",
    "RecommendationConfirmed",
    "RecommendationEnded",
    "RecommendationEvent",
    "RecommendationPublicised",
    "RecommendationReserved",
    "RegistrationMoved",
    "RelationMoved",
    "ReportMoved",
    "ResultPublicised",
    "ReviewFlagMoved",
    "ReviewFlagged",
    "SpecialtyChanged",
    "SpecialtyFiled",
    "SpotCheckItemMoved",
    "SpotCheckMoved",
    "TargetedResultFiled",
    "WindowExtended",
    "WindowTold",
]
