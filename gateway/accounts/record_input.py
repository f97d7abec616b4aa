"""What is told to put a fact on record: the input of exactly one kind."""

import dataclasses
from datetime import date
from typing import Any

import strawberry

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
from gateway.quota.title_level import TitleLevel
from gateway.told import body_of
from gateway.words import described, id_of, optional, optional_id_of
from services.accounts.contract import ContractKind, OrganisationLevel, OrganisationNature


@strawberry.input(description="The contest that an honour was won in (竞赛).")
class ContestInput:
    """The contest that an honour was won in (竞赛)."""

    contest_name: str = described("Its name (竞赛名称).")
    place: ContestPlace = described("What was won (名次).")
    role: ContestRole = described("In which part (身份).")
    on_record: bool = described("Whether it is on record with the HRSS department (是否备案).")
    organiser: str = described("Who held it (主办单位).")
    administrative_organiser: bool = described(
        "Whether an administrative department held or entrusted it (是否行政部门组织或委托)."
    )


@strawberry.input(description="A time in which social insurance was paid (缴费时段).")
class InsurancePeriodInput:
    """A time in which social insurance was paid (缴费时段)."""

    since: date = described("First day (起始时间).")
    until: date | None = optional("Last day; left out where it lasts (终止时间).")


@strawberry.input(description="A degree (学历学位); mode and kind of school make no difference (一（五）2).")
class DegreeRecordInput:
    """A degree (学历学位)."""

    education_level: str = described("Code of the level, as the policy names it (学历层次).")
    school: str = described("School (毕业院校).")
    school_kind: SchoolKind | None = optional("Kind of school (学校类别).")
    field: str = described("Field (所学专业).")
    mode: StudyMode = described("How it was studied for (学习形式).")
    graduated_on: date = described("When (毕业时间).")
    certificate_number: str = described("Number of the certificate (证书编号).")


@strawberry.input(
    description="A class of a technical school (技工院校班别); it counts as a level of education (一（五）4)."
)
class TechnicalClassRecordInput:
    """A class of a technical school (技工院校班别)."""

    technical_class: str = described("Code of the class, as the policy names it (班别).")
    school: str = described("School (毕业院校).")
    field: str = described("Field (所学专业).")
    graduated_on: date = described("When (毕业时间).")
    certificate_number: str = described("Number of the certificate (证书编号).")


@strawberry.input(description="A title held (现专业技术资格), with where alone it is valid.")
class PresentTitleRecordInput:
    """A title held (现专业技术资格), with where alone it is valid."""

    series: str = described("Code of the series (系列).")
    specialty: str | None = optional("Specialty (专业).")
    title_level: TitleLevel = described("Level (层级).")
    title_name: str = described("Its name (资格名称).")
    obtained_on: date = described("When it was obtained (取得时间).")
    obtained_by: TitleObtainedBy = described("How it was obtained (取得方式).")
    issuing_body: str = described("Who issued it (发证机构).")
    certificate_number: str = described("Number of the certificate (证书编号).")
    limits: list[TitleLimit] | None = optional("Where alone it is valid (使用范围); everywhere when empty.")


@strawberry.input(description="An appointment to a post (聘任, 二（五）2).")
class AppointmentRecordInput:
    """An appointment to a post (聘任, 二（五）2)."""

    title_level: TitleLevel = described("Level of the post (岗位层级).")
    post_grade: int | None = optional("Grade of the post, 1 to 13 (岗位等级).")
    appointed_on: date = described("Since when (聘任时间).")
    document: str = described("The document of appointment (聘任文件).")


@strawberry.input(description="An honour that the notice names (荣誉, 一（五）4（2）, （3）).")
class HonourRecordInput:
    """An honour that the notice names (荣誉, 一（五）4（2）, （3）)."""

    honour: str = described("Its code, as the policy names it (荣誉名称).")
    awarded_on: date = described("When (授予时间).")
    awarding_body: str = described("By whom (授予机构).")
    document: str | None = optional("By which document (授予文件).")
    contest: ContestInput | None = optional("Of one won in a contest: which (竞赛).")


@strawberry.input(description="A posting to a village (驻村, 一（四）3); the sending unit confirms it.")
class VillagePostingRecordInput:
    """A posting to a village (驻村, 一（四）3)."""

    role: PostingRole = described("In which part (身份).")
    region_code: str = described("Where: code of the division (驻地行政区划代码).")
    since: date = described("First day (起始时间).")
    until: date | None = optional("Last day; left out where it lasts (终止时间).")
    sending_unit_id: strawberry.ID = id_of("Organisation", "Who sent (派出单位).")
    posting_unit: str = described("Where the person works there (派驻单位).")
    statement: str = described("What that unit says of it (派驻单位意见).")


@strawberry.input(description="A period of aid to Qinghai (援青, 二（四）1).")
class AidPeriodRecordInput:
    """A period of aid to Qinghai (援青, 二（四）1)."""

    sending_unit: str = described("Who sent (派出单位).")
    receiving_unit: str = described("Who received (受援单位).")
    place_level: OrganisationLevel = described("Level of the place (受援单位层级).")
    since: date = described("First day (起始时间).")
    until: date | None = optional("Last day; left out where it lasts (终止时间).")


@strawberry.input(description="A year's assessment (年度考核).")
class YearlyAssessmentRecordInput:
    """A year's assessment (年度考核)."""

    year: int = described("The year (年度).")
    result: AssessmentResult = described("Its result (考核等次).")
    unit: str = described("Who assessed (考核单位).")


