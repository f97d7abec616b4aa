"""Parts that answer whatever they are asked as their own OpenAPI documents promise, with as many items as wanted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Any
from uuid import uuid4

import pytest

from gateway import operations
from gateway import told as reading
from tests.gateway.fakes import Call, FakePart

BY = {"ids": "id", "person_ids": "person_id"}
"""What questions about many things name them by, and how the answers name them."""
DEEPEST = 9
"""Where trees end."""
SCALAR = "_scalar"
"""What of `gateway.told` reads one value."""
ANYTHING = {"type": "object", "additionalProperties": True}
WRITTEN = {
    "date": "2023-11-02",
    "date-time": "2023-11-02T01:00:00Z",
    "time": "09:00:00",
    "duration": "P1D",
    "uri": "https://titles.test/",
}


@cache
def document() -> dict[str, Any]:
    """What the services promise, as the gateway publishes it."""
    promised: dict[str, Any] = operations.document()
    return promised


@cache
def promises() -> list[tuple[str, re.Pattern[str], dict[str, Any]]]:
    """What is answered to each method of a path; a path without anything to fill in comes first."""
    found = []
    for path, methods in sorted(document()["paths"].items(), key=lambda each: each[0].count("{")):
        for method, told in methods.items():
            done = next(each for status, each in told["responses"].items() if status.startswith("2"))
            schema = done.get("content", {}).get("application/json", {}).get("schema", {})
            found.append((method.upper(), re.compile(re.sub(r"\{[^}]*\}", "[^/]+", path)), schema))
    return found


@contextmanager
def any_text_for_enums(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Within it the gateway takes any text for a value of an enum: contracts tell many as plain text."""
    strict = getattr(reading, SCALAR)

    def lenient(kind: Any) -> Any:
        if isinstance(kind, type) and issubclass(kind, Enum):
            return lambda value: kind.__members__.get(str(value).upper()) or next(iter(kind))
        return strict(kind)

    monkeypatch.setattr(reading, SCALAR, lenient)
    reading.readers.cache_clear()
    reading.maker.cache_clear()
    yield
    reading.readers.cache_clear()
    reading.maker.cache_clear()


@dataclass
class Scale:
    """How much the parts tell."""

    many: int = 1
    """So many items in every list of an answer; one in lists within lists."""
    whole: bool = True
    """Whether what may be left out is told."""


@dataclass
class Contracted(FakePart):
    """A part that keeps its contract."""

    scale: Scale = field(default_factory=Scale)

    def _told(self, call: Call) -> tuple[Any, int]:
        if (call.method, call.path) in self.answers:
            return super()._told(call)
        self.calls.append(call)
        telling = Telling(self.scale)
        answer = self._schema(call)
        known = next((each for each in BY if isinstance(call.body, dict) and each in call.body), None)
        if known is None:
            return telling.value(answer), 200
        item = telling.resolved(answer)["properties"]["items"]["items"]
        return {"items": [telling.value(item) | {BY[known]: each} for each in call.body[known]]}, 200

    def _schema(self, call: Call) -> dict[str, Any]:
        asked = f"/{self.name}{call.path}"
        return next(
            each for method, path, each in promises() if method == call.method and path.fullmatch(asked)
        )


@dataclass
class Telling:
    """A value for a schema."""

    scale: Scale

    def resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The schema itself, where only its name is given."""
        while "$ref" in schema:
            schema = document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return schema

    def value(self, schema: dict[str, Any], depth: int = 0, *, within: bool = False) -> Any:
        """Anything that fits; a list `within` another has one item."""
        schema = self.resolved(schema)
        for choice in ("anyOf", "oneOf"):
            if choice in schema:
                return self._chosen(schema[choice], depth, within=within)
        if "const" in schema or "enum" in schema:
            return schema.get("const", schema.get("enum", [None])[0])
        match schema.get("type"):
            case "object":
                known = schema.get("properties", {})
                return {name: self.value(each, depth + 1, within=within) for name, each in known.items()}
            case "array":
                items = self.resolved(schema.get("items", {}))
                many = 1 if within else self.scale.many
                told = many if depth < DEEPEST and items != ANYTHING else 0
                return [self.value(items, depth + 1, within=True) for _ in range(told)]
            case kind:
                return self._plain(kind, schema)

    def _chosen(self, choices: list[dict[str, Any]], depth: int, *, within: bool) -> Any:
        nothing = {"type": "null"}
        if nothing in choices and (depth > DEEPEST or not self.scale.whole):
            return None
        return self.value(next(each for each in choices if each != nothing), depth, within=within)

    def _plain(self, kind: str | None, schema: dict[str, Any]) -> Any:
        match kind:
            case "string" if schema.get("format") == "uuid":
                return str(uuid4())
            case "string":
                return WRITTEN.get(schema.get("format", ""), "1")
            case "integer" | "number":
                return schema.get("minimum", 1)
            case "boolean":
                return False
            case _:
                return {}
