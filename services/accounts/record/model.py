"""Rows of people's records. The body is kept as it was told; a document's number is sealed."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, and_, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from services.accounts.base import Base
from services.accounts.contract import RecordState
from services.accounts.evidence.model import EvidenceFile
from services.accounts.person.model import Person
from services.accounts.record.states import RecordFacts
from services.kit.auth import Actor
from services.kit.db import Keyed, Versioned
from services.kit.steps import Broken

PENDING = "state in ('DECLARED', 'REFUSED')"


class Record(Keyed, Versioned, Base):
    """One fact of a person; `key_digest` is that of what makes two records tell the same, `told_by` the account that did.

    It has no lineage of its own: who may see it follows from where the person works now.
    """

    __tablename__ = "person_record"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'VILLAGE_POSTING') = (sending_unit_id is not null)", name="1_4_3_sending_unit_confirms"
        ),
        CheckConstraint(
            "state not in ('REFUSED', 'REVOKED') or reason is not null", name="3_1_refused_with_reason"
        ),
        CheckConstraint("holds_until is null or holds_until >= holds_from", name="ends_after_beginning"),
        Index(
            "uq_person_record_one_confirmed",
            *("person_id", "kind", "key_digest"),
            unique=True,
            postgresql_where=text("state = 'CONFIRMED'"),
        ),
        Index(
            "uq_person_record_one_pending",
            *("person_id", "kind", "key_digest"),
            unique=True,
            postgresql_where=text(PENDING),
        ),
        Index(
            "uq_person_record_one_new_version",
            "supersedes_id",
            unique=True,
            postgresql_where=text(PENDING),
        ),
        Index("ix_person_record_person_id_id", "person_id", "id"),
        Index(
            "ix_person_record_sent",
            *("sending_unit_id", "id"),
            postgresql_where=text("sending_unit_id is not null"),
        ),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(20))
    body: Mapped[dict[str, Any]]
    evidence: Mapped[dict[str, Any]]
    document_number_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_digest: Mapped[bytes] = mapped_column(LargeBinary)
    told_by: Mapped[UUID | None]
    holds_from: Mapped[date]
    holds_until: Mapped[date | None]
    sending_unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    supersedes_id: Mapped[UUID | None] = mapped_column(ForeignKey("person_record.id"))
    reason: Mapped[str | None] = mapped_column(String(1000))
    decided_at: Mapped[datetime | None]

    file: Mapped[EvidenceFile | None] = relationship(
        primaryjoin=lambda: and_(
            foreign(EvidenceFile.record_id) == Record.id,
            EvidenceFile.stored_at.is_not(None),
            EvidenceFile.replaced_at.is_(None),
        ),
        viewonly=True,
        uselist=False,
        lazy="joined",
    )
    """The version of its evidence that is in force."""

    @property
    def digest_told(self) -> str | None:
        """The digest of its scan: of the file in force, or as it was announced."""
        told: str | None = self.evidence["sha256"]
        return self.file.sha256.hex() if self.file is not None else told

    def _tellers(self) -> Iterable[UUID | None]:
        """Who told what is there, and who sent the file that proves it."""
        yield self.told_by
        if self.file is not None:
            yield self.file.sent_by

    def confirmer_of(self, person: Person) -> UUID:
        """The organisation that confirms it: the sending unit of a posting, else where the person works now.

        Of someone without employer it is the department that looks after the account.
        """
        return self.sending_unit_id or person.employer_id or person.lineage[-1]

    def as_facts(
        self,
        person: Person,
        actor: Actor,
        *,
        unopened: bool = False,
        reason: str | None = None,
        unfit: Sequence[Broken] = (),
        confirmer_id: UUID | None = None,
    ) -> RecordFacts:
        """The record as its steps judge it for a caller; `confirmer_id` where another one than its own decides."""
        return RecordFacts(
            id=self.id,
            state=RecordState(self.state),
            version=self.version,
            lineage=person.lineage,
            person_id=person.id,
            confirmer_id=confirmer_id or self.confirmer_of(person),
            declarers=[each for each in (person.employer_id, person.department_id) if each],
            own=actor.person_id == person.id or actor.answers_for(person.account_id),
            told_by_caller=any(map(actor.answers_for, self._tellers())),
            unopened=unopened,
            reason=reason,
            unfit=tuple(unfit),
        )
