"""What backups need of the environment, beside what `make run` reads."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from deploy.local.failures import LocalFailure


class BackupUnset(LocalFailure):
    """A setting of backups is missing or has no meaning."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason} (docs/backup.md says what it is)")


class Settings(BaseSettings):
    """Where copies go, how often they are taken, how long they are kept."""

    model_config = SettingsConfigDict(extra="ignore")

    backup_url: str = Field(
        pattern=r"^(file:///|s3://).+",
        description="where copies are kept: file:///folder, better on another machine, or s3://bucket/prefix with the usual AWS variables",
    )
    backup_identity: Path | None = Field(
        None, description="the age identity that opens copies; by default made once, in the run folder"
    )
    backup_hours: float = Field(24.0, gt=0, description="a whole copy is taken so long after the last")
    backup_seconds: float = Field(
        5.0, gt=0, description="so often what was written since leaves the machine: what a lost one may cost"
    )
    backup_keep_days: float = Field(
        30.0, gt=0, description="any moment that is not longer ago can be brought back"
    )
    backup_drill_days: float = Field(
        7.0, gt=0, description="so often the newest copy is brought back to try it"
    )


def read() -> Settings:
    """The settings of the environment.

    Raises:
        BackupUnset: one is missing, or has no meaning.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        raise BackupUnset(str(first["loc"][0]).upper(), first["msg"]) from None
