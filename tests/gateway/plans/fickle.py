"""Parts that keep their contracts now and then: the same question gets the same answer, however often and beside whatever it is asked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import Response

from tests.gateway.contracted import BY, DEEPEST, Contracted, Telling
from tests.gateway.fakes import Call

REFUSALS = ((403, "FORBIDDEN"), (404, "NOT_FOUND"), (409, "STALE_VERSION"), (422, "RULES_BROKEN"))
REFUSED, BROKEN, LEFT_OUT, NULL = 0.05, 0.04, 0.08, 0.25
"""How often a question is refused, an answer or an item of it broken, an item left out, null told where it may be."""
THINGS = 6
"""So few ids there are that the same things turn up again and again."""
PAUSES = (0, 0, 0, 0.002, 0.005)
"""Seconds."""


@dataclass
class Fickle(Contracted):
    """A part whose answers are chance, drawn anew for each `seed`."""

    seed: int = 0

    async def _answer(self, request: Request) -> Response:
        chance = Random(f"{self.seed} {request.url.path} {self.requests}")
        await asyncio.sleep(chance.choice(PAUSES))
        return await super()._answer(request)

    def _told(self, call: Call) -> tuple[Any, int]:
        if (call.method, call.path) in self.answers:
            return super()._told(call)
        self.calls.append(call)
        known = next((each for each in BY if isinstance(call.body, dict) and each in call.body), None)
        asked = {} if known else call.body
        chance = Random(orjson.dumps([self.seed, call.method, call.path, sorted(call.query.items()), asked]))
        if chance.random() < REFUSED:
            status, code = chance.choice(REFUSALS)
            return {"code": code, "message": code, "status": status}, status
        schema = self._schema(call)
        if known is None:
            return _spoilt(Chances(self.scale, chance).value(schema), chance), 200
        item = Telling(self.scale).resolved(schema)["properties"]["items"]["items"]
        told = (self._one(item, BY[known], each, call) for each in call.body[known])
        return {"items": [each for each in told if each is not None]}, 200

    def _one(self, schema: dict[str, Any], key: str, wanted: str, call: Call) -> Any:
        chance = Random(f"{self.seed} {call.path} {wanted}")
        if chance.random() < LEFT_OUT:
            return None
        return _spoilt(Chances(self.scale, chance).value(schema), chance) | {key: wanted}


def _spoilt(answer: Any, chance: Random) -> Any:
    """The answer, of which something may be missing or no longer what it should be; ids and names of lists stay."""
    if not isinstance(answer, dict) or chance.random() >= BROKEN:
        return answer
    names = [each for each in answer if each not in {"id", "items"} and not isinstance(answer[each], list)]
    if not names:
        return answer
    name = chance.choice(names)
    spoilt = dict(answer)
    if chance.random() < 1 / 2:
        del spoilt[name]
    else:
        spoilt[name] = chance.choice([None, "?", {}])
    return spoilt


@dataclass
class Chances(Telling):
    """Values by chance."""

    chance: Random

    def value(self, schema: dict[str, Any], depth: int = 0, *, within: bool = False) -> Any:
        """Anything that fits."""
        schema = self.resolved(schema)
        if "enum" in schema:
            return self.chance.choice(schema["enum"])
        return super().value(schema, depth, within=within)

    def _chosen(self, choices: list[dict[str, Any]], depth: int, *, within: bool) -> Any:
        nothing = {"type": "null"}
        if nothing in choices and (depth > DEEPEST or self.chance.random() < NULL):
            return None
        return self.value(next(each for each in choices if each != nothing), depth, within=within)

    def _plain(self, kind: str | None, schema: dict[str, Any]) -> Any:
        if kind == "string" and schema.get("format") == "uuid":
            return str(UUID(int=self.chance.randrange(THINGS)))
        return super()._plain(kind, schema)
