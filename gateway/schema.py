"""The one schema: every concept's queries and mutations side by side. It is built once."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import strawberry
from graphql import GraphQLError, GraphQLSchema
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext
from strawberry.types.execution import PreExecutionError

from gateway.accounts.account import AccountMutation
from gateway.accounts.creation import CreationQuery
from gateway.accounts.delegation import DelegationMutation, DelegationQuery
from gateway.accounts.employment import EmploymentMutation, EmploymentQuery
from gateway.accounts.evidence import EvidenceMutation
from gateway.accounts.guide import GuideQuery
from gateway.accounts.industry import IndustryQuery
from gateway.accounts.intake import ImportMutation, ImportQuery
from gateway.accounts.learning import LearningMutation, LearningQuery
from gateway.accounts.oauth_client import OauthClientMutation, OauthClientQuery
from gateway.accounts.organisation import OrganisationMutation, OrganisationQuery
from gateway.accounts.organisation_acts import OrganisationActMutation
from gateway.accounts.person import PersonMutation, PersonQuery
from gateway.accounts.person_document import PersonDocumentMutation
from gateway.accounts.question_bank import QuestionBankMutation, QuestionBankQuery
from gateway.accounts.record import RecordMutation, RecordQuery
from gateway.accounts.region import RegionQuery
from gateway.accounts.safety import SafetyMutation, SafetyQuery
from gateway.accounts.sign_in import SignInMutation, SignInQuery
from gateway.accounts.standing import StandingQuery
from gateway.clock import ClockMutation, ClockQuery
from gateway.deadlines import Deadlines
from gateway.hooks import Runner
from gateway.limits import CACHED_DOCUMENTS, Limits
from gateway.notifications.announcement import AnnouncementMutation, AnnouncementQuery
from gateway.notifications.contact import ContactMutation, ContactQuery
from gateway.notifications.credit import CreditMutation, CreditQuery
from gateway.notifications.delivery import DeliveryMutation, DeliveryQuery
from gateway.notifications.inbox import InboxMutation, InboxQuery
from gateway.notifications.inbox_live import InboxSubscription
from gateway.notifications.notice_template import NoticeTemplateQuery
from gateway.notifications.reconciliation import ReconciliationMutation, ReconciliationQuery
from gateway.notifications.webhook import WebhookQuery
from gateway.notifications.webhook_acts import WebhookMutation
from gateway.plans import Plans
from gateway.quota.annual_form import AnnualFormMutation, AnnualFormQuery
from gateway.quota.availability import AvailabilityQuery
from gateway.quota.overview import OverviewMutation, OverviewQuery
from gateway.quota.paper import PaperMutation, PaperQuery
from gateway.quota.post_decision import PostDecisionMutation, PostDecisionQuery
from gateway.quota.ratio import RatioQuery
from gateway.quota.recalculation import RecalculationMutation, RecalculationQuery
from gateway.quota.reservation import ReservationQuery
from gateway.quota.staffing import StaffingQuery
from gateway.quota.staffing_acts import StaffingMutation
from gateway.quota.staffing_import import StaffingImportMutation, StaffingImportQuery
from gateway.quota.targeted_plan import TargetedPlanMutation, TargetedPlanQuery
from gateway.quota.waiting import WaitingMutation, WaitingQuery
from gateway.relay import NodeQuery
from gateway.workflow.arrangement import ArrangementMutation, ArrangementQuery
from gateway.workflow.avoidance import AvoidanceMutation, AvoidanceQuery
from gateway.workflow.batch import BatchMutation, BatchQuery
from gateway.workflow.certificate import CertificateMutation, CertificateQuery
from gateway.workflow.committee import CommitteeMutation, CommitteeQuery
from gateway.workflow.correction import CorrectionMutation, CorrectionQuery
from gateway.workflow.credential import CredentialMutation, CredentialQuery
from gateway.workflow.credit_listing import CreditListingMutation, CreditListingQuery
from gateway.workflow.criteria import CriteriaMutation, CriteriaQuery
from gateway.workflow.cycle import CycleMutation, CycleQuery
from gateway.workflow.declaration_acts import DeclarationMutation, DeclarationQuery
from gateway.workflow.declaration_process import DeclarationProcessQuery
from gateway.workflow.declaration_rounds import DeclarationRoundMutation
from gateway.workflow.deliberation_acts import DeliberationMutation, DeliberationQuery
from gateway.workflow.entitlement import EntitlementMutation, EntitlementQuery
from gateway.workflow.expert import ExpertMutation, ExpertQuery
from gateway.workflow.finding import FindingMutation, FindingQuery
from gateway.workflow.historic import HistoricImportMutation, HistoricImportQuery
from gateway.workflow.integrity import IntegrityQuery
from gateway.workflow.integrity_acts import IntegrityMutation
from gateway.workflow.material import MaterialMutation
from gateway.workflow.meeting_acts import MeetingMutation, MeetingQuery
from gateway.workflow.outlook import OutlookQuery
from gateway.workflow.publicity import PublicityMutation, PublicityQuery
from gateway.workflow.ranked_list import RankedListMutation, RankedListQuery
from gateway.workflow.recognition import RecognitionQuery
from gateway.workflow.recognition_acts import RecognitionMutation
from gateway.workflow.recommendation import RecommendationMutation, RecommendationQuery
from gateway.workflow.recommendation_plan import RecommendationPlanMutation, RecommendationPlanQuery
from gateway.workflow.registration import RegistrationMutation, RegistrationQuery
from gateway.workflow.report import ReportMutation, ReportQuery
from gateway.workflow.review_chain import ReviewChainQuery
from gateway.workflow.review_signs import ReviewSignsMutation, ReviewSignsQuery
from gateway.workflow.route import RouteQuery
from gateway.workflow.season_figures import SeasonFiguresQuery
from gateway.workflow.season_report import SeasonReportMutation, SeasonReportQuery
from gateway.workflow.sending_opinion import SendingOpinionMutation
from gateway.workflow.specialty import SpecialtyMutation, SpecialtyQuery
from gateway.workflow.spot_check import SpotCheckMutation, SpotCheckQuery
from gateway.workflow.supervision import SupervisionMutation, SupervisionQuery
from gateway.workflow.upload import UploadMutation
from gateway.workflow.window import WindowMutation
from gateway.workflow.worklist import WorklistQuery
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
    DeclarationProcessQuery,
    WorklistQuery,
    SupervisionQuery,
    ReviewChainQuery,
    FindingQuery,
    CorrectionQuery,
    ReportQuery,
    ReviewSignsQuery,
    SpotCheckQuery,
    SeasonReportQuery,
    SeasonFiguresQuery,
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
    """Strawberry's, executed by plans, and silent: `gateway.faults` logs what is ours to mend, and nothing else."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.plans = Plans(self, self.graphql, CACHED_DOCUMENTS)

    @property
    def graphql(self) -> GraphQLSchema:
        """What graphql-core knows of it, which Strawberry keeps to itself."""
        return self._schema

    def _get_execute_function(self) -> Callable[..., Any]:
        """What carries out an operation that was read and found valid."""
        return self.plans.execute

    def create_extensions_runner(
        self, execution_context: ExecutionContext, extensions: list[SchemaExtension]
    ) -> Runner:
        """What enters the hooks of extensions at each stage."""
        return Runner(execution_context, extensions)

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
    extensions=[Limits, Deadlines],
)
