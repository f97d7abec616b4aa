"""Figures of the domain: what a service counts in its own tables when the relay asks, which tells them to Prometheus.

One place asks, at an interval: neither every scrape nor every replica costs a query.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import CurrentService
from services.kit.clock import CurrentMoment, Moment
from services.kit.db import Tx
from services.kit.http import router

PATH = "/figures"
Counted = Mapping[tuple[str, ...], float]
"""The values of a figure, by the values of its labels."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A gauge: its name, what it tells, its labels, and how it is counted. Every label has few values, all known before."""

    name: str
    about: str
    count: Callable[[AsyncSession, Moment], Awaitable[Counted]]
    labels: tuple[str, ...] = ()


class Sample(BaseModel):
    """One value of a figure."""

    labels: list[str]
    value: float


class Told(BaseModel):
    """A figure as it stands."""

    name: str
    about: str
    labels: list[str]
    samples: list[Sample]


class Figures(BaseModel):
    """All of a service's."""

    figures: list[Told]


def figures(counted: Sequence[Figure]) -> APIRouter:
    """`GET /figures` for the relay."""
    asked = router(tags=["operations"])

    @asked.get(PATH, include_in_schema=False)
    async def tell(tx: Tx, moment: CurrentMoment, _: CurrentService) -> Figures:
        """Count everything."""
        return Figures(figures=[await _told(each, tx, moment) for each in counted])

    return asked


async def _told(figure: Figure, tx: AsyncSession, moment: Moment) -> Told:
    found = await figure.count(tx, moment)
    samples = [Sample(labels=list(labels), value=value) for labels, value in found.items()]
    return Told(name=figure.name, about=figure.about, labels=list(figure.labels), samples=samples)
