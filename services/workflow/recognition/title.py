"""The title as accounts has it on the person's record, with its scan; asked as the service, never under a lock."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from services.accounts.contract import PersonRecord, RecordKind, RecordState
from services.kit.errors import Unavailable
from services.neighbours.client import Neighbour
from services.quota.contract import TitleLevel
from services.workflow.certificate.number import normalise


class Body(BaseModel):
    """What a record of a present title tells, as far as a recognition rests on it."""

    model_config = ConfigDict(extra="ignore")

    series: str
    specialty: str | None = None
    title_level: TitleLevel
    title_name: str
    obtained_on: date
    issuing_body: str
    certificate_number: str
    limits: list[str] = []


async def on_record(accounts: Neighbour, person_id: UUID, record_id: UUID) -> dict[str, Any] | None:
    """The columns of a request that the record tells; None where it is gone, refused, or no title.

    Raises:
        Unavailable: accounts does not answer, or not in the words of its contract.
    """
    asked = {
        "person_ids": [str(person_id)],
        "kinds": [RecordKind.PRESENT_TITLE],
        "states": [RecordState.DECLARED, RecordState.CONFIRMED],
    }
    answer = await accounts.ask("/v1/people/records/lookup", asked, as_service=True)
    try:
        records = [PersonRecord.model_validate(each) for each in answer["items"]]
        found = next((each for each in records if each.id == record_id), None)
        return None if found is None else _columns(found)
    except (KeyError, TypeError, ValidationError) as error:
        raise Unavailable(part="accounts") from error


def _columns(record: PersonRecord) -> dict[str, Any]:
    body = Body.model_validate(record.body)
    file = record.evidence.file
    return {
        "record_id": record.id,
        "series": body.series,
        "specialty": body.specialty,
        "level": body.title_level,
        "title_name": body.title_name,
        "title_number": body.certificate_number,
        "title_key": normalise(body.certificate_number),
        "issuing_body": body.issuing_body,
        "obtained_on": body.obtained_on,
        "limits": sorted(set(body.limits)),
        "evidence": file.model_dump(mode="json", include={"number", "file_name", "sha256"}) if file else {},
    }


def same(told: object, now: Mapping[str, Any] | None) -> bool:
    """Whether the record, and its scan, are still what a request tells."""
    return now is not None and all(getattr(told, name) == value for name, value in now.items())
