"""`python -m bench.executor.server PORT WAY`: answers the page by one way of executing it, behind the barest ASGI."""

import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import orjson
import strawberry
import uvicorn
from graphql import DocumentNode, Executor, GraphQLError, MiddlewareManager, execute, parse
from strawberry.execution.is_awaitable import optimized_is_awaitable
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.utils.await_maybe import await_maybe

from bench.executor.schema import KEPT, Context, Documents, Planned, Query
from services.process import collect_rarely

Answers = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]
CACHED = [lambda: ParserCache(maxsize=KEPT), lambda: ValidationCache(maxsize=KEPT)]


def by_strawberry(schema: strawberry.Schema) -> Answers:
    """Through all of Strawberry; what was parsed and found valid is kept."""

    async def answer(asked: dict[str, Any]) -> dict[str, Any]:
        told = await schema.execute(
            asked["query"],
            asked.get("variables"),
            context_value=Context(),
            operation_name=asked.get("operationName"),
        )
        return _told(told.data, told.errors)

    return answer


def by_executor(carry_out: Callable[..., Any], schema: Planned) -> Answers:
    """The executor alone; documents are parsed once and trusted."""
    known: dict[str, DocumentNode] = {}
    given = {"middleware": MiddlewareManager(), "is_awaitable": optimized_is_awaitable, "root_value": None}

    async def answer(asked: dict[str, Any]) -> dict[str, Any]:
        query = asked["query"]
        document = known.get(query) or known.setdefault(query, parse(query))
        carried_out = carry_out(
            schema.graphql,
            document,
            context_value=Context(),
            variable_values=asked.get("variables"),
            operation_name=asked.get("operationName"),
            executor_class=Executor,
            **given,
        )
        told = await await_maybe(carried_out)
        return _told(told.data, told.errors)

    return answer


def _told(data: Any, errors: Sequence[GraphQLError] | None) -> dict[str, Any]:
    """An answer as GraphQL has it: `errors` only where there are some."""
    return {"data": data, "errors": [each.formatted for each in errors]} if errors else {"data": data}


def ways() -> dict[str, Callable[[], Answers]]:
    """The ways there are."""
    planned = Planned(Query, extensions=[Documents])
    return {
        "strawberry": lambda: by_strawberry(strawberry.Schema(Query, extensions=CACHED)),
        "strawberry-plans": lambda: by_strawberry(planned),
        "graphql-core": lambda: by_executor(execute, planned),
        "plans": lambda: by_executor(planned.plans.execute, planned),
    }


def app(answers: Answers) -> Any:
    """The ASGI application."""

    async def served(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        told = orjson.dumps(await answers(orjson.loads(body)))
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(told)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": told})

    return served


def main() -> None:
    """Serve until told to stop."""
    port, way = sys.argv[1:]
    served = app(ways()[way]())
    collect_rarely()
    uvicorn.run(served, port=int(port), lifespan="off", access_log=False, log_level="warning")


if __name__ == "__main__":
    main()
