"""The season, hall and neighbour of meetings serve here too."""

from __future__ import annotations

from tests.services.workflow.meeting.conftest import accounts, hall, season

__all__ = ["accounts", "hall", "season"]
