"""What other services may know of accounts: shared words, shapes and events."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel

from services.accounts.record.shapes import PersonRecord as PersonRecord  # noqa: PLC0414 - published here
from services.accounts.record.shapes import PersonStanding as PersonStanding  # noqa: PLC0414 - the same
from services.accounts.record.states import RecordKind, RecordState
from services.kit.outbox import Event
from services.kit.words import Word


class Role(Word):
    """A role, always held at one organisation."""

    ORGANISATION_MANAGER = "ORGANISATION_MANAGER", "机构管理员"
    RECOMMENDER = "RECOMMENDER", "推荐经办"
    REVIEWER = "REVIEWER", "审核人"
    TITLE_OFFICER = "TITLE_OFFICER", "职称管理（人社部门）"
    COMMITTEE_OFFICE = "COMMITTEE_OFFICE", "评委会办事机构"
    EXPERT = "EXPERT", "评审专家"
    SUPERVISOR = "SUPERVISOR", "监督"
    APPLICANT = "APPLICANT", "申报人"
    OPERATOR = "OPERATOR", "运维"
    INTEGRATION = "INTEGRATION", "系统集成"


class OrganisationKind(Word):
    """The six kinds of organisation (附件3 一)."""

    HRSS = "HRSS", "人力资源社会保障部门"
    AUTHORITY = "AUTHORITY", "行业主管部门"
    TALENT_EXCHANGE_CENTRE = "TALENT_EXCHANGE_CENTRE", "人才交流中心"
    EMPLOYER = "EMPLOYER", "用人单位"
    SUBORDINATE_UNIT = "SUBORDINATE_UNIT", "下属单位（子单位）"
    INTERNAL_DEPARTMENT = "INTERNAL_DEPARTMENT", "内设机构"


class OrganisationLevel(Word):
    """The level an organisation belongs to."""

    PROVINCE = "PROVINCE", "省"
    PREFECTURE = "PREFECTURE", "市（州）"
    COUNTY = "COUNTY", "县（市、区、行委）"


class OrganisationNature(Word):
    """What an organisation is by law; special subordinations follow from it (附件3 三)."""

    GOVERNMENT_BODY = "GOVERNMENT_BODY", "机关"
    PUBLIC_INSTITUTION = "PUBLIC_INSTITUTION", "事业单位"
    STATE_ENTERPRISE = "STATE_ENTERPRISE", "国有企业"
    PRIVATE_ENTERPRISE = "PRIVATE_ENTERPRISE", "民营企业（非公经济组织）"
    PRIVATE_HOSPITAL = "PRIVATE_HOSPITAL", "民营医院"
    PRIVATE_SCHOOL = "PRIVATE_SCHOOL", "民办中小学及幼儿园"
    PRIVATE_TECHNICAL_SCHOOL = "PRIVATE_TECHNICAL_SCHOOL", "民办技工院校"
    CENTRAL_UNIT = "CENTRAL_UNIT", "中央驻青单位（企业）"
    TOWNSHIP = "TOWNSHIP", "乡镇（街道）"


class PersonKind(Word):
    """How a person belongs to the employer."""

    ON_ESTABLISHMENT = "ON_ESTABLISHMENT", "事业单位在编人员"
    TEMPORARY = "TEMPORARY", "临聘人员"
    ENTERPRISE = "ENTERPRISE", "企业人员"
    HOSTED = "HOSTED", "档案托管人员"
    SELF_EMPLOYED = "SELF_EMPLOYED", "个体工商户"
    FREELANCER = "FREELANCER", "自由职业者"
    FARMER_HERDER = "FARMER_HERDER", "农牧民"
    AID_QINGHAI = "AID_QINGHAI", "援青人才"


class PersonState(Word):
    """Whether a person belongs to an employer; without one he or she signs in and declares nothing."""

    ACTIVE = "ACTIVE", "有效"
    WITHOUT_EMPLOYER = "WITHOUT_EMPLOYER", "无用人单位"


class DocumentKind(Word):
    """A document by which a person is known."""

    RESIDENT_ID = "RESIDENT_ID", "居民身份证"
    PERMANENT_RESIDENCE_CARD = "PERMANENT_RESIDENCE_CARD", "外国人永久居留身份证"
    PASSPORT = "PASSPORT", "护照"
    HK_MACAO_PERMIT = "HK_MACAO_PERMIT", "港澳居民来往内地通行证"
    TAIWAN_PERMIT = "TAIWAN_PERMIT", "台湾居民来往大陆通行证"
    HMT_RESIDENCE_PERMIT = "HMT_RESIDENCE_PERMIT", "港澳台居民居住证"


class EmploymentEnding(Word):
    """Why an employment ended."""

    RESIGNED = "RESIGNED", "离职"
    RETIRED = "RETIRED", "退休"
    CONTRACT_OVER = "CONTRACT_OVER", "合同期满"
    DISMISSED = "DISMISSED", "解聘"
    AID_OVER = "AID_OVER", "援派期满"
    MOVED = "MOVED", "变更用人单位"
    KIND_CHANGED = "KIND_CHANGED", "变更人员类别"
    DEPARTMENT_CHANGED = "DEPARTMENT_CHANGED", "调整内设机构"


class ContractKind(Word):
    """What kind of contract ties a person to the employer."""

    APPOINTMENT = "APPOINTMENT", "聘用合同"
    LABOUR = "LABOUR", "劳动合同"
    SERVICE = "SERVICE", "劳务协议"


class EmploymentContract(BaseModel):
    """The contract of an employment; without `until` it has no term."""

    kind: ContractKind
    signed_on: date
    until: date | None = None


class AidPosting(BaseModel):
    """An aid-Qinghai talent's posting: who sends, on whose authority, for how long (二（四）1)."""

    sending_unit: str
    sending_authority: str
    starts_on: date
    until: date
    doctoral_team: bool = False


