"""What an imported certificate may say instead of what its row told wrongly of the old paper (一（三）3)."""

from datetime import date
from typing import Any

from sqlalchemy import exists, or_, select

from services.kit.errors import Basis
from services.quota.contract import TitleLevel
from services.workflow.call import Call
from services.workflow.certificate import names
from services.workflow.certificate import number as numbers
from services.workflow.certificate.model import Certificate, CertificateChange
from services.workflow.certificate.service import policy_of
from services.workflow.correction.errors import NumberTaken, ValueUnfit
from services.workflow.correction.states import CorrectableField
from services.workflow.historic import records

NUMBER_LENGTH = 64
COLUMNS = {
    CorrectableField.HOLDER_NAME: "holder_name",
    CorrectableField.UNIT_NAME: "unit_name",
    CorrectableField.SPECIALTY: "specialty_name",
    CorrectableField.NUMBER: "number",
    CorrectableField.LEVEL: "level",
}


async def changes(
    call: Call, certificate: Certificate, field: CorrectableField, value: str, basis: tuple[Basis, ...]
) -> dict[str, Any]:
    """The columns that a correction of an imported certificate changes.

    Raises:
        ValueUnfit: no number, level or day that it could have.
        NumberTaken: another certificate has the number, of the same issuer or the same name.
    """
    if field is CorrectableField.OBTAINED_ON:
        return _days(call, certificate, value, basis)
    if not _fits(field, value):
        raise _unfit(field, value, basis)
    changed = {COLUMNS[field]: value}
    if field in {CorrectableField.NUMBER, CorrectableField.HOLDER_NAME}:
        said = {"number": certificate.number, "holder_name": certificate.holder_name, **changed}
        await _require_free(call, certificate, said["number"], said["holder_name"], basis)
    return changed


def _fits(field: CorrectableField, value: str) -> bool:
    if field is CorrectableField.NUMBER:
        return bool(numbers.normalise(value)) and len(value) <= NUMBER_LENGTH
    return field is not CorrectableField.LEVEL or value in {each.value for each in TitleLevel}


def _unfit(field: CorrectableField, value: str, basis: tuple[Basis, ...]) -> ValueUnfit:
    return ValueUnfit(value=value, name=field.value, field_zh=field.zh, field="value", basis=basis)


def _days(call: Call, certificate: Certificate, value: str, basis: tuple[Basis, ...]) -> dict[str, Any]:
    """The day the title was obtained; the certificate was issued on that day, or on the later one that it tells."""
    unfit = _unfit(CorrectableField.OBTAINED_ON, value, basis)
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise unfit from error
    same = certificate.issued_on == certificate.obtained_on
    latest = call.moment.today if same else certificate.issued_on
    if not policy_of(call, certificate).historic.earliest <= day <= latest:
        raise unfit
    return {"obtained_on": day, "year": day.year} | ({"issued_on": day} if same else {})


async def _require_free(
    call: Call, certificate: Certificate, number: str, holder_name: str, basis: tuple[Basis, ...]
) -> None:
    """Number and name find one certificate, and an issuer gives a number once: as at an import, one after the other."""
    await records.alone(call.tx, certificate.province)
    key, since = numbers.normalise(number), min(each.year for each in call.policies.values())
    gone = exists().where(
        CertificateChange.certificate_id == Certificate.id, CertificateChange.standing.in_(records.GONE)
    )
    taken = select(Certificate.id).where(
        Certificate.number_key == key,
        or_(
            Certificate.holder_key == names.normalise(holder_name),
            Certificate.issuer_id == certificate.issuer_id,
        ),
        Certificate.id != certificate.id,
        ~gone,
    )
    ours = policy_of(call, certificate).certificate.number.gives(key, since)
    if ours or await call.tx.scalar(taken.limit(1)) is not None:
        raise NumberTaken(value=number, field="value", basis=basis)
