"""What follows from a person's records on a day: figures told twice, facts in three values, each with its articles."""

from collections import defaultdict
from datetime import date
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.record_words import (
    Certainty,
    ContestPlace,
    ContestRole,
    HonourLevel,
    PostingRole,
    RecordKind,
    TitleLimit,
)
from gateway.context import Context, Info
from gateway.plans import Loader
from gateway.quota.title_level import TitleLevel
from gateway.refusals import Basis
from gateway.told import Told
from gateway.words import described, hidden, listed
from services.kit.errors import NotFound

MOST = 100
Asked = tuple[UUID, date]


@strawberry.type
class OfRecord(Told):
    """Base of what rests on one record."""

    record: strawberry.Private[UUID] = hidden("record_id")
    confirmed: bool = described("Whether the record is confirmed, or only declared.")

    @strawberry.field(description="The record it rests on.")
    def record_id(self) -> strawberry.ID:
        """The record's global id."""
        return strawberry.ID(str(relay.GlobalID("PersonRecord", str(self.record))))


@strawberry.type(
    description="A figure by what is confirmed, and as it will be if all that is declared holds."
)
class Amount(Told):
    """A figure in both ways."""

    confirmed: int = described("By what is confirmed.")
    with_declared: int = described("If all that is declared is confirmed too.")


@strawberry.type(description="The level an education counts as, whatever its mode and school (视同学历).")
class CountedEducation(OfRecord):
    """An education that counts."""

    kind: RecordKind = described("A degree, or a class of a technical school.")
    counts_as: str = described("Code of the level it counts as (视同学历层次).")
    rank: int = described("How high the level is, from 0.")
    field: str = described("Field (所学专业).")
    graduated_on: date = described("When (毕业时间).")
    basis: list[Basis] = listed("Why it counts as that (依据).")


@strawberry.type(
    description="Months of technical work in private enterprises after graduating (一（五）1（2）)."
)
class PrivateService(Told):
    """Private service."""

    counts_as: str = described("Code of the level of the education (学历层次).")
    graduated_on: date = described("When (毕业时间).")
    months: Amount = described("Whole months since (累计月数).")


@strawberry.type(description="A title held on the day (现专业技术资格).")
class HeldTitle(OfRecord):
    """A title."""

    series: str = described("Code of the series (系列).")
    specialty: str | None = described("Specialty (专业).")
    title_level: TitleLevel = described("Level (层级).")
    title_name: str = described("Its name (资格名称).")
    obtained_on: date = described("When it was obtained (取得时间).")
    limits: list[TitleLimit] = listed("Where alone it is valid (使用范围).")
    basis: list[Basis] = listed("The articles of the limits (依据).")


@strawberry.type(description="An honour, and whether it counts (荣誉).")
class HeldHonour(OfRecord):
    """An honour."""

    honour: str = described("Its code (荣誉名称).")
    level: HonourLevel = described("Which list it stands in.")
    awarded_on: date = described("When (授予时间).")
    place: ContestPlace | None = described("What was won, in a contest (名次).")
    role: ContestRole | None = described("In which part (身份).")
    counts: bool = described("Whether it counts: a contest is on record, and held by the administration.")
    basis: list[Basis] = listed("The articles (依据).")


@strawberry.type(description="The mark of an examination that is good on the day (专业技术资格考试).")
class PassedExamination(OfRecord):
    """An examination."""

    series: str = described("Code of the series (系列).")
    title_level: TitleLevel = described("Level (层级).")
    mark: int = described("The mark (成绩).")
    held_on: date = described("When it was held (考试时间).")


@strawberry.type(description="A village posting that has begun (驻村).")
class HeldPosting(OfRecord):
    """A posting."""

    role: PostingRole = described("In which part (身份).")
    region_code: str = described("Where: code of the division.")
    since: date = described("First day.")
    until: date | None = described("Last day; null where it lasts.")


@strawberry.type(description="Months of social insurance paid at a place, up to the day (社会保险).")
class InsuredMonths(Told):
    """Insurance at a place."""

    region_code: str = described("Where: code of the division (参保地).")
    months: Amount = described("Whole months (累计月数).")


@strawberry.type(description="Hours of continuing education of a year (继续教育).")
class HoursOfYear(Told):
    """Hours of a year."""

    year: int = described("The year (年度).")
    public_hours: Amount = described("Public subjects (公需科目).")
    professional_hours: Amount = described("Professional subjects (专业科目).")


@strawberry.type(description="What follows from a person's records on a day.")
class PersonStanding(Told):
    """A standing."""

    on: date = described("The day.")
    education: CountedEducation | None = described("The highest education confirmed (最高学历).")
    education_with_declared: CountedEducation | None = described("The highest if all declared ones hold.")
    titles: list[HeldTitle] = listed("Titles held (现专业技术资格), newest first.")
    appointed: Certainty = described("Whether there is an appointment to a post (是否聘任).")
    private_service: list[PrivateService] = listed("Work in private enterprises since graduating.")
    in_private_enterprise: Certainty = described("Whether the person works in a private enterprise that day.")
    insurance: list[InsuredMonths] = listed("Social insurance, place by place.")
    insurance_months: Amount = described("Months of social insurance anywhere.")
    insurance_at_employer: Amount = described("Months of it at the present unit's place (一（五）1（1）).")
    insured_at_employer: Certainty = described("Whether it is still paid there (在工作单位所在地参保).")
    contract_covers: Certainty = described("Whether a formal contract covers the day.")
    contract_with_employer: Certainty = described("Whether it is with the present unit.")
    village_posting: Certainty = described("Whether there is a village posting (一（四）3).")
    village_postings: list[HeldPosting] = listed("Village postings.")
    aid_months: Amount = described("The longest unbroken aid at county level or below, in months.")
    aid_excellent_years: Amount = described("Years running of one such stay, each assessed excellent.")
    continuing_education: list[HoursOfYear] = listed("Continuing education, year by year.")
    honours: list[HeldHonour] = listed("Honours, newest first.")
    examinations: list[PassedExamination] = listed("Marks of examinations, newest first.")


async def standing_of(info: Info, person_id: UUID, on: date) -> PersonStanding:
    """A person's standing on a day; all that one level of a query asks for are asked for in one call a day."""
    context: Context = info.context
    return await context.loader("PersonStanding", lambda: _loader(context)).load((person_id, on))


def _loader(context: Context) -> Loader[Asked, PersonStanding]:
    async def load(asked: list[Asked]) -> list[PersonStanding | BaseException]:
        days: dict[date, list[UUID]] = defaultdict(list)
        for person_id, on in asked:
            days[on].append(person_id)
        found: dict[Asked, PersonStanding] = {}
        for on, ids in days.items():
            body = {"person_ids": [str(each) for each in ids], "on": on.isoformat()}
            answer = await context.accounts.ask("/v1/people/standing", body)
            found |= {(UUID(told["person_id"]), on): PersonStanding.of(told) for told in answer["items"]}
        return [found.get(each) or NotFound() for each in asked]

    return Loader(load, MOST)
