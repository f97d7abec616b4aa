"""What other services may know of accounts: shared words, shapes and events."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel

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


class EmploymentEnding(Word):
    """Why an employment ended."""

    RESIGNED = "RESIGNED", "离职"
    RETIRED = "RETIRED", "退休"
    CONTRACT_OVER = "CONTRACT_OVER", "合同期满"
    DISMISSED = "DISMISSED", "解聘"
    AID_OVER = "AID_OVER", "援派期满"
    MOVED = "MOVED", "变更用人单位"


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


class OrganisationRef(BaseModel):
    """One organisation of a lineage, with its name."""

    id: UUID
    name: str
    kind: OrganisationKind
    level: OrganisationLevel


class PersonFacts(BaseModel):
    """What the review of a declaration needs to know of a person (answer of `POST /v1/people/facts`)."""

    person_id: UUID
    account_id: UUID
    name: str
    kind: PersonKind
    employer_id: UUID
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