@strawberry.input(description="Social insurance paid at a unit's place (社会保险, 一（五）1（1）).")
class SocialInsuranceRecordInput:
    """Social insurance paid at a unit's place (社会保险, 一（五）1（1）)."""

    unit: str = described("Through which unit (参保单位).")
    region_code: str = described("Where: code of the division (参保地行政区划代码).")
    periods: list[InsurancePeriodInput] = described("When it was paid (缴费时段).")


@strawberry.input(description="A contract with a unit (聘用（劳动）合同, 一（五）1（1）).")
class ContractRecordInput:
    """A contract with a unit (聘用（劳动）合同, 一（五）1（1）)."""

    contract_kind: ContractKind = described("Kind of contract (合同类别).")
    unit: str = described("With whom (用人单位).")
    unit_id: strawberry.ID | None = optional_id_of("Organisation", "The unit, where it has an account here.")
    since: date = described("First day (起始时间).")
    until: date | None = optional("Last day; left out where it is open (终止时间).")


@strawberry.input(description="Hours of continuing education in a year (继续教育, 二（五）1).")
class ContinuingEducationRecordInput:
    """Hours of continuing education in a year (继续教育, 二（五）1)."""

    year: int = described("The year (年度).")
    public_hours: int = described("Hours of public subjects (公需科目学时).")
    professional_hours: int = described("Hours of professional subjects (专业科目学时).")
    platform: str | None = optional("On which platform (学习平台).")
    certificate_number: str | None = optional("Number of the certificate (证书编号).")


@strawberry.input(description="Technical work at a unit (专业技术工作经历, 一（五）1（2）).")
class WorkExperienceRecordInput:
    """Technical work at a unit (专业技术工作经历, 一（五）1（2）)."""

    unit: str = described("At which unit (工作单位).")
    unit_nature: OrganisationNature = described("Nature of the unit (单位性质).")
    work: str = described("Which work (从事专业).")
    since: date = described("First day (起始时间).")
    until: date | None = optional("Last day; left out where it lasts (终止时间).")


@strawberry.input(description="The mark of an examination for a level (专业技术资格考试, 三（六）1).")
class ExaminationRecordInput:
    """The mark of an examination for a level (专业技术资格考试, 三（六）1)."""

    series: str = described("Code of the series (系列).")
    title_level: TitleLevel = described("Level (层级).")
    mark: int = described("The mark (成绩).")
    held_on: date = described("When it was held (考试时间).")
    until: date | None = optional("Until when it is good; left out where it stays so (有效期至).")
    certificate_number: str = described("Number of the certificate (合格证明编号).")


@strawberry.input(one_of=True, description="What is put on record: exactly one of the kinds (档案信息内容).")
class RecordBodyInput:
    """One of the kinds."""

    degree: DegreeRecordInput | None = strawberry.field(
        description="A degree (学历学位).", default=strawberry.UNSET
    )
    technical_class: TechnicalClassRecordInput | None = strawberry.field(
        description="A class of a technical school (技工院校班别); it counts as a level of education (一（五）4).",
        default=strawberry.UNSET,
    )
    present_title: PresentTitleRecordInput | None = strawberry.field(
        description="A title held (现专业技术资格), with where alone it is valid.", default=strawberry.UNSET
    )
    appointment: AppointmentRecordInput | None = strawberry.field(
        description="An appointment to a post (聘任, 二（五）2).", default=strawberry.UNSET
    )
    honour: HonourRecordInput | None = strawberry.field(
        description="An honour that the notice names (荣誉, 一（五）4（2）, （3）).", default=strawberry.UNSET
    )
    village_posting: VillagePostingRecordInput | None = strawberry.field(
        description="A posting to a village (驻村, 一（四）3); the sending unit confirms it.",
        default=strawberry.UNSET,
    )
    aid_period: AidPeriodRecordInput | None = strawberry.field(
        description="A period of aid to Qinghai (援青, 二（四）1).", default=strawberry.UNSET
    )
    yearly_assessment: YearlyAssessmentRecordInput | None = strawberry.field(
        description="A year's assessment (年度考核).", default=strawberry.UNSET
    )
    social_insurance: SocialInsuranceRecordInput | None = strawberry.field(
        description="Social insurance paid at a unit's place (社会保险, 一（五）1（1）).",
        default=strawberry.UNSET,
    )
    contract: ContractRecordInput | None = strawberry.field(
        description="A contract with a unit (聘用（劳动）合同, 一（五）1（1）).", default=strawberry.UNSET
    )
    continuing_education: ContinuingEducationRecordInput | None = strawberry.field(
        description="Hours of continuing education in a year (继续教育, 二（五）1).", default=strawberry.UNSET
    )
    work_experience: WorkExperienceRecordInput | None = strawberry.field(
        description="Technical work at a unit (专业技术工作经历, 一（五）1（2）).", default=strawberry.UNSET
    )
    examination: ExaminationRecordInput | None = strawberry.field(
        description="The mark of an examination for a level (专业技术资格考试, 三（六）1).",
        default=strawberry.UNSET,
    )


def told_body(given: RecordBodyInput) -> dict[str, Any]:
    """The body as accounts takes it: the kind is the name of the field that was given."""
    for field in dataclasses.fields(given):
        value = getattr(given, field.name)
        if value is not strawberry.UNSET and value is not None:
            return {"kind": field.name.upper(), **body_of(value)}
    return {}
