"""Shapes of corrections on the wire."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from services.workflow.correction.states import CorrectableField, CorrectionState
from services.workflow.shapes import In, Line, Out, Prose, Stated, without_nul

Said = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=120),
    AfterValidator(without_nul),
]


class CorrectionIn(In):
    """What is to be corrected on a certificate, to what, why, and what shows it."""

    certificate_id: UUID
    field: CorrectableField
    value: Said
    reason: Prose
    evidence: Prose


class CorrectionStepIn(In):
    """A decision on a correction: approved by a document, refused with a reason."""

    document_number: Line | None = None
    reason: Prose | None = None
    version: int | None = Field(None, ge=1)


class CorrectionOut(Stated, Out):
    """A correction, for who may read the certificate."""

    id: UUID
    certificate_id: UUID
    number: str
    field: CorrectableField
    before: str | None
    value: str
    reason: str
    evidence: str
    requested_by_name: str
    requested_at: datetime
    state: CorrectionState
    verdict: str | None
    document_number: str | None
    decided_on: date | None
    replacement_id: UUID | None
    version: int
