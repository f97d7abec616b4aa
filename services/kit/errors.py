"""One vocabulary of refusals for REST and GraphQL: code, Chinese and English message, field, basis."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class Language(StrEnum):
    """Languages a message can be read in."""

    ZH = "zh"
    EN = "en"

    @classmethod
    def preferred(cls, header: str) -> "Language":
        """The language an `Accept-Language` header prefers; Chinese where it names neither or likes both as much."""
        liked = {cls.ZH: 0.0, cls.EN: 0.0}
        for part in header.lower().split(","):
            tag, _, weight = part.partition(";")
            language = tag.strip().partition("-")[0]
            if language in liked:
                liked[cls(language)] = max(liked[cls(language)], _weight(weight))
        return cls.EN if liked[cls.EN] > liked[cls.ZH] else cls.ZH


def _weight(told: str) -> float:
    """The `q` of a language, 1 where it is not told."""
    name, _, value = told.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a decision rests: the article (`cite`) and what it says in one line."""

    cite: str
    summary: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, said so that its reader can mend it."""

    code: str
    zh: str
    en: str
    field: str | None = None
    basis: tuple[Basis, ...] = ()

    def message(self, language: Language) -> str:
        """The finding in the language asked for."""
        return self.en if language is Language.EN else self.zh


class Refusal(Exception):
    """What a caller asked for and may not have; it changes nothing.

    A subclass names itself: `code` is stable, `zh` and `en` are templates filled from the keyword parameters.
    """

    code: ClassVar[str] = "REFUSED"
    zh: ClassVar[str] = "请求被拒绝"
    en: ClassVar[str] = "The request was refused."
    basis: tuple[Basis, ...] = ()

    def __init__(
        self,
        *,
        field: str | None = None,
        basis: Sequence[Basis] = (),
        findings: Sequence[Finding] = (),
        **params: object,
    ) -> None:
        self.field = field
        self.basis = tuple(basis) or type(self).basis
        self.findings = tuple(findings)
        self.params = params
        super().__init__(self.message(Language.EN))

    def message(self, language: Language) -> str:
        """The refusal in the language asked for."""
        return (self.en if language is Language.EN else self.zh).format(**self.params)


class NotFound(Refusal):
    """Nothing by that id that the caller may see."""

    code = "NOT_FOUND"
    zh = "没有找到所请求的内容"
    en = "Nothing was found under that id."


class Unauthenticated(Refusal):
    """The caller is not known."""

    code = "UNAUTHENTICATED"
    zh = "请先登录"
    en = "Sign in first."


class Forbidden(Refusal):
    """The caller is known and may not do this."""

    code = "FORBIDDEN"
    zh = "您无权进行此项操作"
    en = "You may not do this."


class Conflict(Refusal):
    """The request meets a state that no longer fits it."""

    code = "CONFLICT"
    zh = "内容已被他人更改，请刷新后重试"
    en = "This has changed meanwhile. Load it again and repeat."


class Invalid(Refusal):
    """The request itself is malformed."""

    code = "INVALID"
    zh = "提交的内容不符合要求"
    en = "The request is not valid."


class RuleBroken(Refusal):
    """The request is well formed and a rule forbids it; `basis` says which."""

    code = "RULE_BROKEN"
    zh = "不符合规定"
    en = "A rule forbids this."


class TooLarge(Refusal):
    """The body is larger than the service takes."""

    code = "BODY_TOO_LARGE"
    zh = "提交的内容超过 {limit} 字节的上限"
    en = "The body is larger than the {limit} bytes allowed."


class TooMany(Refusal):
    """The caller has to wait."""

    code = "TOO_MANY_REQUESTS"
    zh = "操作过于频繁，请 {seconds} 秒后再试"
    en = "Too many requests. Try again in {seconds} seconds."


class Unavailable(Refusal):
    """A part this request needs does not answer now; nothing was changed, a retry may succeed."""

    code = "PART_UNAVAILABLE"
    zh = "{part} 服务暂时不可用，请稍后重试"
    en = "The {part} service does not answer now. Try again later."


def soon() -> int:
    """In how many seconds to come again; those who were sent away together do not come back together."""
    return random.randint(1, 3)  # noqa: S311 - nobody gains by guessing it
