"""Our ways to take a durable transition: state, history, audit and outbox, by one guarded statement and by four."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, ClassVar
from uuid import UUID

import asyncpg
from sqlalchemy import Column, Integer, MetaData, String, Table, TextClause, Uuid, insert, update
from sqlalchemy.dialects import postgresql

from services.driver.session import sessions
from services.kit import transition
from services.kit.auth import Actor, Node, Seat
from services.kit.clock import Moment
from services.kit.db import Database, encode_json, plumbing
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.outbox import Event, outbox
from services.kit.steps import Move

things = Table(
    "thing",
    MetaData(),
    Column("id", Uuid, primary_key=True),
    Column("state", String(20)),
    Column("version", Integer),
)
Operation = Callable[[int], Awaitable[None]]


class Light(StrEnum):
    """Two states to go back and forth between."""

    RED = "RED"
    GREEN = "GREEN"


class Switch(StrEnum):
    """The one action."""

    SWITCH = "SWITCH"


class Switched(Event):
    """What a transition tells the world."""

    type: ClassVar[str] = "titles.bench.thing.switched.v1"
    thing_id: UUID

    @property
    def subject(self) -> str:
        """The thing."""
        return f"thing/{self.thing_id}"


@dataclass
class Thing:
    """One caller's row, as it stands."""

    id: UUID = field(default_factory=new_id)
    version: int = 1

    def move(self) -> Move:
        """Decide the next switch."""
        before, after = (Light.RED, Light.GREEN) if self.version % 2 else (Light.GREEN, Light.RED)
        return Move(self.id, self.version, Switch.SWITCH, before, after, SEAT, (Basis("-", "-"),))

    def row(self) -> dict[str, Any]:
        """It as it begins."""
        return {"id": self.id, "state": Light.RED, "version": 1}

    def told(self) -> transition.Told:
        """Who switches it, and when."""
        return {"actor": ACTOR, "moment": Moment(datetime.now(UTC)), "event": Switched(thing_id=self.id)}


class Miscounted(RuntimeError):
    """Some way tells of more or fewer transitions than there are steps in the histories."""


SEAT = Seat(role="SWITCHER", organisation_id=new_id(), lineage=(Node(id=new_id(), kind="-", level="-"),))
ACTOR = Actor(id=new_id(), kind="person", name="bench", seats=(SEAT,))


async def prepared(database: Database, things_there: list[Thing]) -> None:
    """Make the tables, and the things."""
    async with database.engine.begin() as connection:
        await connection.run_sync(plumbing.create_all)
        await connection.run_sync(things.metadata.create_all)
        await connection.execute(insert(things), [each.row() for each in things_there])


async def checked(pool: asyncpg.Pool, things_there: list[Thing]) -> None:
    """Whether each thing has as many steps in its history as it was told to have taken, and stands where they lead.

    Raises:
        Miscounted: it has not.
    """
    found = await pool.fetch(
        "select id, version, (select count(*) from history where subject_id = thing.id) as steps from thing"
    )
    there = {row["id"]: (row["version"], row["steps"]) for row in found}
    for each in things_there:
        if there[each.id] != (each.version, each.version - 1):
            version, steps = there[each.id]
            raise Miscounted(
                f"told of {each.version - 1} steps; {steps} have a history, at version {version}"
            )


def guarded(database: Database, own: list[Thing]) -> Operation:
    """As services do it: in a transaction."""

    async def switch(number: int) -> None:
        thing = own[number]
        async with database.begin() as tx:
            thing.version = await transition.take(tx, things, thing.move(), **thing.told())

    return switch


def alone(database: Database, own: list[Thing]) -> Operation:
    """The same with no transaction around it, as pgbench runs the statement: one round trip instead of three."""
    begun = sessions(database.engine.execution_options(isolation_level="AUTOCOMMIT"))

    async def switch(number: int) -> None:
        thing = own[number]
        async with begun() as session:
            thing.version = await transition.take(session, things, thing.move(), **thing.told())

    return switch


def bare(pool: asyncpg.Pool, own: list[Thing]) -> Operation:
    """The same statement with the same values by raw asyncpg, a transaction of its own each time."""

    async def switch(number: int) -> None:
        thing = own[number]
        statement, values = transition.prepared(things, thing.move(), **thing.told())
        thing.version = await pool.fetchval(spelled(statement), *ordered(statement, values))

    return switch


@lru_cache
def _compiled(statement: TextClause) -> Any:
    return statement.compile(dialect=postgresql.asyncpg.dialect())  # type: ignore[no-untyped-call]


def spelled(statement: TextClause) -> str:
    """A statement as PostgreSQL gets it, with `$1` and so on for its values."""
    return str(_compiled(statement))


def names(statement: TextClause) -> list[str]:
    """Its values' names in their order."""
    return list(_compiled(statement).positiontup)


def ordered(statement: TextClause, values: Mapping[str, Any]) -> list[Any]:
    """Its values in their order; JSON as text."""
    told = [values[name] for name in names(statement)]
    return [encode_json(each) if isinstance(each, (dict, list)) else each for each in told]


def one_by_one(database: Database, own: list[Thing]) -> Operation:
    """What the one statement writes, in four."""

    async def switch(number: int) -> None:
        thing = own[number]
        move, told = thing.move(), thing.told()
        async with database.begin() as tx:
            values = {"state": move.after, "version": move.version + 1}
            await tx.execute(update(things).where(things.c.id == thing.id).values(**values))
            await transition.begin(
                tx,
                things,
                subject_id=thing.id,
                state=move.after,
                actor=ACTOR,
                moment=told["moment"],
                organisation_id=SEAT.organisation_id,
            )
            await tx.execute(insert(outbox).values(**told["event"].row(told["moment"])))
        thing.version += 1

    return switch
