"""The four services' applications as they are put together, without a database, to ask them what they answer."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from deploy.local.keys import Keys
from services.kit.auth import current_actor, current_service

SERVICES = ("accounts", "workflow", "quota", "notifications")
VERSION = "/v1/"
AMONG_SERVICES = frozenset(
    {("POST", "/v1/service-tokens"), ("POST", "/v1/accounts/places"), ("POST", "/v1/reads")}
)
"""What services ask each other without `CurrentService`: there is no token yet, or nobody else is told anything, or the
gateway asks for a caller."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a service, as third parties may call it."""

    service: str
    method: str
    path: str
    signed_in: bool
    """Whether nobody but somebody who is signed in is answered."""
    remembers: bool
    """Whether a write with an `Idempotency-Key` is answered again where it comes again."""
    told: dict[str, Any]
    """What FastAPI says of it."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a service tells third parties."""

    service: str
    operations: tuple[Operation, ...]
    schemas: dict[str, Any]


def told(root: Path) -> list[Told]:
    """Every service with the operations that are for others than the services themselves."""
    return [_told(service, app) for service, app in applications(root).items()]


def applications(root: Path) -> dict[str, FastAPI]:
    """Every service, put together and not started."""
    keys = Keys.generate()
    return {service: _app(service, root, keys) for service in SERVICES}


def _told(service: str, app: FastAPI) -> Told:
    document = app.openapi()
    operations = tuple(
        Operation(
            service,
            method,
            path,
            current_actor in asked,
            getattr(route, "keeps_answers", False),
            document["paths"][path][method.lower()],
        )
        for method, path, asked, route in routes(app)
        if public(method, path, asked)
    )
    return Told(service, operations, document.get("components", {}).get("schemas", {}))


def routes(app: FastAPI) -> Iterator[tuple[str, str, frozenset[Any], APIRoute]]:
    """Method, path, all that a route asks before it answers, and the route."""
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, APIRoute):
            asked = frozenset(_calls(route.original_route.dependant))
            for method in sorted(route.methods or ()):
                yield method, str(route.path), asked, route.original_route


def public(method: str, path: str, asked: frozenset[Any]) -> bool:
    """Whether third parties may call it: it is of the versioned API, and not for the services among themselves."""
    return path.startswith(VERSION) and current_service not in asked and (method, path) not in AMONG_SERVICES


def _calls(dependant: Dependant) -> Iterator[Any]:
    yield dependant.call
    for each in dependant.dependencies:
        yield from _calls(each)


def _app(service: str, root: Path, keys: Keys) -> FastAPI:
    given = {
        "database_url": "postgresql://nobody@127.0.0.1/nothing",
        "policies_dir": root / "policies",
        "service_name": service,
        "service_secret": keys.service_secrets[service],
        "field_keys": json.dumps(keys.field_keys),
        "index_key": keys.index_key,
        "storage_url": "memory:///",
        "signing_keys": json.dumps(keys.signing_keys),
        "service_secrets": json.dumps(keys.service_secrets),
        "credential_keys": json.dumps(keys.credential_keys),
    }
    settings = import_module(f"services.{service}.settings").Settings(**given)
    app: FastAPI = import_module(f"services.{service}.main").create(settings)
    return app
