"""Shapes of what the sending side said, and of the posting that makes it the sending side."""

from datetime import date, datetime
from uuid import UUID

from services.workflow.sending_side.states import Opinion, SendingBody
from services.workflow.shapes import In, Line, Out


class SendingOpinionIn(In):
    """An opinion with seal, as it stands on a sheet among the declaration's materials."""

    body: SendingBody
    opinion: Opinion
    signatory: Line
    signed_on: date
    material_id: UUID


class SendingOpinionOut(Out):
    """What one body of the sending side said, of which submission, on which sheet, and who recorded it."""

    id: UUID
    round: int
    body: SendingBody
    opinion: Opinion
    signatory: str
    signed_on: date
    material_id: UUID
    organisation_id: UUID
    recorder_name: str
    recorded_at: datetime
