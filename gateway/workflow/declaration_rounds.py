"""A declaration as it is written and as it was submitted: sections saved one by one, rounds, what changed between them."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from typing import Any, Self
from urllib.parse import quote
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from gateway.context import Info
from gateway.ids import uuid_of
from gateway.limits import DocumentTooLarge
from gateway.refusals import Act, Basis, Payload, camel, mutation
from gateway.relay import Lookup
from gateway.told import Told
from gateway.words import described, id_of, listed, optional, terms
from gateway.workflow.declaration_content import DeclarationContent

ROUNDS = Lookup.below("workflow", "/v1/declarations", "rounds")
DEEPEST = 32
"""Further than this no value is followed; the service takes still less."""


def renamed(value: Any, name: Callable[[str], str], depth: int = 0) -> Any:
    """A JSON value with its keys renamed.

    Raises:
        DocumentTooLarge: it is nested too deeply to be followed.
    """
    if depth > DEEPEST:
        raise DocumentTooLarge(what="levels", limit=DEEPEST)
    if isinstance(value, Mapping):
        return {name(key): renamed(each, name, depth + 1) for key, each in value.items()}
    return [renamed(each, name, depth + 1) for each in value] if isinstance(value, list) else value


def as_told(value: Any) -> Any:
    """A value of a section by the names of this schema."""
    return renamed(value, lambda key: camel(key) or key)


def as_taken(value: Any) -> Any:
    """A value of a section by the names of the service."""
    return renamed(
        value, lambda key: re.sub(r"(?<=[a-z0-9])[A-Z]", lambda found: f"_{found[0]}", key).lower()
    )


@terms("What became of an entry between two rounds.")
class Change(Enum):
    """A change."""

    ADDED = "新增"
    REMOVED = "删除"
    CHANGED = "修改"


@strawberry.type(
    description="A section for who writes it (分项): what to save over, and what is not finished."
)
class DeclarationSection(Told):
    """A section."""

    section: str = described("Its name, as `asked` names it.")
    digest: str = described("What `saveSection` names as `base`.")
    complete: bool = described("Whether it is well formed, and so part of the content.")
    unfinished: JSON | None = described("As it was saved last, where it is not well formed (未填妥的内容).")

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """By the names of this schema."""
        return super().of({**record, "unfinished": as_told(record.get("unfinished"))})


@strawberry.type(description="What keeps a section from being finished.")
class SectionFinding(Told):
    """A finding."""

    code: str = described("Its stable name.")
    message: str = described("What is wrong, in the language asked for.")
    field: str | None = described("Where it stands in the content.")
    basis: list[Basis] = listed("The articles that say so.")


@strawberry.type(description="A section that was saved (自动保存).")
class SavedSection(Told):
    """What was saved."""

    section: str = described("Its name.")
    digest: str = described("What the next `saveSection` names as `base`.")
    complete: bool = described("Whether it is well formed, and so part of the content.")
    version: int = described("The declaration's version now.")
    findings: list[SectionFinding] = listed("What keeps it from being finished.")


@strawberry.type(description="A material as it was submitted.")
class RoundMaterial(Told):
    """A material."""

    item: str = described("Its kind.")
    title: str = described("Its title.")
    sha256: str | None = described("Digest of its file.")


@strawberry.type(description="A declaration as it was submitted (第几次提交).")
class DeclarationRound(Told):
    """A round."""

    round: int = described("Which submission: 1 is the first.")
    content: DeclarationContent = described("What was written.")
    materials: list[RoundMaterial] = listed("The materials.")
    submitted_at: datetime = described("When.")


@strawberry.type(description="What changed between two rounds (修改对照).")
class DeclarationChange(Told):
    """A change."""

    section: str = described("In which section; `materials`: of the files.")
    item: str | None = described("The field, or the kind of material.")
    change: Change = described("What became of it.")
    before: JSON | None = described("As it was.")
    after: JSON | None = described("As it is.")
    place_before: int | None = described("Of an entry of a list: its place before, from 1 on.")
    place_after: int | None = described("Of an entry of a list: its place after, from 1 on.")

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """By the names of this schema."""
        item = record.get("item")
        named = {key: as_told(record.get(key)) for key in ("before", "after")}
        return super().of(
            {**record, **named, "item": item if item is None or item.isupper() else camel(item)}
        )


@strawberry.input(description="One section as it is written, finished or not (自动保存).")
class SaveSectionInput(Act):
    """Save a section."""

    id: strawberry.ID = id_of("Declaration", "The declaration.")
    section: str = described("Which section, as `asked` names it.")
    value: JSON | None = optional("The section, by the names of `DeclarationContent`; null empties it.")
    base: str = described("The `digest` of the section that was read.")


@strawberry.type(description="What came of saving a section.")
class SaveSectionPayload(Payload):
    """The section."""

    saved: SavedSection | None = optional("The section as it is kept now.")


async def rounds_of(info: Info, declaration_id: UUID) -> list[DeclarationRound]:
    """Every round, oldest first."""
    told = await ROUNDS.one(info.context, declaration_id)
    return DeclarationRound.each(told["items"])


async def changes_of(info: Info, declaration_id: UUID, earlier: int, later: int) -> list[DeclarationChange]:
    """What changed from one round to another."""
    path = f"/v1/declarations/{declaration_id}/changes"
    told = await info.context.workflow.get(path, from_round=earlier, to_round=later)
    return DeclarationChange.each(told["items"])


@strawberry.type
class DeclarationRoundMutation:
    """Saving piece by piece."""

    @mutation(
        "Save one section as it is written, finished or not; another section open elsewhere does not collide (二（五）3)."
    )
    async def save_section(self, info: Info, input: SaveSectionInput) -> SaveSectionPayload | None:
        """Save it."""
        path = f"/v1/declarations/{uuid_of(input.id, 'Declaration')}/sections/{quote(input.section, safe='')}"
        body = {"value": as_taken(input.value), "base": input.base}
        done = await info.context.workflow.write("PUT", path, body)
        return SaveSectionPayload(saved=SavedSection.of(done.record), basis=Basis.each(done.basis))
