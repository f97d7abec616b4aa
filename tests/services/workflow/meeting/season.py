"""What stands before a meeting, written straight into the tables: cycle, committee, pool, accepted declarations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Node
from services.kit.policy import load
from services.workflow import main as _every_model  # noqa: F401 - tables that others refer to
from services.workflow.committee.model import Committee, Expert
from services.workflow.criteria.model import Criteria
from services.workflow.cycle.model import Cycle, Specialty
from services.workflow.cycle.policy import CyclePolicy
from services.workflow.declaration.model import Declaration
from services.workflow.recommendation.model import Recommendation, RecommendationPlan
from tests.platform.settings import POLICIES
from tests.platform.tokens import mint, node, seat

CREATED = {"province": "qinghai"}
LEVEL = "ASSOCIATE_SENIOR"
MOVED = datetime(2023, 12, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Person:
    """An account, its token, and the name it carries."""

    account_id: UUID
    name: str
    token: str
    id: UUID = field(default_factory=uuid4)


@dataclass
class Season:
    """The province of these tests and what was seeded in it."""

    province: Node = field(default_factory=lambda: node("HRSS", "PROVINCE"))
    prefecture: Node = field(default_factory=lambda: node("HRSS", "PREFECTURE"))
    authority: Node = field(default_factory=lambda: node("AUTHORITY", "PROVINCE"))
    hospital: Node = field(default_factory=lambda: node("EMPLOYER", "PROVINCE"))
    clinic: Node = field(default_factory=lambda: node("EMPLOYER", "PREFECTURE"))
    year: int = 2023
    editions: int = 0
    """How many of the criteria there are already."""
    cycle_id: UUID = field(default_factory=uuid4)
    committee_id: UUID = field(default_factory=uuid4)
    specialties: tuple[UUID, ...] = ()
    experts: list[Person] = field(default_factory=list)
    declarations: list[UUID] = field(default_factory=list)
    applicants: list[Person] = field(default_factory=list)
    places: dict[UUID, tuple[Node, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.office = mint([seat("COMMITTEE_OFFICE", self.province, self.authority)], name="办事机构")
        self.officer = mint([seat("TITLE_OFFICER", self.province)], name="省厅职称处")
        self.prefecture_officer = mint([seat("TITLE_OFFICER", self.province, self.prefecture)], name="州局")
        self.supervisor = mint([seat("SUPERVISOR", self.province)], name="纪检监察")

    def path(self, *below: Node) -> list[dict[str, Any]]:
        """A line of organisations with names, from the root down."""
        names = {self.province: "省人社厅", self.authority: "省卫健委", self.prefecture: "海西州人社局"}
        names |= {self.hospital: "省第一医院", self.clinic: "州医院"}
        line = (self.province, *below)
        return [{"id": str(n.id), "name": names[n], "kind": n.kind, "level": n.level} for n in line]

    def by_account(self, account_id: str | UUID) -> Person:
        """The expert with that account."""
        return next(each for each in self.experts if str(each.account_id) == str(account_id))


@cache
def windows() -> list[dict[str, Any]]:
    """The windows of 2023 as a cycle freezes them."""
    policy = load(POLICIES / "qinghai" / "2023" / "cycle.yaml", CyclePolicy)
    return [each.model_dump(mode="json") for each in policy.windows]


async def seed_committee(tx: AsyncSession, season: Season, *, size: int = 11) -> None:
    """The cycle unless it is there, three specialties and the committee."""
    if await tx.get(Cycle, season.cycle_id) is None:
        tx.add(_cycle(season))
        await tx.flush()
    if not season.specialties:  # another year has them already
        season.specialties = (uuid4(), uuid4(), uuid4())
        named = enumerate(season.specialties)
        tx.add_all(_specialty(season, each, f"专业{number}") for number, each in named)
        await tx.flush()
    tx.add(_committee(season, size))
    await tx.flush()


async def seed_experts(tx: AsyncSession, season: Season, count: int, *at: Node) -> None:
    """Experts, in turn of each specialty, working at the end of a line or each at a unit of his or her own.

    The committee's office has registered them all.
    """
    for number in range(count):
        line = at or (season.authority, node("EMPLOYER", "PROVINCE"))
        account_id, place = uuid4(), line[-1]
        season.places[place.id] = (season.province, *line)
        name = f"专家{len(season.experts):02}"
        token = mint([seat("EXPERT", season.province, place)], sub=account_id, name=name)
        season.experts.append(Person(account_id, name, token))
        tx.add(
            Expert(
                account_id=account_id,
                name=name,
                organisation_id=place.id,
                series="HEALTH",
                specialty_ids=[season.specialties[number % 3]],
                title_level="FULL_SENIOR",
                valid_until=date(2025, 12, 31),
                registered_by=uuid4(),
                lineage=[season.province.id, season.authority.id],
                **CREATED,
            )
        )
    await tx.flush()


async def seed_declaration(
    tx: AsyncSession,
    season: Season,
    *,
    unit: Node | None = None,
    above: Node | None = None,
    level: str = LEVEL,
    pool: str = "GENERAL",
) -> UUID:
    """One accepted declaration with the recommendation behind it."""
    unit, number = unit or season.hospital, len(season.declarations) + 1
    applicant = Person(uuid4(), f"申报人{number}", "")
    path = season.path(above or season.authority, unit)
    shared: dict[str, Any] = {
        "cycle_id": season.cycle_id,
        "person_id": applicant.id,
        "account_id": applicant.account_id,
        "person_name": applicant.name,
        "person_kind": "ON_ESTABLISHMENT",
        "unit_id": unit.id,
        "unit_nature": "PUBLIC_INSTITUTION",
        "series": "HEALTH",
        "specialty_id": season.specialties[0],
        "level": level,
        "pool": pool,
        "lineage": [UUID(each["id"]) for each in path],
    }
    plan, criteria, source, declaration_id = uuid4(), uuid4(), uuid4(), uuid4()
    tx.add_all(
        [_plan(plan, season, shared["lineage"]), _criteria(criteria, season, level, season.editions + number)]
    )
    await tx.flush()
    tx.add(_recommendation(source, plan, path, shared))
    await tx.flush()
    rests_on = {"recommendation_id": source, "criteria_id": criteria, "path": path}
    tx.add(_declaration(declaration_id, season, number, shared | rests_on))
    await tx.flush()
    season.declarations.append(declaration_id)
    season.applicants.append(applicant)
    return declaration_id


def _cycle(season: Season) -> Cycle:
    return Cycle(
        id=season.cycle_id,
        year=season.year,
        policy=f"qinghai/{season.year}",
        state="OPEN",
        windows=windows(),
        lineage=[season.province.id],
        **CREATED,
    )


def _specialty(season: Season, specialty_id: UUID, name: str) -> Specialty:
    return Specialty(
        id=specialty_id,
        series="HEALTH",
        name=name,
        region_code=None,
        featured=False,
        state="FILED",
        organisation_id=season.province.id,
        lineage=[season.province.id],
        **CREATED,
    )


def _committee(season: Season, size: int) -> Committee:
    return Committee(
        id=season.committee_id,
        cycle_id=season.cycle_id,
        name="卫生系列高级评委会",
        series="HEALTH",
        specialty_ids=list(season.specialties),
        levels=[LEVEL],
        region_code=None,
        serves_id=season.province.id,
        serves_line=[season.province.id],
        office_id=season.authority.id,
        size=size,
        state="APPROVED",
        lineage=[season.province.id],
        **CREATED,
    )


def _recommendation(
    source: UUID, plan_id: UUID, path: list[dict[str, Any]], shared: dict[str, Any]
) -> Recommendation:
    return Recommendation(
        id=source,
        plan_id=plan_id,
        rank=1,
        state="CONFIRMED",
        reservation_id=uuid4(),
        publicity_id=None,
        path=path,
        **shared,
        **CREATED,
    )


def _declaration(declaration_id: UUID, season: Season, number: int, shared: dict[str, Any]) -> Declaration:
    return Declaration(
        id=declaration_id,
        number=f"{season.year}{number:06}",
        year=season.year,
        policy=f"qinghai/{season.year}",
        committee_id=season.committee_id,
        office_id=season.authority.id,
        state="ACCEPTED",
        chain=[],
        position=0,
        at_organisation_id=season.authority.id,
        turn=1,
        round=1,
        content={},
        returned=[],
        touched=[],
        submitted_at=MOVED,
        moved_at=MOVED,
        **shared,
        **CREATED,
    )


def _plan(plan_id: UUID, season: Season, lineage: list[UUID]) -> RecommendationPlan:
    return RecommendationPlan(
        id=plan_id,
        unit_id=uuid4(),
        cycle_id=season.cycle_id,
        policy_text="政策",
        conditions="条件",
        procedure="程序",
        posts=[],
        state="PUBLISHED",
        published_at=None,
        lineage=lineage,
        **CREATED,
    )


def _criteria(criteria_id: UUID, season: Season, level: str, edition: int) -> Criteria:
    return Criteria(
        id=criteria_id,
        series="HEALTH",
        specialty_id=None,
        level=level,
        title="评审条件",
        edition=edition,
        effective_from=date(2023, 1, 1),
        documents={},
        gates=[],
        menus=[],
        state="PUBLISHED",
        organisation_id=season.province.id,
        published_at=None,
        lineage=[season.province.id],
        **CREATED,
    )
