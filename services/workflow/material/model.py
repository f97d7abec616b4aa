"""Rows of materials, of who opened them, and of what each reviewer found."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed
from services.workflow.base import Base
from services.workflow.material.states import MaterialState


class Material(Keyed, Base):
    """One file that proves something; it is never altered, a better one replaces it and names it in `replaces_id`.

    Its file lies in the storage under `storage_key`, which is made of its content. `questioned_turn` is the turn of the
    declaration in which a reviewer last sent it back: what was opened or judged up to then no longer counts.
    """

    __tablename__ = "material"
    __table_args__ = (Index("ix_material_declaration", "declaration_id", "id"),)

    declaration_id: Mapped[UUID] = mapped_column(ForeignKey("declaration.id"))
    item: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    file_name: Mapped[str] = mapped_column(String(200))
    obtained_on: Mapped[date | None]
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("material.id"))
    media_type: Mapped[str | None] = mapped_column(String(80))
    size: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    storage_key: Mapped[str | None] = mapped_column(String(200))
    stored_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    questioned_turn: Mapped[int]

    @property
    def standing(self) -> MaterialState:
        """Where it stands; told from what happened to it."""
        if self.removed_at is not None:
            return MaterialState.REMOVED
        if self.replaced_at is not None:
            return MaterialState.REPLACED
        return MaterialState.AWAITING_FILE if self.stored_at is None else MaterialState.STORED


class FileUnderWay(Keyed, Base):
    """A file that is being written to the storage; from `sweep_after` on, in real time, it may be swept with what is left."""

    __tablename__ = "file_under_way"

    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    storage_key: Mapped[str] = mapped_column(String(200), index=True)
    sweep_after: Mapped[datetime] = mapped_column(index=True)


class MaterialOpening(Base):
    """A reviewer opened a material in a turn of its declaration (三（二）)."""

    __tablename__ = "material_opening"
    __table_args__ = (Index("ix_material_opening_declaration", "declaration_id", "account_id"),)

    material_id: Mapped[UUID] = mapped_column(ForeignKey("material.id"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    turn: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    declaration_id: Mapped[UUID] = mapped_column(ForeignKey("declaration.id"))
    opened_at: Mapped[datetime]


class MaterialVerdict(Keyed, Base):
    """What a reviewer found of a material in a turn of its declaration; a later word in the same turn replaces it."""

    __tablename__ = "material_verdict"
    __table_args__ = (
        UniqueConstraint("material_id", "organisation_id", "account_id", "turn"),
        Index("ix_material_verdict_declaration", "declaration_id"),
    )

    material_id: Mapped[UUID] = mapped_column(ForeignKey("material.id"))
    declaration_id: Mapped[UUID] = mapped_column(ForeignKey("declaration.id"))
    organisation_id: Mapped[UUID]
    account_id: Mapped[UUID]
    reviewer_name: Mapped[str] = mapped_column(String(120))
    turn: Mapped[int]
    round: Mapped[int]
    verdict: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str | None] = mapped_column(Text)
    judged_at: Mapped[datetime]
