"""Who acts in these tests: a unit, those above it, and the platform's own services."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx

from services.kit.auth import Node
from tests.platform.tokens import bearer, mint, seat


@dataclass(frozen=True)
class Unit:
    """A unit by its lineage, and a token for each one who acts on its form."""

    lineage: tuple[Node, ...]

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.lineage[-1].id)

    @property
    def lineage_ids(self) -> list[str]:
        """Ids from the root down to the unit."""
        return [str(each.id) for each in self.lineage]

    @cached_property
    def recommender(self) -> str:
        """推荐经办 of the unit."""
        return self.at(len(self.lineage) - 1, "RECOMMENDER")

    @cached_property
    def authority(self) -> str | None:
        """审核人 of the authority above it."""
        place = self._nearest("AUTHORITY")
        return None if place is None else self.at(place, "REVIEWER")

    @cached_property
    def hrss(self) -> str:
        """审核人 of the same-level HRSS department."""
        place = self._nearest("HRSS")
        assert place is not None
        return self.at(place, "REVIEWER")

    def at(self, place: int, *roles: str) -> str:
        """A token for somebody with `roles` at one organisation of the lineage."""
        return mint([seat(role, *self.lineage[: place + 1]) for role in roles])

    def way_up(self) -> list[tuple[str, str]]:
        """The steps from a draft to an approved form, with who takes each."""
        middle = [("AUTHORITY_PASS", self.authority)] if self.authority else []
        return [("SUBMIT", self.recommender), *middle, ("APPROVE", self.hrss)]

    def _nearest(self, kind: str) -> int | None:
        above = range(len(self.lineage) - 2, -1, -1)
        return next((place for place in above if self.lineage[place].kind == kind), None)


def service_token() -> str:
    """A token of workflow itself."""
    return mint(kind="service", name="workflow")


async def ask(
    http: httpx.AsyncClient, method: str, path: str, token: str | None, body: Any = None, **headers: str
) -> httpx.Response:
    """One call as the one whose token it is."""
    return await http.request(
        method, path, json=body, headers={**(bearer(token) if token else {}), **headers}
    )


def assert_refused(
    answer: httpx.Response, status: int, code: str, *, field: str | None, cites: set[str]
) -> None:
    """The refusal names its code, the field to mend and the articles it rests on."""
    told = answer.json()
    assert (answer.status_code, told["code"]) == (status, code), answer.text
    assert told.get("field") == field
    assert {each["cite"] for each in told["basis"]} == cites
    assert all(each["summary"] for each in told["basis"])


async def both_languages(
    http: httpx.AsyncClient, method: str, path: str, token: str | None, body: Any = None
) -> tuple[str, str]:
    """The messages of a refusal in Chinese and in English."""
    zh, en = [
        (await ask(http, method, path, token, body, **{"Accept-Language": language})).json()["message"]
        for language in ("zh-CN", "en")
    ]
    return zh, en
