"""The season of the meetings: a committee of eleven, a pool of twenty, one accepted declaration."""

from tests.services.workflow.meeting.conftest import accounts, hall, season

__all__ = ["accounts", "hall", "season"]
