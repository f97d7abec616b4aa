"""What a record of each kind tells (档案信息): one type a kind, together one union."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, TypeAlias
from uuid import UUID

import strawberry

from gateway.accounts.organisation import Organisation
from gateway.accounts.record_words import (
    AssessmentResult,
    ContestPlace,
    ContestRole,
    PostingRole,
    SchoolKind,
    StudyMode,
    TitleLimit,
    TitleObtainedBy,
)
from gateway.context import Info
from gateway.quota.title_level import TitleLevel
from gateway.told import Told
from gateway.words import described, listed
from services.accounts.contract import ContractKind, OrganisationLevel, OrganisationNature


@strawberry.type(description="The contest that an honour was won in (竞赛).")
class Contest(Told):
    """The contest that an honour was won in (竞赛)."""

    contest_name: str = described("Its name (竞赛名称).")
    place: ContestPlace = described("What was won (名次).")
    role: ContestRole = described("In which part (身份).")
    on_record: bool = described("Whether it is on record with the HRSS department (是否备案).")
    organiser: str = described("Who held it (主办单位).")
    administrative_organiser: bool = described(
        "Whether an administrative department held or entrusted it (是否行政部门组织或委托)."
    )


@strawberry.type(description="A time in which social insurance was paid (缴费时段).")
class InsurancePeriod(Told):
    """A time in which social insurance was paid (缴费时段)."""

    since: date = described("First day (起始时间).")
    until: date | None = described("Last day; null where it lasts (终止时间).")


@strawberry.type(description="A degree (学历学位); mode and kind of school make no difference (一（五）2).")
class DegreeRecord(Told):
    """A degree (学历学位)."""

    education_level: str = described("Code of the level, as the policy names it (学历层次).")
    school: str = described("School (毕业院校).")
    school_kind: SchoolKind | None = described("Kind of school (学校类别).")
    field: str = described("Field (所学专业).")
    mode: StudyMode = described("How it was studied for (学习形式).")
    graduated_on: date = described("When (毕业时间).")
    certificate_number: str = described("Number of the certificate (证书编号).")


@strawberry.type(
    description="A class of a technical school (技工院校班别); it counts as a level of education (一（五）4)."
)
class TechnicalClassRecord(Told):
    """A class of a technical school (技工院校班别)."""

    technical_class: str = described("Code of the class, as the policy names it (班别).")
    school: str = described("School (毕业院校).")
    field: str = described("Field (所学专业).")
    graduated_on: date = described("When (毕业时间).")
    certificate_number: str = described("Number of the certificate (证书编号).")


@strawberry.type(description="A title held (现专业技术资格), with where alone it is valid.")
class PresentTitleRecord(Told):
    """A title held (现专业技术资格), with where alone it is valid."""

    series: str = described("Code of the series (系列).")
    specialty: str | None = described("Specialty (专业).")
    title_level: TitleLevel = described("Level (层级).")
    title_name: str = described("Its name (资格名称).")
    obtained_on: date = described("When it was obtained (取得时间).")
    obtained_by: TitleObtainedBy = described("How it was obtained (取得方式).")
    issuing_body: str = described("Who issued it (发证机构).")
    certificate_number: str = described("Number of the certificate (证书编号).")
    limits: list[TitleLimit] = listed("Where alone it is valid (使用范围); everywhere when empty.")


@strawberry.type(description="An appointment to a post (聘任, 二（五）2).")
class AppointmentRecord(Told):
    """An appointment to a post (聘任, 二（五）2)."""

    title_level: TitleLevel = described("Level of the post (岗位层级).")
    post_grade: int | None = described("Grade of the post, 1 to 13 (岗位等级).")
    appointed_on: date = described("Since when (聘任时间).")
    document: str = described("The document of appointment (聘任文件).")


@strawberry.type(description="An honour that the notice names (荣誉, 一（五）4（2）, （3）).")
class HonourRecord(Told):
    """An honour that the notice names (荣誉, 一（五）4（2）, （3）)."""

    honour: str = described("Its code, as the policy names it (荣誉名称).")
    awarded_on: date = described("When (授予时间).")
    awarding_body: str = described("By whom (授予机构).")
    document: str | None = described("By which document (授予文件).")
    contest: Contest | None = described("Of one won in a contest: which (竞赛).")


@strawberry.type(description="A posting to a village (驻村, 一（四）3); the sending unit confirms it.")
class VillagePostingRecord(Told):
    """A posting to a village (驻村, 一（四）3)."""

    role: PostingRole = described("In which part (身份).")
    region_code: str = described("Where: code of the division (驻地行政区划代码).")
    since: date = described("First day (起始时间).")
    until: date | None = described("Last day; null where it lasts (终止时间).")
    sending_unit_id: strawberry.Private[UUID]
    posting_unit: str = described("Where the person works there (派驻单位).")
    statement: str = described("What that unit says of it (派驻单位意见).")

    @strawberry.field(description="Who sent (派出单位).")
    def sending_unit(self, info: Info) -> Organisation | None:
        """The unit."""
        return Organisation.edge(info, self.sending_unit_id)


@strawberry.type(description="A period of aid to Qinghai (援青, 二（四）1).")
class AidPeriodRecord(Told):
    """A period of aid to Qinghai (援青, 二（四）1)."""

    sending_unit: str = described("Who sent (派出单位).")
    receiving_unit: str = described("Who received (受援单位).")
    place_level: OrganisationLevel = described("Level of the place (受援单位层级).")
    since: date = described("First day (起始时间).")
    until: date | None = described("Last day; null where it lasts (终止时间).")


@strawberry.type(description="A year's assessment (年度考核).")
class YearlyAssessmentRecord(Told):
    """A year's assessment (年度考核)."""

    year: int = described("The year (年度).")
    result: AssessmentResult = described("Its result (考核等次).")
    unit: str = described("Who assessed (考核单位).")


