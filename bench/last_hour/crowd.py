"""Who is there in the last hour: 10,000 units, 100,000 people, with drafts, wishes, and declarations that wait for review."""

import base64
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, cycle
from typing import Any
from uuid import uuid4

import asyncpg
from joserfc import jwt
from joserfc.jwk import OKPKey

from bench.last_hour import models
from bench.last_hour.copying import Kit, named
from services.kit.auth import ALGORITHM

HOURS = 2
TABLES = ("accounts", "workflow", "quota")


@dataclass(frozen=True, slots=True)
class Size:
    """How many there are of each; who has neither draft nor wish is there all the same."""

    units: int = 10_000
    people: int = 100_000
    drafts: int = 6_000
    waiting: int = 1_500
    listed: int = 600
    """Two of each of these units want its one place."""


@dataclass(frozen=True, slots=True)
class Models:
    """What everybody is a copy of, with a token of each who acts."""

    unit: Kit
    person: Kit
    listed: Kit
    draft: Kit
    waiting: Kit
    tokens: Mapping[str, str]
    """By part of the season's cast."""
    things: Mapping[str, str]
    """Ids of the season's things."""
    base: str
    """What who saves the section `basic` of a draft has read."""


Names = Mapping[str, str]
"""What stands for each id of the model: who somebody, or which something, is."""


@dataclass(slots=True)
class Crowd:
    """All of them, by what stands in them for the ids of the models."""

    models: Models
    key: OKPKey
    drafts: list[Names] = field(default_factory=list)
    waiting: list[Names] = field(default_factory=list)
    listed: list[Names] = field(default_factory=list)
    others: list[Names] = field(default_factory=list)

    async def come(self, admin_url: str, size: Size) -> None:
        """Write all of them, past the API, as the administrator."""
        connection = await asyncpg.connect(admin_url, server_settings={"session_replication_role": "replica"})
        try:
            units = [self._unit(number, size) for number in range(1, size.units + 1)]
            await self.models.unit.copy(connection, units)
            await _give_places(connection, self.models, units)
            await self._people(connection, units, size)
            for schema in TABLES:
                for table in await connection.fetch(_TABLES, schema):
                    await connection.execute(f'vacuum analyze {schema}."{table["tablename"]}"')
        finally:
            await connection.close()

    def _unit(self, number: int, size: Size) -> Names:
        """A unit has a place for each who has one, and one more if somebody wishes for it."""
        places = _share(size.drafts, number, size) + _share(size.waiting, number, size)
        places += number <= size.listed
        return self.models.unit.names(number) | {models.PLACES: str(max(1, places))}

    async def _people(self, connection: asyncpg.Connection, units: Sequence[Names], size: Size) -> None:
        number = 0
        bare = size.people - size.drafts - size.waiting - 2 * size.listed
        for kit, count, employers, kept in (
            (self.models.draft, size.drafts, units, self.drafts),
            (self.models.waiting, size.waiting, units, self.waiting),
            (self.models.listed, 2 * size.listed, units[: size.listed], self.listed),
            (self.models.person, bare, units, self.others),
        ):
            employed = cycle(employers)
            those = [{**next(employed), **kit.names(number + each)} for each in range(1, count + 1)]
            await kit.copy(connection, those)
            number += count
            kept.extend(those)

    def token(self, part: str, names: Names, **claims: Any) -> str:
        """A token of who is to these names what `part` is to the model; good for hours."""
        _, told, _ = self.models.tokens[part].split(".")
        text = base64.urlsafe_b64decode(told + "=" * (-len(told) % 4)).decode()
        content = json.loads(named(text, names)) | {"exp": int(time.time()) + HOURS * 3600} | claims
        return jwt.encode({"alg": ALGORITHM, "kid": self.key.kid}, content, self.key, algorithms=[ALGORITHM])

    def rivals(self) -> Iterator[Names]:
        """Those on the lists, both who want the one place of a unit side by side."""
        units = len(self.listed) // 2
        return chain.from_iterable(zip(self.listed[:units], self.listed[units:], strict=True))

    def clerk(self, names: Names) -> str:
        """A token of a unit's clerk; each unit has another."""
        return self.token("hospital", names, sub=str(uuid4()))


_TABLES = "select tablename from pg_tables where schemaname = $1"


def _share(count: int, number: int, size: Size) -> int:
    """How many of so many, dealt out in turn, a unit has."""
    return count // size.units + (number <= count % size.units)


async def _give_places(connection: asyncpg.Connection, told: Models, units: Sequence[Names]) -> None:
    """Have the approved forms say as many posts as the plans."""
    hospital = told.things["hospital"]
    for places in {unit[models.PLACES] for unit in units}:
        those = [unit[hospital] for unit in units if unit[models.PLACES] == places]
        await connection.execute(models.GIVE_PLACES, those, int(places))
