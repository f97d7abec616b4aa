"""A private enterprise and a county's hospital whose people declare: series, plans, records, recommendations."""

from __future__ import annotations

from typing import Any

from demo.api import Session
from demo.scenes import applicants, opening
from demo.stage import Stage
from tests.gateway.clauses.season import listed, newcomer
from tests.gateway.clauses.test_declaring import DEGREE

UNIT_ROLES = ("ORGANISATION_MANAGER", "RECOMMENDER", "REVIEWER")
LEVELS = ("MIDDLE", "ASSOCIATE_SENIOR", "FULL_SENIOR")
SERIES = {"ENGINEERING": LEVELS, "RESEARCH": LEVELS, "PUBLISHING": ("ASSOCIATE_SENIOR",)}
EVIDENCE = {"issuer": "青海省人力资源和社会保障厅", "issuedOn": "2021-10-01"}
MADE = "recommendation { id route pool ground reservation { state exemptBy } } basis { cite }"
RECORD = "record { id }"
INSURED = {
    "unit": "青海某公司",
    "regionCode": "630100",
    "periods": [{"since": "2022-11-01", "until": "2023-10-31"}],
}
ASSESSED = {"assessment": "考核〔2023〕7号"}
IN_ORDER = """query($plan: ID!) { rankedLists(first: 1, planId: $plan, level: MIDDLE) { edges { node { ranked {
  personName place posted basis { cite } registration { id } } } } } }"""


async def opened(office: Session, stage: Stage) -> None:
    """Criteria, arrangements and a committee of the series."""
    for series, levels in SERIES.items():
        what = {
            "cycleId": stage.things["cycle"],
            "series": series,
            "title": "工作安排",
            "text": "按通知执行。",
        }
        drafted = (await office.do("createArrangement", "arrangement { id }", **what))["arrangement"]
        await office.do("publishArrangement", "arrangement { id }", id=drafted["id"])
        for level in levels:
            criteria = {
                "series": series, "level": level, "title": "评审条件", "effectiveFrom": "2023-10-16",
                "documents": opening.DOCUMENTS, "gates": opening.GATES, "menus": [opening.MENU],
            }  # fmt: skip
            made = (await office.do("proposeCriteria", "criteria { id }", **criteria))["criteria"]
            for act in ("approveCriteria", "publishCriteria"):
                await office.do(act, "criteria { id }", id=made["id"])
    committee = {
        "cycleId": stage.things["cycle"], "name": "青海省工程系列高级评委会", "series": "ENGINEERING",
        "levels": LEVELS, "officeId": stage.organisations["province"], "size": 25,
    }  # fmt: skip
    made = (await office.do("createCommittee", "committee { id }", **committee))["committee"]
    await office.do("approveCommittee", "committee { id }", id=made["id"])


async def planned(stage: Stage, part: str, levels: list[str]) -> None:
    """The unit's published plan, of posts at these levels."""
    plan = {
        "unitId": stage.organisations[part], "cycleId": stage.things["cycle"], "policyText": "择优推荐。",
        "conditions": "符合评审条件。", "procedure": "评议、公示。",
        "posts": [{"level": level, "count": 9} for level in levels],
    }  # fmt: skip
    made = (await stage.cast[part].do("createRecommendationPlan", "plan { id }", **plan))["plan"]
    await stage.cast[part].do("publishRecommendationPlan", "plan { id }", id=made["id"])
    stage.things[f"plan of {part}"] = made["id"]


async def arrived(stage: Stage, part: str, place: str = "works", **more: Any) -> None:
    """Somebody new at a unit, who has passed the online test."""
    await newcomer(stage, part, place, **{"kind": "ENTERPRISE"} | more)
    await applicants.take_test(stage, part, right=True)
    if place == "works":
        await on_record(stage, part, contract=contract(stage, place))
        await on_record(stage, part, socialInsurance=INSURED)


def contract(stage: Stage, place: str, **changed: str) -> dict[str, Any]:
    """A labour contract with the unit."""
    told = {"contractKind": "LABOUR", "unit": "青海某公司", "unitId": stage.organisations[place]}
    return {**told, "since": "2020-01-01", "until": "2026-12-31", **changed}


async def on_record(stage: Stage, part: str, place: str = "works", **body: Any) -> None:
    """A fact of the person, told and confirmed by the unit."""
    await confirmed(stage, place, await declared(stage, part, **body))


async def declared(stage: Stage, part: str, **body: Any) -> str:
    """A fact of the person, told and not yet confirmed; the record's id."""
    given = {"personId": stage.things[part], "body": body, "evidence": EVIDENCE}
    return str((await stage.cast[part].do("declareRecord", RECORD, **given))["record"]["id"])


async def confirmed(stage: Stage, place: str, record: str) -> None:
    """The unit answers for a record."""
    await stage.cast[place].do("confirmRecord", RECORD, id=record)


def wish(stage: Stage, part: str, level: str, place: str = "works", **more: Any) -> dict[str, Any]:
    """To recommend somebody by the unit's plan."""
    own = {"planId": stage.things[f"plan of {place}"], "personId": stage.things[part]}
    return {**own, "series": "ENGINEERING", "level": level, **more}


async def recommended(stage: Stage, given: dict[str, Any], place: str = "works") -> tuple[Any, set[str]]:
    """The recommendation, of one on the unit's list where a post is taken, and the articles it rests on."""
    if "assessment" not in given:
        await listed(stage, given, place)
    done = await stage.cast[place].do("recommend", MADE, **given)
    return done["recommendation"], {each["cite"] for each in done.basis}


async def serving(stage: Stage, part: str, since: str, **more: Any) -> None:
    """A bachelor who has worked at the private enterprise since then."""
    await arrived(stage, part, **more)
    await on_record(stage, part, **DEGREE["body"])
    work = {"unit": "青海某公司", "unitNature": "PRIVATE_ENTERPRISE", "work": "机械设计", "since": since}
    await on_record(stage, part, workExperience=work)


async def in_order(stage: Stage, plan: str) -> list[dict[str, Any]]:
    """The newest ranked list of the plan's middle posts."""
    found = await stage.ask("works", IN_ORDER, plan=plan)
    ranked: list[dict[str, Any]] = found["rankedLists"]["edges"][0]["node"]["ranked"]
    return ranked
