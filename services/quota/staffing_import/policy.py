"""Limits and columns of rosters, as data: the notice gives none."""

from pydantic import Field

from services.kit.policy import PolicyFile
from services.spreadsheet.policy import Column, ReadingLimits


class StaffingImportFile(PolicyFile):
    """staffing_import.yaml."""

    limits: ReadingLimits
    link_minutes: int = Field(ge=1)
    sample_mark: str
    columns: tuple[Column, ...]
