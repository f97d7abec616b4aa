"""What the pages ask of the services: public operations only, as nobody, and kept for the next visitor."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gateway.kept.memory import Pay
from gateway.kept.reading import NOBODY, Reading
from services.kit.errors import Language, NotFound
from services.neighbours.client import Neighbour


class CycleNone(NotFound):
    """The year has no review."""

    code = "NO_SUCH_YEAR"
    zh = "没有该年度的职称评审"
    en = "There is no review of that year."


@dataclass(frozen=True, slots=True)
class Public:
    """The public side of workflow, in one language."""

    workflow: Neighbour
    reading: Reading
    language: Language
    pay: Pay

    async def get(self, path: str, **query: object) -> Any:
        """What is told under `path`; parameters that are None are left out."""
        given = [(name, str(value)) for name, value in query.items() if value is not None]
        return await self.reading.get(self.workflow, path, given)

    async def now(self, path: str, **query: str) -> Any:
        """The same, asked at this moment and never kept."""
        self.reading.elsewhere()
        await self.pay()
        headers = {**NOBODY, "accept-language": self.language.value}
        return await self.workflow.request("GET", path, params=query, headers=headers)

    async def cycle(self, year: int | None) -> dict[str, Any] | None:
        """The review of a year; of the newest that was opened, or is prepared, where none is told.

        Raises:
            CycleNone: the year has none.
        """
        found: list[dict[str, Any]] = (await self.get("/v1/cycles", year=year, first=20))["items"]
        if not found and year is not None:
            raise CycleNone
        begun = [each for each in found if each["state"] != "PREPARED"]
        newest = sorted(begun or found, key=lambda each: -each["year"])
        return newest[0] if newest else None

    async def cycle_of(self, cycle_id: UUID | str) -> dict[str, Any]:
        """A review by its id."""
        told: dict[str, Any] = await self.get(f"/v1/cycles/{cycle_id}")
        return told

    async def series(self, year: int | None = None) -> dict[str, dict[str, Any]]:
        """The series of a year by their codes; of the newest notice where no year is told."""
        found = (await self.get("/v1/series", year=year))["items"]
        return {each["code"]: each for each in found}
