"""A service without a domain: lamps that are switched, and endpoints that go wrong in every way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel
from sqlalchemy import ARRAY, MetaData, String, Uuid, insert, select, text
from sqlalchemy.orm import Mapped, mapped_column

from services.kit import db, deadline, transition
from services.kit.auth import CurrentActor, PerhapsActor, TokenVerifier
from services.kit.clock import CurrentMoment
from services.kit.db import Keyed, Tx, Versioned
from services.kit.errors import Basis, NotFound, RuleBroken, Unavailable
from services.kit.frame import outgoing
from services.kit.health import database_answers, health, migrations_at
from services.kit.http import READS, TELLS, Decided, create_app, decided, router
from services.kit.ids import new_id
from services.kit.inbox import consumer
from services.kit.ops import ops
from services.kit.outbox import Event
from services.kit.settings import ServiceSettings
from services.kit.steps import Broken, Step, Steps, available_actions, decide, holder, rule
from services.reads.api import routes as reads
from services.reads.telling import Telling

ARTICLES = {"switching": Basis("一（一）", "谁开灯谁关灯"), "no_glare": Basis("一（二）", "亮度不超过一百")}
SERVICE = "notifications"
"""The schema whose plumbing the probe borrows."""


class Base(db.Base):
    """The probe's tables."""

    __abstract__ = True
    metadata = MetaData(naming_convention=db.NAMES)


class Lamp(Keyed, Versioned, Base):
    """Something with states."""

    __tablename__ = "lamp"
    state: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(40), unique=True)
    brightness: Mapped[int]
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))


class State(StrEnum):
    """Where a lamp stands."""

    OFF = "OFF"
    ON = "ON"


class Action(StrEnum):
    """What can be done with it."""

    SWITCH_ON = "SWITCH_ON"
    SWITCH_OFF = "SWITCH_OFF"


@dataclass(frozen=True)
class Case:
    """A lamp as its rules see it."""

    id: UUID
    state: State
    version: int
    lineage: tuple[UUID, ...]
    brightness: int


class Switched(Event):
    """A lamp was switched."""

    type: ClassVar[str] = "titles.probe.lamp.switched.v1"
    lamp_id: UUID
    after: str

    @property
    def subject(self) -> str:
        """The lamp."""
        return f"lamp/{self.lamp_id}"


class LampNotFound(NotFound):
    """No such lamp."""

    code = "LAMP_NOT_FOUND"
    zh = "没有这盏灯"
    en = "There is no such lamp."


class GlareForbidden(RuleBroken):
    """Too bright."""

    code = "GLARE"
    zh = "亮度 {brightness} 超过上限"
    en = "A brightness of {brightness} is too much."


@rule("NO_GLARE", article="no_glare", zh="亮度不超过一百", en="At most a hundred.")
def no_glare(case: Case) -> Broken | None:
    """Not too bright."""
    if case.brightness <= 100:
        return None
    return Broken(f"亮度 {case.brightness} 超过 100", f"{case.brightness} exceeds 100.", field="brightness")


JANITOR = holder("JANITOR", "管理员")
STEPS: Steps[Case] = {
    (State.OFF, Action.SWITCH_ON): Step(State.ON, JANITOR, "switching", (no_glare,)),
    (State.ON, Action.SWITCH_OFF): Step(State.OFF, JANITOR, "switching"),
}


class LampIn(BaseModel):
    """A new lamp."""

    name: str
    brightness: int = 10
    lineage: list[UUID] = []


class LookupIn(BaseModel):
    """Which lamps."""

    ids: list[UUID]


class LampOut(BaseModel):
    """A lamp."""

    id: UUID
    name: str
    state: str
    version: int
    available_actions: list[str] = []


class ActIn(BaseModel):
    """Which version the caller has seen."""

    version: int | None = None


lamps = router(prefix="/v1/lamps", tags=["lamps"])


@lamps.post("")
async def make(body: LampIn, actor: CurrentActor, tx: Tx, moment: CurrentMoment) -> Decided[LampOut]:
    """Hang up a lamp."""
    if body.brightness > 1000:
        raise GlareForbidden(brightness=body.brightness, field="brightness", basis=[ARTICLES["no_glare"]])
    lamp = Lamp(id=new_id(), province="qinghai", state=State.OFF, **body.model_dump())
    tx.add(lamp)
    await tx.flush()
    await transition.begin(
        tx,
        Lamp.__table__,
        subject_id=lamp.id,
        state=State.OFF,
        actor=actor,
        moment=moment,
        organisation_id=None,
    )
    return decided(LampOut(id=lamp.id, name=lamp.name, state=lamp.state, version=1), [ARTICLES["switching"]])


