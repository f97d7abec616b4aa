"""What callers send and see of papers."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from services.quota.printing.states import PaperFormat


class FormPaperIn(BaseModel):
    """An annual form to print."""

    form_id: UUID
    format: PaperFormat


class PaperOut(BaseModel):
    """Where the paper can be fetched, and until when; the link is the right to do so."""

    path: str
    expires_at: datetime
