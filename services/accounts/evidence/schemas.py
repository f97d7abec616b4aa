"""Shapes of evidence over HTTP."""

from datetime import datetime

from pydantic import BaseModel, Field

from services.accounts.contract import EvidenceFile
from services.accounts.evidence import model
from services.accounts.record.bodies import Line
from services.accounts.record.schemas import Digest
from services.accounts.sign_in.schemas import Asked


class SendingIn(Asked):
    """A file that is to come: how it is called, its digest where it is known, the version the caller has read."""

    file_name: Line
    sha256: Digest | None = None
    version: int | None = Field(None, ge=1)


class SendingOut(BaseModel):
    """Where to PUT the raw bytes before the link ends."""

    upload_url: str
    expires_at: datetime
    limit_bytes: int


class OpeningIn(Asked):
    """Which version is opened; without a number the one in force."""

    number: int | None = Field(None, ge=1, le=2**31 - 1)


class OpeningOut(BaseModel):
    """Where to GET the file before the link ends."""

    file: EvidenceFile
    download_url: str
    expires_at: datetime


class VersionsOut(BaseModel):
    """The versions of a record's evidence, oldest first."""

    items: list[EvidenceFile]


def told_of(file: model.EvidenceFile) -> EvidenceFile:
    """A file as it is told."""
    same = ("number", "file_name", "media_type", "size", "stored_at", "replaced_at")
    return EvidenceFile.model_validate(
        {**{name: getattr(file, name) for name in same}, "sha256": file.sha256.hex()}
    )
