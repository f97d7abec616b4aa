"""Which of the larger fields of a thing, or of a list's items, a query asks for, so that the service reads no others.

Strawberry's `selected_fields` walks a fragment again at every spread: thirty that spread the next one twice keep it busy
for an hour, as its limiters (limits.py).
"""

from collections.abc import Iterable, Iterator, Mapping

from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, InlineFragmentNode
from strawberry.utils.str_converters import to_camel_case

from gateway.context import Info

ITEM = ("edges", "node")


def asked_of_items(info: Info, large: Iterable[str]) -> list[str]:
    """Those of these fields that are asked for of the items of a page; `basic` where none is."""
    return _asked(info, large, ITEM)


def asked_of_it(info: Info, large: Iterable[str]) -> tuple[str, ...]:
    """The same of the one thing that a field tells."""
    return tuple(_asked(info, large))


def _asked(info: Info, large: Iterable[str], way: Iterable[str] = ()) -> list[str]:
    asked = info._raw_info  # noqa: SLF001 - the document as it was read is told nowhere else
    fields = asked.field_nodes
    for name in way:
        fields = [each for each in _within(fields, asked.fragments) if each.name.value == name]
    names = {each.name.value for each in _within(fields, asked.fragments)}
    return [each for each in large if to_camel_case(each) in names] or ["basic"]


def _within(
    fields: Iterable[FieldNode], fragments: Mapping[str, FragmentDefinitionNode]
) -> Iterator[FieldNode]:
    """The fields that are selected of fields, those of fragments too; each fragment is walked once."""
    known: set[str] = set()
    ahead = [each.selection_set for each in fields]
    while ahead:
        selections = ahead.pop()
        for each in selections.selections if selections else ():
            if isinstance(each, FieldNode):
                yield each
            elif isinstance(each, InlineFragmentNode):
                ahead.append(each.selection_set)
            elif isinstance(each, FragmentSpreadNode) and (name := each.name.value) not in known:
                known.add(name)
                ahead.append(fragments[name].selection_set)
