"""A season up to the declarations, as rows: an open cycle, published criteria, a committee, recommended people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select

from services.kit.auth import Node
from services.workflow import policy
from services.workflow.batch.model import Batch
from services.workflow.committee.model import Committee
from services.workflow.criteria.model import Criteria
from services.workflow.cycle.model import Arrangement, Cycle, Specialty
from services.workflow.recommendation.model import Recommendation, RecommendationPlan
from tests.platform.settings import POLICIES
from tests.platform.tokens import mint, node, seat
from tests.services.workflow.neighbours import Neighbours

Sessions = Callable[[str], AbstractAsyncContextManager[Any]]
SERIES = "HEALTH"
LEVEL = "ASSOCIATE_SENIOR"
IN_NOVEMBER = "2023-11-20T09:00+08:00"
IN_DECEMBER = "2023-12-11T09:00+08:00"
PUBLISHED = datetime(2023, 10, 20, tzinfo=UTC)

HOSPITAL = ("HRSS PROVINCE", "AUTHORITY PROVINCE", "EMPLOYER PROVINCE", "INTERNAL_DEPARTMENT PROVINCE")
"""A department of a provincial hospital."""
COUNTY_CLINIC = (
    *("HRSS PROVINCE", "HRSS PREFECTURE", "HRSS COUNTY"),
    *("AUTHORITY COUNTY", "EMPLOYER COUNTY"),
)
"""A county hospital under its county's health authority."""
COUNTY = ("HRSS PROVINCE", "HRSS PREFECTURE", "HRSS COUNTY")
"""A county's HRSS, where who has no employer belongs."""

BY_REGION = {"cite": "一（四）2", "summary": "各地区按要求做好组织实施工作"}
"""The article that the windows of a batch rest on."""

AID = {
    "sending_unit": "江苏省人民医院",
    "sending_authority": "江苏省卫生健康委员会",
    "starts_on": "2022-07-01",
    "until": "2025-06-30",
    "doctoral_team": False,
}
"""Who sends an aid-Qinghai talent."""


@cache
def notice() -> policy.NoticePolicy:
    """The notice as the service reads it."""
    return policy.load(POLICIES, "qinghai").of_year(2023)


@dataclass(frozen=True)
class Line:
    """Organisations from the root to a department or unit."""

    nodes: tuple[Node, ...]

    @classmethod
    def of(cls, places: Sequence[str], root: Node | None = None) -> Line:
        """New organisations of these kinds and levels, below `root` if given."""
        made = [node(*place.split()) for place in places]
        return cls((root or made[0], *made[1:]))

    @property
    def ids(self) -> list[UUID]:
        """The lineage."""
        return [each.id for each in self.nodes]

    @property
    def unit(self) -> Node:
        """The unit that recommends."""
        return next(each for each in reversed(self.nodes) if each.kind != "INTERNAL_DEPARTMENT")

    @property
    def path(self) -> list[dict[str, str]]:
        """The line with names, as recommendations carry it."""
        return [
            {"id": str(each.id), "name": f"{each.level} {each.kind}", "kind": each.kind, "level": each.level}
            for each in self.nodes
        ]

    def token(self, role: str, place: int, **claims: Any) -> str:
        """A token for `role` at the organisation number `place` of the line."""
        at = place % len(self.nodes)
        return mint([seat(role, *self.nodes[: at + 1])], **claims)


@dataclass(frozen=True)
class Applicant:
    """A recommended person, or one who declares directly."""

    person_id: UUID
    account_id: UUID
    line: Line
    recommendation_id: UUID
    reservation_id: UUID
    direct: bool = False

    @property
    def token(self) -> str:
        """The person's own token."""
        seats = [seat("APPLICANT", *self.line.nodes)]
        return mint(seats, sub=self.account_id, person_id=self.person_id, name="申报人")


