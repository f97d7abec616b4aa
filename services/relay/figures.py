"""Figures for Prometheus: the queues of each schema, and what its service counts of its domain; taken here alone, at an interval.

So neither a scrape nor a replica of a service costs a query. A second relay takes the same ones: whoever reads them takes the
greatest. What could not be taken is left out rather than told as it was; when it was last taken stays, for an alert to go by.
"""

import time
from collections.abc import Iterator
from uuid import UUID

import asyncpg
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from pydantic import ValidationError

from services.kit.audit import LOOK_BACK
from services.kit.errors import Refusal
from services.kit.ids import first_id_of, made_at
from services.neighbours.client import Neighbour
from services.telemetry.figures import PATH, Figures, Sample, Told

COUNTING = ("workflow", "quota", "notifications")
"""Services that count something of their domain."""

UNROUTED = "select count(*) from outbox where not routed"

WAITING = """
select d.subscriber, count(*), extract(epoch from now() - min(o.created_at))::float8
from outbox_delivery d join outbox o on o.id = d.event_id
where d.delivered_at is null and d.dead_at is null group by d.subscriber
"""

DEAD = "select subscriber, count(*) from outbox_delivery where dead_at is not null group by subscriber"

LAST_SEALED = "select audit_id from audit_chain order by no desc limit 1"

UNSEALED = """
select extract(epoch from now() - a.recorded_at)::float8 from audit_log a
where a.id >= $1 and not exists (select from audit_chain c where c.audit_id = a.id and c.audit_id >= $1)
order by a.id limit 1
"""
"""Both sides are bounded, so that neither log nor chain is walked from its beginning however the plan is made."""
ALL = UUID(int=0)

ABOUT = {
    "titles_outbox_unrouted": ("Events that no relay has taken up yet.", ("schema",)),
    "titles_outbox_waiting": ("Events that a subscriber has not taken yet.", ("schema", "subscriber")),
    "titles_outbox_oldest_seconds": ("How long the oldest of these waits.", ("schema", "subscriber")),
    "titles_dead_letters": ("Events that a subscriber refused too often.", ("schema", "subscriber")),
    "titles_audit_unsealed_seconds": ("How long the oldest line of the audit log is unchained.", ("schema",)),
    "titles_figures_taken_timestamp_seconds": (
        "When a schema's figures were last taken.",
        ("schema", "part"),
    ),
}
"""What the relay counts itself, of every schema."""


class Board(Collector):
    """The figures of every schema as they were last taken, for whoever scrapes, and when that was."""

    def __init__(self) -> None:
        self._figures: dict[tuple[str, str], list[Told]] = {}
        self._taken: dict[tuple[str, str], float] = {}

    def expect(self, schema: str, part: str) -> None:
        """These figures are to be taken, and were not yet: what is never taken is as old as time."""
        self._taken[schema, part] = 0.0

    def put(self, schema: str, part: str, figures: list[Told]) -> None:
        """Tell these from now on; none: say nothing of them, but when they were last taken."""
        self._figures[schema, part] = figures
        if figures:
            self._taken[schema, part] = time.time()

    def describe(self) -> Iterator[Metric]:
        """Nothing that is known before: services name their own."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Everything, each name once."""
        families: dict[str, GaugeMetricFamily] = {}
        for each in (*(figure for figures in self._figures.values() for figure in figures), self._times()):
            family = families.setdefault(
                each.name, GaugeMetricFamily(each.name, each.about, labels=each.labels)
            )
            for sample in each.samples:
                family.add_metric(sample.labels, sample.value)
        return iter(families.values())

    def _times(self) -> Told:
        taken = [_of(*of, value=moment) for of, moment in self._taken.items()]
        return _told("titles_figures_taken_timestamp_seconds", taken)


class Taking:
    """Takes the figures of one schema, turn by turn."""

    def __init__(self, schema: str, service: Neighbour | None, board: Board) -> None:
        self._schema = schema
        self._service = service
        self._board = board
        board.expect(schema, "queues")
        if service is not None:
            board.expect(schema, "domain")

    async def turn(self, pool: asyncpg.Pool) -> None:
        """Take them once; of a database that is away nothing is told."""
        self._board.put(self._schema, "domain", await self._domain())
        taken: list[Told] = []
        try:
            async with pool.acquire() as connection:
                taken = await queues(connection, self._schema)
        finally:
            self._board.put(self._schema, "queues", taken)

    async def _domain(self) -> list[Told]:
        """What the service counts itself; nothing where it does not answer."""
        if self._service is None:
            return []
        try:
            return Figures.model_validate(await self._service.get(PATH, as_service=True)).figures
        except (Refusal, ValidationError):
            return []


async def queues(connection: asyncpg.pool.PoolConnectionProxy, schema: str) -> list[Told]:
    """What waits in a schema's plumbing, and for how long."""
    waiting = await connection.fetch(WAITING)
    last = await connection.fetchval(LAST_SEALED)
    since = first_id_of(made_at(last) - LOOK_BACK) if last else ALL
    return [
        _told("titles_outbox_unrouted", [_of(schema, value=await connection.fetchval(UNROUTED))]),
        _told("titles_outbox_waiting", [_of(schema, who, value=number) for who, number, _ in waiting]),
        _told("titles_outbox_oldest_seconds", [_of(schema, who, value=age) for who, _, age in waiting]),
        _told("titles_dead_letters", [_of(schema, w, value=n) for w, n in await connection.fetch(DEAD)]),
        _told(
            "titles_audit_unsealed_seconds",
            [_of(schema, value=await connection.fetchval(UNSEALED, since) or 0)],
        ),
    ]


def _of(*labels: str, value: float) -> Sample:
    return Sample(labels=list(labels), value=value)


def _told(name: str, samples: list[Sample]) -> Told:
    about, labels = ABOUT[name]
    return Told(name=name, about=about, labels=list(labels), samples=samples)
