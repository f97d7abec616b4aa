"""A certificate is issued anew with what was wrong put right: a number of its own, the old one named, all else the same.

The title is as old as it was: the day it was obtained, its document and its limits stay. An imported one keeps its number and
its day of issue too, unless they are what its row told wrongly: the paper in its holder's hand is the same.
"""

from typing import Any

from sqlalchemy import inspect

from services.kit import audit, outbox
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.steps import Move
from services.workflow.call import Call
from services.workflow.certificate.model import Certificate
from services.workflow.certificate.service import event_of, next_number, policy_of
from services.workflow.certificate.states import Origin
from services.workflow.correction import imported, store
from services.workflow.correction.errors import SpecialtyUnknown
from services.workflow.correction.states import CorrectableField

COLUMNS = {
    CorrectableField.HOLDER_NAME: "holder_name",
    CorrectableField.UNIT_NAME: "unit_name",
    CorrectableField.SPECIALTY: "specialty_name",
    CorrectableField.NUMBER: "number",
    CorrectableField.LEVEL: "level",
    CorrectableField.OBTAINED_ON: "obtained_on",
}
ITS_OWN = frozenset({"id", "created_at", "number", "number_key", "holder_key", "replaces_id", "issued_on"})
"""What a certificate that is issued anew does not have from the old one."""


def told(certificate: Certificate, field: CorrectableField) -> str | None:
    """What a certificate says now."""
    said = getattr(certificate, COLUMNS[field])
    return None if said is None else str(said)


async def changes(
    call: Call, certificate: Certificate, field: CorrectableField, value: str, basis: tuple[Basis, ...]
) -> dict[str, Any]:
    """The columns that a correction changes.

    Raises:
        SpecialtyUnknown: the specialty of a review here is one that is filed, of the certificate's own series.
        ValueUnfit, NumberTaken: an imported certificate cannot say so.
    """
    if certificate.origin == Origin.IMPORTED:
        return await imported.changes(call, certificate, field, value, basis)
    changed: dict[str, Any] = {COLUMNS[field]: value}
    if field is CorrectableField.SPECIALTY and certificate.origin == Origin.REVIEWED:
        changed["specialty_id"] = await store.specialty_called(call.tx, certificate.series, value)
        if changed["specialty_id"] is None:
            raise SpecialtyUnknown(value=value, field="value", basis=basis)
    return changed


async def anew(call: Call, old: Certificate, changed: dict[str, Any]) -> Certificate:
    """The certificate to be issued in place of the old one, with the next number of its line."""
    kept = {column.key: getattr(old, column.key) for column in inspect(Certificate).columns}
    same = {key: value for key, value in kept.items() if key not in ITS_OWN}
    own = {"id": new_id(), "replaces_id": old.id, **await _face(call, old)}
    return Certificate(**same | own | changed)


async def _face(call: Call, old: Certificate) -> dict[str, Any]:
    if old.origin == Origin.IMPORTED:
        return {"number": old.number, "issued_on": old.issued_on}
    number = await next_number(call.tx, policy_of(call, old), old.series, old.level)
    return {"number": number, "issued_on": call.moment.today}


async def issue(call: Call, certificate: Certificate, move: Move) -> None:
    """Issue it, and tell; of an imported one the correction alone is told: no paper is issued anew."""
    call.tx.add(certificate)
    await call.tx.flush()
    if certificate.origin != Origin.IMPORTED:
        await outbox.publish(call.tx, event_of(certificate), call.moment)
    await audit.record(
        call.tx,
        actor=call.actor,
        action="certificate.REISSUE",
        subject=f"certificate/{certificate.id}",
        moment=call.moment,
        organisation_id=move.seat.organisation_id,
        role=move.seat.role,
        basis=move.basis,
        detail={"number": certificate.number, "replaces": str(certificate.replaces_id)},
    )
