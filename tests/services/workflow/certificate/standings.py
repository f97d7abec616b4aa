"""What is decided on a certificate, written as other concepts of the service write it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from services.kit.auth import Actor, Seat
from services.kit.clock import Moment
from services.workflow.act import Act
from services.workflow.certificate import standing
from services.workflow.certificate.standing import Cause
from services.workflow.certificate.states import ChangeKind
from services.workflow.policy import Policies, load
from tests.platform.settings import POLICIES

DECIDED_ON = "2024-03-01"
AT = datetime(2024, 3, 1, 1, tzinfo=UTC)
DOCUMENT = "青人社厅函〔2024〕30号"


@cache
def policies() -> Policies:
    """The notices of the province."""
    return load(POLICIES, "qinghai")


def act_of(tx: Any, season: Any) -> Act:
    """The provincial title officer acts, on the first of March."""
    seat = seat_of(season)
    actor = Actor(UUID(int=7), "person", "省厅职称处", (seat,))
    return Act(actor, Moment(AT), tx, policies(), "qinghai")


def seat_of(season: Any) -> Seat:
    """The seat of the provincial title officer."""
    root = season.province
    return Seat(role="TITLE_OFFICER", organisation_id=root.id, lineage=(root,))


async def record(session: Any, season: Any, certificate_id: str, kind: ChangeKind, cause: Cause) -> Any:
    """One change in a transaction of its own; the row."""
    async with session("workflow") as tx:
        return await standing.record(
            act_of(tx, season),
            UUID(certificate_id),
            kind,
            cause=cause,
            document_number=DOCUMENT,
            note="经查实",
            seat=seat_of(season),
        )
