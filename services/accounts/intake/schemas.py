"""Shapes of imports over HTTP."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, model_validator

from services.accounts.intake.states import Action, Kind, Paper, State
from services.accounts.sign_in.schemas import Asked
from services.kit.http import FindingOut

FileName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
TakenByCall = Literal[Action.APPLY, Action.RECHECK, Action.CANCEL]
"""Steps that are asked for by name; the file is received by sending it, the rest the worker takes."""


class ImportIn(Asked):
    """An import to begin, from an organisation that the caller manages."""

    kind: Kind
    organisation_id: UUID
    file_name: FileName


class ActionIn(Asked):
    """A step; `skip_refused` says that refused rows are left out knowingly."""

    skip_refused: bool = False
    version: int | None = Field(None, ge=1, le=2**31 - 1)


class LinkIn(Asked):
    """What to fetch: the template of a kind, or a paper of an import."""

    paper: Paper
    kind: Kind | None = None
    import_id: UUID | None = None

    @model_validator(mode="after")
    def _named(self) -> "LinkIn":
        named = self.kind if self.paper is Paper.TEMPLATE else self.import_id
        if named is None:
            raise ValueError("a template needs `kind`, other papers `import_id`")
        return self


class ImportOut(BaseModel):
    """An import; `done` of `total` rows of the present phase are done, poll it while it works."""

    id: UUID
    kind: Kind
    organisation_id: UUID
    account_id: UUID
    actor_name: str
    file_name: str
    state: State
    rows: int
    accepted: int
    refused: int
    created: int
    done: int
    total: int
    failure: str | None
    codes_until: datetime | None
    created_at: datetime
    ended_at: datetime | None
    version: int
    available_actions: list[str]


class UploadOut(BaseModel):
    """An import and the link to send its file to."""

    record: ImportOut
    upload_url: str
    expires_at: datetime
    limit_bytes: int


class LinkOut(BaseModel):
    """A link to fetch a paper from."""

    download_url: str
    expires_at: datetime


class RowOut(BaseModel):
    """A refused row: its number in the file, and all that is wrong with it."""

    row_no: int
    findings: list[FindingOut]


class RowsOut(BaseModel):
    """Refused rows in the order of the file; `next_row` is given back as `after_row`, None at the end."""

    items: list[RowOut]
    next_row: int | None
