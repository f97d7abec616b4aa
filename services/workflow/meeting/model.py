"""Rows of meetings, of what makes an expert ready, and of the secret ballot.

Nothing in these tables, in whatever order or at whatever moment they are read, leads from a ballot to its expert:
`ballot_roll` says who has voted and nothing else; `ballot_box` is one sealed row per declaration, rewritten at every
vote; `ballot` is written for the whole meeting at once when the vote is closed, under random ids and without times.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed, Versioned
from services.workflow.base import Base
from services.workflow.meeting.states import Kind


class Meeting(Keyed, Versioned, Base):
    """A review meeting of a committee (三（三）), or for a single case (二（四）1（3）).

    `seed` is sealed until the draw has published it; `key`, of which the seed and the pseudonyms of the pool are made, stays
    sealed. What was prepared before there were pseudonyms has none.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        Index("ix_meeting_committee", "committee_id"),
        Index("ix_meeting_lineage", "lineage", postgresql_using="gin"),
        CheckConstraint("kind in ('ORDINARY', 'SINGLE_CASE')", name="2_4_1_3_kind"),
        CheckConstraint("plan_filed_on is null or plan_filed_on <= held_on", name="plan_before_meeting"),
    )

    committee_id: Mapped[UUID] = mapped_column(ForeignKey("committee.id"))
    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycle.id"))
    office_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(20), default=Kind.ORDINARY, server_default=Kind.ORDINARY)
    held_on: Mapped[date]
    plan: Mapped[dict[str, Any]]
    plan_filed_on: Mapped[date | None]
    size: Mapped[int]
    seed: Mapped[bytes] = mapped_column(LargeBinary)
    seed_commitment: Mapped[str] = mapped_column(String(64))
    key: Mapped[bytes | None] = mapped_column(LargeBinary)
    chair_id: Mapped[UUID | None]
    voted_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(24))
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))


def _group(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["meeting_id", "group_number"],
        ["meeting_group.meeting_id", "meeting_group.number"],
        name=f"fk_{table}_group",
    )


class AgendaItem(Base):
    """A declaration on the agenda, the group that prepares it, and why it was put off without a vote, if it was."""

    __tablename__ = "meeting_agenda"

    __table_args__ = (_group("meeting_agenda"),)

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    declaration_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    group_number: Mapped[int | None]
    deferred: Mapped[str | None] = mapped_column(String(24))


class DrawRecord(Base):
    """The draw, which anyone can repeat (append-only); `pool` is [{pseudonym, expert_id, stratum}], published without the ids."""

    __tablename__ = "meeting_draw"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    algorithm: Mapped[str] = mapped_column(String(60))
    seed: Mapped[bytes] = mapped_column(LargeBinary)
    size: Mapped[int]
    pool: Mapped[list[dict[str, Any]]]
    excluded: Mapped[list[dict[str, Any]]]
    drawn_at: Mapped[datetime]


class Member(Base):
    """An expert who sits in a meeting: drawn, or come in for `replaces`; and whether he or she came."""

    __tablename__ = "meeting_member"
    __table_args__ = (Index("ix_meeting_member_account", "account_id"), _group("meeting_member"))

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    expert_id: Mapped[UUID] = mapped_column(ForeignKey("expert.id"), primary_key=True)
    account_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(120))
    stratum: Mapped[str] = mapped_column(String(40))
    present: Mapped[bool] = mapped_column(default=False, server_default="false")
    group_number: Mapped[int | None]
    replaces: Mapped[UUID | None]


class Replacement(Base):
    """That an expert left a meeting before it opened, and who came in; with the draw anyone can repeat it (append-only).

    `passed_over` are the reserves ahead of the one who came in, each with what kept him or her out: [{expert_id, reason}].
    Without `entered_id` no reserve was left, and the seat is vacant. Nobody leaves or enters a meeting twice.
    """

    __tablename__ = "meeting_replacement"
    __table_args__ = (
        UniqueConstraint("meeting_id", "left_id"),
        UniqueConstraint("meeting_id", "entered_id"),
    )

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    left_id: Mapped[UUID] = mapped_column(ForeignKey("expert.id"))
    left_name: Mapped[str] = mapped_column(String(120))
    entered_id: Mapped[UUID | None] = mapped_column(ForeignKey("expert.id"))
    entered_name: Mapped[str | None] = mapped_column(String(120))
    passed_over: Mapped[list[dict[str, Any]]]
    ground: Mapped[str] = mapped_column(String(24))
    note: Mapped[str] = mapped_column(Text)
    replaced_by: Mapped[UUID]
    replaced_at: Mapped[datetime]


class Training(Base):
    """That an expert was trained for a cycle (append-only)."""

    __tablename__ = "expert_training"

    expert_id: Mapped[UUID] = mapped_column(ForeignKey("expert.id"), primary_key=True)
    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"))
    trained_on: Mapped[date]
    recorded_by: Mapped[UUID]


class Pledge(Base):
    """That an expert signed the pledge of a cycle, and which text (append-only)."""

    __tablename__ = "expert_pledge"

    expert_id: Mapped[UUID] = mapped_column(ForeignKey("expert.id"), primary_key=True)
    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    account_id: Mapped[UUID]
    text: Mapped[str] = mapped_column(Text)
    text_sha256: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime]


class BallotRoll(Base):
    """That an expert has voted on a declaration; it has no other column, and never will."""

    __tablename__ = "ballot_roll"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    declaration_id: Mapped[UUID] = mapped_column(primary_key=True)
    expert_id: Mapped[UUID] = mapped_column(ForeignKey("expert.id"), primary_key=True)


class BallotKey(Base):
    """The key of an open meeting's boxes, itself sealed; the row goes when the vote is closed."""

    __tablename__ = "ballot_key"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class BallotBox(Base):
    """The sealed box of one declaration; the row goes when the vote is closed."""

    __tablename__ = "ballot_box"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    declaration_id: Mapped[UUID] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Ballot(Base):
    """One anonymous ballot, written when the vote was closed (append-only). The id is random and tells no order."""

    __tablename__ = "ballot"
    __table_args__ = (Index("ix_ballot_declaration", "meeting_id", "declaration_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"))
    declaration_id: Mapped[UUID]
    in_favour: Mapped[bool]


class Tally(Base):
    """What the ballots of a declaration came to, signed (append-only)."""

    __tablename__ = "ballot_tally"
    __table_args__ = (
        UniqueConstraint("declaration_id"),
        CheckConstraint(
            "in_favour >= 0 and against >= 0 and in_favour + against <= present", name="within_present"
        ),
    )

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    declaration_id: Mapped[UUID] = mapped_column(primary_key=True)
    present: Mapped[int]
    in_favour: Mapped[int]
    against: Mapped[int]
    passed: Mapped[bool]
    signature: Mapped[str] = mapped_column(Text)
