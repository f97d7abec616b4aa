"""The one schema: every concept's queries and mutations side by side. It is built once."""

from typing import Any
from uuid import UUID

import strawberry
from graphql import GraphQLError, GraphQLSchema
from strawberry.extensions import ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext
from strawberry.types.execution import PreExecutionError

from gateway.account import AccountMutation
from gateway.announcement import AnnouncementMutation, AnnouncementQuery
from gateway.annual_form import AnnualFormMutation, AnnualFormQuery
from gateway.arrangement import ArrangementMutation, ArrangementQuery
from gateway.availability import AvailabilityQuery
from gateway.avoidance import AvoidanceMutation, AvoidanceQuery
from gateway.batch import BatchMutation, BatchQuery
from gateway.certificate import CertificateMutation, CertificateQuery
from gateway.clock import ClockMutation, ClockQuery
from gateway.committee import CommitteeMutation, CommitteeQuery
from gateway.contact import ContactMutation, ContactQuery
from gateway.correction import CorrectionMutation, CorrectionQuery
from gateway.creation import CreationQuery
from gateway.credential import CredentialMutation, CredentialQuery
from gateway.credit import CreditMutation, CreditQuery
from gateway.credit_listing import CreditListingMutation, CreditListingQuery
from gateway.criteria import CriteriaMutation, CriteriaQuery
from gateway.cycle import CycleMutation, CycleQuery
from gateway.declaration_acts import DeclarationMutation, DeclarationQuery
from gateway.declaration_rounds import DeclarationRoundMutation
from gateway.delegation import DelegationMutation, DelegationQuery
from gateway.deliberation_acts import DeliberationMutation, DeliberationQuery
from gateway.delivery import DeliveryMutation, DeliveryQuery
from gateway.employment import EmploymentMutation, EmploymentQuery
from gateway.entitlement import EntitlementMutation, EntitlementQuery
from gateway.evidence import EvidenceMutation
from gateway.expert import ExpertMutation, ExpertQuery
from gateway.finding import FindingMutation, FindingQuery
from gateway.guide import GuideQuery
from gateway.historic import HistoricImportMutation, HistoricImportQuery
from gateway.inbox import InboxMutation, InboxQuery
from gateway.inbox_live import InboxSubscription
from gateway.industry import IndustryQuery
from gateway.intake import ImportMutation, ImportQuery
from gateway.integrity import IntegrityQuery
from gateway.integrity_acts import IntegrityMutation
from gateway.learning import LearningMutation, LearningQuery
from gateway.limits import CACHED_DOCUMENTS, Limits
from gateway.material import MaterialMutation
from gateway.meeting_acts import MeetingMutation, MeetingQuery
from gateway.notice_template import NoticeTemplateQuery
from gateway.oauth_client import OauthClientMutation, OauthClientQuery
from gateway.organisation import OrganisationMutation, OrganisationQuery
from gateway.organisation_acts import OrganisationActMutation
from gateway.outlook import OutlookQuery
from gateway.overview import OverviewMutation, OverviewQuery
from gateway.paper import PaperMutation, PaperQuery
from gateway.person import PersonMutation, PersonQuery
from gateway.person_document import PersonDocumentMutation
from gateway.post_decision import PostDecisionMutation, PostDecisionQuery
from gateway.publicity import PublicityMutation, PublicityQuery
from gateway.question_bank import QuestionBankMutation, QuestionBankQuery
from gateway.ranked_list import RankedListMutation, RankedListQuery
from gateway.ratio import RatioQuery
from gateway.recalculation import RecalculationMutation, RecalculationQuery
from gateway.recognition import RecognitionQuery
from gateway.recognition_acts import RecognitionMutation
from gateway.recommendation import RecommendationMutation, RecommendationQuery
from gateway.recommendation_plan import RecommendationPlanMutation, RecommendationPlanQuery
from gateway.reconciliation import ReconciliationMutation, ReconciliationQuery
from gateway.record import RecordMutation, RecordQuery
from gateway.region import RegionQuery
from gateway.registration import RegistrationMutation, RegistrationQuery
from gateway.relay import NodeQuery
from gateway.report import ReportMutation, ReportQuery
from gateway.reservation import ReservationQuery
from gateway.review_chain import ReviewChainQuery
from gateway.review_signs import ReviewSignsMutation, ReviewSignsQuery
from gateway.route import RouteQuery
from gateway.safety import SafetyMutation, SafetyQuery
from gateway.season_report import SeasonReportMutation, SeasonReportQuery
from gateway.sending_opinion import SendingOpinionMutation
from gateway.sign_in import SignInMutation, SignInQuery
from gateway.specialty import SpecialtyMutation, SpecialtyQuery
from gateway.spot_check import SpotCheckMutation, SpotCheckQuery
from gateway.staffing import StaffingQuery
from gateway.staffing_acts import StaffingMutation
from gateway.staffing_import import StaffingImportMutation, StaffingImportQuery
from gateway.standing import StandingQuery
from gateway.supervision import SupervisionMutation, SupervisionQuery
from gateway.targeted_plan import TargetedPlanMutation, TargetedPlanQuery
from gateway.upload import UploadMutation
from gateway.waiting import WaitingMutation, WaitingQuery
from gateway.webhook import WebhookQuery
from gateway.webhook_acts import WebhookMutation
from gateway.window import WindowMutation
from gateway.worklist import WorklistQuery
from services.kit.errors import Refusal


