"""Limits and columns of imports, as data: the notice gives none, so all are this installation's choice."""

from pydantic import Field

from services.accounts.intake.states import Kind
from services.kit.policy import PolicyFile
from services.spreadsheet.policy import Column, ReadingLimits


class Limits(ReadingLimits):
    """How much is taken, and for how long what came of it is kept."""

    unfinished: int = Field(ge=1)
    link_minutes: int = Field(ge=1)
    keep_days: int = Field(ge=1)


class IntakeRules(PolicyFile):
    """intake.yaml."""

    limits: Limits
    columns: dict[Kind, list[Column]]
    sample_mark: str
