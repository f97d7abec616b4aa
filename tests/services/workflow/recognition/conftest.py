"""The stage on which the season plays, and who asks, verifies and confirms on it."""

from __future__ import annotations

import pytest

from tests.services.workflow.recognition.parties import Parties
from tests.services.workflow.stage import NOVEMBER, Stage, around_worker, stage, staged_app

__all__ = ["around_worker", "stage", "staged_app"]


@pytest.fixture
async def parties(stage: Stage) -> Parties:
    """November; no year is open, and none needs to be."""
    await stage.time(NOVEMBER)
    return Parties(stage)
