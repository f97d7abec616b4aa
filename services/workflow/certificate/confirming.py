"""The certificate of a title that was earned elsewhere and confirmed here (一（六）): no review of ours led to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.kit import audit, outbox
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.workflow.call import Call
from services.workflow.certificate.model import Certificate
from services.workflow.certificate.service import event_of, masked_number, next_number
from services.workflow.certificate.states import Origin, Way
from services.workflow.policy import NoticePolicy

__all__ = ["Holder", "Issuer", "Title", "issue", "masked_number"]


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose the title is; without a unit the last two are None. `lineage` is the holder's line of organisations."""

    person_id: UUID
    account_id: UUID
    name: str
    masked_number: str | None
    unit_id: UUID | None
    unit_name: str | None
    lineage: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Title:
    """What was earned elsewhere, when, and what narrows its use."""

    series: str
    series_name: str
    specialty_name: str | None
    level: str
    obtained_on: date
    limits: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Issuer:
    """The HRSS that manages the level, and the document by which it verified the title."""

    id: UUID
    name: str
    document_number: str


async def issue(
    call: Call, policy: NoticePolicy, holder: Holder, title: Title, issuer: Issuer, basis: Sequence[Basis]
) -> Certificate:
    """Issue the certificate, with a number of ours, in the caller's transaction; its year is that of the title."""
    number = await next_number(call.tx, policy, title.series, title.level)
    certificate = _row(call, holder, title, issuer, number)
    call.tx.add(certificate)
    await call.tx.flush()
    await outbox.publish(call.tx, event_of(certificate), call.moment)
    await audit.record(
        call.tx,
        actor=call.actor,
        action="certificate.ISSUE",
        subject=f"certificate/{certificate.id}",
        moment=call.moment,
        organisation_id=issuer.id,
        basis=basis,
        detail={"number": number, "document_number": issuer.document_number},
    )
    return certificate


def _row(call: Call, holder: Holder, title: Title, issuer: Issuer, number: str) -> Certificate:
    return Certificate(
        id=new_id(),
        province=call.province,
        origin=Origin.CONFIRMED,
        number=number,
        year=title.obtained_on.year,
        person_id=holder.person_id,
        account_id=holder.account_id,
        holder_name=holder.name,
        masked_resident_id=holder.masked_number,
        unit_id=holder.unit_id,
        unit_name=holder.unit_name,
        series=title.series,
        series_name=title.series_name,
        specialty_name=title.specialty_name,
        level=title.level,
        way=Way.CONFIRMATION,
        obtained_on=title.obtained_on,
        document_number=issuer.document_number,
        issuer_id=issuer.id,
        issuer_name=issuer.name,
        issued_on=call.moment.today,
        limits=title.limits,
        lineage=list(holder.lineage),
    )
