"""Shapes that the APIs of several concepts share."""

from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints


def without_nul(value: str) -> str:
    """A text the database can keep: it holds no NUL."""
    if "\0" in value:
        raise ValueError("must not contain NUL")
    return value


Code = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9_.-]{1,40}$")]
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=160), AfterValidator(without_nul)
]
Prose = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000),
    AfterValidator(without_nul),
]


class In(BaseModel):
    """Base of everything that callers send: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class Out(BaseModel):
    """Base of everything that is answered from a row."""

    model_config = ConfigDict(from_attributes=True)


class Stated(Out):
    """Base of what is answered from a row with states: with the actions its reader may try."""

    available_actions: list[str] = Field(default_factory=list)

    @classmethod
    def of(cls, row: object, actions: Sequence[str]) -> Self:
        """The row as told, with the actions its reader may try."""
        return cls.model_validate(row).model_copy(update={"available_actions": list(actions)})


class ActionIn(In):
    """A step to take; `version` is what the caller has read (left out: whatever it is now)."""

    version: int | None = Field(None, ge=1)
    note: Prose | None = None
