"""What an applicant writes into a declaration (申报内容), section by section; the same as input and as answer."""

from datetime import date

import strawberry

from gateway.quota.title_level import TitleLevel
from gateway.told import Told
from gateway.words import described, listed, optional


@strawberry.type(description="Basic information (基本信息); name, id number and telephone are the account's.")
class Basic(Told):
    """基本信息."""

    birth_date: date = described("Date of birth (出生日期).")
    work_began_on: date = described("When working life began (参加工作时间).")
    post: str = described("Present post (现任岗位).")
    specialty_practised: str | None = described("Specialty practised (现从事专业).")


@strawberry.input(description="Basic information (基本信息).")
class BasicInput:
    """基本信息."""

    birth_date: date = described("Date of birth (出生日期).")
    work_began_on: date = described("When working life began (参加工作时间).")
    post: str = described("Present post (现任岗位).")
    specialty_practised: str | None = optional("Specialty practised (现从事专业).")


@strawberry.type(description="A degree (学历); full-time and part-time count alike (一（五）2).")
class Education(Told):
    """学历."""

    school: str = described("School (毕业院校).")
    major: str = described("Field (所学专业).")
    degree: str = described("Code of the degree, as the policy names it (学历).")
    full_time: bool = described("Whether it was full-time (全日制).")
    graduated_on: date = described("When (毕业时间).")


@strawberry.input(description="A degree (学历).")
class EducationInput:
    """学历."""

    school: str = described("School (毕业院校).")
    major: str = described("Field (所学专业).")
    degree: str = described("Code of the degree, as the policy names it (学历).")
    full_time: bool = described("Whether it was full-time (全日制).")
    graduated_on: date = described("When (毕业时间).")


@strawberry.type(description="An employment (工作经历).")
class Work(Told):
    """工作经历."""

    organisation: str = described("Employer (工作单位).")
    post: str = described("Post (岗位).")
    since: date = described("First day (起始时间).")
    until: date | None = described("Last day; null where it lasts (终止时间).")


@strawberry.input(description="An employment (工作经历).")
class WorkInput:
    """工作经历."""

    organisation: str = described("Employer (工作单位).")
    post: str = described("Post (岗位).")
    since: date = described("First day (起始时间).")
    until: date | None = optional("Last day; left out where it lasts (终止时间).")


@strawberry.type(
    description="The present title (现专业技术资格); achievements count from the year after it (三（六）2)."
)
class PresentTitle(Told):
    """现专业技术资格."""

    name: str = described("Its name (资格名称).")
    level: TitleLevel = described("Its level (层级).")
    obtained_on: date = described("When it was obtained (取得时间).")
    appointed_on: date | None = described("Since when employed on it (聘任时间).")


@strawberry.input(description="The present title (现专业技术资格).")
class PresentTitleInput:
    """现专业技术资格."""

    name: str = described("Its name (资格名称).")
    level: TitleLevel = described("Its level (层级).")
    obtained_on: date = described("When it was obtained (取得时间).")
    appointed_on: date | None = optional("Since when employed on it (聘任时间).")


@strawberry.type(description="An achievement (业绩成果).")
class Achievement(Told):
    """业绩成果."""

    kind: str = described("Code of its kind, as the policy names it.")
    title: str = described("What it is (名称).")
    obtained_on: date = described("When (取得时间).")
    specialty: str | None = described(
        "The specialty it is of (所属专业); asked for in engineering (一（五）3)."
    )
    part: str | None = described("The applicant's part in it (本人作用).")
    description: str | None = described("More about it (说明).")


@strawberry.input(description="An achievement (业绩成果).")
class AchievementInput:
    """业绩成果."""

    kind: str = described("Code of its kind, as the policy names it.")
    title: str = described("What it is (名称).")
    obtained_on: date = described("When (取得时间).")
    specialty: str | None = optional(
        "The specialty it is of (所属专业); asked for in engineering (一（五）3)."
    )
    part: str | None = optional("The applicant's part in it (本人作用).")
    description: str | None = optional("More about it (说明).")


@strawberry.type(description="Class hours of continuing education in a year (继续教育, 二（五）1).")
class ContinuingEducation(Told):
    """继续教育."""

    year: int = described("The year (年度).")
    public_hours: int = described("Hours of public subjects (公需科目学时).")
    professional_hours: int = described("Hours of professional subjects (专业科目学时).")


@strawberry.input(description="Class hours of continuing education in a year (继续教育).")
class ContinuingEducationInput:
    """继续教育."""

    year: int = described("The year (年度).")
    public_hours: int = described("Hours of public subjects (公需科目学时).")
    professional_hours: int = described("Hours of professional subjects (专业科目学时).")


@strawberry.type(description="The applicant answers for what is submitted (个人承诺, 二（五）3).")
class Responsibility(Told):
    """个人承诺."""

    confirmed: bool = described("Whether the applicant has confirmed it.")


@strawberry.input(description="The applicant answers for what is submitted (个人承诺).")
class ResponsibilityInput:
    """个人承诺."""

    confirmed: bool = described("Whether the applicant confirms it.")


@strawberry.type(
    description="Everything an applicant writes (申报内容); in a draft any section may be missing."
)
class DeclarationContent(Told):
    """申报内容."""

    basic: Basic | None = described("Basic information (基本信息).")
    education: list[Education] = listed("Degrees (学历).")
    work_history: list[Work] = listed("Employments (工作经历).")
    present_title: PresentTitle | None = described("The present title (现专业技术资格).")
    achievements: list[Achievement] = listed("Achievements (业绩成果).")
    continuing_education: list[ContinuingEducation] = listed("Continuing education (继续教育).")
    responsibility: Responsibility | None = described("The applicant's word (个人承诺).")


@strawberry.input(description="Everything an applicant writes (申报内容); what is left out is empty.")
class DeclarationContentInput:
    """申报内容."""

    basic: BasicInput | None = optional("Basic information (基本信息).")
    education: list[EducationInput] | None = optional("Degrees (学历).")
    work_history: list[WorkInput] | None = optional("Employments (工作经历).")
    present_title: PresentTitleInput | None = optional("The present title (现专业技术资格).")
    achievements: list[AchievementInput] | None = optional("Achievements (业绩成果).")
    continuing_education: list[ContinuingEducationInput] | None = optional("Continuing education (继续教育).")
    responsibility: ResponsibilityInput | None = optional("The applicant's word (个人承诺).")