class ImportKind(Word):
    """What the rows of an imported file are."""

    ORGANISATIONS = "ORGANISATIONS", "组织机构"
    PEOPLE = "PEOPLE", "人员"


class ImportState(Word):
    """Where an import stands."""

    RECEIVING = "RECEIVING", "待上传文件"
    CHECKING = "CHECKING", "正在校验"
    CHECKED = "CHECKED", "已校验"
    APPLYING = "APPLYING", "正在导入"
    DONE = "DONE", "已导入"
    CANCELLED = "CANCELLED", "已取消"
    FAILED = "FAILED", "未能完成"


class OrganisationRef(BaseModel):
    """One organisation of a lineage, with its name."""

    id: UUID
    name: str
    kind: OrganisationKind
    level: OrganisationLevel


class PersonFacts(BaseModel):
    """What the review of a declaration needs to know of a person (answer of `POST /v1/people/facts`).

    Someone who left the employer has none: `lineage` ends at the HRSS department that looks after the account.
    """

    person_id: UUID
    account_id: UUID
    name: str
    kind: PersonKind
    employer_id: UUID | None
    department_id: UUID | None
    employer_nature: OrganisationNature | None
    test_passed: bool
    lineage: list[OrganisationRef]
    employed_since: date | None = None
    contract: EmploymentContract | None = None
    aid: AidPosting | None = None


class OrganisationCreated(Event):
    """An organisation was created by its superior."""

    type: ClassVar[str] = "titles.accounts.organisation.created.v1"

    organisation_id: UUID
    parent_id: UUID | None
    name: str
    kind: OrganisationKind
    level: OrganisationLevel

    @property
    def subject(self) -> str:
        """The organisation."""
        return f"organisation/{self.organisation_id}"


class OrganisationRenamed(Event):
    """An organisation has another name; the former one stays searchable."""

    type: ClassVar[str] = "titles.accounts.organisation.renamed.v1"

    organisation_id: UUID
    former_name: str
    name: str

    @property
    def subject(self) -> str:
        """The organisation."""
        return f"organisation/{self.organisation_id}"


class OrganisationMoved(Event):
    """An organisation has another superior, and all below it moved along.

    Rows re-line themselves: in a lineage that holds `organisation_id`, all up to and with it becomes `lineage`, and what
    follows it stays. `lineage_before` is what most of them begin with. Changes of the tree arrive in the order in which
    they were made, for all share the subject of their province's tree.
    """

    type: ClassVar[str] = "titles.accounts.organisation.moved.v1"

    organisation_id: UUID
    name: str
    old_parent_id: UUID
    parent_id: UUID
    parent_name: str
    lineage_before: list[UUID]
    lineage: list[UUID]
    line: list[OrganisationRef]

    @property
    def subject(self) -> str:
        """The tree of the province."""
        return f"organisation-tree/{self.lineage[0]}"


