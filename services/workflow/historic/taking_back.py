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
from services.workflow.certificate.states import ChangeKind
from services.workflow.historic.model import HistoricImport
from services.workflow.historic.records import GONE
from services.workflow.historic.steps import ARTICLE

AT_ONCE = 100


async def void_some(act: Act, row: HistoricImport, after: int) -> list[int]:
    """Declare some certificates of an import void that are not, in the name of whoever took it back; which rows.

    They are those after a row. Who issued them is told of the import, and not of each (`as_one`).

    Raises:
        ChangeNotPossible: one became void at this very moment; none of these was changed.
    """
    assert row.decided_by is not None, "whoever takes an import back is kept with it"
    seat = Seat(role=Role.ORGANISATION_MANAGER, organisation_id=row.organisation_id, lineage=())
    decider = replace(act, actor=Actor(row.decided_by, "person", row.decided_by_name or "", (seat,)))
    found = await _not_void(act.tx, row.id, after)
    for certificate_id, _ in found:
        await standing.record(
            decider,
            certificate_id,
            ChangeKind.VOIDED,
            cause=Cause(HistoricImport.__tablename__, row.id, as_one=True),
            document_number=row.document_number or "",
            note=row.reason or "",
            seat=seat,
            basis=(act.policies.latest.articles[ARTICLE],),
        )
    return [row_no for _, row_no in found]


async def _not_void(tx: AsyncSession, import_id: UUID, after: int) -> list[tuple[UUID, int]]:
    change = CertificateChange
    gone = exists().where(change.certificate_id == Certificate.id, change.standing.in_(GONE))
    rows = select(Certificate.id, Certificate.import_row.label("row_no"))
    left = rows.where(Certificate.import_id == import_id, Certificate.import_row > after, ~gone)
    found = await tx.execute(left.order_by(Certificate.import_row).limit(AT_ONCE))
    return [(each.id, each.row_no) for each in found]
