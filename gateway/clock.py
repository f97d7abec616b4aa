"""The clock (时钟): what time it is for each part; an operator may set it where it is simulated."""

import asyncio
from contextlib import suppress
from datetime import datetime

import strawberry

from gateway.context import Info
from gateway.kept.purging import EVERYTHING
from gateway.refusals import Act, Payload, is_fault, mutation
from gateway.told import Told, body_of
from gateway.words import described, listed, optional
from services.kit.errors import Refusal, Unavailable


@strawberry.type(description="What time it is for the platform.")
class Clock(Told):
    """A clock."""

    instant: datetime = described("The instant, UTC.")
    simulated: bool = described("Whether it can be set.")


@strawberry.input(description="The instant from which the platform's time goes on.")
class SetClockInput(Act):
    """Set the clock."""

    instant: datetime = described("With its time zone.")


@strawberry.type(description="What came of setting the clock.")
class SetClockPayload(Payload):
    """The clock."""

    clock: Clock | None = optional("The time now.")
    parts: list[str] = listed("The parts that took it.")


@strawberry.type
class ClockQuery:
    """The clock."""

    @strawberry.field(description="What time it is for the platform (as the workflow part tells).")
    async def clock(self, info: Info) -> Clock | None:
        """The time."""
        return Clock.of(await info.context.workflow.get("/ops/clock"))


@strawberry.type
class ClockMutation:
    """Acts on the clock."""

    @mutation("Let the time of every part go on from an instant (operators, simulated clock only).")
    async def set_clock(self, info: Info, input: SetClockInput) -> SetClockPayload | None:
        """Set it in every part; a part that refuses or is down is told, the others are set all the same."""
        parts = info.context.parts
        body = body_of(input)
        answers = await asyncio.gather(
            *(part.write("PUT", "/ops/clock", body) for part in parts.values()), return_exceptions=True
        )
        with suppress(Unavailable):  # of the other replicas: what they keep is soon too old
            await info.context.connection.app.state.purging.purge([EVERYTHING])
        failed = [answer for answer in answers if isinstance(answer, BaseException)]
        if failed:
            raise next((e for e in failed if isinstance(e, Refusal) and is_fault(e)), failed[0])
        record = answers[0].record if not isinstance(answers[0], BaseException) else {}
        return SetClockPayload(clock=Clock.of(record), parts=list(parts))
