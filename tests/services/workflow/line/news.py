"""News from accounts as the relay brings them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.accounts.contract import (
    EmploymentEnded,
    EmploymentEnding,
    OrganisationMerged,
    OrganisationMoved,
    OrganisationRef,
    PersonKind,
    PersonKindChanged,
    PersonMoved,
)
from services.kit.outbox import Event
from tests.platform.tokens import bearer, mint
from tests.services.workflow.season import Applicant, Line

SINCE = date(2023, 11, 20)


async def hear(
    http: httpx.AsyncClient, event: Event, *, id: UUID | None = None, at: Any = None
) -> httpx.Response:
    """Deliver one event; it happened just now, if nothing else is said."""
    told = {
        "id": str(id or uuid4()),
        "source": "urn:titles:accounts",
        "type": event.type,
        "subject": event.subject,
        "time": (at or datetime.now(UTC) + timedelta(seconds=5)).isoformat(),
        "data": event.model_dump(mode="json"),
    }
    token = mint(kind="service", name="relay")
    return await http.post("/events", json=told, headers=bearer(token))


def moved(person: Applicant, to: Line, kind: str = "ON_ESTABLISHMENT", **changed: Any) -> PersonMoved:
    """The person has gone to the unit (or department) of a line."""
    told = {
        "person_id": person.person_id,
        "account_id": person.account_id,
        "old_employer_id": person.line.unit.id,
        "employer_id": to.unit.id,
        "employer_name": "新单位",
        "department_id": None,
        "lineage_before": person.line.ids,
        "lineage": to.ids,
        "kind": PersonKind(kind),
        "moved_on": SINCE,
    }
    return PersonMoved.model_validate(told | changed)


def kind_changed(person: Applicant, before: str, now: str) -> PersonKindChanged:
    """The person belongs to the same unit in another way."""
    return PersonKindChanged(
        person_id=person.person_id,
        employer_id=person.line.unit.id,
        kind_before=PersonKind(before),
        person_kind=PersonKind(now),
        changed_on=SINCE,
    )


def left(person: Applicant, kind: str = "ON_ESTABLISHMENT") -> EmploymentEnded:
    """The person has left the unit."""
    return EmploymentEnded(
        person_id=person.person_id,
        employer_id=person.line.unit.id,
        employer_name="原单位",
        lineage_before=person.line.ids,
        lineage=person.line.ids[:1],
        kind=PersonKind(kind),
        ending=EmploymentEnding.RESIGNED,
        ended_on=SINCE,
    )


def _line(line: Line) -> dict[str, Any]:
    refs = [OrganisationRef.model_validate(each) for each in line.path]
    return {"lineage": line.ids, "line": refs}


def organisation_moved(before: Line, to: Line) -> OrganisationMoved:
    """The last organisation of both lines stands elsewhere now."""
    return OrganisationMoved(
        organisation_id=before.ids[-1],
        name="某单位",
        old_parent_id=before.ids[-2],
        parent_id=to.ids[-2],
        parent_name="新上级",
        lineage_before=before.ids,
        **_line(to),
    )


def organisation_merged(before: Line, into: Line) -> OrganisationMerged:
    """The last organisation of one line went into that of another."""
    return OrganisationMerged(
        organisation_id=before.ids[-1],
        name="某单位",
        into_id=into.ids[-1],
        into_name="合并后的单位",
        lineage_before=before.ids,
        **_line(into),
    )
