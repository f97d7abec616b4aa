"""What serves meetings serves corrections too."""

from tests.services.workflow.meeting.conftest import accounts, hall, season

__all__ = ["accounts", "hall", "season"]
