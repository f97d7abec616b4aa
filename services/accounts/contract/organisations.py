"""Organisations as others see them, and what happens to them."""

from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel

from services.accounts.contract.words import ImportKind, ImportState, OrganisationKind, OrganisationLevel
from services.kit.outbox import Event


class OrganisationRef(BaseModel):
    """One organisation of a lineage, with its name."""

    id: UUID
    name: str
    kind: OrganisationKind
    level: OrganisationLevel


class OrganisationCreated(Event):
    """An organisation was created by its superior."""

    type: ClassVar[str] = "titles.accounts.organisation.created.v1"

    organisation_id: UUID
    parent_id: UUID | None
    name: str
    kind: OrganisationKind
    level: OrganisationLevel

    @property
    def subject(self) -> str:
        """The organisation."""
        return f"organisation/{self.organisation_id}"


class OrganisationRenamed(Event):
    """An organisation has another name; the former one stays searchable."""

    type: ClassVar[str] = "titles.accounts.organisation.renamed.v1"

    organisation_id: UUID
    former_name: str
    name: str

    @property
    def subject(self) -> str:
        """The organisation."""
        return f"organisation/{self.organisation_id}"


class OrganisationMoved(Event):
    """An organisation has another superior, and all below it moved along.

    Rows re-line themselves: in a lineage that holds `organisation_id`, all up to and with it becomes `lineage`, and what
    follows it stays. `lineage_before` is what most of them begin with. Changes of the tree arrive in the order in which
    they were made, for all share the subject of their province's tree.
    """

    type: ClassVar[str] = "titles.accounts.organisation.moved.v1"

    organisation_id: UUID
    name: str
    old_parent_id: UUID
    parent_id: UUID
    parent_name: str
    lineage_before: list[UUID]
    lineage: list[UUID]
    line: list[OrganisationRef]

    @property
    def subject(self) -> str:
        """The tree of the province."""
        return f"organisation-tree/{self.lineage[0]}"


class OrganisationMerged(Event):
    """An organisation went into another one of its kind, with its people, seats and all directly below it.

    Rows re-line themselves as for `OrganisationMoved`: in a lineage that holds `organisation_id`, all up to and with it
    becomes `lineage`, whose last one is `into_id`.
    """

    type: ClassVar[str] = "titles.accounts.organisation.merged.v1"

    organisation_id: UUID
    name: str
    into_id: UUID
    into_name: str
    lineage_before: list[UUID]
    lineage: list[UUID]
    line: list[OrganisationRef]

    @property
    def subject(self) -> str:
        """The tree of the province."""
        return f"organisation-tree/{self.lineage[0]}"


class OrganisationClosed(Event):
    """An organisation is no longer there; nothing live was below it."""

    type: ClassVar[str] = "titles.accounts.organisation.closed.v1"

    organisation_id: UUID
    parent_id: UUID
    name: str

    @property
    def subject(self) -> str:
        """The organisation."""
        return f"organisation/{self.organisation_id}"


class OrganisationReopened(Event):
    """A closed organisation is there again."""

    type: ClassVar[str] = "titles.accounts.organisation.reopened.v1"

    organisation_id: UUID
    parent_id: UUID
    name: str

    @property
    def subject(self) -> str:
        """The organisation."""
        return f"organisation/{self.organisation_id}"


class ImportMoved(Event):
    """An import of organisations or people took a step; `account_id` is whoever began it."""

    type: ClassVar[str] = "titles.accounts.import.moved.v1"

    import_id: UUID
    organisation_id: UUID
    account_id: UUID
    kind: ImportKind
    file_name: str
    action: str
    after: ImportState
    accepted: int
    refused: int
    created: int

    @property
    def subject(self) -> str:
        """The import."""
        return f"intake/{self.import_id}"
