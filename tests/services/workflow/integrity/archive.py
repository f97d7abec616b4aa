"""What a finding leaves in the archive, written straight into the tables."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func

from services.kit.auth import Node
from services.kit.ids import new_id
from services.workflow.certificate.model import Certificate
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


def confirmed(
    issuer_id: UUID, person_id: UUID | None, account_id: UUID | None, number: str, **other: Any
) -> Certificate:
    """A title confirmed years ago, of somebody without a unit."""
    told = {
        "province": "qinghai",
        "origin": "CONFIRMED",
        "year": 2008,
        "holder_name": "李青山",
        "series": "HEALTH",
        "series_name": "卫生",
        "level": "MIDDLE",
        "way": "CONFIRMATION",
        "obtained_on": date(2008, 12, 1),
        "issuer_id": issuer_id,
        "issuer_name": "省厅",
        "issued_on": date(2008, 12, 1),
        "limits": [],
        "lineage": [issuer_id],
    }
    whose = {"person_id": person_id, "account_id": account_id}
    return Certificate(id=new_id(), number=number, **whose, **{**told, **other})


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