@strawberry.type(description="Social insurance paid at a unit's place (社会保险, 一（五）1（1）).")
class SocialInsuranceRecord(Told):
    """Social insurance paid at a unit's place (社会保险, 一（五）1（1）)."""

    unit: str = described("Through which unit (参保单位).")
    region_code: str = described("Where: code of the division (参保地行政区划代码).")
    periods: list[InsurancePeriod] = listed("When it was paid (缴费时段).")


@strawberry.type(description="A contract with a unit (聘用（劳动）合同, 一（五）1（1）).")
class ContractRecord(Told):
    """A contract with a unit (聘用（劳动）合同, 一（五）1（1）)."""

    contract_kind: ContractKind = described("Kind of contract (合同类别).")
    unit: str = described("With whom (用人单位).")
    unit_id: strawberry.Private[UUID | None]
    since: date = described("First day (起始时间).")
    until: date | None = described("Last day; null where it is open (终止时间).")

    @strawberry.field(description="The unit, where it has an account here.")
    def organisation(self, info: Info) -> Organisation | None:
        """The unit."""
        return Organisation.edge(info, self.unit_id)


@strawberry.type(description="Hours of continuing education in a year (继续教育, 二（五）1).")
class ContinuingEducationRecord(Told):
    """Hours of continuing education in a year (继续教育, 二（五）1)."""

    year: int = described("The year (年度).")
    public_hours: int = described("Hours of public subjects (公需科目学时).")
    professional_hours: int = described("Hours of professional subjects (专业科目学时).")
    platform: str | None = described("On which platform (学习平台).")
    certificate_number: str | None = described("Number of the certificate (证书编号).")


@strawberry.type(description="Technical work at a unit (专业技术工作经历, 一（五）1（2）).")
class WorkExperienceRecord(Told):
    """Technical work at a unit (专业技术工作经历, 一（五）1（2）)."""

    unit: str = described("At which unit (工作单位).")
    unit_nature: OrganisationNature = described("Nature of the unit (单位性质).")
    work: str = described("Which work (从事专业).")
    since: date = described("First day (起始时间).")
    until: date | None = described("Last day; null where it lasts (终止时间).")


@strawberry.type(description="The mark of an examination for a level (专业技术资格考试, 三（六）1).")
class ExaminationRecord(Told):
    """The mark of an examination for a level (专业技术资格考试, 三（六）1)."""

    series: str = described("Code of the series (系列).")
    title_level: TitleLevel = described("Level (层级).")
    mark: int = described("The mark (成绩).")
    held_on: date = described("When it was held (考试时间).")
    until: date | None = described("Until when it is good; null where it stays so (有效期至).")
    certificate_number: str = described("Number of the certificate (合格证明编号).")


RecordBody: TypeAlias = Annotated[
    DegreeRecord
    | TechnicalClassRecord
    | PresentTitleRecord
    | AppointmentRecord
    | HonourRecord
    | VillagePostingRecord
    | AidPeriodRecord
    | YearlyAssessmentRecord
    | SocialInsuranceRecord
    | ContractRecord
    | ContinuingEducationRecord
    | WorkExperienceRecord
    | ExaminationRecord,
    strawberry.union("RecordBody", description="What a record tells, by its kind (档案信息内容)."),
]
"""A body of any kind."""

BODIES: Mapping[str, type[Told]] = {
    "DEGREE": DegreeRecord,
    "TECHNICAL_CLASS": TechnicalClassRecord,
    "PRESENT_TITLE": PresentTitleRecord,
    "APPOINTMENT": AppointmentRecord,
    "HONOUR": HonourRecord,
    "VILLAGE_POSTING": VillagePostingRecord,
    "AID_PERIOD": AidPeriodRecord,
    "YEARLY_ASSESSMENT": YearlyAssessmentRecord,
    "SOCIAL_INSURANCE": SocialInsuranceRecord,
    "CONTRACT": ContractRecord,
    "CONTINUING_EDUCATION": ContinuingEducationRecord,
    "WORK_EXPERIENCE": WorkExperienceRecord,
    "EXAMINATION": ExaminationRecord,
}


def body_told(told: Mapping[str, Any]) -> Any:
    """The body that a service tells, as the type of its kind."""
    return BODIES[told["kind"]].of(told)
