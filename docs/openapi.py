"""The OpenAPI document of what integrations call through the gateway, made from the services' own routes.

The gateway passes on what stands in it and nothing else. `python -m docs.interfaces` writes it.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from docs.openapi_apps import Operation, Told, told
from docs.openapi_words import INFO, LINKS, SCOPES, TAGS

FILE = Path("gateway/openapi.json")
PROBLEM = "application/problem+json"
REF = "#/components/schemas/"
SHARED = frozenset({"Problem", "BasisOut", "FindingOut"})
"""Models of `services.kit.http`, which are the same everywhere."""
REF_OF_PROBLEM: Mapping[str, str] = {"$ref": f"{REF}Problem"}
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
ANY_TIME: Mapping[str, str] = {
    "401": "`UNAUTHENTICATED`, `TOKEN_INVALID`: sign in, or refresh the token. 请先登录，或刷新登录凭证。",
    "403": "`FORBIDDEN`, `ROLE_MISSING`, `INSUFFICIENT_SCOPE`: not for this caller. 无权进行此项操作。",
    "404": "`NOT_FOUND`: nothing under that id that the caller may see. 没有找到所请求的内容。",
    "409": "`CONFLICT`, `IDEMPOTENCY_KEY_REUSED`: it does not fit what is there now. 与现有内容冲突。",
    "413": "`BODY_TOO_LARGE`: the body is larger than what is taken. 提交的内容过大。",
    "422": "`REQUEST_MALFORMED`, `INVALID`: a field is missing or not of its kind. 提交的内容不符合要求。",
    "429": "`THROTTLED`: too much was asked in a while; `Retry-After` says when to come again. 查询过于频繁。",
    "503": "`PART_UNAVAILABLE`: the service does not answer now; `Retry-After` says when to come again. 服务暂时不可用。",
    "504": "`DEADLINE_EXCEEDED`: not finished in the time given; repeat a write with the same `Idempotency-Key`. 未能在限定时间内完成。",
}
"""What any operation may answer, as shared responses."""


class OpenApiWrong(Exception):
    """A tag has no Chinese words, or two things would have one name."""


def text(root: Path) -> str:
    """What the file should hold."""
    return json.dumps(document(told(root)), ensure_ascii=False, indent=1) + "\n"


def document(services: Sequence[Told]) -> dict[str, Any]:
    """One document over all services.

    Raises:
        OpenApiWrong: what has no name, or a name twice.
    """
    seen = Counter(name for each in services for name in each.schemas)
    schemas: dict[str, Any] = {}
    paths: dict[str, dict[str, Any]] = {}
    for each in services:
        names = _names(each, seen)
        for operation in each.operations:
            path = paths.setdefault(f"/{each.service}{operation.path}", {})
            path[operation.method.lower()] = _renamed(_operation(operation), names)
        for name, schema in each.schemas.items():
            schemas.setdefault(names[name], _renamed(schema, names))
    used = _reached({**paths, "": REF_OF_PROBLEM}, schemas)
    for operation in (each for path in paths.values() for each in path.values()):
        if links := sorted(_links(operation, schemas)):
            operation["x-links"] = links
    return {
        "openapi": "3.1.0",
        "info": INFO,
        "servers": [{"url": "/api"}],
        "tags": [_tag(name) for name in sorted(_tags_of(paths))],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": {name: schemas[name] for name in sorted(used)},
            "responses": {status: _problem(text) for status, text in ANY_TIME.items()},
            "parameters": PARAMETERS,
            "securitySchemes": SECURITY,
        },
    }


PARAMETERS: Mapping[str, Any] = {
    "AcceptLanguage": {
        "name": "Accept-Language",
        "in": "header",
        "description": "Messages are Chinese, English by `en`. 消息默认为中文。",
        "schema": {"type": "string", "examples": ["en"]},
    },
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Done once, answered again: repeat with the same key what had no answer. 幂等键。",
        "schema": {"type": "string", "minLength": 1, "maxLength": 120},
    },
}
SECURITY: Mapping[str, Any] = {
    "OAuth2": {
        "type": "oauth2",
        "description": "Somebody signed in through a client (PKCE), or a client by itself. 授权登录或应用自身。",
        "flows": {
            "authorizationCode": {
                "authorizationUrl": "/oauth/authorize",
                "tokenUrl": "/oauth/token",
                "refreshUrl": "/oauth/token",
                "scopes": SCOPES,
            },
            "clientCredentials": {"tokenUrl": "/oauth/token", "scopes": SCOPES},
        },
    },
    "Session": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A token of the platform's own sign-in (`POST /accounts/v1/sessions`); no scope limits it. 平台登录凭证。",
    },
}


def _operation(operation: Operation) -> dict[str, Any]:
    told = operation.told
    described = " ".join(told.get("description", told["summary"]).partition("\n\n")[0].split())
    made: dict[str, Any] = {
        "operationId": _id(operation),
        "tags": list(dict.fromkeys(told["tags"])),
        "summary": re.split(r"(?<=[a-z)`])[.:;] ", described)[0].rstrip("."),
    }
    if "description" in told:
        made["description"] = told["description"]
    made["parameters"] = [*told.get("parameters", ()), *_headers(operation)]
    if body := told.get("requestBody") or _bytes(operation):
        made["requestBody"] = body
    made["responses"] = _responses(operation, body is not None)
    made["security"] = _security(operation)
    return made


def _id(operation: Operation) -> str:
    steps = operation.path.removeprefix("/v1/").split("/")
    words = [f"by_{each[1:-1]}" if each.startswith("{") else each for each in steps]
    return re.sub(r"\W", "_", f"{operation.service}_{operation.method.lower()}_{'_'.join(words)}")


def _headers(operation: Operation) -> Iterator[dict[str, str]]:
    yield {"$ref": "#/components/parameters/AcceptLanguage"}
    if operation.method in WRITES and operation.signed_in and operation.remembers:
        yield {"$ref": "#/components/parameters/IdempotencyKey"}


def _bytes(operation: Operation) -> dict[str, Any] | None:
    """A PUT without a body that FastAPI knows of takes a file as it is."""
    if operation.method != "PUT":
        return None
    return {"required": True, "content": {"application/octet-stream": {"schema": {}}}}


def _security(operation: Operation) -> list[dict[str, list[str]]]:
    """Who may call; what no client may do in somebody's name is for the platform's own sign-in alone."""
    if not operation.signed_in:
        return []
    scope = operation.told.get("x-scope") or ("titles.write" if operation.method in WRITES else "titles.read")
    clients = [] if scope == "-" else [{"OAuth2": [scope]}]
    return [*clients, {"Session": []}]


def _responses(operation: Operation, with_body: bool) -> dict[str, Any]:
    told = {status: _answer(status, response) for status, response in operation.told["responses"].items()}
    general = {"401", "422", "429", "503", "504"}
    general |= {"403"} if operation.signed_in else set()
    general |= {"404"} if "{" in operation.path else set()
    general |= {"409"} if operation.method in WRITES else set()
    general |= {"413"} if with_body else set()
    for status in general:
        told.setdefault(status, {"$ref": f"#/components/responses/{status}"})
    return dict(sorted(told.items()))


def _answer(status: str, response: Mapping[str, Any]) -> dict[str, Any]:
    """An answer as it goes out: refusals are problems; where no model is told, it is a file."""
    if status.startswith("2"):
        schemas = [each.get("schema") for each in response.get("content", {}).values()]
        known = status == "204" or any(schemas)
        files: dict[str, Any] = {"*/*": {"schema": {}}}
        return {**response, "description": "Done. 成功。"} | ({} if known else {"content": files})
    text = response["description"]
    if text == "Validation Error" or _only_general(status, text):
        return {"$ref": f"#/components/responses/{status}"}
    general = ANY_TIME.get(status, "")
    kept = [line for line in text.split("\n\n") if line.partition(":")[0] not in general]
    return _problem("\n\n".join([*kept, *([general] if general else [])]))


def _only_general(status: str, text: str) -> bool:
    codes = [line.partition(":")[0] for line in text.split("\n\n")]
    return all(code in ANY_TIME.get(status, "") for code in codes)


def _problem(text: str) -> dict[str, Any]:
    return {"description": text, "content": {PROBLEM: {"schema": REF_OF_PROBLEM}}}


def _names(each: Told, seen: Mapping[str, int]) -> dict[str, str]:
    """What each schema of a service is called in the whole document.

    Raises:
        OpenApiWrong: two of them would have one name.
    """
    names = {name: _name(name, each.service, seen) for name in each.schemas}
    if twice := [name for name, count in Counter(names.values()).items() if count > 1]:
        raise OpenApiWrong(f"{each.service}: two schemas are called {', '.join(twice)}")
    return names


def _name(name: str, service: str, seen: Mapping[str, int]) -> str:
    """A short name: FastAPI tells modules where two models have one name; the service is told where two services have it."""
    plain = name
    if name.startswith("services__"):
        _, owner, concept, *_, plain = re.sub(r"_+$", "", name).split("__")
        plain = plain if owner == "kit" else _camel(f"{owner}_{concept}") + _camel(plain)
        name = plain
    if plain in SHARED:
        return plain
    clash = seen[name] > 1
    return (_camel(service) if clash else "") + _camel(plain)


def _camel(text: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[_-]+", text) if word)


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """The same with references to schemas under their new names, and without titles, which only repeat a name."""
    if isinstance(value, dict):
        return {
            key: REF + names[each.removeprefix(REF)]
            if key == "$ref" and isinstance(each, str) and each.removeprefix(REF) in names
            else _renamed(each, names)
            for key, each in value.items()
            if key != "title" or not isinstance(each, str)
        }
    return [_renamed(each, names) for each in value] if isinstance(value, list) else value


def references(value: Any) -> Iterator[str]:
    """Which schemas something refers to directly."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"].removeprefix(REF)
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def _reached(paths: Mapping[str, Any], schemas: Mapping[str, Any]) -> set[str]:
    """Which schemas the paths need, directly or not."""
    found: set[str] = set()
    waiting = set(references(dict(paths))) & set(schemas)
    while waiting:
        found |= waiting
        waiting = {name for each in waiting for name in references(schemas[each])} & set(schemas) - found
    return found


def _links(operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> set[str]:
    """Which fields of an operation's answer may lead to a path of the service."""
    done = [each for status, each in operation["responses"].items() if status.startswith("2")]
    models = _reached({"": done}, schemas)
    return {name for each in models for name in schemas[each].get("properties", ())} & LINKS


def _tags_of(paths: Mapping[str, Any]) -> set[str]:
    return {tag for path in paths.values() for each in path.values() for tag in each["tags"]}


def _tag(name: str) -> dict[str, str]:
    if re.search(r"[\u4e00-\u9fff]", name):
        return {"name": name}
    if name not in TAGS:
        raise OpenApiWrong(f"docs/openapi_words.py: the tag {name!r} has no Chinese term")
    return {"name": name, "description": TAGS[name]}
