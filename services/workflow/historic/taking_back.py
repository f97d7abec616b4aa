"""An import that is taken back: each of its certificates becomes void, as a fact of its own with audit and event."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import Role
from services.kit.auth import Actor, Seat
from services.workflow.act import Act
from services.workflow.certificate import standing
from services.workflow.certificate.model import Certificate, CertificateChange
from services.workflow.certificate.standing import Cause
from services.workflow.certificate.states import ChangeKind, Standing
from services.workflow.historic.model import HistoricImport
from services.workflow.historic.steps import ARTICLE

AT_ONCE = 100


async def void_some(act: Act, row: HistoricImport) -> int:
    """Declare some certificates of an import void that are not, in the name of whoever took it back; how many.

    Raises:
        ChangeNotPossible: one became void at this very moment; none of these was changed.
    """
    assert row.decided_by is not None, "whoever takes an import back is kept with it"
    seat = Seat(role=Role.ORGANISATION_MANAGER, organisation_id=row.organisation_id, lineage=())
    decider = replace(act, actor=Actor(row.decided_by, "person", row.decided_by_name or "", (seat,)))
    found = await _not_void(act.tx, row.id)
    for certificate_id in found:
        await standing.record(
            decider,
            certificate_id,
            ChangeKind.VOIDED,
            cause=Cause(HistoricImport.__tablename__, row.id),
            document_number=row.document_number or "",
            note=row.reason or "",
            seat=seat,
            basis=(act.policies.latest.articles[ARTICLE],),
        )
    return len(found)


async def _not_void(tx: AsyncSession, import_id: UUID) -> list[UUID]:
    change = CertificateChange
    void = exists().where(change.certificate_id == Certificate.id, change.standing == Standing.VOID)
    left = select(Certificate.id).where(Certificate.import_id == import_id, ~void)
    return list(await tx.scalars(left.order_by(Certificate.import_row).limit(AT_ONCE)))
