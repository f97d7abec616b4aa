"""A selection set as the source of a function: one dict display for what is cheap, a line for whatever else.

    def made(k0, leaf0, begin0, settle0, k1, t1, k2, begin2, settle2, k3, begin3, settle3, one_by_one):
     def select(source, run, at):
      try:
       v0 = source.number
       v2 = source.chain
      except Exception:
       v0, v2, = one_by_one(source)
      answer = {
       k0: v0 if type(v0) is str else leaf0(v0, run, at),
       k1: t1,
       k2: None,
       k3: None,
      }
      settle2(v2, run, at, answer)
      begin3(source, run, at, answer)
      return answer
     return select

Nothing of a document comes into it, aliases neither: what is in it are our own attributes, and numbers. So selection sets that are alike but
for their names share one function that makes theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLID,
    GraphQLInt,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLString,
    is_leaf_type,
)

from gateway.by_text import ByText
from gateway.plans.calling import Field, Selection, TypeName
from gateway.plans.values import named

Made: TypeAlias = Callable[..., Selection]
"""Makes the function of a selection set of what is known of its fields, by name."""
MADE: ByText[Made] = ByText(4096)
"""By the source."""
EXACT = {
    GraphQLString: "type({0}) is str",
    GraphQLID: "type({0}) is str",
    GraphQLBoolean: "type({0}) is bool",
    GraphQLInt: "type({0}) is int and -2147483648 <= {0} <= 2147483647",
}
"""What of a scalar is told as it is."""


def written(fields: Sequence[Field | TypeName]) -> Selection:
    """The function of a selection set."""
    known: dict[str, Any] = {}
    display: list[str] = []
    lines: list[str] = []
    attributes: dict[str, str] = {}
    for number, field in enumerate(fields):
        known[f"k{number}"] = field.key
        if isinstance(field, TypeName):
            known[f"t{number}"] = field.name
            display.append(f"k{number}: t{number},")
            continue
        if field.attribute is not None:
            attributes[f"v{number}"] = field.attribute
        display.append(f"k{number}: {_cheap(field, number, known) or None},")
        lines.extend(_dear(field, number, known))
    known["one_by_one"] = _one_by_one(tuple(attributes.values()))
    source = "\n".join(_function(known, attributes, display, lines))
    made, _ = MADE.get((source,), lambda: _made(source))
    return made(**known)


def _function(
    known: Iterable[str], attributes: dict[str, str], display: Iterable[str], lines: Iterable[str]
) -> Iterable[str]:
    yield f"def made({', '.join(known)}):"
    yield " def select(source, run, at):"
    if attributes:
        names = "".join(f"{each}, " for each in attributes)
        yield "  try:"
        yield from (f"   {name} = source.{attribute}" for name, attribute in attributes.items())
        yield "  except Exception:"
        yield f"   {names}= one_by_one(source)"
    yield "  answer = {"
    yield from (f"   {each}" for each in display)
    yield "  }"
    yield from (f"  {each}" for each in lines)
    yield "  return answer"
    yield " return select"


def _cheap(field: Field, number: int, known: dict[str, Any]) -> str | None:
    """The expression of an attribute that is a leaf."""
    of = field.definition.type
    leaf = of.of_type if isinstance(of, GraphQLNonNull) else of
    if field.attribute is None or field.told.extensions or not is_leaf_type(leaf):
        return None
    value = f"v{number}"
    otherwise = f"leaf{number}({value}, run, at)"
    known[f"leaf{number}"] = field.leaf
    if isinstance(leaf, GraphQLEnumType) and (names := named(leaf)) is not None:
        known[f"name{number}"] = names.get
        return f"name{number}(id({value})) or {otherwise}"
    if (exactly := EXACT.get(leaf) if isinstance(leaf, GraphQLScalarType) else None) is None:
        return otherwise
    nothing = f" or {value} is None" if field.nullable else ""
    return f"{value} if {exactly.format(value)}{nothing} else {otherwise}"


def _dear(field: Field, number: int, known: dict[str, Any]) -> Iterable[str]:
    """The lines of a field that leads to something, or has to be resolved."""
    begin, settle = f"begin{number}(source, run, at, answer)", f"settle{number}(v{number}, run, at, answer)"
    known |= {f"begin{number}": field.begin, f"settle{number}": field.settle}
    if field.attribute is None:
        yield begin
    elif field.told.extensions:
        yield f"if v{number} is None: {begin}"
        yield f"else: {settle}"
    elif f"leaf{number}" not in known:
        yield settle


def _one_by_one(attributes: tuple[str, ...]) -> Callable[[Any], list[Any]]:
    """Reads the attributes of what lacks one; what is raised stands in for the value, and is told of its field."""

    def read(source: Any, attribute: str) -> Any:
        try:
            return getattr(source, attribute)
        except Exception as error:  # noqa: BLE001 - whatever it is
            return error

    return lambda source: [read(source, each) for each in attributes]


def _made(source: str) -> Made:
    within: dict[str, Any] = {}
    exec(source, within)  # noqa: S102 - our own source
    made: Made = within["made"]
    return made