@strawberry.type(
    description="What can be asked. While a part is down its fields are null, with an error that names it."
)
class Query(
    NodeQuery,
    SignInQuery,
    SafetyQuery,
    DelegationQuery,
    OauthClientQuery,
    OrganisationQuery,
    CreationQuery,
    CredentialQuery,
    RegionQuery,
    IndustryQuery,
    PersonQuery,
    RecordQuery,
    EmploymentQuery,
    GuideQuery,
    ImportQuery,
    LearningQuery,
    StandingQuery,
    QuestionBankQuery,
    CycleQuery,
    BatchQuery,
    SpecialtyQuery,
    ArrangementQuery,
    CriteriaQuery,
    CommitteeQuery,
    ExpertQuery,
    AvoidanceQuery,
    AnnualFormQuery,
    AvailabilityQuery,
    StaffingQuery,
    RatioQuery,
    RecalculationQuery,
    OverviewQuery,
    PaperQuery,
    ReservationQuery,
    PostDecisionQuery,
    TargetedPlanQuery,
    WaitingQuery,
    StaffingImportQuery,
    HistoricImportQuery,
    EntitlementQuery,
    RouteQuery,
    OutlookQuery,
    RecommendationPlanQuery,
    RegistrationQuery,
    RankedListQuery,
    RecommendationQuery,
    PublicityQuery,
    DeclarationQuery,
    WorklistQuery,
    SupervisionQuery,
    ReviewChainQuery,
    FindingQuery,
    CorrectionQuery,
    ReportQuery,
    ReviewSignsQuery,
    SpotCheckQuery,
    SeasonReportQuery,
    IntegrityQuery,
    ContactQuery,
    CreditQuery,
    CreditListingQuery,
    NoticeTemplateQuery,
    DeliveryQuery,
    ReconciliationQuery,
    AnnouncementQuery,
    WebhookQuery,
    MeetingQuery,
    DeliberationQuery,
    CertificateQuery,
    RecognitionQuery,
    InboxQuery,
    ClockQuery,
):
    """All queries."""


@strawberry.type(
    description="What can be done. A refusal comes back as data, in `errors`, and has changed nothing."
)
class Mutation(
    SignInMutation,
    AccountMutation,
    SafetyMutation,
    DelegationMutation,
    OauthClientMutation,
    OrganisationMutation,
    OrganisationActMutation,
    PersonMutation,
    PersonDocumentMutation,
    EntitlementMutation,
    RecordMutation,
    EvidenceMutation,
    EmploymentMutation,
    ImportMutation,
    LearningMutation,
    QuestionBankMutation,
    CycleMutation,
    WindowMutation,
    BatchMutation,
    SpecialtyMutation,
    ArrangementMutation,
    CriteriaMutation,
    CommitteeMutation,
    CredentialMutation,
    ExpertMutation,
    AvoidanceMutation,
    AnnualFormMutation,
    StaffingMutation,
    OverviewMutation,
    PaperMutation,
    StaffingImportMutation,
    HistoricImportMutation,
    WaitingMutation,
    PostDecisionMutation,
    TargetedPlanMutation,
    RecommendationPlanMutation,
    RegistrationMutation,
    RankedListMutation,
    RecalculationMutation,
    RecommendationMutation,
    PublicityMutation,
    DeclarationMutation,
    DeclarationRoundMutation,
    SendingOpinionMutation,
    MaterialMutation,
    UploadMutation,
    SupervisionMutation,
    FindingMutation,
    CorrectionMutation,
    ReportMutation,
    ReviewSignsMutation,
    SpotCheckMutation,
    SeasonReportMutation,
    IntegrityMutation,
    ContactMutation,
    CreditMutation,
    CreditListingMutation,
    DeliveryMutation,
    ReconciliationMutation,
    AnnouncementMutation,
    WebhookMutation,
    MeetingMutation,
    DeliberationMutation,
    CertificateMutation,
    RecognitionMutation,
    InboxMutation,
    ClockMutation,
):
    """All mutations."""


@strawberry.type(description="What can be listened to. After a break, subscribe again with the last cursor.")
class Subscription(InboxSubscription):
    """All subscriptions."""


class Schema(strawberry.Schema):
    """Strawberry's, silent: `gateway.faults` logs what is ours to mend, and nothing else."""

    @property
    def graphql(self) -> GraphQLSchema:
        """What graphql-core knows of it, which Strawberry keeps to itself."""
        return self._schema

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Say nothing twice."""

    async def _prepare_operation_async(
        self, context: Any, extensions_runner: Any
    ) -> PreExecutionError | None:
        """A document that is refused before it is carried out is told so in a stream too; there it would break off."""
        try:
            return await super()._prepare_operation_async(context, extensions_runner)
        except GraphQLError as error:
            return PreExecutionError(data=None, errors=[error])
        except Refusal as refusal:
            return PreExecutionError(data=None, errors=[GraphQLError(str(refusal), original_error=refusal)])


PLAIN_ID = strawberry.scalar(
    name="UUID", description="An id of something that is no node.", serialize=str, parse_value=UUID
)

schema = Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    config=StrawberryConfig(scalar_map={UUID: PLAIN_ID}),
    extensions=[Limits, lambda: ValidationCache(maxsize=CACHED_DOCUMENTS)],
)
