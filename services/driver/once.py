"""Selects that are made once for the names of their values: making one anew and finding it again costs several times what asking it does."""

from collections.abc import Callable, Collection
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar, cast

from sqlalchemy import GenerativeSelect, bindparam

from services.driver.kept import kept

P = ParamSpec("P")
S = TypeVar("S", bound=GenerativeSelect)


def once(make: Callable[P, S]) -> Callable[P, tuple[S, dict[str, Any]]]:
    """Have a select made with its arguments' names in their places, once; what is called tells it, and the values to put with it.

    A collection is what a column may be `in_`. An argument is a value in the statement and nothing else: whether it is None,
    or how many there are, must not decide what the statement looks like.
    """
    made: dict[tuple[bool, ...], S] = {}
    names, made_of = signature(make), cast(Callable[..., S], make)

    @wraps(make)
    def asked(*args: P.args, **kwargs: P.kwargs) -> tuple[S, dict[str, Any]]:
        values = names.bind(*args, **kwargs).arguments
        several = tuple([_is_several(each) for each in values.values()])
        statement = made.get(several)
        if statement is None:
            places: dict[str, Any] = {
                name: bindparam(name, expanding=many) for name, many in zip(values, several, strict=True)
            }
            statement = made[several] = kept(made_of(**places))
        return statement, {
            name: list(value) if many else value
            for (name, value), many in zip(values.items(), several, strict=True)
        }

    return asked


def _is_several(value: object) -> bool:
    return isinstance(value, Collection) and not isinstance(value, str | bytes)