class OrganisationMerged(Event):
    """An organisation went into another one of its kind, with its people, seats and all directly below it.

    Rows re-line themselves as for `OrganisationMoved`: in a lineage that holds `organisation_id`, all up to and with it
    becomes `lineage`, whose last one is `into_id`.
    """

    type: ClassVar[str] = "titles.accounts.organisation.merged.v1"

    organisation_id: UUID
    name: str
    into_id: UUID
    into_name: str
    lineage_before: list[UUID]
    lineage: list[UUID]
    line: list[OrganisationRef]

    @property
    def subject(self) -> str:
        """The tree of the province."""
        return f"organisation-tree/{self.lineage[0]}"


class OrganisationClosed(Event):
    """An organisation is no longer there; nothing live was below it."""

    type: ClassVar[str] = "titles.accounts.organisation.closed.v1"

    organisation_id: UUID
    parent_id: UUID
    name: str

    @property
    def subject(self) -> str:
        """The organisation."""
        return f"organisation/{self.organisation_id}"


class OrganisationReopened(Event):
    """A closed organisation is there again."""

    type: ClassVar[str] = "titles.accounts.organisation.reopened.v1"

    organisation_id: UUID
    parent_id: UUID
    name: str

    @property
    def subject(self) -> str:
        """The organisation."""
        return f"organisation/{self.organisation_id}"


class PersonCreated(Event):
    """A person got an account from the employer."""

    type: ClassVar[str] = "titles.accounts.person.created.v1"

    person_id: UUID
    employer_id: UUID

    @property
    def subject(self) -> str:
        """The person."""
        return f"person/{self.person_id}"


class PersonMoved(Event):
    """A person belongs elsewhere now: to another employer, or to another department of the same one (二（二）1).

    Lineages run from the root down to the employer, or to its department. Someone who was without employer has no
    old one.
    """

    type: ClassVar[str] = "titles.accounts.person.moved.v1"

    person_id: UUID
    account_id: UUID
    old_employer_id: UUID | None
    employer_id: UUID
    employer_name: str
    department_id: UUID | None
    lineage_before: list[UUID]
    lineage: list[UUID]
    kind: PersonKind
    moved_on: date

    @property
    def subject(self) -> str:
        """The person."""
        return f"person/{self.person_id}"


class PersonKindChanged(Event):
    """A person belongs to the same employer in another way."""

    type: ClassVar[str] = "titles.accounts.person.kind_changed.v1"

    person_id: UUID
    employer_id: UUID
    kind_before: PersonKind
    person_kind: PersonKind
    changed_on: date

    @property
    def subject(self) -> str:
        """The person."""
        return f"person/{self.person_id}"


class EmploymentEnded(Event):
    """A person left the employer and has none now: account and sign-in stay, nothing can be declared."""

    type: ClassVar[str] = "titles.accounts.employment.ended.v1"

    person_id: UUID
    employer_id: UUID
    employer_name: str
    lineage_before: list[UUID]
    lineage: list[UUID]
    kind: PersonKind
    ending: EmploymentEnding
    ended_on: date

    @property
    def subject(self) -> str:
        """The person."""
        return f"person/{self.person_id}"


class EmployerChangeMoved(Event):
    """A change of employer took a step: asked, confirmed by the person, released or objected to, carried out (二（二）1)."""

    type: ClassVar[str] = "titles.accounts.employer_change.moved.v1"

    change_id: UUID
    person_id: UUID
    employer_id: UUID | None
    employer_name: str | None
    asker_id: UUID
    asker_name: str
    superior_id: UUID | None
    action: str
    after: str
    due_on: date | None

    @property
    def subject(self) -> str:
        """The change."""
        return f"employer_change/{self.change_id}"


class QuestionsMoved(Event):
    """A version of the online test's questions came, was published, or retired (二（三）)."""

    type: ClassVar[str] = "titles.accounts.questions.moved.v1"

    bank_id: UUID
    cycle: int
    number: int
    state: str

    @property
    def subject(self) -> str:
        """The version."""
        return f"question_bank/{self.bank_id}"


