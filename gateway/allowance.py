"""How much a client may ask for in a while: a bucket of points each, which leaks at a steady rate.

The gateway has no database, and a call to a service for each request would cost more than most requests. So each replica
keeps its own buckets, which on one machine is all there is; with `LIMITS_URL` the replicas share those in a Valkey or
Redis. While that is away each counts by itself again: a limit too wide for a while is better than no answers.
"""

import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

import structlog
from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import RedisError

from gateway.settings import GatewaySettings
from services.kit.errors import TooMany

log = structlog.get_logger(__name__)
MOST_BUCKETS = 50_000
PATIENCE_SECONDS = 0.5
CONNECTIONS = 20
AWAY_SECONDS = 5.0
"""How long a shared bucket that did not answer is left alone."""
TAKE = """
local size, rate, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local kept = redis.call('HMGET', KEYS[1], 'level', 'at')
local level = math.max(0, (tonumber(kept[1]) or 0) - math.max(0, now - (tonumber(kept[2]) or now)) * rate)
if level + cost > size then return {0, string.format('%.6f', level)} end
redis.call('HSET', KEYS[1], 'level', string.format('%.6f', level + cost), 'at', string.format('%.6f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil((level + cost) / rate * 1000) + 1000)
return {1, string.format('%.6f', level + cost)}
"""


class Throttled(TooMany):
    """The client's bucket is full."""

    code = "THROTTLED"
    zh = "查询过于频繁，请 {seconds} 秒后再试（本次需 {cost} 点，现有 {available} 点）"
    en = "Too much was asked in a while. Try again in {seconds} seconds: this costs {cost}, there are {available}."

    def __init__(self, seconds: int, cost: int, available: int) -> None:
        super().__init__(seconds=seconds, cost=cost, available=available)
        self.seconds, self.available = seconds, available


@dataclass(frozen=True, slots=True)
class Bucket:
    """How much it holds, and how much of that leaks in a second."""

    size: int
    rate: int

    def leaked(self, level: float, seconds: float) -> float:
        """What is left of a level after a while."""
        return max(0.0, level - max(0.0, seconds) * self.rate)


class Buckets(Protocol):
    """Where the buckets stand."""

    async def take(self, client: str, bucket: Bucket, cost: int) -> tuple[bool, float]:
        """Whether there was room for `cost`, and how full the client's bucket is now."""
        ...


class OwnBuckets:
    """Those of this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[str, tuple[float, float]] = {}

    async def take(self, client: str, bucket: Bucket, cost: int) -> tuple[bool, float]:
        """Whether there was room for `cost`, and how full the client's bucket is now."""
        now = self._clock()
        level, at = self._kept.pop(client, (0.0, now))
        level = bucket.leaked(level, now - at)
        fits = level + cost <= bucket.size
        self._kept[client] = (level := level + cost * fits), now
        if len(self._kept) > MOST_BUCKETS:
            del self._kept[next(iter(self._kept))]  # who was not here for the longest time
        return fits, level


class SharedBuckets:
    """Those of all replicas, in a Valkey or Redis; this process's own while it does not answer."""

    def __init__(self, server: Redis) -> None:
        self._take = server.register_script(TAKE)
        self._own = OwnBuckets()
        self._away_until = 0.0

    async def take(self, client: str, bucket: Bucket, cost: int) -> tuple[bool, float]:
        """Whether there was room for `cost`, and how full the client's bucket is now."""
        if time.monotonic() >= self._away_until:
            try:
                fits, level = await self._take([f"cost:{client}"], [bucket.size, bucket.rate, cost])
                return bool(fits), float(level)
            except (RedisError, OSError) as error:
                log.warning("shared buckets do not answer: each replica counts by itself", error=str(error))
                self._away_until = time.monotonic() + AWAY_SECONDS
        return await self._own.take(client, bucket, cost)


class Allowance:
    """What each client may ask for."""

    def __init__(self, bucket: Bucket, buckets: Buckets) -> None:
        self.bucket = bucket
        self._buckets = buckets

    async def spend(self, client: str, cost: int) -> int:
        """Take `cost` from what the client has; what is left.

        Raises:
            Throttled: the client has to wait.
        """
        fits, level = await self._buckets.take(client, self.bucket, cost)
        available = max(0, math.floor(self.bucket.size - level))
        if not fits:
            seconds = math.ceil((level + cost - self.bucket.size) / self.bucket.rate)
            raise Throttled(max(1, seconds), cost, available)
        return available

    def told(self, available: int) -> dict[str, int]:
        """How a bucket stands, in the words of others who tell it."""
        return {
            "maximumAvailable": self.bucket.size,
            "currentlyAvailable": available,
            "restoreRate": self.bucket.rate,
        }


@asynccontextmanager
async def sharing(settings: GatewaySettings) -> AsyncIterator[Redis | None]:
    """What the replicas share, open as long as the gateway; None where each is on its own."""
    if not (url := settings.limits_url.get_secret_value()):
        yield None
        return
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS,
        timeout=PATIENCE_SECONDS,
        socket_timeout=PATIENCE_SECONDS,
        socket_connect_timeout=PATIENCE_SECONDS,
    )
    async with Redis.from_pool(pool) as server:
        yield server


@asynccontextmanager
async def allowance(settings: GatewaySettings) -> AsyncIterator[Allowance]:
    """The allowance of a gateway, open as long as it."""
    bucket = Bucket(settings.cost_bucket, settings.cost_per_second)
    async with sharing(settings) as server:
        yield Allowance(bucket, OwnBuckets() if server is None else SharedBuckets(server))
