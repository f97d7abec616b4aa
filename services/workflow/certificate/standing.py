"""What befalls a certificate after its issue: facts of their own, one after the other; nothing is ever edited.

Whoever writes one holds the certificate's lock until the end of the transaction. A certificate that was corrected has
another in its place (`replaces_id`): what is decided on the old one befalls the one in its place, so that a correction and
a revocation at the same instant end alike, whichever came first.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import audit, outbox
from services.kit.auth import Seat
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.workflow.act import Act
from services.workflow.certificate.errors import CertificateNotFound, ChangeNotPossible
from services.workflow.certificate.model import Certificate, CertificateChange
from services.workflow.certificate.states import FOLLOWS, ChangeKind, Standing
from services.workflow.contract import CertificateChanged


@dataclass(frozen=True, slots=True)
class Cause:
    """What a change rests on: the kind of thing (the name of its table) and its id.

    `as_one`: it befalls many certificates at once, and who issued them is told of it and not of each.
    """

    kind: str
    id: UUID
    as_one: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """What is decided on a certificate, by which document, why, and from which seat."""

    kind: ChangeKind
    cause: Cause
    document_number: str
    note: str
    seat: Seat
    details: dict[str, Any] = field(default_factory=dict)
    basis: Sequence[Basis] = ()


async def record(  # noqa: PLR0913 - what a change is made of, all named
    act: Act,
    certificate_id: UUID,
    kind: ChangeKind,
    *,
    cause: Cause,
    document_number: str,
    note: str,
    seat: Seat,
    details: dict[str, Any] | None = None,
    basis: Sequence[Basis] = (),
) -> CertificateChange:
    """Write down what befalls a certificate, with its audit and event, in the caller's transaction.

    The same cause a second time changes nothing and answers with the first.

    Raises:
        CertificateNotFound: there is no such certificate.
        ChangeNotPossible: what it stands at now does not allow the change.
    """
    decided = Decided(kind, cause, document_number, note, seat, details or {}, basis)
    line = await hold(act.tx, certificate_id)
    if first := await _recorded(act.tx, [each.id for each in line], decided):
        return first
    return await _written(act, line[-1], decided)


async def lock(tx: AsyncSession, certificate_id: UUID) -> None:
    """Let nobody else change this certificate until this transaction ends."""
    named = {"name": f"certificate/{certificate_id}"}
    await tx.execute(text("select pg_advisory_xact_lock(hashtextextended(:name, 0))"), named)


async def standings(tx: AsyncSession, certificate_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """Where each of these certificates stands, in one statement; of which nothing is told, it is in force."""
    last = await last_changes(tx, certificate_ids)
    return {
        each: Standing(last[each].standing) if each in last else Standing.IN_FORCE for each in certificate_ids
    }


async def last_changes(tx: AsyncSession, certificate_ids: Collection[UUID]) -> dict[UUID, CertificateChange]:
    """The last change of those of these certificates that have one."""
    told = (
        select(CertificateChange)
        .where(CertificateChange.certificate_id.in_(certificate_ids))
        .ext(distinct_on(CertificateChange.certificate_id))
        .order_by(CertificateChange.certificate_id, CertificateChange.no.desc())
    )
    return {each.certificate_id: each for each in await tx.scalars(told)}


async def hold(tx: AsyncSession, certificate_id: UUID) -> list[Certificate]:
    """The certificate and those that came in its place, the last of them last; all locked, in that order.

    Raises:
        CertificateNotFound: there is no such certificate.
    """
    await lock(tx, certificate_id)
    found = await tx.get(Certificate, certificate_id)
    if found is None:
        raise CertificateNotFound(field="certificate_id")
    line = [found]
    while (after := await _in_place_of(tx, line[-1].id)) is not None:
        await lock(tx, after.id)
        line.append(after)
    return line


async def hold_all(tx: AsyncSession, certificate: Certificate) -> list[Certificate]:
    """The whole line of a certificate, what it came in place of first; all locked, in that order."""
    first = certificate
    while first.replaces_id is not None:
        first = await tx.get_one(Certificate, first.replaces_id)
    return await hold(tx, first.id)


async def _in_place_of(tx: AsyncSession, certificate_id: UUID) -> Certificate | None:
    found: Certificate | None = await tx.scalar(
        select(Certificate).where(Certificate.replaces_id == certificate_id)
    )
    return found


async def _recorded(
    tx: AsyncSession, certificate_ids: Sequence[UUID], decided: Decided
) -> CertificateChange | None:
    """What was written of this cause already."""
    found: CertificateChange | None = await tx.scalar(
        select(CertificateChange).where(
            CertificateChange.certificate_id.in_(certificate_ids),
            CertificateChange.cause_kind == decided.cause.kind,
            CertificateChange.cause_id == decided.cause.id,
            CertificateChange.kind == decided.kind,
        )
    )
    return found


async def _written(act: Act, certificate: Certificate, decided: Decided) -> CertificateChange:
    last = (await last_changes(act.tx, [certificate.id])).get(certificate.id)
    now = Standing(last.standing) if last else Standing.IN_FORCE
    after = FOLLOWS.get((now, decided.kind))
    if after is None:
        raise ChangeNotPossible(
            number=certificate.number,
            standing=now,
            standing_zh=now.zh,
            kind=decided.kind,
            kind_zh=decided.kind.zh,
        )
    change = _row(act, certificate, decided, no=last.no + 1 if last else 1, standing=after)
    act.tx.add(change)
    await act.tx.flush()
    await outbox.publish(act.tx, _event(certificate, change, as_one=decided.cause.as_one), act.moment)
    await audit.record(
        act.tx,
        actor=act.actor,
        action=f"certificate.{decided.kind}",
        subject=f"certificate/{certificate.id}",
        moment=act.moment,
        organisation_id=decided.seat.organisation_id,
        role=decided.seat.role,
        basis=decided.basis,
        detail={"before": now, "after": after, "document_number": decided.document_number},
    )
    return change


def _row(
    act: Act, certificate: Certificate, decided: Decided, *, no: int, standing: Standing
) -> CertificateChange:
    organisation_id = decided.seat.organisation_id
    return CertificateChange(
        id=new_id(),
        province=certificate.province,
        certificate_id=certificate.id,
        no=no,
        kind=decided.kind,
        standing=standing,
        cause_kind=decided.cause.kind,
        cause_id=decided.cause.id,
        document_number=decided.document_number,
        note=decided.note,
        organisation_id=organisation_id,
        decided_by_name=act.actor.named(organisation_id, decided.seat.role),
        account_id=act.actor.id,
        decided_at=act.moment.instant,
        details=decided.details,
    )


def _event(certificate: Certificate, change: CertificateChange, *, as_one: bool) -> CertificateChanged:
    return CertificateChanged(
        certificate_id=certificate.id,
        number=certificate.number,
        holder_name=certificate.holder_name,
        person_id=certificate.person_id,
        account_id=certificate.account_id,
        unit_id=certificate.unit_id,
        issuer_id=None if as_one else certificate.issuer_id,
        kind=change.kind,
        standing=change.standing,
        document_number=change.document_number,
        decided_on=change.decided_on,
        note=change.note,
        lineage=certificate.lineage,
    )
