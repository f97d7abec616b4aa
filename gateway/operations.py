"""What integrations may call: the operations of openapi.json, which is made from the services' own routes; nothing else."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import orjson

from gateway.cost import DIGITS, WRITE
from gateway.relay import LARGEST_PAGE
from services.kit.errors import NotFound

FILE = Path(__file__).with_name("openapi.json")
PREFIX = "/api"
PAGE = "first"
KEY = {"$ref": "#/components/parameters/IdempotencyKey"}
NOT_A_STEP = frozenset({"", ".", ".."})
"""A path with such a step may be read as another path on its way."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What is known of one method of a path."""

    links: frozenset[str]
    """Fields of its answer that may lead to a path of the service."""
    live: bool
    """Whether its answer lasts."""
    writes: bool
    asks: frozenset[str]
    """The names that its query may hold."""
    remembers: bool
    """Whether it is answered again, and not done again, where it comes again with its idempotency key."""
    page: int
    """How many things its answer holds unless another number is asked for."""

    @classmethod
    def of(cls, method: str, told: Mapping[str, Any]) -> Self:
        """As the document tells it."""
        done = told["responses"].get("200", {})
        given = [each for each in told.get("parameters", ()) if each.get("in") == "query"]
        first = (each["schema"] for each in given if each["name"] == PAGE)
        return cls(
            frozenset(told.get("x-links", ())),
            "text/event-stream" in done.get("content", ()),
            method != "get",
            frozenset(each["name"] for each in given),
            KEY in told.get("parameters", ()),
            next((each.get("default", LARGEST_PAGE) for each in first), 1),
        )

    def cost(self, asked: str | None) -> int:
        """What it costs with so many things asked for, as the same would over GraphQL."""
        many = self.page
        if many > 1 and asked is not None and asked.isascii() and asked.isdigit():
            many = max(1, min(int(asked[:DIGITS]), LARGEST_PAGE))
        return many + WRITE * self.writes


@dataclass(frozen=True, slots=True)
class Template:
    """A path; a step that may be anything is None."""

    steps: tuple[str | None, ...]
    methods: Mapping[str, Operation]

    def fits(self, steps: tuple[str, ...]) -> bool:
        """Whether a path of as many steps is one of these."""
        return all(known in {None, step} for known, step in zip(self.steps, steps, strict=True))


class MethodUnknown(Exception):
    """The path is listed, for other methods."""

    def __init__(self, allowed: Iterable[str]) -> None:
        super().__init__()
        self.allowed = ", ".join(sorted(allowed))


class Operations:
    """Every operation, by part and length of path."""

    def __init__(self, paths: Mapping[str, Mapping[str, Any]]) -> None:
        self._templates: dict[tuple[str, int], list[Template]] = {}
        for path, methods in sorted(paths.items(), key=lambda each: each[0].count("{")):
            part, *steps = path.removeprefix("/").split("/")
            known = tuple(None if step.startswith("{") else step for step in steps)
            told = {method.upper(): Operation.of(method, each) for method, each in methods.items()}
            self._templates.setdefault((part, len(steps)), []).append(Template(known, told))

    def find(self, method: str, part: str, path: str) -> tuple[Operation, str]:
        """The operation that a path of a part leads to, and the path as the part is asked for it, made from its steps.

        Raises:
            NotFound: it is not listed.
            MethodUnknown: it is, for other methods.
        """
        steps = tuple(path.split("/"))
        fitting = [each for each in self._templates.get((part, len(steps)), ()) if each.fits(steps)]
        if not fitting or NOT_A_STEP & set(steps):
            raise NotFound
        found = next((each.methods[method] for each in fitting if method in each.methods), None)
        if found is None:
            known = {name for each in fitting for name in each.methods}
            raise MethodUnknown({*known, "HEAD"} if "GET" in known else known)
        return found, "".join(f"/{quote(step, safe='')}" for step in steps)


def document() -> dict[str, Any]:
    """The document, read anew: what is made of it is kept, not itself."""
    told: dict[str, Any] = orjson.loads(FILE.read_bytes())
    return told


@cache
def listed() -> Operations:
    """Every operation there is."""
    return Operations(document()["paths"])


def remembered(part: str, method: str, path: str) -> bool:
    """Whether a part remembers what came of a write by its idempotency key."""
    try:
        operation, _ = listed().find(method, part, path.partition("?")[0].removeprefix("/"))
    except (NotFound, MethodUnknown):
        return False
    return operation.remembers


def _ending_with_a_right() -> tuple[tuple[str, ...], tuple[str, ...]]:
    ways = {path: each for path, each in document()["paths"].items() if path.endswith("/{token}")}
    begin = {path: f"{PREFIX}{path.removesuffix('{token}')}" for path in ways}
    return tuple(begin[path] for path, each in ways.items() if "put" in each), tuple(begin.values())


SENT, FETCHED = _ending_with_a_right()
"""Where files are sent to, as large as the services take them, and all paths that end with the right to send or fetch."""


@dataclass(frozen=True, slots=True)
class Published:
    """The document as it is served."""

    body: bytes
    etag: str


@cache
def published(issuer: str, part: str | None = None) -> Published:
    """The document, the whole or of one part; clients get their tokens from the issuer."""
    told = document()
    components = told["components"]
    for flow in components["securitySchemes"]["OAuth2"]["flows"].values():
        flow |= {name: f"{issuer}{flow[name]}" for name in flow if name.endswith("Url")}
    if part is not None:
        told["paths"] = {p: each for p, each in told["paths"].items() if p.startswith(f"/{part}/")}
        used = {tag for path in told["paths"].values() for each in path.values() for tag in each["tags"]}
        told["tags"] = [each for each in told["tags"] if each["name"] in used]
        reached = _reached(told["paths"], components["schemas"])
        components["schemas"] = {name: components["schemas"][name] for name in sorted(reached)}
    body = orjson.dumps(told)
    return Published(body, f'"{sha256(body).hexdigest()[:32]}"')


def _reached(paths: Mapping[str, Any], schemas: Mapping[str, Any]) -> set[str]:
    found: set[str] = set()
    waiting = {*_references(paths), "Problem"} & set(schemas)
    while waiting:
        found |= waiting
        waiting = {name for each in waiting for name in _references(schemas[each])} & set(schemas) - found
    return found


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"].rpartition("/")[2]
        for each in value.values():
            yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)