@lamps.post("/{lamp_id}/actions/{action}")
async def act(
    lamp_id: UUID, action: Action, body: ActIn, actor: CurrentActor, tx: Tx, moment: CurrentMoment
) -> Decided[LampOut]:
    """Switch it."""
    lamp = await tx.get(Lamp, lamp_id)
    if lamp is None:
        raise LampNotFound
    case = Case(lamp.id, State(lamp.state), lamp.version, tuple(lamp.lineage), lamp.brightness)
    move = decide(STEPS, case, action, actor, ARTICLES, version=body.version)
    event = Switched(lamp_id=lamp.id, after=move.after)
    await transition.take(tx, Lamp.__table__, move, actor=actor, moment=moment, event=event)
    await tx.refresh(lamp)
    case = Case(lamp.id, State(lamp.state), lamp.version, tuple(lamp.lineage), lamp.brightness)
    out = LampOut(
        id=lamp.id,
        name=lamp.name,
        state=lamp.state,
        version=lamp.version,
        available_actions=available_actions(STEPS, case, actor),
    )
    return decided(out, move.basis)


@lamps.post("/lookup", openapi_extra=READS | TELLS)
async def lookup(body: LookupIn, _: CurrentActor, tx: Tx) -> list[LampOut]:
    """Those of the lamps that there are."""
    found = await tx.scalars(select(Lamp).where(Lamp.id.in_(body.ids)).order_by(Lamp.name))
    return [LampOut(id=each.id, name=each.name, state=each.state, version=each.version) for each in found]


@lamps.get("")
async def names(tx: Tx, actor: PerhapsActor) -> list[str]:
    """The names of all lamps; public."""
    del actor
    return list(await tx.scalars(select(Lamp.name).order_by(Lamp.name)))


wrong = router(prefix="/wrong")


@wrong.get("/fault")
async def fault() -> None:
    """Our own mistake."""
    raise ZeroDivisionError("secret detail")


@wrong.post("/late")
async def late(tx: Tx) -> dict[str, str]:
    """Written, yet the commit fails: the same name twice, checked at the end."""
    await tx.execute(
        insert(Lamp).values(id=new_id(), province="x", state="OFF", name="late", brightness=1, lineage=[])
    )
    connection = await tx.connection()
    await connection.exec_driver_sql("insert into deferred values (1), (1)")
    return {"said": "done"}


@wrong.post("/slow")
async def slow(tx: Tx) -> dict[str, str]:
    """Written, and then a statement that nobody waits for to its end."""
    await tx.execute(
        insert(Lamp).values(id=new_id(), province="x", state="OFF", name="slow", brightness=1, lineage=[])
    )
    await tx.execute(text("select pg_sleep(600)"))
    return {"said": "done"}


@wrong.get("/waits")
async def waits(tx: Tx) -> dict[str, float | None]:
    """What is left of the time, after some."""
    await tx.execute(text("select pg_sleep(0.3)"))
    return {"left": deadline.left()}


@wrong.get("/never", response_model=None)
async def never() -> Response:
    """What has no promise of an answer in JSON, as files and what lasts."""
    return Response("1", media_type="application/json")


@wrong.get("/broken")
async def broken() -> list[str]:
    """The same, where an answer was promised."""
    raise ZeroDivisionError("secret detail")


@wrong.get("/busy")
async def busy() -> list[str]:
    """Too much is asked of it now."""
    raise Unavailable(part="lamps", seconds=7)


@wrong.get("/part")
async def part() -> list[str]:
    """A neighbour is away."""
    raise Unavailable(part="quota")


@wrong.get("/carried")
async def carried() -> list[str]:
    """The headers that a call to a neighbour would carry."""
    return sorted(outgoing.get())


@wrong.post("/stream")
@wrong.post("/stream/{link}")
@wrong.post("/link/{link}")
async def stream(request: Request) -> int:
    """Counts a body of any size."""
    return sum([len(chunk) async for chunk in request.stream()])


HEARD: list[str] = []


async def hear(tx: object, event: Switched, moment: object, envelope: object) -> None:
    """Remember an event; one of them breaks."""
    del tx, moment, envelope
    HEARD.append(event.after)
    if event.after == "BREAK":
        raise ZeroDivisionError


@asynccontextmanager
async def telling(app: FastAPI) -> AsyncIterator[None]:
    """What a service keeps for its routes that only tell."""
    app.state.telling = Telling(app.state.db)
    yield


def create(
    settings: ServiceSettings, *, verifier: TokenVerifier, ready: Mapping[str, object] | None = None
) -> FastAPI:
    """The probe's application."""
    return create_app(
        settings,
        service=SERVICE,
        title="probe",
        description="probe",
        routers=[health, ops, reads, consumer({Switched: hear}), lamps, wrong],
        verifier=verifier,
        ready={"database": database_answers, "migrations": migrations_at("none"), **(ready or {})},  # type: ignore[dict-item]
        lifespan=telling,
        streaming=("/wrong/stream",),
        links=("/wrong/link/",),
    )
