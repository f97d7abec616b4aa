"""The stage on which the season plays."""

from tests.services.workflow.stage import around_worker, stage, staged_app

__all__ = ["around_worker", "stage", "staged_app"]
