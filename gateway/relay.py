"""Relay: things with a global id, found again in batches, and connections that pass the services' keyset cursors on."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, ClassVar, Generic, Protocol, Self, TypeAlias, TypeVar
from uuid import UUID

import strawberry
from strawberry import relay
from strawberry.extensions.field_extension import AsyncExtensionResolver

from gateway.clients import Part
from gateway.context import Context, Info
from gateway.gathering import at_once
from gateway.ids import uuid_of
from gateway.plans import Loader, Promise, Shortcut
from gateway.told import ContractBroken, Told
from gateway.words import TOLD_AS, hidden
from services.kit.errors import Invalid, NotFound, Refusal

LARGEST_PAGE = 100
T = TypeVar("T")
First: TypeAlias = Annotated[int, strawberry.argument(description="How many, 1 to 100.")]
After: TypeAlias = Annotated[str | None, strawberry.argument(description="Go on after this cursor.")]
Record: TypeAlias = Mapping[str, Any]


class PageSize(Invalid):
    """A page has 1 to 100 items."""

    code = "PAGE_SIZE"
    zh = "每页数量应为 1 至 {largest}"
    en = "`first` takes 1 to {largest}."


class Source(Protocol):
    """Where things of a kind are found by their ids."""

    async def find(self, context: Context, ids: list[UUID]) -> list[Record | Refusal]:
        """For each id its record, or why there is none."""
        ...


@dataclass(frozen=True, slots=True)
class OneByOne:
    """A service that answers one id a call; the calls go out together."""

    part: str
    path: str
    below: str = ""
    """What of each it tells, as the end of the path."""
    fields: tuple[str, ...] = ()
    """Which of the larger fields it is to tell; with none named it tells all."""

    async def find(self, context: Context, ids: list[UUID]) -> list[Record | Refusal]:
        """As many calls as there are different ids."""
        return await at_once(self._one(context.parts[self.part], each) for each in ids)

    async def _one(self, part: Part, wanted: UUID) -> Record | Refusal:
        try:
            record: Record = await part.get(
                f"{self.path}/{wanted}{self.below}", fields=list(self.fields) or None
            )
        except Refusal as refusal:
            return refusal
        return record


@dataclass(frozen=True, slots=True)
class Lookup:
    """A service that answers many ids in one call."""

    part: str
    path: str
    alone: OneByOne | None = None
    """Who says of an id that is left out why, in its own code; None: it is not found, whatever the reason."""

    @classmethod
    def below(cls, part: str, path: str, name: str) -> Self:
        """What lies below things of a kind; where it is not told of one, the service itself says why."""
        return cls(part, f"{path}/{name}/lookup", OneByOne(part, path, f"/{name}"))

    async def find(self, context: Context, ids: list[UUID]) -> list[Record | Refusal]:
        """One call for all; an id the service does not tell of spoils no other."""
        answer = await context.parts[self.part].ask(self.path, {"ids": [str(each) for each in ids]})
        told: dict[UUID, Record | Refusal] = {UUID(each["id"]): each for each in answer["items"]}
        told |= await self._left_out(context, [each for each in ids if each not in told])
        return [told[each] for each in ids]

    async def _left_out(self, context: Context, ids: list[UUID]) -> dict[UUID, Record | Refusal]:
        if self.alone is None:
            return {each: NotFound() for each in ids}
        return dict(zip(ids, await self.alone.find(context, ids), strict=True))

    async def one(self, context: Context, wanted: UUID) -> Record:
        """What is told of one id, asked together with the others of this level of the query.

        Raises:
            Refusal: nothing is told of it, and why.
        """
        return await context.loader(self, lambda: self._loader(context)).load(wanted)

    def _loader(self, context: Context) -> Loader[UUID, Record]:
        return Loader(partial(self.find, context), LARGEST_PAGE)

    async def with_fields(self, context: Context, ids: list[UUID], fields: list[str]) -> dict[UUID, Record]:
        """The records of ids with these of the fields that lists leave out; an id that is not told of is missing."""
        pages = [ids[at : at + LARGEST_PAGE] for at in range(0, len(ids), LARGEST_PAGE)]
        part = context.parts[self.part]
        asked = ({"ids": [str(each) for each in page], "fields": fields} for page in pages)
        told = await asyncio.gather(*(part.ask(self.path, body) for body in asked))
        return {UUID(record["id"]): record for answer in told for record in answer["items"]}


class Entity(relay.Node, Told):
    """Base of everything with a global id."""

    source: ClassVar[Source]
    larger: ClassVar[Lookup | None] = None
    """Who tells single fields that lists leave out, of many things in one call; None: the whole thing is read for any."""

    @property
    def from_list(self) -> bool:
        """Whether this was told in a list that leaves fields out."""
        return False

    @classmethod
    def resolve_typename(cls, root: Self, info: Any) -> str:
        """The name that global ids hold: of the class, so that nobody has to work out the way through the query."""
        del root, info
        return cls.__strawberry_definition__.name  # type: ignore[attr-defined, no-any-return]

    @classmethod
    def _loader(cls, context: Context, source: Source) -> Loader[UUID, Self | None]:
        """The loader of this request, which gathers what one level of a query asks for; None where the caller may see none."""
        return Loader(partial(cls._found, context, source), LARGEST_PAGE)

    @classmethod
    async def _found(
        cls, context: Context, source: Source, ids: list[UUID]
    ) -> Sequence[Self | BaseException | None]:
        try:
            found = await source.find(context, ids)
        except NotFound:
            return [None] * len(ids)
        return [None if isinstance(record, NotFound) else cls._one(record) for record in found]

    @classmethod
    def _one(cls, record: Record | Refusal) -> Self | Refusal | ContractBroken:
        try:
            return record if isinstance(record, Refusal) else cls.of(record)
        except ContractBroken as error:
            return error

    @classmethod
    async def find(cls, info: Info, wanted: UUID | None, source: Source | None = None) -> Self | None:
        """The thing with this id, from where it is found, or from another `source`; None where the caller may see none."""
        return None if wanted is None else await cls._promised(info.context, wanted, source or cls.source)

    @classmethod
    def edge(cls, info: Info, wanted: UUID | None, source: Source | None = None) -> Self | None:
        """The same for a resolver to hand on as it is: whoever carries the query out awaits it, and no coroutine has to."""
        if wanted is None:
            return None
        return cls._promised(info.context, wanted, source or cls.source)  # type: ignore[return-value]

    @classmethod
    def _promised(cls, context: Context, wanted: UUID, source: Source) -> Promise[Self | None]:
        return context.loader((cls, source), lambda: cls._loader(context, source)).load(wanted)

    async def with_field(self, info: Info, name: str) -> Self | None:
        """This thing as it is told with a field that lists leave out; None where the caller may see it no longer."""
        cls, wanted = type(self), UUID(str(self.id))  # type: ignore[attr-defined]
        if cls.larger is None:
            return await cls.find(info, wanted)
        loader = info.context.loader((cls.__name__, "fields"), lambda: cls._larger_loader(info.context))
        try:
            return await loader.load((wanted, name))
        except NotFound:
            return None

    @classmethod
    def _larger_loader(cls, context: Context) -> Loader[tuple[UUID, str], Self]:
        """For each id and field: fields that one level asks of things are asked for together, of all of them."""

        async def load(keys: list[tuple[UUID, str]]) -> Sequence[Self | BaseException]:
            assert cls.larger is not None
            ids, fields = dict.fromkeys(key[0] for key in keys), dict.fromkeys(key[1] for key in keys)
            told = await cls.larger.with_fields(context, list(ids), list(fields))
            found = {each: cls._one(told.get(each) or NotFound()) for each in ids}
            return [found[wanted] for wanted, _ in keys]

        return Loader(load)  # type: ignore[arg-type] # `Self`

    @classmethod
    async def find_each(cls, info: Info, wanted: Sequence[UUID], source: Source | None = None) -> list[Self]:
        """Those of the things that the caller may see."""
        found = await asyncio.gather(*(cls.find(info, each, source) for each in wanted))
        return [each for each in found if each is not None]

    @classmethod
    async def at(cls, info: Info, global_id: str, source: Source | None = None) -> Self | None:
        """The thing with this global id."""
        return await cls.find(info, uuid_of(global_id, cls.__name__), source)

    @classmethod
    async def resolve_node(cls, node_id: str, *, info: Any, required: bool = False) -> Self | None:  # type: ignore[override]
        """The thing behind `node(id)`."""
        del required
        return await cls.at(info, str(relay.GlobalID(cls.__name__, node_id)))


class Completing(Shortcut):
    """Around a field that lists of a service leave out: it is read, through a loader, when it is asked for.

    What a list tells all the same is told at once, and without this being asked.
    """

    async def resolve_async(
        self, next_: AsyncExtensionResolver, source: Any, info: Info, **kwargs: Any
    ) -> Any:
        """The field as it was told, or of the whole thing."""
        told = await next_(source, info, **kwargs)
        if told is not None or not source.from_list:
            return told
        whole = await source.with_field(info, info.python_name)
        return await next_(whole, info, **kwargs) if whole else None


def completed(text: str, *, told_as: str | None = None) -> Any:
    """A field that lists leave out."""
    return strawberry.field(
        description=text, extensions=[Completing()], default=None, metadata={TOLD_AS: told_as}
    )


@strawberry.type
class Known(Told):
    """Base of what has an id to be named by, and is not found again by it alone."""

    uuid: strawberry.Private[UUID] = hidden("id")
    named: ClassVar[str] = ""

    @strawberry.field(description="The id that other fields name it by.")
    def id(self) -> strawberry.ID:
        """The id, in the form of a global id."""
        return strawberry.ID(str(relay.GlobalID(self.named or type(self).__name__, str(self.uuid))))


@strawberry.type(description="An item of a page, and the cursor that goes on after it.")
class Edge(Generic[T]):
    """An item of a page."""

    cursor: str = strawberry.field(description="Given as `after`, the list goes on after this item.")
    node: T = strawberry.field(description="The item.")


@strawberry.type(description="A page of a list, and where the next one begins.")
class Connection(Generic[T]):
    """A page of a service's list."""

    page_info: relay.PageInfo = strawberry.field(description="Whether there is more, and after which cursor.")
    edges: list[Edge[T]] = strawberry.field(description="The items of the page.")
    total_count: int | None = strawberry.field(
        description="How many there are in all, where the service counts them."
    )


