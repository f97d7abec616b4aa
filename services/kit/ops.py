"""For the operator: the simulated clock of a demonstration or test; absent in production."""

from datetime import UTC, datetime

from fastapi import Request
from pydantic import AwareDatetime, BaseModel, Field

from services.kit import clock
from services.kit.auth import CurrentActor
from services.kit.clock import CurrentMoment
from services.kit.db import Tx
from services.kit.errors import Forbidden
from services.kit.http import router

OPERATOR = "OPERATOR"
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""Near the ends of the calendar dates overflow, and every request would fail."""
ops = router(prefix="/ops", tags=["operations"])


class ClockIsReal(Forbidden):
    """This installation runs on real time."""

    code = "CLOCK_IS_REAL"
    zh = "本系统使用真实时间，不能设置时钟"
    en = "This installation runs on real time; its clock cannot be set."


class ClockIn(BaseModel):
    """The instant from which time goes on."""

    instant: AwareDatetime = Field(ge=EARLIEST, le=LATEST)


class ClockOut(BaseModel):
    """What time it is for this service."""

    instant: datetime
    simulated: bool


@ops.get("/clock")
async def read_clock(request: Request, moment: CurrentMoment) -> ClockOut:
    """The service's time."""
    return ClockOut(instant=moment.instant, simulated=request.app.state.settings.simulated_clock)


@ops.put("/clock")
async def set_clock(body: ClockIn, request: Request, actor: CurrentActor, tx: Tx) -> ClockOut:
    """Let the service's time go on from an instant (operators only, simulated clock only)."""
    actor.require(OPERATOR)
    if not request.app.state.settings.simulated_clock:
        raise ClockIsReal
    moment = await clock.set_clock(tx, body.instant)
    return ClockOut(instant=moment.instant, simulated=True)