@dataclass
class Season:
    """An open cycle in which one series and level can be declared."""

    session: Sessions
    neighbours: Neighbours
    cycle_id: UUID
    root: Node
    office: Node
    committee_id: UUID
    criteria_id: UUID
    office_account: UUID = field(default_factory=uuid4)

    @property
    def office_token(self) -> str:
        """A token of the committee's office."""
        seats = [seat("COMMITTEE_OFFICE", self.root, self.office)]
        return mint(seats, sub=self.office_account, name="办事机构")

    async def recommended(
        self,
        line: Line | None = None,
        *,
        state: str = "CONFIRMED",
        kind: str = "ON_ESTABLISHMENT",
        nature: str | None = "PUBLIC_INSTITUTION",
        series: str = SERIES,
        level: str = LEVEL,
        specialty_id: UUID | None = None,
        route: str = "NORMAL",
        reservation: str = "CONFIRMED",
        ground: str | None = None,
        again: Applicant | None = None,
    ) -> Applicant:
        """A person whom a unit of `line` recommends; `again` is one known before, who has come there."""
        line = line or Line.of(HOSPITAL, self.root)
        known = (again.person_id, again.account_id) if again else (uuid4(), uuid4())
        person = Applicant(*known, line, uuid4(), uuid4())
        told = {"person_kind": kind, "unit_nature": nature, "series": series, "level": level, "state": state}
        aided = kind == "AID_QINGHAI"
        told |= {"ground": ground, "assessment": "单位考核合格" if ground or aided else None}
        told["aid"] = AID if aided else None
        if ground is not None:
            route = next(each.code for each in notice().routes.routes if each.ground == ground)
        async with self.session("workflow") as tx:
            plan_id = await self._plan(tx, line)
            more = {"specialty_id": specialty_id, "route": route}
            tx.add(self._recommendation(person, plan_id, **more, **told))
        self.neighbours.reservations[person.reservation_id] = reservation
        self.employ(person, kind, nature)
        return person

    def without_unit(self, kind: str = "FREELANCER", line: Line | None = None) -> Applicant:
        """Somebody without employer, whose account a county created."""
        line = line or Line.of(COUNTY, self.root)
        person = Applicant(uuid4(), uuid4(), line, uuid4(), uuid4(), direct=True)
        self.employ(person, kind, "GOVERNMENT_BODY")
        return person

    async def batch(self, line: Line, place: int = -1, *, route: str = "FARMER", **windows: Any) -> UUID:
        """A published batch of the organisation number `place` of a line, in the cycle's windows but those told."""
        own = {each.name.value: each.model_dump(mode="json") for each in notice().cycle.windows}
        own = {name: own[name] | BY_REGION | windows.get(name, {}) for name in ("DECLARE", "REVIEW", "MEET")}
        nodes = line.nodes[: len(line.nodes) + place + 1]
        async with self.session("workflow") as tx:
            batch = Batch(
                id=uuid4(),
                province="qinghai",
                cycle_id=self.cycle_id,
                route=route,
                title="第二批农牧民职称评审",
                document_number="格人社〔2023〕45号",
                windows=list(own.values()),
                state="PUBLISHED",
                published_at=PUBLISHED,
                organisation_id=nodes[-1].id,
                lineage=[each.id for each in nodes],
            )
            tx.add(batch)
        return batch.id

    def _recommendation(self, person: Applicant, plan_id: UUID, **told: Any) -> Recommendation:
        return Recommendation(
            id=person.recommendation_id,
            province="qinghai",
            plan_id=plan_id,
            cycle_id=self.cycle_id,
            unit_id=person.line.unit.id,
            person_id=person.person_id,
            account_id=person.account_id,
            person_name="申报人",
            rank=1,
            reservation_id=person.reservation_id,
            publicity_id=None,
            path=person.line.path,
            lineage=person.line.ids,
            **told,
        )

    async def _plan(self, tx: Any, line: Line) -> UUID:
        known = await tx.scalar(
            select(RecommendationPlan.id).where(RecommendationPlan.unit_id == line.unit.id)
        )
        if known is not None:
            return known
        plan = RecommendationPlan(
            id=uuid4(),
            province="qinghai",
            unit_id=line.unit.id,
            cycle_id=self.cycle_id,
            policy_text="政策",
            conditions="条件",
            procedure="程序",
            posts=[],
            state="PUBLISHED",
            published_at=PUBLISHED,
            lineage=line.ids,
        )
        tx.add(plan)
        await tx.flush()
        return plan.id

    def employ(self, person: Applicant, kind: str, nature: str | None) -> None:
        """Let accounts know where the person belongs, and how."""
        department = person.line.nodes[-1]
        self.neighbours.people[person.person_id] = {
            "person_id": str(person.person_id),
            "account_id": str(person.account_id),
            "name": "申报人",
            "kind": kind,
            "employer_id": str(person.line.unit.id),
            "department_id": str(department.id) if department.kind == "INTERNAL_DEPARTMENT" else None,
            "employer_nature": nature,
            "test_passed": True,
            "lineage": person.line.path,
        }

    async def another_committee(
        self, *, specialty_ids: Sequence[UUID] = (), serves: Node | None = None
    ) -> UUID:
        """One more approved committee of the same series and level."""
        async with self.session("workflow") as tx:
            committee = _committee(self.cycle_id, self.root, self.office, specialty_ids, serves)
            tx.add(committee)
        return committee.id

    async def specialty(self, name: str) -> UUID:
        """A filed specialty of the series."""
        async with self.session("workflow") as tx:
            specialty = Specialty(
                id=uuid4(),
                province="qinghai",
                series=SERIES,
                name=name,
                region_code=None,
                featured=False,
                state="FILED",
                organisation_id=self.root.id,
                lineage=[self.root.id],
            )
            tx.add(specialty)
        return specialty.id

    async def count(self, model: Any) -> int:
        """How many rows there are."""
        async with self.session("workflow") as tx:
            return int(await tx.scalar(select(func.count()).select_from(model)))


