"""The early season over HTTP, for rows that follow people."""

from tests.services.workflow.stage import around_worker, stage, staged_app

__all__ = ["around_worker", "stage", "staged_app"]
