"""What a finding leaves in the archive, written straight into the tables."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func

from services.kit.auth import Node
from services.kit.ids import new_id
from services.workflow.integrity.model import IntegrityCase, IntegrityRecord

DOCUMENT = "青人社厅函〔2023〕66号"


async def archived(
    session: Any, root: Node, person_id: UUID, begins: str, ends: str, *, reversed_: bool = False
) -> None:
    """What a finding left in the archive."""
    case = IntegrityCase(
        id=new_id(),
        province="qinghai",
        policy="qinghai/2023",
        state="DECIDED",
        ground="EX_OFFICIO",
        person_id=person_id,
        person_name="申报人",
        lineage=[root.id],
        hrss_id=root.id,
        text="剽窃",
        anonymous=False,
        opened_at=func.now(),
        certificate_ids=[],
        certificate_numbers=[],
    )
    lines = [("FOUND", date.fromisoformat(begins), date.fromisoformat(ends)), ("REVERSED", None, None)]
    async with session("workflow") as tx:
        tx.add(case)
        await tx.flush()
        for kind, bar_from, bar_to in lines[: 1 + reversed_]:
            tx.add(_line(root, person_id, case.id, kind, bar_from, bar_to))


def _line(
    root: Node, person_id: UUID, case_id: UUID, kind: str, bar_from: date | None, bar_to: date | None
) -> IntegrityRecord:
    return IntegrityRecord(
        province="qinghai",
        case_id=case_id,
        kind=kind,
        person_id=person_id,
        person_name="申报人",
        misconduct="PLAGIARISM",
        serious=True,
        document_number=DOCUMENT,
        body_id=root.id,
        body_name="省厅",
        decided_on=date(2023, 11, 1),
        certificate_ids=[],
        certificate_numbers=[],
        bar_from=bar_from,
        bar_to=bar_to,
        lineage=[root.id],
    )