async def page(
    part: Part, path: str, make: Callable[[Record], T], first: int, after: str | None, **params: Any
) -> Connection[T]:
    """One page of the list under `path`.

    Raises:
        PageSize: `first` is not within 1 and 100.
    """
    if not 1 <= first <= LARGEST_PAGE:
        raise PageSize(largest=LARGEST_PAGE, field="first")
    answer = await part.get(path, first=first, after=after, **params)
    edges = [Edge(cursor=_cursor(record), node=make(record)) for record in answer["items"]]
    info = relay.PageInfo(
        has_next_page=answer.get("next_cursor") is not None,
        has_previous_page=after is not None,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=answer.get("next_cursor") or (edges[-1].cursor if edges else None),
    )
    return Connection(page_info=info, edges=edges, total_count=answer.get("total"))


def _cursor(record: Record) -> str:
    """What a service's list goes on after: the item's place where it tells one, else its id."""
    return str(record.get("place") or record["id"])


@strawberry.type
class NodeQuery:
    """The entry of Relay."""

    @strawberry.field(
        description="Anything by its global id; null where there is nothing that the caller may see."
    )
    async def node(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The global id.")],
    ) -> relay.Node | None:
        """Find a thing of any kind again."""
        try:
            given = relay.GlobalID.from_id(id)
            kind = given.resolve_type(info)
        except ValueError:
            return None
        return await kind.resolve_node(given.node_id, info=info) if issubclass(kind, Entity) else None
