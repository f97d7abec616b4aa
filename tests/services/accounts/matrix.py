"""What the tables of rights are tried with: roles, places, tokens, and what an answer means.

A table says of each operation where which roles get through; of an operation whose path ends in an action it has a row for
each action. The tables stand beside the concepts they are of, and `test_account_matrix` demands that none is missing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from enum import Enum
from typing import Any, get_args

import httpx
from fastapi.routing import APIRoute, iter_route_contexts
from sqlalchemy import text

from tests.platform.tokens import mint
from tests.services.accounts.world import PROVINCE, Organisation, World, token_at

Table = Mapping[str, Mapping[str, Collection[str]]]
"""Operation to place to roles."""

MANAGER = {"ORGANISATION_MANAGER"}
LINE = {"ORGANISATION_MANAGER", "RECOMMENDER", "REVIEWER", "TITLE_OFFICER", "COMMITTEE_OFFICE", "SUPERVISOR"}
READING = {*LINE, "INTEGRATION"}
ALL = {*LINE, "EXPERT", "APPLICANT", "OPERATOR", "INTEGRATION"}
WHERE = ("TOP", "ABOVE", "AT", "BELOW", "BESIDE")
EVERYWHERE = dict.fromkeys(WHERE, ALL)

PERSON, COLLEAGUE, SERVICE = "PERSON", "COLLEAGUE", "SERVICE"
"""The person concerned; another applicant of the same unit; one of our own services."""
EVERYBODY = {PERSON, COLLEAGUE, SERVICE}

NONE_HAS_IT = 99
"""A version that nothing has: whoever may act is told so, and nothing changes."""


async def places_around(world: World, unit: Organisation) -> dict[str, Organisation]:
    """Organisations around a unit: the root, its superior, itself, a department, and one beside it."""
    return {
        "TOP": world.root,
        "ABOVE": {**unit, "id": unit["parent_id"], "lineage": unit["lineage"][:-1]},
        "AT": unit,
        "BELOW": await world.department(unit),
        "BESIDE": await world.create(world.root, kind="EMPLOYER", level="PROVINCE", region_code=PROVINCE),
    }


def token_of(role: str, organisation: Organisation) -> str:
    """A token with one role at an organisation: a person's, or of the role of integrations a client's own."""
    if role == "INTEGRATION":
        return token_at(organisation, role, kind="integration", scope="titles.read titles.write")
    return token_at(organisation, role)


def let_in(answer: httpx.Response, operation: str) -> bool:
    """Whether the caller was let in, whatever came of it then; the list of many things must hold something."""
    assert answer.status_code < 500, answer.text
    if answer.status_code in {401, 403, 404}:
        return False
    readable = answer.content and "json" in answer.headers.get("content-type", "")
    told = answer.json() if readable else {}
    assert told.get("code") != "ACTION_NOT_AVAILABLE", (operation, "its state is not one where it applies")
    return "{" in operation or told.get("items") != []


def actions_of(route: APIRoute) -> list[str]:
    """The actions that a route takes at the end of its path."""
    [kind] = [each.field_info.annotation for each in route.dependant.path_params if each.name == "action"]
    words = list(kind) if isinstance(kind, type) and issubclass(kind, Enum) else get_args(kind)
    return [str(word) for word in words]


def operations(app: Any) -> set[str]:
    """Every method and path of the service, and of those that take an action every action."""
    found = set()
    for each in iter_route_contexts(app.routes):
        route = each.original_route
        if not isinstance(route, APIRoute):
            continue
        ends = actions_of(route) if "{action}" in each.path else [""]
        for method in (each.methods or set()) - {"HEAD"}:
            found |= {f"{method} {each.path.replace('{action}', end)}" for end in ends}
    return found


def each_action(operation: str, may: Mapping[str, Mapping[str, Collection[str]]]) -> dict[str, Any]:
    """A row for each action of an operation whose path ends in one."""
    return {f"{operation}/actions/{action}": places for action, places in may.items()}


async def put_into(session: Any, table: str, key: str, state: str) -> None:
    """Let a thing stand where an action applies, whatever was done with it before."""
    async with session("accounts") as tx:
        sql = text(f"update {table} set state = :state where id = :id")
        await tx.execute(sql, {"state": state, "id": key})


Request = tuple[str, str, Any]
"""Method, path and body."""
Asking = Callable[[str], Awaitable[Request]]
"""How an operation is asked for now; what it is asked of is put where it applies."""


async def walk(
    world: World,
    places: Mapping[str, Organisation],
    operation: str,
    asking: Asking,
    through: Callable[[httpx.Response, str], bool] = let_in,
) -> dict[str, set[str]]:
    """The cells of one operation, place by place and role by role: who gets through."""
    found: dict[str, set[str]] = {}
    for where in WHERE:
        for role in sorted(ALL):
            method, path, body = await asking(operation)
            answer = await world.ask(method, path, token_of(role, places[where]), body)
            if through(answer, operation):
                found.setdefault(where, set()).add(role)
    return found


def cells(table: Table, operation: str) -> dict[str, set[str]]:
    """What a table says of an operation, without places where nobody may."""
    return {where: set(roles) for where, roles in table[operation].items() if roles}


def in_groups(operations: Iterable[str], alone: Collection[str] = (), size: int = 8) -> list[tuple[str, ...]]:
    """Operations that are tried on the same ground; `alone` are those that leave nothing as it was."""
    together = [each for each in operations if each not in alone]
    return [
        *(tuple(together[at : at + size]) for at in range(0, len(together), size)),
        *((each,) for each in alone),
    ]


async def without_role(
    world: World, operations: Iterable[str], asking: Asking, tokens: Mapping[str, str]
) -> dict[str, set[str]]:
    """Operation by operation: whose token is let in."""
    found: dict[str, set[str]] = {}
    for operation in operations:
        for who, token in tokens.items():
            method, path, body = await asking(operation)
            if let_in(await world.ask(method, path, token, body), operation):
                found.setdefault(operation, set()).add(who)
    return found


async def tokens_without_role(world: World, unit: Organisation, own: str) -> dict[str, str]:
    """Tokens of the person concerned (`own`), of another applicant of the unit, and of one of our own services."""
    colleague = (await world.add_person(unit))["person"]
    service = mint(kind="service", name="workflow")
    return {PERSON: own, COLLEAGUE: world.applicant(colleague, unit), SERVICE: service}
