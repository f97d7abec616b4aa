"""A question of the online test, as policy files, imports and the database hold it."""

import re
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from services.accounts.question_bank.states import Kind
from services.kit.policy import Entry

LONGEST = 2_000
MOST_OPTIONS = 12
MOST_QUESTIONS = 2_000
SEPARATORS = re.compile(r"[\s,，、;；]+")

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,40}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST)]


def _listed(answer: object) -> object:
    """`b`, `a,c` and `[a, c]` are all written in policy files and sheets."""
    return [part for part in SEPARATORS.split(answer) if part] if isinstance(answer, str) else answer


class Question(Entry):
    """A question with its options and the right ones; whether they fit each other is judged by the bank's rules."""

    id: Id
    kind: Kind = Kind.SINGLE
    topic: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z_]{0,39}$")] | None = None
    text: Text
    options: Annotated[dict[Id, Text], Field(max_length=MOST_OPTIONS)]
    answer: Annotated[tuple[Id, ...], BeforeValidator(_listed), Field(max_length=MOST_OPTIONS)]
    cite: Text
    explanation: Text
