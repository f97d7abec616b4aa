"""How many connections to the database a process holds, and how many of them are at work."""

from collections.abc import Iterator

from fastapi import FastAPI
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.pool import QueuePool


class Pool(Collector):
    """The pool of an application, read off when somebody asks; a process without a database tells nothing."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def describe(self) -> Iterator[Metric]:
        """What it may tell."""
        for state, about in (
            ("at_work", "Connections to the database that requests hold."),
            ("idle", "Connections to the database that wait for a request."),
            ("most", "Connections to the database that this process may open."),
        ):
            yield GaugeMetricFamily(f"titles_pool_connections_{state}", about)

    def collect(self) -> Iterator[Metric]:
        """What it tells now."""
        database = getattr(self._app.state, "db", None)
        pool = database.engine.pool if database is not None else None
        if not isinstance(pool, QueuePool):
            return
        # an overflow as large as the pool: services.kit.db
        now = (pool.checkedout(), pool.checkedin(), 2 * pool.size())
        for family, value in zip(self.describe(), now, strict=True):
            assert isinstance(family, GaugeMetricFamily)
            family.add_metric([], value)
            yield family