class OAuthClientMoved(Event):
    """A third party's client was disabled, or enabled again."""

    type: ClassVar[str] = "titles.accounts.oauth_client.moved.v1"

    client_id: UUID
    organisation_id: UUID
    name: str
    state: str

    @property
    def subject(self) -> str:
        """The client."""
        return f"oauth_client/{self.client_id}"


class TestFailed(Event):
    """A person did not pass the online test of a cycle this time; it can be taken again (二（三）)."""

    __test__: ClassVar[bool] = False
    type: ClassVar[str] = "titles.accounts.test.failed.v1"

    person_id: UUID
    cycle: int
    score: int

    @property
    def subject(self) -> str:
        """The person."""
        return f"person/{self.person_id}"


class TestPassed(Event):
    """A person passed the online test of a cycle (二（三）)."""

    __test__: ClassVar[bool] = False
    type: ClassVar[str] = "titles.accounts.test.passed.v1"

    person_id: UUID
    cycle: int
    score: int

    @property
    def subject(self) -> str:
        """The person."""
        return f"person/{self.person_id}"


class RecordEvent(Event):
    """Base of what happens to a person's record; `confirmer_id` is the organisation that answers for it."""

    record_id: UUID
    person_id: UUID
    record_kind: RecordKind
    confirmer_id: UUID

    @property
    def subject(self) -> str:
        """The record."""
        return f"person_record/{self.record_id}"


class RecordDeclared(RecordEvent):
    """A fact was put on record, and waits to be confirmed."""

    type: ClassVar[str] = "titles.accounts.record.declared.v1"


class RecordConfirmed(RecordEvent):
    """The organisation that answers for a record confirmed it (三（二）)."""

    type: ClassVar[str] = "titles.accounts.record.confirmed.v1"


class RecordRefused(RecordEvent):
    """A record was not confirmed, or its confirmation was revoked; `after` tells which, `reason` why (三（一）)."""

    type: ClassVar[str] = "titles.accounts.record.refused.v1"

    after: RecordState
    reason: str


class RecordEnded(RecordEvent):
    """A record was withdrawn, or its new version took its place."""

    type: ClassVar[str] = "titles.accounts.record.ended.v1"

    after: RecordState


class ImportMoved(Event):
    """An import of organisations or people took a step; `account_id` is whoever began it."""

    type: ClassVar[str] = "titles.accounts.import.moved.v1"

    import_id: UUID
    organisation_id: UUID
    account_id: UUID
    kind: ImportKind
    file_name: str
    action: str
    after: ImportState
    accepted: int
    refused: int
    created: int

    @property
    def subject(self) -> str:
        """The import."""
        return f"intake/{self.import_id}"


class AccountOpened(Event):
    """A manager did what lets an account's owner, or somebody who poses as the owner, begin anew."""

    type: ClassVar[str] = "titles.accounts.account.opened.v1"

    account_id: UUID
    organisation_id: UUID
    by: str
    what: Literal["CODE_REISSUED", "SECOND_FACTOR_RESET", "SESSIONS_ENDED"]

    @property
    def subject(self) -> str:
        """The account."""
        return f"account/{self.account_id}"


class RoleOffered(Event):
    """An organisation offers a role to an account of another."""

    type: ClassVar[str] = "titles.accounts.role.offered.v1"

    account_id: UUID
    organisation_id: UUID
    name: str
    role: Role

    @property
    def subject(self) -> str:
        """The account."""
        return f"account/{self.account_id}"


class RoleOfferAnswered(Event):
    """Somebody took the role that was offered, or left it."""

    type: ClassVar[str] = "titles.accounts.role.offer_answered.v1"

    account_id: UUID
    organisation_id: UUID
    person: str
    role: Role
    answer: Literal["ACCEPTED", "DECLINED"]

    @property
    def subject(self) -> str:
        """The account."""
        return f"account/{self.account_id}"


class RoleDelegated(Event):
    """A role was handed to a colleague for a period, or taken back before its end."""

    type: ClassVar[str] = "titles.accounts.role.delegated.v1"

    delegation_id: UUID
    organisation_id: UUID
    delegator_id: UUID
    delegate_id: UUID
    delegator: str
    delegate: str
    role: Role
    begins_on: date
    ends_on: date
    state: Literal["AGREED", "ENDED"]

    @property
    def subject(self) -> str:
        """The delegation."""
        return f"delegation/{self.delegation_id}"
