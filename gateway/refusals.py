"""Expected refusals are data: every mutation's payload tells the articles it rests on, and why it was refused."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Self, TypeVar

import strawberry
from graphql import FieldNode
from strawberry.extensions.field_extension import AsyncExtensionResolver, FieldExtension
from strawberry.types.base import StrawberryOptional
from strawberry.types.field import StrawberryField

from gateway.context import Context, Info
from gateway.told import Told
from gateway.words import described, listed, optional
from services.kit import errors
from services.kit.deadline import DeadlineExceeded
from services.kit.errors import Finding as KitFinding
from services.kit.errors import Language
from services.kit.idempotency import LONGEST

P = TypeVar("P")
FAULTS = frozenset({errors.Unavailable.code, DeadlineExceeded.code})


@strawberry.type(description="Where a decision rests (依据).")
class Basis(Told):
    """An article."""

    cite: str = described("The article, as in 附件3 三（三）.")
    summary: str = described("What it says, in one line.")

    @classmethod
    def each(cls, told: Sequence[Any] | None) -> list[Self]:
        """Articles as a service, or our own code, tells them."""
        pairs = [
            (b["cite"], b["summary"]) if isinstance(b, dict) else (b.cite, b.summary) for b in told or ()
        ]
        return [cls(cite=cite, summary=summary) for cite, summary in pairs]


@strawberry.type(description="One thing that is wrong, said so that its reader can mend it.")
class Finding:
    """Part of a refusal."""

    code: str = described("Stable name of the rule that is broken.")
    message: str = described("What is wrong, with its figures, in the language asked for.")
    field: str | None = described("The input field to mend.")
    basis: list[Basis] = described("The articles that say so.")

    @classmethod
    def of(cls, finding: KitFinding, language: Language) -> Self:
        """A finding as data."""
        return cls(
            code=finding.code,
            message=finding.message(language),
            field=camel(finding.field),
            basis=Basis.each(finding.basis),
        )


@strawberry.type(description="Why a mutation changed nothing.")
class Refusal:
    """A refusal as data."""

    code: str = described("Stable name, SCREAMING_SNAKE; see the catalogue of errors.")
    message: str = described("Chinese, or English by Accept-Language.")
    field: str | None = described("The input field concerned, as a dotted path.")
    basis: list[Basis] = described("The articles the refusal rests on.")
    findings: list[Finding] = described("Every single thing to mend, where there are several.")
    retry_after: int | None = described(
        "In how many seconds to come again, where it helps to wait (请稍后重试)."
    )

    @classmethod
    def of(cls, refusal: errors.Refusal, language: Language) -> Self:
        """A refusal as data."""
        return cls(
            code=refusal.code,
            message=refusal.message(language),
            field=camel(refusal.field),
            basis=Basis.each(refusal.basis),
            findings=[Finding.of(each, language) for each in refusal.findings],
            retry_after=_whole(refusal.params.get("seconds")),
        )


def _whole(seconds: object) -> int | None:
    return seconds if isinstance(seconds, int) else None


@strawberry.type
class Payload:
    """What every mutation answers besides its record, which is null when it was refused."""

    basis: list[Basis] = listed("The articles the decision rests on (依据).")
    errors: list[Refusal] = listed("Why it was refused; empty when it was done.")


@strawberry.input
class Act:
    """What every mutation takes besides its own input."""

    idempotency_key: str | None = optional(
        "1 to 120 characters; the same key with the same input is done once and answered again. "
        "In place of it the Idempotency-Key header may be sent."
    )


def camel(path: str | None) -> str | None:
    """A field of a service as callers of GraphQL know it."""
    if path is None or "-" in path:
        return path
    return ".".join(_camel(part) for part in path.split("."))


def _camel(name: str) -> str:
    if name.isupper():
        return name  # a code of the policy, such as that of a material
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)


def is_fault(refusal: errors.Refusal) -> bool:
    """Whether this is no answer at all but a part that is down, or that did not finish in time."""
    return refusal.code in FAULTS


class RefusalsAsData(FieldExtension):
    """Around every mutation: its idempotency key goes to the service, a refusal goes into its payload."""

    def __init__(self) -> None:
        self._payload: Any = Payload

    def apply(self, field: StrawberryField) -> None:
        """Learn what the mutation answers."""
        kind = field.type
        self._payload = kind.of_type if isinstance(kind, StrawberryOptional) else kind
        for argument in field.arguments:
            argument.description = "What the act needs."

    async def resolve_async(
        self, next_: AsyncExtensionResolver, source: Any, info: Info, **kwargs: Any
    ) -> Any:
        """Carry the mutation out."""
        context: Context = info.context
        context.begin(key_of(info, kwargs.get("input")))
        try:
            return await next_(source, info, **kwargs)
        except errors.Refusal as refusal:
            if is_fault(refusal):
                raise
            return self._payload(errors=[Refusal.of(refusal, context.language)])


def key_of(info: Info, given: object) -> str | None:
    """The idempotency key of a mutation field, in a form that a header can carry."""
    key = told_key(info, given)
    if key is None or len(key) > LONGEST or (key.isascii() and key.isprintable() and key == key.strip()):
        return key
    return hashlib.sha256(key.encode()).hexdigest()


def told_key(info: Info, given: object) -> str | None:
    """The field's own key, or the header's, told apart where a document has several fields."""
    own: str | None = getattr(given, "idempotency_key", None)
    shared = info.context.idempotency_key
    if own is not None or shared is None:
        return own
    fields = info.operation.selection_set.selections
    if len(fields) == 1 and isinstance(fields[0], FieldNode):
        return shared
    key = f"{shared}:{info.path.key}"
    return key if len(key) <= LONGEST else hashlib.sha256(key.encode()).hexdigest()


def mutation(description: str) -> Callable[[Callable[..., Awaitable[P]]], Any]:
    """A mutation whose refusals are data; null only when a part is down."""
    make: Callable[[Callable[..., Awaitable[P]]], Any] = strawberry.mutation(
        description=description, extensions=[RefusalsAsData()]
    )
    return make
