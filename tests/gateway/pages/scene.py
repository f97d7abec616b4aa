"""What stands in the tables before anybody opens a page: a year, its arrangements, criteria, publicities, a certificate."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import clock
from services.workflow.criteria.model import Criteria
from services.workflow.cycle.model import Arrangement
from services.workflow.declaration.model import Declaration
from services.workflow.publicity.model import Objection, Publicity, PublicityEnd
from tests.services.workflow.credential.carried import certificate
from tests.services.workflow.meeting.season import Season, seed_committee, seed_declaration

TODAY = datetime(2024, 1, 11, 1, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>"
STATES = {
    "DRAFT": 6,
    "UNDER_REVIEW": 9,
    "AT_COMMITTEE_OFFICE": 5,
    "ACCEPTED": 7,
    "NOT_PASSED": 2,
    "CERTIFIED": 12,
}
"""How many declarations there are where; those of two are too few to be told."""
LIMIT = {"code": "GRASS_ROOTS", "text": "本资格限基层有效", "cite": "一（四）1"}
RESULT = {
    "person_name": "卓玛",
    "unit_name": "省第一医院",
    "series": "HEALTH",
    "specialty": "普通外科",
    "level": "ASSOCIATE_SENIOR",
    "pool": "GENERAL",
    "committee": "卫生系列高级评委会",
    "passed_on": "2024-01-10",
}
RECOMMENDED = {
    "unit": "州医院",
    "name": HOSTILE,
    "series": "卫生系列",
    "specialty": None,
    "level": "副高级",
    "rank": 1,
    "route": "一般申报",
    "pool": "一般岗位",
    "ground": None,
    "nominators": [{"name": "专家甲"}],
}
GATE = {
    "code": "POST", "text": "取得主治医师资格后，从事本专业临床工作满五年", "cite": "第七条（一）", "evidence": ["TITLE"],
    "fact": "years_in_present_title", "at_least": 5.0, "unit": "年", "fields": [],
}  # fmt: skip
MENU = {
    "code": "WORK", "text": "任现职以来的业绩成果", "need": 1,
    "entries": [
        {"code": "CASES", "text": "主持解决疑难病例，形成病案分析报告", "evidence": ["CASE"]},
        {"code": "PAPER", "text": "发表本专业论文", "cite": "第九条（三）", "evidence": ["PAPER"]},
    ],
}  # fmt: skip


@dataclass
class Scene:
    """The ids of what is there."""

    season: Season = field(default_factory=Season)
    arrangement: UUID = field(default_factory=uuid4)
    draft: UUID = field(default_factory=uuid4)
    criteria: UUID = field(default_factory=uuid4)
    result: UUID = field(default_factory=uuid4)
    recommendation: UUID = field(default_factory=uuid4)
    cancelled: UUID = field(default_factory=uuid4)
    number: str = "632023032000025"
    holder: str = "旦增·多杰"

    @property
    def paths(self) -> list[str]:
        """Every page that answers."""
        asked = "kind=ENTERPRISE&nature=PRIVATE_ENTERPRISE&series=ENGINEERING"
        return [
            *("/", "/arrangements", f"/arrangements/{self.arrangement}"),
            *("/criteria", "/criteria?series=HEALTH", f"/criteria/{self.criteria}"),
            *("/publicity", "/publicity?over=1", f"/publicity/{self.result}"),
            *(f"/publicity/{self.recommendation}", f"/publicity/{self.cancelled}"),
            *("/verify", f"/verify?number={self.number}", "/routes", f"/routes?{asked}"),
            *("/process", "/figures"),
        ]


async def played(tx: AsyncSession) -> Scene:
    """Write it all down."""
    scene = Scene()
    await clock.set_clock(tx, TODAY)
    await seed_committee(tx, scene.season)
    for state, number in STATES.items():
        for _ in range(number):
            level = "MIDDLE" if state == "DRAFT" else "ASSOCIATE_SENIOR"
            made = await seed_declaration(tx, scene.season, level=level)
            await tx.execute(update(Declaration).where(Declaration.id == made).values(state=state))
    tx.add_all([*_arranged(scene), _criteria(scene), *_publicised(scene)])
    line = [scene.season.province.id, scene.season.authority.id, scene.season.hospital.id]
    tx.add(certificate(line, number=scene.number, holder_name=scene.holder, limits=[LIMIT]))
    await tx.flush()
    tx.add(PublicityEnd(publicity_id=scene.cancelled, outcome="CANCELLED", at=TODAY))
    tx.add(_objection(scene))
    await tx.flush()
    return scene


def _owned(scene: Scene) -> dict[str, Any]:
    province = scene.season.province.id
    return {"province": "qinghai", "organisation_id": province, "lineage": [province]}


def _arranged(scene: Scene) -> list[Arrangement]:
    told = {"cycle_id": scene.season.cycle_id, "series": "HEALTH", "text": f"按时申报。\n{HOSTILE}"}
    return [
        Arrangement(
            id=scene.arrangement, title="卫生系列2023年度职称评审工作安排", state="PUBLISHED",
            published_at=TODAY, **told, **_owned(scene),
        ),
        Arrangement(
            id=scene.draft, title="尚未公布的安排", state="DRAFT", published_at=None, **told, **_owned(scene)
        ),
    ]  # fmt: skip


def _criteria(scene: Scene) -> Criteria:
    return Criteria(
        id=scene.criteria, series="HEALTH", specialty_id=None, level="FULL_SENIOR", title="卫生系列正高级评审条件",
        edition=1, effective_from=date(2023, 10, 16), documents={}, gates=[GATE], menus=[MENU], state="PUBLISHED",
        published_at=TODAY, **_owned(scene),
    )  # fmt: skip


def _publicised(scene: Scene) -> list[Publicity]:
    shown = (
        (scene.result, "RESULT", RESULT),
        (scene.recommendation, "RECOMMENDATION", RECOMMENDED),
        (scene.cancelled, "RECOMMENDATION", RECOMMENDED),
    )
    return [
        Publicity(
            id=each, kind=kind, subject_id=uuid4(), round=1, cycle_id=scene.season.cycle_id,
            opens_on=date(2024, 1, 10), closes_on=date(2024, 1, 17), working_days=5, snapshot=snapshot,
            concerned=[], **_owned(scene),
        )
        for each, kind, snapshot in shown
    ]  # fmt: skip


def _objection(scene: Scene) -> Objection:
    return Objection(
        id=uuid4(), province="qinghai", publicity_id=scene.result, text="业绩材料存疑", anonymous=True,
        identity=None, state="OPEN", reason=None, raised_on=TODAY.date(), decided_on=None,
        lineage=[scene.season.province.id],
    )  # fmt: skip
