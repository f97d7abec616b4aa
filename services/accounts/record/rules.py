"""What must hold of a record before it is kept, and of the one who decides about it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from services.accounts.organisation.regions import Region
from services.accounts.person import resident_id
from services.accounts.record.bodies import (
    Body,
    Degree,
    Honour,
    SocialInsurance,
    TechnicalClass,
    VillagePosting,
    Yearly,
)
from services.accounts.record.policy import RecordRules
from services.accounts.record.states import RecordFacts
from services.kit.errors import Basis
from services.kit.steps import Broken, rule

EIGHTEEN = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")


@dataclass(frozen=True, slots=True)
class Claim:
    """What is told, before it is kept: the body, when its evidence was issued, and what was written freely."""

    body: Body
    issued_on: date
    note: str | None


@dataclass(frozen=True, slots=True)
class Measure:
    """What a claim is measured by."""

    rules: RecordRules
    regions: Mapping[str, Region]
    articles: Mapping[str, Basis]
    today: date


def unfit(claim: Claim, by: Measure) -> tuple[Broken, ...]:
    """Everything that is wrong with a claim; empty when it can be kept."""
    checks = (_dates(claim, by), _early(claim, by), _codes(claim.body, by), _contest(claim.body, by))
    return tuple(each for check in (*checks, _private_numbers(claim, by)) for each in check)


def _dates(claim: Claim, by: Measure) -> Iterable[Broken]:
    """Nothing that is told as past lies ahead."""
    told = {f"body.{name}": getattr(claim.body, name) for name in claim.body.past}
    told["evidence.issued_on"] = claim.issued_on
    if isinstance(claim.body, SocialInsurance):
        for place, period in enumerate(claim.body.periods):
            told[f"body.periods.{place}.since"] = period.since
            told[f"body.periods.{place}.until"] = period.until
    for field, day in told.items():
        if day is not None and day > by.today:
            yield Broken(f"日期 {day} 晚于今天", f"{day} lies in the future.", field)
    if isinstance(claim.body, Yearly) and claim.body.year > by.today.year:
        yield Broken(
            f"{claim.body.year} 年尚未到来", f"The year {claim.body.year} has not come.", "body.year"
        )


def _early(claim: Claim, by: Measure) -> Iterable[Broken]:
    """Nothing is older than anybody's working life."""
    first, last = claim.body.span()
    if first < by.rules.earliest or (last is not None and last < first):
        yield Broken(
            f"日期 {first} 过早，请核对", f"{first} is too early. Look again.", f"body.{_field(claim)}"
        )


def _field(claim: Claim) -> str:
    if isinstance(claim.body, Yearly):
        return "year"
    return claim.body.begins or "periods"


def _codes(body: Body, by: Measure) -> Iterable[Broken]:
    """A code is one of the policy's, a region one of the table's."""
    if isinstance(body, Degree) and by.rules.rank(body.education_level) < 0:
        known = "、".join(f"{each.code}（{each.zh}）" for each in by.rules.education_levels)
        yield _unknown("education_level", body.education_level, known)
    if isinstance(body, TechnicalClass) and by.rules.technical_class(body.technical_class) is None:
        known = "、".join(f"{each.code}（{each.zh}）" for each in by.rules.technical_classes)
        yield _unknown("technical_class", body.technical_class, known)
    if isinstance(body, Honour) and by.rules.honour(body.honour) is None:
        known = "、".join(f"{each.code}（{each.zh}）" for each in by.rules.honours)
        yield _unknown("honour", body.honour, known)
    if isinstance(body, SocialInsurance | VillagePosting) and body.region_code not in by.regions:
        yield Broken(
            f"没有行政区划代码 {body.region_code}",
            f"There is no region {body.region_code}.",
            "body.region_code",
        )


def _unknown(field: str, code: str, known: str) -> Broken:
    return Broken(f"没有代码 {code}，可选：{known}", f"There is no {code}. Known: {known}.", f"body.{field}")


def _contest(body: Body, by: Measure) -> Iterable[Broken]:
    """An honour won in a contest tells of the contest, and no other does."""
    honour = by.rules.honour(body.honour) if isinstance(body, Honour) else None
    if not isinstance(body, Honour) or honour is None:
        return
    basis = by.articles[honour.article]
    if honour.contest is None:
        if body.contest is not None:
            yield Broken(
                "该荣誉与竞赛无关", "This honour is not won in a contest.", "body.contest", basis=basis
            )
        return
    if body.contest is None:
        yield Broken(
            "请填写竞赛名称、名次和本人身份",
            "Tell of the contest it was won in.",
            "body.contest",
            basis=basis,
        )
        return
    for field, told, allowed in (
        ("place", body.contest.place, honour.contest.places),
        ("role", body.contest.role, honour.contest.roles),
    ):
        if told not in allowed:
            named = "、".join(each.zh for each in allowed)
            yield Broken(
                f"“{told.zh}”不属于该荣誉（{named}）",
                f"{told} does not earn this honour.",
                f"body.contest.{field}",
                basis=basis,
            )


def _private_numbers(claim: Claim, by: Measure) -> Iterable[Broken]:
    """A resident id has its own, sealed place; free text is none."""
    statement = claim.body.statement if isinstance(claim.body, VillagePosting) else None
    for field, text in (("evidence.note", claim.note), ("body.statement", statement)):
        if holds_resident_id(text or "", by.today):
            yield Broken(
                "文字中含有公民身份号码，请删去", "The text holds a resident id. Leave it out.", field
            )


def holds_resident_id(text: str, today: date) -> bool:
    """Whether someone's number stands in a text."""
    found = (resident_id.compact(each) for each in EIGHTEEN.findall(text))
    return any(resident_id.is_right(each, today) for each in found)


@rule("RECORD_FIT", article="accurate", zh="填报内容准确、有效", en="What is told is accurate and valid.")
def record_fit(case: RecordFacts) -> tuple[Broken, ...]:
    """Dates, codes and texts of the claim hold."""
    return case.unfit


@rule("OWN_RECORD", article="unit_verifies", zh="不得审核本人的档案信息", en="Nobody decides the own record.")
def not_ones_own(case: RecordFacts) -> Broken | None:
    """Who verifies answers for it, and nobody does so for him- or herself."""
    return Broken("这是您本人的档案信息", "This is your own record.") if case.own else None


@rule(
    "TWO_PERSONS",
    article="who_verifies_answers",
    zh="填报人与审核人须为不同人员（谁推荐谁审核）",
    en="Whoever verifies a record is not the one who told it.",
)
def told_by_another(case: RecordFacts) -> Broken | None:
    """Where the unit told it in place of the person, verifying it is another's work: else nobody would have looked."""
    if case.own or not case.told_by_caller:
        return None
    return Broken(
        "这是您代为填报的，须由本单位其他人员确认", "You told it yourself; another of the unit verifies."
    )


@rule(
    "EVIDENCE_OPENED",
    article="unit_verifies",
    zh="有佐证文件的，须打开查看后方可确认",
    en="Where a file proves a record, whoever confirms it has opened the file.",
)
def evidence_opened(case: RecordFacts) -> Broken | None:
    """Whoever answers for a record has seen what proves it, as it is now."""
    if not case.unopened:
        return None
    return Broken("您尚未打开现有的佐证文件", "You have not opened the file that is there now.")


@rule("REASON_TOLD", article="problems_fed_back", zh="须写明理由", en="The reason is given.")
def reason_told(case: RecordFacts) -> Broken | None:
    """Whoever mends it has to know what is wrong."""
    return None if case.reason else Broken("请写明理由", "Give the reason.", field="note")
