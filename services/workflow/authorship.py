"""Who says something against others, by name or anonymously: sealed, and never told (三（六）3)."""

from uuid import UUID

from fastapi import Request

from services.kit import idempotency
from services.kit.auth import Actor
from services.kit.errors import Invalid, Unauthenticated
from services.kit.sealing import Sealer


class SignInToBeNamed(Unauthenticated):
    """What is said by name needs to know its author."""

    code = "SIGN_IN_TO_BE_NAMED"
    zh = "实名提出请先登录，也可以匿名提出"
    en = "Sign in to do this under your name, or do it anonymously."


class AnonymousWithoutKey(Invalid):
    """A kept idempotency key would tie the caller's account to the words."""

    code = "ANONYMOUS_WITHOUT_KEY"
    zh = "匿名提出时请勿携带 Idempotency-Key，以免留下身份线索"
    en = "Send no Idempotency-Key when anonymous: a kept key would lead back to you."


def author_of(request: Request, actor: Actor | None, *, anonymous: bool) -> Actor | None:
    """Whose words they are; None where they are anonymous.

    Raises:
        SignInToBeNamed: by name, without signing in.
        AnonymousWithoutKey: anonymous, with a key that would lead back.
    """
    if actor is None and not anonymous:
        raise SignInToBeNamed
    if actor is not None and anonymous and idempotency.HEADER in request.headers:
        raise AnonymousWithoutKey(field=idempotency.HEADER)
    return None if anonymous else actor


def seal(sealer: Sealer, author: Actor | None, context: str) -> bytes | None:
    """The author, sealed and bound to `context`; None where there is none to know."""
    return None if author is None else sealer.seal_text(str(author.id), context=context)


def is_by(sealed: bytes | None, actor: Actor, sealer: Sealer, context: str) -> bool:
    """Whether `actor` is the author, or acts on behalf of the author anywhere."""
    return sealed is not None and actor.answers_for(UUID(sealer.open_text(sealed, context=context)))
