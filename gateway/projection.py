"""Which of the larger fields of a list's items a query asks for, so that the service reads no others."""

from collections.abc import Iterable, Iterator

from strawberry.types.nodes import SelectedField, Selection
from strawberry.utils.str_converters import to_camel_case

from gateway.context import Info

ITEM = ("edges", "node")


def asked_of_items(info: Info, large: Iterable[str]) -> list[str]:
    """Those of these fields that are asked for of the items of a page; `basic` where none is."""
    names = {each.name for field in info.selected_fields for each in _within([field], ITEM)}
    return [each for each in large if to_camel_case(each) in names] or ["basic"]


def _within(selections: Iterable[Selection], way: tuple[str, ...]) -> Iterator[SelectedField]:
    """The fields that are selected at the end of a way."""
    for field in _fields(each for one in selections for each in one.selections):
        if not way:
            yield field
        elif field.name == way[0]:
            yield from _within([field], way[1:])


def _fields(selections: Iterable[Selection]) -> Iterator[SelectedField]:
    """Fields, those of fragments too."""
    for each in selections:
        if isinstance(each, SelectedField):
            yield each
        else:
            yield from _fields(each.selections)