async def begin(session: Sessions, neighbours: Neighbours) -> Season:
    """Open the cycle of 2023 and publish what declarations of one series need."""
    root, office = node("HRSS", "PROVINCE"), node("AUTHORITY", "PROVINCE")
    cycle_id = uuid4()
    committee = _committee(cycle_id, root, office)
    criteria = _criteria(root)
    async with session("workflow") as tx:
        tx.add(
            Cycle(
                id=cycle_id,
                province="qinghai",
                year=2023,
                policy="qinghai/2023",
                state="OPEN",
                windows=[each.model_dump(mode="json") for each in notice().cycle.windows],
                lineage=[root.id],
            )
        )
        await tx.flush()
        tx.add_all([_arrangement(cycle_id, root), criteria, committee])
    return Season(session, neighbours, cycle_id, root, office, committee.id, criteria.id)


def _committee(
    cycle_id: UUID, root: Node, office: Node, specialty_ids: Sequence[UUID] = (), serves: Node | None = None
) -> Committee:
    return Committee(
        id=uuid4(),
        province="qinghai",
        cycle_id=cycle_id,
        name=f"卫生系列高级评委会 {uuid4().hex[:6]}",
        series=SERIES,
        specialty_ids=list(specialty_ids),
        levels=["FULL_SENIOR", "ASSOCIATE_SENIOR"],
        region_code=None,
        serves_id=(serves or root).id,
        serves_line=[root.id, *([serves.id] if serves else [])],
        office_id=office.id,
        size=25,
        state="APPROVED",
        lineage=[root.id, office.id],
    )


def _arrangement(cycle_id: UUID, root: Node) -> Arrangement:
    return Arrangement(
        id=uuid4(),
        province="qinghai",
        cycle_id=cycle_id,
        series=SERIES,
        title="安排",
        text="安排",
        state="PUBLISHED",
        organisation_id=root.id,
        published_at=PUBLISHED,
        lineage=[root.id],
    )


def _criteria(root: Node) -> Criteria:
    return Criteria(
        id=uuid4(),
        province="qinghai",
        series=SERIES,
        specialty_id=None,
        level=LEVEL,
        title="评审条件",
        edition=1,
        effective_from=date(2023, 1, 1),
        documents={},
        gates=[],
        menus=[],
        state="PUBLISHED",
        organisation_id=root.id,
        published_at=PUBLISHED,
        lineage=[root.id],
    )
