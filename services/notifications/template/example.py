"""An event made up, to look at a notice by: always the same one."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel

from services.kit.outbox import Event
from services.notifications.template.policy import Template

VALUES: Mapping[type, Any] = {
    UUID: UUID("019aa5c0-0000-7000-8000-000000000001"),
    datetime: datetime(2000, 1, 3, 1, tzinfo=UTC),
    date: date(2000, 1, 3),
    bool: True,
    int: 3,
    float: 3.0,
}


def example_of(event: type[Event], template: Template) -> dict[str, Any]:
    """The data of an event that the template is for; texts are their field's name in brackets."""
    data = {name: _value(field.annotation, name) for name, field in event.model_fields.items()}
    return {**data, **{name: values[0] for name, values in template.when.items()}}


def _value(kind: Any, name: str) -> Any:
    origin = get_origin(kind)
    if origin in {Union, UnionType}:
        return _value(next(each for each in get_args(kind) if each is not NoneType), name)
    if origin is Literal:
        return get_args(kind)[0]
    if origin in {list, tuple}:
        return [_value(get_args(kind)[0], name)]
    return _of_type(kind, name) if isinstance(kind, type) else f"〔{name}〕"


def _of_type(kind: type, name: str) -> Any:
    if issubclass(kind, Enum):
        return next(iter(kind)).value
    if issubclass(kind, BaseModel):
        return {each: _value(field.annotation, each) for each, field in kind.model_fields.items()}
    return VALUES.get(kind, f"〔{name}〕")
